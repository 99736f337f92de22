//! A keyring that is locked, says no, or is gone while somebody works: what they are told, what goes on
//! working, and that nothing is lost or left open. The real keyring's own troubles are in `vault/tests`.

use std::sync::{Arc, Mutex};

use domain::Code;
use testkit::{PASSWORD, TestClock, TestWorkspace, institution, workspace};
use vault::{MemoryVault, Secret, Vault, VaultError};
use workflows::{
    SystemIds, WorkflowError,
    accounts::{
        self, HashCost, Keys, SessionKeeper, Workspace,
        dto::{Phase, Unlock},
    },
};

/// Answers as a keyring does, and from some moment on does not.
#[derive(Default)]
struct Moody {
    keeps: MemoryVault,
    trouble: Mutex<Option<Trouble>>,
}

impl Moody {
    fn begin(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = Some(trouble);
    }

    fn end(&self) {
        *self.trouble.lock().unwrap() = None;
    }

    fn asked(&self) -> Result<&MemoryVault, VaultError> {
        match *self.trouble.lock().unwrap() {
            Some(trouble) => Err(trouble()),
            None => Ok(&self.keeps),
        }
    }
}

impl Vault for Moody {
    fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        self.asked()?.get(name)
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.asked()?.set(name, secret)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.asked()?.delete(name)
    }
}

/// Makes the error of a trouble.
type Trouble = fn() -> VaultError;

/// The troubles, each with a word of what is said of it.
const TROUBLES: [(Trouble, &str); 4] = [
    (|| VaultError::Locked, "locked"),
    (
        || VaultError::Denied("not allowed".into()),
        "refused access",
    ),
    (|| VaultError::Gone("no answer".into()), "does not answer"),
    (|| VaultError::NoDefaultStore, "passphrase"),
];

/// The workspace's secrets moved into a keyring that can be in trouble, with the administrator signed in.
fn at_work() -> (TestWorkspace, Arc<Moody>, Workspace, SessionKeeper) {
    let t = workspace();
    let moody = Arc::new(Moody::default());
    for name in ["replica-key", "session-key"] {
        moody
            .set(name, &t.vault.get(name).unwrap().unwrap())
            .unwrap();
    }
    let (place, keeper) = open(&t, &moody);
    let desk = place.desk(&t.clock, &t.ids);
    let args = accounts::dto::SignIn {
        email: testkit::ADMIN_EMAIL.into(),
        password: PASSWORD.into(),
    };
    accounts::sign_in(&desk, &keeper, &args).unwrap();
    (t, moody, place, keeper)
}

fn open(t: &TestWorkspace, moody: &Arc<Moody>) -> (Workspace, SessionKeeper) {
    let place = Workspace::open(t.dir(), &Keys::Vault(moody.clone())).unwrap();
    let keeper = SessionKeeper::new(&place, &t.ids)
        .unwrap()
        .with_cost(HashCost::Sample);
    (place, keeper)
}

#[test]
fn a_workspace_whose_keyring_is_in_trouble_says_so_and_opens_afterwards() {
    let (t, moody, place, keeper) = at_work();
    drop((place, keeper));
    for (trouble, word) in TROUBLES {
        moody.begin(trouble);
        let refused = Workspace::open(t.dir(), &Keys::Vault(moody.clone()));
        match refused {
            Err(WorkflowError::Vault(error)) => {
                assert!(error.to_string().contains(word), "{error}");
            }
            other => panic!("{word}: {other:?}"),
        }
        moody.end();
        let (place, keeper) = open(&t, &moody);
        let desk = place.desk(&t.clock, &t.ids);
        assert!(
            keeper.resume(&desk).unwrap(),
            "after {word} the session is taken up again"
        );
    }
}

#[test]
fn an_institution_is_not_half_made_when_the_keyring_says_no() {
    for (trouble, word) in TROUBLES {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("college");
        let moody = Arc::new(Moody::default());
        let make = || {
            Workspace::create(
                &place,
                &Keys::Vault(moody.clone()),
                &institution(),
                &TestClock::default(),
                &SystemIds,
            )
        };
        moody.begin(trouble);
        let refused = make();
        assert!(
            matches!(refused, Err(WorkflowError::Vault(_))),
            "{word}: {refused:?}"
        );
        assert!(!place.exists(), "nothing is there that could not be opened");
        moody.end();
        make().unwrap();
    }
}

#[test]
fn who_is_at_work_goes_on_working_without_the_keyring() {
    for (trouble, word) in TROUBLES {
        let (t, moody, place, keeper) = at_work();
        let desk = place.desk(&t.clock, &t.ids);
        moody.begin(trouble);
        for _ in 0..3 {
            t.clock.advance_minutes(16);
            assert!(
                keeper.authenticate(&desk).is_ok(),
                "{word}: the session is renewed"
            );
        }
        accounts::lock(&desk, &keeper).unwrap();
        let right = Unlock {
            password: PASSWORD.into(),
        };
        assert_eq!(
            accounts::unlock(&desk, &keeper, &right).unwrap().phase,
            Phase::SignedIn
        );
        assert_eq!(
            sign_in_again(&t, &place, &keeper),
            Phase::SignedIn,
            "{word}: another may sign in"
        );
    }
}

fn sign_in_again(t: &TestWorkspace, place: &Workspace, keeper: &SessionKeeper) -> Phase {
    let args = accounts::dto::SignIn {
        email: testkit::ADMIN_EMAIL.into(),
        password: PASSWORD.into(),
    };
    let desk = place.desk(&t.clock, &t.ids);
    accounts::sign_in(&desk, keeper, &args).unwrap().phase
}

/// What the keyring could not forget must open nothing when it is back.
#[test]
fn signing_out_without_the_keyring_is_signing_out() {
    for (trouble, word) in TROUBLES {
        let (t, moody, place, keeper) = at_work();
        let desk = place.desk(&t.clock, &t.ids);
        moody.begin(trouble);
        let status = accounts::sign_out(&desk, &keeper).unwrap();
        assert_eq!(status.phase, Phase::SignedOut, "{word}");
        moody.end();
        assert!(
            moody.get("refresh-token").unwrap().is_some(),
            "it could not be forgotten"
        );
        drop((keeper, place));
        let (place, keeper) = open(&t, &moody);
        let desk = place.desk(&t.clock, &t.ids);
        assert!(
            !keeper.resume(&desk).unwrap(),
            "{word}: the token opens nothing"
        );
        let code = keeper
            .authenticate(&desk)
            .err()
            .and_then(|error| error.code());
        assert_eq!(code, Some(Code::SignedOut));
        assert!(
            moody.get("refresh-token").unwrap().is_none(),
            "and is forgotten now"
        );
    }
}

#[test]
fn a_session_that_is_over_ends_without_the_keyring_too() {
    let (t, moody, place, keeper) = at_work();
    let desk = place.desk(&t.clock, &t.ids);
    moody.begin(|| VaultError::Gone("no answer".into()));
    t.clock.advance_days(31);
    let code = keeper
        .authenticate(&desk)
        .err()
        .and_then(|error| error.code());
    assert_eq!(
        code,
        Some(Code::SignedOut),
        "not a complaint about the keyring"
    );
}
