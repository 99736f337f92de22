-- What lists sort by is folded anew: marks that are letters of their script stay since, so that a Bengali
-- name is not taken for another. `fold` is the program's own.
UPDATE users SET name_fold = fold(name) WHERE name_fold <> fold(name);
UPDATE courses SET title_fold = fold(title) WHERE title_fold <> fold(title);
UPDATE enrollments SET user_fold = fold(user_name), course_fold = fold(course_title)
WHERE user_fold <> fold(user_name) OR course_fold <> fold(course_title);
UPDATE payments SET user_fold = fold(user_name), course_fold = fold(course_title)
WHERE user_fold <> fold(user_name) OR course_fold <> fold(course_title);
