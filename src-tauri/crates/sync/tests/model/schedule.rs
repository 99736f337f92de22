//! One schedule: made from a seed, run step by step, healed, drained, and checked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bson::Bson;
use domain::{Collection, DeviceId, Timestamp};
use testkit::model::{Line, ModelServer, Mongoose};

use crate::{
    acts, check, deciding,
    desktop::{Desktop, Draw, SkewedClock, folder},
    institution::{self, COURSES, STUDENTS, id},
};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Rounds of pulling and pushing in which everything must have come to rest.
const ROUNDS: usize = 400;

/// 1 January 2026 and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000 + seconds * 1000)
}

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) server: Arc<ModelServer>,
    pub(crate) desktops: Vec<Desktop>,
    lines: Vec<Arc<Line>>,
    mongoose: Mongoose,
    draw: Draw,
    time: Arc<AtomicI64>,
    server_tells: bool,
    aloud: bool,
    _folder: tempfile::TempDir,
}

pub(crate) fn run(seed: u64, aloud: bool) {
    let mut world = World::new(seed, aloud);
    // Most are short, because short ones find as much in less time; some have up to 300 steps.
    let steps = match world.draw.upto(8) {
        0 => 60 + world.draw.upto(241),
        _ => 10 + world.draw.upto(50),
    };
    for step in 0..steps {
        world.step(step);
    }
    world.heal();
    world.drain();
    check::everything(&world);
}

/// The server forgets its history while desktops have work that waits: the queue stays as it is, and
/// everything is equal in the end.
pub(crate) fn lost_history(seed: u64) {
    let world = World::on(seed, false, false);
    world.pull_everywhere();
    for _ in 0..4 + world.draw.upto(20) {
        let desktop = &world.desktops[world.draw.upto(world.desktops.len())];
        acts::act(desktop, world.draw.upto(acts::KINDS));
        world.write_beside();
        world.pass(20);
    }
    let queues = || -> Vec<u64> {
        let counts = |desktop: &Desktop| desktop.replica().read(|r| r.queue_counts()).unwrap();
        world.desktops.iter().map(|d| counts(d).waiting).collect()
    };
    let before = queues();
    world.server.forget_history();
    world.pull_everywhere();
    assert_eq!(before, queues(), "seed {seed}: a pull touched the queue");
    world.drain();
    check::everything(&world);
}

/// Clocks are off by up to two days in either direction, and the server does not tell of changes: after
/// one sweep nothing is missing.
pub(crate) fn wrong_clocks(seed: u64) {
    let world = World::on(seed, true, false);
    world.pull_everywhere();
    for _ in 0..4 + world.draw.upto(20) {
        let desktop = &world.desktops[world.draw.upto(world.desktops.len())];
        acts::act(desktop, world.draw.upto(acts::KINDS));
        if world.draw.upto(3) == 0 {
            desktop.push();
            desktop.pull();
        }
        world.write_beside();
        world.pass(200);
    }
    world.drain();
    check::everything(&world);
}

impl World {
    fn new(seed: u64, aloud: bool) -> Self {
        let polled = Draw::from(seed ^ 0x0BEE).upto(4) == 0;
        Self::on(seed, polled, aloud)
    }

    fn on(seed: u64, polled: bool, aloud: bool) -> Self {
        let draw = Draw::from(seed);
        let begin = at(1000);
        let time = Arc::new(AtomicI64::new(begin.timestamp_millis()));
        let server = if polled {
            ModelServer::polled(begin)
        } else {
            ModelServer::new(begin)
        };
        let names: Vec<DeviceId> = (0..2 + draw.upto(4))
            .map(|n| DeviceId::new(format!("D{n}")).unwrap())
            .collect();
        institution::found(&server, &names);
        let folder = folder();
        let mut desktops = Vec::new();
        let mut lines = Vec::new();
        for (n, name) in names.into_iter().enumerate() {
            let ahead_ms = skew(&draw);
            let line = Line::to(&server);
            line.measure_clock(-ahead_ms);
            let clock = Arc::new(SkewedClock {
                time: Arc::clone(&time),
                ahead_ms,
            });
            let seed = seed * 100 + u64::try_from(n).unwrap() + 1;
            desktops.push(Desktop::new(folder.path(), name, line.clone(), clock, seed));
            lines.push(line);
        }
        let mongoose = Mongoose::beside(&server, skew(&draw));
        Self {
            seed,
            server,
            desktops,
            lines,
            mongoose,
            draw,
            time,
            server_tells: !polled,
            aloud,
            _folder: folder,
        }
    }

    fn pull_everywhere(&self) {
        for desktop in &self.desktops {
            for _ in 0..ROUNDS {
                if !desktop.pull() {
                    break;
                }
            }
        }
    }

    fn tell(&self, step: usize, line: &str) {
        if self.aloud {
            println!("{step:4} {line}");
        }
    }

    pub(crate) fn pass(&self, seconds: u64) {
        let millis = i64::try_from(seconds * 1000).unwrap();
        self.time.fetch_add(millis, Ordering::SeqCst);
        self.server.advance(Duration::from_secs(seconds));
    }

    fn step(&mut self, step: usize) {
        self.pass(1 + u64::try_from(self.draw.upto(20)).unwrap());
        let n = self.draw.upto(self.desktops.len());
        let desktop = &self.desktops[n];
        let name = &desktop.name;
        match self.draw.upto(100) {
            0..30 => {
                let (what, done) = acts::act(desktop, self.draw.upto(acts::KINDS));
                self.tell(
                    step,
                    &format!("{name} {what}{}", if done { "" } else { " (not)" }),
                );
            }
            30..55 => {
                let moved = desktop.pull();
                self.tell(step, &format!("{name} pulls: {moved}"));
            }
            55..80 => {
                let moved = desktop.push();
                self.tell(step, &format!("{name} pushes: {moved}"));
            }
            80..84 => {
                let cut = self.draw.upto(2) == 0;
                self.lines[n].cut(cut);
                self.tell(step, &format!("the line of {name} is cut: {cut}"));
            }
            84..86 => {
                self.lines[n].lose_answers(1);
                self.tell(step, &format!("an answer to {name} will be lost"));
            }
            86 => {
                self.lines[n].fail(1 + u32::try_from(self.draw.upto(3)).unwrap());
                self.tell(step, &format!("calls of {name} will fail"));
            }
            87 => {
                self.lines[n].lose_history();
                self.tell(step, &format!("{name} will lose its place in the history"));
            }
            88 => {
                self.lines[n].deliver_twice(self.draw.upto(2) == 0);
                self.lines[n].deliver_out_of_order(self.draw.upto(2) == 0);
                self.tell(step, &format!("history comes to {name} another way"));
            }
            89 => {
                self.server.forget_history();
                self.tell(step, "the server forgets its history");
            }
            90..92 => {
                self.desktops[n].restart();
                self.tell(step, &format!("{} is started again", self.desktops[n].name));
            }
            92..94 => {
                self.decide(n);
                self.tell(
                    step,
                    &format!(
                        "somebody at {} decides about dead letters",
                        self.desktops[n].name
                    ),
                );
            }
            94 => {
                self.pass(600);
                self.tell(step, "ten minutes pass");
            }
            _ => {
                let what = self.write_beside();
                self.tell(step, &format!("the other program {what}"));
            }
        }
    }

    fn write_beside(&self) -> &'static str {
        let course = id(*self.draw.one(&COURSES).unwrap());
        let student = id(*self.draw.one(&STUDENTS).unwrap());
        let text = format!("mongoose {}", self.draw.upto(1000));
        match self.draw.upto(8) {
            0 => {
                self.mongoose.save(Collection::Users, student, "name", text);
                "renames a person"
            }
            1 => {
                self.mongoose
                    .save(Collection::Users, student, "favouriteColour", text);
                "writes a field of its own"
            }
            2 => {
                self.mongoose
                    .save(Collection::Courses, course, "title", text);
                "renames a course"
            }
            3 => {
                self.mongoose
                    .push(Collection::Courses, course, "tags", text);
                "adds a tag"
            }
            4 => {
                self.mongoose
                    .save_array(Collection::Courses, course, "curriculum", |modules| {
                        if let Some(Bson::Document(module)) = modules.first_mut() {
                            module.insert("title", text);
                        }
                    });
                "saves a whole curriculum"
            }
            5 => {
                self.mongoose
                    .save_array(Collection::Courses, course, "curriculum", |modules| {
                        if modules.len() > 1 {
                            modules.pop();
                        }
                    });
                "takes a module out"
            }
            6 => {
                self.mongoose
                    .save(Collection::Courses, course, "description", text);
                "rewrites a description"
            }
            _ => {
                let lonely = self
                    .server
                    .documents(domain::Source::Documents(Collection::Users))
                    .into_iter()
                    .filter(|user| user.get_str("email").is_ok_and(|e| e.starts_with("new")))
                    .map(|user| user.get_object_id("_id").unwrap())
                    .next();
                if let Some(lonely) = lonely {
                    self.mongoose.delete(Collection::Users, lonely);
                }
                "deletes a person"
            }
        }
    }

    /// Somebody looks at a desktop's dead letters.
    fn decide(&self, n: usize) {
        deciding::decide(&self.desktops[n], &mut |line| self.tell(9998, line));
    }

    fn heal(&self) {
        for (desktop, line) in self.desktops.iter().zip(&self.lines) {
            line.heal();
            desktop.engine().try_now().unwrap();
        }
        self.tell(9999, "everything is healed");
    }

    /// Until nothing moves on any desktop, dead letters being decided about on the way; then one sweep, where
    /// the server does not tell of changes.
    fn drain(&self) {
        for _ in 0..ROUNDS {
            let mut moved = false;
            for (n, desktop) in self.desktops.iter().enumerate() {
                while desktop.push() {
                    moved = true;
                }
                while desktop.pull() {
                    moved = true;
                }
                let counts = desktop
                    .replica()
                    .read(|reader| reader.queue_counts())
                    .unwrap();
                if counts.dead > 0 {
                    self.decide(n);
                    moved = true;
                }
                if counts.waiting > 0 {
                    desktop.engine().try_now().unwrap();
                    moved = true;
                }
            }
            self.pass(30);
            if !moved {
                break;
            }
        }
        if self.server_tells {
            return;
        }
        // A desktop that polls finds some things only by comparing.
        for desktop in &self.desktops {
            desktop.engine().sweep().unwrap();
        }
    }
}

fn skew(draw: &Draw) -> i64 {
    match draw.upto(3) {
        0 => 0,
        _ => {
            i64::try_from(draw.number() % (4 * DAY_MS)).unwrap()
                - i64::try_from(2 * DAY_MS).unwrap()
        }
    }
}
