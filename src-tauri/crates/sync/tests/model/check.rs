//! What must hold when everything has come to rest.

use std::collections::BTreeMap;

use bson::Document;
use domain::{
    Collection, Source,
    ledger::{LedgerEntry, verify_chain},
    payment::{Payment, PaymentStatus},
};

use crate::{acts, desktop::Desktop, schedule::World};

pub(crate) fn everything(world: &World) {
    let seed = world.seed;
    for desktop in &world.desktops {
        queue_is_empty(seed, desktop);
        nothing_is_lost(world, desktop);
        equals_the_server(world, desktop);
        let differences = desktop
            .replica()
            .read(|reader| reader.differences())
            .unwrap();
        assert!(
            differences.is_empty(),
            "seed {seed}, {}: kept figures differ: {differences:?}",
            desktop.name
        );
        let damage = desktop.replica().integrity().unwrap();
        assert!(damage.is_empty(), "seed {seed}: {damage:?}");
    }
    let prints: Vec<_> = world
        .desktops
        .iter()
        .map(|desktop| {
            desktop
                .replica()
                .read(|reader| reader.fingerprints())
                .unwrap()
        })
        .collect();
    for (other, print) in prints.iter().enumerate().skip(1) {
        assert_eq!(
            print, &prints[0],
            "seed {seed}: {} and {} differ",
            world.desktops[0].name, world.desktops[other].name
        );
    }
    money_adds_up(world);
    for course in world
        .server
        .documents(Source::Documents(Collection::Courses))
    {
        assert!(
            acts::readable(&course),
            "seed {seed}: a course cannot be read: {course}"
        );
    }
}

fn queue_is_empty(seed: u64, desktop: &Desktop) {
    let queue = desktop.replica().read(|reader| reader.queue(1000)).unwrap();
    assert!(
        queue.is_empty(),
        "seed {seed}, {}: still in the queue: {:#?}",
        desktop.name,
        queue
            .iter()
            .map(|row| (
                &row.change_set.deed.verb,
                &row.state,
                row.failures,
                row.rebases,
                &row.reason,
                &row.error
            ))
            .collect::<Vec<_>>()
    );
}

/// Whatever was committed at a desk is with the server, unless a person gave it up.
fn nothing_is_lost(world: &World, desktop: &Desktop) {
    let given_up = desktop.given_up.borrow();
    for op in desktop.made.borrow().iter() {
        assert!(
            world.server.has_applied(*op) || given_up.contains(op),
            "seed {}, {}: the change set {op} is lost",
            world.seed,
            desktop.name
        );
    }
}

fn equals_the_server(world: &World, desktop: &Desktop) {
    for source in Source::ALL {
        if source == Source::Documents(Collection::Sessions) {
            continue;
        }
        let theirs = world.server.documents(source);
        let ours: Vec<Document> = desktop
            .replica()
            .read(|reader| reader.documents_after(source, None, 100_000))
            .unwrap();
        let ids = |documents: &[Document]| -> Vec<String> {
            documents
                .iter()
                .map(|d| d.get("_id").unwrap().to_string())
                .collect()
        };
        assert_eq!(
            ids(&theirs),
            ids(&ours),
            "seed {}, {}: other documents in {}",
            world.seed,
            desktop.name,
            source.name()
        );
        for (theirs, ours) in theirs.iter().zip(&ours) {
            assert_eq!(
                sorted(theirs),
                sorted(ours),
                "seed {}, {}: a document of {} differs",
                world.seed,
                desktop.name,
                source.name()
            );
        }
    }
}

fn sorted(document: &Document) -> BTreeMap<String, String> {
    document
        .iter()
        .map(|(field, value)| (field.clone(), value.to_string()))
        .collect()
}

fn money_adds_up(world: &World) {
    let seed = world.seed;
    let rows: Vec<LedgerEntry> = world
        .server
        .documents(Source::Ledger)
        .into_iter()
        .map(|row| bson::deserialize_from_document(row).unwrap())
        .collect();
    let mut by_device: BTreeMap<String, Vec<&LedgerEntry>> = BTreeMap::new();
    for row in &rows {
        by_device
            .entry(row.device.to_string())
            .or_default()
            .push(row);
    }
    for (device, mut rows) in by_device {
        rows.sort_by_key(|row| row.number);
        let breaks = verify_chain(rows.iter().copied());
        assert!(
            breaks.is_empty(),
            "seed {seed}: the chain of {device} is broken: {breaks:?}"
        );
    }
    let mut receipts = std::collections::BTreeSet::new();
    for document in world
        .server
        .documents(Source::Documents(Collection::Payments))
    {
        let payment: Payment = bson::deserialize_from_document(document).unwrap();
        let sum: i64 = rows
            .iter()
            .filter(|row| row.payment == payment.id)
            .map(|row| row.amount_minor)
            .sum();
        let captured: i64 = rows
            .iter()
            .filter(|row| row.payment == payment.id && row.amount_minor > 0)
            .map(|row| row.amount_minor)
            .sum();
        assert!(sum >= 0, "seed {seed}: more was refunded than captured");
        let expected = if payment.status.is_captured() || payment.status == PaymentStatus::Refunded
        {
            assert_eq!(
                captured,
                payment.amount().unwrap().minor,
                "seed {seed}: booked otherwise than paid: {}",
                payment.id
            );
            payment.refundable().unwrap().minor
        } else {
            0
        };
        assert_eq!(
            sum, expected,
            "seed {seed}: the ledger of {} disagrees",
            payment.id
        );
        if let Some(receipt) = payment.receipt_number {
            assert!(
                receipts.insert(receipt.clone()),
                "seed {seed}: {receipt} twice"
            );
        }
    }
}
