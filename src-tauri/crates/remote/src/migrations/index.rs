//! An index as the migrations want it, and whether one the server has is equal to it.
//!
//! Deliberately absent: making and dropping, which are steps.

use bson::{Bson, DateTime, Document, doc};

/// An index.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Collection.
    pub(crate) collection: &'static str,
    /// Our name for it.
    pub(crate) name: &'static str,
    /// Fields and directions, in order; for a text index each field's value is `text`.
    pub(crate) keys: Document,
    /// No two documents may have the same values.
    pub(crate) unique: bool,
    /// Only documents that match are in it.
    pub(crate) partial: Option<Document>,
    /// Documents are deleted so many seconds after the moment in the field.
    pub(crate) expires: Option<i32>,
    /// The seed schema has it, so a Mongoose program makes it again when it is dropped.
    pub(crate) seed: bool,
}

/// An index of ours.
pub(crate) const fn index(collection: &'static str, name: &'static str, keys: Document) -> Index {
    Index {
        collection,
        name,
        keys,
        unique: false,
        partial: None,
        expires: None,
        seed: false,
    }
}

impl Index {
    /// Of the seed schema.
    pub(crate) const fn seed(mut self) -> Self {
        self.seed = true;
        self
    }

    /// Unique.
    pub(crate) const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Unique among the documents in which this field is text that is not empty. Told as a comparison and
    /// not as a type: a search for one text is then known to be answered by it.
    pub(crate) fn unique_text(mut self, path: &str) -> Self {
        let mut filter = Document::new();
        filter.insert(path, doc! { "$gt": "" });
        self.unique = true;
        self.partial = Some(filter);
        self
    }

    /// Unique among the documents in which this field is a number above 0.
    pub(crate) fn unique_number(mut self, path: &str) -> Self {
        let mut filter = Document::new();
        filter.insert(path, doc! { "$gt": 0 });
        self.unique = true;
        self.partial = Some(filter);
        self
    }

    /// Only of the documents that have a date in this field.
    pub(crate) fn holding(mut self, path: &str) -> Self {
        let mut filter = Document::new();
        filter.insert(path, doc! { "$gt": DateTime::from_millis(0) });
        self.partial = Some(filter);
        self
    }

    /// Deletes documents whose moment has passed.
    pub(crate) const fn expiring(mut self) -> Self {
        self.expires = Some(0);
        self
    }

    /// Whether it is a text index.
    pub(crate) fn is_text(&self) -> bool {
        self.keys.values().any(|way| way.as_str() == Some("text"))
    }

    /// The index part of a `createIndexes` command.
    pub(crate) fn spec(&self) -> Document {
        let mut spec = doc! { "key": self.keys.clone(), "name": self.name };
        if self.unique {
            spec.insert("unique", true);
        }
        if let Some(partial) = &self.partial {
            spec.insert("partialFilterExpression", partial.clone());
        }
        if let Some(expires) = self.expires {
            spec.insert("expireAfterSeconds", expires);
        }
        spec
    }

    /// Whether the server's index does the same, whatever its name.
    pub(crate) fn equals(&self, found: &Document) -> bool {
        self.same_keys(found)
            && flag(found, "unique") == self.unique
            && !flag(found, "sparse")
            && !found.contains_key("collation")
            && found.get_document("partialFilterExpression").ok() == self.partial.as_ref()
            && number(found.get("expireAfterSeconds")) == self.expires.map(f64::from)
    }

    /// Whether the server's index has the same fields in the same order and directions.
    pub(crate) fn same_keys(&self, found: &Document) -> bool {
        if self.is_text() {
            // A text index is listed by its weights; the order of fields has no meaning in it.
            let Ok(weights) = found.get_document("weights") else {
                return false;
            };
            return weights.len() == self.keys.len()
                && self.keys.keys().all(|field| weights.contains_key(field));
        }
        let Ok(keys) = found.get_document("key") else {
            return false;
        };
        keys.len() == self.keys.len()
            && keys
                .iter()
                .zip(self.keys.iter())
                .all(|((a, x), (b, y))| a == b && same_way(x, y))
    }
}

/// Directions by value: a shell writes doubles where a driver writes ints.
pub(crate) fn same_way(one: &Bson, other: &Bson) -> bool {
    match (number(Some(one)), number(Some(other))) {
        (Some(one), Some(other)) => (one > 0.0) == (other > 0.0),
        _ => one == other,
    }
}

/// A number of any type.
pub(crate) fn number(value: Option<&Bson>) -> Option<f64> {
    match value? {
        Bson::Int32(n) => Some(f64::from(*n)),
        Bson::Int64(n) => i32::try_from(*n).ok().map(f64::from),
        Bson::Double(d) => Some(*d),
        _ => None,
    }
}

/// A flag that is false where it is missing.
pub(crate) fn flag(found: &Document, name: &str) -> bool {
    match found.get(name) {
        Some(Bson::Boolean(value)) => *value,
        other => number(other).is_some_and(|n| n != 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug() -> Index {
        index("courses", "courses_by_slug", doc! { "slug": 1 }).unique_text("slug")
    }

    #[test]
    fn an_equal_index_may_have_another_name_and_another_kind_of_number() {
        let found = doc! {
            "v": 2, "key": { "slug": 1.0 }, "name": "slug_1", "unique": true,
            "partialFilterExpression": { "slug": { "$gt": "" } },
        };
        assert!(slug().equals(&found));
    }

    #[test]
    fn the_seed_schemas_own_slug_index_has_our_keys_and_is_not_ours() {
        let found = doc! { "v": 2, "key": { "slug": 1 }, "name": "slug_1", "unique": true };
        assert!(slug().same_keys(&found));
        assert!(!slug().equals(&found));
    }

    #[test]
    fn a_text_index_is_known_by_its_weights() {
        let ours = index(
            "courses",
            "courses_text",
            doc! { "title": "text", "tags": "text" },
        );
        let found = doc! {
            "key": { "_fts": "text", "_ftsx": 1 }, "name": "x", "weights": { "tags": 1, "title": 1 },
        };
        assert!(ours.equals(&found));
        let other = doc! { "key": { "_fts": "text", "_ftsx": 1 }, "weights": { "title": 1 } };
        assert!(!ours.same_keys(&other));
    }

    #[test]
    fn a_time_to_live_makes_a_difference() {
        let ours = index("auth_tokens", "x", doc! { "expiresAt": 1 }).expiring();
        assert!(!ours.equals(&doc! { "key": { "expiresAt": 1 } }));
        assert!(ours.equals(&doc! { "key": { "expiresAt": 1 }, "expireAfterSeconds": 0_i64 }));
        assert!(!ours.equals(&doc! { "key": { "expiresAt": 1 }, "expireAfterSeconds": 3600 }));
    }
}
