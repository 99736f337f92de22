//! Lists three ways: sets of words, lists of lines, and lists of parts with identifiers.
//!
//! What a list may hold at most is kept: a merged list that got too long is contested as a whole.

use std::collections::{HashMap, HashSet};

use bson::{Bson, Document};

use crate::{
    merge::{Arranged, ConflictKind, Contested, Longest, arrange, merge_fields, same_but},
    text,
};

/// What became of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum List {
    /// This, with what is contested inside of it.
    Merged(Vec<Bson>, Vec<Contested>),
    /// It cannot be merged part by part.
    Contested,
}

/// Three versions of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lists<'a> {
    pub(super) base: &'a [Bson],
    pub(super) mine: &'a [Bson],
    pub(super) theirs: &'a [Bson],
}

impl<'a> Lists<'a> {
    /// None where one of them is something else. Nothing counts as an empty list.
    pub(super) fn of(
        base: Option<&'a Bson>,
        mine: Option<&'a Bson>,
        theirs: Option<&'a Bson>,
    ) -> Option<Self> {
        let list = |value: Option<&'a Bson>| match value {
            None | Some(Bson::Null | Bson::Undefined) => Some(&[][..]),
            Some(Bson::Array(list)) => Some(list.as_slice()),
            Some(_) => None,
        };
        Some(Self {
            base: list(base)?,
            mine: list(mine)?,
            theirs: list(theirs)?,
        })
    }

    fn within(&self, most: usize, merged: Vec<Bson>, found: Vec<Contested>) -> List {
        if merged.len() > most && merged.len() > self.theirs.len() {
            List::Contested
        } else {
            List::Merged(merged, found)
        }
    }

    /// A set: what the server has without what I took out, then what I put in.
    pub(super) fn words(&self, most: usize) -> List {
        let mut merged: Vec<Bson> = self
            .theirs
            .iter()
            .filter(|word| self.mine.contains(word) || !self.base.contains(word))
            .cloned()
            .collect();
        for word in self.mine {
            if !self.base.contains(word) && !merged.contains(word) {
                merged.push(word.clone());
            }
        }
        self.within(most, merged, Vec::new())
    }

    /// Lines in order, merged as a text of lines.
    pub(super) fn lines(&self, most: usize) -> List {
        let lines = |list: &'a [Bson]| list.iter().map(Bson::as_str).collect::<Option<Vec<_>>>();
        let (Some(base), Some(mine), Some(theirs)) =
            (lines(self.base), lines(self.mine), lines(self.theirs))
        else {
            return List::Contested;
        };
        match text::merge_pieces(&base, &mine, &theirs) {
            Some(merged) => {
                let merged = merged.into_iter().map(Bson::from).collect();
                self.within(most, merged, Vec::new())
            }
            None => List::Contested,
        }
    }

    /// Parts by the field that identifies them: those of both field by field (or, `whole`, as one
    /// value), deleted ones gone unless the other side changed them.
    pub(super) fn parts(&self, key: &str, most: usize, whole: bool, longest: Longest<'_>) -> List {
        let (Some(base), Some(mine), Some(theirs)) = (
            keyed(self.base, key),
            keyed(self.mine, key),
            keyed(self.theirs, key),
        ) else {
            return List::Contested;
        };
        let [by_base, by_mine, by_theirs] = [&base, &mine, &theirs]
            .map(|list| list.iter().cloned().collect::<HashMap<String, &Document>>());
        let mut found = Vec::new();
        let mut stays: HashMap<&str, Document> = HashMap::new();
        let ids = theirs.iter().chain(&mine).map(|(id, _)| id.as_str());
        for id in ids {
            if stays.contains_key(id) {
                continue;
            }
            let sides = (by_base.get(id), by_mine.get(id), by_theirs.get(id));
            let contest = |kind| Contested {
                path: id.to_owned(),
                kind,
                base: value(sides.0),
                mine: value(sides.1),
                theirs: value(sides.2),
            };
            let document = match sides {
                (was, Some(mine), Some(theirs)) if whole => {
                    let touched = |side: &Document| was.is_none_or(|was| !same_but(was, side, &[]));
                    if touched(mine) && touched(theirs) && !same_but(mine, theirs, &[]) {
                        found.push(contest(ConflictKind::Field));
                    }
                    Document::clone(if touched(theirs) { theirs } else { mine })
                }
                (was, Some(mine), Some(theirs)) => {
                    let within = |name: &str| longest(name);
                    let (document, inner) =
                        merge_fields(was.copied(), mine, theirs, &[key], &within);
                    found.extend(inner.into_iter().map(|inner| Contested {
                        path: format!("{id}.{}", inner.path),
                        ..inner
                    }));
                    document
                }
                (Some(was), Some(one), None) | (Some(was), None, Some(one)) => {
                    if same_but(was, one, &[]) {
                        continue;
                    }
                    found.push(contest(ConflictKind::Deleted));
                    Document::clone(one)
                }
                (None, Some(one), None) | (None, None, Some(one)) => Document::clone(one),
                (_, None, None) => continue,
            };
            stays.insert(id, document);
        }
        let [base, mine, theirs] = [&base, &mine, &theirs].map(|list| {
            list.iter()
                .map(|(id, _)| id.as_str())
                .collect::<Vec<&str>>()
        });
        let Arranged { order, contested } =
            arrange(&base, &mine, &theirs, |id| stays.contains_key(id));
        if contested {
            let named =
                |list: &[&str]| Bson::Array(list.iter().map(|id| Bson::from(*id)).collect());
            found.push(Contested {
                path: String::new(),
                kind: ConflictKind::Order,
                base: named(&base),
                mine: named(&mine),
                theirs: named(&theirs),
            });
        }
        let merged = order
            .into_iter()
            .filter_map(|id| stays.get(id))
            .map(|document| Bson::Document(document.clone()))
            .collect();
        self.within(most, merged, found)
    }
}

/// The documents of a list with what identifies them; none where one has nothing or twice the same.
fn keyed<'a>(list: &'a [Bson], key: &str) -> Option<Vec<(String, &'a Document)>> {
    let mut seen = HashSet::new();
    list.iter()
        .map(|part| {
            let document = part.as_document()?;
            let id = match document.get(key)? {
                Bson::ObjectId(id) => id.to_hex(),
                Bson::String(id) => id.clone(),
                _ => return None,
            };
            seen.insert(id.clone()).then_some((id, document))
        })
        .collect()
}

fn value(document: Option<&&Document>) -> Bson {
    document.map_or(Bson::Null, |document| Document::clone(document).into())
}
