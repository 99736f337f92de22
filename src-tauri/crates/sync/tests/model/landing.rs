//! What comes from the server in an order that could make an older document stay, and values two documents
//! claim.

use std::sync::Arc;

use bson::{Bson, doc};
use domain::{Collection, Source};
use replica::Batch;
use testkit::model::{ModelServer, Mongoose};

use crate::{
    case::{Case, NOW, case, case_on, users},
    desktop::Desktop,
    institution::{STUDENTS, id},
    meanwhile::Meanwhile,
    schedule::at,
};

/// A case whose line is one on which something may happen in between.
fn between() -> (Case, Arc<Meanwhile>) {
    let mut case = case();
    let line = Meanwhile::on(&case.line);
    case.desk = Desktop::new(
        case.folder.path(),
        case.desk.name.clone(),
        line.clone(),
        case.clock(),
        9,
    );
    (case.fetched(), line)
}

#[test]
fn an_answer_that_arrives_late_leaves_the_newer_document() {
    let (case, line) = between();
    let mongoose = Mongoose::beside(&case.server, 0);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Mine")));
    let engine = Arc::clone(case.engine());
    line.after_commit(move || {
        mongoose.save(Collection::Users, id(STUDENTS[0]), "name", "Theirs, after");
        engine.pull_once(NOW).unwrap();
    });
    case.settle();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Theirs, after");
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Theirs, after");
}

/// Lost history number 187 found it: the heads of both versions are the same, so no comparison tells them apart.
#[test]
fn what_somebody_wrote_in_the_same_millisecond_is_here_after_the_history_was_lost() {
    let case = case().fetched();
    let mongoose = Mongoose::beside(&case.server, 0);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Mine")));
    case.settle();
    mongoose.save(Collection::Users, id(STUDENTS[0]), "favouriteColour", "red");
    case.server.forget_history();
    case.settle();
    let ours = case.desk.here(Collection::Users, id(STUDENTS[0])).unwrap();
    assert_eq!(ours.get_str("name").unwrap(), "Mine");
    assert_eq!(ours.get_str("favouriteColour").unwrap(), "red");
}

/// Two programs beside this desktop in one millisecond, the first told of, the second not: the program may end
/// before everything was compared.
#[test]
fn two_others_in_one_millisecond_are_told_apart_after_the_history_was_lost() {
    let mut case = case().fetched();
    case.pass(10);
    let (one, other) = (
        Mongoose::beside(&case.server, 0),
        Mongoose::beside(&case.server, 0),
    );
    one.save(Collection::Users, id(STUDENTS[0]), "name", "First");
    case.settle();
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "First");
    other.save(Collection::Users, id(STUDENTS[0]), "favouriteColour", "red");
    case.server.forget_history();
    case.desk.pull();
    case.desk.restart();
    case.settle();
    let ours = case.desk.here(Collection::Users, id(STUDENTS[0])).unwrap();
    assert_eq!(ours.get_str("name").unwrap(), "First");
    assert_eq!(ours.get_str("favouriteColour").unwrap(), "red");

    // What was compared is not fetched again by the next comparison.
    let (_, before) = case.server.load();
    case.engine().sweep().unwrap();
    let (_, after) = case.server.load();
    assert_eq!(before, after, "documents fetched for nothing");
}

#[test]
fn what_a_missed_guard_told_of_leaves_the_newer_document() {
    let (case, line) = between();
    let mongoose = Mongoose::beside(&case.server, 0);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Mine")));
    mongoose.save(Collection::Users, id(STUDENTS[0]), "name", "Theirs");
    let engine = Arc::clone(case.engine());
    line.after_commit(move || {
        mongoose.save(Collection::Users, id(STUDENTS[0]), "favouriteColour", "red");
        engine.pull_once(NOW).unwrap();
    });
    case.settle();
    let ours = case.desk.here(Collection::Users, id(STUDENTS[0])).unwrap();
    assert_eq!(ours.get_str("favouriteColour").unwrap(), "red");
}

#[test]
fn what_must_be_fetched_again_survives_a_failure_and_the_programs_end() {
    let (mut case, line) = between();
    let mongoose = Mongoose::beside(&case.server, 0);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Mine")));
    let engine = Arc::clone(case.engine());
    line.after_commit(move || {
        mongoose.save(Collection::Users, id(STUDENTS[0]), "name", "Theirs, after");
        engine.pull_once(NOW).unwrap();
    });
    assert!(case.desk.push());
    line.fail_fetch_after(0);
    assert!(case.engine().pull_once(NOW).is_err());
    case.desk.restart();
    case.settle();
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Theirs, after");
}

#[test]
fn a_fetch_that_fails_in_the_middle_loses_nothing_of_the_rest() {
    let (case, line) = between();
    let mongoose = Mongoose::beside(&case.server, 0);
    for n in [STUDENTS[0], STUDENTS[1]] {
        let mongoose = mongoose.clone();
        assert!(case.desk.commit(&case.rename(n, "Mine")));
        let engine = Arc::clone(case.engine());
        line.after_commit(move || {
            mongoose.save(Collection::Users, id(n), "name", "Theirs, after");
            engine.pull_once(NOW).unwrap();
        });
        assert!(case.desk.push());
    }
    // People are fetched first, then the rows of the trail.
    line.fail_fetch_after(1);
    assert!(case.engine().pull_once(NOW).is_err());
    case.settle();
    for n in [STUDENTS[0], STUDENTS[1]] {
        assert_eq!(case.name_here(n).unwrap(), "Theirs, after");
    }
    let unsealed = case
        .desk
        .replica()
        .read(|reader| reader.documents_after(Source::Audit, None, 100))
        .unwrap();
    assert!(
        unsealed.iter().all(|row| row.contains_key("chain")),
        "{unsealed:?}"
    );
}

#[test]
fn two_documents_with_one_value_do_not_displace_each_other_for_ever() {
    let case = case();
    let payments = Source::Documents(Collection::Payments);
    let twin = |n: u32| {
        doc! {
            "_id": id(n), "user": id(STUDENTS[0]), "course": id(31), "amount": 10.0, "currency": "GBP",
            "method": "stripe", "status": "completed", "provider": { "chargeId": "ch_1" },
            "createdAt": at(0), "updatedAt": at(0),
        }
    };
    case.server.fill(payments, [twin(6001), twin(6002)]);
    let case = case.fetched();
    case.settle();
    let (calls, _) = case.server.load();
    for _ in 0..5 {
        assert!(!case.desk.pull(), "it does not come to rest");
    }
    let (after, _) = case.server.load();
    assert!(after - calls <= 10, "{} calls for nothing", after - calls);
    assert_eq!(case.held(payments), 2);
    let aside = case.aside();
    assert_eq!(aside.len(), 1, "{aside:?}");
    let loser = aside[0].id.as_object_id().unwrap();
    let winner = if loser == id(6001) {
        id(6002)
    } else {
        id(6001)
    };
    Mongoose::beside(&case.server, 0).save(
        Collection::Payments,
        winner,
        "provider",
        doc! { "chargeId": "ch_2" },
    );
    case.settle();
    assert!(case.aside().is_empty(), "mended, it comes in by itself");
    assert!(case.desk.here(Collection::Payments, loser).is_some());
}

#[test]
fn what_was_booked_long_before_it_was_sent_is_found_by_the_next_poll() {
    let server = ModelServer::polled(at(0));
    let case = case_on(server).fetched();
    let late = crate::case::desktop(&case.folder, 1, &case.line, &case.time);
    assert!(late.engine().initial(&mut |_| {}, &|| false).unwrap());
    let set = late.renamed(STUDENTS[0], "Late");
    assert!(late.commit(&set));
    // It is away for hours, while this one polls on.
    for _ in 0..10 {
        case.pass(1_000);
        case.settle();
    }
    assert!(late.push());
    case.pass(10);
    let swept = || {
        let checkpoint = case.desk.replica().read(|r| r.checkpoint(Source::Audit));
        checkpoint.unwrap().unwrap().sweep_at
    };
    let before = swept();
    case.desk.pull();
    assert_eq!(before, swept(), "not by comparing");
    let there = case
        .desk
        .replica()
        .read(|reader| reader.missing(Source::Audit, &[Bson::from(set.op.to_string())]))
        .unwrap();
    assert!(there.is_empty(), "its row of the trail is here");
    assert_eq!(case.held(users()), 7);
}

#[test]
fn sessions_of_a_web_server_are_none_of_ours_and_broken_ones_of_ours_are_told() {
    let sessions = Source::Documents(Collection::Sessions);
    let case = case();
    let express = |n: u32| doc! { "_id": format!("sid-{n}"), "expires": at(60), "session": "{}" };
    let next = doc! { "_id": id(6_100), "sessionToken": "t", "userId": id(STUDENTS[0]), "expires": at(60) };
    case.server
        .fill(sessions, (0..700).map(express).chain([next.clone()]));
    let broken = [
        doc! { "_id": id(6_101), "user": id(STUDENTS[0]), "tokenHash": 12 },
        doc! { "_id": id(6_102), "user": "nobody", "sync": { "rev": 1_i64 } },
        doc! { "_id": "ours", "tokenHash": "a".repeat(64) },
    ];
    case.server.fill(sessions, broken);
    let case = case.fetched();
    case.settle();
    let aside = || -> Vec<String> {
        let rows = case.aside().into_iter();
        rows.map(|row| row.id.to_string()).collect()
    };
    let told = aside();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(case.held(sessions), 3);

    // One that comes later, by the history.
    case.server.fill(sessions, [express(1_000)]);
    case.settle();
    assert_eq!(aside(), told);

    // What an older version of this program kept aside goes with the next comparison.
    case.desk
        .replica()
        .receive(Batch {
            documents: vec![(sessions, express(1)), (sessions, next)],
            ..Batch::default()
        })
        .unwrap();
    assert_eq!(aside().len(), 5);
    case.engine().sweep().unwrap();
    assert_eq!(aside(), told);
}
