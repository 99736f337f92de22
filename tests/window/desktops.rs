//! Desktops in the window: what a workspace on one computer says of them, carrying it to another computer,
//! and the first screens of joining and opening.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use workflows::accounts::{SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD};

use crate::{
    desk::{Desk, story},
    find::starting,
    sample::sample_story,
    screens::judge,
};

const PASSPHRASE: &str = "sturdy mango violin quartz";

#[test]
fn a_workspace_is_carried_to_another_computer() {
    let between = tempfile::tempdir().expect("a place between two computers");
    let carried = between.path().join("Northbridge.matricula");
    let target = carried.clone();
    sample_story("a_workspace_is_exported", async move |desk| {
        desk.find("heading", "Dashboard").await;
        desk.go("/system/devices").await;
        desk.find("heading", "Devices").await;
        desk.reads("this desktop").await;
        judge(&desk, "desktops").await;
        let file = export(&desk).await;
        fs::copy(&file, &target).expect("the file can be carried");
    });
    story("a_workspace_is_opened_from_an_export", async move |desk| {
        open(&desk, &carried).await;
    });
}

/// Exports, and says which file was written.
async fn export(desk: &Desk) -> PathBuf {
    desk.click("button", "Export workspace…").await;
    desk.fill("Passphrase for the file", "password12").await;
    desk.fill("The passphrase again", "password12").await;
    desk.fill("Your password", SAMPLE_PASSWORD).await;
    desk.click("button", "Export").await;
    desk.reads("too easy to guess").await;
    desk.fill("Passphrase for the file", PASSPHRASE).await;
    desk.fill("The passphrase again", PASSPHRASE).await;
    desk.click("button", "Export").await;
    let found = Arc::new(Mutex::new(None));
    desk.eventually("the exported file", async || {
        let text = desk.page_text().await;
        let (_, rest) = text.split_once("The workspace was exported: ")?;
        let (path, _) = rest.split_once(".matricula")?;
        let path = format!("{}.matricula", path.trim());
        *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
        Some(())
    })
    .await;
    let path = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    PathBuf::from(path.expect("a path"))
}

async fn open(desk: &Desk, file: &Path) {
    desk.find("heading", "Welcome to Matricula").await;
    desk.click("button", starting("Open from an export")).await;
    desk.find("heading", "Open an exported workspace").await;
    judge(desk, "open-export").await;
    desk.fill("Exported workspace", &file.display().to_string())
        .await;
    desk.fill("Passphrase of the file", "another passphrase")
        .await;
    desk.click("button", "Open").await;
    desk.reads("This is not the passphrase the file was sealed with.")
        .await;
    desk.fill("Passphrase of the file", PASSPHRASE).await;
    desk.click("button", "Open").await;
    desk.reads("everything agrees").await;
    desk.click("button", "Go to sign-in").await;
    desk.find("heading", "Sign in").await;
    desk.fill("E-mail", SAMPLE_ADMIN_EMAIL).await;
    desk.fill("Password", SAMPLE_PASSWORD).await;
    desk.click("button", "Sign in").await;
    desk.find("heading", "Dashboard").await;
    desk.go("/system/devices").await;
    desk.reads("moved from").await;
}

#[test]
fn an_invitation_is_asked_for_its_file_and_code() {
    story(
        "an_invitation_is_asked_for_its_file_and_code",
        async |desk| {
            desk.find("heading", "Welcome to Matricula").await;
            desk.click("button", starting("Join with an invitation"))
                .await;
            desk.find("heading", "Join with an invitation").await;
            judge(&desk, "join").await;
            desk.fill("Invitation", "/nowhere/K7F2.matricula-invitation")
                .await;
            desk.fill("Code", "ABCDE").await;
            desk.click("button", "Join").await;
            desk.reads("The code has 20 letters and digits").await;
            desk.fill("Code", "ABCDE-FGHJK-MNPQR-STVWX").await;
            desk.click("button", "Join").await;
            desk.reads("There is no file /nowhere/K7F2.matricula-invitation.")
                .await;
        },
    );
}
