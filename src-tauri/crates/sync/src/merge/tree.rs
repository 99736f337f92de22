//! Which module and which lesson of three curricula are the same one.
//!
//! By `_id`; where another program's save gave out new ones or none, by title, type and position, which
//! is a guess and is reported as one.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use bson::{Bson, Document};

/// A module or lesson, the same number on every side that has it.
pub(crate) type Key = usize;

/// Both started from it.
pub(crate) const BASE: usize = 0;
/// This desktop's.
pub(crate) const MINE: usize = 1;
/// The server's.
pub(crate) const THEIRS: usize = 2;

/// A module or lesson on one side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// As it is there.
    pub(crate) document: &'a Document,
    /// The module of a lesson; none for modules.
    pub(crate) module: Option<Key>,
}

/// A module or lesson on all three sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    /// Base, mine, theirs.
    pub(crate) places: [Option<Place<'a>>; 3],
}

/// Three curricula, their parts identified.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// By key.
    pub(crate) parts: Vec<Part<'a>>,
    /// How many of the keys are modules; they come first.
    pub(crate) modules: usize,
    /// What each side has, in order: the modules under none, the lessons under their module.
    pub(crate) lists: [BTreeMap<Option<Key>, Vec<Key>>; 3],
    /// Recognised by title, type and position: the side, and the part.
    pub(crate) guessed: Vec<(usize, Key)>,
}

/// A module or lesson before it is known which one it is.
struct Item<'a> {
    document: &'a Document,
    module: Option<Key>,
    title: &'a str,
    kind: &'a str,
}

impl<'a> Tree<'a> {
    /// None where a curriculum is not made of modules with lessons.
    pub(crate) fn read(sides: [&'a [Bson]; 3]) -> Option<Self> {
        let mut tree = Self {
            parts: Vec::new(),
            modules: 0,
            lists: Default::default(),
            guessed: Vec::new(),
        };
        let mut modules: [Vec<Item<'a>>; 3] = Default::default();
        for (side, curriculum) in sides.into_iter().enumerate() {
            for module in curriculum {
                let document = module.as_document()?;
                modules[side].push(Item::new(document, "module", "", None));
            }
        }
        let keys = tree.identify(&modules);
        tree.modules = tree.parts.len();
        let mut lessons: [Vec<Item<'a>>; 3] = Default::default();
        for (side, modules) in modules.iter().enumerate() {
            for (module, key) in modules.iter().zip(&keys[side]) {
                for lesson in lessons_of(module.document)? {
                    let document = lesson.as_document()?;
                    lessons[side].push(Item::new(document, "title", "type", Some(*key)));
                }
            }
        }
        tree.identify(&lessons);
        Some(tree)
    }

    /// The keys of the items of each side, which become parts of the tree.
    fn identify(&mut self, sides: &[Vec<Item<'a>>; 3]) -> [Vec<Key>; 3] {
        let mut next = self.parts.len();
        let mut fresh = || {
            next += 1;
            next - 1
        };
        let mut keys: [Vec<Option<Key>>; 3] = Default::default();
        let mut there: [HashSet<Key>; 3] = Default::default();
        let mut by_id: HashMap<String, Key> = HashMap::new();
        for (side, items) in sides.iter().enumerate() {
            for item in items {
                // The same identifier a second time on one side identifies nothing.
                let key = id_of(item.document)
                    .map(|id| *by_id.entry(id).or_insert_with(&mut fresh))
                    .filter(|key| there[side].insert(*key));
                keys[side].push(key);
            }
        }
        for key in &mut keys[BASE] {
            let key = key.get_or_insert_with(&mut fresh);
            there[BASE].insert(*key);
        }
        for (side, other) in [(MINE, THEIRS), (THEIRS, MINE)] {
            self.guess(sides, &mut keys, &mut there, side, other);
        }
        let keys = keys.map(|side| {
            side.into_iter()
                .map(|key| key.unwrap_or_else(&mut fresh))
                .collect::<Vec<_>>()
        });
        self.parts.resize(next, Part { places: [None; 3] });
        for (side, items) in sides.iter().enumerate() {
            for (item, key) in items.iter().zip(&keys[side]) {
                self.parts[*key].places[side] = Some(Place {
                    document: item.document,
                    module: item.module,
                });
                self.lists[side].entry(item.module).or_default().push(*key);
            }
        }
        keys
    }

    /// Gives what is new on a side the keys of what is missing there, where list, title and type are the
    /// same, in their order. A part with an identifier of its own must stand where the other stood, or
    /// in a list whose identifiers were all given out anew: else it is another part of the same title.
    fn guess(
        &mut self,
        sides: &[Vec<Item<'a>>; 3],
        keys: &mut [Vec<Option<Key>>; 3],
        there: &mut [HashSet<Key>; 3],
        side: usize,
        other: usize,
    ) {
        type Sign<'a> = (Option<Key>, &'a str, &'a str);
        let sign = |item: &Item<'a>| -> Sign<'a> { (item.module, item.title, item.kind) };
        let mut missing: HashMap<Sign<'a>, VecDeque<(Key, usize)>> = HashMap::new();
        for ((item, key), at) in sides[BASE]
            .iter()
            .zip(&keys[BASE])
            .zip(positions(&sides[BASE]))
        {
            if let Some(key) = key.filter(|key| !there[side].contains(key)) {
                missing.entry(sign(item)).or_default().push_back((key, at));
            }
        }
        if missing.is_empty() {
            return;
        }
        let known = |key: Key| there[BASE].contains(&key) || there[other].contains(&key);
        let kept: HashSet<Option<Key>> = sides[side]
            .iter()
            .zip(&keys[side])
            .filter(|(_, key)| key.is_some_and(|key| there[BASE].contains(&key)))
            .map(|(item, _)| item.module)
            .collect();
        let mut found = Vec::new();
        for (n, (item, at)) in sides[side].iter().zip(positions(&sides[side])).enumerate() {
            let Some(alike) = missing.get_mut(&sign(item)) else {
                continue;
            };
            if keys[side][n].is_some_and(known) {
                continue;
            }
            let anew = id_of(item.document).is_none() || !kept.contains(&item.module);
            let fitting = if anew {
                (!alike.is_empty()).then_some(0)
            } else {
                alike.iter().position(|(_, place)| *place == at)
            };
            if let Some((key, _)) = fitting.and_then(|which| alike.remove(which)) {
                found.push((n, key));
            }
        }
        for (n, key) in found {
            keys[side][n] = Some(key);
            there[side].insert(key);
            self.guessed.push((side, key));
        }
    }
}

/// The place of each item in its list.
fn positions(items: &[Item<'_>]) -> Vec<usize> {
    let mut counts: HashMap<Option<Key>, usize> = HashMap::new();
    items
        .iter()
        .map(|item| {
            let count = counts.entry(item.module).or_default();
            *count += 1;
            *count - 1
        })
        .collect()
}

impl<'a> Item<'a> {
    fn new(document: &'a Document, title: &str, kind: &str, module: Option<Key>) -> Self {
        Self {
            document,
            module,
            title: document.get_str(title).unwrap_or_default().trim(),
            kind: document.get_str(kind).unwrap_or("video"),
        }
    }
}

/// The identifier as text; whatever type another program gave it.
pub(crate) fn id_of(document: &Document) -> Option<String> {
    match document.get("_id") {
        None | Some(Bson::Null | Bson::Undefined) => None,
        Some(Bson::ObjectId(id)) => Some(id.to_hex()),
        Some(other) => Some(other.to_string()),
    }
}

/// The lessons of a module; none where they are something else.
pub(crate) fn lessons_of(module: &Document) -> Option<&[Bson]> {
    match module.get("lessons") {
        None | Some(Bson::Null | Bson::Undefined) => Some(&[]),
        Some(Bson::Array(lessons)) => Some(lessons),
        Some(_) => None,
    }
}
