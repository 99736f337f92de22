-- Reviews of a course, the latest first: few enrollments have one, so the index holds only those.
CREATE INDEX enrollments_reviewed
ON enrollments (course, json_extract(doc, '$.review.reviewedAt."$date"."$numberLong"'))
WHERE json_extract(doc, '$.review.rating') IS NOT NULL;
