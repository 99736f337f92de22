//! Signing in: a wrong password, the lock-out and its end, locking the window.

use workflows::accounts::{SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD};

use crate::{
    find::{containing, starting},
    sample::{sample_story, signed_out_story},
};

#[test]
fn a_wrong_password_is_told_and_five_lock_out() {
    signed_out_story("a_wrong_password_is_told_and_five_lock_out", async |desk| {
        desk.find("heading", "Sign in").await;
        desk.fill("E-mail", SAMPLE_ADMIN_EMAIL).await;
        for attempt in 1..=5 {
            desk.fill("Password", &format!("Wrong-{attempt}")).await;
            desk.click("button", "Sign in").await;
            desk.find("alert", containing("")).await;
        }
        let refused = desk.page_text().await;
        assert!(
            !refused.to_lowercase().contains("no account"),
            "the message never says whether the account exists: {refused}"
        );
        desk.fill("Password", SAMPLE_PASSWORD).await;
        desk.click("button", "Sign in").await;
        desk.find("alert", containing("minutes")).await;
        desk.find("heading", "Sign in").await;
    });
}

#[test]
fn the_window_locks_and_opens_with_the_password() {
    sample_story(
        "the_window_locks_and_opens_with_the_password",
        async |desk| {
            desk.find("heading", "Dashboard").await;
            desk.click("button", starting("Account of")).await;
            desk.click("menuitem", "Lock").await;
            desk.find("heading", "Locked").await;
            assert!(
                !desk.shows("link", "People").await,
                "nothing of the register is seen while locked"
            );
            desk.fill("Password", "Wrong-1").await;
            desk.click("button", "Unlock").await;
            desk.eventually("the refusal", async || {
                desk.page_text()
                    .await
                    .to_lowercase()
                    .contains("password")
                    .then_some(())
            })
            .await;
            desk.fill("Password", SAMPLE_PASSWORD).await;
            desk.click("button", "Unlock").await;
            desk.find("heading", "Dashboard").await;
        },
    );
}
