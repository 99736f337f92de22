//! A workspace carried to another computer in one sealed file, or not at all.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{Code, Currency, Refusal};
use replica::StoreError;
use testkit::{ADMIN_EMAIL, PASSWORD, TestWorkspace, workspace};
use vault::{MemoryVault, Vault};
use workflows::{
    SystemIds, WorkflowError,
    accounts::{HashCost, Keys, SessionKeeper, Watched, Workspace, dto::SignIn, sign_in},
    desktops::{
        Opened,
        dto::{ExportWorkspace, OpenExport, SealedKind},
        export_workspace, open_export, sealed_files,
    },
    dto::{Nothing, SavedFile},
    operations::verify,
};

const PASSPHRASE: &str = "sturdy mango violin quartz";

fn asked(passphrase: &str, password: &str) -> ExportWorkspace {
    ExportWorkspace {
        passphrase: passphrase.to_owned(),
        password: password.to_owned(),
        task: "export".to_owned(),
    }
}

fn export(
    t: &TestWorkspace,
    args: &ExportWorkspace,
    folder: &Path,
) -> Result<SavedFile, WorkflowError> {
    export_workspace(
        &t.workspace,
        &t.desk(),
        &t.admin,
        args,
        folder,
        &mut |_, _, _| {},
        &|| false,
    )
}

fn open(
    t: &TestWorkspace,
    dir: &Path,
    vault: &Arc<MemoryVault>,
    args: &OpenExport,
) -> Result<Opened, WorkflowError> {
    let watched = Watched {
        progress: &mut |_, _, _| {},
        cancelled: &|| false,
    };
    let keys = Keys::Vault(Arc::clone(vault) as Arc<dyn Vault>);
    open_export(dir, &keys, args, (&t.clock, &SystemIds), watched)
}

fn opening(path: impl Into<PathBuf>, passphrase: &str) -> OpenExport {
    OpenExport {
        path: path.into().display().to_string(),
        passphrase: passphrase.to_owned(),
        device_passphrase: None,
    }
}

fn refusal(error: WorkflowError) -> Refusal {
    match error {
        WorkflowError::Refused(refusal) => refusal,
        other => panic!("no refusal: {other}"),
    }
}

/// An institution with money in its books.
fn school() -> TestWorkspace {
    let t = workspace();
    let instructor = t.instructor();
    let course = t.course("Chess", &instructor, 10_000, Currency::Gbp);
    for _ in 0..3 {
        t.enrolled(&t.student(), course);
    }
    t
}

#[test]
fn a_moved_workspace_is_whole_and_a_desktop_of_its_own() {
    let t = school();
    let room = tempfile::tempdir().unwrap();
    let saved = export(&t, &asked(PASSPHRASE, PASSWORD), room.path()).unwrap();
    assert_eq!(saved.name, "Test College 2026-03-02.matricula");
    let offered = sealed_files(room.path()).unwrap();
    assert_eq!((offered.len(), offered[0].kind), (1, SealedKind::Workspace));
    assert!(!t.dir().join("export.db").exists(), "the copy is gone");

    let vault = Arc::new(MemoryVault::new());
    let dir = room.path().join("there");
    let opened = open(&t, &dir, &vault, &opening(&saved.path, PASSPHRASE)).unwrap();
    assert_eq!((opened.ledger_rows, opened.findings), (3, 0));
    assert_eq!(opened.moved_from, t.workspace.device().as_str());
    let there = &opened.workspace;
    assert_ne!(
        there.device(),
        t.workspace.device(),
        "its receipts are a series of their own"
    );
    assert_ne!(
        there.id(),
        t.workspace.id(),
        "both keys fit into one keyring"
    );
    assert_ne!(
        vault.get("replica-key").unwrap(),
        t.vault.get("replica-key").unwrap(),
        "the first desktop's key stays there"
    );
    there
        .replica()
        .read(|reader| {
            assert_eq!(reader.devices()?.len(), 2);
            assert_eq!(reader.series_tail(there.device())?.last, 0);
            assert_eq!(reader.series_tail(t.workspace.device())?.last, 3);
            Ok(())
        })
        .unwrap();

    // Whoever had an account signs in with it, and works on.
    let keeper = SessionKeeper::new(there, &SystemIds)
        .unwrap()
        .with_cost(HashCost::Sample);
    let desk = there.desk(&t.clock, &SystemIds);
    let who = SignIn {
        email: ADMIN_EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
    };
    sign_in(&desk, &keeper, &who).unwrap();
    let report = verify(&desk, &t.admin, Nothing {}).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn nothing_of_the_workspace_can_be_read_in_the_file() {
    let t = school();
    let room = tempfile::tempdir().unwrap();
    let saved = export(&t, &asked(PASSPHRASE, PASSWORD), room.path()).unwrap();
    let bytes = fs::read(&saved.path).unwrap();
    assert_eq!(u64::try_from(bytes.len()).unwrap(), saved.bytes);
    for word in [
        "Test College",
        "example.org",
        "SQLite format 3",
        PASSPHRASE,
        PASSWORD,
    ] {
        let found = bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes());
        assert!(!found, "{word}");
    }
}

#[test]
fn a_wrong_passphrase_and_a_damaged_file_are_refused_and_leave_nothing() {
    let t = school();
    let room = tempfile::tempdir().unwrap();
    let saved = export(&t, &asked(PASSPHRASE, PASSWORD), room.path()).unwrap();
    let good = fs::read(&saved.path).unwrap();
    let written = |name: &str, bytes: &[u8]| {
        let path = room.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let mut altered = good.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 0x40;
    let cases = [
        (
            opening(&saved.path, "sturdy mango violin quart"),
            Code::BadCredentials,
            "passphrase",
        ),
        (
            opening(written("altered", &altered), PASSPHRASE),
            Code::Invalid,
            "path",
        ),
        (
            opening(written("short", &good[..good.len() - 100]), PASSPHRASE),
            Code::Invalid,
            "path",
        ),
        (
            opening(written("head", &good[..40]), PASSPHRASE),
            Code::Invalid,
            "path",
        ),
        (
            opening(written("letter", b"Dear all"), PASSPHRASE),
            Code::Invalid,
            "path",
        ),
        (
            opening(room.path().join("nowhere"), PASSPHRASE),
            Code::NotFound,
            "path",
        ),
    ];
    let dir = room.path().join("there");
    for (args, code, field) in cases {
        let vault = Arc::new(MemoryVault::new());
        let no = refusal(open(&t, &dir, &vault, &args).unwrap_err());
        assert_eq!(
            (no.code, no.field.as_deref()),
            (code, Some(field)),
            "{}",
            no.message
        );
        assert!(!no.message.contains("quart"), "{}", no.message);
        assert!(!dir.exists() && !room.path().join(".there.unfinished").exists());
        assert_eq!(vault.get("replica-key").unwrap(), None);
    }
    let gone = Workspace::open(&dir, &t.keys()).unwrap_err();
    assert!(matches!(
        gone,
        WorkflowError::Store(StoreError::NotFound(_))
    ));
}

#[test]
fn an_export_wants_a_good_passphrase_and_the_persons_own_password() {
    let t = school();
    let room = tempfile::tempdir().unwrap();
    let cases = [
        (asked("", PASSWORD), Code::Required, "passphrase"),
        (asked("short", PASSWORD), Code::Invalid, "passphrase"),
        (asked("test college", PASSWORD), Code::Invalid, "passphrase"),
        (
            asked(PASSPHRASE, "Wrong1horse"),
            Code::BadCredentials,
            "password",
        ),
    ];
    for (args, code, field) in cases {
        let no = refusal(export(&t, &args, room.path()).unwrap_err());
        assert_eq!(
            (no.code, no.field.as_deref()),
            (code, Some(field)),
            "{}",
            no.message
        );
    }
    let student = t.student();
    let no = export_workspace(
        &t.workspace,
        &t.desk(),
        &student,
        &asked(PASSPHRASE, PASSWORD),
        room.path(),
        &mut |_, _, _| {},
        &|| false,
    );
    assert_eq!(refusal(no.unwrap_err()).code, Code::Forbidden);
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
}

#[test]
fn a_stopped_export_leaves_no_file_and_a_desktop_with_unsent_changes_is_not_exported() {
    let t = school();
    let room = tempfile::tempdir().unwrap();
    let stopped = export_workspace(
        &t.workspace,
        &t.desk(),
        &t.admin,
        &asked(PASSPHRASE, PASSWORD),
        room.path(),
        &mut |_, _, _| {},
        &|| true,
    );
    assert_eq!(refusal(stopped.unwrap_err()).code, Code::Cancelled);
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
    assert!(!t.dir().join("export.db").exists());

    t.workspace.replica().attach().unwrap();
    t.student();
    let no = refusal(export(&t, &asked(PASSPHRASE, PASSWORD), room.path()).unwrap_err());
    assert_eq!(no.code, Code::NotReady);
}
