//! A MongoDB server for tests: SecantusDB in a process of its own, or the one that
//! `MATRICULA_TEST_MONGODB_URI` names, and a fresh database of it for every test.
//!
//! A shell stands between the test and the server and ends it when the test's process ends, however
//! that happens: it reads from a pipe that closes then. Deliberately absent: what is asked of the server.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use domain::{DeviceId, Timestamp};
use remote::{
    Server, ServerOptions,
    migrations::{Direction, Order},
};

/// Names a server to test against in place of a process of one's own.
pub const URI: &str = "MATRICULA_TEST_MONGODB_URI";
/// Names the program to start.
pub const PROGRAM: &str = "MATRICULA_TEST_MONGOD";

/// Longest time the server may take to say that it listens.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the server, restarts it on `start PORT`, ends it on `stop`, and ends it for good when nobody
/// can speak to it any more.
const GUARD: &str = r#"
run() { "$@" --port "$port" </dev/null & server=$!; }
port=0
run "$@"
while read -r word port; do
  kill -9 "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  case "$word" in start) run "$@" ;; *) echo stopped ;; esac
done
kill -9 "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$MATRICULA_TEST_STORE"
"#;

/// A server process of one's own. It ends when this is dropped, and its data with it.
#[derive(Debug)]
pub struct Mongod {
    guard: Child,
    orders: Option<ChildStdin>,
    says: Mutex<Receiver<String>>,
    port: u16,
    standalone: bool,
}

impl Mongod {
    /// Starts one with these flags besides the usual (`--auth`, `--standalone`, `--oplog-max-entries` …).
    /// None, said loudly, where there is no program to start.
    pub fn start(flags: &[&str]) -> Option<Self> {
        let Some(program) = program() else {
            skip("no MongoDB server to test against: run `cargo xtask setup`");
            return None;
        };
        let store = tempfile::Builder::new()
            .prefix("matricula-mongod-")
            .tempdir()
            .expect("a directory for the server")
            .keep();
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "sh"])
            .arg(&program)
            .args(["--host", "127.0.0.1", "--sync-on-commit", "--storage-path"])
            .arg(&store)
            .args(["--cache-size", "256M", "--log-file-max", "32MB"])
            .args(flags)
            .env("MATRICULA_TEST_STORE", &store)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell to start the server with");
        let orders = guard.stdin.take();
        let out = guard.stdout.take().expect("the server's output");
        let (tell, says) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    // Nobody listens any more; the pipe must still be emptied.
                    continue;
                }
            }
        });
        let mut server = Self {
            guard,
            orders,
            says: Mutex::new(says),
            port: 0,
            standalone: flags.contains(&"--standalone"),
        };
        server.port = server.listening();
        Some(server)
    }

    /// Where it listens on this computer.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of one of its databases.
    pub fn uri(&self, database: &str) -> String {
        self.uri_at(self.port, database)
    }

    /// The same by way of another port: the driver must not find out where the server really is.
    pub fn uri_through(&self, port: u16, database: &str) -> String {
        format!("mongodb://127.0.0.1:{port}/{database}?directConnection=true")
    }

    /// A fresh, empty database of it.
    pub fn database(&self) -> TestDatabase {
        let name = fresh_name();
        TestDatabase {
            uri: self.uri(&name),
            name,
            borrowed: false,
        }
    }

    fn uri_at(&self, port: u16, database: &str) -> String {
        let set = if self.standalone {
            ""
        } else {
            "?replicaSet=secantus"
        };
        format!("mongodb://127.0.0.1:{port}/{database}{set}")
    }

    /// Ends the server at once, as `kill -9` does. Its data stays.
    pub fn kill(&mut self) {
        self.order("stop");
        self.heard("stopped");
    }

    /// Starts it again on the same port with the same data, ending it first if it runs.
    pub fn start_again(&mut self) {
        self.order(&format!("start {}", self.port));
        self.port = self.listening();
    }

    fn order(&mut self, word: &str) {
        let orders = self.orders.as_mut().expect("the guard listens");
        writeln!(orders, "{word}").expect("the guard hears");
    }

    fn listening(&self) -> u16 {
        let line = self.heard("listening on");
        line.rsplit(':')
            .next()
            .and_then(|port| port.trim().parse().ok())
            .expect("the server says its port")
    }

    fn heard(&self, words: &str) -> String {
        let says = self.says.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let line = says
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("the server did not say \"{words}\" in time"));
            if line.contains(words) {
                return line;
            }
        }
    }
}

impl Drop for Mongod {
    fn drop(&mut self) {
        // The guard ends the server when its pipe closes.
        drop(self.orders.take());
        let _ended = self.guard.wait();
    }
}

/// A fresh database of a server. Dropped on a server that is not ours.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its address, credential included.
    pub uri: String,
    /// Its name.
    pub name: String,
    borrowed: bool,
}

impl TestDatabase {
    /// A database of a server a test started by itself.
    pub fn at(uri: impl Into<String>, name: &str) -> Self {
        Self {
            uri: uri.into(),
            name: name.to_owned(),
            borrowed: false,
        }
    }

    /// How to connect to it.
    pub fn options(&self) -> ServerOptions {
        ServerOptions {
            database: Some(self.name.clone()),
            ..ServerOptions::stored(self.uri.as_str())
        }
    }

    /// A connection to it.
    pub fn connect(&self) -> Server {
        Server::connect(&self.options()).expect("the test server's address can be used")
    }

    /// A connection to it, with every migration applied.
    pub fn prepare(&self) -> Server {
        let server = self.connect();
        let order = Order {
            direction: Direction::Up,
            to: None,
            dry_run: false,
            go_on: false,
            device: DeviceId::new("TEST").expect("a device's name"),
            at: Timestamp::now(),
        };
        server
            .migrate(&order, &mut |_| {})
            .expect("the test database can be prepared");
        server
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.borrowed && !thread::panicking() {
            self.connect()
                .drop_database(&self.name)
                .expect("the test's database can be dropped");
        }
    }
}

/// A fresh, empty database of the server every test of this binary shares. None, said loudly, where
/// there is no server.
pub fn server() -> Option<TestDatabase> {
    if let Some(uri) = env::var(URI).ok().filter(|uri| !uri.is_empty()) {
        return Some(TestDatabase {
            uri,
            name: fresh_name(),
            borrowed: true,
        });
    }
    static SHARED: OnceLock<Option<Mongod>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mongod::start(&[])).as_ref()?;
    Some(shared.database())
}

/// The same of a server that no other test uses, with the process that has to live as long, for a test whose
/// client dies in the middle of a transaction: until SecantusDB gives the transaction up (a minute), it
/// tells the streams of no database what was committed after it began. A MongoDB server that is named
/// has no such weakness and is shared.
pub fn server_apart() -> Option<(Option<Mongod>, TestDatabase)> {
    if env::var_os(URI).is_some_and(|uri| !uri.is_empty()) {
        return server().map(|database| (None, database));
    }
    let mongod = Mongod::start(&[])?;
    let database = mongod.database();
    Some((Some(mongod), database))
}

/// The same of a server without transactions and change streams; never another's.
pub fn standalone() -> Option<TestDatabase> {
    static SHARED: OnceLock<Option<Mongod>> = OnceLock::new();
    let shared = SHARED
        .get_or_init(|| Mongod::start(&["--standalone"]))
        .as_ref()?;
    Some(shared.database())
}

/// A name no test before had.
pub fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!(
        "matricula_test_{}_{}",
        uuid::Uuid::new_v4().simple().to_string().split_at(8).0,
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

fn program() -> Option<PathBuf> {
    if let Some(named) = env::var_os(PROGRAM).filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let caches = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))?;
    let usual = caches.join("matricula/secantus/bin/secantusd-rs");
    usual.is_file().then_some(usual)
}

/// Says that a test was not done, so that it is seen among those that passed.
#[allow(clippy::print_stderr)] // the only place a test's reader looks at
pub fn skip(why: &str) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    eprintln!("!!! SKIPPED {name}: {why}");
}
