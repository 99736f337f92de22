//! The second factor as people meet it: set up with an authenticator that is shown the key, signing in with
//! a code and with a recovery code, an institution that requires one, and an administrator who takes it from
//! somebody who lost theirs. The authenticator is a public one (`totp-rs`), which knows only what the window
//! shows.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::Totp;
use workflows::accounts::{SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD};

use crate::{
    desk::Desk,
    find::{containing, starting},
    sample::sample_story,
    screens::judge,
};

const FINANCE: &str = "graham.pettifer@matricula.example";

/// What a person keeps of setting it up.
pub struct Kept {
    authenticator: Totp,
    /// The key as the window showed it.
    pub key: String,
    /// Recovery codes, in their order.
    pub codes: Vec<String>,
}

impl Kept {
    /// The code of so many half minutes from now.
    fn code(&self, steps: u64) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a clock after 1970")
            .as_secs();
        self.authenticator.generate(now + 30 * steps).to_string()
    }
}

/// From the offer to the codes that were kept.
pub async fn set_up(desk: &Desk) -> Kept {
    desk.click("button", "Show the code to scan").await;
    desk.find("img", "QR code for your authenticator").await;
    judge(desk, "second-factor-offer").await;
    let shown = desk
        .script(
            "return document.querySelector('form code').textContent;",
            Vec::new(),
        )
        .await;
    let key: String = shown
        .as_str()
        .expect("the key in letters")
        .split_whitespace()
        .collect();
    let authenticator = Totp::from_url(format!(
        "otpauth://totp/Matricula:me?secret={key}&issuer=Matricula"
    ))
    .expect("an authenticator takes the key");
    let mut kept = Kept {
        authenticator,
        key,
        codes: Vec::new(),
    };
    desk.fill("Code", "000000").await;
    desk.fill("Your password", SAMPLE_PASSWORD).await;
    desk.click("button", "Turn on").await;
    desk.reads("This is not the code your authenticator shows now")
        .await;
    desk.fill("Code", &kept.code(0)).await;
    desk.click("button", "Turn on").await;
    desk.find("button", "I have kept them").await;
    judge(desk, "second-factor-codes").await;
    let codes = desk
        .script(
            "return [...document.querySelectorAll('ol code')].map((code) => code.textContent);",
            Vec::new(),
        )
        .await;
    kept.codes = serde_json::from_value(codes).expect("recovery codes");
    assert_eq!(kept.codes.len(), 10);
    desk.click("button", "I have kept them").await;
    kept
}

/// Switches the institution's demand on. The switch itself has no size; a person hits its words.
async fn require(desk: &Desk) {
    let words = starting("Administrators and finance staff give a second factor");
    let found = desk.find("switch", words).await;
    desk.driver
        .execute(
            "arguments[0].labels[0].click();",
            vec![found.to_json().expect("an element")],
        )
        .await
        .expect("the words take a click");
    desk.eventually("the switch to be on", async || {
        found.is_selected().await.ok()?.then_some(())
    })
    .await;
}

async fn sign_out(desk: &Desk) {
    desk.click("button", starting("Account of")).await;
    desk.click("menuitem", "Sign out").await;
    desk.find("heading", "Sign in").await;
}

async fn sign_in_with(desk: &Desk, email: &str, code: &str) {
    desk.sign_in(email, SAMPLE_PASSWORD).await;
    desk.find("heading", "Second factor").await;
    desk.fill("Code", code).await;
    desk.click("button", "Sign in").await;
}

#[test]
fn a_second_factor_is_set_up_used_required_and_taken_away() {
    sample_story(
        "a_second_factor_is_set_up_used_required_and_taken_away",
        async |desk| {
            desk.find("heading", "Dashboard").await;
            desk.go("/profile").await;
            desk.click("button", "Set up two-factor sign-in").await;
            let mine = set_up(&desk).await;
            desk.reads("On since").await;
            desk.reads("10 left").await;

            // The password alone no longer lets in, and neither does a wrong code.
            sign_out(&desk).await;
            sign_in_with(&desk, SAMPLE_ADMIN_EMAIL, "000000").await;
            judge(&desk, "second-factor-asked").await;
            desk.find("heading", "Second factor").await;
            desk.fill("Code", &mine.code(1)).await;
            desk.click("button", "Sign in").await;
            desk.find("heading", "Dashboard").await;

            // A recovery code, in small letters and without its dashes, once.
            sign_out(&desk).await;
            let typed = mine.codes[0].to_lowercase().replace('-', " ");
            sign_in_with(&desk, SAMPLE_ADMIN_EMAIL, &typed).await;
            desk.find("heading", "Dashboard").await;
            desk.go("/profile").await;
            desk.reads("9 left").await;

            // The institution requires one; finance staff have none yet.
            desk.go("/system").await;
            desk.find("heading", "Settings").await;
            require(&desk).await;

            desk.click("button", "Save settings").await;
            desk.reads("Settings saved").await;
            sign_out(&desk).await;
            desk.sign_in(FINANCE, SAMPLE_PASSWORD).await;
            desk.find("heading", "Set up your second factor").await;
            judge(&desk, "second-factor-due").await;
            desk.go("/payments").await;
            desk.find("heading", "Set up your second factor").await;
            set_up(&desk).await;
            desk.find("heading", "Dashboard").await;

            // Who lost theirs asks an administrator, who signs in with the next recovery code.
            sign_out(&desk).await;
            desk.sign_in(FINANCE, SAMPLE_PASSWORD).await;
            desk.find("heading", "Second factor").await;
            desk.reads("An administrator can take your second factor away")
                .await;
            desk.click("button", "Back to e-mail and password").await;
            desk.find("heading", "Sign in").await;
            sign_in_with(&desk, SAMPLE_ADMIN_EMAIL, &mine.codes[0]).await;
            desk.find("heading", "Second factor").await;
            desk.fill("Code", &mine.codes[1]).await;
            desk.click("button", "Sign in").await;
            desk.find("heading", "Dashboard").await;
            desk.go("/people").await;
            desk.fill("Search people", "Pettifer").await;
            desk.click("rowheader", containing("Graham Pettifer")).await;
            desk.click("button", "More actions").await;
            desk.click("menuitem", "Take second factor away").await;
            desk.click("button", "Take second factor away").await;
            desk.reads("The second factor of Graham Pettifer was taken away")
                .await;
            sign_out(&desk).await;
            desk.sign_in(FINANCE, SAMPLE_PASSWORD).await;
            desk.find("heading", "Set up your second factor").await;
        },
    );
}
