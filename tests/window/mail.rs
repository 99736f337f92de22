//! Codes and mail as people meet them: an administrator sets the mail server and tries it, somebody who
//! forgot their password gets a code by mail, somebody else has one read out, a student registers.

use domain::settings::MailSecurity;
use testkit::MailServer;
use workflows::accounts::{SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD};

use crate::{
    desk::Desk,
    find::{containing, starting},
    sample::sample_story,
};

const NEXT: &str = "Sparrow7hedge";

async fn set_mail(desk: &Desk, smtp: &MailServer) {
    desk.go("/system/mail").await;
    desk.find("heading", "Mail").await;
    desk.reads("No mail is sent").await;
    desk.click("switch", "Send mail by a mail server").await;
    desk.fill("Server", "127.0.0.1").await;
    desk.choose("Protection", "None (this computer only)").await;
    desk.fill("Port", &smtp.port().to_string()).await;
    desk.fill("Sender", "office@college.example").await;
    desk.click("button", "Save mail settings").await;
    desk.reads("This desktop sends mail").await;
}

async fn sign_out(desk: &Desk) {
    desk.click("button", starting("Account of")).await;
    desk.click("menuitem", "Sign out").await;
    desk.find("heading", "Sign in").await;
}

#[test]
fn a_forgotten_password_is_set_with_the_code_that_mail_brings() {
    let Some(smtp) = MailServer::start(MailSecurity::None) else {
        return;
    };
    sample_story(
        "a_forgotten_password_is_set_with_the_code_that_mail_brings",
        async move |desk| {
            set_mail(&desk, &smtp).await;
            desk.fill("To", "head@college.example").await;
            desk.click("button", "Send a test mail").await;
            assert_eq!(smtp.letter().to, ["head@college.example"]);
            sign_out(&desk).await;
            desk.click("link", "Forgot your password?").await;
            desk.find("heading", "New password").await;
            desk.fill("E-mail", SAMPLE_ADMIN_EMAIL).await;
            desk.click("button", "Send me a code").await;
            desk.reads("a code is on its way").await;
            let code = smtp.letter().code().expect("a code in the letter");
            desk.type_into("One-time code", &code.to_lowercase().replace('-', " "))
                .await;
            desk.fill("New password", NEXT).await;
            desk.click("button", "Set new password").await;
            desk.sign_in(SAMPLE_ADMIN_EMAIL, NEXT).await;
            desk.find("heading", "Dashboard").await;
            desk.go("/system/mail").await;
            desk.reads("Code for a new password").await;
            assert!(
                !desk.page_text().await.contains(&code),
                "the queue tells no code"
            );
        },
    );
}

#[test]
fn an_administrator_reads_a_code_out_and_it_sets_a_new_password() {
    sample_story(
        "an_administrator_reads_a_code_out_and_it_sets_a_new_password",
        async |desk| {
            desk.go("/people").await;
            desk.click("rowheader", containing("")).await;
            desk.click("button", "More actions").await;
            desk.click("menuitem", "Give a one-time code").await;
            desk.click("button", "Give out a code").await;
            desk.reads("Read it out to them").await;
            let text = desk.page_text().await;
            let code = text
                .split_whitespace()
                .find(|word| word.len() == 24 && word.split('-').count() == 5)
                .expect("a code on the page")
                .to_owned();
            let email = text
                .split_once("with their address, ")
                .and_then(|(_, rest)| rest.split_once(", under"))
                .map(|(email, _)| email.to_owned())
                .expect("the person's address");
            desk.click("button", "Done").await;
            sign_out(&desk).await;
            desk.click("link", "Forgot your password?").await;
            desk.fill("E-mail", &email).await;
            desk.type_into("One-time code", "ABCD").await;
            desk.fill("New password", NEXT).await;
            desk.click("button", "Set new password").await;
            desk.reads("A code has 20 letters and digits").await;
            desk.type_into("One-time code", &code).await;
            desk.click("button", "Set new password").await;
            desk.sign_in(&email, NEXT).await;
            desk.find("button", starting("Account of")).await;
        },
    );
}

#[test]
fn a_student_registers_where_that_is_allowed_and_confirms_the_address() {
    let Some(smtp) = MailServer::start(MailSecurity::None) else {
        return;
    };
    sample_story(
        "a_student_registers_where_that_is_allowed_and_confirms_the_address",
        async move |desk| {
            set_mail(&desk, &smtp).await;
            desk.go("/system/settings").await;
            desk.click("switch", starting("Students may register"))
                .await;
            desk.click("button", "Save settings").await;
            desk.reads("Settings saved").await;
            sign_out(&desk).await;
            desk.click("link", "Register as a student").await;
            desk.fill("Your name", "Nadia Rahman").await;
            desk.fill("E-mail", "nadia@example.org").await;
            desk.fill("Password", NEXT).await;
            desk.click("button", "Register").await;
            desk.find("heading", "Confirm your address").await;
            let code = smtp.letter().code().expect("a code in the letter");
            desk.type_into("One-time code", &code).await;
            desk.click("button", "Confirm address").await;
            desk.sign_in("nadia@example.org", NEXT).await;
            desk.find("heading", "No courses yet").await;
            desk.change_person(SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD)
                .await;
            desk.find("heading", "Dashboard").await;
        },
    );
}
