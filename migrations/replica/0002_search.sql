-- Full-text search. People are indexed by their folded name and their e-mail (the columns of `users`,
-- so nothing is stored twice), courses by title, description and tags out of the document. Prefixes of
-- one to three letters have an index of their own, because the palette searches from the first letter.

CREATE VIRTUAL TABLE people_fts USING fts5 (
  name_fold, email,
  content = 'users', content_rowid = 'n', columnsize = 0,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER people_fts_added AFTER INSERT ON users
BEGIN
  INSERT INTO people_fts (rowid, name_fold, email) VALUES (new.n, new.name_fold, new.email);
END;
CREATE TRIGGER people_fts_removed AFTER DELETE ON users
BEGIN
  INSERT INTO people_fts (people_fts, rowid, name_fold, email)
  VALUES ('delete', old.n, old.name_fold, old.email);
END;
CREATE TRIGGER people_fts_changed AFTER UPDATE OF name_fold, email ON users
WHEN old.name_fold IS NOT new.name_fold OR old.email IS NOT new.email
BEGIN
  INSERT INTO people_fts (people_fts, rowid, name_fold, email)
  VALUES ('delete', old.n, old.name_fold, old.email);
  INSERT INTO people_fts (rowid, name_fold, email) VALUES (new.n, new.name_fold, new.email);
END;

CREATE VIRTUAL TABLE courses_fts USING fts5 (
  title, description, tags,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER courses_fts_added AFTER INSERT ON courses
BEGIN
  INSERT INTO courses_fts (rowid, title, description, tags)
  VALUES (new.n, new.title, new.doc ->> '$.description',
          (SELECT group_concat(value, ' ') FROM json_each(new.doc, '$.tags')));
END;
CREATE TRIGGER courses_fts_removed AFTER DELETE ON courses
BEGIN
  DELETE FROM courses_fts WHERE rowid = old.n;
END;
CREATE TRIGGER courses_fts_changed AFTER UPDATE OF title, doc ON courses
WHEN old.title IS NOT new.title
  OR old.doc ->> '$.description' IS NOT new.doc ->> '$.description'
  OR old.doc ->> '$.tags' IS NOT new.doc ->> '$.tags'
BEGIN
  DELETE FROM courses_fts WHERE rowid = old.n;
  INSERT INTO courses_fts (rowid, title, description, tags)
  VALUES (new.n, new.title, new.doc ->> '$.description',
          (SELECT group_concat(value, ' ') FROM json_each(new.doc, '$.tags')));
END;
