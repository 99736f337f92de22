//! Signing in without the server: for whom, and for how long since it last answered. The rule is
//! `domain::rules::desktops::may_sign_in_here`; here is what this desktop knows.

use domain::{Timestamp, rules::desktops::may_sign_in_here, user::User};
use replica::Reader;
use sync::engine::fact;

use crate::{desk::Desk, error::WorkflowError};

/// Refuses somebody whose lease is over, or who is new to a desktop that does not reach its server. In a
/// local workspace there is nobody else to ask.
pub(super) fn check(
    reader: &Reader<'_>,
    desk: &Desk<'_>,
    user: &User,
) -> Result<(), WorkflowError> {
    if !reader.has_server()? {
        return Ok(());
    }
    let last_contact = reader
        .meta(fact::LAST_CONTACT)?
        .and_then(|text| text.parse().ok())
        .map(Timestamp::from_millis);
    let known_here = reader
        .people_signed_in_on(desk.device)?
        .contains(&user.id.0);
    may_sign_in_here(user.role, known_here, last_contact, desk.now())?;
    Ok(())
}
