//! The institution's settings.

use domain::{
    Actor, Code, Collection, Refusal,
    audit::Deed,
    change::{Offline, Patch},
    role::Permission,
    rules::{accounts, people},
    settings::{Settings, tell},
};
use replica::Reader;

use super::dto::SettingsDto;
use crate::{accounts::stamp, desk::Desk, dto::Nothing, error::WorkflowError};

/// A window left alone for longer than this is no window anybody looks after.
const LONGEST_IDLE: i64 = 24 * 60;
/// Refunds above any threshold need a second person; ten trillion minor units is above every payment.
const HIGHEST_THRESHOLD: i64 = 10_000_000_000_000;

/// The settings as they are.
pub fn settings(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: Nothing,
) -> Result<SettingsDto, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    desk.read(|reader| Ok(dto(desk, &stored(reader)?)))
}

/// Changes the settings. Refuses values out of range, and settings somebody changed since they were
/// read.
pub fn settings_update(
    desk: &Desk<'_>,
    actor: &Actor,
    args: &SettingsDto,
) -> Result<SettingsDto, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let institution = accounts::institution(&args.institution)?;
    let timezone = people::timezone("timezone", &args.timezone)?;
    if !(0..=HIGHEST_THRESHOLD).contains(&args.refund_threshold_minor) {
        return Err(Refusal::field(
            Code::Amount,
            "refundThresholdMinor",
            "The threshold is not negative.",
        )
        .into());
    }
    if !(0..=LONGEST_IDLE).contains(&args.idle_minutes) {
        return Err(Refusal::field(
            Code::Invalid,
            "idleMinutes",
            "The window locks after 1 to 1,440 minutes, or never with 0.",
        )
        .into());
    }
    let language = people::language(&args.language)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let set = desk.read(|reader| {
            let before = stored(reader)?;
            if rev(&before) != args.rev {
                return Err(Refusal::new(
                    Code::Stale,
                    "Somebody changed the settings in the meantime. Look at them again before you change them.",
                )
                .into());
            }
            let mut patch = Patch::new();
            let mut deed = Deed::new("settings.updated", Collection::Settings, before.id);
            let mut fields: Vec<bson::Bson> = Vec::new();
            let mut edit = |path: &str, old: bson::Bson, new: bson::Bson| {
                if old != new {
                    fields.push(path.into());
                    tell(&mut deed, path, old.clone(), new.clone());
                    patch = std::mem::take(&mut patch).set(path, old, new);
                }
            };
            edit("institution", before.institution.as_str().into(), institution.as_str().into());
            edit("timezone", before.timezone.as_str().into(), timezone.as_str().into());
            edit("currency", before.currency.code().into(), args.currency.code().into());
            edit("refundThresholdMinor", before.refund_threshold_minor.into(), args.refund_threshold_minor.into());
            edit("idleMinutes", before.idle_minutes.into(), args.idle_minutes.into());
            edit("registration", before.registration.into(), args.registration.into());
            edit("language", before.language.as_str().into(), language.as_str().into());
            edit("keepBcrypt", before.keep_bcrypt.into(), args.keep_bcrypt.into());
            edit(
                "requireSecondFactor",
                before.require_second_factor.into(),
                args.require_second_factor.into(),
            );
            if fields.is_empty() {
                return Ok(None);
            }
            deed = deed.with("fields", fields);
            let set = stamp(desk, actor.clone())
                .change_set(deed, Offline::OnlineOnly)
                .patch(Collection::Settings, before.id, patch)
                .at_revision(Collection::Settings, before.id, rev(&before));
            Ok(Some(set))
        })?;
        let Some(set) = set else { break };
        match desk.authority.commit(&set) {
            Ok(_) => break,
            // Read again: whoever was faster is then told apart from us by the revision.
            Err(error) if error.is_stale() && tries < 2 => {}
            Err(error) => return Err(error.into()),
        }
    }
    desk.read(|reader| Ok(dto(desk, &stored(reader)?)))
}

fn stored(reader: &Reader<'_>) -> Result<Settings, WorkflowError> {
    reader
        .settings()?
        .ok_or_else(|| WorkflowError::Defect("the workspace has no settings".to_owned()))
}

fn rev(settings: &Settings) -> i64 {
    settings.sync.as_ref().map_or(0, |stamp| stamp.rev)
}

fn dto(desk: &Desk<'_>, settings: &Settings) -> SettingsDto {
    SettingsDto {
        rev: rev(settings),
        institution: settings.institution.clone(),
        timezone: settings.timezone.clone(),
        currency: settings.currency,
        refund_threshold_minor: settings.refund_threshold_minor,
        idle_minutes: settings.idle_minutes,
        registration: settings.registration,
        language: settings.language.clone(),
        keep_bcrypt: settings.keep_bcrypt,
        require_second_factor: settings.require_second_factor,
        device: desk.device.to_string(),
        replica_path: desk.replica.path().display().to_string(),
    }
}
