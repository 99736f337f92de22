//! When a value is still what a change set was computed from.
//!
//! Both authorities compare in the program and not in their stores, so that they agree to the letter.

use bson::{Bson, Document, error::Error};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    change::{Collection, get_at},
    course::Course,
    enrollment::Enrollment,
    payment::Payment,
    user::User,
};

/// As MongoDB compares: null is like missing, numbers by value whatever their type.
pub fn same(found: Option<&Bson>, wanted: &Bson) -> bool {
    let found = found.unwrap_or(&Bson::Null);
    match (found, wanted) {
        (Bson::Null | Bson::Undefined, Bson::Null | Bson::Undefined) => true,
        (Bson::Int32(a), Bson::Int64(b)) | (Bson::Int64(b), Bson::Int32(a)) => i64::from(*a) == *b,
        (Bson::Int32(a), Bson::Double(b)) | (Bson::Double(b), Bson::Int32(a)) => {
            f64::from(*a) == *b
        }
        (Bson::Int64(a), Bson::Double(b)) | (Bson::Double(b), Bson::Int64(a)) => *a as f64 == *b,
        (found, wanted) => found == wanted,
    }
}

/// The document as this program reads it: where another program left out a field, its default.
/// Fails where the document is not what its collection holds.
pub fn with_defaults(collection: Collection, document: &Document) -> Result<Document, Error> {
    fn through<T: DeserializeOwned + Serialize>(document: &Document) -> Result<Document, Error> {
        let value: T = bson::deserialize_from_document(document.clone())?;
        bson::serialize_to_document(&value)
    }
    match collection {
        Collection::Users => through::<User>(document),
        Collection::Courses => through::<Course>(document),
        Collection::Enrollments => through::<Enrollment>(document),
        Collection::Payments => through::<Payment>(document),
        Collection::Devices
        | Collection::Settings
        | Collection::Imports
        | Collection::Sessions
        | Collection::AuthTokens => Ok(document.clone()),
    }
}

/// Whether a field has this value, as it is stored or as this program reads it: decisions were made
/// on the defaults of what another program left out. Fails as [`with_defaults`].
pub fn field_is(
    collection: Collection,
    document: &Document,
    path: &str,
    equals: &Bson,
) -> Result<bool, Error> {
    Ok(same(get_at(document, path), equals)
        || same(get_at(&with_defaults(collection, document)?, path), equals))
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn numbers_compare_by_value_and_null_is_like_missing() {
        assert!(same(None, &Bson::Null));
        assert!(same(Some(&Bson::Null), &Bson::Undefined));
        assert!(same(Some(&Bson::Int32(7)), &Bson::Int64(7)));
        assert!(same(Some(&Bson::Double(7.0)), &Bson::Int32(7)));
        assert!(!same(Some(&Bson::Double(7.5)), &Bson::Int32(7)));
        assert!(!same(None, &Bson::Int32(0)));
        assert!(!same(Some(&Bson::String("7".into())), &Bson::Int32(7)));
    }

    #[test]
    fn what_another_program_left_out_has_its_default() {
        let id = bson::oid::ObjectId::new();
        let foreign = doc! { "_id": id, "name": "A", "email": "a@example.org" };
        let is =
            |path: &str, value: Bson| field_is(Collection::Users, &foreign, path, &value).unwrap();
        assert!(is("status", "active".into()));
        assert!(!is("status", "suspended".into()));
        assert!(is("name", "A".into()));
    }
}
