//! A window under WebKitWebDriver, with the processes behind it: when they began, and how much of the
//! memory is theirs. Linux only.

use std::{
    collections::HashSet,
    fs,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use crate::figures::Outcome;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Ticks of the kernel's clock in a second, as `/proc` counts them on every Linux we run on.
const TICKS: f64 = 100.0;

/// A program with its window.
pub(crate) struct Window {
    session: WebDriver,
    driver: Child,
    program: u32,
    _web: TempDir,
}

impl Window {
    /// Starts a driver, and with it the program on that data directory.
    pub(crate) async fn open(program: &Path, home: Option<&Path>) -> Outcome<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let web = tempfile::tempdir()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_DATA_HOME", web.path().join("data"))
            .env("XDG_CACHE_HOME", web.path().join("cache"))
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        if let Some(home) = home {
            command.env("MATRICULA_HOME", home);
        }
        let driver = command.spawn()?;
        let deadline = Instant::now() + PATIENCE;
        let mut pause = tokio::time::interval(Duration::from_millis(5));
        while tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
        {
            if Instant::now() > deadline {
                return Err("WebKitWebDriver does not answer".into());
            }
            pause.tick().await;
        }
        let mut capabilities = Capabilities::new();
        capabilities.set(
            "webkitgtk:browserOptions",
            json!({ "binary": program, "args": [] }),
        )?;
        let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities)
            .request_timeout(PATIENCE)
            .connect()
            .await?;
        let program = children(driver.id())?
            .first()
            .copied()
            .ok_or("the driver started nothing")?;
        Ok(Self {
            session,
            driver,
            program,
            _web: web,
        })
    }

    /// The value of a script.
    pub(crate) async fn script(&self, script: &str) -> Outcome<Value> {
        Ok(self
            .session
            .execute(script, Vec::new())
            .await?
            .json()
            .clone())
    }

    /// What a script gives to the function that is its last argument.
    pub(crate) async fn script_later(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        self.session.set_script_timeout(PATIENCE).await?;
        Ok(self
            .session
            .execute_async(script, arguments)
            .await?
            .json()
            .clone())
    }

    /// Returns when a script says true.
    pub(crate) async fn until(&self, script: &str) -> Outcome {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = tokio::time::interval(Duration::from_millis(2));
        while self.script(script).await? != true {
            if Instant::now() > deadline {
                let page = self.script("return document.body?.innerText ?? ''").await?;
                return Err(format!("waited for {script}; the page says {page}").into());
            }
            pause.tick().await;
        }
        Ok(())
    }

    /// Milliseconds since the program's process began.
    pub(crate) fn age(&self) -> Outcome<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.program))?;
        // The name in parentheses may hold spaces; the 22nd field is the 20th behind it.
        let began = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.split(' ').nth(19));
        let began: f64 = began.ok_or("no time of its start")?.parse()?;
        let uptime = fs::read_to_string("/proc/uptime")?;
        let now: f64 = uptime.split(' ').next().ok_or("no uptime")?.parse()?;
        Ok((now - began / TICKS) * 1000.0)
    }

    /// Memory of the program and its web view's processes in MB: proportional set size, so that what is
    /// shared counts once.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        let mut processes = vec![self.program];
        let mut seen = HashSet::new();
        let mut kib = 0.0;
        while let Some(process) = processes.pop() {
            if !seen.insert(process) {
                continue;
            }
            let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
            kib += line
                .and_then(|line| line.split_whitespace().next())
                .ok_or("no Pss")?
                .parse::<f64>()?;
            processes.extend(children(process)?);
        }
        Ok(kib / 1024.0)
    }

    /// Lets things come to rest for a moment.
    pub(crate) async fn rest(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Closes the window and its driver.
    pub(crate) async fn close(self) -> Outcome {
        Ok(self.session.clone().quit().await?)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The whole group: a program whose session could not be closed must not outlive its measurement.
        let group = format!("-{}", self.driver.id());
        let ended = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        if let Err(error) = ended.and_then(|_| self.driver.wait()) {
            eprintln!("the driver could not be ended: {error}");
        }
    }
}

/// The processes a process started.
fn children(of: u32) -> Outcome<Vec<u32>> {
    let mut found = Vec::new();
    for thread in fs::read_dir(PathBuf::from(format!("/proc/{of}/task")))? {
        let Ok(list) = fs::read_to_string(thread?.path().join("children")) else {
            continue;
        };
        found.extend(
            list.split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    Ok(found)
}
