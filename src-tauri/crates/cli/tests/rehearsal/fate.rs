//! What befalls a desktop: people who work at it and are killed, and a copy it comes back from.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use serde_json::Value;

use crate::{
    clerk::{self, Deeds},
    desk::Desk,
    talking::parsed,
};

/// Does the same at every desk at the same time.
pub(crate) fn at_once(desks: &[&Desk], work: impl Fn(&Desk, u64) -> Deeds + Sync) -> Vec<Deeds> {
    let work = &work;
    thread::scope(|scope| {
        let working: Vec<_> = desks
            .iter()
            .zip(0..)
            .map(|(desk, n)| scope.spawn(move || work(desk, n)))
            .collect();
        working
            .into_iter()
            .map(|desk| desk.join().unwrap())
            .collect()
    })
}

impl Desk {
    pub(crate) fn passphrase(&self) -> PathBuf {
        self.path("passphrase")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.path("work")
    }

    /// A copy of the workspace's files, as a backup of the computer has them.
    pub(crate) fn copied(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_all(&self.work(), copy.path());
        copy
    }

    /// The workspace's files are those of a copy again.
    pub(crate) fn restored(&self, copy: &tempfile::TempDir) {
        fs::remove_dir_all(self.work()).unwrap();
        copy_all(copy.path(), &self.work());
    }

    /// What a command answers, whatever its exit code.
    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        parsed(args, &self.run(&[args, &["--json"]].concat(), ""))
    }

    /// People work here until so many deeds were acknowledged; then the process is killed. What they were
    /// told was done.
    pub(crate) fn work_and_be_killed(&self, seed: u64, deeds: u64) -> Deeds {
        Deeds::of(&self.killed("working", seed, deeds))
    }

    /// What waits is sent until so many change sets were; then the process is killed. It may end before.
    pub(crate) fn send_and_be_killed(&self, sets: u64) {
        self.killed("sending", 0, sets);
    }

    /// Starts a clerk and kills it after so many lines that say something was done.
    fn killed(&self, what: &str, seed: u64, after: u64) -> Vec<String> {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "clerk::child", "--nocapture", "--test-threads=1"])
            .env(clerk::WHAT, what)
            .env(clerk::FOLDER, self.work())
            .env(clerk::PASSPHRASE, self.passphrase())
            .env(clerk::SEED, seed.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut done = Vec::new();
        let mut count = 0;
        while count < after
            && let Some(line) = lines.next().transpose().unwrap()
        {
            count += u64::from(line.starts_with(clerk::DONE));
            done.push(line);
        }
        child.kill().unwrap();
        // What was said between the last line read and the end counts too.
        done.extend(lines.map_while(Result::ok));
        let status = child.wait().unwrap();
        assert!(
            what != "working" || (count >= after && !status.success()),
            "whoever worked ended by themselves ({status}): {done:#?}"
        );
        done
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
