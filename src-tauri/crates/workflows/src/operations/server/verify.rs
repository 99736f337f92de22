//! The proof that what is on the server agrees with itself: every device's chains of the ledger
//! and of the audit trail, the payments against the ledger, counters, and references.
//!
//! Read from the server, not from this desktop's copy. Nothing is mended here.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Instant,
};

use bson::{Document, oid::ObjectId};
use domain::{
    Actor, Collection, PaymentId,
    audit::AuditEvent,
    chain::SeriesTail,
    ledger::{LedgerEntry, verify_chain},
    payment::Payment,
    role::Permission,
    rules::people::erasing::is_erased,
};
use remote::{
    Server,
    port::{Port, Source},
};

use super::{connect::whole, link, reached::refused};
use crate::{
    accounts::Workspace,
    error::WorkflowError,
    operations::{
        dto::{Finding, VerifyReport},
        trail::{self, Standing, Trail},
    },
};

/// Documents asked for at once.
const PAGE: u32 = 1_000;

/// Walks the server.
pub fn verify_server(workspace: &Workspace, actor: &Actor) -> Result<VerifyReport, WorkflowError> {
    actor.require(Permission::RunWorkspace)?;
    let server = link(workspace)?.server()?;
    let begun = Instant::now();
    let mut walk = Walk::default();
    let people = walk.ids(&server, Collection::Users, &[])?;
    let courses = walk.ids(&server, Collection::Courses, &[("instructor", &people)])?;
    let enrollments = walk.ids(
        &server,
        Collection::Enrollments,
        &[("user", &people), ("course", &courses)],
    )?;
    let heads = workspace.replica().read(|reader| reader.trail_heads())?;
    let (audit, vouchers) = walk.audit(&server, &heads)?;
    let rows = walk.ledger(&server, &vouchers)?;
    let payments = walk.payments(&server, &people, &courses, &enrollments)?;
    let counters = server.repair_counters(true).map_err(refused)?;
    for repair in counters.repairs {
        walk.add(
            "counter",
            Some(repair.course),
            format!(
                "{}: {} says {}, counted {}.",
                repair.title, repair.field, repair.was, repair.is
            ),
        );
    }
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Ok(VerifyReport {
        people: count(people.len()),
        courses: count(courses.len()),
        enrollments: count(enrollments.len()),
        payments,
        ledger_rows: rows,
        audit_events: audit,
        findings: walk.findings,
        took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

#[derive(Default)]
struct Walk {
    findings: Vec<Finding>,
    /// By payment: what its rows of the ledger add up to, and in which currency.
    sums: HashMap<PaymentId, i64>,
    /// Whose an enrollment is.
    owners: HashMap<ObjectId, ObjectId>,
    /// Accounts of people who were erased.
    erased: HashSet<ObjectId>,
}

impl Walk {
    fn add(&mut self, check: &str, record: Option<String>, message: impl Into<String>) {
        self.findings.push(Finding {
            check: check.to_owned(),
            record,
            message: message.into(),
        });
    }

    /// The `_id`s of a collection; each reference must be among those given.
    fn ids(
        &mut self,
        server: &Server,
        collection: Collection,
        references: &[(&str, &HashSet<ObjectId>)],
    ) -> Result<HashSet<ObjectId>, WorkflowError> {
        let mut ids = HashSet::new();
        each(server, Source::Documents(collection), |document| {
            if let Ok(id) = document.get_object_id("_id") {
                ids.insert(id);
                if collection == Collection::Users && is_erased(&document) {
                    self.erased.insert(id);
                }
                if let Ok(person) = document.get_object_id("user") {
                    self.owners.insert(id, person);
                }
                self.refer(collection, id, &document, references);
            }
            Ok(())
        })?;
        Ok(ids)
    }

    fn refer(
        &mut self,
        collection: Collection,
        id: ObjectId,
        document: &Document,
        references: &[(&str, &HashSet<ObjectId>)],
    ) {
        for (field, known) in references {
            let missing = document
                .get_object_id(field)
                .map_or(true, |named| !known.contains(&named));
            if missing {
                self.add(
                    "reference",
                    Some(id.to_hex()),
                    format!("The {field} that this document of {collection} names is not there."),
                );
            }
        }
    }

    fn ledger(
        &mut self,
        server: &Server,
        vouchers: &HashSet<String>,
    ) -> Result<u64, WorkflowError> {
        let mut series: BTreeMap<String, Vec<LedgerEntry>> = BTreeMap::new();
        let mut rows = 0;
        each(server, Source::Ledger, |document| {
            rows += 1;
            let id = document.get_str("_id").unwrap_or_default().to_owned();
            match bson::deserialize_from_document::<LedgerEntry>(document) {
                Ok(entry) => {
                    if entry.erased && !vouchers.contains(&entry.voucher()) {
                        self.add(
                            "ledger-chain",
                            Some(id),
                            "This row was changed: what is left of it is not what an erasure vouches for.",
                        );
                    }
                    let sum = self.sums.entry(entry.payment).or_default();
                    *sum = sum.saturating_add(entry.amount_minor);
                    series
                        .entry(entry.device.to_string())
                        .or_default()
                        .push(entry);
                }
                Err(error) => self.add(
                    "ledger-chain",
                    Some(id),
                    format!("This row of the ledger cannot be read: {error}"),
                ),
            }
            Ok(())
        })?;
        for (device, mut entries) in series {
            entries.sort_by_key(|entry| entry.number);
            for found in verify_chain(&entries) {
                let (record, what) = trail::told(&found);
                self.add("ledger-chain", record, format!("{device}: {what}"));
            }
        }
        Ok(rows)
    }

    /// The audit trail, against what this desktop has ever seen of it. Answers how many rows there are.
    /// And what erasures vouch for of the ledger.
    fn audit(
        &mut self,
        server: &Server,
        heads: &[SeriesTail],
    ) -> Result<(u64, HashSet<String>), WorkflowError> {
        let mut chains: BTreeMap<String, Vec<AuditEvent>> = BTreeMap::new();
        let (mut rows, mut unread) = (0, Vec::new());
        each(server, Source::Audit, |document| {
            rows += 1;
            let id = document.get_str("_id").unwrap_or_default().to_owned();
            match bson::deserialize_from_document::<AuditEvent>(document) {
                Ok(event) => chains
                    .entry(event.actor.device.to_string())
                    .or_default()
                    .push(event),
                Err(error) => unread.push((id, error.to_string())),
            }
            Ok(())
        })?;
        let mut found = Vec::new();
        let standing = Standing {
            whole: true,
            in_order: false,
        };
        let mut walk = Trail::new(standing, |record, message| found.push((record, message)));
        for events in chains.values_mut() {
            events.sort_by_key(|event| event.chain.as_ref().map(|seal| seal.number));
            for event in events.iter() {
                walk.take(event, 0, true);
            }
        }
        let vouchers = walk.finish(
            heads,
            |id| self.owners.get(&id).copied(),
            |person| self.erased.contains(&person),
        );
        for (record, message) in found {
            self.add("audit-chain", record, message);
        }
        for (id, error) in unread {
            let message = format!("This row of the audit trail cannot be read: {error}");
            self.add("audit-chain", Some(id), message);
        }
        Ok((rows, vouchers))
    }

    /// Σ ledger of a payment = captured − refunded.
    fn payments(
        &mut self,
        server: &Server,
        people: &HashSet<ObjectId>,
        courses: &HashSet<ObjectId>,
        enrollments: &HashSet<ObjectId>,
    ) -> Result<u64, WorkflowError> {
        let references = [
            ("user", people),
            ("course", courses),
            ("enrollment", enrollments),
        ];
        let mut count = 0;
        each(
            server,
            Source::Documents(Collection::Payments),
            |document| {
                count += 1;
                let Ok(id) = document.get_object_id("_id") else {
                    return Ok(());
                };
                self.refer(Collection::Payments, id, &document, &references);
                match bson::deserialize_from_document::<Payment>(document) {
                    Ok(payment) => {
                        let booked = self.sums.remove(&payment.id).unwrap_or_default();
                        let should = payment.refundable()?.minor;
                        if booked != should {
                            self.add(
                            "ledger-sum",
                            Some(id.to_hex()),
                            format!("The ledger books {booked} minor units, the payment says {should}."),
                        );
                        }
                    }
                    Err(error) => self.add(
                        "state",
                        Some(id.to_hex()),
                        format!("This payment cannot be read: {error}"),
                    ),
                }
                Ok(())
            },
        )?;
        let orphans: Vec<PaymentId> = self.sums.drain().map(|(payment, _)| payment).collect();
        for payment in orphans {
            self.add(
                "reference",
                Some(payment.to_hex()),
                "The ledger books on a payment that is not there.",
            );
        }
        Ok(count)
    }
}

fn each(
    server: &Server,
    source: Source,
    mut seen: impl FnMut(Document) -> Result<(), WorkflowError>,
) -> Result<(), WorkflowError> {
    let slice = whole(source);
    let mut after = None;
    loop {
        let page = server.page(&slice, after.as_ref(), PAGE).map_err(refused)?;
        if page.is_empty() {
            return Ok(());
        }
        after = page.last().and_then(|last| last.get("_id")).cloned();
        for document in page {
            seen(document)?;
        }
    }
}
