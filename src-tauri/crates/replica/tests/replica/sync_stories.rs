//! A replica beside a server: what waits stays on the screen, what comes in is taken over under it, and
//! in the end both have the same.

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{
    ChangeSet, Code, Collection, Offline, OpId, Refusal, Role, Source, change::Patch,
    ledger::verify_chain, source::Standing,
};
use replica::{Batch, Checkpoint, Mode, NewConflict, QueueState, Received, Replica, Settled};

use crate::{file::raw, fixtures::*};

/// A school the server has too: everything was acknowledged.
pub(crate) fn beside_a_server() -> (LocalWorld, School) {
    let world = LocalWorld::new();
    let school = school(&world);
    world.replica.attach().unwrap();
    (world, school)
}

pub(crate) fn users(document: Document) -> Batch {
    documents(Collection::Users, [document])
}

pub(crate) fn documents(
    collection: Collection,
    found: impl IntoIterator<Item = Document>,
) -> Batch {
    Batch {
        documents: found
            .into_iter()
            .map(|document| (Source::Documents(collection), document))
            .collect(),
        ..Batch::default()
    }
}

fn get(world: &LocalWorld, collection: Collection, id: impl Into<ObjectId>) -> Document {
    world.document(collection, id.into()).unwrap()
}

/// What the server would have after taking the change set: the view itself.
pub(crate) fn standings(world: &LocalWorld, set: &ChangeSet) -> Vec<Standing> {
    set.changes
        .iter()
        .filter_map(|change| match change {
            domain::Change::Insert {
                collection,
                document,
            } => Some((*collection, document.get_object_id("_id").unwrap())),
            domain::Change::Patch { collection, id, .. }
            | domain::Change::Delete { collection, id } => Some((*collection, *id)),
            domain::Change::Ledger { .. } => None,
        })
        .map(|(collection, id)| Standing {
            collection,
            id,
            document: world.document(collection, id),
        })
        .collect()
}

fn due(world: &LocalWorld) -> Vec<OpId> {
    world
        .replica
        .read(|reader| reader.outbox_due(at(0), 100))
        .unwrap()
        .into_iter()
        .map(|row| row.change_set.op)
        .collect()
}

pub(crate) fn agrees(replica: &Replica) {
    let mut found = replica.read(|reader| reader.differences()).unwrap();
    // The fixtures' students pay without their enrollment saying so.
    found.retain(|difference| difference.check != "enrollment.payment");
    assert_eq!(
        found,
        [],
        "every count, sum, column and view is what it is taken from"
    );
}

fn renaming(id: impl Into<ObjectId>, from: &str, to: &str) -> ChangeSet {
    let id = id.into();
    change_set("user.renamed", Collection::Users, id).patch(
        Collection::Users,
        id,
        Patch::new().set("name", from, to),
    )
}

#[test]
fn what_waits_stays_on_top_of_what_comes_in() {
    let (world, school) = beside_a_server();
    let server = get(&world, Collection::Users, school.student);
    let mine = renaming(school.student, "Ada Lovelace", "Ada King");
    world.apply(&mine);
    // Somebody else's change of another field arrives before mine is sent.
    let mut theirs = server.clone();
    theirs.insert("bioOfAnotherProgram", "countess");
    let received = world.replica.receive(users(theirs.clone())).unwrap();
    assert_eq!(received.dirty, []);
    let view = get(&world, Collection::Users, school.student);
    assert_eq!(view.get_str("name").unwrap(), "Ada King");
    assert_eq!(view.get_str("bioOfAnotherProgram").unwrap(), "countess");
    world
        .replica
        .read(|reader| {
            assert_eq!(
                reader.server_version(Collection::Users, school.student)?,
                Some(theirs.clone())
            );
            assert_eq!(
                reader.pending_for(Collection::Users, school.student)?.len(),
                1
            );
            assert!(
                reader
                    .pending_ids(Collection::Users)?
                    .contains(&school.student.0)
            );
            Ok(())
        })
        .unwrap();
    agrees(&world.replica);
    // The server takes mine.
    let standing = Standing {
        collection: Collection::Users,
        id: school.student.0,
        document: Some(view.clone()),
    };
    world
        .replica
        .acknowledge(mine.op, std::slice::from_ref(&standing))
        .unwrap();
    assert_eq!(get(&world, Collection::Users, school.student), view);
    assert_eq!(
        world.replica.acknowledge(mine.op, &[standing]).unwrap(),
        Received::default(),
        "the same again changes nothing"
    );
    assert_eq!(
        world.replica.receive(users(view)).unwrap(),
        Received::default(),
        "nor does the pull that follows"
    );
    world
        .replica
        .read(|reader| {
            assert!(reader.pending_ids(Collection::Users)?.is_empty());
            assert_eq!(reader.queue_counts()?.waiting, 0);
            Ok(())
        })
        .unwrap();
    agrees(&world.replica);
}

#[test]
fn what_was_given_up_is_undone() {
    let (world, school) = beside_a_server();
    let before = get(&world, Collection::Users, school.student);
    let mine = renaming(school.student, "Ada Lovelace", "Ada King");
    world.apply(&mine);
    let reason = Refusal::new(Code::Forbidden, "The login may not do this.");
    world.replica.bury(mine.op, &reason).unwrap();
    let behind = renaming(school.student, "Ada King", "Ada Byron");
    world.apply(&behind);
    world
        .replica
        .read(|reader| {
            let queue = reader.queue(10)?;
            assert_eq!(queue[0].state, QueueState::Dead);
            assert_eq!(queue[0].reason.as_ref(), Some(&reason));
            assert_eq!(queue[1].state, QueueState::Blocked { by: mine.op });
            assert_eq!(reader.queue_counts()?.dead, 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(due(&world), [], "what relies on it waits");
    assert!(world.replica.revive(mine.op).unwrap());
    assert_eq!(due(&world), [mine.op]);
    assert!(world.replica.mark_inflight(mine.op).unwrap());
    world.replica.discard(mine.op, None).unwrap_err();
    assert_eq!(due(&world), [], "it is on its way");
    assert_eq!(world.replica.recover_outbox().unwrap(), 1);
    let mut marker = change_set("change.given-up", Collection::Users, school.student);
    marker.at = at(5);
    world.replica.discard(behind.op, None).unwrap();
    world.replica.discard(mine.op, Some(&marker)).unwrap();
    assert_eq!(get(&world, Collection::Users, school.student), before);
    let told = world
        .replica
        .read(|reader| reader.timeline(Collection::Users, school.student, None, 10))
        .unwrap();
    assert_eq!(told[0].event.op, marker.op);
    assert!(told.iter().all(|row| row.event.op != mine.op));
    assert_eq!(due(&world), [marker.op]);
    agrees(&world.replica);
    assert_eq!(world.replica.integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn money_waits_in_the_order_of_its_series_and_is_never_given_up() {
    let (world, school) = beside_a_server();
    let other = person("Bo", "bo@example.org", Role::Student);
    add_person(&world, &other);
    let (first, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&first);
    let (second, _) = enrolled_and_paid(other.id, school.course, &world.tail(&device()));
    world.apply(&second);
    let ops = due(&world);
    assert!(ops.contains(&first.op));
    assert!(!ops.contains(&second.op), "the series is sent in its order");
    let refused = world.replica.discard(first.op, None).unwrap_err();
    assert_eq!(refused.refusal().unwrap().code, Code::WrongState);
    assert_eq!(world.ledger(payment.id).len(), 1);
    let set = first.clone();
    let standings = standings(&world, &set);
    let received = world.replica.acknowledge(first.op, &standings).unwrap();
    assert_eq!(received.dirty, [audit_row(first.op)]);
    assert!(
        !due(&world).contains(&second.op),
        "its person was not acknowledged"
    );
    let mut online = renaming(other.id, "Bo", "Boris");
    online.offline = Offline::OnlineOnly;
    let refused = world.replica.commit(&online).unwrap_err();
    assert_eq!(refused.refusal().unwrap().code, Code::OnlineOnly);
    agrees(&world.replica);
}

#[test]
fn a_series_that_moved_on_gives_new_numbers() {
    let (world, school) = beside_a_server();
    let other = person("Bo", "bo@example.org", Role::Student);
    add_person(&world, &other);
    let fresh = world.tail(&device());
    let (first, paid) = enrolled_and_paid(school.student, school.course, &fresh);
    world.apply(&first);
    let (second, paid_later) = enrolled_and_paid(other.id, school.course, &world.tail(&device()));
    world.apply(&second);
    // The file was restored from yesterday's copy: the server has rows 1 of this device.
    let elsewhere = person("Cy", "cy@example.org", Role::Student);
    let (on_server, of_server) = enrolled_and_paid(elsewhere.id, school.course, &fresh);
    let row = to_document(on_server.ledger_entry().unwrap());
    let mut batch = documents(Collection::Payments, [to_document(&of_server)]);
    batch.documents.push((Source::Ledger, row.clone()));
    let received = world.replica.receive(batch).unwrap();
    assert_eq!(received.dirty, []);
    let rows = rows(&world.replica);
    assert_eq!(rows.len(), 3);
    assert_eq!(verify_chain(&rows), []);
    let number = |payment: &domain::payment::Payment| {
        get(&world, Collection::Payments, payment.id)
            .get_str("receiptNumber")
            .unwrap()
            .to_owned()
    };
    assert_eq!(number(&of_server), "R-DESK1-000001");
    assert_eq!(number(&paid), "R-DESK1-000002");
    assert_eq!(number(&paid_later), "R-DESK1-000003");
    assert_eq!(world.tail(&device()).last, 3);
    let queued = world
        .replica
        .read(|reader| reader.queued(second.op))
        .unwrap()
        .unwrap();
    assert_eq!(queued.change_set.ledger_entry(), Some(&rows[2]));
    assert!(queued.change_set.guards.iter().any(
        |guard| matches!(guard, domain::Guard::Series { next: 3, prev, .. } if *prev == rows[1].hash)
    ));
    // The server says it is further still.
    let mut tail = world.tail(&device());
    (tail.last, tail.hash) = (9, "f".repeat(64));
    assert_eq!(world.replica.rechain(&tail).unwrap().0, 2);
    assert_eq!(number(&paid), "R-DESK1-000010");
    assert_eq!(number(&paid_later), "R-DESK1-000011");
    assert_eq!(world.replica.rechain(&tail).unwrap().0, 0);
}

fn rows(replica: &Replica) -> Vec<domain::ledger::LedgerEntry> {
    let mut rows = Vec::new();
    replica
        .read(|reader| {
            reader.ledger_rows(|row| {
                rows.push(row);
                Ok(())
            })
        })
        .unwrap();
    rows
}

#[test]
fn a_change_set_is_replaced_with_its_money() {
    let (world, school) = beside_a_server();
    let other = person("Bo", "bo@example.org", Role::Student);
    add_person(&world, &other);
    let (first, _) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&first);
    let (second, _) = enrolled_and_paid(other.id, school.course, &world.tail(&device()));
    world.apply(&second);
    let mut again = first.clone();
    for change in &mut again.changes {
        if let domain::Change::Ledger { entry } = change {
            let mut row = (**entry).clone();
            row.note = Some("booked anew".to_owned());
            **entry = row.sealed();
        }
    }
    let card = NewConflict {
        op: first.op,
        collection: Collection::Courses,
        id: school.course.0,
        path: "title".to_owned(),
        kind: "field".to_owned(),
        base: Bson::Null,
        mine: Bson::String("mine".to_owned()),
        theirs: Bson::Int64(3),
        at: at(3),
    };
    world
        .replica
        .replace(&again, std::slice::from_ref(&card))
        .unwrap();
    let rows = rows(&world.replica);
    assert_eq!(verify_chain(&rows), []);
    assert_eq!(rows[0].note.as_deref(), Some("booked anew"));
    assert_eq!(rows[1].prev, rows[0].hash);
    let cards = world.replica.read(|reader| reader.conflicts(10)).unwrap();
    assert_eq!(cards[0].card, card);
    let settled = |how| {
        world
            .replica
            .settle_conflict(cards[0].number, how, at(4))
            .unwrap()
    };
    assert!(settled(Settled::Mine));
    assert!(!settled(Settled::Theirs));
    let mut penniless = again.clone();
    penniless
        .changes
        .retain(|change| !matches!(change, domain::Change::Ledger { .. }));
    let refused = world.replica.replace(&penniless, &[]).unwrap_err();
    assert_eq!(refused.refusal().unwrap().code, Code::WrongState);
    agrees(&world.replica);
}

#[test]
fn two_stale_versions_that_claim_one_value_come_to_an_end() {
    let (world, school) = beside_a_server();
    let (one, other) = (school.student, school.instructor);
    for (id, from) in [(one, "Ada Lovelace"), (other, "Grace Hopper")] {
        let held = get(&world, Collection::Users, id);
        world.apply(&renaming(
            id,
            held.get_str("name").unwrap_or(from),
            "Renamed",
        ));
    }
    // Both have something waiting, and on the server the address went from one to the other and is not
    // there yet with one of them.
    let claims = |id| {
        let mut document = world
            .replica
            .read(|reader| reader.server_version(Collection::Users, ObjectId::from(id)))
            .unwrap()
            .unwrap();
        document.insert("email", "same@example.org");
        document
    };
    let (first, second) = (claims(one), claims(other));
    world.replica.receive(users(first)).unwrap();
    let received = world.replica.receive(users(second.clone())).unwrap();
    assert_eq!(
        received.dirty,
        [(
            Source::Documents(Collection::Users),
            Bson::ObjectId(one.into())
        )],
        "what made way is fetched again"
    );
    assert_eq!(
        get(&world, Collection::Users, other)
            .get_str("email")
            .unwrap(),
        "same@example.org"
    );
    // It comes with an address of its own, and everything shows.
    let mut newest = second;
    newest.insert("_id", ObjectId::from(one));
    newest.insert("email", "own@example.org");
    world.replica.receive(users(newest)).unwrap();
    assert_eq!(
        get(&world, Collection::Users, one)
            .get_str("email")
            .unwrap(),
        "own@example.org"
    );
    agrees(&world.replica);
}

#[test]
fn what_is_in_the_way_makes_room() {
    let (world, school) = beside_a_server();
    let mine = person("Bo", "bo@example.org", Role::Student);
    add_person(&world, &mine);
    // Somebody else took the address first, and the two people swapped theirs.
    let theirs = to_document(&person("Bob", "bo@example.org", Role::Student));
    let received = world.replica.receive(users(theirs.clone())).unwrap();
    assert_eq!(received.dirty, []);
    assert_eq!(world.document(Collection::Users, mine.id.0), None);
    assert!(
        due(&world).len() == 1,
        "the server will say what becomes of it"
    );
    let mut swapped = get(&world, Collection::Users, school.student);
    swapped.insert("email", "bo@example.org");
    let other = theirs.get_object_id("_id").unwrap();
    let received = world.replica.receive(users(swapped)).unwrap();
    assert_eq!(
        received.dirty,
        [(Source::Documents(Collection::Users), Bson::ObjectId(other))]
    );
    let mut moved = theirs;
    moved.insert("email", "bob@example.org");
    assert_eq!(world.replica.receive(users(moved)).unwrap().dirty, []);
    agrees(&world.replica);
    // When the address is free again, what waits is shown again.
    let mut away = get(&world, Collection::Users, school.student);
    away.insert("email", "ada@example.org");
    world.replica.receive(users(away)).unwrap();
    assert!(world.document(Collection::Users, mine.id.0).is_some());
    agrees(&world.replica);
}

#[test]
fn documents_arrive_in_any_order_and_some_cannot_be_read() {
    let origin = LocalWorld::new();
    let school = school(&origin);
    let (set, _) = enrolled_and_paid(school.student, school.course, &origin.tail(&device()));
    origin.apply(&set);
    let copy = LocalWorld::new();
    copy.replica.attach().unwrap();
    let mut sources = Source::ALL;
    sources.reverse();
    for source in sources {
        let found = origin
            .replica
            .read(|reader| reader.documents_after(source, None, 1000))
            .unwrap();
        let count = u64::try_from(found.len()).unwrap();
        let batch = Batch {
            documents: found
                .into_iter()
                .map(|document| (source, document))
                .collect(),
            checkpoints: vec![Checkpoint {
                source,
                mode: Mode::Stream,
                after: None,
                done: count,
                total: count,
                scope_hash: "all".to_owned(),
                watermark: None,
                sweep_at: None,
                as_of: Some(at(7)),
            }],
            token: Some("t1".to_owned()),
            ..Batch::default()
        };
        assert_eq!(copy.replica.receive(batch.clone()).unwrap().unreadable, []);
        assert_eq!(copy.replica.receive(batch).unwrap(), Received::default());
    }
    let prints = |world: &LocalWorld| world.replica.read(|reader| reader.fingerprints()).unwrap();
    assert_eq!(prints(&origin), prints(&copy));
    agrees(&copy.replica);
    let name: String = raw(&copy.path)
        .query_row(
            "SELECT user_name || course_title FROM enrollments",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(name, "Ada LovelaceCompilers");
    copy.replica
        .read(|reader| {
            assert_eq!(reader.resume_token()?.as_deref(), Some("t1"));
            assert_eq!(reader.checkpoints()?.len(), Source::ALL.len());
            let heads = reader.heads(Source::Documents(Collection::Users), None, 1)?;
            let rest =
                reader.heads(Source::Documents(Collection::Users), Some(&heads[0].id), 10)?;
            assert_eq!((heads.len(), rest.len()), (1, 1));
            assert_eq!(heads[0].rev, 1);
            Ok(())
        })
        .unwrap();
    // Another program writes what this one cannot read; then it is mended.
    let good = copy.document(Collection::Courses, school.course.0).unwrap();
    let mut bad = good.clone();
    bad.insert("status", "waitlisted-by-another-program");
    let received = copy
        .replica
        .receive(documents(Collection::Courses, [bad.clone()]))
        .unwrap();
    assert_eq!(received.unreadable.len(), 1);
    let aside = copy.replica.read(|reader| reader.unreadable(10)).unwrap();
    assert_eq!(aside[0].document, bad);
    let held = copy
        .replica
        .read(|reader| reader.heads(Source::Documents(Collection::Courses), None, 10))
        .unwrap();
    assert_eq!(held.len(), 1, "it need not be fetched again and again");
    copy.replica
        .receive(documents(Collection::Courses, [good]))
        .unwrap();
    assert!(
        copy.replica
            .read(|reader| reader.unreadable(10))
            .unwrap()
            .is_empty()
    );
    assert_eq!(prints(&origin), prints(&copy));
    agrees(&copy.replica);
}

#[test]
fn a_scope_that_shrinks_takes_rows_of_the_trails_too() {
    let (world, school) = beside_a_server();
    let (set, payment) = enrolled_and_paid(school.student, school.course, &world.tail(&device()));
    world.apply(&set);
    let stood = standings(&world, &set);
    world
        .replica
        .purge(Source::Ledger, &[Bson::String(set.op.to_string())])
        .unwrap();
    assert_eq!(world.ledger(payment.id).len(), 1, "what waits stays");
    world.replica.acknowledge(set.op, &stood).unwrap();
    let op = Bson::String(set.op.to_string());
    for source in [Source::Ledger, Source::Audit] {
        assert_eq!(
            world
                .replica
                .purge(source, std::slice::from_ref(&op))
                .unwrap()
                .changed,
            1
        );
        assert_eq!(
            world
                .replica
                .purge(source, std::slice::from_ref(&op))
                .unwrap()
                .changed,
            0
        );
    }
    world
        .replica
        .purge(
            Source::Documents(Collection::Payments),
            &[Bson::ObjectId(payment.id.0)],
        )
        .unwrap();
    assert_eq!(world.ledger(payment.id).len(), 0);
    assert_eq!(world.replica.integrity().unwrap(), Vec::<String>::new());
    let other = raw(&world.path);
    other
        .execute("DELETE FROM audit_events", [])
        .expect_err("the trail stays insert-only for everybody else");
    drop(other);
    agrees(&world.replica);
}

/// Sealed by the server, so it is fetched.
fn audit_row(op: OpId) -> (Source, Bson) {
    (Source::Audit, Bson::String(op.to_string()))
}

#[test]
fn a_commit_on_the_server_is_here_at_once() {
    let (world, school) = beside_a_server();
    let tail = world.tail(&device());
    let origin = LocalWorld::new();
    for collection in [Collection::Users, Collection::Courses] {
        let held = world
            .replica
            .read(|reader| reader.documents_after(Source::Documents(collection), None, 100))
            .unwrap();
        origin.replica.receive(documents(collection, held)).unwrap();
    }
    let (mut set, payment) = enrolled_and_paid(school.student, school.course, &tail);
    set.offline = Offline::OnlineOnly;
    origin.apply(&set);
    let stood = standings(&origin, &set);
    let noted = world.replica.note_server_commit(&set, &stood).unwrap();
    assert!(noted.changed > 0);
    assert_eq!(
        world.replica.note_server_commit(&set, &stood).unwrap(),
        Received::default()
    );
    assert_eq!(world.ledger(payment.id).len(), 1);
    assert_eq!(
        world.replica.commit(&set).unwrap(),
        replica::Committed::AlreadyApplied
    );
    agrees(&world.replica);
}

#[test]
fn leaving_keeps_everything_or_nothing() {
    let (world, school) = beside_a_server();
    let mine = renaming(school.student, "Ada Lovelace", "Ada King");
    world.apply(&mine);
    assert_eq!(world.replica.detach().unwrap().folded, 1);
    assert_eq!(
        get(&world, Collection::Users, school.student)
            .get_str("name")
            .unwrap(),
        "Ada King"
    );
    world.apply(&renaming(school.student, "Ada King", "Ada Byron"));
    assert_eq!(due(&world), [], "there is nobody to send it to");
    agrees(&world.replica);
    world.replica.set_meta("device", "DESK1").unwrap();
    world.replica.wipe(&["device"]).unwrap();
    assert_eq!(
        world.replica.meta("device").unwrap().as_deref(),
        Some("DESK1")
    );
    assert_eq!(world.replica.meta("server").unwrap(), None);
    assert!(!world.replica.read(|reader| reader.any_user()).unwrap());
    assert_eq!(world.replica.integrity().unwrap(), Vec::<String>::new());
    crate::fixtures::school(&world);
    agrees(&world.replica);
    drop(Replica::open(&world.path, &key()).unwrap());
}

#[test]
fn an_older_answer_never_hides_a_newer_document() {
    let (world, school) = beside_a_server();
    let mut newer = get(&world, Collection::Users, school.student);
    newer.insert(
        "sync",
        doc! { "rev": 7_i64, "op": OpId(uuid::Uuid::now_v7()).to_string(), "device": "DESK2" },
    );
    newer.insert("name", "Newest");
    let mut older = newer.clone();
    older.insert(
        "sync",
        doc! { "rev": 6_i64, "op": OpId(uuid::Uuid::now_v7()).to_string(), "device": "DESK2" },
    );
    world.replica.receive(users(newer.clone())).unwrap();
    let mine = renaming(school.student, "Newest", "Mine");
    world.apply(&mine);
    let received = world
        .replica
        .acknowledge(
            mine.op,
            &[Standing {
                collection: Collection::Users,
                id: school.student.0,
                document: Some(older),
            }],
        )
        .unwrap();
    assert_eq!(
        received.dirty,
        [
            (
                Source::Documents(Collection::Users),
                Bson::ObjectId(school.student.0)
            ),
            audit_row(mine.op)
        ]
    );
    assert_eq!(get(&world, Collection::Users, school.student), newer);
}

#[test]
fn an_erasure_that_arrives_is_followed() {
    let (world, school) = beside_a_server();
    let mut mine = renaming(school.student, "Ada Lovelace", "Ada King");
    mine.deed = mine.deed.with("name", "Ada King");
    world.apply(&mine);
    let told = |verb: &str, number: u64| {
        let mut set = change_set(verb, Collection::Users, school.student.0);
        set.deed = set.deed.with("name", "Ada Lovelace").with("attempts", 3);
        let tail = domain::ledger::SeriesTail {
            device: set.actor.device.clone(),
            last: number - 1,
            hash: domain::ledger::GENESIS.to_owned(),
        };
        to_document(&set.audit().sealed(&tail, "salt".to_owned()))
    };
    let receive = |row| {
        let batch = replica::Batch {
            documents: vec![(Source::Audit, row)],
            ..replica::Batch::default()
        };
        world.replica.receive(batch).unwrap();
    };
    receive(told("person.unlocked", 1));
    let mut account = get(&world, Collection::Users, school.student);
    let nowhere = format!("erased-{}@erased.invalid", school.student.0.to_hex());
    account.insert("name", "Erased person");
    account.insert("email", nowhere);
    world.replica.receive(users(account)).unwrap();
    receive(told("person.erased", 2));
    let rows = world
        .replica
        .read(|reader| reader.told_about(Collection::Users, school.student, 100))
        .unwrap();
    let of = |verb: &str| {
        let row = rows.iter().find(|row| row.event.deed.verb == verb).unwrap();
        row.event.clone()
    };
    let unlocked = of("person.unlocked");
    assert!(unlocked.is_erased() && unlocked.actor.name.is_empty());
    assert_eq!(unlocked.deed.detail, doc! { "attempts": 3 });
    assert!(unlocked.link().unwrap().intact);
    let waiting = world.replica.read(|reader| reader.queue(10)).unwrap();
    assert!(waiting.is_empty(), "{waiting:?}");
    assert!(world.replica.scrub().unwrap());
    assert!(!world.replica.scrub().unwrap(), "once");
}
