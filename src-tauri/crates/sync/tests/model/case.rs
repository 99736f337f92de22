//! One desktop on a model server, for what is told case by case.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bson::Document;
use domain::{ChangeSet, Collection, DeviceId, OpId, Source};
use replica::{QueueRow, Unreadable};
use sync::Engine;
use testkit::model::{Line, ModelServer};

use crate::{
    desktop::{Desktop, SkewedClock, folder},
    institution::{self, id},
    schedule::at,
};

/// Nothing is waited for.
pub(crate) const NOW: Duration = Duration::ZERO;

pub(crate) struct Case {
    pub(crate) server: Arc<ModelServer>,
    pub(crate) line: Arc<Line>,
    pub(crate) desk: Desktop,
    pub(crate) time: Arc<AtomicI64>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn name(n: usize) -> DeviceId {
    DeviceId::new(format!("D{n}")).unwrap()
}

pub(crate) fn case_on(server: Arc<ModelServer>) -> Case {
    institution::found(&server, &[name(0), name(1)]);
    let folder = folder();
    let time = Arc::new(AtomicI64::new(server.now().timestamp_millis()));
    let line = Line::to(&server);
    let desk = desktop(&folder, 0, &line, &time);
    Case {
        server,
        line,
        desk,
        time,
        folder,
    }
}

pub(crate) fn desktop(
    folder: &tempfile::TempDir,
    n: usize,
    line: &Arc<Line>,
    time: &Arc<AtomicI64>,
) -> Desktop {
    let clock = Arc::new(SkewedClock {
        time: Arc::clone(time),
        ahead_ms: 0,
    });
    let seed = u64::try_from(n).unwrap() + 7;
    Desktop::new(folder.path(), name(n), line.clone(), clock, seed)
}

pub(crate) fn case() -> Case {
    case_on(ModelServer::new(at(0)))
}

impl Case {
    pub(crate) fn clock(&self) -> Arc<SkewedClock> {
        Arc::new(SkewedClock {
            time: Arc::clone(&self.time),
            ahead_ms: 0,
        })
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        self.desk.engine()
    }

    pub(crate) fn fetched(self) -> Self {
        assert!(self.engine().initial(&mut |_| {}, &|| false).unwrap());
        self
    }

    pub(crate) fn pass(&self, seconds: u64) {
        let millis = i64::try_from(seconds * 1000).unwrap();
        self.time.fetch_add(millis, Ordering::SeqCst);
        self.server.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn settle(&self) {
        for _ in 0..100 {
            let pushed = self.desk.push();
            let pulled = self.desk.pull();
            if !pushed && !pulled {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    pub(crate) fn rename(&self, person: u32, text: &str) -> ChangeSet {
        self.desk.renamed(person, text)
    }

    /// A student nobody else has heard of: the change set that makes them, and their document.
    pub(crate) fn newcomer(&self, name: &str) -> (ChangeSet, Document) {
        let email = format!("{}@example.org", name.to_lowercase());
        self.desk.newcomer(self.desk.draw.object_id(), name, &email)
    }

    /// So many people more on the server.
    pub(crate) fn crowd(&self, n: u32) {
        let like = self.server.documents(users()).swap_remove(0);
        let many = (0..n).map(|n| {
            let mut user = like.clone();
            user.insert("_id", id(10_000 + n));
            user.insert("email", format!("many{n}@example.org"));
            user
        });
        self.server.fill(users(), many);
    }

    pub(crate) fn name_on_the_server(&self, person: u32) -> String {
        let document = self.server.document(Collection::Users, id(person)).unwrap();
        document.get_str("name").unwrap().to_owned()
    }

    pub(crate) fn name_here(&self, person: u32) -> Option<String> {
        self.desk
            .here(Collection::Users, id(person))
            .map(|document| document.get_str("name").unwrap().to_owned())
    }

    pub(crate) fn held(&self, source: Source) -> u64 {
        self.desk
            .replica()
            .read(|reader| reader.held_count(source))
            .unwrap()
    }

    pub(crate) fn queued(&self, op: OpId) -> QueueRow {
        self.desk.queued(op)
    }

    /// What came and cannot be read.
    pub(crate) fn aside(&self) -> Vec<Unreadable> {
        self.desk
            .replica()
            .read(|reader| reader.unreadable(1_000))
            .unwrap()
    }

    pub(crate) fn waiting(&self) -> u64 {
        self.desk
            .replica()
            .read(|reader| reader.queue_counts())
            .unwrap()
            .waiting
    }
}

pub(crate) fn users() -> Source {
    Source::Documents(Collection::Users)
}
