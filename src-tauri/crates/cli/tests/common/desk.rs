//! A desktop: a folder with a workspace and the passphrase of its keys, and the real program in it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

pub(crate) struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(
            dir.path().join("passphrase"),
            "correct horse battery staple\n",
        )
        .unwrap();
        Self { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_matriculactl"));
        command
            .env("MATRICULA_PASSPHRASE_FILE", self.path("passphrase"))
            .env_remove("MATRICULA_HOME")
            .arg("--workspace")
            .arg(self.path("work"))
            .args(args)
            .stdin(Stdio::null());
        command
    }
}
