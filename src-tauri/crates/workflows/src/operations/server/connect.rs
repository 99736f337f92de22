//! Trying a server before anything is decided: what it is, what it can do, what it holds.
//!
//! Deliberately absent: writing anything. Joining is in `join`.

use bson::{Bson, Document};
use domain::{Collection, Reach, Role, settings::Settings};
use remote::{
    Server,
    migrations::MigrationError,
    port::{Filter, Port, Slice, Source, View},
};

use super::{
    dto::{CollectionCount, DatabaseHolds, OffendingDocument, ServerAddress, ServerProbe},
    migrations::offending,
    reached::{refused, unmigrated},
    words,
};
use crate::error::WorkflowError;

/// Documents asked for at once.
const PAGE: u32 = 500;

/// What a server answers. Writes nothing.
pub fn connect_probe(address: &ServerAddress) -> Result<ServerProbe, WorkflowError> {
    let server = dial(&words::options(address))?;
    probe(&server)
}

/// A connection that was answered.
pub(crate) fn dial(options: &remote::ServerOptions) -> Result<Server, WorkflowError> {
    options.target()?;
    let server = Server::connect(options).map_err(refused)?;
    server.ping().map_err(refused)?;
    Ok(server)
}

/// What a database holds.
pub(super) struct Holds {
    pub(super) what: DatabaseHolds,
    pub(super) settings: Option<Settings>,
    pub(super) admins: u64,
    pub(super) pending: u64,
    pub(super) counts: Vec<CollectionCount>,
}

/// Looks what is in the database.
pub(super) fn holds(server: &Server) -> Result<Holds, WorkflowError> {
    let (pending, newer) = match server.migrations_pending() {
        Ok(pending) => (u64::try_from(pending).unwrap_or(u64::MAX), false),
        Err(MigrationError::Newer { .. } | MigrationError::Changed { .. }) => (0, true),
        Err(error) => return Err(unmigrated(error)),
    };
    let mut counts = Vec::new();
    for source in Source::ALL {
        let count = server.count(&whole(source)).map_err(refused)?;
        counts.push(CollectionCount {
            collection: source.name().to_owned(),
            count,
        });
    }
    let settings = settings(server)?;
    let documents: u64 = counts.iter().map(|row| row.count).sum();
    Ok(Holds {
        what: if newer {
            DatabaseHolds::Newer
        } else if settings.is_some() {
            DatabaseHolds::Institution
        } else if documents > 0 {
            DatabaseHolds::Foreign
        } else {
            DatabaseHolds::Nothing
        },
        settings,
        admins: admins(server)?,
        pending,
        counts,
    })
}

/// Everything that is told of a server before it is joined.
pub(super) fn probe(server: &Server) -> Result<ServerProbe, WorkflowError> {
    let abilities = server.abilities().map_err(refused)?;
    let found = holds(server)?;
    let health = server.health();
    let (offending, offending_total) = in_the_way(server, &found)?;
    let target = server.target();
    Ok(ServerProbe {
        address: target.address.clone(),
        database: target.database.clone(),
        environment: target.environment.map(Into::into),
        tls: target.tls,
        ping_ms: health.pings.last().copied().unwrap_or_default(),
        abilities: words::abilities(&abilities),
        holds: found.what,
        institution: found.settings.map(|settings| settings.institution),
        admins: found.admins,
        counts: found.counts,
        pending_migrations: found.pending,
        scope: reach(&health.roles).into(),
        offending,
        offending_total,
    })
}

/// The documents that break what the pending migrations would make.
fn in_the_way(
    server: &Server,
    found: &Holds,
) -> Result<(Vec<OffendingDocument>, u64), WorkflowError> {
    if found.pending == 0 || found.what == DatabaseHolds::Nothing {
        return Ok((Vec::new(), 0));
    }
    let status = server.migrations_status().map_err(unmigrated)?;
    Ok((offending(&status), status.survey.total))
}

/// How much a login with these roles may have. A login with none of ours (none at all, or an owner's)
/// may have everything.
pub(crate) fn reach(roles: &[String]) -> Reach {
    let has = |name: &str| {
        roles
            .iter()
            .any(|role| role.split('@').next() == Some(name))
    };
    let ours = [
        ("matricula_finance", Reach::Finance),
        ("matricula_instructor", Reach::Instructor),
        ("matricula_student", Reach::Student),
    ];
    let wide = has("matricula_admin") || roles.iter().any(|role| !role.starts_with("matricula_"));
    if wide {
        return Reach::Office;
    }
    ours.into_iter()
        .find(|(name, _)| has(name))
        .map_or(Reach::Office, |(_, reach)| reach)
}

pub(crate) const fn whole(source: Source) -> Slice {
    Slice {
        source,
        filter: Filter::All,
        view: View::Whole,
    }
}

/// The institution's settings, if it has any.
pub(crate) fn settings(server: &dyn Port) -> Result<Option<Settings>, WorkflowError> {
    let slice = whole(Source::Documents(Collection::Settings));
    let page = server.page(&slice, None, 1).map_err(refused)?;
    page.into_iter()
        .next()
        .map(|document| {
            bson::deserialize_from_document(document).map_err(|error| {
                domain::Refusal::new(
                    domain::Code::Invalid,
                    format!("The institution's settings in this database cannot be read: {error}"),
                )
                .into()
            })
        })
        .transpose()
}

/// People whose field has this value.
pub(super) fn people(
    server: &dyn Port,
    path: &'static str,
    value: &str,
) -> Result<Vec<Document>, WorkflowError> {
    let slice = Slice {
        source: Source::Documents(Collection::Users),
        filter: Filter::Field {
            path,
            any: vec![Bson::from(value)],
        },
        view: View::Names,
    };
    every(server, &slice)
}

/// Every document of a slice.
pub(crate) fn every(server: &dyn Port, slice: &Slice) -> Result<Vec<Document>, WorkflowError> {
    let mut found: Vec<Document> = Vec::new();
    loop {
        let after = found.last().and_then(|last| last.get("_id")).cloned();
        let page = server.page(slice, after.as_ref(), PAGE).map_err(refused)?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}

/// Active administrators. A document without a status is active, as the seed schema's default says.
fn admins(server: &dyn Port) -> Result<u64, WorkflowError> {
    let active = people(server, "role", Role::Admin.as_str())?
        .iter()
        .filter(|person| person.get_str("status").unwrap_or("active") == "active")
        .count();
    Ok(u64::try_from(active).unwrap_or(u64::MAX))
}
