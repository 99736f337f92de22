//! Commands that read their input, what they answer, and what they say.

use std::{
    io::Write,
    process::{Child, Output, Stdio},
};

use serde_json::Value;

use super::desk::Desk;

impl Desk {
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.start(args);
        // A command that reads nothing may have ended.
        let _read = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// What a command that must succeed answers.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str], input: &str) -> Value {
        let output = self.run(&[args, &["--json"]].concat(), input);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
        parsed(args, &output)
    }

    /// The exit code, and what was said.
    pub(crate) fn no(&self, args: &[&str], input: &str) -> (Option<i32>, String) {
        let output = self.run(args, input);
        (output.status.code(), said(&output))
    }
}

/// An answer, whatever the exit code.
#[track_caller]
pub(crate) fn parsed(args: &[&str], output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", said(output)))
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
