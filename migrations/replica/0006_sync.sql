-- Beside an institution's server: what the server has of every document that waits to be sent, what each
-- waiting change set touches, how far each collection was fetched, and what only a person can settle.

-- Was never filled: no workspace had a server before this step.
DROP TABLE checkpoints;
-- How far each source was fetched. Identifiers and marks are extended JSON.
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

DROP TABLE conflicts;
-- Fields two desktops wrote: the server's value stands, the other is kept here until somebody settles it.
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
CREATE INDEX conflicts_open ON conflicts (collection, doc) WHERE settled IS NULL;

ALTER TABLE outbox ADD COLUMN rebases INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN reason TEXT;
-- The device in whose ledger series the change set books.
ALTER TABLE outbox ADD COLUMN series TEXT;
CREATE INDEX outbox_by_series ON outbox (series, seq) WHERE series IS NOT NULL;

-- What a waiting change set touches and how: x makes or takes away, w writes, c only counts up, v relies
-- on the revision, r relies on a field, n relies on it being there, s takes a number of a series. What a
-- change set does to a document stands beside x, w and c, so that a view is recomputed without the rest.
CREATE TABLE outbox_touches (
  collection TEXT NOT NULL,
  id         BLOB NOT NULL,
  mode       TEXT NOT NULL CHECK (mode IN ('x', 'w', 'c', 'v', 'r', 'n', 's')),
  seq        INTEGER NOT NULL,
  step       TEXT,
  PRIMARY KEY (collection, id, mode, seq)
) WITHOUT ROWID;
CREATE INDEX outbox_touches_by_seq ON outbox_touches (seq);

-- The server's version of every document a waiting change set writes (none: the server has none). The
-- document's own table holds this with what waits applied on top; `skipped` where that was not possible.
CREATE TABLE shadows (
  collection TEXT NOT NULL,
  id         BLOB NOT NULL,
  skipped    INTEGER NOT NULL DEFAULT 0,
  doc        TEXT,
  PRIMARY KEY (collection, id)
) WITHOUT ROWID;

-- Documents of other programs that cannot be read as what their collection holds.
CREATE TABLE unreadable (
  source TEXT NOT NULL,
  id     TEXT NOT NULL,
  reason TEXT NOT NULL,
  doc    TEXT NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;

-- Where the server says a series stands, when that is further than the rows held here.
CREATE TABLE series_tails (
  device TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  hash   TEXT NOT NULL
) WITHOUT ROWID;

-- The trails stay insert-only. Two exceptions: a row the server has not acknowledged yet may be booked
-- anew, and while a row stands in `corrections` (only ever within one transaction) the copy follows the
-- server: rows out of this desktop's scope are dropped, a row that is not the server's makes way.
CREATE TABLE corrections (open INTEGER PRIMARY KEY);
DROP TRIGGER ledger_no_delete;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON payment_ledger
WHEN NOT EXISTS (SELECT 1 FROM outbox WHERE op = old.op) AND NOT EXISTS (SELECT 1 FROM corrections)
BEGIN SELECT RAISE(ABORT, 'the payment ledger is insert-only'); END;
DROP TRIGGER audit_no_update;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM outbox WHERE op = old.op) AND NOT EXISTS (SELECT 1 FROM corrections)
BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END;
DROP TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM outbox WHERE op = old.op) AND NOT EXISTS (SELECT 1 FROM corrections)
BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END;

CREATE TRIGGER ledger_unsummed AFTER DELETE ON payment_ledger
BEGIN
  UPDATE revenue_daily SET amount_minor = amount_minor - old.amount_minor, n = n - 1
  WHERE day = (SELECT (old.occurred_at + offset_ms + 8640000000000000) / 86400000 - 100000000
               FROM zone_spans WHERE from_ms <= old.occurred_at ORDER BY from_ms DESC LIMIT 1)
    AND course = old.course AND method = old.method AND currency = old.currency AND kind = old.kind;
  UPDATE revenue_totals SET amount_minor = amount_minor - old.amount_minor, n = n - 1
  WHERE course = old.course AND method = old.method AND currency = old.currency AND kind = old.kind;
END;
CREATE TRIGGER audit_uncounted AFTER DELETE ON audit_events
BEGIN UPDATE audit_counts SET n = n - 1 WHERE verb = old.verb; END;
CREATE TRIGGER audit_recounted AFTER UPDATE OF verb ON audit_events WHEN old.verb IS NOT new.verb
BEGIN
  UPDATE audit_counts SET n = n - 1 WHERE verb = old.verb;
  INSERT INTO audit_counts VALUES (new.verb, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- A person or course may arrive after what names it: the copied names and the count are filled then.
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
CREATE TRIGGER courses_repriced AFTER UPDATE OF currency ON courses WHEN old.currency IS NOT new.currency
BEGIN
  UPDATE enrollments SET currency = new.currency
  WHERE course = new.id AND currency IS NOT new.currency AND doc ->> '$.payment.currency' IS NULL;
END;
