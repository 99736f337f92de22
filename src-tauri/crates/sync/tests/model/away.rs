//! A desktop that was away for long, a history lost at a bad moment, and a course that is gone.

use bson::{Bson, doc};
use domain::{Code, Collection, Source, change::Patch};
use replica::QueueState;
use sync::{Pulled, State};
use testkit::model::Mongoose;

use crate::{
    case::{NOW, case, users},
    institution::{COURSES, STUDENTS, id},
};

#[test]
fn hours_without_an_answer_do_not_count_against_a_change_set() {
    let case = case().fetched();
    assert!(case.desk.commit(&case.rename(STUDENTS[0], "Mine")));
    case.line.cut(true);
    for _ in 0..200 {
        case.pass(300);
        case.engine().try_now().unwrap();
        case.desk.push();
    }
    case.line.heal();
    Mongoose::beside(&case.server, 0).save(Collection::Users, id(STUDENTS[0]), "name", "Theirs");
    case.engine().try_now().unwrap();
    case.settle();
    let status = case.engine().status().unwrap();
    assert_eq!(
        (status.attention, status.waiting, status.conflicts),
        (0, 0, 1),
        "the conflict has a card and nobody is asked to send again"
    );
    assert_eq!(case.name_here(STUDENTS[0]).unwrap(), "Theirs");
}

#[test]
fn hours_without_an_answer_do_not_make_the_first_failure_the_last() {
    let case = case().fetched();
    let set = case.rename(STUDENTS[0], "Mine");
    assert!(case.desk.commit(&set));
    case.line.cut(true);
    for _ in 0..50 {
        case.pass(300);
        case.engine().try_now().unwrap();
        case.desk.push();
    }
    case.line.heal();
    case.line.fail_at(set.op);
    case.engine().try_now().unwrap();
    case.desk.push();
    let row = case.queued(set.op);
    assert_eq!((row.state, row.failures), (QueueState::Waiting, 1));
}

#[test]
fn a_history_lost_during_a_comparison_begins_the_comparison_anew() {
    let case = case();
    case.crowd(3_000);
    let case = case.fetched();
    case.settle();
    case.server.forget_history();
    // Until people are compared, and not to the end.
    let mut stretches = 0;
    while stretches < 8 {
        if case.engine().pull_once(NOW).unwrap() == Pulled::Sweeping {
            stretches += 1;
        }
        assert!(!case.engine().status().unwrap().settled);
        let compared = |source| {
            let checkpoint = case.desk.replica().read(|reader| reader.checkpoint(source));
            checkpoint.unwrap().unwrap().sweep_at.is_some()
        };
        let devices = Source::Documents(Collection::Devices);
        if compared(devices) && !compared(users()) && stretches >= 4 {
            break;
        }
    }
    // In the part that was compared already, untold.
    case.pass(10);
    Mongoose::beside(&case.server, 0).save(Collection::Users, id(1), "name", "Untold");
    case.server.forget_history();
    case.settle();
    assert_eq!(case.name_here(1).unwrap(), "Untold");
}

#[test]
fn it_is_settled_when_everything_is_here_and_not_before() {
    let mut case = case();
    assert!(!case.engine().status().unwrap().settled);
    while case.engine().pull_once(NOW).unwrap() == Pulled::Page {
        let status = case.engine().status().unwrap();
        assert!(
            !status.settled && status.state != State::Online,
            "{status:?}"
        );
    }
    case.settle();
    assert!(case.engine().status().unwrap().settled);
    case.desk.restart();
    let status = case.engine().status().unwrap();
    assert!(
        !status.settled && status.state != State::Online,
        "{status:?}"
    );
    case.settle();
    assert!(case.engine().status().unwrap().settled);
    case.server.forget_history();
    case.engine().pull_once(NOW).unwrap();
    assert!(
        !case.engine().status().unwrap().settled,
        "all has to be compared"
    );
    case.settle();
    assert!(case.engine().status().unwrap().settled);
}

#[test]
fn an_edit_of_a_deleted_course_restores_it_as_a_draft_when_a_person_says_so() {
    let case = case().fetched();
    let course = id(COURSES[3]);
    let base = case.desk.here(Collection::Courses, course).unwrap();
    let patch = Patch::new().set("title", base.get("title").cloned().unwrap(), "Mine");
    let set = case
        .desk
        .set("course.updated", Collection::Courses, course)
        .patch(Collection::Courses, course, patch);
    assert!(case.desk.commit(&set));
    Mongoose::beside(&case.server, 0).delete(Collection::Courses, course);
    case.settle();
    let row = case.queued(set.op);
    assert_eq!(row.reason.unwrap().code, Code::NotFound);
    case.engine().retry(set.op).unwrap();
    case.settle();
    let there = case.server.document(Collection::Courses, course).unwrap();
    assert_eq!(there.get_str("title").unwrap(), "Mine");
    assert_eq!(there.get_str("status").unwrap(), "draft");
    assert_eq!(there.get("description"), base.get("description"));
    let here = case.desk.here(Collection::Courses, course);
    assert_eq!(here.unwrap(), there);
    assert_eq!(case.engine().status().unwrap().attention, 0);
}

#[test]
fn versions_a_shell_counted_as_doubles_are_the_same_versions() {
    let case = case();
    case.server.fill(
        users(),
        [doc! {
            "_id": id(7_001), "name": "Shell", "email": "shell@example.org", "role": "student",
            "status": "active", "__v": 3.0, "createdAt": crate::schedule::at(0), "updatedAt": crate::schedule::at(0),
        }],
    );
    let case = case.fetched();
    let heads = case
        .desk
        .replica()
        .read(|reader| reader.heads(users(), None, 100))
        .unwrap();
    let shell = heads
        .iter()
        .find(|head| head.id == Bson::ObjectId(id(7_001)))
        .unwrap();
    assert_eq!(shell.version, 3);
}

#[test]
fn what_waits_for_a_dead_letter_does_not_keep_it_from_being_settled() {
    let case = case().fetched();
    let (made, mut other) = case.newcomer("Twin");
    assert!(case.desk.commit(&made));
    let person = other.get_object_id("_id").unwrap();
    let renamed = case
        .desk
        .set("user.edited", Collection::Users, person)
        .patch(
            Collection::Users,
            person,
            Patch::new().set("name", "Twin", "Twin the Second"),
        );
    assert!(case.desk.commit(&renamed));
    other.insert("_id", id(778));
    Mongoose::beside(&case.server, 0).create(Collection::Users, other);
    case.settle();
    let status = case.engine().status().unwrap();
    assert_eq!((status.attention, status.waiting), (1, 1));
    assert_eq!(status.state, State::Online);
    assert!(status.settled, "only a person can go on");
}

#[test]
fn what_was_sent_before_the_first_fetch_and_deleted_since_does_not_stay() {
    let case = case();
    let (set, person) = case.newcomer("Early");
    assert!(case.desk.commit(&set));
    assert!(case.desk.push());
    let person = person.get_object_id("_id").unwrap();
    Mongoose::beside(&case.server, 0).delete(Collection::Users, person);
    let case = case.fetched();
    case.settle();
    assert_eq!(case.held(users()), 7);
}
