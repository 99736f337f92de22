//! The institution's desktops: which there are and who is signed in where, how one joins by an invitation,
//! how one is moved to another computer, and how a lost one is shut out.
//!
//! The session of whoever sits at this desktop is in `accounts`; the server in `operations::server`.

pub mod dto;
mod exporting;
mod invitation;
mod inviting;
mod joining;
mod listing;
mod opening;
mod sealed;
mod shutting_out;

pub use exporting::export_workspace;
pub use inviting::desktop_invite;
pub use joining::join_institution;
pub use listing::{check_in, desktop_session_end, desktops, person_sign_out};
pub use opening::{Opened, open_export};
pub use sealed::sealed_files;
pub(crate) use shutting_out::drop_lapsed_logins;
pub use shutting_out::{desktop_login_drop, desktop_revoke, give_up, is_shut_out};

use domain::{Actor, Code, DeviceId, Refusal, device::Device};

use crate::{
    accounts::{fresh_device_name, password_again},
    desk::{Desk, Ids},
    error::WorkflowError,
};

/// How often another name for a desktop is tried.
const NAMES: usize = 50;

/// A name none of these desktops has.
fn free_name(taken: &[Device], ids: &dyn Ids) -> Result<DeviceId, WorkflowError> {
    for _ in 0..NAMES {
        let name = fresh_device_name(ids)?;
        if !taken.iter().any(|device| device.name == name) {
            return Ok(name);
        }
    }
    let message = "No free name for this desktop was found. Try again.";
    Err(Refusal::new(Code::Taken, message).into())
}

/// Whoever gives the institution away types their password again. The command line is used by whoever has
/// the computer's account: nobody is asked there.
fn prove(desk: &Desk<'_>, actor: &Actor, password: &str) -> Result<(), WorkflowError> {
    let Some(id) = actor.user else { return Ok(()) };
    let user = desk.read(|reader| {
        Ok(reader
            .user(id)?
            .ok_or_else(|| Refusal::not_found("Your account"))?)
    })?;
    password_again(desk, &user, password)
}
