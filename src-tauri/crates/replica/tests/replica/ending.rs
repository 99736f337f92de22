//! A process that ends while its pool still opens and closes the file does not die by a signal.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Barrier,
    thread,
};

use replica::{Key, Replica};

use crate::fixtures::LocalWorld;

const FILE: &str = "MATRICULA_ENDING_FILE";
/// How many of the pool's connections are opened, each on a thread of the pool's.
const READERS: usize = 4;
/// How many processes end.
const ENDS: u64 = 60;

/// The process that ends. Does nothing in an ordinary run.
#[test]
fn child() {
    let Ok(file) = env::var(FILE) else {
        return;
    };
    let replica = Replica::open(&PathBuf::from(file), &Key::from_bytes([7; 32])).unwrap();
    let begin = Barrier::new(READERS);
    thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                begin.wait();
                replica.read(|reader| reader.queue_counts()).unwrap();
            });
        }
    });
    drop(replica);
    replica::end();
    // As a program ends that comes to the end of `main`: with everything that cleans up after it.
    std::process::exit(0);
}

fn run(path: &Path) -> Output {
    Command::new(env::current_exe().unwrap())
        .args([
            "ending::child",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FILE, path)
        .output()
        .unwrap()
}

#[test]
fn it_ends_well_whatever_the_pool_is_at() {
    let world = LocalWorld::new();
    for end in 0..ENDS {
        let ended = run(&world.path);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            ended.status.success(),
            "end {end}: {}, {said}",
            ended.status
        );
    }
}
