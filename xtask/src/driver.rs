//! Just enough of the WebDriver protocol to open the program's window, ask it one thing and take a
//! picture. The tests of the window have a full client; this one keeps `cargo xtask` quick to build.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The longest that any single request may take; opening the window is the slow one.
const PATIENCE: Duration = Duration::from_secs(90);

/// A window under WebKitWebDriver; both end with this value.
pub(crate) struct Window {
    driver: Child,
    port: u16,
    session: String,
}

impl Window {
    /// Starts a driver with the environment of `command`, and with it the program of `command`.
    pub(crate) fn open(command: &Command, log: &Path) -> Result<Self> {
        let port = free_port()?;
        let log = std::fs::File::create(log)
            .with_context(|| format!("{} cannot be written", log.display()))?;
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => driver.env(name, value),
                None => driver.env_remove(name),
            };
        }
        let driver = driver
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("WebKitWebDriver could not be started; `cargo xtask setup` installs it")?;
        let mut window = Self {
            driver,
            port,
            session: String::new(),
        };
        window.wait_for_driver()?;
        let arguments: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy())
            .collect();
        let answer = window.ask(
            "POST",
            "/session",
            Some(
                &json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": {
                    "binary": command.get_program().to_string_lossy(),
                    "args": arguments,
                }}}}),
            ),
        )?;
        window.session = answer["sessionId"]
            .as_str()
            .context("the driver opened no session")?
            .to_owned();
        Ok(window)
    }

    /// Runs a script in the page and returns its value.
    pub(crate) fn evaluate(&self, script: &str) -> Result<Value> {
        let path = format!("/session/{}/execute/sync", self.session);
        self.ask(
            "POST",
            &path,
            Some(&json!({ "script": script, "args": [] })),
        )
    }

    /// Runs a script that calls its last argument when it is done.
    pub(crate) fn settle(&self, script: &str) -> Result<Value> {
        let path = format!("/session/{}/execute/async", self.session);
        self.ask(
            "POST",
            &path,
            Some(&json!({ "script": script, "args": [] })),
        )
    }

    /// The page as a PNG.
    pub(crate) fn picture(&self) -> Result<Vec<u8>> {
        let path = format!("/session/{}/screenshot", self.session);
        let answer = self.ask("GET", &path, None)?;
        let text = answer.as_str().context("the driver sent no picture")?;
        STANDARD
            .decode(text)
            .context("the driver's picture cannot be read")
    }

    fn wait_for_driver(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if self.ask("GET", "/status", None).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.driver.try_wait()? {
                bail!("WebKitWebDriver ended before it was ready ({status})");
            }
            if Instant::now() > deadline {
                bail!("WebKitWebDriver did not answer in 20 s");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).with_context(|| {
            format!(
                "no answer to {method} {path} within {} s",
                PATIENCE.as_secs()
            )
        })?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .context("the driver's answer is not HTTP")?;
        let mut body: Value = serde_json::from_str(body)
            .with_context(|| format!("the driver's answer is not JSON: {body}"))?;
        let value = body["value"].take();
        if !head.starts_with("HTTP/1.1 200") {
            bail!(
                "{}: {}",
                value["error"].as_str().unwrap_or("the driver refused"),
                value["message"].as_str().unwrap_or_default()
            );
        }
        Ok(value)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Ends the program; the driver is ended below whatever it answers.
            let _ = self.ask("DELETE", &format!("/session/{}", self.session), None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
