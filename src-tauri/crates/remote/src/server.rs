//! A connection to the institution's server: the driver, its runtime, and one way to call it.
//!
//! Everything blocks; none of it may be called from an async thread. A `Server` is a handle: clones
//! share the connection. Deliberately absent: what is asked of the server.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use bson::{Bson, Document, doc};
use domain::{DeviceId, Timestamp};
use mongodb::{Client, Database};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{
    address::{OptionsError, ServerOptions, Target, hide},
    connection::{Connection, ConnectionEvent, Link, Listener, PoolFigures},
    failure,
    port::{Abilities, RemoteError},
    watch::Open,
};

/// A connection to the institution's server.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    /// Kept while a handle exists.
    runtime: Option<Runtime>,
    handle: Handle,
    client: Client,
    database: Database,
    target: Target,
    secrets: Vec<String>,
    call: Duration,
    connection: Arc<Connection>,
    abilities: Mutex<Option<Abilities>>,
    clock_offset: AtomicI64,
    watch: Mutex<Option<Open>>,
    unsettled: Mutex<Vec<Document>>,
    chains: Mutex<HashMap<DeviceId, u64>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("target", &self.inner.target)
            .field("link", &self.link())
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Not waiting for the driver's own tasks: they have nothing left to do.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Server {
    /// Prepares the connection. The server need not answer yet: [`Self::ping`] says whether it does.
    /// Only an address by DNS (`mongodb+srv`) is looked up at once, which fails as `Transient`.
    pub fn connect(options: &ServerOptions) -> Result<Self, RemoteError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("matricula-mongodb")
            .enable_all()
            .build()
            .map_err(|error| RemoteError::Failed(error.to_string()))?;
        let secrets = options.secrets();
        let (client, connection, target) = runtime.block_on(async {
            let (mut driver, target) = options.for_driver().await.map_err(|error| match error {
                OptionsError::Refused(refusal) => RemoteError::Address(refusal),
                OptionsError::Driver { dns: true, message } => {
                    RemoteError::Transient(failure::unknown_name(message))
                }
                OptionsError::Driver {
                    dns: false,
                    message,
                } => RemoteError::Address(domain::Refusal::field(
                    domain::Code::Invalid,
                    "uri",
                    format!("The server's address cannot be used: {message}"),
                )),
            })?;
            let connection = Connection::hear(&mut driver, secrets.clone());
            let client = Client::with_options(driver).map_err(|error| failure::meaning(&error))?;
            Ok::<_, RemoteError>((client, connection, target))
        })?;
        let database = client.database(&target.database);
        Ok(Self {
            inner: Arc::new(Inner {
                handle: runtime.handle().clone(),
                runtime: Some(runtime),
                client,
                database,
                target,
                secrets,
                call: options.timing.call,
                connection,
                abilities: Mutex::new(None),
                clock_offset: AtomicI64::new(0),
                watch: Mutex::new(None),
                unsettled: Mutex::new(Vec::new()),
                chains: Mutex::new(HashMap::new()),
            }),
        })
    }

    /// Where it leads, without the credential.
    pub fn target(&self) -> &Target {
        &self.inner.target
    }

    /// One round trip. Also takes the difference of the clocks anew.
    pub fn ping(&self) -> Result<Duration, RemoteError> {
        let begun = Instant::now();
        let sent = Timestamp::now();
        let reply = self.call(async { self.database().run_command(doc! { "hello": 1 }).await })?;
        let took = begun.elapsed();
        if let Some(Bson::DateTime(theirs)) = reply.get("localTime") {
            let half = i64::try_from(took.as_millis() / 2).unwrap_or_default();
            let ours = sent.timestamp_millis().saturating_add(half);
            let offset = theirs.timestamp_millis().saturating_sub(ours);
            self.inner.clock_offset.store(offset, Ordering::Relaxed);
        }
        // `hello` needs no login; a wrong one shows itself only in a command that does.
        self.call(async { self.database().run_command(doc! { "ping": 1 }).await })?;
        self.inner.connection.answered(took);
        Ok(took)
    }

    /// What the driver's events add up to.
    pub fn link(&self) -> Link {
        self.inner.connection.link()
    }

    /// What happened to the connection lately, the newest first.
    pub fn events(&self) -> Vec<ConnectionEvent> {
        self.inner.connection.events()
    }

    /// The last measured round trips, the newest last.
    pub fn pings(&self) -> Vec<Duration> {
        self.inner.connection.pings()
    }

    /// The pool of connections.
    pub fn pool(&self) -> PoolFigures {
        self.inner.connection.figures()
    }

    /// Calls the listener with every event from now on, in place of any before.
    pub fn on_event(&self, listener: Listener) {
        self.inner.connection.listen(listener);
    }

    /// How far this computer's clock is behind the server's, in milliseconds, as last measured.
    pub fn clock_offset_ms(&self) -> i64 {
        self.inner.clock_offset.load(Ordering::Relaxed)
    }

    /// This moment by the server's clock, as far as it is known.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(
            Timestamp::now()
                .timestamp_millis()
                .saturating_add(self.clock_offset_ms()),
        )
    }

    /// The institution's database.
    pub(crate) fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The driver.
    pub(crate) fn client(&self) -> &Client {
        &self.inner.client
    }

    /// What was found out of the server's abilities.
    pub(crate) fn known_abilities(&self) -> &Mutex<Option<Abilities>> {
        &self.inner.abilities
    }

    /// The open change stream.
    pub(crate) fn open_watch(&self) -> &Mutex<Option<Open>> {
        &self.inner.watch
    }

    /// Sessions whose transaction may live on at the server, because the connection broke in the middle.
    pub(crate) fn unsettled(&self) -> &Mutex<Vec<Document>> {
        &self.inner.unsettled
    }

    /// The number a device's chain of the audit trail is known not to end before; at least 1.
    pub(crate) fn chain_seen(&self, device: &DeviceId) -> u64 {
        let chains = self
            .inner
            .chains
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        chains.get(device).copied().unwrap_or(1).max(1)
    }

    /// The chain does not end before this number.
    pub(crate) fn chain_stands(&self, device: &DeviceId, number: u64) {
        self.inner
            .chains
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(device.clone(), number);
    }

    /// Waits for a future on the driver's runtime, however long it takes.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.inner.handle.block_on(future)
    }

    /// Waits for an answer of the driver as long as the options allow, and says what a failure means.
    pub(crate) fn call<T>(
        &self,
        future: impl Future<Output = mongodb::error::Result<T>>,
    ) -> Result<T, RemoteError> {
        self.call_within(self.inner.call, future)
    }

    /// The same with another limit.
    pub(crate) fn call_within<T>(
        &self,
        limit: Duration,
        future: impl Future<Output = mongodb::error::Result<T>>,
    ) -> Result<T, RemoteError> {
        match self.block_on(async { tokio::time::timeout(limit, future).await }) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.meaning(&error)),
            Err(_) => Err(RemoteError::Transient(format!(
                "it did not answer within {} s",
                limit.as_secs()
            ))),
        }
    }

    /// What a failure of the driver means, without the credential. A refused login is noted.
    pub(crate) fn meaning(&self, error: &mongodb::error::Error) -> RemoteError {
        let hidden = |text: String| hide(&text, &self.inner.secrets);
        let meaning = match failure::meaning(error) {
            RemoteError::Transient(text) => RemoteError::Transient(hidden(text)),
            RemoteError::Unauthorized(text) => RemoteError::Unauthorized(hidden(text)),
            RemoteError::Forbidden(text) => RemoteError::Forbidden(hidden(text)),
            RemoteError::Unsupported(text) => RemoteError::Unsupported(hidden(text)),
            RemoteError::Failed(text) => RemoteError::Failed(hidden(text)),
            other => other,
        };
        if let RemoteError::Unauthorized(message) = &meaning {
            self.inner.connection.login_refused(message);
        }
        meaning
    }

    /// The limit of a call.
    pub(crate) fn call_limit(&self) -> Duration {
        self.inner.call
    }
}
