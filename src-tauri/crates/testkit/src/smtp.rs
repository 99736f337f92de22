//! A mail server for tests: aiosmtpd in a process of its own, on loopback, with or without TLS and a
//! login. `cargo xtask setup` installs it. What it took is asked of it letter by letter.
//!
//! It ends when this is dropped: its input closes. An address that begins with `nobody.` is refused for
//! good, one with `busy.` for now.

use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use domain::settings::MailSecurity;

use crate::mongod::skip;

/// Names the directory of the Python packages.
pub const PACKAGES: &str = "MATRICULA_TEST_SMTP";

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/smtp/server.py");
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/smtp/certificate.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/smtp/key.pem");

/// Longest time the server may take to say that it listens, or a letter to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// A letter the server took.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The sender's address of the envelope.
    pub from: String,
    /// The addresses it goes to.
    pub to: Vec<String>,
    /// The line was protected.
    pub tls: bool,
    /// Who had signed in.
    pub login: Option<String>,
    /// Headers and body, as sent.
    pub content: String,
}

impl Delivered {
    /// Headers and body with quoted-printable undone, so that what is looked for is found.
    pub fn readable(&self) -> String {
        let joined = self.content.replace("=\r\n", "").replace("=\n", "");
        let mut bytes = Vec::with_capacity(joined.len());
        let mut rest = joined.as_bytes();
        while let Some((first, tail)) = rest.split_first() {
            let escaped = (*first == b'=')
                .then(|| tail.get(..2))
                .flatten()
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| u8::from_str_radix(digits, 16).ok());
            match escaped {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &tail[2..];
                }
                None => {
                    bytes.push(*first);
                    rest = tail;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The one-time code in it.
    pub fn code(&self) -> Option<String> {
        let readable = self.readable();
        readable
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .find(|word| {
                word.len() == 24
                    && word.split('-').count() == 5
                    && word.split('-').all(|group| group.len() == 4)
            })
            .map(str::to_owned)
    }
}

/// A running mail server.
#[derive(Debug)]
pub struct MailServer {
    process: Child,
    letters: Receiver<String>,
    port: u16,
}

impl MailServer {
    /// Starts one without a login. None, said loudly, where aiosmtpd is not installed.
    pub fn start(security: MailSecurity) -> Option<Self> {
        Self::start_at(0, security, None)
    }

    /// Starts one at a port (0: any), with a login and its password.
    pub fn start_at(
        port: u16,
        security: MailSecurity,
        login: Option<(&str, &str)>,
    ) -> Option<Self> {
        let Some(packages) = packages() else {
            skip("no mail server to test against: run `cargo xtask setup`");
            return None;
        };
        let word = match security {
            MailSecurity::None => "none",
            MailSecurity::Starttls => "starttls",
            MailSecurity::Tls => "tls",
        };
        let mut command = Command::new("python3");
        command
            .arg(SERVER)
            .args(["--port", &port.to_string(), "--security", word])
            .args(["--certificate", CERTIFICATE, "--key", KEY])
            .env("PYTHONPATH", packages)
            .env("PYTHONWARNINGS", "ignore")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some((login, password)) = login {
            command.args(["--login", login, "--password", password]);
        }
        let mut process = command.spawn().expect("python3 starts");
        let out = process.stdout.take().expect("the server's output");
        let (tell, letters) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let port = letters
            .recv_timeout(PATIENCE)
            .expect("the mail server says where it listens")
            .trim()
            .parse()
            .expect("a port");
        Some(Self {
            process,
            letters,
            port,
        })
    }

    /// Where it listens on this computer.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate it shows, as PEM.
    pub fn certificate() -> String {
        std::fs::read_to_string(CERTIFICATE).expect("the certificate of the tests")
    }

    /// The next letter.
    pub fn letter(&self) -> Delivered {
        let line = self
            .letters
            .recv_timeout(PATIENCE)
            .expect("a letter arrives");
        delivered(&line)
    }

    /// The letters that have arrived and were not asked for yet.
    pub fn rest(&self) -> Vec<Delivered> {
        self.letters
            .try_iter()
            .map(|line| delivered(&line))
            .collect()
    }

    /// Ends it. Where it listened nobody answers any more.
    pub fn stop(self) {}
}

fn delivered(line: &str) -> Delivered {
    let said: serde_json::Value = serde_json::from_str(line).expect("a letter as JSON");
    let text = |key: &str| said[key].as_str().map(str::to_owned);
    Delivered {
        from: text("from").unwrap_or_default(),
        to: said["to"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|to| to.as_str().map(str::to_owned))
            .collect(),
        tls: said["tls"].as_bool().unwrap_or_default(),
        login: text("login"),
        content: text("content").unwrap_or_default(),
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself now; waiting for it frees its port and its place in the process table.
        let _ended = self.process.wait();
    }
}

fn packages() -> Option<PathBuf> {
    let named = env::var_os(PACKAGES)
        .filter(|named| !named.is_empty())
        .map(PathBuf::from);
    let usual = || {
        env::var_os("XDG_CACHE_HOME")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
            .map(|caches| caches.join("matricula/smtp"))
    };
    named
        .or_else(usual)
        .filter(|packages| packages.join("aiosmtpd").is_dir())
}
