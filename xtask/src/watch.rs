//! A watch over a long command: one that says nothing for too long is stuck, and what hangs below it is
//! ended, so that a run always comes to its end and its counts.
//!
//! Deliberately absent: how long all of it may take. A slow machine that goes on working is let work.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long a command may say nothing. The longest test takes some minutes on two processors, and says
/// nothing meanwhile.
const SILENCE: Duration = Duration::from_secs(20 * 60);
const GLANCE: Duration = Duration::from_secs(5);

/// What was said last, and when.
pub(crate) struct Voice(Mutex<(Instant, String)>);

impl Voice {
    pub(crate) fn new() -> Self {
        Self(Mutex::new((Instant::now(), String::new())))
    }

    pub(crate) fn heard(&self, line: &str) {
        *self.held() = (Instant::now(), line.to_owned());
    }

    /// What was said last, if that is longer ago than may be; the next time counts from now.
    fn lost(&self, silence: Duration) -> Option<String> {
        let mut held = self.held();
        (held.0.elapsed() > silence).then(|| {
            held.0 = Instant::now();
            held.1.clone()
        })
    }

    fn held(&self) -> std::sync::MutexGuard<'_, (Instant, String)> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// Watches over a process until `over` is closed. When it is silent for too long, everything below it is
/// ended, but not itself: cargo then says which program failed and goes on with the next.
pub(crate) fn over(root: u32, voice: &Voice, over: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = over.recv_timeout(GLANCE) {
        if let Some(last) = voice.lost(SILENCE) {
            let stuck = below(root);
            eprintln!(
                "\n!!! Nothing was said for {} minutes; what runs is ended. The last line was:\n    {last}\n",
                SILENCE.as_secs() / 60
            );
            end(&stuck);
        }
    }
}

/// The processes started by one, and by those, youngest last.
fn below(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid: u32| Some((pid, parent(pid)?)))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&one) = found.get(next) {
        found.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == one)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    found.split_off(1)
}

/// The fourth field of `/proc/PID/stat`; the second is a name in brackets that may hold anything.
fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

fn end(processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    let ended = std::process::Command::new("kill")
        .arg("-KILL")
        .args(processes.iter().map(u32::to_string))
        .status();
    if let Err(error) = ended {
        eprintln!("they could not be ended: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_told_once_and_counted_anew() {
        let voice = Voice::new();
        voice.heard("test a ... ok");
        assert_eq!(voice.lost(Duration::from_secs(60)), None);
        assert_eq!(
            voice.lost(Duration::ZERO).as_deref(),
            Some("test a ... ok"),
            "what was said last is named"
        );
        assert_eq!(voice.lost(Duration::from_secs(60)), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_runs_below_a_process_is_ended_and_the_process_goes_on() {
        let mut shell = std::process::Command::new("sh")
            .args(["-c", "(sleep 600; true); exit 7"])
            .spawn()
            .expect("a shell");
        let begun = Instant::now();
        let found = loop {
            // The inner shell and its `sleep`.
            let found = below(shell.id());
            if found.len() == 2 || begun.elapsed() > Duration::from_secs(30) {
                break found;
            }
            std::thread::yield_now();
        };
        assert_eq!(found.len(), 2);
        end(&found);
        assert_eq!(shell.wait().expect("an end").code(), Some(7));
    }
}
