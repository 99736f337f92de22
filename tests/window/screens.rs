//! Every screen, in both themes: axe-core finds nothing. With `MATRICULA_PICTURES=1` a picture of each is
//! left in the results directory, at 1280×800 and 1440×900, to be looked at.

use workflows::accounts::SAMPLE_PASSWORD;

use crate::{
    desk::{Desk, Theme},
    find::{containing, starting},
    sample::{sample_story, signed_out_story},
};

/// What of a list stands beside its column, or beyond its edge: beside an open panel it may be scrolled.
const ASTRAY: &str = "
    const places = (row) => [...row.children].map((cell) => Math.round(cell.getBoundingClientRect().left));
    return [...document.querySelectorAll('[role=grid]')].flatMap((grid) => {
        const [head, row] = grid.querySelectorAll('[role=row]');
        if (!head || !row) return [];
        const [heads, cells] = [places(head), places(row)];
        const beside = heads.filter((place, at) => place !== cells[at]).map((place) => `a head at ${place}`);
        const beyond = document.getElementById('side-panel') ? 0 : grid.scrollWidth - grid.clientWidth;
        return beyond > 0 ? [...beside, `${beyond} pixels too wide`] : beside;
    });";

/// Judges the screen that is shown, and pictures it when asked to.
pub async fn judge(desk: &Desk, screen: &str) {
    desk.settled().await;
    let astray = desk.script(ASTRAY, Vec::new()).await;
    assert_eq!(astray, serde_json::json!([]), "{screen}");
    desk.axe_clean_in_both_themes(screen).await;
    if std::env::var_os("MATRICULA_PICTURES").is_some() {
        for (width, height) in [(1280, 800), (1440, 900)] {
            desk.resize(width, height).await;
            for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
                desk.theme(theme).await;
                desk.settled().await;
                desk.picture(&format!("{screen}-{width}-{word}")).await;
            }
        }
        desk.theme(Theme::Light).await;
    }
}

#[test]
fn the_administrators_screens() {
    sample_story("the_administrators_screens", async |desk| {
        desk.find("heading", "Dashboard").await;
        judge(&desk, "dashboard").await;
        for (address, heading, screen) in [
            ("/people", "People", "people"),
            ("/people/new", "New person", "person-new"),
            ("/import/people", "Import people", "import-people"),
            ("/courses", "Courses", "courses"),
            ("/enrollments", "Enrollments", "enrollments"),
            ("/enrollments/new", "Enroll", "enroll"),
            ("/payments", "Payments", "payments"),
            ("/reports", "Reports", "reports"),
            (
                "/reports/revenue-by-month",
                "Revenue by month",
                "report-revenue",
            ),
            (
                "/reports/enrollments-over-time",
                "Enrollments over time",
                "report-enrollments",
            ),
            (
                "/reports/completion-by-course",
                "Completion by course",
                "report-completion",
            ),
            (
                "/reports/outstanding-payments",
                "Outstanding payments",
                "report-outstanding",
            ),
            ("/system", "Settings", "system"),
            (
                "/system/verification?run=true",
                "Everything fits together",
                "verification",
            ),
            ("/system/audit", "Audit trail", "audit"),
            ("/system/mail", "Mail", "mail"),
            ("/system/imports", "Imports", "imports"),
            ("/system/about", "About", "about"),
            ("/profile", "Profile", "profile"),
        ] {
            desk.go(address).await;
            desk.find("heading", heading).await;
            judge(&desk, screen).await;
        }
        for (address, heading, screen) in [
            ("/people", "People", "person-panel"),
            ("/courses", "Courses", "course"),
        ] {
            desk.go(address).await;
            desk.find("heading", heading).await;
            open_first_row(&desk).await;
            judge(&desk, screen).await;
        }
        for (address, heading, screen) in [
            ("/enrollments", "Enrollments", "enrollment"),
            ("/payments", "Payments", "payment"),
        ] {
            desk.go(address).await;
            desk.find("heading", heading).await;
            open_first_row(&desk).await;
            desk.find("heading", "Why is it in this state").await;
            judge(&desk, screen).await;
        }
    });
}

#[test]
fn the_students_screens_and_the_way_in() {
    signed_out_story("the_students_screens_and_the_way_in", async |desk| {
        desk.find("heading", "Sign in").await;
        judge(&desk, "sign-in").await;
        for (address, heading, screen) in [
            ("/forgotten", "New password", "forgotten"),
            ("/register", "Register as a student", "register"),
            (
                "/confirm-address",
                "Confirm your address",
                "confirm-address",
            ),
        ] {
            desk.go(address).await;
            desk.find("heading", heading).await;
            judge(&desk, screen).await;
        }
        desk.go("/sign-in").await;
        desk.click("button", containing("Student")).await;
        desk.fill("Password", SAMPLE_PASSWORD).await;
        desk.click("button", "Sign in").await;
        desk.find("heading", "My courses").await;
        judge(&desk, "my-courses").await;
        desk.click("link", starting("Continue")).await;
        desk.find("heading", "Your notes").await;
        judge(&desk, "lesson").await;
        desk.click("button", "Overview").await;
        desk.find("heading", "What is still to do").await;
        judge(&desk, "learning").await;
        desk.go("/my-courses").await;
        desk.click("link", "Certificate").await;
        desk.find("heading", "Certificate").await;
        judge(&desk, "certificate").await;
        desk.click("link", "Check its number").await;
        desk.find("heading", "Genuine").await;
        judge(&desk, "verify").await;
        desk.go("/catalog").await;
        desk.find("heading", "Catalog").await;
        judge(&desk, "catalog").await;
        desk.go("/my-payments").await;
        desk.find("heading", "My payments").await;
        judge(&desk, "my-payments").await;
    });
}

#[test]
fn the_first_run() {
    crate::desk::story("the_first_run", async |desk| {
        desk.find("heading", "Welcome to Matricula").await;
        judge(&desk, "welcome").await;
        desk.click(
            "button",
            crate::find::starting("Create an institution here"),
        )
        .await;
        desk.find("heading", "Create an institution").await;
        judge(&desk, "create-institution").await;
    });
}

/// Opens the first row of the list that is shown.
pub async fn open_first_row(desk: &Desk) {
    desk.click("rowheader", containing("")).await;
}
