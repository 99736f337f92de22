//! The main job, once, by hand: a bare desktop, an institution, people and a course from files, an
//! enrollment, cash, lessons, the certificate, and a report whose figures are right.

use std::fs;

use crate::{
    desk::{Desk, story},
    find::{containing, starting},
};

const PASSWORD: &str = "Correct-Horse-7";
const STUDENT_PASSWORD: &str = "Battery-Staple-9";

const PEOPLE: &str = "Full name;E-mail;Role\n\
    Amina Rahman;amina.rahman@example.org;student\n\
    Jonas Weber;jonas.weber@example.org;student\n\
    Ruth Okafor;ruth.okafor@example.org;instructor\n\
    No Address;;student\n";

const COURSES: &str = "Course title,Summary,Category,Level,Fee,Currency,Teacher,Module,Lesson,Length\n\
    Bookkeeping by hand,Debits and credits from the first page.,Business,Beginner,120.00,GBP,ruth.okafor@example.org,Foundations,What a ledger is,12:00\n\
    Bookkeeping by hand,Debits and credits from the first page.,Business,Beginner,120.00,GBP,ruth.okafor@example.org,Foundations,Double entry,18:30\n";

#[test]
fn from_a_bare_machine_to_a_report() {
    story("from_a_bare_machine_to_a_report", async |desk| {
        create(&desk).await;
        import_people(&desk).await;
        import_course(&desk).await;
        publish(&desk).await;
        enroll(&desk).await;
        pay(&desk).await;
        give_the_student_a_password(&desk).await;
        learn(&desk).await;
        report(&desk).await;
    });
}

async fn create(desk: &Desk) {
    desk.find("heading", "Welcome to Matricula").await;
    desk.click("button", starting("Create an institution here"))
        .await;
    desk.fill("Name of the institution", "Riverside College")
        .await;
    desk.choose("Time zone", "Europe/London").await;
    desk.choose("Currency", "GBP").await;
    desk.fill("Name", "Grace Hopper").await;
    desk.fill("E-mail", "grace@example.org").await;
    desk.fill("Password", PASSWORD).await;
    desk.click("button", "Create institution").await;
    desk.find("heading", "Dashboard").await;
    desk.reads("Riverside College").await;
}

async fn import_people(desk: &Desk) {
    let file = desk.home().with_file_name("people.csv");
    fs::write(&file, PEOPLE).expect("the file of people");
    desk.click("link", "People").await;
    desk.click("link", "Import").await;
    desk.find("heading", "Import people").await;
    desk.attach("", &file).await;
    desk.click("button", "Check the file").await;
    desk.reads("3 can be imported").await;
    desk.find("cell", "5").await;
    desk.click("button", "Import 3 people").await;
    desk.reads("3 imported").await;
    desk.click("link", "Show people").await;
    desk.find("rowheader", "Amina Rahman").await;
}

async fn import_course(desk: &Desk) {
    let file = desk.home().with_file_name("courses.csv");
    fs::write(&file, COURSES).expect("the file of courses");
    desk.go("/import/courses").await;
    desk.find("heading", "Import courses").await;
    desk.attach("", &file).await;
    desk.click("button", "Check the file").await;
    desk.click("button", "Import 1 courses").await;
    desk.reads("1 imported").await;
}

async fn publish(desk: &Desk) {
    desk.go("/courses").await;
    desk.find("heading", "Courses").await;
    desk.click("rowheader", "Bookkeeping by hand").await;
    desk.find("heading", "Bookkeeping by hand").await;
    desk.click("button", "Submit for review").await;
    desk.reads("Under review").await;
    desk.click("button", "Publish").await;
    desk.eventually("the course to be published", async || {
        desk.page_text().await.contains("Published").then_some(())
    })
    .await;
}

async fn enroll(desk: &Desk) {
    desk.go("/enrollments/new").await;
    desk.find("heading", "Enroll").await;
    desk.choose("Course", "Bookkeeping by hand").await;
    desk.choose("Students", starting("Amina Rahman")).await;
    desk.click("button", "Enroll 1 student").await;
    desk.find("heading", "Amina Rahman").await;
    desk.reads("Pending").await;
}

async fn pay(desk: &Desk) {
    desk.click_any(&["link", "button"], "Record payment").await;
    desk.click("button", "Record cash").await;
    desk.type_into("Amount counted", "119.00").await;
    desk.click("button", "Record £119.00").await;
    desk.reads("Part payments are not taken").await;
    desk.type_into("Amount counted", "120.00").await;
    let dialog = desk.find("dialog", containing("")).await;
    desk.click_in(&dialog, "button", "Record £120.00").await;
    desk.find("heading", starting("R-")).await;
    desk.reads("Ledger balance £120.00").await;
    desk.click("link", containing("Active")).await;
    desk.find("heading", "Amina Rahman").await;
}

async fn give_the_student_a_password(desk: &Desk) {
    desk.go("/people").await;
    desk.click("rowheader", "Amina Rahman").await;
    desk.find("heading", "Amina Rahman").await;
    desk.click("button", "More actions").await;
    desk.click("menuitem", "Set a password").await;
    desk.fill("New password", STUDENT_PASSWORD).await;
    desk.click("button", "Set password").await;
    desk.reads("Amina Rahman has a new password").await;
}

async fn learn(desk: &Desk) {
    desk.change_person("amina.rahman@example.org", STUDENT_PASSWORD)
        .await;
    desk.find("heading", "My courses").await;
    desk.click("link", containing("Bookkeeping by hand")).await;
    for lesson in ["What a ledger is", "Double entry"] {
        desk.click_any(&["link", "button", "tab", "option"], containing(lesson))
            .await;
        desk.find("heading", lesson).await;
        desk.click("button", "Mark as done").await;
        desk.gone("button", "Mark as done").await;
    }
    desk.eventually("the certificate", async || {
        desk.page_text()
            .await
            .to_lowercase()
            .contains("certificate")
            .then_some(())
    })
    .await;
}

async fn report(desk: &Desk) {
    desk.change_person("grace@example.org", PASSWORD).await;
    desk.find("heading", "Dashboard").await;
    desk.click("link", "Reports").await;
    desk.click("link", containing("Revenue by course")).await;
    desk.find("heading", "Revenue by course").await;
    desk.find("cell", "£120.00").await;
    desk.go("/reports/enrollments-by-status").await;
    desk.find("cell", "Completed").await;
}
