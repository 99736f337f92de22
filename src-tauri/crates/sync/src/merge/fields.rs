//! The fields of one document, three ways: different fields both, the same field by whose it is, long
//! text by its pieces.

use bson::{Bson, Document};
use domain::rules::publishing::fields::length;

use super::{
    ConflictKind,
    values::{Whose, or_null, same, text, whose},
};
use crate::text;

/// A field both changed: the server's value stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contested {
    /// Dotted path within the document.
    pub(crate) path: String,
    /// `field` or `text`.
    pub(crate) kind: ConflictKind,
    /// Both started from this.
    pub(crate) base: Bson,
    /// Mine.
    pub(crate) mine: Bson,
    /// The server's.
    pub(crate) theirs: Bson,
}

/// How long a text may get by being merged, in UTF-16 code units as the seed schema's `maxlength`
/// counts; none: the field is not long text.
pub(crate) type Longest<'a> = &'a dyn Fn(&str) -> Option<usize>;

/// The server's document with my changes in it, and the fields where both had changed.
pub(crate) fn merge_fields(
    base: Option<&Document>,
    mine: &Document,
    theirs: &Document,
    beside: &[&str],
    longest: Longest<'_>,
) -> (Document, Vec<Contested>) {
    let mut merged = theirs.clone();
    let mut contested = Vec::new();
    let gone = base
        .into_iter()
        .flat_map(Document::keys)
        .filter(|name| !mine.contains_key(name));
    for name in mine.keys().chain(gone) {
        if beside.contains(&name.as_str()) {
            continue;
        }
        let was = base.and_then(|base| base.get(name));
        match merge_value(name, was, mine.get(name), theirs.get(name), longest) {
            Merged::Theirs => {}
            Merged::Value(value, found) => {
                match value {
                    Some(value) => {
                        merged.insert(name.clone(), value);
                    }
                    None => {
                        merged.remove(name);
                    }
                }
                contested.extend(found);
            }
            Merged::Contested(found) => contested.push(*found),
        }
    }
    (merged, contested)
}

/// What becomes of one value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Merged {
    /// The server's stays.
    Theirs,
    /// This, or nothing; with what is contested inside of it.
    Value(Option<Bson>, Vec<Contested>),
    /// The server's stays, and mine is lost unless it is kept.
    Contested(Box<Contested>),
}

/// One value at a path.
pub(crate) fn merge_value(
    path: &str,
    base: Option<&Bson>,
    mine: Option<&Bson>,
    theirs: Option<&Bson>,
    longest: Longest<'_>,
) -> Merged {
    match whose(base, mine, theirs) {
        Whose::Theirs => return Merged::Theirs,
        Whose::Mine => return Merged::Value(mine.cloned(), Vec::new()),
        Whose::Contested => {}
    }
    let contested = |kind| {
        Merged::Contested(Box::new(Contested {
            path: path.to_owned(),
            kind,
            base: or_null(base),
            mine: or_null(mine),
            theirs: or_null(theirs),
        }))
    };
    if let (Some(Bson::Document(mine)), Some(Bson::Document(theirs))) = (mine, theirs) {
        let within = |name: &str| longest(&format!("{path}.{name}"));
        let base = base.and_then(Bson::as_document);
        let (merged, mut found) = merge_fields(base, mine, theirs, &[], &within);
        for inner in &mut found {
            inner.path = format!("{path}.{}", inner.path);
        }
        return Merged::Value(Some(Bson::Document(merged)), found);
    }
    if let (Some(longest), Some(base), Some(mine), Some(theirs)) =
        (longest(path), text(base), text(mine), text(theirs))
    {
        return match text::merge(base, mine, theirs) {
            Some(merged) if length(&merged) <= longest => {
                let merged = Bson::String(merged);
                if same(Some(&merged), Some(&Bson::from(theirs))) {
                    Merged::Theirs
                } else {
                    Merged::Value(Some(merged), Vec::new())
                }
            }
            _ => contested(ConflictKind::Text),
        };
    }
    contested(ConflictKind::Field)
}
