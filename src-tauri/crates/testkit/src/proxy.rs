//! A TCP proxy that misbehaves when told to: it cuts, delays, swallows, closes one direction only, and
//! parts the two sides until they are healed.
//!
//! It knows nothing of MongoDB but that requests carry the names of commands in clear. Deliberately
//! absent: chance. A test says what happens and when.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// What is done to a connection when a request with the watched words passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request reaches the server; the answer is never seen and the connection breaks.
    LoseAnswer,
    /// The connection breaks before the request reaches the server.
    LoseRequest,
}

#[derive(Debug)]
struct Watch {
    words: Vec<u8>,
    fault: Fault,
    left: u64,
}

#[derive(Debug, Default)]
struct Rules {
    parted: bool,
    refusing: bool,
    delay: Duration,
    watch: Option<Watch>,
    links: Vec<Arc<Link>>,
}

#[derive(Debug)]
struct Link {
    client: TcpStream,
    server: TcpStream,
    lost: AtomicBool,
    half: AtomicBool,
}

impl Link {
    fn cut(&self) {
        self.lost.store(true, Ordering::SeqCst);
        // Either side may be gone already.
        let _gone = self.client.shutdown(Shutdown::Both);
        let _gone = self.server.shutdown(Shutdown::Both);
    }
}

#[derive(Debug)]
struct Shared {
    rules: Mutex<Rules>,
    changed: Condvar,
    struck: AtomicU64,
    ended: AtomicBool,
    target: SocketAddr,
}

/// A proxy before a server. It ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    port: u16,
}

impl Proxy {
    /// Listens on a port of its own and leads to that port of this computer.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port for the proxy");
        let own = listener.local_addr().expect("the proxy's address").port();
        let shared = Arc::new(Shared {
            rules: Mutex::new(Rules::default()),
            changed: Condvar::new(),
            struck: AtomicU64::new(0),
            ended: AtomicBool::new(false),
            target: SocketAddr::from(([127, 0, 0, 1], port)),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if accepting.ended.load(Ordering::SeqCst) {
                    return;
                }
                accepting.join(client);
            }
        });
        Self { shared, port: own }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Breaks every connection there is. New ones are made.
    pub fn cut(&self) {
        for link in self.shared.rules().links.drain(..) {
            link.cut();
        }
    }

    /// Breaks every connection and refuses new ones, until [`Self::heal`].
    pub fn refuse(&self) {
        self.shared.rules().refusing = true;
        self.cut();
    }

    /// Nothing passes in either direction any more, though connections stay open, until [`Self::heal`].
    pub fn part(&self) {
        self.shared.rules().parted = true;
    }

    /// Everything passes again, what was held back first.
    pub fn heal(&self) {
        let mut rules = self.shared.rules();
        rules.parted = false;
        rules.refusing = false;
        rules.delay = Duration::ZERO;
        drop(rules);
        self.shared.changed.notify_all();
    }

    /// Everything takes this much longer in each direction.
    pub fn delay(&self, by: Duration) {
        self.shared.rules().delay = by;
    }

    /// The client's side of every connection breaks while the server still believes in it.
    pub fn half_open(&self) {
        for link in &self.shared.rules().links {
            link.half.store(true, Ordering::SeqCst);
            let _gone = link.client.shutdown(Shutdown::Both);
        }
    }

    /// Does this to the next `times` requests that contain the words (a command's name, say).
    pub fn strike(&self, words: &str, fault: Fault, times: u64) {
        self.shared.rules().watch = Some(Watch {
            words: words.as_bytes().to_vec(),
            fault,
            left: times,
        });
    }

    /// How often that was done.
    pub fn struck(&self) -> u64 {
        self.shared.struck.load(Ordering::SeqCst)
    }

    /// Connections that are open.
    pub fn open(&self) -> usize {
        let mut rules = self.shared.rules();
        rules.links.retain(|link| !link.lost.load(Ordering::SeqCst));
        rules.links.len()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.heal();
        self.cut();
        // Wakes the thread that accepts.
        let _woken = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(self: &Arc<Self>, client: TcpStream) {
        if self.rules().refusing {
            return;
        }
        let Ok(server) = TcpStream::connect(self.target) else {
            return;
        };
        for side in [&client, &server] {
            side.set_nodelay(true).expect("an option of a socket");
        }
        let link = Arc::new(Link {
            client,
            server,
            lost: AtomicBool::new(false),
            half: AtomicBool::new(false),
        });
        self.rules().links.push(Arc::clone(&link));
        for way in [Way::Up, Way::Down] {
            let (shared, link) = (Arc::clone(self), Arc::clone(&link));
            thread::spawn(move || shared.carry(&link, way));
        }
    }

    fn carry(&self, link: &Link, way: Way) {
        let (mut from, mut to) = match way {
            Way::Up => (&link.client, &link.server),
            Way::Down => (&link.server, &link.client),
        };
        let mut bytes = vec![0; 64 * 1024];
        // The end of a long request may hold the words the last read broke apart.
        let mut tail: Vec<u8> = Vec::new();
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            let Some(piece) = bytes.get(..read) else {
                break;
            };
            if way == Way::Up {
                tail.extend_from_slice(piece);
                let fault = self.fault(&tail);
                let keep = tail.len().saturating_sub(64);
                tail.drain(..keep);
                match fault {
                    Some(Fault::LoseRequest) => {
                        link.cut();
                        return;
                    }
                    Some(Fault::LoseAnswer) => {
                        link.lost.store(true, Ordering::SeqCst);
                        tail.clear();
                    }
                    None => {}
                }
            }
            if !self.pass(link) {
                break;
            }
            if way == Way::Down && link.lost.load(Ordering::SeqCst) {
                link.cut();
                return;
            }
            if to.write_all(piece).is_err() {
                break;
            }
        }
        if link.half.load(Ordering::SeqCst) {
            return;
        }
        if way == Way::Up {
            // A client that went leaves the server's side to find out by itself.
            let _gone = link.server.shutdown(Shutdown::Write);
        } else {
            link.cut();
        }
    }

    /// Waits as long as nothing may pass. False when the connection was broken meanwhile.
    fn pass(&self, link: &Link) -> bool {
        let mut rules = self.rules();
        let due = Instant::now() + rules.delay;
        loop {
            let now = Instant::now();
            if self.ended.load(Ordering::SeqCst) {
                return false;
            }
            if !rules.parted && now >= due {
                return true;
            }
            let longest = if rules.parted {
                Duration::from_millis(100)
            } else {
                due - now
            };
            if rules.parted && link.lost.load(Ordering::SeqCst) {
                return false;
            }
            rules = self
                .changed
                .wait_timeout(rules, longest)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn fault(&self, request: &[u8]) -> Option<Fault> {
        let mut rules = self.rules();
        let watch = rules.watch.as_mut()?;
        let seen = request
            .windows(watch.words.len())
            .any(|window| window == watch.words);
        if !seen || watch.left == 0 {
            return None;
        }
        watch.left -= 1;
        let fault = watch.fault;
        if watch.left == 0 {
            rules.watch = None;
        }
        drop(rules);
        self.struck.fetch_add(1, Ordering::SeqCst);
        Some(fault)
    }
}
