//! Values as a merge compares them, and the three-way decision about one value.

use bson::{Bson, Document};
use domain::compare;

/// Whether two values are the same to a reader: null is like missing, numbers by value, the order of a
/// document's fields does not matter. A program that saves a whole document changes no more than that
/// in what it did not touch.
pub(crate) fn same(a: Option<&Bson>, b: Option<&Bson>) -> bool {
    match (a, b) {
        (Some(Bson::Array(a)), Some(Bson::Array(b))) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(Some(a), Some(b)))
        }
        (Some(Bson::Document(a)), Some(Bson::Document(b))) => same_but(a, b, &[]),
        (a, b) => compare::same(a, b.unwrap_or(&Bson::Null)),
    }
}

/// Whether two documents are the same but for these fields.
pub(crate) fn same_but(a: &Document, b: &Document, but: &[&str]) -> bool {
    let beside = |name: &str| !but.contains(&name);
    a.iter()
        .filter(|(name, _)| beside(name))
        .all(|(name, value)| same(Some(value), b.get(name)))
        && b.iter()
            .filter(|(name, value)| beside(name) && !a.contains_key(name) && **value != Bson::Null)
            .count()
            == 0
}

/// Whose value it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The server's: mine is the same, or I did not touch it.
    Theirs,
    /// Mine: only I touched it.
    Mine,
    /// Both changed it, differently.
    Contested,
}

/// The three-way decision.
pub(crate) fn whose(base: Option<&Bson>, mine: Option<&Bson>, theirs: Option<&Bson>) -> Whose {
    if same(mine, theirs) || same(base, mine) {
        Whose::Theirs
    } else if same(base, theirs) {
        Whose::Mine
    } else {
        Whose::Contested
    }
}

/// The value, or null.
pub(crate) fn or_null(value: Option<&Bson>) -> Bson {
    value.cloned().unwrap_or(Bson::Null)
}

/// The text, if it is one; nothing counts as empty.
pub(crate) fn text(value: Option<&Bson>) -> Option<&str> {
    match value {
        None | Some(Bson::Null | Bson::Undefined) => Some(""),
        Some(Bson::String(text)) => Some(text),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_save_of_the_whole_changes_nothing() {
        let ours = Bson::from(doc! { "a": 1_i64, "b": { "c": [1.0, { "d": true }] }, "e": null });
        let theirs = Bson::from(doc! { "b": { "c": [1_i32, { "d": true, "f": null }] }, "a": 1.0 });
        assert!(same(Some(&ours), Some(&theirs)));
        assert!(same(Some(&theirs), Some(&ours)));
        let other = Bson::from(doc! { "a": 1_i64, "b": { "c": [1.0, { "d": false }] } });
        assert!(!same(Some(&ours), Some(&other)));
        assert!(!same(
            Some(&doc! { "a": 1 }.into()),
            Some(&doc! { "a": 1, "b": 2 }.into())
        ));
    }

    #[test]
    fn three_ways() {
        let (a, b, c) = (Bson::from("a"), Bson::from("b"), Bson::from("c"));
        let of = |x: &Bson, y: &Bson, z: &Bson| whose(Some(x), Some(y), Some(z));
        assert_eq!(of(&a, &a, &b), Whose::Theirs);
        assert_eq!(of(&a, &b, &a), Whose::Mine);
        assert_eq!(of(&a, &b, &b), Whose::Theirs);
        assert_eq!(of(&a, &b, &c), Whose::Contested);
        assert_eq!(whose(None, Some(&a), None), Whose::Mine);
        assert_eq!(whose(Some(&a), None, Some(&b)), Whose::Contested);
    }
}
