//! Rows of people: what each field's cell says, checked by the rules for people.

use std::collections::HashMap;

use domain::{
    Refusal, Role, Timestamp,
    rules::people::{self, NewPerson},
    user::{Address, Preferences, Profile, SocialLinks, UserStatus},
};

use super::{Faults, mapping::Mapping, reading::Row, values};

/// A person of the file.
#[derive(Clone, Debug)]
pub(super) struct PersonLine {
    /// Where they stand in the file.
    pub row: u64,
    /// As they would be made; the identifier is given when they are.
    pub new: NewPerson,
}

/// People of the file that can be made, in order. Faults are noted, a fault a field; a second row with
/// the same e-mail is one.
pub(super) fn read(
    rows: &[Row],
    mapping: &Mapping,
    now: Timestamp,
    faults: &mut Faults<'_>,
) -> Vec<PersonLine> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut people = Vec::new();
    for row in rows {
        if let Some(fault) = &row.fault {
            faults.row(row, fault);
            continue;
        }
        let before = faults.count();
        let new = person(row, mapping, now, faults);
        if faults.count() > before {
            continue;
        }
        if let Some(first) = seen.get(&new.email) {
            faults.field(
                row,
                "email",
                &format!("The same e-mail address is in row {first}."),
            );
            continue;
        }
        seen.insert(new.email.clone(), row.number);
        people.push(PersonLine {
            row: row.number,
            new,
        });
    }
    people
}

fn person(row: &Row, mapping: &Mapping, now: Timestamp, faults: &mut Faults<'_>) -> NewPerson {
    let text = |field: &str| mapping.value(row, field).map(str::to_owned);
    let joined = [text("firstName"), text("lastName")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let (name, name_field) = match text("name") {
        Some(name) => (name, "name"),
        None if mapping.has("firstName") => (joined, "firstName"),
        None => (
            joined,
            if mapping.has("lastName") {
                "lastName"
            } else {
                "name"
            },
        ),
    };
    let name = people::name(&name.split_whitespace().collect::<Vec<_>>().join(" "));
    let name = faults.check(row, name_field, name);
    let email = faults.check(
        row,
        "email",
        people::email(&text("email").unwrap_or_default()),
    );
    let role = faults
        .understand(row, mapping, "role", values::role)
        .unwrap_or(Role::Student);
    let status = faults
        .understand(row, mapping, "status", values::status)
        .unwrap_or(UserStatus::Active);
    let born = faults
        .understand(row, mapping, "dateOfBirth", values::day)
        .and_then(|day| {
            faults
                .check(
                    row,
                    "dateOfBirth",
                    people::date_of_birth(&day.to_string(), now),
                )
                .flatten()
        });
    let gender = faults.understand(row, mapping, "gender", values::gender);
    let told = Profile {
        phone: text("phone").map(|phone| phone.replace(['.', '/', '\u{a0}'], " ")),
        date_of_birth: born,
        gender,
        address: Address {
            street: text("street").map(|street| street.replace('\n', ", ")),
            city: text("city"),
            state: text("state"),
            country: text("country"),
            zip_code: text("zipCode"),
            ..Address::default()
        },
        bio: text("bio"),
        website: text("website").map(with_scheme),
        social_links: SocialLinks {
            linkedin: text("linkedin"),
            twitter: text("twitter"),
            github: text("github"),
            ..SocialLinks::default()
        },
        ..Profile::default()
    };
    let profile = faults
        .check(row, "profile", people::profile(&told, now))
        .unwrap_or_default();
    let mut preferences = Preferences::default();
    if let Some(language) = text("language")
        && let Some(language) = faults.check(row, "language", people::language(&language))
    {
        preferences.language = language;
    }
    if let Some(zone) = text("timezone")
        && let Some(zone) = faults.check(row, "timezone", people::timezone("timezone", &zone))
    {
        preferences.timezone = zone;
    }
    NewPerson {
        id: domain::UserId(bson::oid::ObjectId::from_bytes([0; 12])),
        name: name.unwrap_or_default(),
        email: email.unwrap_or_default(),
        email_verified: false,
        role,
        status,
        password_hash: None,
        profile,
        preferences,
    }
}

/// Web addresses are often written without their scheme.
fn with_scheme(text: String) -> String {
    if text.contains("://") {
        text
    } else {
        format!("https://{text}")
    }
}

/// The name a refusal's field has in mappings: the last part of its path.
pub(super) fn mapped_field(refusal: &Refusal) -> Option<&str> {
    refusal
        .field
        .as_deref()
        .and_then(|path| path.rsplit('.').next())
}
