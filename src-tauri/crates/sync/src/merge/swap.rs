//! Settles a card of a merged curriculum the other way: mine in the place of the server's.

use bson::{Bson, Document};
use domain::change::Patch;

use super::{
    Conflict, ConflictKind,
    order::weave,
    tree::{id_of, lessons_of},
};

/// The curriculum with mine where the card had let the server's stand. None where there is nothing to
/// put (the card only tells of something), or its place is no longer there.
pub fn take_mine(curriculum: &[Bson], conflict: &Conflict) -> Option<Vec<Bson>> {
    let mut modules = curriculum.to_vec();
    let rest = conflict.path.strip_prefix("curriculum")?;
    let Some(rest) = rest.strip_prefix('.') else {
        return match (conflict.kind, &conflict.mine) {
            (ConflictKind::Field, Bson::Array(mine)) => Some(mine.clone()),
            (ConflictKind::Order, Bson::Array(mine)) => Some(reordered(&modules, mine)),
            _ => None,
        };
    };
    let (module, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let at = place(&modules, module)?;
    let Some(rest) = rest.strip_prefix("lessons") else {
        return settle(&mut modules, at, rest, conflict).then_some(modules);
    };
    let document = modules.get_mut(at).and_then(Bson::as_document_mut)?;
    let mut lessons = lessons_of(document)?.to_vec();
    let Some(rest) = rest.strip_prefix('.') else {
        let Bson::Array(mine) = &conflict.mine else {
            return None;
        };
        document.insert("lessons", reordered(&lessons, mine));
        return Some(modules);
    };
    let (lesson, field) = rest.split_once('.').unwrap_or((rest, ""));
    let at = place(&lessons, lesson)?;
    if conflict.kind == ConflictKind::Moved {
        let row = lessons.remove(at);
        document.insert("lessons", lessons);
        let target = id_of(conflict.mine.as_document()?)?;
        let at = place(&modules, &target)?;
        let target = modules.get_mut(at).and_then(Bson::as_document_mut)?;
        let mut lessons = lessons_of(target)?.to_vec();
        lessons.push(row);
        target.insert("lessons", lessons);
        return Some(modules);
    }
    if !settle(&mut lessons, at, field, conflict) {
        return None;
    }
    document.insert("lessons", lessons);
    Some(modules)
}

/// Puts mine into one part of a list, or takes away what I deleted.
fn settle(list: &mut Vec<Bson>, at: usize, field: &str, conflict: &Conflict) -> bool {
    match conflict.kind {
        ConflictKind::Field | ConflictKind::Text if !field.is_empty() => {
            let Some(document) = list.get_mut(at).and_then(Bson::as_document_mut) else {
                return false;
            };
            put(document, field, &conflict.mine);
            true
        }
        ConflictKind::Deleted | ConflictKind::Restored if conflict.mine == Bson::Null => {
            list.remove(at);
            true
        }
        _ => false,
    }
}

fn put(document: &mut Document, field: &str, value: &Bson) {
    let patch = match value {
        Bson::Null => Patch::new().unset(field),
        value => Patch::new().put(field, value.clone()),
    };
    patch.apply(document);
}

/// Where the part with that identifier is.
fn place(list: &[Bson], id: &str) -> Option<usize> {
    list.iter()
        .position(|part| part.as_document().and_then(id_of).as_deref() == Some(id))
}

/// The list in my order; what I did not have follows its left neighbour.
fn reordered(list: &[Bson], mine: &[Bson]) -> Vec<Bson> {
    let now: Vec<usize> = (0..list.len()).collect();
    let wanted: Vec<usize> = mine
        .iter()
        .filter_map(|named| place(list, &id_of(named.as_document()?)?))
        .collect();
    weave(&wanted, &now, &|_| true, false)
        .into_iter()
        .filter_map(|at| list.get(at).cloned())
        .collect()
}
