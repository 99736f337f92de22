//! Many writers at once, and what must never go two ways.

use std::sync::Barrier;

use bson::Bson;
use domain::{Code, Collection, Guard, Role, UserId, change::Patch};
use remote::port::{Outcome, Port};

use crate::{fixtures::*, world::ServerWorld};

/// Two administrators take each other's role at the same moment: one of them stays one.
#[test]
fn the_last_administrator_stays_whoever_is_faster() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    for round in 0..10 {
        let pair = [0, 1].map(|n| {
            person(
                &format!("Admin {n}"),
                &format!("admin{n}.{round}@example.org"),
                Role::Admin,
            )
        });
        for admin in &pair {
            add_person(&world, admin);
        }
        let demote = |who: UserId| {
            change_set("user.role-changed", Collection::Users, who)
                .guard(Guard::OtherAdmin { except: who })
                .patch(
                    Collection::Users,
                    who,
                    Patch::new().set("role", "admin", "instructor"),
                )
        };
        let start = Barrier::new(2);
        let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
            let racers: Vec<_> = pair
                .iter()
                .map(|admin| {
                    let (set, start, server) = (demote(admin.id), &start, &world.server);
                    scope.spawn(move || {
                        start.wait();
                        server.commit(&set).unwrap()
                    })
                })
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap())
                .collect()
        });
        let applied = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::Applied(_)))
            .count();
        let kept = outcomes
            .iter()
            .filter(|outcome| {
                matches!(outcome, Outcome::Missed { refusal, .. } if refusal.code == Code::LastAdmin)
            })
            .count();
        assert_eq!((applied, kept), (1, 1), "round {round}: {outcomes:?}");
        // The next round begins without an administrator.
        for admin in &pair {
            world.apply(
                &change_set("user.role-changed", Collection::Users, admin.id).patch(
                    Collection::Users,
                    admin.id,
                    Patch::new().put("role", "instructor"),
                ),
            );
        }
    }
}

/// Twenty writers refund one payment without touching its document: the ledger alone holds them.
#[test]
fn refunds_never_exceed_what_came_in_though_the_payment_is_not_written() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    let school = school(&world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let start = Barrier::new(20);
    let made: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..20)
            .map(|n| {
                let (world, payment, start) = (&world, &payment, &start);
                scope.spawn(move || {
                    // Each from a desktop of its own, so that no series stands between them.
                    let desk = domain::DeviceId::new(format!("D{n}")).unwrap();
                    let mut set = refunding(payment, 900, &world.tail(&desk));
                    set.changes
                        .retain(|change| matches!(change, domain::Change::Ledger { .. }));
                    start.wait();
                    usize::from(world.authority().commit(&set).is_ok())
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(made, 11);
    let left: i64 = world
        .ledger(payment.id)
        .iter()
        .map(|row| row.amount_minor)
        .sum();
    assert_eq!(left, 100);
}

/// What a patch was computed from must still be so, whoever wrote in between.
#[test]
fn a_patch_computed_from_an_old_value_misses_and_names_the_field() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    let school = school(&world);
    let rename = |from: &str, to: &str| {
        change_set("user.renamed", Collection::Users, school.student).patch(
            Collection::Users,
            school.student,
            Patch::new().set("name", from, to),
        )
    };
    world.apply(&rename("Ada Lovelace", "Ada King"));
    let late = rename("Ada Lovelace", "Ada Byron");
    let Outcome::Missed {
        refusal, current, ..
    } = world.server.commit(&late).unwrap()
    else {
        panic!("the old value must be noticed");
    };
    assert_eq!(
        (refusal.code, refusal.field.as_deref()),
        (Code::Stale, Some("name"))
    );
    let name = current[0].document.as_ref().unwrap().get("name");
    assert_eq!(name, Some(&Bson::from("Ada King")), "with what it is now");
}

/// A Mongoose program gives money back in the payment's document, and knows no ledger. What is left by the
/// document is all that can be given back here, though the ledger has more.
#[test]
fn a_refund_another_program_gave_counts_against_what_is_left() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    let school = school(&world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let whole = payment.amount().unwrap().minor;
    // Decided upon what this desktop has seen.
    let late = refunding(&payment, whole * 6 / 10, &world.tail(&device()));
    let mut document = world.document(Collection::Payments, payment.id.0).unwrap();
    let theirs = bson::doc! {
        "_id": bson::oid::ObjectId::new(), "amount": payment.amount().unwrap().to_double() * 0.6, "status": "succeeded",
    };
    document.insert("refunds", vec![theirs]);
    world
        .server
        .put_all(domain::Source::Documents(Collection::Payments), &[document])
        .unwrap();
    let Outcome::Missed { refusal, .. } = world.server.commit(&late).unwrap() else {
        panic!("more would be given back than was paid");
    };
    assert_eq!(refusal.code, Code::Amount);
    let fits = refunding(&payment, whole * 4 / 10, &world.tail(&device()));
    let outcome = world.server.commit(&fits).unwrap();
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
}

/// A charge is booked once, whatever number it comes under: two programs may take over the same payment.
#[test]
fn a_payment_is_charged_no_more_than_its_amount() {
    let Some(world) = ServerWorld::new() else {
        return;
    };
    let school = school(&world);
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let minor = payment.amount().unwrap().minor;
    let again = change_set("payment.taken-over", Collection::Payments, payment.id);
    let row = entry(
        again.op,
        &payment,
        domain::ledger::EntryKind::Charge,
        minor,
        &world.tail(&device()),
    );
    let again = again
        .patch(
            Collection::Payments,
            payment.id,
            Patch::new().put("description", "again"),
        )
        .ledger(row);
    let Outcome::Missed { refusal, .. } = world.server.commit(&again).unwrap() else {
        panic!("it was booked already");
    };
    assert_eq!(refusal.code, Code::Stale);
}
