//! The decisions: each takes what was read, the time and the identifiers to use, and returns a change
//! set or a refusal. One file a subject; nothing here knows where documents are kept.

pub mod accounts;
pub mod enrolling;
pub mod learning;
pub mod paying;
pub mod people;
pub mod publishing;
pub mod refunding;
