//! Signing in: failed attempts, lock-out, and what ends a session. Hashing and tokens are elsewhere.
