//! What tests begin with: a real workspace in a temporary directory with its key in memory, a clock
//! that moves only when told to, reproducible identifiers, and quick makers of people and courses.
//!
//! A dev-dependency only; its functions panic when the fixture cannot be made, as a test would.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::missing_panics_doc)]

mod clock;
mod enrolling;
mod makers;
pub mod model;
pub mod mongod;
pub mod proxy;
pub mod smtp;

use std::{path::PathBuf, sync::Arc};

use domain::{Actor, Currency, Role, Timestamp};
use tempfile::TempDir;
use vault::MemoryVault;
use workflows::{
    Desk,
    accounts::{HashCost, Keys, NewInstitution, SessionKeeper, Workspace},
    desk::SeededIds,
};

pub use clock::TestClock;
pub use mongod::{Mongod, TestDatabase, server, server_apart, standalone};
pub use proxy::Proxy;
pub use smtp::MailServer;

/// The administrator every test workspace begins with.
pub const ADMIN_EMAIL: &str = "ada@example.org";
/// The password of every person made here.
pub const PASSWORD: &str = "Correct1horse";

/// A workspace to test in. Everything of it is gone when it is dropped.
#[derive(Debug)]
pub struct TestWorkspace {
    /// The open workspace.
    pub workspace: Workspace,
    /// Where its secrets are.
    pub vault: Arc<MemoryVault>,
    /// Begins on Monday, 2 March 2026, 09:00 UTC.
    pub clock: TestClock,
    /// The same in every run.
    pub ids: SeededIds,
    /// The first administrator.
    pub admin: Actor,
    /// Keeps the session; nobody is signed in at first.
    pub keeper: SessionKeeper,
    place: PathBuf,
    _dir: TempDir,
}

/// A workspace with its administrator and nothing else in it.
pub fn workspace() -> TestWorkspace {
    workspace_seeded(1)
}

/// The same with other identifiers, for tests of two workspaces.
pub fn workspace_seeded(seed: u64) -> TestWorkspace {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let place = dir.path().join("institution");
    let vault = Arc::new(MemoryVault::new());
    let clock = TestClock::default();
    let ids = SeededIds::new(seed);
    let keys = Keys::Vault(vault.clone());
    let workspace = Workspace::create(&place, &keys, &institution(), &clock, &ids)
        .expect("a workspace can be made");
    let keeper = SessionKeeper::new(&workspace, &ids)
        .expect("a keeper")
        .with_cost(HashCost::Sample);
    let user = workspace
        .replica()
        .read(|reader| reader.user_by_email(ADMIN_EMAIL))
        .expect("people can be read")
        .expect("the administrator is there");
    let admin = Actor {
        user: Some(user.id),
        name: user.name,
        role: Role::Admin,
        device: workspace.device().clone(),
    };
    TestWorkspace {
        workspace,
        vault,
        clock,
        ids,
        admin,
        keeper,
        place,
        _dir: dir,
    }
}

/// The institution of the tests.
pub fn institution() -> NewInstitution {
    NewInstitution {
        institution: "Test College".to_owned(),
        timezone: "Europe/London".to_owned(),
        currency: Currency::Gbp,
        admin_name: "Ada Byron".to_owned(),
        admin_email: ADMIN_EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        cost: HashCost::Sample,
        sample: false,
    }
}

impl TestWorkspace {
    /// A place to work in it.
    pub fn desk(&self) -> Desk<'_> {
        self.workspace.desk(&self.clock, &self.ids)
    }

    /// This moment of the test.
    pub fn now(&self) -> Timestamp {
        workflows::Clock::now(&self.clock)
    }

    /// The product itself as the one who acts.
    pub fn product(&self) -> Actor {
        workflows::accounts::product(&self.desk())
    }

    /// How to open this workspace once more.
    pub fn keys(&self) -> Keys {
        Keys::Vault(self.vault.clone())
    }

    /// The workspace's directory.
    pub fn dir(&self) -> &PathBuf {
        &self.place
    }

    /// The workspace as if the program had been started anew: the session is whatever is remembered.
    #[must_use]
    pub fn restarted(self) -> Self {
        let keys = self.keys();
        let Self {
            workspace,
            vault,
            clock,
            ids,
            admin,
            keeper,
            place,
            _dir,
        } = self;
        drop((workspace, keeper));
        let workspace = Workspace::open(&place, &keys).expect("the workspace opens again");
        let keeper = SessionKeeper::new(&workspace, &ids)
            .expect("a keeper")
            .with_cost(HashCost::Sample);
        Self {
            workspace,
            vault,
            clock,
            ids,
            admin,
            keeper,
            place,
            _dir,
        }
    }
}
