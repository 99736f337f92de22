//! What the window says and hears about the institution's server.

mod connecting;
mod synchronisation;
mod upkeep;

pub use connecting::*;
pub use synchronisation::*;
pub use upkeep::*;
