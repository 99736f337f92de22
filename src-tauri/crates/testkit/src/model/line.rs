//! A desktop's line to the model server, and what can happen to it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bson::{Bson, Document};
use domain::{ChangeSet, DeviceId, OpId, Source, Timestamp, change::get_at, ledger::SeriesTail};
use remote::port::{
    Abilities, Changes, Head, Outcome, Port, Quarantined, RemoteError, ResumeToken, Slice,
    Tombstone, Watermark,
};

use sync::attach::Shelf;

use super::{ModelServer, head, seen};

/// Events in one answer.
const STRETCH: usize = 100;

/// What is wrong with a line at the moment.
#[derive(Clone, Debug, Default)]
struct Faults {
    cut: bool,
    login_refused: bool,
    lost_answers: u32,
    failures: u32,
    history_lost: bool,
    delivered_twice: bool,
    out_of_order: bool,
    clock_offset_ms: i64,
    failing: Option<OpId>,
}

/// A line to the model server. It is the [`Port`] of one desktop.
#[derive(Debug)]
pub struct Line {
    server: Arc<ModelServer>,
    faults: Mutex<Faults>,
}

impl Line {
    /// A sound line.
    pub fn to(server: &Arc<ModelServer>) -> Arc<Self> {
        Arc::new(Self {
            server: Arc::clone(server),
            faults: Mutex::default(),
        })
    }

    fn faults(&self) -> std::sync::MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts it, or mends it.
    pub fn cut(&self, cut: bool) {
        self.faults().cut = cut;
    }

    /// The server does not take the login, or does again.
    pub fn refuse_login(&self, refused: bool) {
        self.faults().login_refused = refused;
    }

    /// The next so many commits are done, but their answers never arrive.
    pub fn lose_answers(&self, n: u32) {
        self.faults().lost_answers = n;
    }

    /// The next so many calls fail before anything is done.
    pub fn fail(&self, n: u32) {
        self.faults().failures = n;
    }

    /// The next look into the history finds that it is lost.
    pub fn lose_history(&self) {
        self.faults().history_lost = true;
    }

    /// Stretches of history begin a little before where they were asked for.
    pub fn deliver_twice(&self, twice: bool) {
        self.faults().delivered_twice = twice;
    }

    /// Stretches of history come backwards.
    pub fn deliver_out_of_order(&self, out_of_order: bool) {
        self.faults().out_of_order = out_of_order;
    }

    /// How far this desktop's clock is behind the server's, as it is measured.
    pub fn measure_clock(&self, offset_ms: i64) {
        self.faults().clock_offset_ms = offset_ms;
    }

    /// The server answers, but fails at this one change set for as long as the line is not healed.
    pub fn fail_at(&self, op: OpId) {
        self.faults().failing = Some(op);
    }

    /// Everything is well again.
    pub fn heal(&self) {
        let mut faults = self.faults();
        *faults = Faults {
            clock_offset_ms: faults.clock_offset_ms,
            ..Faults::default()
        };
    }

    fn reach(&self) -> Result<(), RemoteError> {
        self.server.data().calls += 1;
        let mut faults = self.faults();
        if faults.login_refused {
            return Err(RemoteError::Unauthorized(
                "the model takes no logins now".to_owned(),
            ));
        }
        if faults.cut {
            return Err(RemoteError::Transient("the line is cut".to_owned()));
        }
        if faults.failures > 0 {
            faults.failures -= 1;
            return Err(RemoteError::Transient("the call failed".to_owned()));
        }
        Ok(())
    }
}

fn number(token: &ResumeToken) -> usize {
    token.0.parse().unwrap_or(0)
}

impl Port for Line {
    fn abilities(&self) -> Result<Abilities, RemoteError> {
        self.reach()?;
        Ok(Abilities {
            version: "model".to_owned(),
            replica_set: Some("model".to_owned()),
            transactions: true,
            change_streams: self.server.change_streams,
            text_index: false,
            roles: true,
            clock_offset_ms: self.faults().clock_offset_ms,
        })
    }

    fn commit(&self, change_set: &ChangeSet) -> Result<Outcome, RemoteError> {
        self.reach()?;
        if self.faults().failing == Some(change_set.op) {
            return Err(RemoteError::Failed("the model fails at it".to_owned()));
        }
        let outcome = self.server.data().commit(change_set);
        self.server.wake();
        let mut faults = self.faults();
        if faults.lost_answers > 0 {
            faults.lost_answers -= 1;
            return Err(RemoteError::Transient("the answer was lost".to_owned()));
        }
        Ok(outcome)
    }

    fn token(&self) -> Result<ResumeToken, RemoteError> {
        self.reach()?;
        Ok(ResumeToken(self.server.data().history.len().to_string()))
    }

    fn changes(&self, after: &ResumeToken, wait: Duration) -> Result<Changes, RemoteError> {
        self.reach()?;
        if !self.server.change_streams {
            return Err(RemoteError::Unsupported("the model is polled".to_owned()));
        }
        let (twice, backwards) = {
            let mut faults = self.faults();
            if std::mem::take(&mut faults.history_lost) {
                return Err(RemoteError::HistoryLost);
            }
            (faults.delivered_twice, faults.out_of_order)
        };
        let data = self.server.data();
        let from = number(after);
        if from < data.remembered_from {
            return Err(RemoteError::HistoryLost);
        }
        let (data, _) = self
            .server
            .happened
            .wait_timeout_while(data, wait, |data| data.history.len() <= from)
            .unwrap_or_else(PoisonError::into_inner);
        let begin = if twice {
            from.saturating_sub(7).max(data.remembered_from)
        } else {
            from
        };
        let (mut dirty, next) = data.since(begin, STRETCH);
        if backwards {
            dirty.reverse();
        }
        let next = next.max(from);
        Ok(Changes {
            dirty,
            token: ResumeToken(next.to_string()),
            caught_up: next >= data.history.len(),
        })
    }

    fn page(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.reach()?;
        let data = self.server.data();
        Ok(data
            .page(slice, after, of(limit))
            .into_iter()
            .map(|document| seen(slice, document))
            .collect())
    }

    fn fetch(&self, slice: &Slice, ids: &[Bson]) -> Result<Vec<Document>, RemoteError> {
        self.reach()?;
        let data = self.server.data();
        Ok(ids
            .iter()
            .filter_map(|id| data.get(slice.source, id))
            .filter(|document| super::is_in(slice, document))
            .map(|document| seen(slice, document))
            .collect())
    }

    fn count(&self, slice: &Slice) -> Result<u64, RemoteError> {
        self.reach()?;
        let data = self.server.data();
        Ok(u64::try_from(data.page(slice, None, usize::MAX).len()).unwrap_or(u64::MAX))
    }

    fn changed_since(
        &self,
        slice: &Slice,
        from: Option<&Watermark>,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.reach()?;
        let field = match slice.source {
            Source::Documents(_) => "updatedAt",
            Source::Ledger => "recordedAt",
            Source::Audit => "at",
        };
        let data = self.server.data();
        let mut found: Vec<(i64, super::Id, &Document)> = data
            .page(slice, None, usize::MAX)
            .into_iter()
            .filter_map(|document| match get_at(document, field) {
                Some(Bson::DateTime(at)) => Some((
                    at.timestamp_millis(),
                    super::Id(document.get("_id").cloned().unwrap_or(Bson::Null)),
                    document,
                )),
                _ => None,
            })
            .filter(|(at, id, _)| {
                from.is_none_or(|from| {
                    (*at, id) > (from.at.timestamp_millis(), &super::Id(from.id.clone()))
                })
            })
            .collect();
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        Ok(found
            .into_iter()
            .take(of(limit))
            .map(|(_, _, document)| seen(slice, document))
            .collect())
    }

    fn applied_since(&self, from: &Watermark, limit: u32) -> Result<Vec<Watermark>, RemoteError> {
        self.reach()?;
        let data = self.server.data();
        let mut found: Vec<(i64, String)> = data
            .ops
            .iter()
            .map(|(op, at)| (*at, op.to_string()))
            .filter(|(at, op)| {
                (*at, &super::Id(Bson::from(op.as_str())))
                    > (from.at.timestamp_millis(), &super::Id(from.id.clone()))
            })
            .collect();
        found.sort();
        Ok(found
            .into_iter()
            .take(of(limit))
            .map(|(at, op)| Watermark {
                at: Timestamp::from_millis(at),
                id: Bson::from(op),
            })
            .collect())
    }

    fn series(
        &self,
        device: &DeviceId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, RemoteError> {
        self.reach()?;
        let data = self.server.data();
        let number = |row: &Document| u64::try_from(super::whole(row.get("number"))).unwrap_or(0);
        let mut rows: Vec<Document> = data
            .of(Source::Ledger)
            .map(|(_, row)| row)
            .filter(|row| row.get_str("device").is_ok_and(|of| of == device.as_str()))
            .filter(|row| number(row) > after)
            .cloned()
            .collect();
        rows.sort_by_key(number);
        rows.truncate(of(limit));
        Ok(rows)
    }

    fn tombstones(&self, from: Timestamp) -> Result<Vec<Tombstone>, RemoteError> {
        self.reach()?;
        Ok(self
            .server
            .data()
            .tombstones
            .iter()
            .filter(|gone| gone.at >= from)
            .take(10_000)
            .cloned()
            .collect())
    }

    fn heads(
        &self,
        slice: &Slice,
        after: Option<&Bson>,
        limit: u32,
    ) -> Result<Vec<Head>, RemoteError> {
        self.reach()?;
        let data = self.server.data();
        Ok(data
            .page(slice, after, of(limit))
            .into_iter()
            .map(head)
            .collect())
    }

    fn tail(&self, device: &DeviceId) -> Result<SeriesTail, RemoteError> {
        self.reach()?;
        Ok(self.server.data().tail(device))
    }

    fn quarantine(&self, row: &Quarantined) -> Result<(), RemoteError> {
        self.reach()?;
        let mut data = self.server.data();
        if let Some(row) = row.unsaid(&|collection, id| data.is_erased(collection, id)) {
            data.quarantine.insert(row.op, row);
        }
        Ok(())
    }

    fn release(&self, op: OpId) -> Result<(), RemoteError> {
        self.reach()?;
        self.server.data().quarantine.remove(&op);
        Ok(())
    }
}

impl Shelf for Line {
    fn database(&self) -> String {
        format!("{:p}", Arc::as_ptr(&self.server))
    }

    fn put_all(&self, source: Source, documents: &[Document]) -> Result<(), RemoteError> {
        self.reach()?;
        self.server.fill(source, documents.iter().cloned());
        Ok(())
    }
}

fn of(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
