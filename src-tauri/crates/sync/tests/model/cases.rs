//! The engine, case by case: what a schedule meets by chance, and what none of them meets.

use std::{
    sync::{Arc, mpsc::channel},
    time::Duration,
};

use bson::{Bson, doc};
use domain::{
    ChangeSet, Code, Collection, Offline, Scope, Source, Timestamp, UserId, change::Patch,
};
use remote::port::RemoteError;
use replica::{Authority, CommitError, QueueState};
use sync::{Clock, Engine, Institution, Mode, Pulled, Pushed, State, SyncError};
use testkit::model::{ModelServer, Mongoose};

use crate::{
    case::{Case, NOW, case, case_on, name, users},
    desktop::SkewedClock,
    institution::{COURSES, INSTRUCTORS, STUDENTS, id},
    schedule::at,
};

/// Long enough for a slow machine; never waited out when things are well.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn the_first_fetch_goes_on_where_it_was_cut_off() {
    let mut case = case();
    case.crowd(11_800);
    let mut pages = 0;
    while case.held(users()) < 500 {
        assert_eq!(case.engine().pull_once(NOW).unwrap(), Pulled::Page);
        pages += 1;
        assert!(pages < 50, "no page brings people");
    }
    let before = case.held(users());
    let (calls, _) = case.server.load();
    case.desk.restart();
    let mut told = Vec::new();
    assert!(
        case.engine()
            .initial(
                &mut |progress| told.push((progress.done, progress.total)),
                &|| false
            )
            .unwrap()
    );
    assert_eq!(case.held(users()), 11_807);
    assert!(before < 11_807);
    let (after, _) = case.server.load();
    assert!(after - calls < 60, "{} calls: it began anew", after - calls);
    assert!(
        told.windows(2).all(|pair| pair[0].0 <= pair[1].0),
        "{told:?}"
    );
    assert!(told.iter().all(|(done, total)| done <= total));
}

#[test]
fn what_happens_during_the_first_fetch_is_not_missed() {
    let case = case();
    let mongoose = Mongoose::beside(&case.server, 0);
    assert_eq!(case.engine().pull_once(NOW).unwrap(), Pulled::Page);
    let mut step = 0_u32;
    loop {
        step += 1;
        mongoose.save(
            Collection::Users,
            id(STUDENTS[0]),
            "name",
            format!("step {step}"),
        );
        let mut user = case.server.documents(users())[0].clone();
        user.insert("_id", id(step));
        user.insert("email", format!("early{step}@example.org"));
        if step > 2 && step < 9 {
            mongoose.create(Collection::Users, user);
        }
        if case.engine().pull_once(NOW).unwrap() == Pulled::Ready {
            break;
        }
        assert!(step < 200);
    }
    case.settle();
    assert_eq!(case.name_here(STUDENTS[0]), Some(format!("step {step}")));
    assert_eq!(
        case.held(users()),
        u64::try_from(case.server.documents(users()).len()).unwrap()
    );
}

#[test]
fn a_lost_answer_is_no_second_change() {
    let case = case().fetched();
    let set = case.rename(STUDENTS[0], "Once");
    assert!(case.desk.commit(&set));
    case.line.lose_answers(1);
    assert!(matches!(
        case.engine().push_once(),
        Err(SyncError::Remote(RemoteError::Transient(_)))
    ));
    assert_eq!(case.waiting(), 1);
    let rev = |case: &Case| {
        let user = case
            .server
            .document(Collection::Users, id(STUDENTS[0]))
            .unwrap();
        user.get_document("sync").unwrap().get_i64("rev").unwrap()
    };
    let after_first = rev(&case);
    assert_eq!(case.engine().push_once().unwrap(), Pushed::Acknowledged);
    assert_eq!((case.waiting(), rev(&case)), (0, after_first));
    let (_, commits) = case.server.load();
    assert_eq!(commits, 1);
}

#[test]
fn one_change_set_the_server_fails_at_does_not_hold_up_the_others() {
    let case = case().fetched();
    let stuck = case.rename(STUDENTS[0], "Stuck");
    assert!(case.desk.commit(&stuck));
    case.line.fail_at(stuck.op);
    assert!(case.desk.commit(&case.rename(STUDENTS[1], "Through")));
    for _ in 0..4 {
        case.engine().push_once().unwrap();
    }
    assert_eq!(case.name_on_the_server(STUDENTS[1]), "Through");
    assert_eq!(case.engine().status().unwrap().state, State::Sending);
    for _ in 0..40 {
        case.pass(400);
        case.engine().push_once().unwrap();
    }
    let status = case.engine().status().unwrap();
    assert_eq!(
        (status.waiting, status.attention),
        (0, 1),
        "after many failures a person is asked"
    );
    case.line.heal();
    case.engine().retry(stuck.op).unwrap();
    case.settle();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Stuck");
}

#[test]
fn a_refused_login_is_shown_and_asked_again_by_itself() {
    let case = case().fetched();
    case.line.refuse_login(true);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Later")));
    assert!(matches!(
        case.engine().push_once(),
        Err(SyncError::Remote(RemoteError::Unauthorized(_)))
    ));
    let status = case.engine().status().unwrap();
    assert_eq!(status.state, State::Refused);
    assert_eq!(status.waiting, 1, "what waits is not given up for a login");
    let again = status.next_try.unwrap().timestamp_millis() - case.desk.now().timestamp_millis();
    assert_eq!(again, 300_000);
    case.line.heal();
    case.settle();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Later");
    assert_eq!(case.engine().status().unwrap().state, State::Online);
}

#[test]
fn a_pause_is_remembered_and_ends_when_told() {
    let mut case = case().fetched();
    case.engine().pause(true).unwrap();
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Paused")));
    case.desk.restart();
    assert_eq!(case.engine().push_once().unwrap(), Pushed::Paused);
    assert_eq!(case.engine().pull_once(NOW).unwrap(), Pulled::Paused);
    assert_eq!(case.engine().status().unwrap().state, State::Paused);
    case.engine().pause(false).unwrap();
    case.settle();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Paused");
}

#[test]
fn of_two_programs_on_one_workspace_one_sends() {
    let case = case().fetched();
    let clock = Arc::new(SkewedClock {
        time: Arc::clone(&case.time),
        ahead_ms: 0,
    });
    let other = Engine::new(
        Arc::clone(case.desk.replica()),
        case.line.clone(),
        name(0),
        clock,
        Arc::new(crate::desktop::Draw::from(99)),
    )
    .unwrap();
    assert_eq!(case.engine().push_once().unwrap(), Pushed::Nothing);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Sent once")));
    assert_eq!(other.push_once().unwrap(), Pushed::Elsewhere);
    assert_eq!(case.engine().push_once().unwrap(), Pushed::Acknowledged);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Taken over")));
    case.pass(60);
    assert_eq!(
        other.push_once().unwrap(),
        Pushed::Acknowledged,
        "the lease had run out"
    );
    assert_eq!(case.engine().push_once().unwrap(), Pushed::Elsewhere);
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Taken over");
}

#[test]
fn what_may_not_wait_is_refused_without_the_server_and_done_with_it() {
    let case = case().fetched();
    let institution = Institution::new(Arc::clone(case.engine()));
    let mut set = case.rename(STUDENTS[0], "Now");
    set.offline = Offline::OnlineOnly;
    case.line.cut(true);
    let Err(CommitError::Refused(refusal)) = institution.commit(&set) else {
        panic!("it was done without a server");
    };
    assert_eq!(refusal.code, Code::OnlineOnly);
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Person 21");
    case.line.heal();
    institution.commit(&set).unwrap();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Now");
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Now");
    assert_eq!(case.waiting(), 0);
}

#[test]
fn what_waits_about_the_same_record_goes_first() {
    let case = case().fetched();
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "First")));
    assert!(case.desk.commit(&case.rename(STUDENTS[1], "Other")));
    let mut set = case.rename(STUDENTS[0], "Second");
    set.offline = Offline::OnlineOnly;
    Institution::new(Arc::clone(case.engine()))
        .commit(&set)
        .unwrap();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Second");
    assert_eq!(
        case.name_on_the_server(STUDENTS[1]),
        "Person 22",
        "what is not about it waits on"
    );
    assert_eq!(case.waiting(), 1);
}

#[test]
fn a_guard_missed_on_the_server_brings_its_documents_here() {
    let case = case().fetched();
    let mut set = case.rename(STUDENTS[0], "Mine");
    set.offline = Offline::OnlineOnly;
    Mongoose::beside(&case.server, 0).save(Collection::Users, id(STUDENTS[0]), "name", "Theirs");
    let outcome = Institution::new(Arc::clone(case.engine())).commit(&set);
    assert!(
        matches!(outcome, Err(CommitError::GuardMissed(_))),
        "{outcome:?}"
    );
    assert_eq!(
        case.name_here(STUDENTS[0]).unwrap(),
        "Theirs",
        "deciding anew decides on this"
    );
}

#[test]
fn many_change_sets_are_queued_at_once_and_in_order() {
    let case = case().fetched();
    let sets: Vec<ChangeSet> = (0..50)
        .map(|n| {
            let mut set = case.rename(STUDENTS[n % 4], "x");
            set.changes.clear();
            set.patch(
                Collection::Users,
                id(STUDENTS[n % 4]),
                Patch::new().put("profile.bio", i32::try_from(n).unwrap().to_string()),
            )
        })
        .collect();
    let institution = Institution::new(Arc::clone(case.engine()));
    let outcomes = institution.commit_all(&sets).unwrap();
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(case.engine().drain().unwrap(), 50);
    let bio = |n: u32| {
        let user = case.server.document(Collection::Users, id(n)).unwrap();
        user.get_document("profile")
            .unwrap()
            .get_str("bio")
            .unwrap()
            .to_owned()
    };
    assert_eq!(bio(STUDENTS[1]), "49");
    assert_eq!(bio(STUDENTS[0]), "48");
}

#[test]
fn a_lost_history_is_made_good_by_comparing_and_the_queue_stays() {
    let case = case().fetched();
    let mongoose = Mongoose::beside(&case.server, 0);
    case.line.cut(true);
    case.pass(10);
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Waits")));
    mongoose.save(Collection::Users, id(STUDENTS[1]), "name", "Unheard");
    mongoose.delete(Collection::Users, id(STUDENTS[2]));
    case.server.forget_history();
    case.line.heal();
    let before = case.waiting();
    for _ in 0..60 {
        case.desk.pull();
    }
    assert_eq!(case.waiting(), before, "a pull does not touch the queue");
    assert_eq!(case.name_here(STUDENTS[1]).unwrap(), "Unheard");
    assert_eq!(case.name_here(STUDENTS[2]), None);
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Waits");
    case.settle();
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Waits");
}

#[test]
fn a_polling_desktop_finds_writes_deletions_and_wrong_clocks() {
    let case = case_on(ModelServer::polled(at(0))).fetched();
    assert_eq!(case.engine().status().unwrap().mode, Some(Mode::Poll));
    let two_days = 2 * 24 * 60 * 60 * 1000;
    case.pass(600);
    Mongoose::beside(&case.server, 0).save(Collection::Users, id(STUDENTS[0]), "name", "Right");
    Mongoose::beside(&case.server, two_days).save(
        Collection::Users,
        id(STUDENTS[1]),
        "name",
        "Ahead",
    );
    case.settle();
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Right");
    assert_eq!(case.name_here(STUDENTS[1]).unwrap(), "Ahead");
    case.pass(600);
    Mongoose::beside(&case.server, 0).save(
        Collection::Users,
        id(STUDENTS[0]),
        "name",
        "Right again",
    );
    case.settle();
    assert_eq!(
        case.name_here(STUDENTS[0]).unwrap(),
        "Right again",
        "a stamp of the day after tomorrow hides nothing"
    );
    Mongoose::beside(&case.server, -two_days).save(
        Collection::Users,
        id(STUDENTS[2]),
        "name",
        "Behind",
    );
    Mongoose::beside(&case.server, 0).delete(Collection::Users, id(STUDENTS[3]));
    case.engine().sweep().unwrap();
    assert_eq!(case.name_here(STUDENTS[2]).unwrap(), "Behind");
    assert_eq!(case.name_here(STUDENTS[3]), None);
}

#[test]
fn a_document_nobody_can_read_is_kept_aside_and_harms_nothing() {
    let case = case();
    case.server.fill(
        users(),
        [doc! { "_id": id(777), "name": 12, "email": { "not": "text" } }],
    );
    let case = case.fetched();
    let aside = case.aside();
    assert_eq!(aside.len(), 1);
    assert_eq!(aside[0].id, Bson::ObjectId(id(777)));
    assert!(case.name_here(STUDENTS[0]).is_some());
    case.settle();
}

#[test]
fn a_dead_letter_has_a_copy_on_the_server_until_somebody_decides() {
    let case = case().fetched();
    let (set, mut other) = case.newcomer("Twin");
    assert!(case.desk.commit(&set));
    other.insert("_id", id(778));
    Mongoose::beside(&case.server, 0).create(Collection::Users, other);
    case.settle();
    let row = case.queued(set.op);
    assert_eq!(row.state, QueueState::Dead);
    assert_eq!(row.reason.unwrap().code, Code::Taken);
    assert_eq!(case.server.quarantine().len(), 1);
    assert_eq!(case.engine().status().unwrap().attention, 1);
    case.engine().discard(set.op, None).unwrap();
    case.settle();
    assert!(case.server.quarantine().is_empty());
    assert_eq!(case.name_here(778).unwrap(), "Twin");
    assert_eq!(case.engine().status().unwrap().attention, 0);
}

#[test]
fn a_narrower_scope_takes_away_and_sets_aside_what_waits() {
    let case = case().fetched();
    let pending = case.rename(STUDENTS[3], "Nobody's business");
    assert!(case.desk.commit(&pending));
    let teacher = UserId(id(INSTRUCTORS[0]));
    case.engine().set_scope(Scope::Instructor(teacher)).unwrap();
    for _ in 0..80 {
        case.desk.pull();
    }
    assert_eq!(case.held(Source::Ledger), 0);
    let held = |n: u32| case.desk.here(Collection::Users, id(n));
    assert!(
        held(STUDENTS[3]).is_none(),
        "no enrollment names this student here"
    );
    let own = held(INSTRUCTORS[0]).unwrap();
    assert!(
        own.contains_key("preferences") || own.contains_key("profile"),
        "{own}"
    );
    let colleague = held(INSTRUCTORS[1]).expect("named by a course of the catalog");
    assert!(
        !colleague.contains_key("preferences"),
        "only the name: {colleague}"
    );
    let row = case.queued(pending.op);
    assert_eq!(row.state, QueueState::Dead);
    case.engine().push_once().unwrap();
    assert_eq!(case.server.quarantine().len(), 1);
    case.engine().discard(pending.op, None).unwrap();
    case.engine().set_scope(Scope::Office).unwrap();
    for _ in 0..80 {
        case.desk.pull();
    }
    assert_eq!(case.held(users()), 7, "all of it again");
    assert!(held(INSTRUCTORS[1]).unwrap().contains_key("preferences"));
}

#[test]
fn a_course_that_becomes_ones_own_brings_its_enrollments() {
    let case = case();
    let teacher = INSTRUCTORS[0];
    let course = COURSES
        .iter()
        .find(|n| usize::try_from(**n).unwrap() % 2 == 1)
        .unwrap();
    let theirs = domain::enrollment::Enrollment::new(
        domain::EnrollmentId(id(5001)),
        UserId(id(STUDENTS[0])),
        domain::CourseId(id(*course)),
        at(0),
    );
    let enrollments = Source::Documents(Collection::Enrollments);
    case.server
        .fill(enrollments, [bson::serialize_to_document(&theirs).unwrap()]);
    case.engine()
        .set_scope(Scope::Instructor(UserId(id(teacher))))
        .unwrap();
    let case = case.fetched();
    assert_eq!(case.held(enrollments), 0);
    assert_eq!(case.name_here(STUDENTS[0]), None);
    Mongoose::beside(&case.server, 0).save(
        Collection::Courses,
        id(*course),
        "instructor",
        Bson::ObjectId(id(teacher)),
    );
    case.settle();
    assert_eq!(case.held(enrollments), 1);
    assert_eq!(
        case.name_here(STUDENTS[0]).unwrap(),
        "Person 21",
        "and the name of the student in it"
    );
}

/// A real clock, for the threads.
struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[test]
fn running_by_itself_it_sends_at_once_hears_of_others_and_recovers() {
    let case = case();
    let engine = Engine::new(
        Arc::clone(case.desk.replica()),
        case.line.clone(),
        name(0),
        Arc::new(Now),
        Arc::new(crate::desktop::Draw::from(5)),
    )
    .unwrap();
    let (tell, told) = channel();
    engine.listen(move |_| {
        let _sent = tell.send(());
    });
    let until = |wanted: &dyn Fn(&sync::Status) -> bool| {
        while !wanted(&engine.status().unwrap()) {
            told.recv_timeout(PATIENCE).expect("the status never came");
        }
    };
    let running = engine.start();
    until(&|status| status.state == State::Online);
    let institution = Institution::new(Arc::clone(&engine));
    institution
        .commit(&case.rename(STUDENTS[0], "By itself"))
        .unwrap();
    until(&|status| status.waiting == 0);
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "By itself");
    case.line.cut(true);
    institution
        .commit(&case.rename(STUDENTS[0], "Offline"))
        .unwrap();
    until(&|status| status.state == State::Offline && status.waiting == 1);
    case.line.heal();
    engine.try_now().unwrap();
    until(&|status| status.state == State::Online && status.waiting == 0);
    assert_eq!(case.name_on_the_server(STUDENTS[0]), "Offline");
    running.stop();
    drop(case.folder);
}
