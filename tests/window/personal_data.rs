//! What is kept of a person: all of it as files, without secrets; and a person erased for good, after which
//! nobody finds them and the books are as they were. What an erasure takes is tested where its rule is.

use std::fs;

use domain::{
    Collection, Role, UserId,
    payment::{PaymentStatus, RefundStatus},
    user::UserStatus,
};
use replica::{PeopleQuery, Reader, StoreError, Window};
use serde_json::Value;
use thirtyfour::Key;
use workflows::accounts::{SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD};

use crate::{
    desk::Desk,
    find::{containing, starting},
    sample::{in_the_sample, in_the_workspace, sample_story, signed_out_story},
    screens::judge,
    second_factor::set_up,
};

/// Why somebody is erased.
const WHY: &str = "Asked for it in writing";

/// A student of the sample.
struct Student {
    id: UserId,
    name: String,
    email: String,
    enrollments: usize,
    payments: usize,
}

/// A student who has learned and paid: one who owes nothing, or one with a payment open. Nobody else has
/// the name.
fn student(owes: bool) -> Student {
    in_the_sample(|reader| {
        let students = PeopleQuery {
            roles: vec![Role::Student],
            statuses: vec![UserStatus::Active],
            ..PeopleQuery::default()
        };
        for row in reader.people(&students, Window::new(0, 500))?.rows {
            let enrollments = reader.enrollments_of_user(row.id)?.len();
            let payments = reader.payments_of_user(row.id)?;
            let paid = payments
                .iter()
                .any(|payment| payment.status == PaymentStatus::Completed);
            let open = payments.iter().any(|payment| {
                matches!(
                    payment.status,
                    PaymentStatus::Pending | PaymentStatus::Processing
                )
            });
            let refund = payments
                .iter()
                .flat_map(|payment| &payment.refunds)
                .any(|refund| refund.status == RefundStatus::Pending);
            if paid && open == owes && !refund && enrollments > 1 && only(reader, &row.name)? {
                return Ok(Student {
                    id: row.id,
                    name: row.name,
                    email: row.email,
                    enrollments,
                    payments: payments.len(),
                });
            }
        }
        panic!("the sample has no such student")
    })
}

fn only(reader: &Reader<'_>, name: &str) -> Result<bool, StoreError> {
    let called = PeopleQuery {
        text: Some(name.to_owned()),
        ..PeopleQuery::default()
    };
    Ok(reader.people(&called, Window::new(0, 2))?.rows.len() == 1)
}

async fn open_person(desk: &Desk, student: &Student, search: &str) {
    desk.go("/people").await;
    desk.fill(search, &student.email).await;
    desk.click("rowheader", student.name.as_str()).await;
    desk.find("heading", student.name.as_str()).await;
}

#[test]
fn everything_about_a_person_is_saved_without_secrets() {
    let student = student(false);
    signed_out_story(
        "everything_about_a_person_is_saved_without_secrets",
        async move |desk| {
            desk.sign_in(&student.email, SAMPLE_PASSWORD).await;
            desk.find("heading", "My courses").await;
            desk.go("/profile").await;
            desk.click("button", "Set up two-factor sign-in").await;
            let factor = set_up(&desk).await;
            desk.reads("On since").await;
            desk.change_person(SAMPLE_ADMIN_EMAIL, SAMPLE_PASSWORD)
                .await;
            desk.find("heading", "Dashboard").await;

            open_person(&desk, &student, "Search people").await;
            desk.click("button", "More actions").await;
            desk.click("menuitem", "Save personal data").await;
            let paper = desk.saved(".pdf").await;
            let file = desk.saved(".json").await;

            let paper = fs::read(paper).expect("the paper");
            assert!(paper.starts_with(b"%PDF-"), "a PDF");
            assert!(paper.trim_ascii_end().ends_with(b"%%EOF"), "all of it");
            let text = fs::read_to_string(file).expect("the file for programs");
            let data: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(data["person"]["email"], student.email.as_str());
            let count = |part: &str| data[part].as_array().map_or(0, Vec::len);
            assert_eq!(count("enrollments"), student.enrollments);
            assert_eq!(count("payments"), student.payments);
            for part in ["ledger", "sessions", "trail"] {
                assert!(count(part) > 0, "there is something in {part}");
            }
            let titled = |one: &Value| one["courseTitle"].is_string();
            assert!(
                data["enrollments"]
                    .as_array()
                    .is_some_and(|all| all.iter().all(titled))
            );

            let mut secrets = secrets(&desk, student.id);
            assert!(secrets.len() > 3, "a hash, a token, a key and codes");
            secrets.push(factor.key);
            for code in factor.codes {
                secrets.push(code.replace('-', ""));
                secrets.push(code);
            }
            for secret in secrets.iter().map(String::as_str).chain(["argon2"]) {
                assert!(!text.contains(secret), "{secret} is in the file");
            }
        },
    );
}

/// What the workspace keeps of a person that nobody gets: every text in the places of secrets.
fn secrets(desk: &Desk, person: UserId) -> Vec<String> {
    fn texts(value: &bson::Bson, into: &mut Vec<String>) {
        match value {
            bson::Bson::String(text) if text.len() > 7 => into.push(text.clone()),
            bson::Bson::Document(inner) => inner.values().for_each(|value| texts(value, into)),
            bson::Bson::Array(values) => values.iter().for_each(|value| texts(value, into)),
            _ => {}
        }
    }
    in_the_workspace(desk.home(), |reader| {
        let mut found = Vec::new();
        let account = reader.document(Collection::Users, person)?.expect("them");
        for field in ["password", "secondFactor"] {
            texts(account.get(field).expect("a secret"), &mut found);
        }
        for session in reader.sessions_of(person)? {
            let session = reader.document(Collection::Sessions, session.id)?;
            texts(
                session
                    .expect("a session")
                    .get("tokenHash")
                    .expect("a token"),
                &mut found,
            );
        }
        Ok(found)
    })
}

#[test]
fn a_person_is_erased_and_the_books_stay_as_they_were() {
    let (student, debtor) = (student(false), student(true));
    sample_story(
        "a_person_is_erased_and_the_books_stay_as_they_were",
        async move |desk| {
            desk.find("heading", "Dashboard").await;
            let before = figures(&desk).await;
            assert!(before[0].contains('£'), "money is told: {before:?}");
            palette_finds(&desk, &student.name, true).await;
            everybody_finds(&desk, &student.name).await;

            open_person(&desk, &debtor, "Search people").await;
            ask_to_erase(&desk, &debtor.name).await;
            desk.press(debtor.name.as_str()).await;
            desk.fill("Reason", WHY).await;
            desk.click("button", "Erase for good").await;
            desk.reads("A payment of this person is open. Record it or cancel it first.")
                .await;

            open_person(&desk, &student, "Search people").await;
            refuse_and_cancel(&desk, &student).await;
            erase(&desk, &student).await;
            nobody_finds(&desk, &student).await;
            palette_finds(&desk, &student.name, false).await;
            assert_eq!(figures(&desk).await, before, "nothing about money changed");
            desk.go("/system/verification?run=true").await;
            desk.find("heading", "Everything fits together").await;
        },
    );
}

/// The tables of reports about money and enrollments.
async fn figures(desk: &Desk) -> Vec<String> {
    let mut tables = Vec::new();
    for (address, heading) in [
        ("/reports/revenue-by-month", "Revenue by month"),
        ("/reports/revenue-by-course", "Revenue by course"),
        ("/reports/enrollments-by-status", "Enrollments by status"),
    ] {
        desk.go("/reports").await;
        desk.gone("table", containing("")).await;
        desk.go(address).await;
        desk.find("heading", heading).await;
        let text = desk.eventually("a table to be read", async || {
            let table = desk.all(&["table"], containing("")).await;
            table.first()?.text().await.ok()
        });
        tables.push(text.await);
    }
    tables
}

/// Where a person is looked for, in which field, and how a row tells of them.
const PLACES: [(&str, &str, &str); 4] = [
    ("/people", "Search people", "rowheader"),
    ("/enrollments", "Search enrollments", "rowheader"),
    ("/payments", "Search payments", "rowheader"),
    ("/system/audit", "Search the audit trail", "link"),
];

async fn everybody_finds(desk: &Desk, name: &str) {
    for (address, search, role) in PLACES {
        desk.go(address).await;
        desk.fill(search, name).await;
        desk.find(role, name).await;
    }
}

async fn nobody_finds(desk: &Desk, student: &Student) {
    for (address, search, _) in PLACES {
        for text in [&student.name, &student.email] {
            desk.go(address).await;
            desk.fill(search, text).await;
            desk.find("paragraph", "Nothing matches").await;
        }
    }
}

async fn palette_finds(desk: &Desk, name: &str, there: bool) {
    desk.press(Key::Control + "k").await;
    desk.fill("Go to, find or do…", name).await;
    if there {
        desk.find("option", starting(name)).await;
    } else {
        desk.reads(&format!("Nothing found for “{name}”")).await;
    }
    desk.press(Key::Escape).await;
    desk.gone("combobox", "Go to, find or do…").await;
}

/// From the person's panel to the question, whose first field has the focus.
async fn ask_to_erase(desk: &Desk, name: &str) {
    desk.click("button", "More actions").await;
    desk.click("menuitem", "Erase for good").await;
    desk.find("heading", format!("Erase {name}").as_str()).await;
    let what = "the name to be asked for";
    desk.eventually(what, async || {
        let focused = desk.driver.active_element().await.ok()?;
        (focused.tag_name().await.ok()? == "input").then_some(())
    })
    .await;
}

async fn refuse_and_cancel(desk: &Desk, student: &Student) {
    let name = student.name.as_str();
    ask_to_erase(desk, name).await;
    judge(desk, "erase").await;
    desk.press("Somebody Else").await;
    desk.press(Key::Enter).await;
    desk.reads("Type the name exactly as it stands above.")
        .await;
    desk.reads("A reason is needed.").await;
    judge(desk, "erase-refused").await;
    desk.click("button", "Cancel").await;
    desk.find("heading", name).await;
    desk.find("rowheader", name).await;
}

async fn erase(desk: &Desk, student: &Student) {
    let name = student.name.as_str();
    ask_to_erase(desk, name).await;
    desk.press(name).await;
    desk.fill("Reason", &format!("{name} asked for it")).await;
    desk.click("button", "Erase for good").await;
    desk.reads("leave their name and address out of it").await;
    desk.fill("Reason", WHY).await;
    desk.click("button", "Erase for good").await;
    desk.reads("The person was erased").await;
    let panel = desk.find("complementary", "Erased person").await;
    desk.find_in(&panel, "heading", "Erased person").await;
    judge(desk, "erased").await;
    desk.click("tab", "History").await;
    desk.reads("Name, contacts and notes of this person were erased. “Asked for it in writing”")
        .await;
}

#[test]
fn an_erasure_speaks_german() {
    let (student, debtor) = (student(false), student(true));
    sample_story("an_erasure_speaks_german", async move |desk| {
        desk.find("heading", "Dashboard").await;
        desk.speak_german().await;

        question_in_german(&desk, &debtor).await;
        answer_in_german(&desk, &debtor.name, "Schriftlich erbeten").await;
        desk.reads(
            "Eine Zahlung dieser Person ist offen. Erfassen oder stornieren Sie sie zuerst.",
        )
        .await;
        desk.all_german("a refused erasure").await;

        question_in_german(&desk, &student).await;
        answer_in_german(&desk, "Jemand anderes", "").await;
        desk.reads("Den Namen genau so eingeben, wie er oben steht.")
            .await;
        desk.reads("Ein Grund wird gebraucht.").await;
        desk.all_german("an erasure with nothing typed").await;
        let named = format!("Wunsch von {}", student.name);
        answer_in_german(&desk, &student.name, &named).await;
        desk.reads(
            "Der Grund bleibt, wenn die Person gelöscht ist: Lassen Sie Name und Adresse weg.",
        )
        .await;
        answer_in_german(&desk, &student.name, "Schriftlich erbeten").await;
        desk.find("heading", "Gelöschte Person").await;
        desk.reads("Die Person wurde gelöscht").await;
        desk.click("tab", "Verlauf").await;
        desk.reads(
            "Name, Kontaktdaten und Notizen dieser Person wurden gelöscht. „Schriftlich erbeten“",
        )
        .await;
        desk.all_german("what is left of a person").await;
    });
}

async fn question_in_german(desk: &Desk, student: &Student) {
    open_person(desk, student, "Personen suchen").await;
    desk.click("button", "Weitere Aktionen").await;
    desk.find("menuitem", "Personendaten speichern").await;
    desk.all_german("what can be done about a person").await;
    desk.click("menuitem", "Endgültig löschen").await;
    let question = format!("{} löschen", student.name);
    desk.find("heading", question.as_str()).await;
}

async fn answer_in_german(desk: &Desk, name: &str, why: &str) {
    desk.fill(starting("Zur Bestätigung "), name).await;
    desk.fill("Grund", why).await;
    desk.click("button", "Endgültig löschen").await;
}
