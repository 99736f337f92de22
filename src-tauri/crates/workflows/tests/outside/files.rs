//! Files of a workspace that somebody edited: the facts beside the database, the sealed vault, and the
//! database itself.

use std::fs;

use proptest::test_runner::TestRunner;
use testkit::workspace;
use vault::{PassphraseVault, Sensitive, Vault};
use workflows::accounts::{Workspace, WorkspaceFacts};

use super::bytes::{cases, inputs, like};

#[test]
fn edited_facts_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workspace.json");
    let ws = workspace();
    let facts = fs::read(ws.dir().join("workspace.json")).unwrap();
    let mut runner = TestRunner::new(cases(inputs()));
    runner
        .run(&like(vec![facts]), |bytes| {
            fs::write(&path, &bytes).unwrap();
            if let Err(error) = WorkspaceFacts::read(folder.path()) {
                assert!(error.to_string().contains("workspace.json"), "{error}");
            }
            Ok(())
        })
        .unwrap();
}

/// Fewer than elsewhere: those that are still a vault cost a key each.
#[test]
fn an_edited_vault_opens_for_nobody_who_lacks_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    let right = Sensitive::new("correct horse battery".to_owned());
    let vault = PassphraseVault::open(&path, &right).unwrap();
    vault
        .set("replica-key", &Sensitive::new(vec![5; 32]))
        .unwrap();
    let sealed = fs::read(&path).unwrap();
    let mut runner = TestRunner::new(cases(500));
    runner
        .run(&like(vec![sealed]), |bytes| {
            fs::write(&path, &bytes).unwrap();
            // Whatever was edited: the secret itself comes out, or nothing does.
            if let Ok(vault) = PassphraseVault::open(&path, &right)
                && let Ok(Some(secret)) = vault.get("replica-key")
            {
                assert_eq!(secret.expose(), &vec![5; 32]);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_edited_database_does_not_open_and_a_whole_one_does() {
    let ws = workspace();
    let (keys, place) = (ws.keys(), ws.dir().clone());
    let whole = fs::read(place.join("replica.db")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        place.join("workspace.json"),
        folder.path().join("workspace.json"),
    )
    .unwrap();
    let mut runner = TestRunner::new(cases(200));
    runner
        .run(&like(vec![whole.clone()]), |bytes| {
            for beside in ["replica.db-wal", "replica.db-shm"] {
                let _ = fs::remove_file(folder.path().join(beside));
            }
            fs::write(folder.path().join("replica.db"), &bytes).unwrap();
            // Every page is sealed: what still opens was damaged in a page that was not looked at yet,
            // and says so when it is.
            if let Ok(opened) = Workspace::open(folder.path(), &keys) {
                let _ = opened.settings();
            }
            Ok(())
        })
        .unwrap();
}
