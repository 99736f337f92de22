//! What the engine says of itself, as values: for the pill, the sync centre and the log. No words for
//! people but those of an error that is passed on.

use domain::Timestamp;
use remote::port::Source;

/// What the pill says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The first fetch is under way.
    Initial,
    /// Connected, nothing waits.
    Online,
    /// Connected, change sets are being sent.
    Sending,
    /// Connecting, hearing what happened meanwhile, or connected and slow to answer.
    Slow,
    /// No server at hand; it is tried again by itself.
    Offline,
    /// Paused by a person.
    Paused,
    /// The server refuses this desktop (login, rights, preparation); it is asked again every 5 minutes.
    Refused,
}

/// How changes come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The server tells (change stream).
    Stream,
    /// The desktop asks.
    Poll,
}

/// The state of synchronisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What the pill says.
    pub state: State,
    /// Everything the server had when it was last asked is here: no first fetch, no comparison and no
    /// fetch of anything is outstanding, and nothing that can be sent waits.
    pub settled: bool,
    /// Change sets that wait to be sent and change something.
    pub waiting: u64,
    /// Lines of the trail that wait to be sent: nobody misses them but the trail.
    pub lines: u64,
    /// Change sets that need a person.
    pub attention: u64,
    /// Conflict cards nobody has looked at.
    pub conflicts: u64,
    /// When the server was last heard of.
    pub last_contact: Option<Timestamp>,
    /// When it is tried again, while it does not answer.
    pub next_try: Option<Timestamp>,
    /// What is wrong, in words.
    pub problem: Option<String>,
    /// How changes come in; unknown until the server was first reached.
    pub mode: Option<Mode>,
}

/// How far one source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Which.
    pub source: Source,
    /// Documents fetched.
    pub done: u64,
    /// Documents expected (about).
    pub total: u64,
    /// The first fetch is complete.
    pub complete: bool,
    /// When it was last known to agree with the server.
    pub as_of: Option<Timestamp>,
    /// When every document was last compared.
    pub swept_at: Option<Timestamp>,
}

/// A step of the first fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being fetched.
    pub source: Source,
    /// Documents fetched, of all sources.
    pub done: u64,
    /// Documents expected, of all sources (about).
    pub total: u64,
}

/// What one pull did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulled {
    /// A page of the first fetch is on the disk; more are to come.
    Page,
    /// The replica has passed the end of its snapshot: everything is here.
    Ready,
    /// So many documents changed; more are known to be waiting.
    More(usize),
    /// So many documents changed; nothing more is known to be waiting.
    UpTo(usize),
    /// A part of a comparison was made; it goes on.
    Sweeping,
    /// Paused by a person.
    Paused,
}

/// What one push did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// One change set is acknowledged.
    Acknowledged,
    /// One was rebased and will be sent again.
    Rebased,
    /// One needs a person now.
    Dead,
    /// One was put off, while others may be sent.
    Later,
    /// Nothing can be sent now.
    Nothing,
    /// Paused by a person.
    Paused,
    /// Another program of this workspace sends.
    Elsewhere,
}
