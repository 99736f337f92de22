//! The server's address, what a connection says of itself, and servers that can do less or ask more.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod address;
mod gone;
mod logins;
mod standalone;
mod tls;
mod upload;
