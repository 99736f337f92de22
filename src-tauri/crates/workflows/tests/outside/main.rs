//! Everything that reads what comes from outside, given ten thousand inputs that nobody meant: files,
//! tokens, codes, arguments of commands, addresses, documents of other programs. Each is bytes that begin
//! as something real and are then cut, doubled and overwritten, or bytes that never were anything.
//!
//! What is promised of each: an answer or a refusal, never a panic, never a wait; and nothing of a secret
//! in what is said. What a right input means is tested where it is read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    unreachable_pub
)]

mod addresses;
mod arguments;
mod bytes;
mod documents;
mod files;
mod sealed;
mod tables;
mod tokens;
