-- One-time codes given out, as hashes.
CREATE TABLE auth_tokens (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL, rev INTEGER NOT NULL,
  user BLOB NOT NULL, token_hash TEXT NOT NULL UNIQUE, expires_at INTEGER NOT NULL
);
CREATE INDEX auth_tokens_by_user ON auth_tokens (user);
