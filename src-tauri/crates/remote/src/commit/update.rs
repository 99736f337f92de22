//! A checked patch as the update MongoDB is sent, field by field.
//!
//! Where MongoDB would refuse what the change set means (a path below null, counting up from null), the
//! value is computed from the document that was read; the update's filter proves it is still that one.

use bson::{Bson, Document, doc};
use domain::{
    change::{Patch, get_at},
    patching,
};

/// The update; `stamp` is the new `sync`. `updatedAt` becomes the server's own time.
pub(super) fn update(document: &Document, patch: &Patch, stamp: Document) -> Document {
    let mut after = document.clone();
    patching::apply(&mut after, patch);
    let computed = |path: &str| get_at(&after, path).cloned().unwrap_or(Bson::Null);

    let mut set = Document::new();
    let mut unset = Document::new();
    let mut inc = Document::new();
    let mut push = Document::new();
    for (path, value) in &patch.set {
        match null_above(document, path) {
            Some(parent) => set.insert(parent, computed(parent)),
            None => set.insert(path, value.clone()),
        };
    }
    for path in &patch.unset {
        if null_above(document, path).is_none() {
            unset.insert(path, "");
        }
    }
    for (path, by) in &patch.inc {
        match null_above(document, path) {
            Some(parent) => set.insert(parent, computed(parent)),
            None if is_null(document, path) => set.insert(path, computed(path)),
            None => inc.insert(
                path,
                i32::try_from(*by).map_or(Bson::Int64(*by), Bson::Int32),
            ),
        };
    }
    for (path, values) in &patch.push {
        match null_above(document, path) {
            Some(parent) => set.insert(parent, computed(parent)),
            None if is_null(document, path) => set.insert(path, computed(path)),
            None => push.insert(path, doc! { "$each": values.clone() }),
        };
    }
    if patching::next_version(document, patch).is_some() {
        inc.insert(patching::VERSION, 1);
    }
    set.remove("updatedAt");
    unset.remove("updatedAt");
    set.insert("sync", stamp);
    let mut update = doc! { "$set": set, "$currentDate": { "updatedAt": true } };
    for (operator, fields) in [("$unset", unset), ("$inc", inc), ("$push", push)] {
        if !fields.is_empty() {
            update.insert(operator, fields);
        }
    }
    update
}

fn is_null(document: &Document, path: &str) -> bool {
    matches!(get_at(document, path), Some(Bson::Null | Bson::Undefined))
}

/// The outermost path above this one that holds null.
fn null_above<'a>(document: &Document, path: &'a str) -> Option<&'a str> {
    path.match_indices('.')
        .filter_map(|(at, _)| path.get(..at))
        .find(|parent| is_null(document, parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_touched_is_sent() {
        let had = doc! { "a": 1, "tags": ["x"], "__v": 3, "profile": { "phone": "1" } };
        let patch = Patch::new()
            .put("profile.phone", "2")
            .push("tags", "y")
            .inc("a", 2)
            .unset("gone");
        assert_eq!(
            update(&had, &patch, doc! { "rev": 2_i64 }),
            doc! {
                "$set": { "profile.phone": "2", "sync": { "rev": 2_i64 } },
                "$currentDate": { "updatedAt": true },
                "$unset": { "gone": "" },
                "$inc": { "a": 2, "__v": 1 },
                "$push": { "tags": { "$each": ["y"] } },
            }
        );
    }

    #[test]
    fn below_null_and_from_null_the_value_is_computed() {
        let had = doc! { "profile": null, "count": null, "tags": null };
        let patch = Patch::new()
            .put("profile.phone", "2")
            .put("profile.bio", "b")
            .inc("count", 2)
            .push("tags", "y");
        let sent = update(&had, &patch, Document::new());
        assert_eq!(
            sent,
            doc! {
                "$set": {
                    "profile": { "bio": "b", "phone": "2" }, "count": 2, "tags": ["y"], "sync": {},
                },
                "$currentDate": { "updatedAt": true },
            }
        );
    }

    #[test]
    fn the_moment_is_the_servers() {
        let patch = Patch::new().put("updatedAt", 1).put("name", "n");
        let sent = update(&Document::new(), &patch, Document::new());
        assert_eq!(sent.get_document("$set").unwrap().get("updatedAt"), None);
    }
}
