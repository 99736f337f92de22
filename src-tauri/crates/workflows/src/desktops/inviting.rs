//! Inviting a desktop: a name for it, a login that may no more than a desktop of its kind needs, and both
//! sealed into a file that a one-time code opens.
//!
//! The code is answered once and kept nowhere. The login is made on the server where that can be done, or
//! given by the administrator; it goes into the file and nowhere else.

use std::{io::Write, path::Path};

use domain::{
    Actor, Code, DeviceId, Reach, Refusal, Role, Scope, UserId,
    role::Permission,
    rules::desktops::{self as rules, NewDesktop},
};
use remote::{Grant, Server, ServerOptions};
use replica::Reader;
use vault::{Content, Sealer, Sensitive};

use super::{
    dto::{InvitationMade, InviteDesktop},
    free_name,
    invitation::{Invitation, fresh_code, typed_code},
    prove,
    sealed::{INVITATION, refused},
};
use crate::{
    accounts::{Workspace, stamp},
    desk::Desk,
    dto::moment,
    error::WorkflowError,
    operations::server::{
        connect::{dial, reach, settings},
        link,
        link::SERVER_URI,
        reached,
    },
    print::save_new,
};

/// Invites a desktop: makes its login where none was given, writes the desktop down, and saves the
/// invitation in `folder`.
pub fn desktop_invite(
    workspace: &Workspace,
    desk: &Desk<'_>,
    actor: &Actor,
    args: &InviteDesktop,
    folder: &Path,
) -> Result<InvitationMade, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let link = link(workspace)?;
    let expires_at = rules::invitation_ends(desk.now(), args.days)?;
    prove(desk, actor, &args.password)?;
    let (scope, device) = desk.read(|reader| {
        Ok((
            scope(reader, args)?,
            free_name(&reader.desktops()?, desk.ids)?,
        ))
    })?;
    let options = stored(workspace)?;
    let login = Login {
        desk,
        options: &options,
        // Where this desktop itself goes without encryption, somebody has insisted on it already.
        insecure: args.insecure || !link.target().tls,
        database: link.target().database.clone(),
        reach: scope.reach(),
        device: &device,
    };
    let given = text(args.login.as_deref());
    let login = match given {
        Some(uri) => login.given(uri, workspace.settings()?.id)?,
        None => login.made(match text(args.maker.as_deref()) {
            Some(uri) => dial(&login.at(uri)?).map_err(|error| at_field(error, "maker"))?,
            None => link.server()?,
        })?,
    };
    let written = write_down(desk, actor, &login, (scope, &device, args.days)).and_then(|()| {
        let code = fresh_code(desk.ids);
        let settings = workspace.settings()?;
        let invitation = Invitation {
            institution: settings.institution.clone(),
            institution_id: settings.id.to_hex(),
            uri: login.options.connection_string()?,
            device: device.to_string(),
            scope,
            expires_at: expires_at.timestamp_millis(),
        };
        let sealed = seal(&invitation, &code)?;
        let stem = format!("Invitation {device} {}", settings.institution);
        let file = save_new(folder, &stem, INVITATION, &sealed, None)?;
        Ok((file, code))
    });
    let (file, code) = written.inspect_err(|_| login.take_back())?;
    Ok(InvitationMade {
        file,
        code: code.expose().clone(),
        device: device.to_string(),
        expires_at: moment(expires_at),
        limited: login.limited,
    })
}

fn text(given: Option<&str>) -> Option<&str> {
    given.map(str::trim).filter(|text| !text.is_empty())
}

fn stored(workspace: &Workspace) -> Result<ServerOptions, WorkflowError> {
    let secret = workspace
        .vault()
        .get(SERVER_URI)?
        .ok_or(vault::VaultError::Missing(SERVER_URI))?;
    Ok(ServerOptions::stored(
        String::from_utf8_lossy(secret.expose()).into_owned(),
    ))
}

/// Whose records the desktop will keep.
fn scope(reader: &Reader<'_>, args: &InviteDesktop) -> Result<Scope, WorkflowError> {
    let (role, scope): (Role, fn(UserId) -> Scope) = match Reach::from(args.scope) {
        Reach::Office => return Ok(Scope::Office),
        Reach::Finance => return Ok(Scope::Finance),
        Reach::Instructor => (Role::Instructor, Scope::Instructor),
        Reach::Student => (Role::Student, Scope::Student),
    };
    let email = text(args.person.as_deref())
        .unwrap_or_default()
        .to_lowercase();
    if email.is_empty() {
        let message = "Give the e-mail address of the person whose desktop this will be.";
        return Err(Refusal::field(Code::Required, "person", message).into());
    }
    let person = reader
        .user_by_email(&email)?
        .filter(|person| person.role == role)
        .ok_or_else(|| {
            let message = format!(
                "The institution has no {} with this e-mail address.",
                role.as_str()
            );
            Refusal::field(Code::NotFound, "person", message)
        })?;
    Ok(scope(person.id))
}

fn seal(invitation: &Invitation, code: &Sensitive<String>) -> Result<Vec<u8>, WorkflowError> {
    let told = |error| refused(error, Path::new("invitation"), "code", "");
    let text = serde_json::to_vec(invitation)
        .map(Sensitive::new)
        .map_err(|error| WorkflowError::Defect(error.to_string()))?;
    let secret = typed_code(code.expose())?;
    let mut sealer = Sealer::new(Content::Invitation, &secret, Vec::new()).map_err(told)?;
    sealer
        .write_all(text.expose())
        .map_err(|error| told(error.into()))?;
    sealer.finish().map_err(told)
}

fn write_down(
    desk: &Desk<'_>,
    actor: &Actor,
    login: &Ready,
    (scope, device, days): (Scope, &DeviceId, i64),
) -> Result<(), WorkflowError> {
    desk.decide(|_| {
        let new = NewDesktop {
            id: desk.ids.object_id(),
            name: device.clone(),
            scope,
            login: login.made.as_ref().map(|(_, name)| name.clone()),
            days,
        };
        Ok((rules::invited(&stamp(desk, actor.clone()), &new)?, ()))
    })
}

/// A login about to be made or looked at.
struct Login<'a> {
    desk: &'a Desk<'a>,
    /// How this desktop reaches the server.
    options: &'a ServerOptions,
    insecure: bool,
    database: String,
    reach: Reach,
    device: &'a DeviceId,
}

/// A login to be given away.
struct Ready {
    options: ServerOptions,
    /// It was made now: by whom it is taken back when nothing comes of it, and its name.
    made: Option<(Server, String)>,
    /// The server limits what it may do.
    limited: bool,
}

impl Ready {
    /// Takes the login away again: nobody was invited after all.
    fn take_back(&self) {
        if let Some((server, name)) = &self.made
            && let Err(error) = server.drop_login(name)
        {
            tracing::warn!(%error, login = %name, "a login nobody was invited with could not be removed");
        }
    }
}

impl Login<'_> {
    fn at(&self, uri: &str) -> Result<ServerOptions, WorkflowError> {
        let options = ServerOptions {
            insecure: self.insecure,
            database: Some(self.database.clone()),
            ..ServerOptions::from_uri(uri)
        };
        options.target()?;
        Ok(options)
    }

    /// One that somebody made on the server: of this institution, and of the kind of desktop.
    fn given(&self, uri: &str, institution: bson::oid::ObjectId) -> Result<Ready, WorkflowError> {
        let options = self.at(uri).map_err(|error| at_field(error, "login"))?;
        let server = dial(&options).map_err(|error| at_field(error, "login"))?;
        let theirs = settings(&server)?.map(|settings| settings.id);
        if theirs != Some(institution) {
            let message =
                "This login leads to another database: the institution in it is not this one.";
            return Err(Refusal::field(Code::WrongState, "login", message).into());
        }
        let health = server.health();
        if health.login.is_none() && self.reach != Reach::Office {
            let message = "This connection string has no login, so it would open everything the server holds.";
            return Err(Refusal::field(Code::Required, "login", message).into());
        }
        let theirs = reach(&health.roles);
        if theirs != self.reach {
            let message = format!(
                "This login may not do what a desktop of this kind needs, or may do more: give it the role {} and no other.",
                role_name(self.reach)
            );
            return Err(Refusal::field(Code::Forbidden, "login", message).into());
        }
        Ok(Ready {
            options,
            made: None,
            limited: self.reach != Reach::Office,
        })
    }

    /// One made now, with the role of the kind of desktop and no other.
    fn made(&self, server: Server) -> Result<Ready, WorkflowError> {
        let random = self.desk.ids.random();
        let name = format!(
            "matricula-{}-{}",
            self.device.as_str().to_lowercase(),
            hex::encode(&random[28..])
        );
        let password = Sensitive::new(hex::encode(&random[..24]));
        let grant = Grant {
            role: role_name(self.reach),
            database: &self.database,
        };
        server
            .create_login(&name, password.expose(), &[grant])
            .map_err(|error| match error {
                remote::port::RemoteError::Forbidden(_) => Refusal::field(
                    Code::Forbidden,
                    "maker",
                    "This desktop's own login may not make logins. Give the connection string of one that may (it is used once and not kept), or the login of the new desktop.",
                )
                .into(),
                other => reached::refused(other),
            })?;
        let options = self.options.with_login(&name, password.expose())?;
        Ok(Ready {
            options,
            made: Some((server, name)),
            limited: true,
        })
    }
}

/// The role of the third migration for a kind of desktop.
const fn role_name(reach: Reach) -> &'static str {
    match reach {
        Reach::Office => "matricula_admin",
        Reach::Finance => "matricula_finance",
        Reach::Instructor => "matricula_instructor",
        Reach::Student => "matricula_student",
    }
}

/// A refusal about an address stands at the field it was typed into.
fn at_field(error: WorkflowError, field: &str) -> WorkflowError {
    match error {
        WorkflowError::Refused(refusal) => Refusal {
            field: Some(field.to_owned()),
            ..refusal
        }
        .into(),
        other => other,
    }
}
