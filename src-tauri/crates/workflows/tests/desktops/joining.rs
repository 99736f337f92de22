//! Inviting, joining and shutting out, on a real server that asks for logins.

use std::{path::Path, time::Duration};

use domain::{Code, Collection, Source};
use remote::{
    Grant, Server, ServerOptions,
    port::{Port, RemoteError, Slice},
};
use testkit::{ADMIN_EMAIL, PASSWORD};
use vault::Vault;
use workflows::{
    Clock, SystemClock, SystemIds,
    accounts::{self, dto::SignIn, sign_in},
    desktops::{
        check_in, desktop_login_drop, desktops,
        dto::{DesktopState, InviteDesktop, JoinInstitution},
        give_up, is_shut_out,
    },
    dto::{ById, Nothing},
    operations::server::{
        EXPIRED_TOKENS,
        dto::{DeskScope, RunMaintenance},
        maintenance_run,
    },
};

use super::ground::{INSTRUCTOR, Later, ground, instructors, of, refusal, with};

#[test]
fn an_invited_desktop_joins_once_with_a_login_that_may_little() {
    let Some(g) = ground() else { return };
    let made = g.invite(&instructors()).unwrap();
    assert!(made.limited);
    assert_eq!(g.state(&made.device), DesktopState::Invited);
    let sealed = std::fs::read(&made.file.path).unwrap();
    for word in ["mongodb", "owner", "Test College", made.code.as_str()] {
        assert!(
            !sealed.windows(word.len()).any(|w| w == word.as_bytes()),
            "{word}"
        );
    }

    // Neither without the code, nor when its time is over.
    let mut guess = with(&made);
    guess.code = "00000-00000-00000-00000".to_owned();
    let no = refusal(g.join(&SystemClock, &guess, "guess").unwrap_err());
    assert_eq!(
        (no.code, no.field.as_deref()),
        (Code::BadCredentials, Some("code"))
    );
    let no = refusal(g.join(&Later(8), &with(&made), "late").unwrap_err());
    assert!(
        no.message.contains("time of this invitation is over"),
        "{}",
        no.message
    );

    let typed = JoinInstitution {
        code: made.code.to_lowercase().replace('-', " "),
        ..with(&made)
    };
    let seat = g.join(&SystemClock, &typed, "laptop").unwrap();
    assert_eq!(seat.workspace.device().as_str(), made.device);
    let no = refusal(g.join(&SystemClock, &with(&made), "second").unwrap_err());
    assert!(no.message.contains("already"), "{}", no.message);

    // Its person signs in, and nobody else.
    seat.enter(INSTRUCTOR);
    let other = SignIn {
        email: ADMIN_EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let no = sign_in(&seat.desk(), &seat.keeper, &other).unwrap_err();
    assert_eq!(no.code(), Some(Code::Forbidden));
    seat.send();

    // With its login, even another program reads no payments and makes no logins.
    let login = seat.server();
    login.page(&of(Collection::Courses), None, 1).unwrap();
    for source in [Source::Documents(Collection::Payments), Source::Ledger] {
        let slice = Slice {
            source,
            ..of(Collection::Payments)
        };
        let no = login.page(&slice, None, 1).unwrap_err();
        assert!(matches!(no, RemoteError::Forbidden(_)), "{no}");
    }
    let no = login.create_login("mallory", "x", &[]).unwrap_err();
    assert!(matches!(no, RemoteError::Forbidden(_)), "{no}");

    // The office sees it at work, and who is signed in on it.
    g.office.until("the desktop joined", |_| {
        g.state(&made.device) == DesktopState::Active
    });
    let engine = seat.workspace.link().unwrap().engine();
    engine.pull_once(Duration::ZERO).unwrap();
    assert!(check_in(&seat.workspace, &seat.desk(), seat.actor().user).unwrap());
    seat.send();
    g.office.until("its session is known", |office| {
        let found = desktops(&office.desk(), &office.actor(), &office.keeper, &Nothing {}).unwrap();
        let row = found
            .rows
            .into_iter()
            .find(|row| row.name == made.device)
            .unwrap();
        row.sessions.len() == 1
            && row.sessions[0].person.name == "Ida Instructor"
            && row.scope == Some(DeskScope::Instructor)
            && row.last_contact_at.is_some()
            && row.version.is_some()
    });
}

#[test]
fn a_lost_desktop_hands_over_what_waits_and_is_gone() {
    let Some(g) = ground() else { return };
    let made = g.invite(&instructors()).unwrap();
    let seat = g.join(&SystemClock, &with(&made), "laptop").unwrap();
    seat.enter(INSTRUCTOR);
    seat.send();
    g.office.until("the desktop joined", |_| {
        g.state(&made.device) == DesktopState::Active
    });

    let office = g.office.workspace.device().to_string();
    let no = refusal(g.revoke(&office, "mistaken").unwrap_err());
    assert_eq!(
        no.code,
        Code::WrongState,
        "nobody shuts out the desktop in use"
    );
    let no = refusal(g.revoke(&made.device, " ").unwrap_err());
    assert_eq!(no.field.as_deref(), Some("reason"));
    g.revoke(&made.device, "left in the train").unwrap();
    assert_eq!(g.state(&made.device), DesktopState::Revoked);

    // What it still sends is refused.
    seat.keeper.lock(&seat.desk()).unwrap();
    seat.send();
    let waiting = seat
        .workspace
        .replica()
        .read(|reader| reader.queue(10))
        .unwrap();
    assert!(!waiting.is_empty());
    assert!(
        waiting.iter().any(|row| {
            row.reason
                .as_ref()
                .is_some_and(|reason| reason.message.contains("shut this desktop out"))
        }),
        "{waiting:?}"
    );

    seat.until("it hears of it", |seat| {
        is_shut_out(&seat.workspace).unwrap()
    });
    let secret = vault::Secret::new(b"of a mail server".to_vec());
    seat.vault.set("smtp-password", &secret).unwrap();
    give_up(&seat.workspace, &seat.desk()).unwrap();
    assert!(!g.room.path().join("laptop").exists());
    assert!(accounts::ALL_SECRETS.contains(&"smtp-password"));
    for name in accounts::ALL_SECRETS {
        assert_eq!(seat.vault.get(name).unwrap(), None, "{name}");
    }
    g.office.until("it is gone", |_| {
        g.state(&made.device) == DesktopState::Wiped
    });

    // Its login goes too, and then it is refused whatever it runs.
    let id = g.id(&made.device);
    let office = &g.office;
    desktop_login_drop(
        &office.workspace,
        &office.desk(),
        &office.actor(),
        &ById { id },
    )
    .unwrap();
    let no = refusal(g.join(&SystemClock, &with(&made), "again").unwrap_err());
    assert_eq!(
        (no.code, no.field.as_deref()),
        (Code::BadCredentials, Some("path"))
    );
}

#[test]
fn an_invitation_can_be_withdrawn_and_needs_the_administrators_password() {
    let Some(g) = ground() else { return };
    let no = refusal(
        g.invite(&InviteDesktop {
            password: "Wrong1horse".to_owned(),
            ..instructors()
        })
        .unwrap_err(),
    );
    assert_eq!(no.field.as_deref(), Some("password"));
    let no = refusal(
        g.invite(&InviteDesktop {
            days: 31,
            ..instructors()
        })
        .unwrap_err(),
    );
    assert_eq!(no.field.as_deref(), Some("days"));
    let no = refusal(
        g.invite(&InviteDesktop {
            person: Some(ADMIN_EMAIL.to_owned()),
            ..instructors()
        })
        .unwrap_err(),
    );
    assert_eq!(
        (no.code, no.field.as_deref()),
        (Code::NotFound, Some("person"))
    );
    assert!(
        !Path::new(&g.downloads()).exists(),
        "no file of a refused invitation"
    );

    let made = g.invite(&instructors()).unwrap();
    g.revoke(&made.device, "sent to the wrong person").unwrap();
    let no = refusal(g.join(&SystemClock, &with(&made), "withdrawn").unwrap_err());
    assert!(no.message.contains("withdrawn"), "{}", no.message);
}

/// A login that was made for an invitation nobody used is worth nothing when its time is over.
#[test]
fn the_login_of_an_invitation_nobody_used_in_time_ends() {
    let Some(g) = ground() else { return };
    let used = g.invite(&instructors()).unwrap();
    let seat = g.join(&SystemClock, &with(&used), "laptop").unwrap();
    let lapsing = g.invite(&instructors()).unwrap();
    let office = &g.office;
    office.until("it is heard who joined", |_| {
        g.state(&used.device) == DesktopState::Active
    });
    let later = office.workspace.desk(&Later(8), &SystemIds);
    let drop_it = |clock: &dyn Clock| {
        let id = g.id(&lapsing.device);
        let desk = office.workspace.desk(clock, &SystemIds);
        desktop_login_drop(&office.workspace, &desk, &office.actor(), &ById { id })
    };
    let no = refusal(drop_it(&SystemClock).unwrap_err());
    assert_eq!(no.code, Code::WrongState, "it can still be used");
    let no = refusal(drop_it(&Later(7)).unwrap_err());
    assert!(
        no.message.starts_with("Somebody may just have joined"),
        "{}",
        no.message
    );
    let run = |dry_run| {
        let args = RunMaintenance {
            task: EXPIRED_TOKENS.to_owned(),
            dry_run,
        };
        let outcome = maintenance_run(
            &office.workspace,
            &later,
            &office.keeper.session_actor(&office.desk()).unwrap(),
            &args,
        );
        outcome.unwrap().done.join(" ")
    };
    assert!(
        run(true).contains("1 logins of invitations"),
        "{}",
        run(true)
    );
    assert!(run(false).contains("1 logins of invitations"));
    assert!(!run(true).contains("logins"), "only once");
    let no = refusal(g.join(&SystemClock, &with(&lapsing), "late").unwrap_err());
    assert_eq!(no.code, Code::BadCredentials);
    let no = refusal(drop_it(&Later(8)).unwrap_err());
    assert_eq!(no.code, Code::NotFound, "there is none any more");
    // Whoever joined in time stays.
    seat.enter(INSTRUCTOR);
    seat.send();
}

#[test]
fn a_login_made_elsewhere_is_taken_only_if_it_fits_the_kind_of_desktop() {
    let Some(g) = ground() else { return };
    let owner = Server::connect(&ServerOptions::stored(g.uri("owner"))).unwrap();
    for role in ["finance", "instructor"] {
        let name = format!("matricula_{role}");
        let grant = Grant {
            role: &name,
            database: &g.database,
        };
        owner
            .create_login(role, &format!("{role}-pw"), &[grant])
            .unwrap();
    }
    let given = |login: &str| InviteDesktop {
        login: Some(g.uri(login)),
        ..instructors()
    };
    for wrong in ["owner", "finance"] {
        let no = refusal(g.invite(&given(wrong)).unwrap_err());
        assert_eq!(
            (no.code, no.field.as_deref()),
            (Code::Forbidden, Some("login")),
            "{wrong}"
        );
        assert!(
            no.message.contains("matricula_instructor") && !no.message.contains("-pw"),
            "{}",
            no.message
        );
    }
    let no = refusal(g.invite(&given("nobody")).unwrap_err());
    assert_eq!(no.field.as_deref(), Some("login"));
    let made = g.invite(&given("instructor")).unwrap();
    let seat = g.join(&SystemClock, &with(&made), "laptop").unwrap();
    seat.enter(INSTRUCTOR);
}
