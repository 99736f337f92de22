//! Giving a filled workspace a server: first a preview of what would happen and what stands in the way,
//! then the upload, which can be cancelled, killed and taken up again.
//!
//! What is uploaded is what the workspace holds, as it is: revisions, trails and all. While it is under
//! way the workspace is already attached, so that what is written meanwhile waits in the queue and
//! follows. Deliberately absent: asking a person, and making the database ready (migrations).

use std::{cmp::Ordering, collections::BTreeMap};

use bson::{Bson, Document, oid::ObjectId};
use domain::{Collection, Scope, Timestamp, change::get_at};
use remote::{
    Server,
    port::{Filter, Head, Port, RemoteError, Slice, Source, View, Watermark},
};
use replica::{Batch, Checkpoint, Replica};

use crate::{
    SyncError,
    engine::{Clock, fact},
    plan::{self, Known, by_id},
};

/// Documents a step.
const STEP: u32 = 500;
/// Obstacles listed.
const LISTED: usize = 200;
/// The fact that an upload has begun and is not done; its value is where it stands. Leaving the server
/// forgets it, and so it does the next.
const UPLOAD: &str = "attach-upload";
/// The fact that says to which database an upload has begun.
const TARGET: &str = "attach-target";

/// A server that takes whole documents.
pub trait Shelf: Port {
    /// Which database this is, so that an upload that was cut off does not go on in another one.
    fn database(&self) -> String;

    /// Puts whole documents there as they are: inserted, or replaced where one with this `_id` is there.
    fn put_all(&self, source: Source, documents: &[Document]) -> Result<(), RemoteError>;
}

impl Shelf for Server {
    fn database(&self) -> String {
        format!("{}/{}", self.target().address, self.target().database)
    }

    fn put_all(&self, source: Source, documents: &[Document]) -> Result<(), RemoteError> {
        Self::put_all(self, source, documents)
    }
}

/// What uploading would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Documents that would be uploaded, by source.
    pub uploads: Vec<(Source, u64)>,
    /// Documents the server has already, the same.
    pub already: u64,
    /// What stands in the way, the first of it.
    pub obstacles: Vec<Obstacle>,
}

/// Why the workspace cannot be uploaded as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// What kind.
    pub kind: ObstacleKind,
    /// The record here, if it is about one.
    pub record: Option<(Collection, ObjectId)>,
}

/// Kinds of obstacles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObstacleKind {
    /// Another institution is in the database.
    OtherInstitution,
    /// Somebody else there has the e-mail address.
    Email,
    /// Another course there has the short name.
    Slug,
    /// Another payment there has the provider's reference.
    ProviderId,
    /// Another payment there has the receipt number.
    Receipt,
    /// A desktop there has this one's name.
    Device,
    /// The record is there, and was changed there since.
    Changed,
    /// The server has no transactions.
    NoTransactions,
}

impl ObstacleKind {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherInstitution => "other-institution",
            Self::Email => "email",
            Self::Slug => "slug",
            Self::ProviderId => "provider-id",
            Self::Receipt => "receipt",
            Self::Device => "device",
            Self::Changed => "invalid",
            Self::NoTransactions => "no-transactions",
        }
    }

    /// In words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OtherInstitution => "Another institution is in this database.",
            Self::Email => "Another person in the database has this e-mail address.",
            Self::Slug => "Another course in the database has this short name.",
            Self::ProviderId => {
                "Another payment in the database has this reference of the provider."
            }
            Self::Receipt => "Another payment in the database has this receipt number.",
            Self::Device => "Another desktop of the institution has this one's name.",
            Self::Changed => "This record is in the database already, and was changed there.",
            Self::NoTransactions => {
                "The server has no transactions, so money could not be booked on it."
            }
        }
    }
}

/// The values that may occur only once, with the obstacle where they do twice.
const ONCE: [(Collection, &str, ObstacleKind); 9] = [
    (Collection::Users, "email", ObstacleKind::Email),
    (Collection::Courses, "slug", ObstacleKind::Slug),
    (
        Collection::Payments,
        "provider.paymentIntentId",
        ObstacleKind::ProviderId,
    ),
    (
        Collection::Payments,
        "provider.chargeId",
        ObstacleKind::ProviderId,
    ),
    (
        Collection::Payments,
        "provider.sessionId",
        ObstacleKind::ProviderId,
    ),
    (
        Collection::Payments,
        "provider.transactionId",
        ObstacleKind::ProviderId,
    ),
    (
        Collection::Payments,
        "provider.merchantTransactionId",
        ObstacleKind::ProviderId,
    ),
    (Collection::Payments, "receiptNumber", ObstacleKind::Receipt),
    (Collection::Devices, "name", ObstacleKind::Device),
];

/// Says what uploading the workspace would do. Writes nothing.
pub fn preview(replica: &Replica, server: &dyn Port) -> Result<Preview, SyncError> {
    let mut preview = Preview::default();
    if !server.abilities()?.transactions {
        preview.obstacles.push(Obstacle {
            kind: ObstacleKind::NoTransactions,
            record: None,
        });
    }
    for source in Source::ALL {
        let held = replica.read(|reader| reader.held_count(source))?;
        let same = compare(replica, server, source, &mut preview.obstacles)?;
        preview.already += same;
        preview.uploads.push((source, held.saturating_sub(same)));
    }
    for collection in [
        Collection::Users,
        Collection::Courses,
        Collection::Payments,
        Collection::Devices,
    ] {
        clashes(replica, server, collection, &mut preview.obstacles)?;
    }
    preview.obstacles.truncate(LISTED);
    Ok(preview)
}

fn all(source: Source) -> Slice {
    Slice {
        source,
        filter: Filter::All,
        view: View::Whole,
    }
}

/// Counts what is the same on both sides; notes what is there and newer, and another institution.
fn compare(
    replica: &Replica,
    server: &dyn Port,
    source: Source,
    obstacles: &mut Vec<Obstacle>,
) -> Result<u64, SyncError> {
    let slice = all(source);
    let mut same = 0;
    let mut after: Option<Bson> = None;
    loop {
        let theirs = server.heads(&slice, after.as_ref(), STEP)?;
        let Some(last) = theirs.last().map(|head| head.id.clone()) else {
            return Ok(same);
        };
        let ours = ours_until(replica, source, after.as_ref(), &last)?;
        for head in &theirs {
            let key = head.id.to_string();
            match ours.get(&key) {
                Some(our) if our == head => same += 1,
                Some(our) if source.insert_only() || our.rev > head.rev => {}
                Some(_) => obstacles.push(Obstacle {
                    kind: ObstacleKind::Changed,
                    record: record(source, &head.id),
                }),
                None if source == Source::Documents(Collection::Settings) => {
                    obstacles.push(Obstacle {
                        kind: ObstacleKind::OtherInstitution,
                        record: None,
                    });
                }
                None => {}
            }
        }
        after = Some(last);
    }
}

fn ours_until(
    replica: &Replica,
    source: Source,
    after: Option<&Bson>,
    last: &Bson,
) -> Result<BTreeMap<String, Head>, SyncError> {
    let mut ours = BTreeMap::new();
    let mut after = after.cloned();
    loop {
        let page = replica.read(|reader| reader.heads(source, after.as_ref(), STEP))?;
        let Some(end) = page.last().map(|head| head.id.clone()) else {
            return Ok(ours);
        };
        let beyond = by_id(&end, last) == Ordering::Greater;
        ours.extend(page.into_iter().map(|head| (head.id.to_string(), head)));
        if beyond {
            return Ok(ours);
        }
        after = Some(end);
    }
}

fn record(source: Source, id: &Bson) -> Option<(Collection, ObjectId)> {
    match (source, id) {
        (Source::Documents(collection), Bson::ObjectId(id)) => Some((collection, *id)),
        _ => None,
    }
}

/// Notes values that may occur only once and are another record's on the server.
fn clashes(
    replica: &Replica,
    server: &dyn Port,
    collection: Collection,
    obstacles: &mut Vec<Obstacle>,
) -> Result<(), SyncError> {
    let source = Source::Documents(collection);
    let mut theirs: BTreeMap<(&str, String), Bson> = BTreeMap::new();
    let mut after: Option<Bson> = None;
    loop {
        let page = server.page(&all(source), after.as_ref(), STEP)?;
        let Some(id) = page.last().and_then(|last| last.get("_id")).cloned() else {
            break;
        };
        after = Some(id);
        for document in &page {
            for (path, value) in once(collection, document) {
                if let Some(id) = document.get("_id") {
                    theirs.insert((path, value), id.clone());
                }
            }
        }
    }
    if theirs.is_empty() {
        return Ok(());
    }
    let mut after: Option<Bson> = None;
    loop {
        let page = replica.read(|reader| reader.documents_after(source, after.as_ref(), STEP))?;
        let Some(id) = page.last().and_then(|last| last.get("_id")).cloned() else {
            return Ok(());
        };
        after = Some(id);
        for document in &page {
            for (path, value) in once(collection, document) {
                let Some(id) = document.get("_id") else {
                    continue;
                };
                let taken = theirs.get(&(path, value)).is_some_and(|other| other != id);
                let kind = ONCE.iter().find(|(c, p, _)| *c == collection && *p == path);
                if let (true, Some((_, _, kind))) = (taken, kind) {
                    obstacles.push(Obstacle {
                        kind: *kind,
                        record: record(source, id),
                    });
                }
            }
        }
    }
}

fn once(collection: Collection, document: &Document) -> Vec<(&'static str, String)> {
    ONCE.iter()
        .filter(|(of, _, _)| *of == collection)
        .filter_map(|(_, path, _)| match get_at(document, path) {
            Some(Bson::String(value)) => Some((*path, value.clone())),
            _ => None,
        })
        .collect()
}

/// Whether an upload was begun and not finished.
pub fn is_under_way(replica: &Replica) -> Result<bool, SyncError> {
    Ok(replica.meta(UPLOAD)?.is_some_and(|place| !place.is_empty()))
}

/// Uploads the workspace, or what is left of it, and attaches it. True when all is there; false when it
/// was cancelled, and then the workspace is as it was, and what had been uploaded is found there by the
/// next attempt. `progress` hears how many documents of a source are done.
pub fn upload(
    replica: &Replica,
    server: &dyn Shelf,
    clock: &dyn Clock,
    progress: &mut dyn FnMut(Source, u64, u64),
    cancelled: &dyn Fn() -> bool,
) -> Result<bool, SyncError> {
    let mut begun = replica.meta(UPLOAD)?.unwrap_or_default();
    let target = server.database();
    if replica.meta(TARGET)?.as_deref() != Some(target.as_str()) {
        // What was begun elsewhere says nothing of what is here.
        begun.clear();
        replica.set_resume_token(None)?;
        replica.set_meta(TARGET, &target)?;
    }
    if begun.is_empty() {
        replica.set_meta(UPLOAD, Source::ALL[0].name())?;
    }
    replica.attach()?;
    let since = clock.now();
    // Taken first: what others write during the upload is told afterwards.
    let abilities = server.abilities()?;
    // The server answered: whoever is signed in stays so.
    replica.set_meta(fact::LAST_CONTACT, &since.timestamp_millis().to_string())?;
    let token = match replica.read(|reader| reader.resume_token())? {
        Some(token) => Some(token),
        None if abilities.change_streams => Some(server.token()?.0),
        None => None,
    };
    if let Some(token) = &token {
        replica.set_resume_token(Some(token))?;
    }
    let (name, last) = begun.split_once(' ').unwrap_or((begun.as_str(), ""));
    let mut skip = Source::named(name).is_some();
    for source in Source::ALL {
        let mut after = None;
        if skip {
            if source.name() != name {
                continue;
            }
            skip = false;
            after = identifier(source, last);
        }
        let total = replica.read(|reader| reader.held_count(source))?;
        let mut done = 0;
        loop {
            if cancelled() {
                replica.set_meta(UPLOAD, "")?;
                replica.detach()?;
                return Ok(false);
            }
            let page =
                replica.read(|reader| reader.documents_after(source, after.as_ref(), STEP))?;
            let Some(end) = page.last().and_then(|last| last.get("_id")).cloned() else {
                break;
            };
            server.put_all(source, &page)?;
            done += u64::try_from(page.len()).unwrap_or(0);
            progress(source, done, total.max(done));
            replica.set_meta(UPLOAD, &format!("{} {}", source.name(), text(&end)))?;
            after = Some(end);
        }
    }
    finish(replica, clock, since, abilities.change_streams, token)?;
    Ok(true)
}

/// Everything is there. It is compared once by the engine, in case somebody wrote meanwhile.
fn finish(
    replica: &Replica,
    clock: &dyn Clock,
    since: Timestamp,
    told: bool,
    token: Option<String>,
) -> Result<(), SyncError> {
    let mut checkpoints = Vec::new();
    for source in Source::ALL {
        let held = replica.read(|reader| reader.held_count(source))?;
        checkpoints.push(Checkpoint {
            source,
            mode: if told {
                replica::Mode::Stream
            } else {
                replica::Mode::Poll
            },
            after: None,
            done: held,
            total: held,
            scope_hash: plan::fingerprint(&plan::slices_of(
                source,
                Scope::Office,
                &Known::default(),
            )),
            watermark: (!told).then(|| Watermark {
                at: since,
                id: Bson::ObjectId(ObjectId::from_bytes([0; 12])),
            }),
            sweep_at: None,
            as_of: Some(clock.now()),
        });
    }
    replica.receive(Batch {
        checkpoints,
        token,
        ..Batch::default()
    })?;
    replica.set_meta(UPLOAD, "")?;
    Ok(())
}

fn text(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => id.to_hex(),
        Bson::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn identifier(source: Source, text: &str) -> Option<Bson> {
    if text.is_empty() {
        None
    } else if source.insert_only() {
        Some(Bson::from(text))
    } else {
        ObjectId::parse_str(text).ok().map(Bson::ObjectId)
    }
}
