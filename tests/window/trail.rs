//! The audit trail as administrators read it: narrowed by day, area, person and words, a line opened by
//! keyboard, taken out as a file; and its sentences in German. What it tells is tested where deeds are made.

use std::fs;

use thirtyfour::Key;

use crate::{
    desk::Desk,
    find::{containing, starting},
    sample::sample_story,
    screens::judge,
};

const SETTINGS: &str = "The settings were changed: minutes until the window locks (now 25, before 10), \
    registering by students (now on, before off).";

/// Locks later and lets students register, so that the trail has something to tell.
async fn change_settings(desk: &Desk) {
    desk.go("/system/settings").await;
    desk.find("heading", "Settings").await;
    desk.fill("Minutes without input until the window locks", "25")
        .await;
    desk.click("switch", starting("Students may register"))
        .await;
    desk.click("button", "Save settings").await;
    desk.reads("Settings saved").await;
}

async fn rows(desk: &Desk) -> usize {
    desk.eventually("how many rows there are", async || {
        let foot = desk.all(&["status"], containing(" row")).await;
        let text = foot.first()?.text().await.ok()?;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
    .await
}

#[test]
fn the_trail_is_narrowed_read_and_taken_out() {
    sample_story("the_trail_is_narrowed_read_and_taken_out", async |desk| {
        desk.find("heading", "Dashboard").await;
        change_settings(&desk).await;
        desk.go("/system/audit").await;
        desk.find("heading", "Audit trail").await;
        desk.find("rowheader", SETTINGS).await;
        let all = rows(&desk).await;

        narrow_by_day(&desk).await;
        let today = rows(&desk).await;
        assert!(today < all, "{today} of {all} lines are of today");
        desk.choose("Area", "Settings").await;
        desk.find("status", "1 row").await;
        desk.find("rowheader", SETTINGS).await;
        narrow_by_person(&desk, "Rashed Karim").await;
        desk.find("paragraph", "Nothing matches").await;
        judge(&desk, "audit-empty").await;
        desk.click("button", "Clear filters").await;
        desk.find("button", "Area").await;
        assert_eq!(rows(&desk).await, all, "everything is there again");
        narrow_by_person(&desk, "Margaret Osei").await;
        desk.find("rowheader", SETTINGS).await;
        desk.choose("Area", "Settings").await;
        desk.find("status", "1 row").await;

        read_by_keyboard(&desk).await;
        take_out(&desk).await;
    });
}

/// Today in the institution's zone, from the calendar.
async fn narrow_by_day(desk: &Desk) {
    const TODAY: &str = "return new Date().toLocaleDateString('en-GB',
        { timeZone: 'Europe/London', day: 'numeric', month: 'long', year: 'numeric' });";
    let today = desk.script(TODAY, Vec::new()).await;
    let today = today.as_str().expect("a day").to_owned();
    desk.click("button", "When").await;
    desk.find("button", today.as_str()).await;
    judge(desk, "audit-days").await;
    desk.click("button", today.as_str()).await;
    desk.click("button", today.as_str()).await;
    desk.press(Key::Escape).await;
    desk.gone("button", today.as_str()).await;
    desk.find("button", starting("When ")).await;
}

async fn narrow_by_person(desk: &Desk, name: &str) {
    desk.click("button", "Who").await;
    desk.fill("Who: Find…", name).await;
    desk.click("option", name).await;
    desk.find("button", format!("Who: {name}").as_str()).await;
}

/// The only line, opened, left and opened again without a pointer.
async fn read_by_keyboard(desk: &Desk) {
    desk.click("searchbox", "Search the audit trail").await;
    desk.press("registration").await;
    desk.find("button", "Clear the search").await;
    desk.press(Key::Escape).await;
    desk.gone("button", "Clear the search").await;
    desk.press("nothing says this").await;
    desk.find("paragraph", "Nothing matches").await;
    desk.press(Key::Escape).await;
    desk.find("rowheader", SETTINGS).await;

    desk.script("document.activeElement.blur();", Vec::new())
        .await;
    desk.press("j").await;
    desk.press(Key::Enter).await;
    let panel = desk.find("complementary", "Line of the audit trail").await;
    desk.find_in(&panel, "heading", SETTINGS).await;
    for said in ["Margaret Osei · Administrator", "Settings"] {
        desk.find_in(&panel, "definition", said).await;
    }
    let read = desk.eventually("the panel to be read", async || panel.text().await.ok());
    let text = read.await;
    let hash = text.rsplit("Hash").next().unwrap_or_default().trim();
    assert!(
        hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit()),
        "the line's hash is there: {text}"
    );
    judge(desk, "audit-line").await;

    desk.press(Key::Enter).await;
    desk.eventually("the panel to have the focus", async || {
        let focused = desk.driver.active_element().await.ok()?;
        (focused.id().await.ok()??.as_str() == "side-panel").then_some(())
    })
    .await;
    desk.press(Key::Escape).await;
    desk.gone("complementary", "Line of the audit trail").await;
}

/// The one line as a table and as a workbook, and the lines that tell of it.
async fn take_out(desk: &Desk) {
    desk.click("button", "Save the list").await;
    desk.click("menuitem", "Save as CSV").await;
    let file = desk.saved(".csv").await;
    let text = fs::read_to_string(&file).expect("the saved table");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "a head and what the list showed: {text}");
    assert!(
        lines[0].ends_with("At,Actor,Role,Device,Verb,About,Detail,Number,Hash"),
        "{}",
        lines[0]
    );
    for part in [
        "Margaret Osei,admin,",
        ",settings.updated,",
        "\"\"idleMinutesFrom\"\":10",
        "\"\"idleMinutesTo\"\":25",
        "\"\"registrationTo\"\":true",
    ] {
        assert!(lines[1].contains(part), "{part}: {}", lines[1]);
    }

    desk.click("button", "Save the list").await;
    desk.click("menuitem", "Save as Excel workbook").await;
    let file = desk.saved(".xlsx").await;
    let book = fs::read(&file).expect("the saved workbook");
    assert!(book.starts_with(b"PK"), "a workbook");
    let sheet = b"xl/worksheets/sheet1.xml";
    assert!(book.windows(sheet.len()).any(|bytes| bytes == sheet));

    desk.click("button", "Clear").await;
    desk.find(
        "rowheader",
        "A list was saved as a file: audit trail (rows: 1).",
    )
    .await;
}

#[test]
fn the_trail_speaks_german() {
    sample_story("the_trail_speaks_german", async |desk| {
        desk.find("heading", "Dashboard").await;
        change_settings(&desk).await;
        desk.go("/reports/revenue-by-month").await;
        desk.find("table", containing("")).await;
        desk.click("button", "Save").await;
        desk.click("menuitem", "CSV").await;
        desk.saved(".csv").await;
        let told = desk.find("status", starting("Saved to ")).await;
        desk.click_in(&told, "button", "Close the message").await;
        for told in ["Saved to ", "Settings saved"] {
            desk.gone("status", starting(told)).await;
        }
        desk.speak_german().await;
        desk.go("/system/audit").await;
        desk.find("heading", "Protokoll").await;
        desk.find(
            "rowheader",
            starting("Ein Bericht wurde als Datei gespeichert: Einnahmen nach Monat (Zeilen: "),
        )
        .await;
        let settings = "Die Einstellungen wurden geändert: Minuten bis zur Sperre (nun 25, zuvor 10), \
            Registrierung durch Studierende (nun an, zuvor aus).";
        desk.click("rowheader", settings).await;
        desk.find("complementary", "Zeile des Protokolls").await;
        desk.find("definition", "Margaret Osei · Verwaltung").await;
        desk.all_german("a line of the trail").await;
        desk.press(Key::Escape).await;
        desk.click("button", "Bereich").await;
        desk.find("option", "Gespeicherte Berichte").await;
        desk.all_german("the trail's areas").await;
        desk.press(Key::Escape).await;
        desk.fill("Protokoll durchsuchen", "so steht es nirgends")
            .await;
        desk.find("paragraph", "Nichts passt").await;
        desk.all_german("an empty trail").await;
    });
}
