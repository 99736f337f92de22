-- The replica's tables: one a collection, with the document as canonical extended JSON and, beside it,
-- the columns lists sort and filter by. Identifiers are the 12 bytes of the ObjectId, moments are
-- milliseconds since 1970 in UTC, money is whole minor units. The *_fold columns are lower case
-- without diacritics (domain::text::fold). The document stands last in its row, so that reading a
-- column never walks the pages a long document overflows into.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

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
-- Lists walk one of these from either end. Behind `n` stand the columns a walk is narrowed by, so that
-- rows passed over are never fetched.
CREATE INDEX users_by_name ON users (name_fold, n, role, status, email_verified, email);
CREATE INDEX users_by_email ON users (email, n, role, status, email_verified);
CREATE INDEX users_by_role ON users (role, name_fold, n, status, email_verified, created_at, last_login_at, enrollments);
CREATE INDEX users_by_status ON users (status, name_fold, n, role, email_verified, created_at, last_login_at, enrollments);
CREATE INDEX users_by_created ON users (created_at, n, role, status, email_verified);
CREATE INDEX users_by_login ON users (last_login_at, n, role, status, email_verified);
CREATE INDEX users_by_enrollments ON users (enrollments, n, role, status, email_verified);
CREATE INDEX users_ids ON users (n, id);

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
CREATE UNIQUE INDEX courses_slug ON courses (slug) WHERE slug IS NOT NULL;
CREATE INDEX courses_by_title ON courses (title_fold, n);
CREATE INDEX courses_by_status ON courses (status, is_public, title_fold, n);
CREATE INDEX courses_by_category ON courses (category, title_fold, n);
CREATE INDEX courses_by_level ON courses (
  CASE level WHEN 'Beginner' THEN 1 WHEN 'Intermediate' THEN 2 WHEN 'Advanced' THEN 3 END, title_fold, n);
CREATE INDEX courses_by_instructor ON courses (instructor, title_fold, n);
CREATE INDEX courses_by_instructor_name ON courses (instructor_name COLLATE NOCASE, title_fold, n);
CREATE INDEX courses_by_price ON courses (currency, price_minor, n);
CREATE INDEX courses_by_created ON courses (created_at, n);
CREATE INDEX courses_by_updated ON courses (updated_at, n);
CREATE INDEX courses_by_enrollments ON courses (enrollments, n);
CREATE INDEX courses_by_rating ON courses (rating_average, n);
-- A catalog has thousands of courses, not millions: a narrowed list reads all of this one.
CREATE INDEX courses_narrow ON courses (
  status, is_public, category, level, currency, price_minor, instructor, n, title_fold, enrollments,
  rating_average, created_at, updated_at, instructor_name);

-- Names are copied from people and courses so that lists sort without a join; triggers keep them true.
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
-- One index for every order a list offers, and again under what a list is most narrowed by. A list
-- under several statuses merges one walk for each. The list picks by the counts kept in 0003.
CREATE INDEX enrollments_by_date ON enrollments (enrolled_at, n, status, payment_status);
CREATE INDEX enrollments_by_user_name ON enrollments (user_fold, n);
CREATE INDEX enrollments_by_course_name ON enrollments (course_fold, n);
CREATE INDEX enrollments_by_progress ON enrollments (progress, n);
CREATE INDEX enrollments_by_amount ON enrollments (currency, amount_minor, n);
CREATE INDEX enrollments_by_completed ON enrollments (completed_at, n);
CREATE INDEX enrollments_by_status ON enrollments (status, enrolled_at, n, payment_status);
CREATE INDEX enrollments_by_status_user ON enrollments (status, user_fold, n, payment_status);
CREATE INDEX enrollments_by_status_course ON enrollments (status, course_fold, n, payment_status);
CREATE INDEX enrollments_by_status_progress ON enrollments (status, progress, n, payment_status);
CREATE INDEX enrollments_by_status_amount ON enrollments (status, currency, amount_minor, n, payment_status);
CREATE INDEX enrollments_by_status_completed ON enrollments (status, completed_at, n, payment_status);
CREATE INDEX enrollments_by_payment ON enrollments (
  payment_status, status, enrolled_at, n, progress, completed_at, currency, amount_minor);
CREATE INDEX enrollments_by_payment_user ON enrollments (payment_status, status, user_fold, n);
CREATE INDEX enrollments_by_course ON enrollments (
  course, status, enrolled_at, n, payment_status, completed_at, currency, amount_minor);
CREATE INDEX enrollments_by_course_user ON enrollments (course, status, user_fold, n, payment_status);
CREATE INDEX enrollments_by_course_progress ON enrollments (course, status, progress, n, payment_status);
CREATE INDEX enrollments_by_instructor ON enrollments (
  instructor, status, enrolled_at, n, payment_status, progress, completed_at, currency, amount_minor);
CREATE INDEX enrollments_by_instructor_user ON enrollments (instructor, status, user_fold, n, payment_status);
CREATE INDEX enrollments_by_instructor_course ON enrollments (instructor, status, course_fold, n, payment_status);
CREATE UNIQUE INDEX enrollments_certificate ON enrollments (certificate_id) WHERE certificate_id IS NOT NULL;

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
CREATE INDEX payments_by_created ON payments (created_at, n, status, method, currency, amount_minor);
CREATE INDEX payments_by_user_name ON payments (user_fold, n);
CREATE INDEX payments_by_course_name ON payments (course_fold, n);
CREATE INDEX payments_by_amount ON payments (currency, amount_minor, n, status, method, created_at);
CREATE INDEX payments_by_receipt ON payments (receipt_number, n);
CREATE INDEX payments_by_status ON payments (status, created_at, n, method, currency, amount_minor);
CREATE INDEX payments_by_status_user ON payments (status, user_fold, n, method, currency);
CREATE INDEX payments_by_status_course ON payments (status, course_fold, n, method, currency);
CREATE INDEX payments_by_status_amount ON payments (status, currency, amount_minor, n, method);
CREATE INDEX payments_by_status_method ON payments (status, method, created_at, n, currency);
CREATE INDEX payments_by_status_receipt ON payments (status, receipt_number, n, method, currency);
CREATE INDEX payments_by_method ON payments (method, created_at, n, status, currency);
CREATE INDEX payments_by_user ON payments (user, created_at, n);
CREATE INDEX payments_by_course ON payments (
  course, created_at, n, status, method, currency, amount_minor, user_fold, receipt_number);
CREATE INDEX payments_by_enrollment ON payments (enrollment, created_at, n);
CREATE INDEX payments_requested ON payments (created_at, n) WHERE requested_minor > 0;
CREATE UNIQUE INDEX payments_receipt ON payments (receipt_number) WHERE receipt_number IS NOT NULL;
CREATE UNIQUE INDEX payments_intent ON payments (payment_intent_id) WHERE payment_intent_id IS NOT NULL;
CREATE UNIQUE INDEX payments_charge ON payments (charge_id) WHERE charge_id IS NOT NULL;
CREATE UNIQUE INDEX payments_session ON payments (session_id) WHERE session_id IS NOT NULL;
CREATE UNIQUE INDEX payments_transaction ON payments (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE UNIQUE INDEX payments_merchant ON payments (merchant_transaction_id) WHERE merchant_transaction_id IS NOT NULL;

-- Insert-only: triggers refuse every update and delete.
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
CREATE INDEX ledger_by_payment ON payment_ledger (payment, n);
CREATE INDEX ledger_by_time ON payment_ledger (occurred_at, n);
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON payment_ledger
BEGIN SELECT RAISE(ABORT, 'the payment ledger is insert-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON payment_ledger
BEGIN SELECT RAISE(ABORT, 'the payment ledger is insert-only'); END;

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
);
CREATE INDEX audit_by_time ON audit_events (at, n);
CREATE INDEX audit_by_actor ON audit_events (actor, n, verb, at);
CREATE INDEX audit_by_verb ON audit_events (verb, n, at);
CREATE INDEX audit_narrow ON audit_events (n, verb, at, actor);
CREATE TABLE audit_subjects (
  collection TEXT NOT NULL,
  id         BLOB NOT NULL,
  event      INTEGER NOT NULL REFERENCES audit_events (n),
  PRIMARY KEY (collection, id, event)
) WITHOUT ROWID;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END;

CREATE TABLE devices (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL
);
CREATE TABLE settings (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL
);
CREATE TABLE imports (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE sessions (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL,
  user BLOB NOT NULL, token_hash TEXT NOT NULL UNIQUE, expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user);

-- Change sets already applied here, so that the same one twice changes nothing.
CREATE TABLE applied_ops (op BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

-- Change sets the institution's server has not acknowledged. Empty in a workspace without a server.
CREATE TABLE outbox (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  op         BLOB NOT NULL UNIQUE,
  change_set TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('pending', 'inflight', 'acked', 'dead')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  next_at    INTEGER,
  error      TEXT,
  depends_on BLOB
);
CREATE TABLE checkpoints (
  collection       TEXT PRIMARY KEY,
  mode             TEXT NOT NULL,
  snapshot_last_id BLOB,
  resume_token     TEXT,
  watermark        INTEGER,
  sweep_at         INTEGER,
  scope_hash       TEXT,
  done             INTEGER NOT NULL DEFAULT 0,
  total            INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE conflicts (
  id         INTEGER PRIMARY KEY,
  op         BLOB NOT NULL,
  collection TEXT NOT NULL,
  doc        BLOB NOT NULL,
  path       TEXT NOT NULL,
  base       TEXT,
  mine       TEXT,
  theirs     TEXT,
  state      TEXT NOT NULL
);

-- Copied names follow their source.
CREATE TRIGGER users_renamed AFTER UPDATE OF name, name_fold ON users WHEN old.name IS NOT new.name
BEGIN
  UPDATE enrollments SET user_name = new.name, user_fold = new.name_fold WHERE user = new.id;
  UPDATE payments SET user_name = new.name, user_fold = new.name_fold WHERE user = new.id;
  UPDATE courses SET instructor_name = new.name WHERE instructor = new.id;
END;
CREATE TRIGGER courses_renamed AFTER UPDATE OF title, title_fold ON courses WHEN old.title IS NOT new.title
BEGIN
  UPDATE enrollments SET course_title = new.title, course_fold = new.title_fold WHERE course = new.id;
  UPDATE payments SET course_title = new.title, course_fold = new.title_fold WHERE course = new.id;
END;
CREATE TRIGGER courses_reassigned AFTER UPDATE OF instructor ON courses WHEN old.instructor IS NOT new.instructor
BEGIN
  UPDATE enrollments SET instructor = new.instructor WHERE course = new.id;
END;
CREATE TRIGGER enrollments_counted AFTER INSERT ON enrollments
BEGIN UPDATE users SET enrollments = enrollments + 1 WHERE id = new.user; END;
CREATE TRIGGER enrollments_uncounted AFTER DELETE ON enrollments
BEGIN UPDATE users SET enrollments = enrollments - 1 WHERE id = old.user; END;
