//! The sample institution, in which every rule of the domain had a part, has nothing the server's
//! validators would refuse.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bson::{Document, serialize_to_document};
use remote::migrations::problems;
use testkit::workspace;
use workflows::operations::seeding::{SeedSet, seed};

#[test]
fn the_sample_institution_breaks_no_validator() {
    let office = workspace();
    let mut steps = 0_u64;
    seed(
        &office.desk(),
        SeedSet::Full,
        &mut |_, _| steps += 1,
        &|| false,
    )
    .unwrap();
    assert!(steps > 0);
    let (mut looked_at, mut found) = (0_u64, Vec::new());
    let mut look = |collection: &str, document: Document| {
        looked_at += 1;
        found.extend(problems(collection, &document));
    };
    office
        .workspace
        .replica()
        .read(|reader| {
            reader.every_user(|row| {
                look("users", serialize_to_document(&row).unwrap());
                Ok(())
            })?;
            reader.every_course(|row| {
                look("courses", serialize_to_document(&row).unwrap());
                Ok(())
            })?;
            reader.every_enrollment(|row| {
                look("enrollments", serialize_to_document(&row).unwrap());
                Ok(())
            })?;
            reader.every_payment(|row| {
                for entry in reader.ledger_of_payment(row.id)? {
                    look("payment_ledger", serialize_to_document(&entry).unwrap());
                }
                look("payments", serialize_to_document(&row).unwrap());
                Ok(())
            })?;
            for device in reader.devices()? {
                look("devices", device);
            }
            look(
                "settings",
                serialize_to_document(&reader.settings()?).unwrap(),
            );
            Ok(())
        })
        .unwrap();
    assert!(looked_at > 5_000, "{looked_at}");
    assert_eq!(found, []);
}

#[test]
fn a_document_of_another_form_is_named_field_by_field() {
    let document = bson::doc! { "_id": "x", "amount": -1, "currency": "USD", "method": "cash" };
    let found = problems("payments", &document);
    let fields: Vec<&str> = found.iter().map(|row| row.field.as_str()).collect();
    assert_eq!(fields, ["user", "course", "amount", "_id"]);
    assert_eq!(found[2].problem, "is -1, less than 0");
    assert_eq!(problems("nothing of ours", &document), []);
}
