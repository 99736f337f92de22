//! The settings for mail, and the letter that tries them.

use bson::Bson;
use domain::{
    Actor, Code, Collection, Refusal,
    audit::Deed,
    change::{Offline, Patch},
    role::Permission,
    rules::{mail as rules, people},
    settings::{MailServer, Settings},
};
use replica::Reader;
use vault::{Secret, Sensitive, Vault};

use super::{
    dto::{MailServerDto, MailSettings, TestMail, UpdateMailSettings},
    letter::{Language, Letter, Matter},
    queue::{KNOWS, PASSWORD, fresh_id, holder, is_ready, knows, password},
    smtp::{Addressed, Post},
};
use crate::{
    accounts::{Workspace, no_settings, stamp},
    desk::Desk,
    dto::Nothing,
    error::WorkflowError,
};

/// Longest password of a login, in bytes.
const PASSWORD_MAX: usize = 1024;

/// What is set.
pub fn mail_settings(
    desk: &Desk<'_>,
    actor: &Actor,
    _args: &Nothing,
) -> Result<MailSettings, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    desk.read(|reader| {
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        Ok(MailSettings {
            rev: rev(&settings),
            has_password: match &settings.mail {
                Some(server) => knows(reader, server)?,
                None => false,
            },
            ready: is_ready(reader, &settings)?,
            server: settings.mail.map(|server| MailServerDto {
                host: server.host,
                port: i64::from(server.port),
                security: server.security,
                from: server.from,
                login: server.login,
                certificate: server.certificate,
            }),
        })
    })
}

fn rev(settings: &Settings) -> i64 {
    settings.sync.as_ref().map_or(0, |stamp| stamp.rev)
}

/// Changes what is set. The password goes into this desktop's vault and nowhere else; every letter that
/// waits is tried at once.
pub fn mail_settings_update(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &UpdateMailSettings,
) -> Result<MailSettings, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let server = args.server.as_ref().map(checked).transpose()?;
    let password = args.password.as_deref().filter(|text| !text.is_empty());
    if password.is_some_and(|text| text.len() > PASSWORD_MAX || text.contains(['\r', '\n', '\0'])) {
        let message = "This cannot be the password of a mail server.";
        return Err(Refusal::field(Code::Invalid, "password", message).into());
    }
    desk.read(|reader| still_its_own(reader, server.as_ref(), password))?;
    write(desk, actor, args.rev, server.as_ref())?;
    remember(desk, workspace.vault().as_ref(), server.as_ref(), password)?;
    desk.replica.hasten_mail(None, desk.now())?;
    mail_settings(desk, actor, &Nothing {})
}

/// A password this desktop knows is told to nobody but whom it was typed for: another host, port or login wants
/// it typed again, also by somebody who never knew it.
fn still_its_own(
    reader: &Reader<'_>,
    server: Option<&MailServer>,
    password: Option<&str>,
) -> Result<(), WorkflowError> {
    let before = reader.settings()?.ok_or_else(no_settings)?.mail;
    let (Some(server), None, Some(before)) = (server, password, before) else {
        return Ok(());
    };
    let moved = server.login.is_some() && holder(server) != holder(&before);
    if moved && knows(reader, &before)? && before.login.is_some() {
        return Err(Refusal::field(
            Code::Required,
            "password",
            "The password that is kept here was typed for another server, port or login. Enter the one of this login.",
        )
        .into());
    }
    Ok(())
}

fn checked(told: &MailServerDto) -> Result<MailServer, Refusal> {
    rules::server(
        &told.host,
        told.port,
        told.security,
        &told.from,
        told.login.as_deref(),
        told.certificate.as_deref(),
    )
}

fn write(
    desk: &Desk<'_>,
    actor: &Actor,
    read: i64,
    server: Option<&MailServer>,
) -> Result<(), WorkflowError> {
    desk.decide_if(|reader| {
        let before = reader.settings()?.ok_or_else(no_settings)?;
        if before.mail.as_ref() == server {
            return Ok((None, ()));
        }
        if rev(&before) != read {
            return Err(Refusal::new(
                Code::Stale,
                "Somebody changed the settings in the meantime. Look at them again before you change them.",
            )
            .into());
        }
        let old = written(before.mail.as_ref())?;
        let patch = match server {
            Some(_) => Patch::new().set("mail", old, written(server)?),
            None => Patch::new().unset("mail"),
        };
        let deed = Deed::new("settings.updated", Collection::Settings, before.id)
            .with("fields", vec![Bson::from("mail")]);
        let set = stamp(desk, actor.clone())
            .change_set(deed, Offline::OnlineOnly)
            .patch(Collection::Settings, before.id, patch)
            .at_revision(Collection::Settings, before.id, rev(&before));
        Ok((Some(set), ()))
    })
}

fn written(server: Option<&MailServer>) -> Result<Bson, WorkflowError> {
    bson::serialize_to_bson(&server)
        .map_err(|error| WorkflowError::Defect(format!("the settings for mail: {error}")))
}

fn remember(
    desk: &Desk<'_>,
    vault: &dyn Vault,
    server: Option<&MailServer>,
    password: Option<&str>,
) -> Result<(), WorkflowError> {
    match (server.filter(|server| server.login.is_some()), password) {
        (None, _) => {
            vault.delete(PASSWORD)?;
            desk.replica.set_meta(KNOWS, "")?;
        }
        (Some(server), Some(text)) => {
            let whose = holder(server);
            let secret: Secret = Sensitive::new(format!("{whose}{text}").into_bytes());
            vault.set(PASSWORD, &secret)?;
            desk.replica.set_meta(KNOWS, &whose)?;
        }
        (Some(_), None) => {}
    }
    Ok(())
}

/// Sends a letter at once, with the settings as they are saved.
pub fn mail_test(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &TestMail,
) -> Result<Nothing, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let to = people::email(&args.to).map_err(|refusal| Refusal {
        field: Some("to".to_owned()),
        ..refusal
    })?;
    let (settings, language) = desk.read(|reader| {
        let settings = reader.settings()?.ok_or_else(no_settings)?;
        let user = actor.user.map(|id| reader.user(id)).transpose()?.flatten();
        let own = user.map(|user| user.preferences.language);
        Ok((settings, own))
    })?;
    let server = settings
        .mail
        .ok_or_else(|| Refusal::new(Code::NotReady, "Save the settings for mail first."))?;
    let password = password(workspace.vault().as_ref(), &server)?;
    if server.login.is_some() && password.is_none() {
        return Err(Refusal::field(
            Code::NotReady,
            "password",
            "This desktop does not know the password of the mail server yet.",
        )
        .into());
    }
    let letter = Letter {
        language: Language::of(&[language.as_deref().unwrap_or_default(), &settings.language]),
        institution: settings.institution,
        name: actor.name.clone(),
        timezone: settings.timezone,
        matter: Matter::Test,
    };
    let sent = Post::to(&server, password.as_ref()).and_then(|post| {
        post.send(&Addressed {
            message_id: &fresh_id(desk),
            institution: &letter.institution,
            name: &letter.name,
            to: &to,
            written: &letter.write(),
        })
    });
    match sent {
        Ok(()) => Ok(Nothing {}),
        Err(no) => Err(Refusal::new(Code::NotReady, no.reason()).into()),
    }
}
