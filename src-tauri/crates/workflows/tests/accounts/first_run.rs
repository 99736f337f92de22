//! First run: an institution, or nothing at all; and opening it again.

use std::{fs, path::Path, sync::Arc};

use domain::{Code, Collection, Role};
use replica::StoreError;
use testkit::{TestClock, institution, workspace};
use vault::{MemoryVault, Sensitive, Vault, VaultError};
use workflows::{
    SystemIds, WorkflowError,
    accounts::{
        self, KeySource, Keys, NewInstitution, SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD, SessionKeeper,
        Workspace, WorkspaceFacts, closed_status, create_sample,
        dto::{Phase, SignIn},
    },
};

fn memory() -> (Keys, Arc<MemoryVault>) {
    let vault = Arc::new(MemoryVault::new());
    (Keys::Vault(vault.clone()), vault)
}

fn create(dir: &Path, keys: &Keys, new: &NewInstitution) -> Result<Workspace, WorkflowError> {
    Workspace::create(dir, keys, new, &TestClock::default(), &SystemIds)
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_institution_has_settings_a_device_and_an_administrator() {
    let t = workspace();
    let settings = t.workspace.settings().unwrap();
    assert_eq!(settings.institution, "Test College");
    assert_eq!(settings.timezone, "Europe/London");
    assert_eq!(settings.id, t.workspace.id());
    assert_eq!(t.workspace.device().as_str().len(), 4);
    t.workspace
        .replica()
        .read(|reader| {
            assert_eq!(reader.devices()?.len(), 1);
            assert_eq!(reader.active_admins()?, 1);
            let rows = reader.timeline(Collection::Settings, settings.id, None, 10)?;
            assert_eq!(rows[0].event.deed.verb, "institution.founded");
            Ok(())
        })
        .unwrap();
}

#[test]
fn nothing_secret_is_in_the_directory() {
    let t = workspace();
    let key = t
        .vault
        .get("replica-key")
        .unwrap()
        .expect("the key is in the vault");
    let text = fs::read_to_string(t.dir().join("workspace.json")).unwrap();
    assert!(
        text.contains("Test College") && text.contains("keyring"),
        "{text}"
    );
    for name in names(t.dir()) {
        let bytes = fs::read(t.dir().join(&name)).unwrap();
        let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!has(key.expose()), "{name} holds the key");
        assert!(!has(b"ada@example.org"), "{name} holds an address in clear");
    }
}

#[test]
fn wrong_input_leaves_no_trace() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("w");
    let (keys, vault) = memory();
    type Spoil = fn(&mut NewInstitution);
    let cases: [(&str, Spoil); 6] = [
        ("institution", |new| new.institution = "  ".into()),
        ("institution", |new| new.institution = "x".repeat(121)),
        ("timezone", |new| new.timezone = "Moon/Crater".into()),
        ("adminName", |new| new.admin_name = String::new()),
        ("adminEmail", |new| new.admin_email = "nobody".into()),
        ("password", |new| new.password = "weak".into()),
    ];
    for (field, spoil) in cases {
        let mut new = institution();
        spoil(&mut new);
        match create(&dir, &keys, &new) {
            Err(WorkflowError::Refused(refusal)) => {
                assert_eq!(refusal.field.as_deref(), Some(field));
            }
            other => panic!("{field}: a refusal was expected, not {other:?}"),
        }
    }
    assert!(names(room.path()).is_empty());
    assert!(vault.get("replica-key").unwrap().is_none());
}

#[test]
fn a_failure_halfway_leaves_no_half_workspace_and_the_next_attempt_succeeds() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("w");
    let (keys, vault) = memory();
    let failed = create_sample(&dir, &keys, &TestClock::default(), &SystemIds, |_| {
        Err(domain::Refusal::new(Code::Cancelled, "Cancelled.").into())
    });
    assert_eq!(
        failed.err().and_then(|error| error.code()),
        Some(Code::Cancelled)
    );
    assert!(names(room.path()).is_empty(), "{:?}", names(room.path()));
    assert!(vault.get("replica-key").unwrap().is_none());
    // What a killed program leaves behind does not stand in the way either.
    fs::create_dir(room.path().join(".w.unfinished")).unwrap();
    fs::write(room.path().join(".w.unfinished/replica.db"), b"half").unwrap();
    create(&dir, &keys, &institution()).unwrap();
    assert_eq!(names(room.path()), ["w"]);
}

#[test]
fn a_place_that_is_taken_is_refused() {
    let room = tempfile::tempdir().unwrap();
    let (keys, _) = memory();
    let dir = room.path().join("w");
    drop(create(&dir, &keys, &institution()).unwrap());
    let again = create(&dir, &memory().0, &institution());
    assert_eq!(
        again.err().and_then(|error| error.code()),
        Some(Code::Taken)
    );
    Workspace::open(&dir, &keys).expect("the first one is unharmed");
    let other = room.path().join("other");
    fs::create_dir(&other).unwrap();
    create(&other, &memory().0, &institution()).expect("an empty folder is fine");
    let full = room.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("letter.txt"), b"mine").unwrap();
    let refused = create(&full, &memory().0, &institution());
    assert_eq!(
        refused.err().and_then(|error| error.code()),
        Some(Code::Taken)
    );
    assert_eq!(names(&full), ["letter.txt"]);
}

#[test]
fn what_keeps_a_workspace_shut_is_told_apart() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("w");
    let (keys, vault) = memory();
    let none = Workspace::open(&dir, &keys);
    assert!(
        matches!(none, Err(WorkflowError::Store(StoreError::NotFound(_)))),
        "{none:?}"
    );
    drop(create(&dir, &keys, &institution()).unwrap());

    let elsewhere = Workspace::open(&dir, &memory().0);
    assert!(
        matches!(elsewhere, Err(WorkflowError::Vault(VaultError::Missing(_)))),
        "{elsewhere:?}"
    );

    let real = vault.get("replica-key").unwrap().unwrap();
    vault
        .set("replica-key", &Sensitive::new(vec![1; 32]))
        .unwrap();
    let other_key = Workspace::open(&dir, &keys);
    assert!(
        matches!(other_key, Err(WorkflowError::Store(StoreError::WrongKey))),
        "{other_key:?}"
    );

    vault.set("replica-key", &real).unwrap();
    assert!(Workspace::open(&dir, &keys).is_ok());
    fs::write(dir.join("workspace.json"), b"{").unwrap();
    let damaged = Workspace::open(&dir, &keys);
    assert!(
        matches!(damaged, Err(WorkflowError::File { .. })),
        "{damaged:?}"
    );
}

#[test]
fn a_passphrase_stands_in_for_the_keyring() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("w");
    let short = create(
        &dir,
        &Keys::from_passphrase(Some("short".into())),
        &institution(),
    );
    assert_eq!(
        short.err().and_then(|error| error.code()),
        Some(Code::Invalid)
    );
    let right = Keys::from_passphrase(Some("correct horse battery".into()));
    drop(create(&dir, &right, &institution()).unwrap());
    let facts = WorkspaceFacts::read(&dir).unwrap().unwrap();
    assert_eq!(facts.keys, KeySource::Passphrase);
    let closed = closed_status(&dir, false).unwrap();
    assert_eq!(closed.phase, Phase::NeedsPassphrase);
    assert_eq!(closed.institution.as_deref(), Some("Test College"));

    let open = |keys: &Keys| Workspace::open(&dir, keys);
    assert!(open(&right).is_ok());
    let wrong = open(&Keys::from_passphrase(Some("wrong".into())));
    assert!(
        matches!(
            wrong,
            Err(WorkflowError::Vault(VaultError::WrongPassphrase))
        ),
        "{wrong:?}"
    );
    let without = open(&Keys::Keyring);
    assert_eq!(
        without.err().and_then(|error| error.code()),
        Some(Code::Required)
    );
    fs::remove_file(dir.join("vault.json")).unwrap();
    let gone = open(&right);
    assert!(
        matches!(gone, Err(WorkflowError::Vault(VaultError::Missing(_)))),
        "{gone:?}"
    );
    assert!(
        !dir.join("vault.json").exists(),
        "looking for the key makes no new one"
    );
}

#[test]
fn the_sample_institution_shows_accounts_to_try() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("sample");
    let clock = TestClock::default();
    assert_eq!(closed_status(&dir, true).unwrap().phase, Phase::NoWorkspace);
    let workspace = create_sample(&dir, &memory().0, &clock, &SystemIds, |desk| {
        let actor = accounts::product(desk);
        for (name, role) in [("S One", Role::Student), ("F One", Role::Finance)] {
            let args = workflows::people::dto::CreatePerson {
                name: name.into(),
                email: format!("{role}@matricula.example"),
                role,
                password: Some(SAMPLE_PASSWORD.into()),
                profile: workflows::people::dto::ProfileDto::default(),
            };
            workflows::people::create(desk, &actor, args, accounts::HashCost::Sample)?;
        }
        Ok(())
    })
    .unwrap();
    let desk = workspace.desk(&clock, &SystemIds);
    let keeper = SessionKeeper::new(&workspace, &SystemIds).unwrap();
    let status = accounts::workspace_status(&desk, &keeper).unwrap();
    assert!(status.sample);
    assert_eq!(status.sample_password.as_deref(), Some(SAMPLE_PASSWORD));
    let roles: Vec<Role> = status
        .sample_accounts
        .iter()
        .map(|account| account.role)
        .collect();
    assert_eq!(roles, [Role::Admin, Role::Finance, Role::Student]);
    assert_eq!(status.sample_accounts[0].email, SAMPLE_ADMIN_EMAIL);
    for account in status.sample_accounts {
        let args = SignIn {
            email: account.email,
            password: SAMPLE_PASSWORD.into(),
        };
        assert_eq!(
            accounts::sign_in(&desk, &keeper, &args).unwrap().phase,
            Phase::SignedIn
        );
    }
}
