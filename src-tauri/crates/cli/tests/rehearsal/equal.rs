//! What must be the same in the end.

use std::collections::BTreeMap;

use bson::{Bson, Document};
use domain::{Collection, Source};
use remote::port::{Filter, Port, Slice, View};
use testkit::TestDatabase;
use workflows::accounts::{Keys, Workspace};

use crate::{GivenUp, clerk::Deeds, desk::Desk};

/// Documents compared at a time.
const PAGE: u32 = 2_000;

/// What every desktop holds.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) documents: u64,
    pub(crate) enrollments: u64,
    pub(crate) ledger_rows: u64,
}

fn opened(desk: &Desk) -> Workspace {
    let words = std::fs::read_to_string(desk.passphrase()).unwrap();
    let keys = Keys::from_passphrase(Some(words.trim_end().to_owned()));
    Workspace::open(&desk.work(), &keys).unwrap()
}

/// Every table of every desktop holds what the server holds, document by document and field by field, and
/// the desktops hold the same byte by byte; what is counted along the way agrees with what is there.
pub(crate) fn everywhere(desks: &[&Desk], server: &TestDatabase) -> Held {
    let server = server.connect();
    let mut prints = Vec::new();
    for desk in desks {
        let workspace = opened(desk);
        let replica = workspace.replica();
        let queue = replica.read(|reader| reader.queue(10)).unwrap();
        assert!(queue.is_empty(), "still in the queue: {queue:#?}");
        let differences = replica.read(|reader| reader.differences()).unwrap();
        assert!(
            differences.is_empty(),
            "kept figures differ: {differences:?}"
        );
        for source in Source::ALL {
            if source == Source::Documents(Collection::Sessions) {
                continue;
            }
            let slice = Slice {
                source,
                filter: Filter::All,
                view: View::Whole,
            };
            let mut after: Option<Bson> = None;
            loop {
                let theirs = server.page(&slice, after.as_ref(), PAGE).unwrap();
                let ours = replica
                    .read(|reader| reader.documents_after(source, after.as_ref(), PAGE))
                    .unwrap();
                assert_eq!(
                    ids(&theirs),
                    ids(&ours),
                    "{} of {}",
                    source.name(),
                    workspace.device()
                );
                for (theirs, ours) in theirs.iter().zip(&ours) {
                    assert_eq!(
                        sorted(theirs),
                        sorted(ours),
                        "a document of {}",
                        source.name()
                    );
                }
                let Some(last) = theirs.last() else { break };
                after = last.get("_id").cloned();
            }
        }
        prints.push(replica.read(|reader| reader.fingerprints()).unwrap());
    }
    for print in &prints {
        assert_eq!(print, &prints[0]);
    }
    let count = |wanted: Option<Source>| {
        let counted = prints[0]
            .iter()
            .filter(|print| wanted.is_none_or(|w| w == print.source));
        counted.map(|print| print.rows).sum()
    };
    Held {
        documents: count(None),
        enrollments: count(Some(Source::Documents(Collection::Enrollments))),
        ledger_rows: count(Some(Source::Ledger)),
    }
}

fn ids(documents: &[Document]) -> Vec<String> {
    documents
        .iter()
        .map(|document| document.get("_id").unwrap().to_string())
        .collect()
}

fn sorted(document: &Document) -> BTreeMap<&str, String> {
    document
        .iter()
        .map(|(field, value): (&String, &Bson)| (field.as_str(), value.to_string()))
        .collect()
}

/// Whatever a person was told was done is there, unless somebody gave it up knowingly. Cash that was taken has
/// a row in the ledger each time, also where two desktops took it for one payment; more rows than that are
/// only what a kill kept from being told, one for each.
pub(crate) fn nothing_is_lost(
    desks: &[&Desk],
    told: &Deeds,
    given_up: &GivenUp,
    booked: u64,
    kills: u64,
) {
    let workspace = opened(desks[0]);
    let replica = workspace.replica();
    let found = |collection: Collection, id: &String| {
        let id = bson::oid::ObjectId::parse_str(id).unwrap();
        replica
            .read(|reader| reader.document(collection, id))
            .unwrap()
    };
    let kept = |id: &&String| !given_up.records.contains(*id);
    for id in told.people.iter().filter(kept) {
        assert!(
            found(Collection::Users, id).is_some(),
            "the person {id} is gone"
        );
    }
    for id in told.enrollments.iter().filter(kept) {
        assert!(
            found(Collection::Enrollments, id).is_some(),
            "the enrollment {id} is gone"
        );
    }
    for id in told.cash.iter().filter(kept) {
        let payment = found(Collection::Payments, id).expect("the payment is there");
        assert_eq!(
            payment.get_str("status").ok(),
            Some("completed"),
            "{payment}"
        );
    }
    let taken = u64::try_from(told.cash.len()).unwrap() - given_up.voided;
    assert!(
        (taken..=taken + kills).contains(&booked),
        "cash was taken {taken} times, and booked {booked} times"
    );
}
