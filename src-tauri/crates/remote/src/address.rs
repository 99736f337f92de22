//! Where the institution's server is and how it is spoken to: a connection string or its parts, the
//! environment, and the options of the seed schema.
//!
//! Deliberately absent: connecting. Nothing here shows a credential but
//! [`ServerOptions::connection_string`], which is for the keyring.

use std::{fmt, time::Duration};

use domain::{Code, DeviceId, Refusal};
use mongodb::options::{
    AuthMechanism, ClientOptions, HostInfo, ReadConcern, Tls, TlsOptions, WriteConcern,
};

use crate::uri::Uri;

/// Connections kept open at most (seed schema: `maxPoolSize`).
pub const POOL: u32 = 10;

/// Our own option of the connection string as it is kept: the environment somebody chose for a database of
/// another name. The driver never sees it.
pub(crate) const ENVIRONMENT: &str = "matriculaEnvironment";
/// Options by which the server's certificate is not checked.
const UNCHECKED: [&str; 3] = [
    "tlsInsecure",
    "tlsAllowInvalidCertificates",
    "tlsAllowInvalidHostnames",
];

/// Which of the seed schema's four databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// `students_enrollment_dev`.
    Development,
    /// `students_enrollment_test`.
    Testing,
    /// `students_enrollment_staging`.
    Staging,
    /// `students_enrollment_prod`.
    Production,
}

impl Environment {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Development,
        Self::Testing,
        Self::Staging,
        Self::Production,
    ];

    /// The database of it.
    pub const fn database(self) -> &'static str {
        match self {
            Self::Development => "students_enrollment_dev",
            Self::Testing => "students_enrollment_test",
            Self::Staging => "students_enrollment_staging",
            Self::Production => "students_enrollment_prod",
        }
    }

    /// The word of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Testing => "testing",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The environment a database is of, if it is one of the four.
    pub fn of_database(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|environment| environment.database() == name)
    }
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// For a server that can be written to (seed schema: `serverSelectionTimeoutMS`).
    pub selection: Duration,
    /// For a connection to be made.
    pub connect: Duration,
    /// For an answer (seed schema: `socketTimeoutMS`; the driver has none, so every call is given it).
    pub call: Duration,
    /// Between two looks at the server when nothing happens.
    pub heartbeat: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            selection: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            call: Duration::from_secs(45),
            heartbeat: Duration::from_secs(10),
        }
    }
}

/// How to reach the server. With a connection string, the parts are not looked at.
#[derive(Clone, Default)]
pub struct ServerOptions {
    /// `mongodb://…` or `mongodb+srv://…`.
    pub uri: Option<String>,
    /// Hosts with ports, comma-separated.
    pub hosts: Option<String>,
    /// Login.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// Where the login is defined; `admin` unless given.
    pub auth_source: Option<String>,
    /// Name of the replica set.
    pub replica_set: Option<String>,
    /// Encrypted connection.
    pub tls: bool,
    /// The person insists on an unencrypted connection to another computer.
    pub insecure: bool,
    /// Database; by the connection string or the environment unless given.
    pub database: Option<String>,
    /// Which environment; production unless given.
    pub environment: Option<Environment>,
    /// The desktop that connects; the server's log names it.
    pub device: Option<DeviceId>,
    /// How long is waited.
    pub timing: Timing,
}

/// Where the options lead, without the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Address without credential.
    pub address: String,
    /// Database.
    pub database: String,
    /// Its environment: that which was chosen, or which the database's name is of.
    pub environment: Option<Environment>,
    /// Encrypted.
    pub tls: bool,
    /// The server's certificate is not checked.
    pub unchecked: bool,
    /// Login's name.
    pub login: Option<String>,
}

impl fmt::Debug for ServerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ServerOptions");
        match self.target() {
            Ok(target) => shown.field("target", &target),
            Err(refusal) => shown.field("refused", &refusal.code),
        };
        shown.finish_non_exhaustive()
    }
}

impl ServerOptions {
    /// From a connection string a person typed.
    pub fn from_uri(uri: impl Into<String>) -> Self {
        Self {
            uri: Some(uri.into()),
            ..Self::default()
        }
    }

    /// From what [`Self::connection_string`] made. That it is unencrypted was insisted on then.
    pub fn stored(uri: impl Into<String>) -> Self {
        Self {
            insecure: true,
            ..Self::from_uri(uri)
        }
    }

    /// The connection string with its credential, its database and all that was chosen: for the keyring
    /// and nothing else.
    pub fn connection_string(&self) -> Result<String, Refusal> {
        let (mut uri, target) = self.resolve()?;
        match target.environment {
            Some(chosen) if Environment::of_database(&target.database) != Some(chosen) => {
                uri.set(ENVIRONMENT, chosen.as_str());
            }
            _ => uri.forget(ENVIRONMENT),
        }
        uri.database = Some(target.database);
        if !uri.srv || !target.tls {
            uri.set("tls", if target.tls { "true" } else { "false" });
        }
        Ok(uri.with_credential())
    }

    /// The same server and database by another login, defined in `admin` and proved by its password, whatever
    /// the first one was proved by.
    pub fn with_login(&self, login: &str, password: &str) -> Result<Self, Refusal> {
        let (mut uri, target) = self.resolve()?;
        uri.login = Some(login.to_owned());
        uri.password = Some(password.to_owned());
        uri.forget("authMechanism");
        uri.forget("authMechanismProperties");
        uri.set("authSource", "admin");
        uri.database = Some(target.database);
        Ok(Self {
            uri: Some(uri.with_credential()),
            insecure: self.insecure,
            timing: self.timing,
            ..Self::default()
        })
    }

    /// Where it leads. Refuses what is no address, a name that is no database, and an unencrypted
    /// connection to another computer that nobody insisted on.
    pub fn target(&self) -> Result<Target, Refusal> {
        self.resolve().map(|(_, target)| target)
    }

    fn resolve(&self) -> Result<(Uri, Target), Refusal> {
        let mut uri = self.address()?;
        let database = match (&self.database, &uri.database) {
            (Some(named), _) if !named.trim().is_empty() => named.trim().to_owned(),
            (_, Some(named)) => named.clone(),
            _ => self
                .environment
                .unwrap_or(Environment::Production)
                .database()
                .to_owned(),
        };
        database_name(&database)?;
        let tls = match uri.flag("tls").or_else(|| uri.flag("ssl")) {
            Some(said) => said,
            None => uri.srv || (self.uri.is_none() && self.tls),
        };
        if !tls && !self.insecure && !uri.is_loopback() {
            return Err(Refusal::field(
                Code::Invalid,
                "tls",
                "The connection to another computer would not be encrypted. Switch encryption on, or insist on going without.",
            ));
        }
        let unchecked = UNCHECKED
            .iter()
            .any(|option| uri.flag(option).unwrap_or(false));
        if unchecked && !self.insecure && !uri.is_loopback() {
            return Err(Refusal::field(
                Code::Invalid,
                "tls",
                "The address says not to check the server's certificate. Take that out, or insist on going without.",
            ));
        }
        // The seed's options define logins in `admin`, whatever database the address names.
        if uri.login.is_some() && !uri.has("authSource") && !uri.authenticates_elsewhere() {
            uri.set("authSource", "admin");
        }
        let target = Target {
            address: uri.shown(),
            environment: self.environment_of(&uri, &database),
            database,
            tls,
            unchecked,
            login: uri.login.clone(),
        };
        Ok((uri, target))
    }

    /// What is production by its name or by somebody's word is production.
    fn environment_of(&self, uri: &Uri, database: &str) -> Option<Environment> {
        let by_name = Environment::of_database(database);
        let chosen = self
            .environment
            .or_else(|| uri.own(ENVIRONMENT).and_then(Environment::named));
        if by_name == Some(Environment::Production) {
            by_name
        } else {
            chosen.or(by_name)
        }
    }

    fn address(&self) -> Result<Uri, Refusal> {
        let given = |part: &Option<String>| part.clone().filter(|text| !text.trim().is_empty());
        if let Some(uri) = given(&self.uri) {
            return Uri::parse(uri.trim());
        }
        let Some(hosts) = given(&self.hosts) else {
            return Err(Refusal::field(
                Code::Required,
                "uri",
                "Give the server's address: a connection string, or its host.",
            ));
        };
        let hosts: Vec<&str> = hosts.split(',').map(str::trim).collect();
        let mut uri = Uri::of_hosts(&hosts.join(","))?;
        uri.login = given(&self.username).map(|name| name.trim().to_owned());
        uri.password = self.password.clone().filter(|text| !text.is_empty());
        if uri.login.is_none() && uri.password.is_some() {
            return Err(Refusal::field(
                Code::Required,
                "username",
                "A password needs the name of its login.",
            ));
        }
        if let Some(source) = given(&self.auth_source) {
            uri.set("authSource", source.trim());
        }
        if let Some(set) = given(&self.replica_set) {
            uri.set("replicaSet", set.trim());
        }
        Ok(uri)
    }

    /// Everything that no message may contain.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.address()
            .map_or_else(|_| Vec::new(), |uri| uri.secrets())
    }

    /// The driver's options: what the connection string says, and the seed schema's where it is silent.
    /// An address by DNS (`mongodb+srv`) is looked up.
    pub(crate) async fn for_driver(&self) -> Result<(ClientOptions, Target), OptionsError> {
        let (uri, target) = self.resolve().map_err(OptionsError::Refused)?;
        let secrets = uri.secrets();
        let hide = |error: &mongodb::error::Error| OptionsError::Driver {
            dns: matches!(*error.kind, mongodb::error::ErrorKind::DnsResolve { .. }),
            message: hide(&error.kind.to_string(), &secrets),
        };
        let parsed =
            mongodb::options::ConnectionString::parse(uri.for_driver()).map_err(|e| hide(&e))?;
        let loopback = matches!(&parsed.host_info, HostInfo::HostIdentifiers(_)) && !target.tls;
        let mut options = ClientOptions::parse(parsed).await.map_err(|e| hide(&e))?;
        if loopback {
            ipv4_first(&mut options);
        }
        options.app_name = Some(match &self.device {
            Some(device) => format!("Matricula {device}"),
            None => "Matricula".to_owned(),
        });
        options.max_pool_size.get_or_insert(POOL);
        options
            .server_selection_timeout
            .get_or_insert(self.timing.selection);
        options.connect_timeout.get_or_insert(self.timing.connect);
        options.heartbeat_freq.get_or_insert(self.timing.heartbeat);
        options.retry_writes.get_or_insert(true);
        options.retry_reads.get_or_insert(true);
        options
            .write_concern
            .get_or_insert_with(WriteConcern::majority);
        options
            .read_concern
            .get_or_insert_with(ReadConcern::majority);
        options.default_database = Some(target.database.clone());
        match (&options.tls, target.tls) {
            (Some(Tls::Enabled(_)), true) => {}
            (_, true) => options.tls = Some(Tls::Enabled(TlsOptions::default())),
            (_, false) => options.tls = Some(Tls::Disabled),
        }
        if let Some(credential) = options.credential.as_mut()
            && credential.source.is_none()
            && matches!(
                credential.mechanism,
                None | Some(AuthMechanism::ScramSha1 | AuthMechanism::ScramSha256)
            )
        {
            credential.source = Some("admin".to_owned());
        }
        Ok((options, target))
    }
}

/// Why there are no options for the driver.
#[derive(Debug)]
pub(crate) enum OptionsError {
    /// The person's input.
    Refused(Refusal),
    /// The driver's reading of it, or the look-up of its hosts.
    Driver {
        /// The name could not be looked up: trying later may help.
        dns: bool,
        /// What it said, without the credential.
        message: String,
    },
}

/// The text without these words.
pub(crate) fn hide(text: &str, secrets: &[String]) -> String {
    secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
}

/// `localhost` by its IPv4 address (seed schema: `family: 4`). For other names the driver tries both
/// families at once and takes what answers.
fn ipv4_first(options: &mut ClientOptions) {
    for host in &mut options.hosts {
        if let mongodb::options::ServerAddress::Tcp { host, .. } = host
            && host == "localhost"
        {
            "127.0.0.1".clone_into(host);
        }
    }
}

/// MongoDB's rule for names of databases, and that it is none of the server's own.
/// See <https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions>.
fn database_name(name: &str) -> Result<(), Refusal> {
    let forbidden = |c: char| "/\\. \"$*<>:|?".contains(c) || c.is_control();
    if name.is_empty() || name.len() > 63 || name.contains(forbidden) {
        return Err(Refusal::field(
            Code::Invalid,
            "database",
            "This cannot be the name of a database: up to 63 letters, digits, hyphens and underscores.",
        ));
    }
    if matches!(name, "admin" | "local" | "config") {
        return Err(Refusal::field(
            Code::Invalid,
            "database",
            "This database belongs to the server itself. Name another one.",
        ));
    }
    Ok(())
}
