CREATE TABLE applied_ops (op BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE audit_counts (
  verb TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX audit_by_actor ON audit_events (actor, n, verb, at);

CREATE INDEX audit_by_chain ON audit_events (device, number);

CREATE INDEX audit_by_time ON audit_events (at, n);

CREATE INDEX audit_by_verb ON audit_events (verb, n, at);

CREATE INDEX audit_narrow ON audit_events (n, verb, at, actor);

CREATE TABLE audit_events (
  n          INTEGER PRIMARY KEY,
  op         BLOB NOT NULL UNIQUE,
  at         INTEGER NOT NULL,
  actor      BLOB,
  actor_name TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  device     TEXT NOT NULL,
  verb       TEXT NOT NULL,
  doc        TEXT NOT NULL
, number INTEGER);

CREATE TRIGGER audit_counted AFTER INSERT ON audit_events
BEGIN
  INSERT INTO audit_counts VALUES (new.verb, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM outbox WHERE op = old.op) AND NOT EXISTS (SELECT 1 FROM corrections)
BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM outbox WHERE op = old.op) AND NOT EXISTS (SELECT 1 FROM corrections)
BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END;

CREATE TRIGGER audit_recounted AFTER UPDATE OF verb ON audit_events WHEN old.verb IS NOT new.verb
BEGIN
  UPDATE audit_counts SET n = n - 1 WHERE verb = old.verb;
  INSERT INTO audit_counts VALUES (new.verb, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER audit_uncounted AFTER DELETE ON audit_events
BEGIN UPDATE audit_counts SET n = n - 1 WHERE verb = old.verb; END;

CREATE TABLE audit_heads (
  device TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  hash   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit_subjects (
  collection TEXT NOT NULL,
  id         BLOB NOT NULL,
  event      INTEGER NOT NULL REFERENCES audit_events (n),
  PRIMARY KEY (collection, id, event)
) WITHOUT ROWID;

CREATE INDEX auth_tokens_by_user ON auth_tokens (user);

CREATE TABLE auth_tokens (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL,
  user BLOB NOT NULL, token_hash TEXT NOT NULL UNIQUE, expires_at INTEGER NOT NULL
);

CREATE TABLE checkpoints (
  source     TEXT PRIMARY KEY,
  mode       TEXT NOT NULL CHECK (mode IN ('snapshot', 'stream', 'poll')),
  after      TEXT,
  done       INTEGER NOT NULL,
  total      INTEGER NOT NULL,
  scope_hash TEXT NOT NULL,
  watermark  TEXT,
  sweep_at   INTEGER,
  as_of      INTEGER
) WITHOUT ROWID;

CREATE TABLE completions_daily (
  day    INTEGER NOT NULL,
  course BLOB NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, course)
) WITHOUT ROWID;

CREATE INDEX conflicts_open ON conflicts (collection, doc) WHERE settled IS NULL;

CREATE TABLE conflicts (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  op         BLOB NOT NULL,
  collection TEXT NOT NULL,
  doc        BLOB NOT NULL,
  path       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  base       TEXT NOT NULL,
  mine       TEXT NOT NULL,
  theirs     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  settled    TEXT CHECK (settled IN ('mine', 'theirs')),
  settled_at INTEGER
);

CREATE TABLE corrections (open INTEGER PRIMARY KEY);

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

CREATE INDEX courses_by_category ON courses (category, title_fold, n);

CREATE INDEX courses_by_created ON courses (created_at, n);

CREATE INDEX courses_by_enrollments ON courses (enrollments, n);

CREATE INDEX courses_by_instructor ON courses (instructor, title_fold, n);

CREATE INDEX courses_by_instructor_name ON courses (instructor_name COLLATE NOCASE, title_fold, n);

CREATE INDEX courses_by_level ON courses (
  CASE level WHEN 'Beginner' THEN 1 WHEN 'Intermediate' THEN 2 WHEN 'Advanced' THEN 3 END, title_fold, n);

CREATE INDEX courses_by_price ON courses (currency, price_minor, n);

CREATE INDEX courses_by_rating ON courses (rating_average, n);

CREATE INDEX courses_by_status ON courses (status, is_public, title_fold, n);

CREATE INDEX courses_by_title ON courses (title_fold, n);

CREATE INDEX courses_by_updated ON courses (updated_at, n);

CREATE INDEX courses_narrow ON courses (
  status, is_public, category, level, currency, price_minor, instructor, n, title_fold, enrollments,
  rating_average, created_at, updated_at, instructor_name);

CREATE UNIQUE INDEX courses_slug ON courses (slug) WHERE slug IS NOT NULL;

CREATE TABLE courses (
  n               INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE,
  rev             INTEGER NOT NULL,
  slug            TEXT,
  title           TEXT NOT NULL,
  title_fold      TEXT NOT NULL,
  category        TEXT,
  level           TEXT,
  status          TEXT NOT NULL,
  is_public       INTEGER NOT NULL,
  price_minor     INTEGER,
  currency        TEXT NOT NULL,
  instructor      BLOB NOT NULL,
  instructor_name TEXT NOT NULL,
  total_lessons   INTEGER NOT NULL,
  enrollments     INTEGER NOT NULL,
  rating_average  REAL NOT NULL,
  rating_count    INTEGER NOT NULL,
  published_at    INTEGER,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  doc             TEXT NOT NULL
);

CREATE TRIGGER courses_arrived AFTER INSERT ON courses
BEGIN
  UPDATE enrollments SET course_title = new.title, course_fold = new.title_fold, instructor = new.instructor
  WHERE course = new.id
    AND (course_title IS NOT new.title OR course_fold IS NOT new.title_fold OR instructor IS NOT new.instructor);
  UPDATE payments SET course_title = new.title, course_fold = new.title_fold
  WHERE course = new.id AND (course_title IS NOT new.title OR course_fold IS NOT new.title_fold);
  UPDATE enrollments SET currency = new.currency
  WHERE course = new.id AND currency IS NOT new.currency AND doc ->> '$.payment.currency' IS NULL;
END;

CREATE TRIGGER courses_fts_added AFTER INSERT ON courses
BEGIN
  INSERT INTO courses_fts (rowid, title, description, tags)
  VALUES (new.n, new.title, new.doc ->> '$.description',
          (SELECT group_concat(value, ' ') FROM json_each(new.doc, '$.tags')));
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

CREATE TRIGGER courses_fts_removed AFTER DELETE ON courses
BEGIN
  DELETE FROM courses_fts WHERE rowid = old.n;
END;

CREATE TRIGGER courses_reassigned AFTER UPDATE OF instructor ON courses WHEN old.instructor IS NOT new.instructor
BEGIN
  UPDATE enrollments SET instructor = new.instructor WHERE course = new.id;
END;

CREATE TRIGGER courses_renamed AFTER UPDATE OF title, title_fold ON courses WHEN old.title IS NOT new.title
BEGIN
  UPDATE enrollments SET course_title = new.title, course_fold = new.title_fold WHERE course = new.id;
  UPDATE payments SET course_title = new.title, course_fold = new.title_fold WHERE course = new.id;
END;

CREATE TRIGGER courses_repriced AFTER UPDATE OF currency ON courses WHEN old.currency IS NOT new.currency
BEGIN
  UPDATE enrollments SET currency = new.currency
  WHERE course = new.id AND currency IS NOT new.currency AND doc ->> '$.payment.currency' IS NULL;
END;

CREATE VIRTUAL TABLE courses_fts USING fts5 (
  title, description, tags,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);

CREATE TABLE devices (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL
);

CREATE TABLE enrollment_counts (
  course         BLOB NOT NULL,
  instructor     BLOB NOT NULL,
  status         TEXT NOT NULL,
  payment_status TEXT NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (course, instructor, status, payment_status)
) WITHOUT ROWID;

CREATE TRIGGER enrollment_totals_added AFTER INSERT ON enrollment_counts
BEGIN
  INSERT INTO enrollment_totals VALUES (new.status, new.payment_status, new.n)
  ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER enrollment_totals_changed AFTER UPDATE OF n ON enrollment_counts
BEGIN
  UPDATE enrollment_totals SET n = n + new.n - old.n
  WHERE status = new.status AND payment_status = new.payment_status;
END;

CREATE TRIGGER enrollment_totals_removed AFTER DELETE ON enrollment_counts
BEGIN
  UPDATE enrollment_totals SET n = n - old.n
  WHERE status = old.status AND payment_status = old.payment_status;
END;

CREATE TABLE enrollment_totals (
  status         TEXT NOT NULL,
  payment_status TEXT NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (status, payment_status)
) WITHOUT ROWID;

CREATE INDEX enrollments_by_amount ON enrollments (currency, amount_minor, n);

CREATE INDEX enrollments_by_completed ON enrollments (completed_at, n);

CREATE INDEX enrollments_by_course ON enrollments (
  course, status, enrolled_at, n, payment_status, completed_at, currency, amount_minor);

CREATE INDEX enrollments_by_course_name ON enrollments (course_fold, n);

CREATE INDEX enrollments_by_course_progress ON enrollments (course, status, progress, n, payment_status);

CREATE INDEX enrollments_by_course_user ON enrollments (course, status, user_fold, n, payment_status);

CREATE INDEX enrollments_by_date ON enrollments (enrolled_at, n, status, payment_status);

CREATE INDEX enrollments_by_instructor ON enrollments (
  instructor, status, enrolled_at, n, payment_status, progress, completed_at, currency, amount_minor);

CREATE INDEX enrollments_by_instructor_course ON enrollments (instructor, status, course_fold, n, payment_status);

CREATE INDEX enrollments_by_instructor_user ON enrollments (instructor, status, user_fold, n, payment_status);

CREATE INDEX enrollments_by_payment ON enrollments (
  payment_status, status, enrolled_at, n, progress, completed_at, currency, amount_minor);

CREATE INDEX enrollments_by_payment_user ON enrollments (payment_status, status, user_fold, n);

CREATE INDEX enrollments_by_progress ON enrollments (progress, n);

CREATE INDEX enrollments_by_status ON enrollments (status, enrolled_at, n, payment_status);

CREATE INDEX enrollments_by_status_amount ON enrollments (status, currency, amount_minor, n, payment_status);

CREATE INDEX enrollments_by_status_completed ON enrollments (status, completed_at, n, payment_status);

CREATE INDEX enrollments_by_status_course ON enrollments (status, course_fold, n, payment_status);

CREATE INDEX enrollments_by_status_progress ON enrollments (status, progress, n, payment_status);

CREATE INDEX enrollments_by_status_user ON enrollments (status, user_fold, n, payment_status);

CREATE INDEX enrollments_by_user_name ON enrollments (user_fold, n);

CREATE UNIQUE INDEX enrollments_certificate ON enrollments (certificate_id) WHERE certificate_id IS NOT NULL;

CREATE INDEX enrollments_reviewed
ON enrollments (course, json_extract(doc, '$.review.reviewedAt."$date"."$numberLong"'))
WHERE json_extract(doc, '$.review.rating') IS NOT NULL;

CREATE TABLE enrollments (
  n              INTEGER PRIMARY KEY,
  id             BLOB NOT NULL UNIQUE,
  rev            INTEGER NOT NULL,
  user           BLOB NOT NULL,
  course         BLOB NOT NULL,
  instructor     BLOB NOT NULL,
  user_name      TEXT NOT NULL,
  user_fold      TEXT NOT NULL,
  course_title   TEXT NOT NULL,
  course_fold    TEXT NOT NULL,
  status         TEXT NOT NULL,
  attempt        INTEGER NOT NULL,
  enrolled_at    INTEGER NOT NULL,
  completed_at   INTEGER,
  ended_at       INTEGER,
  progress       REAL NOT NULL,
  final_score    REAL,
  last_access_at INTEGER,
  payment_status TEXT NOT NULL,
  amount_minor   INTEGER NOT NULL,
  currency       TEXT NOT NULL,
  certificate_id TEXT,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  doc            TEXT NOT NULL,
  UNIQUE (user, course)
);

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

CREATE TRIGGER enrollments_counted AFTER INSERT ON enrollments
BEGIN UPDATE users SET enrollments = enrollments + 1 WHERE id = new.user; END;

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

CREATE TRIGGER enrollments_uncounted AFTER DELETE ON enrollments
BEGIN UPDATE users SET enrollments = enrollments - 1 WHERE id = old.user; END;

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

CREATE TABLE enrollments_daily (
  day    INTEGER NOT NULL,
  course BLOB NOT NULL,
  status TEXT NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, course, status)
) WITHOUT ROWID;

CREATE TRIGGER enrollments_daily_totals_added AFTER INSERT ON enrollments_daily
BEGIN
  INSERT INTO enrollments_daily_totals VALUES (new.day, new.status, new.n)
  ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER enrollments_daily_totals_changed AFTER UPDATE OF n ON enrollments_daily
BEGIN
  UPDATE enrollments_daily_totals SET n = n + new.n - old.n WHERE day = new.day AND status = new.status;
END;

CREATE TRIGGER enrollments_daily_totals_removed AFTER DELETE ON enrollments_daily
BEGIN
  UPDATE enrollments_daily_totals SET n = n - old.n WHERE day = old.day AND status = old.status;
END;

CREATE TABLE enrollments_daily_totals (
  day    INTEGER NOT NULL,
  status TEXT NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, status)
) WITHOUT ROWID;

CREATE TABLE imports (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE INDEX mail_by_person ON mail (person) WHERE person IS NOT NULL;

CREATE INDEX mail_due ON mail (next_at) WHERE state = 'waiting';

CREATE INDEX mail_ended ON mail (ended_at) WHERE state <> 'waiting';

CREATE TABLE mail (
  n          INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  recipient  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  letter     TEXT,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  queued_at  INTEGER NOT NULL,
  next_at    INTEGER NOT NULL,
  useless_at INTEGER,
  ended_at   INTEGER,
  reason     TEXT, person BLOB,
  CHECK (letter IS NOT NULL OR state <> 'waiting')
);

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX outbox_by_series ON outbox (series, seq) WHERE series IS NOT NULL;

CREATE TABLE outbox (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  op         BLOB NOT NULL UNIQUE,
  change_set TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('pending', 'inflight', 'acked', 'dead')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  next_at    INTEGER,
  error      TEXT,
  depends_on BLOB
, rebases INTEGER NOT NULL DEFAULT 0, reason TEXT, series TEXT);

CREATE INDEX outbox_touches_by_seq ON outbox_touches (seq);

CREATE TABLE outbox_touches (
  collection TEXT NOT NULL,
  id         BLOB NOT NULL,
  mode       TEXT NOT NULL CHECK (mode IN ('x', 'w', 'c', 'v', 'r', 'n', 's')),
  seq        INTEGER NOT NULL,
  step       TEXT,
  PRIMARY KEY (collection, id, mode, seq)
) WITHOUT ROWID;

CREATE TABLE payment_counts (
  course       BLOB NOT NULL,
  status       TEXT NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  n            INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (course, status, method, currency)
) WITHOUT ROWID;

CREATE TRIGGER payment_totals_added AFTER INSERT ON payment_counts
BEGIN
  INSERT INTO payment_totals VALUES (new.status, new.method, new.currency, new.n, new.amount_minor)
  ON CONFLICT DO UPDATE SET n = n + excluded.n, amount_minor = amount_minor + excluded.amount_minor;
END;

CREATE TRIGGER payment_totals_changed AFTER UPDATE OF n, amount_minor ON payment_counts
BEGIN
  UPDATE payment_totals SET n = n + new.n - old.n, amount_minor = amount_minor + new.amount_minor - old.amount_minor
  WHERE status = new.status AND method = new.method AND currency = new.currency;
END;

CREATE TRIGGER payment_totals_removed AFTER DELETE ON payment_counts
BEGIN
  UPDATE payment_totals SET n = n - old.n, amount_minor = amount_minor - old.amount_minor
  WHERE status = old.status AND method = old.method AND currency = old.currency;
END;

CREATE INDEX ledger_by_payment ON payment_ledger (payment, n);

CREATE INDEX ledger_by_time ON payment_ledger (occurred_at, n);

CREATE TABLE payment_ledger (
  n            INTEGER PRIMARY KEY,
  op           BLOB NOT NULL UNIQUE,
  payment      BLOB NOT NULL,
  enrollment   BLOB NOT NULL,
  user         BLOB NOT NULL,
  course       BLOB NOT NULL,
  kind         TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  method       TEXT NOT NULL,
  occurred_at  INTEGER NOT NULL,
  recorded_at  INTEGER NOT NULL,
  device       TEXT NOT NULL,
  number       INTEGER NOT NULL,
  hash         TEXT NOT NULL,
  doc          TEXT NOT NULL,
  UNIQUE (device, number)
);

CREATE TRIGGER ledger_no_delete BEFORE DELETE ON payment_ledger
WHEN NOT EXISTS (SELECT 1 FROM outbox WHERE op = old.op) AND NOT EXISTS (SELECT 1 FROM corrections)
BEGIN SELECT RAISE(ABORT, 'the payment ledger is insert-only'); END;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON payment_ledger
BEGIN SELECT RAISE(ABORT, 'the payment ledger is insert-only'); END;

CREATE TRIGGER ledger_summed AFTER INSERT ON payment_ledger
BEGIN
  INSERT INTO revenue_daily
  SELECT (new.occurred_at + offset_ms + 8640000000000000) / 86400000 - 100000000,
         new.course, new.method, new.currency, new.kind, new.amount_minor, 1
  FROM zone_spans WHERE from_ms <= new.occurred_at ORDER BY from_ms DESC LIMIT 1
  ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + 1;
END;

CREATE TRIGGER ledger_totalled AFTER INSERT ON payment_ledger
BEGIN
  INSERT INTO revenue_totals VALUES (new.course, new.method, new.currency, new.kind, new.amount_minor, 1)
  ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + 1;
END;

CREATE TRIGGER ledger_unsummed AFTER DELETE ON payment_ledger
BEGIN
  UPDATE revenue_daily SET amount_minor = amount_minor - old.amount_minor, n = n - 1
  WHERE day = (SELECT (old.occurred_at + offset_ms + 8640000000000000) / 86400000 - 100000000
               FROM zone_spans WHERE from_ms <= old.occurred_at ORDER BY from_ms DESC LIMIT 1)
    AND course = old.course AND method = old.method AND currency = old.currency AND kind = old.kind;
  UPDATE revenue_totals SET amount_minor = amount_minor - old.amount_minor, n = n - 1
  WHERE course = old.course AND method = old.method AND currency = old.currency AND kind = old.kind;
END;

CREATE TABLE payment_totals (
  status       TEXT NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  n            INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (status, method, currency)
) WITHOUT ROWID;

CREATE INDEX payments_by_amount ON payments (currency, amount_minor, n, status, method, created_at);

CREATE INDEX payments_by_course ON payments (
  course, created_at, n, status, method, currency, amount_minor, user_fold, receipt_number);

CREATE INDEX payments_by_course_name ON payments (course_fold, n);

CREATE INDEX payments_by_created ON payments (created_at, n, status, method, currency, amount_minor);

CREATE INDEX payments_by_enrollment ON payments (enrollment, created_at, n);

CREATE INDEX payments_by_method ON payments (method, created_at, n, status, currency);

CREATE INDEX payments_by_receipt ON payments (receipt_number, n);

CREATE INDEX payments_by_status ON payments (status, created_at, n, method, currency, amount_minor);

CREATE INDEX payments_by_status_amount ON payments (status, currency, amount_minor, n, method);

CREATE INDEX payments_by_status_course ON payments (status, course_fold, n, method, currency);

CREATE INDEX payments_by_status_method ON payments (status, method, created_at, n, currency);

CREATE INDEX payments_by_status_receipt ON payments (status, receipt_number, n, method, currency);

CREATE INDEX payments_by_status_user ON payments (status, user_fold, n, method, currency);

CREATE INDEX payments_by_user ON payments (user, created_at, n);

CREATE INDEX payments_by_user_name ON payments (user_fold, n);

CREATE UNIQUE INDEX payments_charge ON payments (charge_id) WHERE charge_id IS NOT NULL;

CREATE UNIQUE INDEX payments_intent ON payments (payment_intent_id) WHERE payment_intent_id IS NOT NULL;

CREATE UNIQUE INDEX payments_merchant ON payments (merchant_transaction_id) WHERE merchant_transaction_id IS NOT NULL;

CREATE UNIQUE INDEX payments_receipt ON payments (receipt_number) WHERE receipt_number IS NOT NULL;

CREATE INDEX payments_requested ON payments (created_at, n) WHERE requested_minor > 0;

CREATE UNIQUE INDEX payments_session ON payments (session_id) WHERE session_id IS NOT NULL;

CREATE UNIQUE INDEX payments_transaction ON payments (transaction_id) WHERE transaction_id IS NOT NULL;

CREATE TABLE payments (
  n                       INTEGER PRIMARY KEY,
  id                      BLOB NOT NULL UNIQUE,
  rev                     INTEGER NOT NULL,
  user                    BLOB NOT NULL,
  course                  BLOB NOT NULL,
  enrollment              BLOB,
  user_name               TEXT NOT NULL,
  user_fold               TEXT NOT NULL,
  course_title            TEXT NOT NULL,
  course_fold             TEXT NOT NULL,
  status                  TEXT NOT NULL,
  method                  TEXT NOT NULL,
  amount_minor            INTEGER NOT NULL,
  currency                TEXT NOT NULL,
  refunded_minor          INTEGER NOT NULL,
  requested_minor         INTEGER NOT NULL,
  receipt_number          TEXT,
  payment_intent_id       TEXT,
  charge_id               TEXT,
  session_id              TEXT,
  transaction_id          TEXT,
  merchant_transaction_id TEXT,
  paid_at                 INTEGER,
  created_at              INTEGER NOT NULL,
  updated_at              INTEGER NOT NULL,
  doc                     TEXT NOT NULL
);

CREATE TRIGGER payments_counted AFTER INSERT ON payments
BEGIN
  INSERT INTO payment_counts VALUES (new.course, new.status, new.method, new.currency, 1, new.amount_minor)
  ON CONFLICT DO UPDATE SET n = n + 1, amount_minor = amount_minor + excluded.amount_minor;
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

CREATE TRIGGER payments_uncounted AFTER DELETE ON payments
BEGIN
  UPDATE payment_counts SET n = n - 1, amount_minor = amount_minor - old.amount_minor
  WHERE course = old.course AND status = old.status AND method = old.method AND currency = old.currency;
END;

CREATE TABLE people_counts (
  role           TEXT NOT NULL,
  status         TEXT NOT NULL,
  email_verified INTEGER NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (role, status, email_verified)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE people_fts USING fts5 (
  name_fold, email,
  content = 'users', content_rowid = 'n', columnsize = 0,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);

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

CREATE TRIGGER revenue_daily_totals_added AFTER INSERT ON revenue_daily
BEGIN
  INSERT INTO revenue_daily_totals
  VALUES (new.day, new.currency, new.kind, new.method, new.amount_minor, new.n)
  ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + excluded.n;
END;

CREATE TRIGGER revenue_daily_totals_changed AFTER UPDATE OF n, amount_minor ON revenue_daily
BEGIN
  UPDATE revenue_daily_totals SET n = n + new.n - old.n, amount_minor = amount_minor + new.amount_minor - old.amount_minor
  WHERE day = new.day AND currency = new.currency AND kind = new.kind AND method = new.method;
END;

CREATE TRIGGER revenue_daily_totals_removed AFTER DELETE ON revenue_daily
BEGIN
  UPDATE revenue_daily_totals SET n = n - old.n, amount_minor = amount_minor - old.amount_minor
  WHERE day = old.day AND currency = old.currency AND kind = old.kind AND method = old.method;
END;

CREATE TABLE revenue_daily_totals (
  day          INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  method       TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (day, currency, kind, method)
) WITHOUT ROWID;

CREATE TABLE revenue_totals (
  course       BLOB NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (course, method, currency, kind)
) WITHOUT ROWID;

CREATE TABLE schema_migrations (
           version    INTEGER PRIMARY KEY,
           name       TEXT NOT NULL,
           checksum   TEXT NOT NULL,
           applied_at INTEGER NOT NULL
         );

CREATE TABLE series_tails (
  device TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  hash   TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user);

CREATE TABLE sessions (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL,
  user BLOB NOT NULL, token_hash TEXT NOT NULL UNIQUE, expires_at INTEGER NOT NULL
);

CREATE TABLE settings (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL
);

CREATE TABLE shadows (
  collection TEXT NOT NULL,
  id         BLOB NOT NULL,
  skipped    INTEGER NOT NULL DEFAULT 0,
  doc        TEXT,
  PRIMARY KEY (collection, id)
) WITHOUT ROWID;

CREATE TABLE unreadable (
  source TEXT NOT NULL,
  id     TEXT NOT NULL,
  reason TEXT NOT NULL,
  doc    TEXT NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;

CREATE INDEX users_by_created ON users (created_at, n, role, status, email_verified);

CREATE INDEX users_by_email ON users (email, n, role, status, email_verified);

CREATE INDEX users_by_enrollments ON users (enrollments, n, role, status, email_verified);

CREATE INDEX users_by_login ON users (last_login_at, n, role, status, email_verified);

CREATE INDEX users_by_name ON users (name_fold, n, role, status, email_verified, email);

CREATE INDEX users_by_role ON users (role, name_fold, n, status, email_verified, created_at, last_login_at, enrollments);

CREATE INDEX users_by_status ON users (status, name_fold, n, role, email_verified, created_at, last_login_at, enrollments);

CREATE INDEX users_ids ON users (n, id);

CREATE TABLE users (
  n              INTEGER PRIMARY KEY,
  id             BLOB NOT NULL UNIQUE,
  rev            INTEGER NOT NULL,
  email          TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  name_fold      TEXT NOT NULL,
  role           TEXT NOT NULL,
  status         TEXT NOT NULL,
  email_verified INTEGER NOT NULL,
  locked_until   INTEGER,
  last_login_at  INTEGER,
  enrollments    INTEGER NOT NULL DEFAULT 0,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  doc            TEXT NOT NULL
);

CREATE TRIGGER people_counted AFTER INSERT ON users
BEGIN
  INSERT INTO people_counts VALUES (new.role, new.status, new.email_verified, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER people_fts_added AFTER INSERT ON users
BEGIN
  INSERT INTO people_fts (rowid, name_fold, email) VALUES (new.n, new.name_fold, new.email);
END;

CREATE TRIGGER people_fts_changed AFTER UPDATE OF name_fold, email ON users
WHEN old.name_fold IS NOT new.name_fold OR old.email IS NOT new.email
BEGIN
  INSERT INTO people_fts (people_fts, rowid, name_fold, email)
  VALUES ('delete', old.n, old.name_fold, old.email);
  INSERT INTO people_fts (rowid, name_fold, email) VALUES (new.n, new.name_fold, new.email);
END;

CREATE TRIGGER people_fts_removed AFTER DELETE ON users
BEGIN
  INSERT INTO people_fts (people_fts, rowid, name_fold, email)
  VALUES ('delete', old.n, old.name_fold, old.email);
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

CREATE TRIGGER people_uncounted AFTER DELETE ON users
BEGIN
  UPDATE people_counts SET n = n - 1
  WHERE role = old.role AND status = old.status AND email_verified = old.email_verified;
END;

CREATE TRIGGER users_arrived AFTER INSERT ON users
BEGIN
  UPDATE enrollments SET user_name = new.name, user_fold = new.name_fold
  WHERE user = new.id AND (user_name IS NOT new.name OR user_fold IS NOT new.name_fold);
  UPDATE payments SET user_name = new.name, user_fold = new.name_fold
  WHERE user = new.id AND (user_name IS NOT new.name OR user_fold IS NOT new.name_fold);
  UPDATE courses SET instructor_name = new.name
  WHERE instructor = new.id AND instructor_name IS NOT new.name;
  UPDATE users SET enrollments = (SELECT count(*) FROM enrollments WHERE user = new.id)
  WHERE n = new.n AND EXISTS (SELECT 1 FROM enrollments WHERE user = new.id);
END;

CREATE TRIGGER users_renamed AFTER UPDATE OF name, name_fold ON users WHEN old.name IS NOT new.name
BEGIN
  UPDATE enrollments SET user_name = new.name, user_fold = new.name_fold WHERE user = new.id;
  UPDATE payments SET user_name = new.name, user_fold = new.name_fold WHERE user = new.id;
  UPDATE courses SET instructor_name = new.name WHERE instructor = new.id;
END;

CREATE TABLE zone_spans (
  from_ms   INTEGER PRIMARY KEY,
  offset_ms INTEGER NOT NULL
);
