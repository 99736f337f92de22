//! Trying a server before anything is decided.

use super::{
    dto::{ServerAddress, ServerProbe},
    no_server,
};
use crate::error::WorkflowError;

/// What a server answers; nothing is written.
pub fn connect_probe(_address: &ServerAddress) -> Result<ServerProbe, WorkflowError> {
    Err(no_server().into())
}
