//! The server's address, what a connection says of itself, and servers that can do less or ask more.
#![allow(missing_docs)]

mod address;
mod logins;
mod standalone;
mod upload;
