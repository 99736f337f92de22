-- Mail that this desktop sends: what waits, and what became of the rest. What a letter says stays only
-- while it waits, because it may hold a code.
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
  reason     TEXT,
  CHECK (letter IS NOT NULL OR state <> 'waiting')
);
CREATE INDEX mail_due ON mail (next_at) WHERE state = 'waiting';
CREATE INDEX mail_ended ON mail (ended_at) WHERE state <> 'waiting';
