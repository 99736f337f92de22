//! What ties an open workspace to its server: the line, the engine and the authority.
//!
//! A workspace whose connection string cannot be had has no link and goes on: what may wait is queued,
//! the rest is refused until the string is given again.

use std::sync::Arc;

use bson::oid::ObjectId;
use domain::{Code, DeviceId, Refusal, Timestamp};
use remote::{Server, ServerOptions, Target};
use replica::Replica;
use sync::{Engine, Institution, Running, Status};
use vault::{Secret, Vault};

use super::{line::Line, reached::refused};
use crate::{
    desk::{Clock, Ids, SystemClock, SystemIds},
    error::WorkflowError,
};

/// Name of the connection string in the vault.
pub(crate) const SERVER_URI: &str = "server-uri";

impl sync::Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Clock::now(self)
    }
}

impl sync::Dice for SystemIds {
    fn below(&self, n: u64) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.random()[..8]);
        u64::from_be_bytes(bytes) % n.max(1)
    }
}

/// The link of a workspace to its server.
#[derive(Debug)]
pub struct Link {
    line: Arc<Line>,
    institution: Institution,
}

impl Link {
    /// The link of a workspace that has a server; none where its connection string is not at hand.
    pub(crate) fn open(
        replica: &Arc<Replica>,
        device: &DeviceId,
        vault: &dyn Vault,
    ) -> Result<Option<Self>, WorkflowError> {
        if !replica.read(|reader| reader.has_server())? {
            return Ok(None);
        }
        let Some(secret) = vault.get(SERVER_URI)? else {
            tracing::warn!("the connection string is not in the vault; working without the server");
            return Ok(None);
        };
        let uri = String::from_utf8_lossy(secret.expose()).into_owned();
        let options = ServerOptions {
            device: Some(device.clone()),
            ..ServerOptions::stored(uri)
        };
        Self::with(replica, device, Arc::new(Line::new(options)?)).map(Some)
    }

    /// A link over a line that is laid.
    pub(crate) fn with(
        replica: &Arc<Replica>,
        device: &DeviceId,
        line: Arc<Line>,
    ) -> Result<Self, WorkflowError> {
        let engine = Engine::new(
            Arc::clone(replica),
            Arc::clone(&line) as Arc<dyn remote::port::Port>,
            device.clone(),
            Arc::new(SystemClock),
            Arc::new(SystemIds),
        )?;
        Ok(Self {
            line,
            institution: Institution::new(engine),
        })
    }

    /// The authority of the workspace.
    pub fn institution(&self) -> &Institution {
        &self.institution
    }

    /// The engine.
    pub fn engine(&self) -> &Arc<Engine> {
        self.institution.engine()
    }

    /// Where the server is, without the credential.
    pub fn target(&self) -> &Target {
        self.line.target()
    }

    /// The line.
    pub(crate) fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// The connection, for what only a person asks; refused where there is none to be had.
    pub(crate) fn server(&self) -> Result<Server, WorkflowError> {
        self.line.server().map_err(refused)
    }

    /// Runs the engine until what is answered is dropped. `heard` is called whenever the status changes.
    /// An upload that was interrupted is finished first, and then only the next start begins it.
    pub fn start(&self, heard: impl Fn(&Status) + Send + Sync + 'static) -> Running {
        self.engine().listen(heard);
        self.engine().start()
    }
}

/// Keeps the connection string.
pub(crate) fn keep(vault: &dyn Vault, options: &ServerOptions) -> Result<(), WorkflowError> {
    let uri = options.connection_string()?;
    vault.set(SERVER_URI, &Secret::new(uri.into_bytes()))?;
    Ok(())
}

/// Reads an `_id` the window sent.
pub(crate) fn object_id(text: &str) -> Result<ObjectId, Refusal> {
    ObjectId::parse_str(text)
        .map_err(|_| Refusal::new(Code::Invalid, "This is not a valid identifier."))
}
