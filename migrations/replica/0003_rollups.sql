-- Counts and sums kept by triggers, in the transaction of whatever they count, so that totals and
-- reports never read every row. `verify` recomputes each of them. A row that counts nothing any more
-- stays with n = 0.
--
-- Days are those of the institution's time zone. They are cut here, in SQL, from `zone_spans`: from
-- `from_ms` (UTC) until the next row the zone is `offset_ms` ahead of UTC. So a day is right to the
-- quarter hour in every zone and on both sides of a clock change, a month is a sum of whole days, and
-- any program that opens the file keeps the figures true without a function of ours. When the zone is
-- changed, the spans are replaced and the daily tables are recomputed from their sources.

CREATE TABLE zone_spans (
  from_ms   INTEGER PRIMARY KEY,
  offset_ms INTEGER NOT NULL
);
INSERT INTO zone_spans VALUES (-9000000000000000, 0);

-- People by what the list is filtered by.
CREATE TABLE people_counts (
  role           TEXT NOT NULL,
  status         TEXT NOT NULL,
  email_verified INTEGER NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (role, status, email_verified)
) WITHOUT ROWID;
CREATE TRIGGER people_counted AFTER INSERT ON users
BEGIN
  INSERT INTO people_counts VALUES (new.role, new.status, new.email_verified, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER people_uncounted AFTER DELETE ON users
BEGIN
  UPDATE people_counts SET n = n - 1
  WHERE role = old.role AND status = old.status AND email_verified = old.email_verified;
END;
CREATE TRIGGER people_recounted AFTER UPDATE OF role, status, email_verified ON users
WHEN old.role IS NOT new.role OR old.status IS NOT new.status
  OR old.email_verified IS NOT new.email_verified
BEGIN
  UPDATE people_counts SET n = n - 1
  WHERE role = old.role AND status = old.status AND email_verified = old.email_verified;
  INSERT INTO people_counts VALUES (new.role, new.status, new.email_verified, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Enrollments by what the list is filtered by.
CREATE TABLE enrollment_counts (
  course         BLOB NOT NULL,
  instructor     BLOB NOT NULL,
  status         TEXT NOT NULL,
  payment_status TEXT NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (course, instructor, status, payment_status)
) WITHOUT ROWID;
-- Enrollments by the day of this attempt's enrollment and by where they stand now.
CREATE TABLE enrollments_daily (
  day    INTEGER NOT NULL,
  course BLOB NOT NULL,
  status TEXT NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, course, status)
) WITHOUT ROWID;
-- Completed enrollments by the day of completion.
CREATE TABLE completions_daily (
  day    INTEGER NOT NULL,
  course BLOB NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, course)
) WITHOUT ROWID;

CREATE TRIGGER enrollments_counted_by_day AFTER INSERT ON enrollments
BEGIN
  INSERT INTO enrollment_counts VALUES (new.course, new.instructor, new.status, new.payment_status, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO enrollments_daily
  SELECT (new.enrolled_at + offset_ms + 8640000000000000) / 86400000 - 100000000, new.course, new.status, 1
  FROM zone_spans WHERE from_ms <= new.enrolled_at ORDER BY from_ms DESC LIMIT 1
  ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO completions_daily
  SELECT (new.completed_at + offset_ms + 8640000000000000) / 86400000 - 100000000, new.course, 1
  FROM zone_spans WHERE new.status = 'completed' AND from_ms <= new.completed_at ORDER BY from_ms DESC LIMIT 1
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER enrollments_uncounted_by_day AFTER DELETE ON enrollments
BEGIN
  UPDATE enrollment_counts SET n = n - 1
  WHERE course = old.course AND instructor = old.instructor AND status = old.status
    AND payment_status = old.payment_status;
  UPDATE enrollments_daily SET n = n - 1
  WHERE day = (SELECT (old.enrolled_at + offset_ms + 8640000000000000) / 86400000 - 100000000
               FROM zone_spans WHERE from_ms <= old.enrolled_at ORDER BY from_ms DESC LIMIT 1)
    AND course = old.course AND status = old.status;
  UPDATE completions_daily SET n = n - 1
  WHERE old.status = 'completed' AND course = old.course
    AND day = (SELECT (old.completed_at + offset_ms + 8640000000000000) / 86400000 - 100000000
               FROM zone_spans WHERE from_ms <= old.completed_at ORDER BY from_ms DESC LIMIT 1);
END;
CREATE TRIGGER enrollments_recounted_by_day
AFTER UPDATE OF course, instructor, status, payment_status, enrolled_at, completed_at ON enrollments
WHEN old.course IS NOT new.course OR old.instructor IS NOT new.instructor OR old.status IS NOT new.status
  OR old.payment_status IS NOT new.payment_status OR old.enrolled_at IS NOT new.enrolled_at
  OR old.completed_at IS NOT new.completed_at
BEGIN
  UPDATE enrollment_counts SET n = n - 1
  WHERE course = old.course AND instructor = old.instructor AND status = old.status
    AND payment_status = old.payment_status;
  UPDATE enrollments_daily SET n = n - 1
  WHERE day = (SELECT (old.enrolled_at + offset_ms + 8640000000000000) / 86400000 - 100000000
               FROM zone_spans WHERE from_ms <= old.enrolled_at ORDER BY from_ms DESC LIMIT 1)
    AND course = old.course AND status = old.status;
  UPDATE completions_daily SET n = n - 1
  WHERE old.status = 'completed' AND course = old.course
    AND day = (SELECT (old.completed_at + offset_ms + 8640000000000000) / 86400000 - 100000000
               FROM zone_spans WHERE from_ms <= old.completed_at ORDER BY from_ms DESC LIMIT 1);
  INSERT INTO enrollment_counts VALUES (new.course, new.instructor, new.status, new.payment_status, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO enrollments_daily
  SELECT (new.enrolled_at + offset_ms + 8640000000000000) / 86400000 - 100000000, new.course, new.status, 1
  FROM zone_spans WHERE from_ms <= new.enrolled_at ORDER BY from_ms DESC LIMIT 1
  ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO completions_daily
  SELECT (new.completed_at + offset_ms + 8640000000000000) / 86400000 - 100000000, new.course, 1
  FROM zone_spans WHERE new.status = 'completed' AND from_ms <= new.completed_at ORDER BY from_ms DESC LIMIT 1
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Where a course's enrollments stand. Progress is summed in thousandths of a percent, over those
-- that are active or completed: whole numbers, so that adding and taking away leave no remainder.
CREATE TABLE course_stats (
  course         BLOB PRIMARY KEY,
  pending        INTEGER NOT NULL,
  active         INTEGER NOT NULL,
  completed      INTEGER NOT NULL,
  cancelled      INTEGER NOT NULL,
  refunded       INTEGER NOT NULL,
  certificates   INTEGER NOT NULL,
  progress_milli INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER course_stats_added AFTER INSERT ON enrollments
BEGIN
  INSERT INTO course_stats VALUES (
    new.course, new.status = 'pending', new.status = 'active', new.status = 'completed',
    new.status = 'cancelled', new.status = 'refunded', new.certificate_id IS NOT NULL,
    CASE WHEN new.status IN ('active', 'completed') THEN CAST(round(new.progress * 1000) AS INTEGER) ELSE 0 END)
  ON CONFLICT DO UPDATE SET
    pending = pending + excluded.pending, active = active + excluded.active,
    completed = completed + excluded.completed, cancelled = cancelled + excluded.cancelled,
    refunded = refunded + excluded.refunded, certificates = certificates + excluded.certificates,
    progress_milli = progress_milli + excluded.progress_milli;
END;
CREATE TRIGGER course_stats_removed AFTER DELETE ON enrollments
BEGIN
  UPDATE course_stats SET
    pending = pending - (old.status = 'pending'), active = active - (old.status = 'active'),
    completed = completed - (old.status = 'completed'), cancelled = cancelled - (old.status = 'cancelled'),
    refunded = refunded - (old.status = 'refunded'),
    certificates = certificates - (old.certificate_id IS NOT NULL),
    progress_milli = progress_milli - CASE WHEN old.status IN ('active', 'completed')
      THEN CAST(round(old.progress * 1000) AS INTEGER) ELSE 0 END
  WHERE course = old.course;
END;
CREATE TRIGGER course_stats_changed
AFTER UPDATE OF course, status, progress, certificate_id ON enrollments
WHEN old.course IS NOT new.course OR old.status IS NOT new.status OR old.progress IS NOT new.progress
  OR (old.certificate_id IS NULL) IS NOT (new.certificate_id IS NULL)
BEGIN
  UPDATE course_stats SET
    pending = pending - (old.status = 'pending'), active = active - (old.status = 'active'),
    completed = completed - (old.status = 'completed'), cancelled = cancelled - (old.status = 'cancelled'),
    refunded = refunded - (old.status = 'refunded'),
    certificates = certificates - (old.certificate_id IS NOT NULL),
    progress_milli = progress_milli - CASE WHEN old.status IN ('active', 'completed')
      THEN CAST(round(old.progress * 1000) AS INTEGER) ELSE 0 END
  WHERE course = old.course;
  INSERT INTO course_stats VALUES (
    new.course, new.status = 'pending', new.status = 'active', new.status = 'completed',
    new.status = 'cancelled', new.status = 'refunded', new.certificate_id IS NOT NULL,
    CASE WHEN new.status IN ('active', 'completed') THEN CAST(round(new.progress * 1000) AS INTEGER) ELSE 0 END)
  ON CONFLICT DO UPDATE SET
    pending = pending + excluded.pending, active = active + excluded.active,
    completed = completed + excluded.completed, cancelled = cancelled + excluded.cancelled,
    refunded = refunded + excluded.refunded, certificates = certificates + excluded.certificates,
    progress_milli = progress_milli + excluded.progress_milli;
END;

-- Payments by what the list is filtered by, with what they ask for.
CREATE TABLE payment_counts (
  course       BLOB NOT NULL,
  status       TEXT NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  n            INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (course, status, method, currency)
) WITHOUT ROWID;
CREATE TRIGGER payments_counted AFTER INSERT ON payments
BEGIN
  INSERT INTO payment_counts VALUES (new.course, new.status, new.method, new.currency, 1, new.amount_minor)
  ON CONFLICT DO UPDATE SET n = n + 1, amount_minor = amount_minor + excluded.amount_minor;
END;
CREATE TRIGGER payments_uncounted AFTER DELETE ON payments
BEGIN
  UPDATE payment_counts SET n = n - 1, amount_minor = amount_minor - old.amount_minor
  WHERE course = old.course AND status = old.status AND method = old.method AND currency = old.currency;
END;
CREATE TRIGGER payments_recounted AFTER UPDATE OF course, status, method, currency, amount_minor ON payments
WHEN old.course IS NOT new.course OR old.status IS NOT new.status OR old.method IS NOT new.method
  OR old.currency IS NOT new.currency OR old.amount_minor IS NOT new.amount_minor
BEGIN
  UPDATE payment_counts SET n = n - 1, amount_minor = amount_minor - old.amount_minor
  WHERE course = old.course AND status = old.status AND method = old.method AND currency = old.currency;
  INSERT INTO payment_counts VALUES (new.course, new.status, new.method, new.currency, 1, new.amount_minor)
  ON CONFLICT DO UPDATE SET n = n + 1, amount_minor = amount_minor + excluded.amount_minor;
END;

-- Money booked, by the day it moved. The ledger is insert-only, so this only grows.
CREATE TABLE revenue_daily (
  day          INTEGER NOT NULL,
  course       BLOB NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (day, course, method, currency, kind)
) WITHOUT ROWID;
CREATE TRIGGER ledger_summed AFTER INSERT ON payment_ledger
BEGIN
  INSERT INTO revenue_daily
  SELECT (new.occurred_at + offset_ms + 8640000000000000) / 86400000 - 100000000,
         new.course, new.method, new.currency, new.kind, new.amount_minor, 1
  FROM zone_spans WHERE from_ms <= new.occurred_at ORDER BY from_ms DESC LIMIT 1
  ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + 1;
END;

-- Audit events by what was done; the trail is insert-only as well.
CREATE TABLE audit_counts (
  verb TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER audit_counted AFTER INSERT ON audit_events
BEGIN
  INSERT INTO audit_counts VALUES (new.verb, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
