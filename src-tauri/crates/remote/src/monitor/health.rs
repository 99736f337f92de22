//! How the server is, as the seed schema's health endpoint says it (`healthy` or `unhealthy`, the state
//! of the connection), and what somebody should look at.

use bson::{Bson, Document, doc};
use domain::Timestamp;
use mongodb::Database;

use crate::{
    ConnectionEvent, Environment, Link, PoolFigures, Server, Target,
    migrations::{MigrationError, catalogue::Catalogue, expiring_people},
    port::{Abilities, Port, RemoteError},
};

/// Clocks further apart than this are worth a word, milliseconds.
const CLOCK_APART: i64 = 60_000;
/// A history of changes that reaches back less is worth a word, hours: a desktop switched off over a
/// weekend would have to compare everything.
const OPLOG_SHORT: f64 = 72.0;
/// Roles that allow more than a desktop needs.
const WIDE: [&str; 8] = [
    "root",
    "dbOwner",
    "readWrite",
    "readWriteAnyDatabase",
    "dbAdminAnyDatabase",
    "userAdminAnyDatabase",
    "userAdmin",
    "__system",
];

/// How the server is.
#[derive(Clone, Debug)]
pub struct Health {
    /// It answers.
    pub healthy: bool,
    /// `disconnected`, `connected`, `connecting` or `disconnecting`, as the seed schema.
    pub state: &'static str,
    /// What is wrong.
    pub error: Option<String>,
    /// Address without credential.
    pub address: String,
    /// Database.
    pub database: String,
    /// Environment, if the database is one of the four.
    pub environment: Option<Environment>,
    /// The login's name; none: the server asks for none.
    pub login: Option<String>,
    /// The login's roles.
    pub roles: Vec<String>,
    /// The connection is encrypted.
    pub tls: bool,
    /// The address says not to check the server's certificate.
    pub unchecked: bool,
    /// What the server can do, when it answers.
    pub abilities: Option<Abilities>,
    /// The last round trips, milliseconds, the newest last.
    pub pings: Vec<f64>,
    /// The pool of connections.
    pub pool: PoolFigures,
    /// How far the history of changes reaches back, hours, where the login may see it.
    pub oplog_hours: Option<f64>,
    /// How far this computer's clock is behind the server's, milliseconds.
    pub clock_offset_ms: i64,
    /// What somebody should look at.
    pub warnings: Vec<HealthWarning>,
    /// What happened to the connection lately, the newest first.
    pub events: Vec<ConnectionEvent>,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthWarning {
    /// Stable word: `ttl-on-users`, `no-transactions`, `poll-only`, `clock`, `unencrypted`, `oplog-short`,
    /// `unchecked`, `pending-migrations`, `newer-database`, `wide-login`, `no-text-index`; the workflows add
    /// `unbooked-payments`.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

impl Health {
    /// Of a server that could not even be looked for.
    pub fn unreached(target: &Target, error: String) -> Self {
        Self {
            healthy: false,
            state: "disconnected",
            error: Some(error),
            address: target.address.clone(),
            database: target.database.clone(),
            environment: target.environment,
            login: target.login.clone(),
            roles: Vec::new(),
            tls: target.tls,
            unchecked: target.unchecked,
            abilities: None,
            pings: Vec::new(),
            pool: PoolFigures::default(),
            oplog_hours: None,
            clock_offset_ms: 0,
            warnings: Vec::new(),
            events: Vec::new(),
        }
    }
}

impl Server {
    /// How the server is now. Never fails: what fails is told.
    pub fn health(&self) -> Health {
        let pinged = self.ping();
        let target = self.target();
        let mut health = Health {
            healthy: pinged.is_ok(),
            state: state(self.link(), pinged.is_ok()),
            error: pinged.as_ref().err().map(ToString::to_string),
            address: target.address.clone(),
            database: target.database.clone(),
            environment: target.environment,
            login: target.login.clone(),
            roles: Vec::new(),
            tls: target.tls,
            unchecked: target.unchecked,
            abilities: None,
            pings: Vec::new(),
            pool: self.pool(),
            oplog_hours: None,
            clock_offset_ms: self.clock_offset_ms(),
            warnings: Vec::new(),
            events: self.events(),
        };
        if pinged.is_ok() {
            self.look(&mut health);
        }
        health.pings = self
            .pings()
            .iter()
            .map(|ping| ping.as_secs_f64() * 1_000.0)
            .collect();
        health
    }

    fn look(&self, health: &mut Health) {
        health.abilities = self.told("abilities", self.abilities());
        let login = self.call(async { login(self.database()).await });
        if let Some((name, roles)) = self.told("login", login) {
            health.login = name.or_else(|| health.login.take());
            health.roles = roles;
        }
        // Only an owner of the whole server may see its log of operations.
        if let Ok(hours) = self.call(async { oplog_hours(self).await }) {
            health.oplog_hours = hours;
        }
        health.warnings = self.warnings(health);
    }

    /// Notes a question that was not answered in the log; health tells the rest.
    fn told<T>(&self, what: &str, answer: Result<T, RemoteError>) -> Option<T> {
        answer
            .inspect_err(|error| tracing::warn!(what, %error, "health"))
            .ok()
    }

    fn warnings(&self, health: &Health) -> Vec<HealthWarning> {
        let mut found = of_connection(health);
        match self.migrations_pending() {
            Ok(0) => {}
            Ok(pending) => found.push(warning(
                "pending-migrations",
                format!("{pending} migrations have not been applied to this database."),
            )),
            Err(error @ (MigrationError::Newer { .. } | MigrationError::Changed { .. })) => {
                found.push(warning("newer-database", error.to_string()));
            }
            Err(error) => tracing::warn!(%error, "health"),
        }
        match self.block_on(Catalogue::read(self.database())) {
            Ok(catalogue) => found.extend(
                expiring_people(&catalogue)
                    .into_iter()
                    .map(|w| warning("ttl-on-users", w.message)),
            ),
            Err(error) => tracing::warn!(%error, "health"),
        }
        found
    }
}

const fn warning(code: &'static str, message: String) -> HealthWarning {
    HealthWarning { code, message }
}

/// Mongoose's words for the state of a connection.
const fn state(link: Link, answers: bool) -> &'static str {
    match link {
        _ if answers => "connected",
        Link::Connecting => "connecting",
        Link::Connected | Link::Slow | Link::Disconnected | Link::Refused => "disconnected",
    }
}

fn of_connection(health: &Health) -> Vec<HealthWarning> {
    let mut found = Vec::new();
    let mut say = |code, message: &str| found.push(warning(code, message.to_owned()));
    if let Some(abilities) = &health.abilities {
        if !abilities.transactions {
            say(
                "no-transactions",
                "This server has no transactions (it is no replica set). Payments, refunds and everything \
                 that changes several records at once are refused while it is used.",
            );
        }
        if !abilities.change_streams {
            say(
                "poll-only",
                "This server does not tell of changes. The desktop asks every few seconds instead.",
            );
        }
        if !abilities.text_index {
            say(
                "no-text-index",
                "This server has no text indexes. Search on desktops does not need one; other programs may.",
            );
        }
    }
    if health.tls && health.unchecked && !local(&health.address) {
        say(
            "unchecked",
            "The connection is encrypted, but the server's certificate is not checked: somebody on the network \
             can pass for the server and read and change everything.",
        );
    }
    if !health.tls && !local(&health.address) {
        say(
            "unencrypted",
            "The connection to the server is not encrypted: others on the network can read and change it.",
        );
    }
    if health.clock_offset_ms.abs() > CLOCK_APART {
        let seconds = health.clock_offset_ms / 1_000;
        say(
            "clock",
            &format!(
                "This computer's clock and the server's are {} s apart.",
                seconds.abs()
            ),
        );
    }
    let short = health.oplog_hours.filter(|hours| *hours < OPLOG_SHORT);
    if short.is_some_and(|hours| hours < 1.0) {
        say(
            "oplog-short",
            "The server's history of changes reaches back less than an hour. Desktops that were off longer compare \
             every record when they come back.",
        );
    } else if let Some(hours) = short {
        say(
            "oplog-short",
            &format!(
                "The server's history of changes reaches back {hours:.0} hours. Desktops that were off longer \
                 compare every record when they come back."
            ),
        );
    }
    let wide: Vec<&str> = health
        .roles
        .iter()
        .map(String::as_str)
        .filter(|role| {
            WIDE.iter()
                .any(|wide| role.split('@').next() == Some(*wide))
        })
        .collect();
    if !wide.is_empty() {
        say(
            "wide-login",
            &format!(
                "This desktop's login has the role {}: more than a desktop needs. Give it one of the roles the \
                 migrations make.",
                wide.join(", ")
            ),
        );
    }
    found
}

fn local(address: &str) -> bool {
    let rest = address.split("://").nth(1).unwrap_or(address);
    let hosts = rest.split(['/', '?']).next().unwrap_or(rest);
    let hosts = hosts.rsplit('@').next().unwrap_or(hosts);
    hosts.split(',').all(|host| {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        name == "localhost"
            || name == "[::1]"
            || name.starts_with("127.")
            || host.ends_with(".sock")
    })
}

/// The login's name, and its roles as `role@database`.
async fn login(db: &Database) -> mongodb::error::Result<(Option<String>, Vec<String>)> {
    let answer = db.run_command(doc! { "connectionStatus": 1 }).await?;
    let empty = Document::new();
    let info = answer.get_document("authInfo").unwrap_or(&empty);
    let rows = |name: &str| -> Vec<Document> {
        info.get_array(name)
            .into_iter()
            .flatten()
            .filter_map(Bson::as_document)
            .cloned()
            .collect()
    };
    let name = rows("authenticatedUsers")
        .first()
        .and_then(|user| user.get_str("user").ok().map(str::to_owned));
    let roles = rows("authenticatedUserRoles")
        .iter()
        .filter_map(|role| {
            Some(format!(
                "{}@{}",
                role.get_str("role").ok()?,
                role.get_str("db").ok()?
            ))
        })
        .collect();
    Ok((name, roles))
}

/// From the oldest row of the log of operations to the last write.
async fn oplog_hours(server: &Server) -> mongodb::error::Result<Option<f64>> {
    let oldest = server
        .client()
        .database("local")
        .collection::<Document>("oplog.rs")
        .find_one(doc! {})
        .sort(doc! { "$natural": 1 })
        .projection(doc! { "ts": 1 })
        .await?;
    let hello = server.database().run_command(doc! { "hello": 1 }).await?;
    let last: Option<Timestamp> = hello
        .get_document("lastWrite")
        .and_then(|write| write.get_datetime("lastWriteDate"))
        .copied()
        .ok();
    let since = oldest.and_then(|row| match row.get("ts") {
        Some(Bson::Timestamp(ts)) => Some(i64::from(ts.time) * 1_000),
        _ => None,
    });
    Ok(last.zip(since).map(|(last, since)| {
        let ms = last.timestamp_millis().saturating_sub(since).max(0);
        f64::from(u32::try_from(ms / 1_000).unwrap_or(u32::MAX)) / 3_600.0
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_this_computer_needs_no_encryption() {
        assert!(local("mongodb://127.0.0.1:27017/school"));
        assert!(local("mongodb://localhost:1,127.0.0.1:2/?replicaSet=a"));
        assert!(!local("mongodb://localhost:1,db.example.org:2/"));
        assert!(!local("mongodb://localhost.example.org/"));
    }
}
