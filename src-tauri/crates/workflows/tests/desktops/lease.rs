//! Signing in while the server is silent: within the lease, and only where one has been before.

use domain::{Code, Collection, Refusal, Timestamp, change::Patch};
use testkit::{ADMIN_EMAIL, PASSWORD, TestWorkspace, workspace};
use workflows::{
    WorkflowError,
    accounts::{dto::SignIn, sign_in},
};

const MINUTES: i64 = 60;
const DAYS: i64 = 24 * 60 * MINUTES;
const LAST_CONTACT: &str = "last-contact";

fn enter(t: &TestWorkspace, email: &str) -> Result<(), Refusal> {
    let args = SignIn {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    match sign_in(&t.desk(), &t.keeper, &args) {
        Ok(_) => Ok(()),
        Err(WorkflowError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("no refusal: {other}"),
    }
}

fn heard(t: &TestWorkspace, at: Timestamp) {
    let at = at.timestamp_millis().to_string();
    t.workspace.replica().set_meta(LAST_CONTACT, &at).unwrap();
}

/// A desktop that shares a server, which answered this moment.
fn connected() -> TestWorkspace {
    let t = workspace();
    t.workspace.replica().attach().unwrap();
    heard(&t, t.now());
    t
}

#[test]
fn an_administrator_has_three_days_and_a_student_fourteen() {
    let t = connected();
    t.student();
    let student = "student1@example.org";
    enter(&t, ADMIN_EMAIL).unwrap();
    enter(&t, student).unwrap();
    t.clock.advance(3 * DAYS);
    enter(&t, ADMIN_EMAIL).unwrap();
    t.clock.advance(1);
    let no = enter(&t, ADMIN_EMAIL).unwrap_err();
    assert_eq!(no.code, Code::OnlineOnly);
    assert!(no.message.contains("3 days") && no.message.contains("Connect it to the network"));
    enter(&t, student).unwrap();
    t.clock.advance(11 * DAYS);
    assert_eq!(enter(&t, student).unwrap_err().code, Code::OnlineOnly);
    // The server answers again, and everybody is back.
    heard(&t, t.now());
    enter(&t, student).unwrap();
    enter(&t, ADMIN_EMAIL).unwrap();
}

#[test]
fn somebody_new_to_the_desktop_needs_the_server() {
    let t = connected();
    t.student();
    t.clock.advance(11 * MINUTES);
    let no = enter(&t, "student1@example.org").unwrap_err();
    assert_eq!(no.code, Code::OnlineOnly);
    assert!(
        no.message
            .contains("have not signed in on this desktop before"),
        "{}",
        no.message
    );
    heard(&t, t.now());
    enter(&t, "student1@example.org").unwrap();
    t.clock.advance(13 * DAYS);
    enter(&t, "student1@example.org").unwrap();
}

#[test]
fn a_wrong_password_learns_nothing_of_the_lease() {
    let t = connected();
    t.clock.advance(4 * DAYS);
    let args = SignIn {
        email: ADMIN_EMAIL.to_owned(),
        password: "Wrong1horse".to_owned(),
    };
    let no = sign_in(&t.desk(), &t.keeper, &args).unwrap_err();
    assert_eq!(no.code(), Some(Code::BadCredentials));
}

/// A desktop of finance holds everybody's name: who tries addresses there learns of none.
#[test]
fn a_finance_desktop_says_the_same_of_every_address() {
    let t = workspace();
    t.finance();
    let student = t.student().user.unwrap();
    t.commit("test.narrowed", Collection::Users, student, |set| {
        set.patch(Collection::Users, student, Patch::new().unset("password"))
    });
    let replica = t.workspace.replica();
    replica.attach().unwrap();
    replica.set_meta("scope", "finance").unwrap();
    heard(&t, t.now());
    let said = |email: &str| {
        let args = SignIn {
            email: email.to_owned(),
            password: "Wrong1horse".to_owned(),
        };
        let no = sign_in(&t.desk(), &t.keeper, &args).unwrap_err();
        let WorkflowError::Refused(refusal) = no else {
            panic!("{no}")
        };
        refusal
    };
    let unknown = said("nobody@example.org");
    assert_eq!(unknown.code, Code::BadCredentials);
    assert_eq!(said("student1@example.org"), unknown);
    assert_eq!(said("finance1@example.org"), unknown);
}

#[test]
fn a_session_does_not_outlive_the_lease() {
    let t = connected();
    enter(&t, ADMIN_EMAIL).unwrap();
    t.clock.advance(2 * DAYS);
    assert!(t.keeper.authenticate(&t.desk()).is_ok());
    t.clock.advance(2 * DAYS);
    let no = t.keeper.authenticate(&t.desk()).unwrap_err();
    assert_eq!(no.code(), Some(Code::SignedOut));
    let t = t.restarted();
    assert!(!t.keeper.resume(&t.desk()).unwrap());
}

#[test]
fn a_workspace_without_a_server_has_no_lease() {
    let t = workspace();
    t.student();
    t.clock.advance(300 * DAYS);
    enter(&t, ADMIN_EMAIL).unwrap();
    enter(&t, "student1@example.org").unwrap();
}
