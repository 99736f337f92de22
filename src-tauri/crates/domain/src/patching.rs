//! What a patch must be before it is applied: the checks MongoDB makes by itself, the fields that
//! belong to the authorities, and the counter Mongoose keeps of array changes.
//!
//! How an authority writes the result down is its own business.

use std::collections::BTreeSet;

use crate::{
    change::{Patch, get_at},
    error::{Code, Refusal},
};
use bson::{Bson, Document};

/// The field Mongoose counts a document's array changes in.
pub const VERSION: &str = "__v";

/// Refuses a patch that writes fields it may not, contradicts itself, or does not fit the document.
pub fn check(document: &Document, patch: &Patch) -> Result<(), Refusal> {
    let invalid = |path: &str, message: &str| Refusal::field(Code::Invalid, path, message);
    let mut paths: BTreeSet<&str> = BTreeSet::new();
    let written = patch
        .set
        .keys()
        .chain(&patch.unset)
        .chain(patch.inc.keys())
        .chain(patch.push.keys());
    for path in written {
        if matches!(path.split('.').next(), Some("_id" | "sync")) {
            return Err(invalid(
                path,
                "This field is kept by the store and cannot be written.",
            ));
        }
        if path
            .split('.')
            .any(|name| name.is_empty() || name.starts_with('$'))
        {
            return Err(invalid(path, "This is not the name of a field."));
        }
        if !paths.insert(path) {
            return Err(invalid(path, "The field is written twice by one change."));
        }
    }
    for path in &paths {
        for parent in parents(path) {
            if paths.contains(parent) {
                return Err(invalid(path, "The field is written twice by one change."));
            }
            if !matches!(
                get_at(document, parent),
                None | Some(Bson::Null | Bson::Document(_))
            ) {
                return Err(invalid(
                    path,
                    "The record holds something else at this place.",
                ));
            }
        }
    }
    for path in patch.inc.keys() {
        if !matches!(
            get_at(document, path),
            None | Some(Bson::Null | Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_))
        ) {
            return Err(invalid(
                path,
                "The field is not a number that could be counted up.",
            ));
        }
    }
    for path in patch.push.keys() {
        if !matches!(
            get_at(document, path),
            None | Some(Bson::Null | Bson::Array(_))
        ) {
            return Err(invalid(
                path,
                "The field is not a list that could be added to.",
            ));
        }
    }
    Ok(())
}

/// The paths above a path, the outermost first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').map(|(at, _)| &path[..at])
}

/// Applies a checked patch. Where a Mongoose program counts array changes in `__v`, so does this:
/// Mongoose refuses a save computed from an older array by it.
pub fn apply(document: &mut Document, patch: &Patch) {
    let next = next_version(document, patch);
    patch.apply(document);
    if let Some(next) = next {
        document.insert(VERSION, next);
    }
}

/// What `__v` must be after the patch: one more than it is, in its own type, when the document has one
/// and the patch changes an array; otherwise nothing.
pub fn next_version(document: &Document, patch: &Patch) -> Option<Bson> {
    let is_array = |path: &String| matches!(get_at(document, path), Some(Bson::Array(_)));
    let arrays = !patch.push.is_empty()
        || patch
            .set
            .values()
            .any(|value| matches!(value, Bson::Array(_)))
        || patch.set.keys().chain(&patch.unset).any(is_array);
    if !arrays || patch.set.contains_key(VERSION) {
        return None;
    }
    match document.get(VERSION) {
        Some(Bson::Int32(v)) => v.checked_add(1).map(Bson::Int32),
        Some(Bson::Int64(v)) => v.checked_add(1).map(Bson::Int64),
        Some(Bson::Double(v)) => Some(Bson::Double(v + 1.0)),
        _ => None,
    }
}
