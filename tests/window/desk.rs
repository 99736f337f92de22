//! A desk: the real program in its own window, with its own data directory, under a driver of its own.
//!
//! It knows how the window is opened, watched and closed. What is in the window is found by
//! `find.rs` and judged by the stories.

use std::fs;
use std::future::Future;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{Capabilities, WebDriver};
use tokio::task::LocalSet;

/// How long anything on the screen may take before the story is over. The machine may be busy; a
/// person would not wait this long, which is the benchmarks' business.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How often a driver is started on another port when somebody else took the one it was given.
const STARTS: u32 = 3;

/// One window at a time, however many threads the test runner was given.
static THE_SCREEN: Mutex<()> = Mutex::new(());

/// A running program with its window. Cheap to clone; all clones are the same window.
#[derive(Clone)]
pub struct Desk {
    /// The WebDriver session.
    pub driver: WebDriver,
    home: PathBuf,
    web: PathBuf,
    results: PathBuf,
    name: String,
}

/// Tells one story in a fresh window. When it fails, a picture of the window, the text of the page and
/// the program's own words stay in the results directory under the story's name.
///
/// # Panics
/// When the story does, or when the window could not be opened.
pub fn story<F>(name: &str, tell: F)
where
    F: AsyncFnOnce(Desk) + 'static,
{
    let home = tempfile::tempdir().expect("a directory for the program's data");
    story_at(name, home.path(), &[], tell);
}

/// Tells a story in a window on an existing data directory, started with further arguments.
///
/// # Panics
/// As [`story`].
pub fn story_at<F>(name: &str, home: &Path, arguments: &[&str], tell: F)
where
    F: AsyncFnOnce(Desk) + 'static,
{
    let _alone = THE_SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    let results = results();
    fs::create_dir_all(&results).expect("a directory for the results");
    let log = results.join(format!("{name}.log"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let outcome = LocalSet::new().block_on(&runtime, async {
        let mut program = Program::start(home, arguments, &log).await;
        let driver = program.session().await;
        let desk = Desk {
            driver: driver.clone(),
            home: home.to_path_buf(),
            web: program.web.path().to_path_buf(),
            results: results.clone(),
            name: name.to_owned(),
        };
        let watched = desk.clone();
        let outcome = tokio::task::spawn_local(async move { tell(desk).await }).await;
        if outcome.is_err() {
            watched.keep_evidence().await;
        }
        if let Err(error) = driver.quit().await {
            eprintln!("the window was gone before it was closed: {error}");
        }
        outcome
    });
    match outcome {
        Ok(()) => fs::remove_file(&log).expect("the log of a good end"),
        Err(failure) => {
            let said = fs::read_to_string(&log).unwrap_or_default();
            eprintln!(
                "the program said:\n{said}\nsee {}/{name}.png",
                results.display()
            );
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

impl Desk {
    /// The program's data directory.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Where the web view keeps its own files.
    pub fn web(&self) -> &Path {
        &self.web
    }

    /// Runs a script in the page and returns its value as JSON.
    ///
    /// # Panics
    /// When the script does not run.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.driver.execute(script, arguments).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("a script in the page failed: {error}\n{script}"),
        }
    }

    /// Runs a script that calls its last argument with its value when it is done.
    ///
    /// # Panics
    /// When the script does not run or does not call back.
    pub async fn script_later(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.driver.execute_async(script, arguments).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("a script in the page failed: {error}\n{script}"),
        }
    }

    /// Asks again and again until there is an answer, and returns it.
    ///
    /// # Panics
    /// When there is none within [`PATIENCE`], naming what was waited for and what is on the page.
    pub async fn eventually<T, Fut>(&self, what: &str, mut ask: impl FnMut() -> Fut) -> T
    where
        Fut: Future<Output = Option<T>>,
    {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = tokio::time::interval(Duration::from_millis(40));
        loop {
            pause.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
            if Instant::now() > deadline {
                let page = self.outline().await;
                panic!(
                    "waited {} s for {what}. On the page:\n{page}",
                    PATIENCE.as_secs()
                );
            }
        }
    }

    /// Returns when the interface has drawn something to read, whatever it is.
    ///
    /// # Panics
    /// When the page stays empty.
    pub async fn opened(&self) {
        self.eventually("the page to say anything", async || {
            (!self.page_text().await.trim().is_empty()).then_some(())
        })
        .await;
    }

    /// Makes the page this large, in CSS pixels: the window grows by as much as its frame needs.
    ///
    /// # Panics
    /// When the window does not become that large.
    pub async fn resize(&self, width: u32, height: u32) {
        let what = format!("the page to be {width} by {height}");
        self.eventually(&what, async || {
            let sizes = self
                .script(
                    "return [innerWidth, innerHeight, outerWidth, outerHeight];",
                    Vec::new(),
                )
                .await;
            let size = |at: usize| sizes[at].as_u64().and_then(|size| u32::try_from(size).ok());
            let (inner, outer) = ((size(0)?, size(1)?), (size(2)?, size(3)?));
            if inner == (width, height) {
                return Some(());
            }
            let (wide, high) = (
                width + outer.0.saturating_sub(inner.0),
                height + outer.1.saturating_sub(inner.1),
            );
            // Refused while the window is being laid out; asked again until the page has its size.
            let _ = self.driver.set_window_rect(0, 0, wide, high).await;
            None
        })
        .await;
    }

    /// Shows the page in the light or the dark theme, whatever the person's choice is.
    pub async fn theme(&self, theme: Theme) {
        let scheme = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        self.script(
            "document.documentElement.setAttribute('data-mantine-color-scheme', arguments[0]);",
            vec![json!(scheme)],
        )
        .await;
        self.settled().await;
    }

    /// Returns when fonts are loaded, running transitions have ended and a frame has been drawn.
    pub async fn settled(&self) {
        const SETTLE: &str = "
            const done = arguments[arguments.length - 1];
            const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            const moving = () => document.getAnimations().filter((animation) => {
                const timing = animation.effect && animation.effect.getComputedTiming();
                return timing && Number.isFinite(timing.endTime) && animation.playState === 'running';
            });
            document.fonts.ready.then(frame)
                .then(() => Promise.allSettled(moving().map((animation) => animation.finished)))
                .then(frame).then(() => done(true));";
        self.script_later(SETTLE, Vec::new()).await;
    }

    /// Leaves a picture of the page in the results directory and returns its path.
    ///
    /// # Panics
    /// When the picture cannot be taken or written.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let path = self.results.join(format!("{name}.png"));
        self.settled().await;
        self.photograph(&path).await.expect("a picture of the page");
        path
    }

    /// WebKitGTK takes a picture with the next frame, and a page at rest draws none: so one is asked for
    /// until the picture is there.
    async fn photograph(&self, path: &Path) -> WebDriverResult<()> {
        const STIR: &str = "
            let odd = false;
            window.stirring = true;
            const stir = () => {
                odd = !odd;
                document.documentElement.style.outline = odd ? '1px solid transparent' : '';
                if (window.stirring || odd) requestAnimationFrame(stir);
            };
            stir();";
        self.driver.execute(STIR, Vec::new()).await?;
        let taken = self.driver.screenshot(path).await;
        self.driver
            .execute("window.stirring = false;", Vec::new())
            .await?;
        taken
    }

    /// Whatever can still be had of a window whose story failed.
    async fn keep_evidence(&self) {
        let picture = self.results.join(format!("{}.png", self.name));
        if let Err(error) = self.photograph(&picture).await {
            eprintln!("no picture: {error}");
        }
        match self.driver.source().await {
            Ok(page) => {
                let file = self.results.join(format!("{}.html", self.name));
                if let Err(error) = fs::write(&file, page) {
                    eprintln!("no page: {error}");
                }
            }
            Err(error) => eprintln!("no page: {error}"),
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy)]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

/// WebKitWebDriver, the program that it starts, and both their ends.
struct Program {
    driver: Child,
    port: u16,
    arguments: Vec<String>,
    /// Where the web view keeps its own things; apart from the program's data, as on a person's machine.
    web: TempDir,
}

impl Program {
    async fn start(home: &Path, arguments: &[&str], log: &Path) -> Self {
        let log = fs::File::create(log).expect("a log");
        for _ in 0..STARTS {
            if let Some(program) = Self::started(home, arguments, &log).await {
                return program;
            }
        }
        panic!("WebKitWebDriver ended before it answered, {STARTS} times");
    }

    /// One try; none when the driver ended before it answered.
    async fn started(home: &Path, arguments: &[&str], log: &fs::File) -> Option<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        drop(listener);
        let web = tempfile::tempdir().expect("a directory for the web view");
        let driver = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("MATRICULA_HOME", home)
            .env("MATRICULA_LOG", "info")
            .env("XDG_DATA_HOME", web.path().join("data"))
            .env("XDG_CACHE_HOME", web.path().join("cache"))
            .env("XDG_CONFIG_HOME", web.path().join("config"))
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log twice"))
            .stderr(log.try_clone().expect("the log twice"))
            .process_group(0)
            .spawn();
        let driver = match driver {
            Ok(driver) => driver,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("WebKitWebDriver is not installed; `cargo xtask setup` installs it")
            }
            Err(error) => panic!("WebKitWebDriver could not be started: {error}"),
        };
        let mut program = Self {
            driver,
            port,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            web,
        };
        program.answers().await.then_some(program)
    }

    /// Returns when the driver takes connections; false when it ended.
    async fn answers(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = tokio::time::interval(Duration::from_millis(20));
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port))
            .await
            .is_err()
        {
            if let Some(status) = self.driver.try_wait().expect("the driver's state") {
                eprintln!("WebKitWebDriver ended before it answered: {status}");
                return false;
            }
            assert!(Instant::now() < deadline, "WebKitWebDriver does not answer");
            pause.tick().await;
        }
        true
    }

    async fn session(&mut self) -> WebDriver {
        let mut capabilities = Capabilities::new();
        let options = json!({ "binary": env!("CARGO_BIN_EXE_matricula"), "args": self.arguments });
        if let Err(error) = capabilities.set("webkitgtk:browserOptions", options) {
            panic!("the driver's options are not understood: {error}");
        }
        let url = format!("http://127.0.0.1:{}", self.port);
        let session = WebDriver::builder(url, capabilities)
            .request_timeout(2 * PATIENCE)
            .connect();
        let driver = match session.await {
            Ok(driver) => driver,
            Err(error) => panic!("the program's window did not open: {error}"),
        };
        if let Err(error) = driver.set_script_timeout(PATIENCE).await {
            panic!("the driver keeps its own patience: {error}");
        }
        driver
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The whole group: a program whose session could not be closed must not outlive its test.
        let group = format!("-{}", self.driver.id());
        let ended = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        if let Err(error) = ended {
            eprintln!("the driver could not be ended: {error}");
        }
        if let Err(error) = self.driver.wait() {
            eprintln!("the driver was lost: {error}");
        }
    }
}

fn results() -> PathBuf {
    match std::env::var_os("MATRICULA_TEST_RESULTS") {
        Some(directory) => directory.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target")
            .join("test-results"),
    }
}
