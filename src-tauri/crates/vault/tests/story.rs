//! One story of a vault, told to every vault there is. The system's keyring takes part where
//! `MATRICULA_TEST_KEYRING=1` says that a session with a keyring is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::fs;

use vault::{KeyringVault, MemoryVault, PassphraseVault, Secret, Sensitive, Vault, VaultError};

fn passphrase(text: &str) -> Sensitive<String> {
    Sensitive::new(text.to_owned())
}

fn secret(bytes: &[u8]) -> Secret {
    Secret::new(bytes.to_vec())
}

fn story(vault: &dyn Vault) {
    assert!(
        vault.get("replica-key").unwrap().is_none(),
        "a new vault holds nothing"
    );
    vault
        .delete("replica-key")
        .expect("forgetting what is not there is no failure");

    let key: Vec<u8> = (0..=255).collect();
    vault.set("replica-key", &secret(&key)).unwrap();
    vault.set("session-key", &secret(b"another")).unwrap();
    assert_eq!(
        vault.get("replica-key").unwrap(),
        Some(secret(&key)),
        "every byte comes back"
    );

    vault.set("replica-key", &secret(b"changed")).unwrap();
    assert_eq!(
        vault.get("replica-key").unwrap(),
        Some(secret(b"changed")),
        "the last one counts"
    );
    assert_eq!(
        vault.get("session-key").unwrap(),
        Some(secret(b"another")),
        "its neighbour stays"
    );

    vault.delete("replica-key").unwrap();
    assert!(
        vault.get("replica-key").unwrap().is_none(),
        "what was forgotten is gone"
    );
    assert_eq!(
        vault.get("session-key").unwrap(),
        Some(secret(b"another")),
        "its neighbour stays"
    );
    vault.delete("session-key").unwrap();
}

#[test]
fn memory() {
    story(&MemoryVault::new());
}

#[test]
fn passphrase_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    story(&PassphraseVault::open(&path, &passphrase("correct horse")).unwrap());
}

#[test]
fn system_keyring() {
    if std::env::var("MATRICULA_TEST_KEYRING").as_deref() != Ok("1") {
        eprintln!(
            "SKIPPED: the keyring's story needs a session with a keyring and MATRICULA_TEST_KEYRING=1"
        );
        return;
    }
    let workspace = format!("test-{}", std::process::id());
    story(&KeyringVault::open(workspace.clone()).unwrap());

    let (mine, other) = (
        KeyringVault::open(workspace.clone()).unwrap(),
        KeyringVault::open(format!("{workspace}-other")).unwrap(),
    );
    mine.set("replica-key", &secret(b"mine")).unwrap();
    assert!(
        other.get("replica-key").unwrap().is_none(),
        "workspaces do not share secrets"
    );
    mine.delete("replica-key").unwrap();
}

#[test]
fn a_passphrase_file_keeps_and_hides() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    assert!(!PassphraseVault::exists(&path).unwrap());
    let vault = PassphraseVault::open(&path, &passphrase("correct horse")).unwrap();
    vault
        .set("session-key", &secret(b"in-clear-nowhere"))
        .unwrap();
    drop(vault);

    let text = fs::read_to_string(&path).unwrap();
    assert!(
        !text.contains(&hex::encode("in-clear-nowhere")),
        "no secret in the file"
    );
    assert!(!text.contains("session-key"), "not even its name");
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["vault.json", "vault.json.lock"],
        "nothing else is left beside the file"
    );
    assert_eq!(
        fs::metadata(folder.path().join("vault.json.lock"))
            .unwrap()
            .len(),
        0,
        "and the lock holds nothing"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    let again = PassphraseVault::open(&path, &passphrase("correct horse")).unwrap();
    assert_eq!(
        again.get("session-key").unwrap(),
        Some(secret(b"in-clear-nowhere"))
    );
}

#[test]
fn a_wrong_passphrase_and_a_damaged_file_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    let vault = PassphraseVault::open(&path, &passphrase("correct horse")).unwrap();
    vault.set("session-key", &secret(b"value")).unwrap();

    let wrong = PassphraseVault::open(&path, &passphrase("Correct horse"));
    assert!(
        matches!(wrong, Err(VaultError::WrongPassphrase)),
        "{wrong:?}"
    );
    assert_eq!(
        vault.get("session-key").unwrap(),
        Some(secret(b"value")),
        "the attempt changed nothing"
    );

    // One digit of the sealed content.
    let mut sealed: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let digits = sealed["content"]["text"].as_str().unwrap().to_owned();
    let other = if digits.starts_with('0') { "1" } else { "0" };
    sealed["content"]["text"] = format!("{other}{}", &digits[1..]).into();
    fs::write(&path, sealed.to_string()).unwrap();
    let opened = PassphraseVault::open(&path, &passphrase("correct horse")).unwrap();
    assert!(matches!(
        opened.get("session-key"),
        Err(VaultError::Damaged { .. })
    ));

    fs::write(&path, "{ half a fi").unwrap();
    let cut = PassphraseVault::open(&path, &passphrase("correct horse"));
    assert!(matches!(cut, Err(VaultError::Damaged { .. })), "{cut:?}");

    // A file that would take all the machine's memory to open.
    sealed["head"]["memory_kib"] = u32::MAX.into();
    fs::write(&path, sealed.to_string()).unwrap();
    let greedy = PassphraseVault::open(&path, &passphrase("correct horse"));
    assert!(
        matches!(greedy, Err(VaultError::Damaged { .. })),
        "{greedy:?}"
    );
}

#[test]
fn what_is_sensitive_is_never_printed() {
    let text = Sensitive::new("hunter2".to_owned());
    assert_eq!(
        format!("{text} {text:?} {:?}", Some(secret(b"hunter2"))),
        "[hidden] [hidden] Some([hidden])"
    );
    let vault = MemoryVault::new();
    vault.set("name", &secret(b"hunter2")).unwrap();
    assert!(!format!("{vault:?}").contains("hunter2"));
    assert!(!format!("{vault:?}").contains("104"), "nor as numbers");
}

/// The secrets one of several programs keeps.
const KEPT: usize = 12;

/// One of the programs of the next story: nothing by itself.
#[test]
fn another_program_keeps_its_secrets() {
    let (Ok(path), Ok(me)) = (
        std::env::var("VAULT_STORY_FILE"),
        std::env::var("VAULT_STORY_PROGRAM"),
    ) else {
        return;
    };
    let vault =
        PassphraseVault::open(std::path::Path::new(&path), &passphrase("correct horse")).unwrap();
    for n in 0..KEPT {
        vault
            .set(&format!("{me}-{n}"), &secret(me.as_bytes()))
            .unwrap();
    }
}

#[test]
fn programs_that_write_at_the_same_time_lose_nothing_of_each_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    // Nobody made the file before: who comes first makes it.
    let programs: Vec<_> = ["window", "terminal", "cron"]
        .into_iter()
        .map(|name| {
            std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "another_program_keeps_its_secrets"])
                .env("VAULT_STORY_FILE", &path)
                .env("VAULT_STORY_PROGRAM", name)
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut program in programs {
        assert!(program.wait().unwrap().success());
    }
    let vault = PassphraseVault::open(&path, &passphrase("correct horse")).unwrap();
    for name in ["window", "terminal", "cron"] {
        for n in 0..KEPT {
            assert_eq!(
                vault.get(&format!("{name}-{n}")).unwrap(),
                Some(secret(name.as_bytes())),
                "secret {n} of {name}"
            );
        }
    }
}
