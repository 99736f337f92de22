//! What must hold of the merge of every triple of curricula. How the triples are made is in `triples`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use bson::{Bson, Document, oid::ObjectId};
use sync::{Conflict, ConflictKind, Merged, merge};

use crate::triples::Triple;

/// The law a merge broke, in words.
#[derive(Debug)]
pub(crate) struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that must hold of the merge of that triple; what does not, in words.
pub(crate) fn broken(triple: &Triple) -> Result<Merged, Broken> {
    let Triple {
        base,
        mine,
        theirs,
        mixed,
    } = triple;
    let merged = merge(base, mine, theirs);
    if merge(base, base, theirs).curriculum != *theirs {
        return Err(Broken("m(B,B,R) is not R".to_owned()));
    }
    if merge(base, mine, base).curriculum != *mine {
        return Err(Broken("m(B,L,B) is not L".to_owned()));
    }
    for side in [mine, theirs] {
        if merge(base, side, side).curriculum != *side {
            return Err(Broken("m(B,X,X) is not X".to_owned()));
        }
    }
    let plain = |list: &[Bson]| {
        list == base.as_slice() || list == mine.as_slice() || list == theirs.as_slice()
    };
    if !plain(&merged.curriculum) {
        unique(&merged.curriculum)?;
    }
    bson::deserialize_from_bson::<Vec<domain::course::Module>>(Bson::Array(
        merged.curriculum.clone(),
    ))
    .map_err(|error| Broken(format!("the result cannot be read: {error}")))?;
    marks(triple, &merged)?;
    // Alike in title, type and place is taken for the same part, whatever its identifier.
    let guessed = merged
        .conflicts
        .iter()
        .any(|card| card.kind == ConflictKind::Identity);
    if !mixed && !guessed {
        followed(base, mine, &merged, Side::Mine)?;
        followed(base, theirs, &merged, Side::Theirs)?;
    }
    Ok(merged)
}

fn unique(curriculum: &[Bson]) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for part in parts(curriculum) {
        let id = part
            .document
            .get("_id")
            .ok_or_else(|| Broken("a part without an identifier".to_owned()))?;
        if !seen.insert(id.to_string()) {
            return Err(Broken(format!("the identifier {id} twice")));
        }
    }
    Ok(())
}

/// Whatever text a side brought in is in the result or on a card.
fn marks(triple: &Triple, merged: &Merged) -> Result<(), Broken> {
    let before = text_of(&triple.base);
    let after = text_of(&merged.curriculum);
    for (side, who, of) in [
        (
            &triple.mine,
            'm',
            (|card: &Conflict| &card.mine) as fn(&Conflict) -> &Bson,
        ),
        (&triple.theirs, 't', |card: &Conflict| &card.theirs),
    ] {
        let kept: String = merged
            .conflicts
            .iter()
            .map(|card| of(card).to_string())
            .collect();
        let brought = text_of(side);
        for (at, _) in brought.match_indices(&format!("{who}#")) {
            let mark: String = brought[at..]
                .chars()
                .take_while(|c| *c != '#')
                .collect::<String>()
                + "#"
                + &brought[at + 2..]
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect::<String>()
                + "#";
            if !before.contains(&mark) && !after.contains(&mark) && !kept.contains(&mark) {
                return Err(Broken(format!("{mark} is lost")));
            }
        }
    }
    Ok(())
}

fn text_of(curriculum: &[Bson]) -> String {
    curriculum.iter().map(Bson::to_string).collect()
}

struct Part<'a> {
    document: &'a Document,
    module: Option<&'a ObjectId>,
}

fn parts(curriculum: &[Bson]) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    for module in curriculum.iter().filter_map(Bson::as_document) {
        out.push(Part {
            document: module,
            module: None,
        });
        let id = module.get("_id").and_then(|id| {
            if let Bson::ObjectId(id) = id {
                Some(id)
            } else {
                None
            }
        });
        for lesson in module
            .get_array("lessons")
            .into_iter()
            .flatten()
            .filter_map(Bson::as_document)
        {
            out.push(Part {
                document: lesson,
                module: id,
            });
        }
    }
    out
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Mine,
    Theirs,
}

type ById<'a> = BTreeMap<ObjectId, Part<'a>>;

fn by_id(curriculum: &[Bson]) -> ById<'_> {
    parts(curriculum)
        .into_iter()
        .filter_map(|part| Some((part.document.get_object_id("_id").ok()?, part)))
        .collect()
}

/// Every edit of a side, followed by identifiers, is in the result or on a card about that part.
fn followed(base: &[Bson], side: &[Bson], merged: &Merged, whose: Side) -> Result<(), Broken> {
    let (was, is, now) = (by_id(base), by_id(side), by_id(&merged.curriculum));
    let flagged = |id: &ObjectId, field: &str, kinds: &[ConflictKind]| {
        merged.conflicts.iter().any(|card| {
            let path = card.path.as_str();
            let hex = id.to_hex();
            kinds.contains(&card.kind)
                && (path.ends_with(&format!("{hex}{field}"))
                    || !field.is_empty() && path.contains(&format!("{hex}{field}.")))
        })
    };
    use ConflictKind as K;
    for (id, part) in &is {
        let Some(result) = now.get(id) else {
            // Taken out by the other side, which it may be only if this side did not touch it.
            let touched = was.get(id).is_none_or(|was| {
                was.module != part.module || fields(was.document) != fields(part.document)
            });
            if touched {
                return Err(Broken(format!("{whose:?} touched {id}, and it is gone")));
            }
            continue;
        };
        let before = was.get(id);
        if before.is_none_or(|before| before.module != part.module)
            && result.module != part.module
            && !flagged(id, "", &[K::Moved])
        {
            return Err(Broken(format!(
                "{whose:?} put {id} into a module, and it is in another"
            )));
        }
        for (name, value) in fields(part.document) {
            let old = before.and_then(|before| before.document.get(name));
            let there = result.document.get(name);
            if old == Some(value) || there == Some(value) {
                continue;
            }
            let on_a_card = flagged(id, &format!(".{name}"), &[K::Field, K::Text]);
            let both = name == "description" || value.as_document().is_some();
            if !on_a_card && !both {
                return Err(Broken(format!(
                    "{whose:?} set {name} of {id}, and it is {there:?}"
                )));
            }
        }
    }
    for id in was
        .keys()
        .filter(|id| !is.contains_key(id) && now.contains_key(id))
    {
        if !flagged(id, "", &[K::Deleted, K::Restored]) {
            return Err(Broken(format!(
                "{whose:?} deleted {id}, and it is there unflagged"
            )));
        }
    }
    orders(base, side, merged, whose)
}

/// A rearranged list is as that side has it, or it is flagged.
fn orders(base: &[Bson], side: &[Bson], merged: &Merged, whose: Side) -> Result<(), Broken> {
    let (was, is, now) = (lists(base), lists(side), lists(&merged.curriculum));
    for (module, list) in &is {
        let (Some(was), Some(now)) = (was.get(module), now.get(module)) else {
            continue;
        };
        let common = |list: &[ObjectId], a: &[ObjectId], b: &[ObjectId]| -> Vec<ObjectId> {
            list.iter()
                .filter(|id| a.contains(id) && b.contains(id))
                .copied()
                .collect()
        };
        let (before, after) = (common(was, list, now), common(list, was, now));
        if before == after || common(now, was, list) == after {
            continue;
        }
        let path = module.map_or("curriculum".to_owned(), |id| {
            format!("curriculum.{id}.lessons")
        });
        let flagged = merged
            .conflicts
            .iter()
            .any(|card| card.kind == ConflictKind::Order && card.path == path);
        // What came back after the other side took it out has no place in the other's order.
        let back = merged.conflicts.iter().any(|card| {
            matches!(card.kind, ConflictKind::Deleted | ConflictKind::Restored)
                && after.iter().any(|id| card.path.ends_with(&id.to_hex()))
        });
        if !flagged && !back {
            return Err(Broken(format!(
                "{whose:?} rearranged {path}, and it is not so: {now:?} {list:?}"
            )));
        }
    }
    Ok(())
}

fn lists(curriculum: &[Bson]) -> BTreeMap<Option<ObjectId>, Vec<ObjectId>> {
    let mut out: BTreeMap<Option<ObjectId>, Vec<ObjectId>> = BTreeMap::new();
    for part in parts(curriculum) {
        if let Ok(id) = part.document.get_object_id("_id") {
            out.entry(part.module.copied()).or_default().push(id);
        }
    }
    out
}

fn fields(document: &Document) -> BTreeMap<&str, &Bson> {
    document
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "_id" | "lessons"))
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}
