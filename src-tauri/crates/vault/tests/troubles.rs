//! The real Secret Service in trouble: locked, gone, back again. Runs where `MATRICULA_TEST_KEYRING=1` says
//! that this session has a message bus and a gnome-keyring of its own, which `cargo xtask test` makes; the
//! keyring of a person is never touched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::{
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use vault::{KeyringVault, Secret, Sensitive, Vault, VaultError};

fn secret(text: &str) -> Secret {
    Sensitive::new(text.as_bytes().to_vec())
}

/// What a call over the message bus answers.
fn bus(object: &str, to: &str, method: &str, argument: &str) -> String {
    let output = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply=literal",
            &format!("--dest={to}"),
            object,
            method,
            argument,
        ])
        .output()
        .expect("dbus-send");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The process that answers for the Secret Service on this bus, if any does.
fn daemon() -> Option<u32> {
    let answer = bus(
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "org.freedesktop.DBus.GetConnectionUnixProcessID",
        "string:org.freedesktop.secrets",
    );
    answer.rsplit(' ').next()?.parse().ok()
}

fn until(what: &str, is: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < deadline, "waited 60 s for {what}");
        std::thread::yield_now();
    }
}

/// Starts the keyring of this session anew with its password, as signing in to the computer does.
fn start() {
    let folder = std::env::var("MATRICULA_KEYRING").expect("where the session's keyring is");
    let mut child = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets"])
        .env("XDG_DATA_HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("gnome-keyring-daemon");
    child.stdin.take().unwrap().write_all(b"matricula").unwrap();
    child.wait().expect("it goes on by itself");
    until("the keyring to answer", || daemon().is_some());
}

#[test]
fn a_keyring_that_is_locked_or_gone_is_told_and_is_used_again_when_it_is_back() {
    if std::env::var("MATRICULA_TEST_KEYRING").as_deref() != Ok("1") {
        eprintln!(
            "SKIPPED: needs a session with a keyring of its own and MATRICULA_TEST_KEYRING=1"
        );
        return;
    }
    until("the keyring to be there", || daemon().is_some());
    let vault = KeyringVault::open(format!("trouble-{}", std::process::id())).unwrap();
    vault.set("replica-key", &secret("kept")).unwrap();

    // Locked, with nobody there to enter its password.
    bus(
        "/org/freedesktop/secrets",
        "org.freedesktop.secrets",
        "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/aliases/default",
    );
    let locked = vault.get("replica-key");
    assert!(matches!(locked, Err(VaultError::Locked)), "{locked:?}");
    let locked = vault.set("replica-key", &secret("other"));
    assert!(matches!(locked, Err(VaultError::Locked)), "{locked:?}");

    // Gone in the middle.
    let ended = daemon().expect("the keyring's process").to_string();
    assert!(Command::new("kill").arg(&ended).status().unwrap().success());
    until("the keyring to be gone", || daemon().is_none());
    let gone = vault.get("replica-key");
    assert!(matches!(gone, Err(VaultError::Gone(_))), "{gone:?}");
    assert!(!format!("{gone:?}").contains("kept"));

    // Back, and the same vault goes on.
    start();
    assert_eq!(vault.get("replica-key").unwrap(), Some(secret("kept")));
    vault.set("replica-key", &secret("later")).unwrap();
    assert_eq!(vault.get("replica-key").unwrap(), Some(secret("later")));
    vault.delete("replica-key").unwrap();
}
