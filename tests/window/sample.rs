//! The sample institution for stories that need one filled: made once, copied for each story. Its key is
//! in the session's keyring under the workspace's id, so a copy opens as the original does.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use replica::{Reader, StoreError};
use tempfile::TempDir;
use workflows::{
    SystemClock, SystemIds,
    accounts::{self, Keys, Workspace},
    operations::seeding::{self, SeedSet},
};

use crate::desk::{Desk, story_at};

/// Tells a story in the sample institution, signed in as its administrator.
pub fn sample_story<F>(name: &str, tell: F)
where
    F: AsyncFnOnce(Desk) + 'static,
{
    let home = copy();
    story_at(name, &home.path().join("workspace"), &["--demo"], tell);
}

/// Tells a story in the sample institution with nobody signed in.
pub fn signed_out_story<F>(name: &str, tell: F)
where
    F: AsyncFnOnce(Desk) + 'static,
{
    let home = copy();
    story_at(name, &home.path().join("workspace"), &[], tell);
}

/// Reads the sample institution as every window on a copy of it finds it.
pub fn in_the_sample<T>(read: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>) -> T {
    let home = copy();
    in_the_workspace(&home.path().join("workspace"), read)
}

/// Reads a workspace, also while a window is open on it.
pub fn in_the_workspace<T>(
    home: &Path,
    read: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
) -> T {
    let workspace = Workspace::open(home, &Keys::Keyring).expect("the workspace opens");
    workspace.replica().read(read).expect("what is in it")
}

fn copy() -> TempDir {
    let to = tempfile::tempdir().expect("a directory for the copy");
    copy_all(original(), &to.path().join("workspace"));
    to
}

fn original() -> &'static Path {
    static MADE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, dir) = MADE.get_or_init(|| {
        let parent = tempfile::tempdir().expect("a directory for the sample institution");
        let dir = parent.path().join("workspace");
        let workspace =
            accounts::create_sample(&dir, &Keys::Keyring, &SystemClock, &SystemIds, |desk| {
                seeding::seed(desk, SeedSet::Full, &mut |_, _| {}, &|| false).map(|_| ())
            })
            .expect("the sample institution");
        drop(workspace);
        (parent, dir)
    });
    dir
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("the original") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its kind").is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

impl Desk {
    /// Goes to an address of the window, as a link would.
    pub async fn go(&self, address: &str) {
        self.script(&format!("location.hash = '#{address}';"), Vec::new())
            .await;
        self.settled().await;
    }

    /// Signs the present person out and another one in.
    pub async fn change_person(&self, email: &str, password: &str) {
        self.click("button", crate::find::starting("Account of"))
            .await;
        self.click("menuitem", "Sign out").await;
        self.sign_in(email, password).await;
    }

    /// Signs in on the sign-in screen.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.find("heading", "Sign in").await;
        self.fill("E-mail", email).await;
        self.fill("Password", password).await;
        self.click("button", "Sign in").await;
    }
}
