//! Carries out the merge of identified curricula: what stays, where, in which order, with which fields
//! and under which identifier.

use std::collections::{BTreeMap, HashSet};

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::text::fold;
use sha2::{Digest, Sha256};

use super::{
    Conflict, ConflictKind, Merged,
    fields::merge_fields,
    longest,
    order::{Arranged, arrange},
    tree::{BASE, Key, MINE, Part, Place, THEIRS, Tree, id_of, lessons_of},
    values::{or_null, same_but},
};

/// What is not a field of its own: the identifier, and the list of lessons.
const STRUCTURE: [&str; 2] = ["_id", "lessons"];

/// How many modules and lessons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) modules: usize,
    pub(super) lessons: usize,
}

impl Count {
    pub(super) fn of(curriculum: &[Bson]) -> Self {
        let lessons = curriculum
            .iter()
            .filter_map(Bson::as_document)
            .filter_map(lessons_of)
            .map(<[Bson]>::len)
            .sum();
        Self {
            modules: curriculum.len(),
            lessons,
        }
    }
}

/// A card before it is known under which identifiers its part stands in the result.
struct Finding {
    part: Option<Key>,
    /// Below the part, with a leading dot; or nothing.
    below: String,
    kind: ConflictKind,
    base: Bson,
    mine: Bson,
    theirs: Bson,
}

pub(super) struct Merger<'t, 'a> {
    tree: &'t Tree<'a>,
    /// The module of each lesson that stays.
    lessons: BTreeMap<Key, Key>,
    findings: Vec<Finding>,
}

impl<'t, 'a> Merger<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>) -> Self {
        Self {
            tree,
            lessons: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// The result, and how much it holds.
    pub(super) fn merged(mut self) -> (Merged, Count) {
        let tree = self.tree;
        for (key, part) in tree.parts.iter().enumerate().skip(tree.modules) {
            if let Some(module) = self.lesson(key, part) {
                self.lessons.insert(key, module);
            }
        }
        let inhabited: HashSet<Key> = self.lessons.values().copied().collect();
        let mut stays = HashSet::new();
        for (key, part) in tree.parts.iter().enumerate().take(tree.modules) {
            if self.module(key, part, inhabited.contains(&key)) {
                stays.insert(key);
            }
        }
        self.alike(&stays);

        let (top, contested) = self.arranged(None, &|key| stays.contains(&key));
        self.findings.extend(contested);
        let mut ids = Ids::default();
        let mut places: BTreeMap<Key, String> = BTreeMap::new();
        let mut curriculum = Vec::with_capacity(top.len());
        let mut count = Count::default();
        for module in top {
            let here = |key: Key| self.lessons.get(&key) == Some(&module);
            let (inside, contested) = self.arranged(Some(module), &here);
            self.findings.extend(contested);
            let part = &tree.parts[module];
            let mut document = self.fields(module, part);
            let id = ids.take(part, &document, "", "module");
            let path = format!("curriculum.{}", shown(&id));
            document.insert("_id", id);
            let mut rows = Vec::with_capacity(inside.len());
            for lesson in inside {
                let part = &tree.parts[lesson];
                let mut row = self.fields(lesson, part);
                let id = ids.take(part, &row, &path, "title");
                places.insert(lesson, format!("{path}.lessons.{}", shown(&id)));
                row.insert("_id", id);
                rows.push(Bson::Document(row));
            }
            count.modules += 1;
            count.lessons += rows.len();
            places.insert(module, path);
            if !rows.is_empty() || document.contains_key("lessons") {
                document.insert("lessons", rows);
            }
            curriculum.push(Bson::Document(document));
        }
        self.doubts(ids.replaced, &places);
        let conflicts = self.cards(&places);
        let merged = Merged {
            curriculum,
            conflicts,
        };
        (merged, count)
    }

    /// In which module the lesson stays, if it does.
    fn lesson(&mut self, key: Key, part: &Part<'a>) -> Option<Key> {
        match part.places {
            [base, Some(mine), Some(theirs)] => {
                let was = base.and_then(|base| base.module);
                if mine.module != theirs.module && theirs.module != was && mine.module != was {
                    let place = |place: Option<Place<'_>>| {
                        place
                            .and_then(|p| p.module)
                            .map_or(Bson::Null, |module| self.named(module))
                    };
                    let values = [place(base), place(Some(mine)), place(Some(theirs))];
                    self.find(Some(key), ConflictKind::Moved, values);
                }
                if theirs.module == was {
                    mine.module
                } else {
                    theirs.module
                }
            }
            [Some(base), Some(one), None] | [Some(base), None, Some(one)] => {
                let touched =
                    one.module != base.module || !same_but(base.document, one.document, &["_id"]);
                if !touched {
                    return None;
                }
                self.find(Some(key), ConflictKind::Deleted, part.values());
                one.module
            }
            [None, Some(one), None] | [None, None, Some(one)] => one.module,
            [_, None, None] => None,
        }
    }

    /// Whether the module stays.
    fn module(&mut self, key: Key, part: &Part<'a>, inhabited: bool) -> bool {
        match part.places {
            [_, Some(_), Some(_)] | [None, Some(_), None] | [None, None, Some(_)] => true,
            [Some(base), Some(one), None] | [Some(base), None, Some(one)] => {
                let touched = !same_but(base.document, one.document, &STRUCTURE);
                let kind = if inhabited {
                    ConflictKind::Restored
                } else {
                    ConflictKind::Deleted
                };
                if inhabited || touched {
                    self.find(Some(key), kind, part.values());
                }
                inhabited || touched
            }
            [_, None, None] => false,
        }
    }

    /// Flags what I added under a title like one of what the server added beside it.
    fn alike(&mut self, modules: &HashSet<Key>) {
        let mut theirs: BTreeMap<(Option<Key>, String), Key> = BTreeMap::new();
        let added: Vec<(Option<Key>, Key)> = modules
            .iter()
            .map(|key| (None, *key))
            .chain(
                self.lessons
                    .iter()
                    .map(|(key, module)| (Some(*module), *key)),
            )
            .filter(|(_, key)| self.tree.parts[*key].places[BASE].is_none())
            .collect();
        let title = |key: Key, side: usize| {
            self.tree.parts[key].places[side].map(|place| fold(title_of(place.document)))
        };
        for (within, key) in &added {
            if let (None, Some(title)) = (title(*key, MINE), title(*key, THEIRS)) {
                theirs.insert((*within, title), *key);
            }
        }
        let mut found: Vec<(Key, Key)> = Vec::new();
        for (within, key) in added {
            if let (Some(title), None) = (title(key, MINE), title(key, THEIRS))
                && let Some(like) = theirs.get(&(within, title))
            {
                found.push((key, *like));
            }
        }
        found.sort_unstable();
        for (key, like) in found {
            let [_, mine, _] = self.tree.parts[key].values();
            let [_, _, theirs] = self.tree.parts[like].values();
            self.find(Some(key), ConflictKind::Added, [Bson::Null, mine, theirs]);
        }
    }

    /// A list of the result in its order, and the card where both rearranged it.
    fn arranged(
        &self,
        within: Option<Key>,
        wanted: &dyn Fn(Key) -> bool,
    ) -> (Vec<Key>, Option<Finding>) {
        let list = |side: usize| {
            self.tree.lists[side]
                .get(&within)
                .map_or(&[][..], Vec::as_slice)
        };
        let Arranged { order, contested } = arrange(list(BASE), list(MINE), list(THEIRS), wanted);
        let finding = contested.then(|| {
            let named = |side: usize| list(side).iter().map(|key| self.named(*key)).collect();
            let [base, mine, theirs] = [BASE, MINE, THEIRS].map(|side| Bson::Array(named(side)));
            Finding {
                part: within,
                below: within.map_or("", |_| ".lessons").to_owned(),
                kind: ConflictKind::Order,
                base,
                mine,
                theirs,
            }
        });
        (order, finding)
    }

    /// The merged fields; a part that only one side has is as it is there.
    fn fields(&mut self, key: Key, part: &Part<'a>) -> Document {
        let [base, mine, theirs] = part.places.map(|place| place.map(|place| place.document));
        let (document, contested) = match (mine, theirs) {
            (Some(mine), Some(theirs)) => merge_fields(base, mine, theirs, &STRUCTURE, &longest),
            (one, other) => (one.or(other).cloned().unwrap_or_default(), Vec::new()),
        };
        for field in contested {
            self.findings.push(Finding {
                part: Some(key),
                below: format!(".{}", field.path),
                kind: field.kind,
                base: field.base,
                mine: field.mine,
                theirs: field.theirs,
            });
        }
        document
    }

    /// One card for everything that was recognised by guess, by title; what is not in the result, because
    /// the other side had deleted what it was taken for, whole. Also where an identifier was there twice.
    fn doubts(&mut self, replaced: usize, places: &BTreeMap<Key, String>) {
        let guessed = |side: usize| {
            self.tree
                .guessed
                .iter()
                .filter(|(of, _)| *of == side)
                .filter_map(|(side, key)| Some((key, self.tree.parts[*key].places[*side]?)))
                .map(|(key, place)| {
                    if places.contains_key(key) {
                        Bson::from(title_of(place.document))
                    } else {
                        Bson::from(place.document.clone())
                    }
                })
                .collect::<Vec<Bson>>()
        };
        let (mine, theirs) = (guessed(MINE), guessed(THEIRS));
        if replaced > 0 || !mine.is_empty() || !theirs.is_empty() {
            let values = [Bson::Null, Bson::Array(mine), Bson::Array(theirs)];
            self.find(None, ConflictKind::Identity, values);
        }
    }

    fn find(&mut self, part: Option<Key>, kind: ConflictKind, [base, mine, theirs]: [Bson; 3]) {
        self.findings.push(Finding {
            part,
            below: String::new(),
            kind,
            base,
            mine,
            theirs,
        });
    }

    /// A part by identifier and title, for cards.
    fn named(&self, key: Key) -> Bson {
        let part = &self.tree.parts[key];
        let document = [THEIRS, MINE, BASE]
            .into_iter()
            .find_map(|side| part.places[side])
            .map(|place| place.document);
        let id = or_null(document.and_then(|document| document.get("_id")));
        doc! { "_id": id, "title": document.map_or("", title_of) }.into()
    }

    /// The findings about what is in the result, under its identifiers.
    fn cards(self, places: &BTreeMap<Key, String>) -> Vec<Conflict> {
        let mut cards: Vec<Conflict> = self
            .findings
            .into_iter()
            .filter_map(|found| {
                let path = match found.part {
                    None => "curriculum",
                    Some(key) => places.get(&key)?,
                };
                Some(Conflict {
                    kind: found.kind,
                    path: format!("{path}{}", found.below),
                    base: found.base,
                    mine: found.mine,
                    theirs: found.theirs,
                })
            })
            .collect();
        cards.sort_by(|a, b| (&a.path, a.kind).cmp(&(&b.path, b.kind)));
        cards
    }
}

impl Part<'_> {
    /// As each side has it, or null.
    fn values(&self) -> [Bson; 3] {
        self.places
            .map(|place| place.map_or(Bson::Null, |place| place.document.clone().into()))
    }
}

/// The identifiers given so far.
#[derive(Default)]
struct Ids {
    given: HashSet<String>,
    /// How many parts had one that another part has.
    replaced: usize,
}

impl Ids {
    /// The part's identifier, three ways; a part that has none, or one that is given already, gets one
    /// made from what it is and where, so that every desktop makes the same.
    fn take(&mut self, part: &Part<'_>, document: &Document, within: &str, title: &str) -> Bson {
        let [base, mine, theirs] = part.places.map(|place| {
            place.and_then(|place| Some((id_of(place.document)?, place.document.get("_id")?)))
        });
        let own = if theirs.is_none() || theirs == base && mine.is_some() {
            mine
        } else {
            theirs
        };
        if let Some((text, id)) = own {
            if self.given.insert(text) {
                return id.clone();
            }
            self.replaced += 1;
        }
        let mut salt = 0_u64;
        loop {
            let mut hash = Sha256::new();
            for text in [within, document.get_str(title).unwrap_or_default()] {
                hash.update(text.as_bytes());
                hash.update([0]);
            }
            hash.update(salt.to_be_bytes());
            let mut bytes = [0; 12];
            bytes.copy_from_slice(&hash.finalize()[..12]);
            let id = ObjectId::from_bytes(bytes);
            if self.given.insert(id.to_hex()) {
                return id.into();
            }
            salt += 1;
        }
    }
}

/// The title of a module (`module`) or lesson.
fn title_of(document: &Document) -> &str {
    document
        .get_str("title")
        .or_else(|_| document.get_str("module"))
        .unwrap_or_default()
}

/// An identifier in a path.
fn shown(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => id.to_hex(),
        other => other.to_string(),
    }
}
