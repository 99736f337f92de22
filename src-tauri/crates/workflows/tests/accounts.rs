//! Accounts over a real replica: first run, signing in and out, the session, one's own account.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts {
    mod by_code;
    mod first_run;
    mod keyring;
    mod own;
    mod second_factor;
    mod session;
    mod sign_in;
}
