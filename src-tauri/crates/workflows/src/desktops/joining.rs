//! First run by an invitation: the file is opened with its code, the server asked whether the invitation
//! still stands, this desktop's copy made, and the invitation used up. Once: the second who tries is told.

use std::{fs::File, io::Read, path::Path};

use bson::Bson;
use domain::{
    Actor, ChangeSet, Code, Collection, DeviceId, Refusal, Role, Timestamp,
    device::Device,
    rules::{Stamp, desktops as rules},
};
use remote::{
    Server, ServerOptions,
    port::{Filter, Outcome, Port, Slice, Source, View},
};
use vault::{Content, EnvelopeError, Sensitive, Unsealer};

use super::{
    dto::JoinInstitution,
    invitation::{Invitation, typed_code},
    sealed::{refused, unread},
};
use crate::{
    accounts::{
        Keys, Watched, Workspace,
        first_run::{free, strong_enough},
        from_server::settle,
    },
    desk::{Clock, Ids},
    error::WorkflowError,
    operations::server::{
        Joined,
        connect::{dial, every, settings},
        reached,
    },
};

/// More than any invitation has, in bytes.
const MOST: u64 = 64 * 1024;

/// Joins the institution by an invitation and opens this desktop's copy in `dir`, which does not exist yet,
/// or is empty. Stopped or failing, nothing remains here, and the invitation can be used again. `ids` must
/// be truly random.
pub fn join_institution(
    dir: &Path,
    keys: &Keys,
    args: &JoinInstitution,
    (clock, ids): (&dyn Clock, &dyn Ids),
    watched: Watched<'_>,
) -> Result<Workspace, WorkflowError> {
    strong_enough(keys)?;
    free(dir)?;
    let invitation = opened(Path::new(args.path.trim()), &args.code)?;
    let device = DeviceId::new(invitation.device.clone())?;
    let options = ServerOptions {
        device: Some(device.clone()),
        ..ServerOptions::stored(invitation.uri.clone())
    };
    (watched.progress)("preparing", 0, 0);
    let server = dial(&options).map_err(withdrawn)?;
    let now = by_the_server(clock.now(), server.clock_offset_ms());
    if Timestamp::from_millis(invitation.expires_at) <= now {
        return Err(rules::lapsed().into());
    }
    let arrival = Arrival {
        server: &server,
        device: &device,
        clock,
        ids,
    };
    let settings = settings(&server)?
        .filter(|settings| settings.id.to_hex() == invitation.institution_id)
        .ok_or_else(|| {
            Refusal::field(
                Code::WrongState,
                "path",
                "The institution of this invitation is not in its database any more. Ask for a new one.",
            )
        })?;
    arrival.step()?;
    let joined = Joined {
        options,
        device: device.clone(),
        scope: invitation.scope,
        settings,
    };
    settle(dir, keys, &joined, ids, watched, || {
        let step = arrival.step()?;
        arrival.commit(&step)
    })
}

/// This moment by the server's clock: whether an invitation's time is over is not for the clock of whoever
/// found it. `behind`: how far this computer's is behind, in milliseconds.
fn by_the_server(here: Timestamp, behind: i64) -> Timestamp {
    Timestamp::from_millis(here.timestamp_millis().saturating_add(behind))
}

/// The login may have been taken away together with the invitation.
fn withdrawn(error: WorkflowError) -> WorkflowError {
    match error {
        WorkflowError::Refused(refusal) if refusal.code == Code::BadCredentials => Refusal::field(
            Code::BadCredentials,
            "path",
            "The institution's server refuses the login of this invitation. It may have been withdrawn; ask an administrator for a new one.",
        )
        .into(),
        other => other,
    }
}

fn opened(path: &Path, code: &str) -> Result<Invitation, WorkflowError> {
    let secret = typed_code(code)?;
    let told = |error| {
        refused(
            error,
            path,
            "code",
            "This is not the code of this invitation. Compare it letter by letter.",
        )
    };
    let file = File::open(path).map_err(|error| unread(path, error))?;
    let mut text = Vec::new();
    Unsealer::new(Content::Invitation, &secret, file.take(MOST))
        .and_then(|mut content| {
            content.read_to_end(&mut text).map_err(EnvelopeError::of)?;
            Ok(())
        })
        .map_err(told)?;
    let text = Sensitive::new(text);
    serde_json::from_slice(text.expose()).map_err(|_| told(EnvelopeError::Damaged))
}

/// A desktop that takes its place.
struct Arrival<'a> {
    server: &'a Server,
    device: &'a DeviceId,
    clock: &'a dyn Clock,
    ids: &'a dyn Ids,
}

impl Arrival<'_> {
    /// What uses the invitation up, as the server's document allows it now.
    fn step(&self) -> Result<ChangeSet, WorkflowError> {
        let slice = Slice {
            source: Source::Documents(Collection::Devices),
            filter: Filter::Field {
                path: "name",
                any: vec![Bson::from(self.device.as_str())],
            },
            view: View::Whole,
        };
        let device: Device = every(self.server, &slice)?
            .into_iter()
            .find_map(|document| bson::deserialize_from_document(document).ok())
            .ok_or_else(|| {
                Refusal::field(
                    Code::NotFound,
                    "path",
                    "The institution does not know this invitation. Ask for a new one.",
                )
            })?;
        let at = by_the_server(self.clock.now(), self.server.clock_offset_ms());
        let stamp = Stamp {
            op: self.ids.op(at),
            at,
            actor: Actor {
                user: None,
                name: "Matricula".to_owned(),
                role: Role::Admin,
                device: self.device.clone(),
            },
        };
        Ok(rules::joined(
            &stamp,
            &device,
            std::env::consts::OS,
            env!("CARGO_PKG_VERSION"),
        )?)
    }

    fn commit(&self, step: &ChangeSet) -> Result<(), WorkflowError> {
        match self.server.commit(step).map_err(reached::refused)? {
            Outcome::Applied(_) | Outcome::AlreadyApplied(_) => Ok(()),
            // Somebody was faster; the server says what they did.
            Outcome::Missed { .. } => self.step().map(|_| ()).and_then(|()| {
                Err(Refusal::new(
                    Code::Stale,
                    "The invitation was changed at this moment. Try again.",
                )
                .into())
            }),
            Outcome::Refused(refusal) => Err(refusal.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_makes_no_invitation_last_longer() {
        let really = Timestamp::from_millis(1_000_000);
        for behind in [-500_000, 0, 500_000] {
            let here = Timestamp::from_millis(1_000_000 - behind);
            assert_eq!(by_the_server(here, behind), really);
        }
    }
}
