//! A server that asks for logins, an institution on it, its office, and desktops that join.

use std::{sync::Arc, time::Duration};

use domain::{Collection, Currency, Refusal, Role, Source};
use remote::{
    Grant, Server, ServerOptions,
    port::{Filter, Slice, View},
};
use tempfile::TempDir;
use testkit::{ADMIN_EMAIL, Mongod, PASSWORD, mongod::fresh_name};
use vault::{MemoryVault, Vault};
use workflows::{
    Clock, Desk, SystemClock, SystemIds, WorkflowError,
    accounts::{HashCost, Keys, SessionKeeper, Watched, Workspace, dto::SignIn, sign_in},
    desktops::{
        desktop_invite, desktop_revoke, desktops,
        dto::{DesktopState, InvitationMade, InviteDesktop, JoinInstitution, RevokeDesktop},
        join_institution,
    },
    dto::Nothing,
    operations::server::dto::{ConnectInstitution, CreateOnServer, DeskScope, ServerAddress},
    people::{
        self,
        dto::{CreatePerson, ProfileDto},
    },
};

pub(crate) const INSTRUCTOR: &str = "ida@example.org";

fn quiet() -> (impl FnMut(&str, u64, u64), impl Fn() -> bool) {
    (|_: &str, _: u64, _: u64| {}, || false)
}

/// A desktop: a workspace with its keys in memory and its session.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) workspace: Workspace,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) keeper: SessionKeeper,
}

impl Seat {
    pub(crate) fn new(workspace: Workspace, vault: Arc<MemoryVault>) -> Self {
        let keeper = SessionKeeper::new(&workspace, &SystemIds)
            .unwrap()
            .with_cost(HashCost::Sample);
        Self {
            workspace,
            vault,
            keeper,
        }
    }

    pub(crate) fn desk(&self) -> Desk<'_> {
        self.workspace.desk(&SystemClock, &SystemIds)
    }

    pub(crate) fn enter(&self, email: &str) {
        let args = SignIn {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
        };
        sign_in(&self.desk(), &self.keeper, &args).unwrap();
    }

    pub(crate) fn actor(&self) -> domain::Actor {
        self.keeper.authenticate(&self.desk()).unwrap()
    }

    pub(crate) fn send(&self) {
        self.workspace.link().unwrap().engine().drain().unwrap();
    }

    /// Pulls until it holds.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..300 {
            if holds(self) {
                return;
            }
            let engine = self.workspace.link().unwrap().engine();
            engine.pull_once(Duration::from_millis(100)).unwrap();
        }
        panic!("it never came to this: {what}");
    }

    pub(crate) fn server(&self) -> Server {
        let uri = self.vault.get("server-uri").unwrap().unwrap();
        let uri = String::from_utf8(uri.expose().clone()).unwrap();
        Server::connect(&ServerOptions::stored(uri)).unwrap()
    }
}

pub(crate) struct Ground {
    pub(crate) mongod: Mongod,
    pub(crate) database: String,
    pub(crate) room: TempDir,
    pub(crate) office: Seat,
}

impl Ground {
    pub(crate) fn downloads(&self) -> std::path::PathBuf {
        self.room.path().join("downloads")
    }

    pub(crate) fn uri(&self, login: &str) -> String {
        uri(&self.mongod, login)
    }

    pub(crate) fn invite(&self, args: &InviteDesktop) -> Result<InvitationMade, WorkflowError> {
        let office = &self.office;
        desktop_invite(
            &office.workspace,
            &office.desk(),
            &office.actor(),
            args,
            &self.downloads(),
        )
    }

    pub(crate) fn join(
        &self,
        clock: &dyn Clock,
        args: &JoinInstitution,
        name: &str,
    ) -> Result<Seat, WorkflowError> {
        let vault = Arc::new(MemoryVault::new());
        let keys = Keys::Vault(vault.clone());
        let (mut progress, cancelled) = quiet();
        let watched = Watched {
            progress: &mut progress,
            cancelled: &cancelled,
        };
        let dir = self.room.path().join(name);
        let workspace = join_institution(&dir, &keys, args, (clock, &SystemIds), watched);
        if workspace.is_err() {
            assert!(!dir.exists(), "nothing remains of a failed join");
            assert_eq!(vault.get("replica-key").unwrap(), None);
        }
        Ok(Seat::new(workspace?, vault))
    }

    pub(crate) fn state(&self, name: &str) -> DesktopState {
        let office = &self.office;
        desktops(&office.desk(), &office.actor(), &office.keeper, &Nothing {})
            .unwrap()
            .rows
            .into_iter()
            .find(|row| row.name == name)
            .unwrap()
            .state
    }

    pub(crate) fn id(&self, name: &str) -> String {
        let office = &self.office;
        let found = desktops(&office.desk(), &office.actor(), &office.keeper, &Nothing {}).unwrap();
        found
            .rows
            .into_iter()
            .find(|row| row.name == name)
            .unwrap()
            .id
    }

    pub(crate) fn revoke(&self, name: &str, reason: &str) -> Result<(), WorkflowError> {
        let office = &self.office;
        let args = RevokeDesktop {
            id: self.id(name),
            reason: reason.to_owned(),
        };
        desktop_revoke(&office.desk(), &office.actor(), &office.keeper, &args)?;
        office.send();
        Ok(())
    }
}

pub(crate) fn uri(mongod: &Mongod, login: &str) -> String {
    mongod
        .uri("")
        .replacen("mongodb://", &format!("mongodb://{login}:{login}-pw@"), 1)
        + "&authSource=admin"
}

/// The office of an institution it makes on the server at this address.
pub(crate) fn founded(address: ServerAddress, room: &TempDir) -> Seat {
    let vault = Arc::new(MemoryVault::new());
    let args = ConnectInstitution {
        address,
        scope: DeskScope::Office,
        person: None,
        passphrase: None,
        migrate: true,
        accept_offending: None,
        create: Some(CreateOnServer {
            institution: "Test College".to_owned(),
            timezone: "Europe/London".to_owned(),
            currency: Currency::Gbp,
            admin_name: "Ada Byron".to_owned(),
            admin_email: ADMIN_EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
        }),
    };
    let (mut progress, cancelled) = quiet();
    let watched = Watched {
        progress: &mut progress,
        cancelled: &cancelled,
    };
    let workspace = Workspace::connect(
        &room.path().join("office"),
        &Keys::Vault(vault.clone()),
        &args,
        HashCost::Sample,
        (&SystemClock, &SystemIds),
        watched,
    )
    .unwrap();
    let office = Seat::new(workspace, vault);
    office.enter(ADMIN_EMAIL);
    office
}

/// An institution on a server with logins, its owner's desktop, and an instructor.
pub(crate) fn ground() -> Option<Ground> {
    let mongod = Mongod::start(&["--auth"])?;
    let database = fresh_name();
    let first = Server::connect(&ServerOptions {
        database: Some(database.clone()),
        ..ServerOptions::stored(mongod.uri("admin"))
    })
    .unwrap();
    let root = Grant {
        role: "root",
        database: "admin",
    };
    first.create_login("owner", "owner-pw", &[root]).unwrap();
    let room = tempfile::tempdir().unwrap();
    let address = ServerAddress {
        uri: Some(uri(&mongod, "owner")),
        database: Some(database.clone()),
        ..ServerAddress::default()
    };
    let office = founded(address, &room);
    let instructor = CreatePerson {
        name: "Ida Instructor".to_owned(),
        email: INSTRUCTOR.to_owned(),
        role: Role::Instructor,
        password: Some(PASSWORD.to_owned()),
        profile: ProfileDto::default(),
    };
    people::create(
        &office.desk(),
        &office.actor(),
        instructor,
        HashCost::Sample,
    )
    .unwrap();
    office.send();
    Some(Ground {
        mongod,
        database,
        room,
        office,
    })
}

pub(crate) fn instructors() -> InviteDesktop {
    InviteDesktop {
        scope: DeskScope::Instructor,
        person: Some(INSTRUCTOR.to_owned()),
        days: 7,
        login: None,
        maker: None,
        insecure: false,
        password: PASSWORD.to_owned(),
    }
}

pub(crate) fn with(made: &InvitationMade) -> JoinInstitution {
    JoinInstitution {
        path: made.file.path.clone(),
        code: made.code.clone(),
        passphrase: None,
    }
}

pub(crate) fn refusal(error: WorkflowError) -> Refusal {
    match error {
        WorkflowError::Refused(refusal) => refusal,
        other => panic!("no refusal: {other}"),
    }
}

pub(crate) fn of(collection: Collection) -> Slice {
    Slice {
        source: Source::Documents(collection),
        filter: Filter::All,
        view: View::Whole,
    }
}

pub(crate) struct Later(pub(crate) i64);

impl Clock for Later {
    fn now(&self) -> domain::Timestamp {
        let now = domain::Timestamp::now().timestamp_millis();
        domain::Timestamp::from_millis(now + self.0 * 24 * 60 * 60 * 1000)
    }
}
