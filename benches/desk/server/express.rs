//! The peer: `bench/mongoose`, the seed schema's models behind Express and Mongoose, in a process of its
//! own beside the same server. Spoken to as a browser would, over one connection that stays open.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::figures::Outcome;

/// The running program. It ends when this is dropped: its standard input closes.
pub(crate) struct Express {
    program: Child,
    connection: BufReader<TcpStream>,
}

impl Express {
    /// Starts it on that database. Its packages are fetched when they are not there.
    pub(crate) fn start(uri: &str) -> Outcome<Self> {
        let place = place();
        if !place.join("node_modules").is_dir() {
            println!("Fetching Express and Mongoose …");
            let fetched = Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&place)
                .stdout(Stdio::null())
                .status()?;
            if !fetched.success() {
                return Err("npm could not fetch Express and Mongoose".into());
            }
        }
        let mut program = Command::new("node")
            .arg("server.js")
            .current_dir(&place)
            .env("MONGODB_URI", uri)
            .env("NODE_ENV", "production")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = program.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let port = line
            .trim()
            .strip_prefix("listening ")
            .and_then(|port| port.parse::<u16>().ok())
            .ok_or("the Mongoose program did not say its port")?;
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            program,
            connection: BufReader::new(stream),
        })
    }

    /// The answer to a question, read as JSON.
    pub(crate) fn get(&mut self, path: &str) -> Outcome<Value> {
        self.ask("GET", path)
    }

    /// The answer to an order without a body.
    pub(crate) fn post(&mut self, path: &str) -> Outcome<Value> {
        self.ask("POST", path)
    }

    fn ask(&mut self, verb: &str, path: &str) -> Outcome<Value> {
        write!(
            self.connection.get_mut(),
            "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        )?;
        let mut line = String::new();
        self.connection.read_line(&mut line)?;
        let good = line.split(' ').nth(1) == Some("200");
        let mut length = 0;
        loop {
            line.clear();
            self.connection.read_line(&mut line)?;
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body)?;
        let answer: Value = serde_json::from_slice(&body)?;
        if good {
            Ok(answer)
        } else {
            Err(format!("{path}: {answer}").into())
        }
    }
}

impl Drop for Express {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        if let Err(error) = self.program.wait() {
            eprintln!("the Mongoose program did not end: {error}");
        }
    }
}

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("bench")
        .join("mongoose")
}
