-- The audit trail is chained per device: each row has its number in the device's chain, and how far a
-- chain was seen is remembered beside it, so that a trail that was cut is noticed. A row without a number
-- waits for the institution's server, which gives it. Rows of before are numbered by the program when it
-- takes this step.
ALTER TABLE audit_events ADD COLUMN number INTEGER;
CREATE INDEX audit_by_chain ON audit_events (device, number);
CREATE TABLE audit_heads (
  device TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  hash   TEXT NOT NULL
) WITHOUT ROWID;
