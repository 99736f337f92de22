//! Mail against a real SMTP server on loopback: codes sent and used, the queue through outages and
//! restarts, lines that are protected and logins that are checked, and what nobody is told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::{
    Code, Collection, UserId,
    change::Patch,
    settings::MailSecurity,
    user::{User, UserStatus},
};
use testkit::{ADMIN_EMAIL, MailServer, PASSWORD, TestWorkspace, workspace};
use vault::{Sensitive, Vault};
use workflows::{
    WorkflowError,
    accounts::{
        self,
        dto::{AskForCode, CodePurpose, FinishReset, Register, SignIn, VerifyAddress},
    },
    dto::{ById, Nothing},
    mail::{
        self, Round,
        dto::{MailRow, MailServerDto, MailStateDto, TestMail, UpdateMailSettings},
    },
    operations,
};

const NEXT: &str = "Sparrow7hedge";

fn server(port: u16, security: MailSecurity, login: Option<&str>) -> MailServerDto {
    MailServerDto {
        host: if security == MailSecurity::None {
            "127.0.0.1".to_owned()
        } else {
            "localhost".to_owned()
        },
        port: i64::from(port),
        security,
        from: "office@college.example".to_owned(),
        login: login.map(str::to_owned),
        certificate: (security != MailSecurity::None).then(MailServer::certificate),
    }
}

fn set(t: &TestWorkspace, server: MailServerDto, password: Option<&str>) {
    let rev = mail::mail_settings(&t.desk(), &t.admin, &Nothing {})
        .unwrap()
        .rev;
    let args = UpdateMailSettings {
        rev,
        server: Some(server),
        password: password.map(str::to_owned),
    };
    let now = mail::mail_settings_update(&t.workspace, &t.desk(), &t.admin, &args).unwrap();
    assert!(now.ready);
}

/// A workspace that sends to a server without login on this computer.
fn at_work() -> Option<(TestWorkspace, MailServer)> {
    let smtp = MailServer::start(MailSecurity::None)?;
    let t = workspace();
    set(&t, server(smtp.port(), MailSecurity::None, None), None);
    Some((t, smtp))
}

fn round(t: &TestWorkspace) -> Round {
    mail::send_due(&t.desk(), t.vault.as_ref()).unwrap()
}

fn sent(n: usize) -> Round {
    Round {
        sent: n,
        ..Round::default()
    }
}

fn ask(t: &TestWorkspace, email: &str, purpose: CodePurpose) -> Result<(), Code> {
    let args = AskForCode {
        email: email.to_owned(),
        purpose,
    };
    accounts::code_request(&t.desk(), &t.keeper, &args)
        .map(drop)
        .map_err(|error| error.code().expect("a refusal"))
}

fn finish(t: &TestWorkspace, email: &str, code: &str) -> Result<(), WorkflowError> {
    let args = FinishReset {
        email: email.to_owned(),
        code: code.to_owned(),
        password: NEXT.to_owned(),
    };
    accounts::reset_finish(&t.desk(), &t.keeper, &args).map(drop)
}

fn sign_in(t: &TestWorkspace, email: &str, password: &str) -> Result<(), Code> {
    let args = SignIn {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    accounts::sign_in(&t.desk(), &t.keeper, &args)
        .map(drop)
        .map_err(|error| error.code().expect("a refusal"))
}

fn queue(t: &TestWorkspace) -> Vec<MailRow> {
    mail::mails(&t.desk(), &t.admin, &Nothing {}).unwrap()
}

fn student(t: &TestWorkspace) -> User {
    t.user(t.student().user.unwrap())
}

fn everything_stored(t: &TestWorkspace) -> String {
    t.workspace
        .replica()
        .read(|reader| {
            let mut all = format!("{:?}", reader.latest_mail(100)?);
            for source in domain::Source::ALL {
                all.push_str(&format!(
                    "{:?}",
                    reader.documents_after(source, None, 10_000)?
                ));
            }
            Ok(all)
        })
        .unwrap()
}

#[test]
fn a_forgotten_password_is_set_anew_with_the_code_that_mail_brings() {
    let Some((t, smtp)) = at_work() else { return };
    let person = student(&t);
    ask(&t, &person.email.to_uppercase(), CodePurpose::Reset).unwrap();
    assert_eq!(round(&t), sent(1));
    let letter = smtp.letter();
    assert_eq!(letter.from, "office@college.example");
    assert_eq!(letter.to, std::slice::from_ref(&person.email));
    let text = letter.readable();
    for part in [
        "Subject: Your code for a new password at Test College",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "Auto-Submitted: auto-generated",
        "Message-ID: <",
        &person.name,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let code = letter.code().expect("a code in the letter");
    assert!(
        !everything_stored(&t).contains(&code),
        "once it has left, the code is nowhere"
    );
    finish(&t, &person.email, &code).unwrap();
    sign_in(&t, &person.email, NEXT).unwrap();
    assert!(t.user(person.id).email_verified, "it came by mail");
    assert_eq!(round(&t), sent(1));
    assert!(
        smtp.letter()
            .readable()
            .contains("Your password at Test College was changed")
    );
    assert_eq!(
        finish(&t, &person.email, &code).unwrap_err().code(),
        Some(Code::BadCredentials)
    );
}

#[test]
fn an_address_nobody_has_is_answered_alike_and_gets_no_mail_and_asking_often_makes_wait() {
    let Some((t, smtp)) = at_work() else { return };
    let person = student(&t);
    for n in 1..=7 {
        let known = ask(&t, &person.email, CodePurpose::Reset);
        let unknown = ask(&t, "nobody@example.org", CodePurpose::Reset);
        assert_eq!(known, unknown, "request {n}");
        let expected = if n <= 5 { Ok(()) } else { Err(Code::LockedOut) };
        assert_eq!(known, expected, "request {n}");
    }
    assert_eq!(round(&t), sent(5));
    let letters: Vec<_> = (0..5).map(|_| smtp.letter()).collect();
    assert!(
        letters
            .iter()
            .all(|letter| letter.to == [person.email.clone()])
    );
    let codes: Vec<String> = letters.iter().map(|l| l.code().unwrap()).collect();
    assert!(
        finish(&t, &person.email, &codes[0]).is_err(),
        "a later code ends an earlier one"
    );
    finish(&t, &person.email, &codes[4]).unwrap();
    t.clock.advance_minutes(15);
    ask(&t, &person.email, CodePurpose::Reset).unwrap();
}

#[test]
fn mail_waits_while_the_server_is_away_also_through_a_restart() {
    let Some((t, smtp)) = at_work() else { return };
    let port = smtp.port();
    smtp.stop();
    let person = student(&t);
    ask(&t, &person.email, CodePurpose::Verify).unwrap();
    assert_eq!(
        round(&t),
        Round {
            again: 1,
            ..Round::default()
        }
    );
    let row = &queue(&t)[0];
    assert_eq!((row.state, row.attempts), (MailStateDto::Waiting, 1));
    assert!(
        row.reason.as_deref().unwrap().contains("was not reached"),
        "{:?}",
        row.reason
    );
    assert_eq!(
        round(&t),
        Round::default(),
        "it waits before it tries again"
    );
    let t = t.restarted();
    let Some(smtp) = MailServer::start_at(port, MailSecurity::None, None) else {
        return;
    };
    t.clock.advance_minutes(1);
    assert_eq!(round(&t), sent(1));
    let code = smtp.letter().code().unwrap();
    let args = VerifyAddress {
        email: person.email.clone(),
        code,
    };
    accounts::verify_finish(&t.desk(), &t.keeper, &args).unwrap();
    assert!(t.user(person.id).email_verified);
    let row = &queue(&t)[0];
    assert_eq!((row.state, row.can_retry), (MailStateDto::Sent, false));
}

#[test]
fn a_letter_whose_code_expired_while_it_waited_is_not_sent() {
    let Some((t, smtp)) = at_work() else { return };
    let port = smtp.port();
    smtp.stop();
    let person = student(&t);
    ask(&t, &person.email, CodePurpose::Reset).unwrap();
    assert_eq!(round(&t).again, 1);
    t.clock.advance_minutes(60);
    let Some(smtp) = MailServer::start_at(port, MailSecurity::None, None) else {
        return;
    };
    assert_eq!(round(&t).failed, 1);
    let row = &queue(&t)[0];
    assert_eq!((row.state, row.can_retry), (MailStateDto::Failed, false));
    assert!(row.reason.as_deref().unwrap().contains("expired"));
    let refused = mail::mail_retry(&t.desk(), &t.admin, &ById { id: row.id.clone() });
    assert_eq!(refused.unwrap_err().code(), Some(Code::WrongState));
    assert!(smtp.rest().is_empty());
}

#[test]
fn what_the_server_refuses_for_good_fails_with_its_reason_and_can_be_tried_or_discarded() {
    let Some((t, smtp)) = at_work() else { return };
    let person = |local: &str| {
        let args = workflows::people::dto::CreatePerson {
            name: "Some Body".to_owned(),
            email: format!("{local}@example.org"),
            role: domain::Role::Student,
            password: None,
            profile: Default::default(),
        };
        let detail = workflows::people::person_create(&t.desk(), &t.admin, args).unwrap();
        detail.email
    };
    let (gone, busy) = (person("nobody.here"), person("busy.today"));
    for email in [&gone, &busy] {
        ask(&t, email, CodePurpose::Reset).unwrap();
    }
    assert_eq!(
        round(&t),
        Round {
            sent: 0,
            failed: 1,
            again: 1
        }
    );
    let rows = queue(&t);
    let row = |email: &str| rows.iter().find(|row| row.to == email).unwrap();
    let failed = row(&gone);
    assert_eq!(failed.state, MailStateDto::Failed);
    assert!(
        failed
            .reason
            .as_deref()
            .unwrap()
            .contains("No such mailbox"),
        "{:?}",
        failed.reason
    );
    assert_eq!(row(&busy).state, MailStateDto::Waiting);
    let by = |row: &MailRow| ById { id: row.id.clone() };
    let again = mail::mail_retry(&t.desk(), &t.admin, &by(failed)).unwrap();
    assert!(again.iter().all(|row| row.state == MailStateDto::Waiting));
    for row in &rows {
        mail::mail_discard(&t.desk(), &t.admin, &by(row)).unwrap();
    }
    assert!(queue(&t).is_empty());
    assert!(smtp.rest().is_empty());
}

#[test]
fn lines_are_protected_as_set_and_the_login_is_used_with_the_password_from_the_vault() {
    for security in [MailSecurity::Starttls, MailSecurity::Tls] {
        let login = Some(("office", "Planted-7-secret"));
        let Some(smtp) = MailServer::start_at(0, security, login) else {
            return;
        };
        let t = workspace();
        let to = server(smtp.port(), security, Some("office"));
        set(&t, to.clone(), Some("Planted-7-secret"));
        let test = TestMail {
            to: "head@example.org".to_owned(),
        };
        mail::mail_test(&t.workspace, &t.desk(), &t.admin, &test).unwrap();
        let letter = smtp.letter();
        assert!(letter.tls, "{security:?}");
        assert_eq!(letter.login.as_deref(), Some("office"), "{security:?}");
        assert!(!everything_stored(&t).contains("Planted-7-secret"));
        let kept = t.vault.get("smtp-password").unwrap().unwrap();
        let whose = format!("localhost\n{}\noffice\n", smtp.port());
        let bound = format!("{whose}Planted-7-secret");
        assert_eq!(kept.expose(), bound.as_bytes(), "with whom it is for");

        // A password that is wrong is said, kept to itself, and the letter waits for a right one.
        let wrong = format!("{whose}Wrong-8-secret").into_bytes();
        t.vault
            .set("smtp-password", &Sensitive::new(wrong))
            .unwrap();
        let refused = mail::mail_test(&t.workspace, &t.desk(), &t.admin, &test).unwrap_err();
        let said = refused.to_string();
        assert!(said.contains("did not let this desktop in"), "{said}");
        assert!(
            !said.contains("Wrong-8-secret") && !said.contains("V3Jvbmct"),
            "{said}"
        );
        let person = student(&t);
        ask(&t, &person.email, CodePurpose::Reset).unwrap();
        assert_eq!(round(&t).again, 1);
        set(&t, to, Some("Planted-7-secret"));
        assert_eq!(round(&t), sent(1), "new settings are tried at once");
        assert_eq!(smtp.letter().to, [person.email]);
    }
}

/// Whoever may change the settings does not learn the password by naming a server of their own.
#[test]
fn a_password_is_told_to_nobody_but_the_server_it_was_typed_for() {
    let login = Some(("office", "Planted-7-secret"));
    let Some(smtp) = MailServer::start_at(0, MailSecurity::Starttls, login) else {
        return;
    };
    let Some(trap) = MailServer::start_at(0, MailSecurity::Starttls, login) else {
        return;
    };
    let t = workspace();
    let to = server(smtp.port(), MailSecurity::Starttls, Some("office"));
    set(&t, to.clone(), Some("Planted-7-secret"));
    let rev = |t: &TestWorkspace| {
        mail::mail_settings(&t.desk(), &t.admin, &Nothing {})
            .unwrap()
            .rev
    };
    for moved in [
        server(trap.port(), MailSecurity::Starttls, Some("office")),
        MailServerDto {
            host: "127.0.0.1".to_owned(),
            ..to.clone()
        },
        MailServerDto {
            login: Some("other".to_owned()),
            ..to.clone()
        },
    ] {
        let args = UpdateMailSettings {
            rev: rev(&t),
            server: Some(moved),
            password: None,
        };
        let no = mail::mail_settings_update(&t.workspace, &t.desk(), &t.admin, &args).unwrap_err();
        assert_eq!(no.code(), Some(Code::Required), "{no}");
    }
    // Settings that came from another desktop do not move it either.
    let settings = t
        .workspace
        .replica()
        .read(|reader| reader.settings())
        .unwrap()
        .unwrap();
    t.commit("test.moved", Collection::Settings, settings.id, |set| {
        set.patch(
            Collection::Settings,
            settings.id,
            Patch::new().put("mail.port", i64::from(trap.port())),
        )
    });
    let now = mail::mail_settings(&t.desk(), &t.admin, &Nothing {}).unwrap();
    assert!(!now.has_password && !now.ready);
    let test = TestMail {
        to: "head@example.org".to_owned(),
    };
    let no = mail::mail_test(&t.workspace, &t.desk(), &t.admin, &test).unwrap_err();
    assert_eq!(no.code(), Some(Code::NotReady), "{no}");
    assert!(trap.rest().is_empty() && smtp.rest().is_empty());
    // What else is set may change without it.
    set(&t, to.clone(), Some("Planted-7-secret"));
    let renamed = MailServerDto {
        from: "desk@college.example".to_owned(),
        ..to
    };
    set(&t, renamed, None);
    mail::mail_test(&t.workspace, &t.desk(), &t.admin, &test).unwrap();
    assert_eq!(smtp.letter().login.as_deref(), Some("office"));
}

#[test]
fn a_server_whose_certificate_is_not_trusted_gets_nothing() {
    let Some(smtp) = MailServer::start(MailSecurity::Tls) else {
        return;
    };
    let t = workspace();
    let untrusted = MailServerDto {
        certificate: None,
        ..server(smtp.port(), MailSecurity::Tls, None)
    };
    set(&t, untrusted, None);
    let test = TestMail {
        to: "head@example.org".to_owned(),
    };
    let refused = mail::mail_test(&t.workspace, &t.desk(), &t.admin, &test).unwrap_err();
    assert_eq!(refused.code(), Some(Code::NotReady));
    // Nor does a server that offers no TLS where STARTTLS is wanted.
    let Some(open) = MailServer::start(MailSecurity::None) else {
        return;
    };
    set(&t, server(open.port(), MailSecurity::Starttls, None), None);
    mail::mail_test(&t.workspace, &t.desk(), &t.admin, &test).unwrap_err();
    assert!(smtp.rest().is_empty() && open.rest().is_empty());
}

#[test]
fn letters_are_in_the_readers_language() {
    let Some((t, smtp)) = at_work() else { return };
    let mut settings = operations::settings(&t.desk(), &t.admin, Nothing {}).unwrap();
    settings.language = "de".to_owned();
    operations::settings_update(&t.desk(), &t.admin, &settings).unwrap();
    let args = workflows::people::dto::CreatePerson {
        name: "Jürgen Groß".to_owned(),
        email: "juergen@example.org".to_owned(),
        role: domain::Role::Student,
        password: None,
        profile: Default::default(),
    };
    workflows::people::person_create(&t.desk(), &t.admin, args).unwrap();
    ask(&t, "juergen@example.org", CodePurpose::Reset).unwrap();
    assert_eq!(round(&t), sent(1));
    let text = smtp.letter().readable();
    assert!(text.contains("Guten Tag Jürgen Groß"), "{text}");
    assert!(text.contains("lang=\"de\""), "{text}");
}

#[test]
fn who_is_locked_out_is_told_by_mail() {
    let Some((t, smtp)) = at_work() else { return };
    let person = student(&t);
    for _ in 0..5 {
        sign_in(&t, &person.email, "Wrong1password").unwrap_err();
        sign_in(&t, "nobody@example.org", "Wrong1password").unwrap_err();
    }
    assert_eq!(round(&t), sent(1));
    let letter = smtp.letter();
    assert_eq!(letter.to, [person.email]);
    assert!(letter.readable().contains("is locked for a while"));
}

fn register(t: &TestWorkspace, email: &str) -> Result<bool, Code> {
    let args = Register {
        name: "Nadia Rahman".to_owned(),
        email: email.to_owned(),
        password: NEXT.to_owned(),
        language: Some("en".to_owned()),
    };
    accounts::register(&t.desk(), &t.keeper, &args)
        .map(|registered| registered.mail)
        .map_err(|error| error.code().expect("a refusal"))
}

fn open_registration(t: &TestWorkspace) {
    let mut settings = operations::settings(&t.desk(), &t.admin, Nothing {}).unwrap();
    settings.registration = true;
    operations::settings_update(&t.desk(), &t.admin, &settings).unwrap();
}

fn by_email(t: &TestWorkspace, email: &str) -> Option<User> {
    t.workspace
        .replica()
        .read(|reader| reader.user_by_email(email))
        .unwrap()
}

#[test]
fn a_student_registers_proves_the_address_and_is_in() {
    let Some((t, smtp)) = at_work() else { return };
    assert_eq!(
        register(&t, "nadia@example.org"),
        Err(Code::Forbidden),
        "not before the institution allows it"
    );
    open_registration(&t);
    assert_eq!(register(&t, "Nadia@Example.org"), Ok(true));
    let made = by_email(&t, "nadia@example.org").unwrap();
    assert_eq!(made.status, UserStatus::Inactive);
    assert_eq!(
        sign_in(&t, "nadia@example.org", NEXT),
        Err(Code::AccountClosed),
        "not before the address is proved"
    );
    assert_eq!(round(&t), sent(1));
    let letter = smtp.letter();
    assert!(
        !letter.readable().contains("Nadia"),
        "nobody writes to others through us"
    );
    let first = letter.code().unwrap();
    ask(&t, "nadia@example.org", CodePurpose::Verify).unwrap();
    assert_eq!(round(&t), sent(1), "sent again");
    let second = smtp.letter().code().unwrap();
    let verify = |code: &str| {
        let args = VerifyAddress {
            email: "nadia@example.org".to_owned(),
            code: code.to_owned(),
        };
        accounts::verify_finish(&t.desk(), &t.keeper, &args)
    };
    assert!(verify(&first).is_err());
    assert!(
        finish(&t, "nadia@example.org", &second).is_err(),
        "a code for an address sets no password"
    );
    t.clock.advance_minutes(23 * 60);
    verify(&second).unwrap();
    sign_in(&t, "nadia@example.org", NEXT).unwrap();
    let actor = t.keeper.authenticate(&t.desk()).unwrap();
    assert_eq!(actor.role, domain::Role::Student);
}

#[test]
fn registering_with_an_address_that_has_an_account_is_answered_alike_and_its_owner_is_told() {
    let Some((t, smtp)) = at_work() else { return };
    open_registration(&t);
    let before = t.user(t.admin.user.unwrap());
    assert_eq!(register(&t, ADMIN_EMAIL), register(&t, "fresh@example.org"));
    assert_eq!(t.user(before.id), before, "nothing of the account changed");
    sign_in(&t, ADMIN_EMAIL, PASSWORD).unwrap();
    assert_eq!(round(&t), sent(2));
    let letters = [smtp.letter(), smtp.letter()];
    let told = letters
        .iter()
        .find(|letter| letter.to == [ADMIN_EMAIL])
        .unwrap();
    assert!(told.readable().contains("You already have an account"));
    assert_eq!(told.code(), None);
}

#[test]
fn without_mail_an_administrator_admits_who_registered() {
    let t = workspace();
    open_registration(&t);
    assert_eq!(register(&t, "nadia@example.org"), Ok(false));
    assert_eq!(
        ask(&t, "nadia@example.org", CodePurpose::Verify),
        Err(Code::NotReady)
    );
    let id: UserId = by_email(&t, "nadia@example.org").unwrap().id;
    let by = ById { id: id.0.to_hex() };
    let detail = workflows::people::person(&t.desk(), &t.admin, by).unwrap();
    assert!(detail.pending);
    let admit = workflows::people::dto::SetPeopleStatus {
        ids: vec![detail.id],
        status: UserStatus::Active,
        reason: None,
    };
    workflows::people::people_set_status(&t.desk(), &t.admin, admit).unwrap();
    sign_in(&t, "nadia@example.org", NEXT).unwrap();
    assert_eq!(t.user(id).pending_since, None);
}

#[test]
fn only_administrators_see_the_settings_and_the_queue() {
    let t = workspace();
    for role in [
        domain::Role::Student,
        domain::Role::Instructor,
        domain::Role::Finance,
    ] {
        let somebody = t.person(role);
        let none = Nothing {};
        let refused = [
            mail::mail_settings(&t.desk(), &somebody, &none).map(drop),
            mail::mails(&t.desk(), &somebody, &none).map(drop),
        ];
        for outcome in refused {
            assert_eq!(outcome.unwrap_err().code(), Some(Code::Forbidden), "{role}");
        }
    }
}
