//! A small institution, made through the same commands as everything else.

use serde_json::{Value, json};

use super::program::Program;

/// Everybody's password.
pub const PASSWORD: &str = "Correct1horse";
/// The first administrator.
pub const ADMIN: &str = "ada@example.org";

/// What creating the institution asks for.
pub fn institution() -> Value {
    json!({
        "institution": "Test College",
        "timezone": "Europe/London",
        "currency": "GBP",
        "adminName": "Ada Byron",
        "adminEmail": ADMIN,
        "password": PASSWORD,
        "passphrase": null,
    })
}

impl Program {
    /// Starts the program and creates the institution; its administrator is signed in.
    pub fn founded() -> Self {
        let program = Self::start();
        program.ok("create_institution", institution());
        program
    }

    /// A person with that name and address, by the administrator who is signed in.
    #[track_caller]
    pub fn person(&self, name: &str, email: &str, role: &str) -> String {
        let person = json!({
            "name": name, "email": email, "role": role, "password": PASSWORD, "profile": {},
        });
        id(&self.ok("person_create", person))
    }

    /// A draft with description, level, category, price and two lessons.
    #[track_caller]
    pub fn draft(&self, title: &str, instructor: &str, price_minor: i64) -> Value {
        let new = json!({
            "title": title, "category": "Programming", "level": "Beginner", "instructor": instructor,
        });
        let course = self.ok("course_create", new);
        let mut fields = course["fields"].clone();
        fields["description"] = json!(format!("Everything about {title}."));
        fields["priceMinor"] = json!(price_minor);
        fields["currency"] = json!("GBP");
        let change = json!({ "id": course["id"], "rev": course["rev"], "fields": fields });
        let course = self.ok("course_update", change);
        let lesson = |title: &str| {
            json!({
                "id": null, "title": title, "description": null, "duration": "15:00",
                "kind": "video", "isFree": false,
            })
        };
        let outline = json!([{
            "id": null, "title": "Beginnings", "description": null, "duration": null,
            "lessons": [lesson("First steps"), lesson("Second steps")],
        }]);
        let outline = json!({ "id": course["id"], "rev": course["rev"], "modules": outline });
        self.ok("curriculum_save", outline)
    }

    /// The same, submitted and published.
    #[track_caller]
    pub fn course(&self, title: &str, instructor: &str, price_minor: i64) -> String {
        let draft = self.draft(title, instructor, price_minor);
        let submitted = self.ok(
            "course_submit",
            json!({ "id": draft["id"], "rev": draft["rev"] }),
        );
        let by = json!({ "id": submitted["id"], "rev": submitted["rev"] });
        id(&self.ok("course_publish", by))
    }

    /// Enrolls the student and gives the ids of enrollment and payment (empty for a free course).
    #[track_caller]
    pub fn enroll(&self, student: &str, course: &str) -> (String, String) {
        let wish = json!({ "users": [student], "course": course, "method": "cash" });
        let outcome = self.ok("enroll", wish);
        assert_eq!(outcome["refused"], json!([]), "nothing stands in the way");
        let one = &outcome["enrolled"][0];
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        (text("enrollment"), text("payment"))
    }

    /// Records the whole amount as cash.
    #[track_caller]
    pub fn pay(&self, payment: &str) -> Value {
        let found = self.ok("payment", json!({ "id": payment }));
        let cash = json!({
            "id": payment, "rev": found["rev"], "amountMinor": found["amount"]["minor"],
            "receivedOn": null, "note": null,
        });
        self.ok("payment_record_cash", cash)
    }

    /// Completes every lesson of the enrollment of the student who is signed in.
    #[track_caller]
    pub fn learn(&self, enrollment: &str) -> Value {
        let mut view = self.ok("learning", json!({ "id": enrollment }));
        for lesson in lessons(&view) {
            let done = json!({ "enrollment": enrollment, "lesson": lesson, "seconds": 60 });
            view = self.ok("lesson_complete", done);
        }
        view
    }
}

/// The ids of the lessons of a course as its student sees it.
pub fn lessons(view: &Value) -> Vec<String> {
    let modules = view["modules"].as_array().expect("modules");
    modules
        .iter()
        .flat_map(|module| module["lessons"].as_array().expect("lessons"))
        .map(|lesson| id(&lesson["lesson"]))
        .collect()
}

/// The id of an answer.
#[track_caller]
pub fn id(answer: &Value) -> String {
    match answer["id"].as_str() {
        Some(id) => id.to_owned(),
        None => panic!("{answer} has an id"),
    }
}
