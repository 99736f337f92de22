//! The second factor, with an authenticator that only knows what the window shows it.

use domain::{Code, Refusal};
use testkit::{ADMIN_EMAIL, PASSWORD, TestWorkspace, workspace};
use totp_rs::Totp;
use workflows::{
    Clock, WorkflowError,
    accounts::{
        self,
        dto::{
            ChangePassword, ConfirmSecondFactor, Phase, ProveSelf, SignInWithCode, WorkspaceStatus,
        },
    },
    dto::{ById, Nothing},
    operations,
    people::{self, dto::SetPersonPassword},
};

use super::sign_in::sign_in;

fn refusal<T: std::fmt::Debug>(outcome: Result<T, WorkflowError>) -> Refusal {
    match outcome {
        Err(WorkflowError::Refused(refusal)) => refusal,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

/// An authenticator as people have it: it was shown the QR code's address.
struct Authenticator(Totp);

impl Authenticator {
    fn code(&self, t: &TestWorkspace) -> String {
        let seconds = u64::try_from(t.clock.now().timestamp_millis() / 1000).unwrap();
        self.0.generate(seconds).to_string()
    }
}

/// Signs the administrator in and sets the factor up.
fn set_up(t: &TestWorkspace) -> (Authenticator, Vec<String>) {
    sign_in(t, ADMIN_EMAIL, PASSWORD).unwrap();
    let offer = accounts::second_factor_begin(&t.desk(), &t.admin, &t.keeper).unwrap();
    let authenticator = Authenticator(Totp::from_url(&offer.address).unwrap());
    let args = ConfirmSecondFactor {
        code: authenticator.code(t),
        password: PASSWORD.into(),
    };
    let codes = accounts::second_factor_confirm(&t.desk(), &t.admin, &t.keeper, &args).unwrap();
    (authenticator, codes.codes)
}

fn with_code(t: &TestWorkspace, code: &str) -> Result<WorkspaceStatus, WorkflowError> {
    with(t, PASSWORD, code)
}

fn with(t: &TestWorkspace, password: &str, code: &str) -> Result<WorkspaceStatus, WorkflowError> {
    let args = SignInWithCode {
        email: ADMIN_EMAIL.into(),
        password: password.into(),
        code: code.into(),
    };
    accounts::sign_in_with_code(&t.desk(), &t.keeper, args)
}

#[test]
fn the_password_alone_no_longer_signs_in_and_each_code_does_so_once() {
    let t = workspace();
    let (authenticator, _) = set_up(&t);
    let asked = refusal(sign_in(&t, ADMIN_EMAIL, PASSWORD));
    assert_eq!(
        (asked.code, asked.field.as_deref()),
        (Code::SecondFactor, Some("code"))
    );
    assert_eq!(
        refusal(with_code(&t, &authenticator.code(&t))).code,
        Code::SecondFactor,
        "the code that set it up was used by that"
    );
    t.clock.advance(30);
    let code = authenticator.code(&t);
    assert_eq!(with_code(&t, &code).unwrap().phase, Phase::SignedIn);
    assert_eq!(
        refusal(with_code(&t, &code)).code,
        Code::SecondFactor,
        "replayed"
    );
    t.clock.advance(30);
    let spaced = authenticator.code(&t);
    let spaced = format!(" {} {} ", &spaced[..3], &spaced[3..]);
    assert_eq!(with_code(&t, &spaced).unwrap().phase, Phase::SignedIn);
}

#[test]
fn a_wrong_password_never_tells_that_there_is_a_second_factor() {
    let t = workspace();
    set_up(&t);
    assert_eq!(
        refusal(sign_in(&t, ADMIN_EMAIL, "Wrong1password")).code,
        Code::BadCredentials
    );
    assert_eq!(
        refusal(with(&t, "Wrong1password", "123456")).code,
        Code::BadCredentials
    );
}

#[test]
fn five_wrong_codes_lock_like_five_wrong_passwords() {
    let t = workspace();
    let (authenticator, _) = set_up(&t);
    t.clock.advance(30);
    for n in 1..=4 {
        assert_eq!(
            refusal(with_code(&t, "000000")).code,
            Code::SecondFactor,
            "{n}"
        );
    }
    assert_eq!(refusal(with_code(&t, "000000")).code, Code::LockedOut);
    assert_eq!(
        refusal(with_code(&t, &authenticator.code(&t))).code,
        Code::LockedOut
    );
}

#[test]
fn a_recovery_code_signs_in_once_and_new_ones_replace_all() {
    let t = workspace();
    let (_, codes) = set_up(&t);
    assert_eq!(codes.len(), 10);
    let typed = codes[3].to_lowercase().replace('-', " ");
    assert_eq!(with_code(&t, &typed).unwrap().phase, Phase::SignedIn);
    assert_eq!(refusal(with_code(&t, &codes[3])).code, Code::SecondFactor);
    let state = accounts::second_factor(&t.desk(), &t.admin, &Nothing {}).unwrap();
    assert_eq!((state.recovery_left, state.authenticator), (9, true));
    let args = ProveSelf {
        password: PASSWORD.into(),
    };
    let fresh = accounts::recovery_renew(&t.desk(), &t.admin, &args).unwrap();
    assert_eq!(refusal(with_code(&t, &codes[4])).code, Code::SecondFactor);
    assert_eq!(
        with_code(&t, &fresh.codes[0]).unwrap().phase,
        Phase::SignedIn
    );
}

#[test]
fn an_offer_changes_nothing_until_a_code_and_the_password_confirm_it() {
    let t = workspace();
    sign_in(&t, ADMIN_EMAIL, PASSWORD).unwrap();
    let confirm = |code: &str, password: &str| {
        let args = ConfirmSecondFactor {
            code: code.into(),
            password: password.into(),
        };
        refusal(accounts::second_factor_confirm(
            &t.desk(),
            &t.admin,
            &t.keeper,
            &args,
        ))
    };
    assert_eq!(
        confirm("123456", PASSWORD).code,
        Code::WrongState,
        "no offer yet"
    );
    let offer = accounts::second_factor_begin(&t.desk(), &t.admin, &t.keeper).unwrap();
    assert!(offer.qr.len() > 20 && offer.address.contains(&offer.secret));
    let code = Authenticator(Totp::from_url(&offer.address).unwrap()).code(&t);
    let bad = confirm(&code, "Wrong1password");
    assert_eq!(
        (bad.code, bad.field.as_deref()),
        (Code::BadCredentials, Some("password"))
    );
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(confirm(wrong, PASSWORD).field.as_deref(), Some("code"));
    assert_eq!(
        sign_in(&t, ADMIN_EMAIL, PASSWORD).unwrap().phase,
        Phase::SignedIn
    );
}

#[test]
fn a_changed_password_keeps_the_authenticator_and_one_set_by_another_does_not() {
    let t = workspace();
    let (authenticator, codes) = set_up(&t);
    let args = ChangePassword {
        current: PASSWORD.into(),
        next: "Another2horse".into(),
    };
    accounts::change_password(&t.desk(), &t.admin, &t.keeper, &args).unwrap();
    t.clock.advance(30);
    with(&t, "Another2horse", &authenticator.code(&t)).unwrap();

    let other = t.person(domain::Role::Admin);
    let args = SetPersonPassword {
        id: t.admin.user.unwrap().to_hex(),
        password: "Third3-horse-there".into(),
    };
    people::person_set_password(&t.desk(), &other, args).unwrap();
    t.clock.advance(30);
    let told = refusal(with(&t, "Third3-horse-there", &authenticator.code(&t)));
    assert_eq!(told.code, Code::SecondFactor);
    assert!(told.message.contains("recovery"), "{told}");
    with(&t, "Third3-horse-there", &codes[0]).unwrap();
    assert!(
        !accounts::second_factor(&t.desk(), &t.admin, &Nothing {})
            .unwrap()
            .authenticator
    );
}

#[test]
fn where_it_is_required_nothing_is_possible_before_it_is_set_up() {
    let t = workspace();
    sign_in(&t, ADMIN_EMAIL, PASSWORD).unwrap();
    let mut settings = operations::settings(&t.desk(), &t.admin, Nothing {}).unwrap();
    settings.require_second_factor = true;
    operations::settings_update(&t.desk(), &t.admin, &settings).unwrap();
    assert_eq!(
        refusal(t.keeper.authenticate(&t.desk())).code,
        Code::SecondFactor
    );
    let status = accounts::workspace_status(&t.desk(), &t.keeper).unwrap();
    assert!(status.second_factor_due && status.phase == Phase::SignedIn);
    t.keeper.authenticate_to_set_up(&t.desk()).unwrap();
    set_up(&t);
    t.keeper.authenticate(&t.desk()).unwrap();
    let args = ProveSelf {
        password: PASSWORD.into(),
    };
    assert_eq!(
        refusal(accounts::second_factor_remove(&t.desk(), &t.admin, &args)).code,
        Code::Forbidden
    );
    let other = t.person(domain::Role::Admin);
    let id = t.admin.user.unwrap().to_hex();
    let person = accounts::person_second_factor_remove(&t.desk(), &other, ById { id }).unwrap();
    assert!(!person.second_factor);
    assert_eq!(
        refusal(t.keeper.authenticate(&t.desk())).code,
        Code::SecondFactor,
        "due again"
    );
}

#[test]
fn nothing_of_the_secret_is_stored_in_the_clear() {
    let t = workspace();
    sign_in(&t, ADMIN_EMAIL, PASSWORD).unwrap();
    let offer = accounts::second_factor_begin(&t.desk(), &t.admin, &t.keeper).unwrap();
    let authenticator = Authenticator(Totp::from_url(&offer.address).unwrap());
    let args = ConfirmSecondFactor {
        code: authenticator.code(&t),
        password: PASSWORD.into(),
    };
    let codes = accounts::second_factor_confirm(&t.desk(), &t.admin, &t.keeper, &args).unwrap();
    let user = t.user(t.admin.user.unwrap());
    let stored = format!("{:?}", user.second_factor.unwrap());
    assert!(!stored.contains(&offer.secret));
    assert!(
        codes
            .codes
            .iter()
            .all(|code| !stored.contains(code.as_str()))
    );
}
