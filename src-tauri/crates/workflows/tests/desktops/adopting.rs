//! A database a Mongoose program of the seed schema filled: its payments are taken into the ledger, and from
//! then on they are payments like any other.

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use domain::Collection;
use remote::port::{Filter, Port, Slice, Source, View};
use testkit::{Mongod, mongod::fresh_name};
use vault::Vault;
use workflows::{
    SystemClock, SystemIds,
    accounts::{Keys, Workspace},
    dto::ById,
    operations::server::{
        ADOPT_PAYMENTS, COUNTERS,
        dto::{MaintenanceOutcome, RunMaintenance, ServerAddress},
        maintenance_run, server_health, verify_server,
    },
    payments::{self, dto::AskRefund},
    reporting::{
        self,
        dto::{ReportArgs, ReportName},
    },
};

use super::{
    bare::Bare,
    ground::{Seat, founded},
};

fn id(kind: u8, n: u8) -> ObjectId {
    ObjectId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind, n])
}

fn day(n: i64) -> DateTime {
    DateTime::from_millis(1_735_725_600_000 + n * 86_400_000)
}

fn saved(mut document: Document, n: i64) -> Document {
    document.extend(doc! { "createdAt": day(n), "updatedAt": day(n), "__v": 0 });
    document
}

/// Four students, each with a payment of 40 pounds: paid, given back in part, given back whole, and given
/// back whole by a program that kept no row of it; and one that never came.
fn filled_by_mongoose(bare: &Bare) {
    let insert = |collection: &str, document: Document, n: i64| {
        bare.insert(collection, saved(document, n)).unwrap();
    };
    insert(
        "users",
        doc! { "_id": id(1, 99), "name": "Tom Teacher", "email": "tom@example.org", "role": "instructor", "status": "active" },
        0,
    );
    insert(
        "courses",
        doc! {
            "_id": id(2, 1), "title": "Old course", "slug": "old-course", "instructor": id(1, 99), "price": 40,
            "currency": "GBP", "status": "published", "isPublic": true, "enrollmentCount": 5,
        },
        1,
    );
    let back = |amount: f64, n: i64| {
        doc! {
            "_id": ObjectId::new(), "amount": amount, "reason": "unhappy", "refundId": "re_1",
            "refundedAt": day(n), "status": "succeeded",
        }
    };
    let payments = [
        ("completed", vec![]),
        ("partially_refunded", vec![back(10.0, 20), back(5.5, 21)]),
        ("refunded", vec![back(40.0, 22)]),
        ("refunded", vec![]),
        ("failed", vec![]),
    ];
    for (n, (status, refunds)) in (0_u8..).zip(payments) {
        insert(
            "users",
            doc! {
                "_id": id(1, n), "name": format!("Student {n}"), "email": format!("s{n}@example.org"),
                "role": "student", "status": "active",
            },
            2,
        );
        insert(
            "enrollments",
            doc! {
                "_id": id(3, n), "user": id(1, n), "course": id(2, 1),
                "status": match status { "refunded" => "refunded", "failed" => "pending", _ => "active" },
                "enrollmentDate": day(3),
                "payment": { "amount": 40, "currency": "GBP", "method": "stripe", "status": "completed" },
            },
            3,
        );
        let mut payment = doc! {
            "_id": id(4, n), "user": id(1, n), "course": id(2, 1), "enrollment": id(3, n), "amount": 40,
            "currency": "GBP", "method": "stripe", "status": status, "refunds": refunds,
            "provider": { "paymentIntentId": format!("pi_{n}"), "chargeId": format!("ch_{n}") },
        };
        if status != "failed" {
            payment.insert("paidAt", day(10 + i64::from(n)));
        }
        insert("payments", payment, 4);
    }
}

fn connected(mongod: &Mongod, database: &str, room: &tempfile::TempDir) -> Seat {
    let address = ServerAddress {
        uri: Some(mongod.uri(database)),
        ..ServerAddress::default()
    };
    let seat = founded(address, room);
    seat.send();
    let engine = seat.workspace.link().unwrap().engine();
    assert!(engine.initial(&mut |_| {}, &|| false).unwrap());
    seat
}

fn run(seat: &Seat, task: &str, dry_run: bool) -> MaintenanceOutcome {
    let args = RunMaintenance {
        task: task.to_owned(),
        dry_run,
    };
    maintenance_run(&seat.workspace, &seat.desk(), &seat.actor(), &args).unwrap()
}

fn revenue(seat: &Seat) -> String {
    let args = ReportArgs {
        name: ReportName::RevenueByMethod,
        from: Some("2025-01-01".to_owned()),
        to: Some("2025-12-31".to_owned()),
        course: None,
    };
    let report = reporting::report(&seat.desk(), &seat.actor(), &args).unwrap();
    serde_json::to_string(&report.totals).unwrap()
}

#[test]
fn payments_of_another_program_are_taken_into_the_ledger() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let database = fresh_name();
    let bare = Bare::at(&mongod.uri(&database), &database);
    filled_by_mongoose(&bare);
    let room = tempfile::tempdir().unwrap();
    let seat = connected(&mongod, &database, &room);
    let warned = |seat: &Seat| {
        let health = server_health(
            &seat.workspace,
            &seat.desk(),
            &seat.actor(),
            &workflows::dto::Nothing {},
        )
        .unwrap();
        health
            .warnings
            .iter()
            .any(|warning| warning.code == "unbooked-payments")
    };
    assert!(warned(&seat));
    assert!(!revenue(&seat).contains("16000"));

    // Looked at: nothing is written.
    let would = run(&seat, ADOPT_PAYMENTS, true);
    assert_eq!(would.count, 4, "{:?}", would.done);
    assert!(
        would.done.iter().any(|line| line.starts_with("4 charges")),
        "{:?}",
        would.done
    );
    assert!(
        would.done.iter().any(|line| line.starts_with("4 refunds")),
        "{:?}",
        would.done
    );
    assert_eq!(
        run(&seat, ADOPT_PAYMENTS, true).count,
        4,
        "it was only looked at"
    );

    let did = run(&seat, ADOPT_PAYMENTS, false);
    assert_eq!((did.count, &did.done), (4, &would.done));
    assert_eq!(run(&seat, ADOPT_PAYMENTS, false).count, 0, "once");
    assert!(!warned(&seat));
    run(&seat, COUNTERS, false);
    seat.until("the counters are here", |seat| {
        let course = seat
            .workspace
            .replica()
            .read(|reader| reader.document(Collection::Courses, id(2, 1)))
            .unwrap();
        course.is_some_and(|course| {
            let count = course.get("enrollmentCount");
            count == Some(&Bson::Int32(3)) || count == Some(&Bson::Int64(3))
        })
    });
    let verified = verify_server(&seat.workspace, &seat.actor()).unwrap();
    assert!(verified.findings.is_empty(), "{:?}", verified.findings);
    assert_eq!(verified.ledger_rows, 8);
    let here =
        workflows::operations::verify(&seat.desk(), &seat.actor(), workflows::dto::Nothing {})
            .unwrap();
    // What that program left untold of enrollments is not this one's to make up.
    let money: Vec<_> = here
        .findings
        .iter()
        .filter(|finding| finding.check != "state")
        .collect();
    assert!(money.is_empty(), "{money:?}");

    // Rows as the money moved.
    let ledger = Slice {
        source: Source::Ledger,
        filter: Filter::All,
        view: View::Whole,
    };
    let rows = seat.server().page(&ledger, None, 100).unwrap();
    let of = |n: u8| -> Vec<(i64, DateTime)> {
        let mut rows: Vec<_> = rows
            .iter()
            .filter(|row| row.get("payment") == Some(&Bson::ObjectId(id(4, n))))
            .map(|row| {
                (
                    row.get_i64("amountMinor").unwrap(),
                    *row.get_datetime("occurredAt").unwrap(),
                )
            })
            .collect();
        rows.sort_by_key(|(_, at)| *at);
        rows
    };
    assert_eq!(of(0), [(4_000, day(10))]);
    assert_eq!(
        of(1),
        [(4_000, day(11)), (-1_000, day(20)), (-550, day(21))]
    );
    assert_eq!(of(2), [(4_000, day(12)), (-4_000, day(22))]);
    assert_eq!(of(3).len(), 2);
    assert!(of(4).is_empty());
    let told = revenue(&seat);
    assert!(told.contains("16000"), "{told}");

    // And from now on it is a payment like any other.
    let by = ById {
        id: id(4, 0).to_hex(),
    };
    let before = payments::payment(&seat.desk(), &seat.actor(), by.clone()).unwrap();
    let refund = AskRefund {
        id: by.id.clone(),
        rev: before.rev,
        amount_minor: 1_000,
        reason: "late, and unhappy".to_owned(),
    };
    let after = payments::refund_ask(&seat.desk(), &seat.actor(), refund).unwrap();
    assert!(after.rev > before.rev);
    seat.send();
    let verified = verify_server(&seat.workspace, &seat.actor()).unwrap();
    assert!(verified.findings.is_empty(), "{:?}", verified.findings);
}

/// The name of the server can be looked up nowhere: that is no reason to say less than that it is not well.
#[test]
fn a_server_whose_name_is_not_known_is_unhealthy() {
    let Some(mongod) = Mongod::start(&[]) else {
        return;
    };
    let room = tempfile::tempdir().unwrap();
    let seat = connected(&mongod, &fresh_name(), &room);
    let elsewhere = "mongodb+srv://nobody.invalid/school?serverSelectionTimeoutMS=500";
    seat.vault
        .set(
            "server-uri",
            &vault::Secret::new(elsewhere.as_bytes().to_vec()),
        )
        .unwrap();
    let dir = room.path().join("office");
    let keys = Keys::Vault(seat.vault.clone());
    let actor = seat.actor();
    drop(seat.workspace);
    let workspace = Workspace::open(&dir, &keys).unwrap();
    let desk = workspace.desk(&SystemClock, &SystemIds);
    let health = server_health(&workspace, &desk, &actor, &workflows::dto::Nothing {}).unwrap();
    assert_eq!(
        (health.status.as_str(), health.database.as_str()),
        ("unhealthy", "school")
    );
    assert!(health.error.is_some());
}
