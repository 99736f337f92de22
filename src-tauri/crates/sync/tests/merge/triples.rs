//! Random curricula edited apart by two people, and what must hold of every merge of them.
//!
//! Every text an edit brings in carries a mark of its own, so that nothing can get lost unnoticed
//! however identifiers were mixed up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use bson::{Bson, Document, doc, oid::ObjectId};
use sync::{Conflict, ConflictKind, Merged, merge, text};

/// A small generator of random numbers (splitmix64); the same seed tells the same story.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Three curricula.
#[derive(Clone, Debug)]
pub(crate) struct Triple {
    pub(crate) base: Vec<Bson>,
    pub(crate) mine: Vec<Bson>,
    pub(crate) theirs: Vec<Bson>,
    /// Identifiers were lost or given out anew somewhere, so parts cannot be followed by them.
    pub(crate) mixed: bool,
}

struct Maker<'r> {
    random: &'r mut Random,
    ids: u32,
    marks: u32,
    who: char,
}

const TITLES: [&str; 5] = ["Welcome", "Quiz", "Practice", "Summary", "Q & A"];

impl Maker<'_> {
    fn id(&mut self) -> ObjectId {
        self.ids += 1;
        let mut bytes = [0; 12];
        bytes[0] = u8::try_from(u32::from(self.who)).unwrap_or_default();
        bytes[8..].copy_from_slice(&self.ids.to_be_bytes());
        ObjectId::from_bytes(bytes)
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("{}#{}#", self.who, self.marks)
    }

    fn title(&mut self) -> String {
        if self.random.once_in(4) {
            TITLES[self.random.below(TITLES.len())].to_owned()
        } else {
            format!("Title {}", self.mark())
        }
    }

    fn sentences(&mut self) -> String {
        let mut text = String::new();
        for n in 0..self.random.below(6) {
            let mark = self.mark();
            let gap = if n == 0 {
                ""
            } else if self.random.once_in(3) {
                "\n"
            } else {
                " "
            };
            let _ = write!(text, "{gap}It tells of {mark}.");
        }
        text
    }

    fn lesson(&mut self) -> Bson {
        let mut lesson = doc! { "_id": self.id(), "title": self.title() };
        if !self.random.once_in(3) {
            lesson.insert("description", self.sentences());
        }
        lesson.insert(
            "type",
            ["video", "text", "quiz", "assignment"][self.random.below(4)],
        );
        lesson.insert("isFree", self.random.once_in(2));
        if self.random.once_in(3) {
            lesson.insert("duration", "15:30");
        }
        if self.random.once_in(5) {
            lesson.insert("player", doc! { "speed": 1_i64, "src": self.mark() });
        }
        lesson.into()
    }

    fn module(&mut self) -> Bson {
        let lessons: Vec<Bson> = (0..self.random.below(7)).map(|_| self.lesson()).collect();
        let mut module = doc! { "_id": self.id(), "module": self.title() };
        if self.random.once_in(2) {
            module.insert("description", self.sentences());
        }
        module.insert("lessons", lessons);
        module.into()
    }

    fn text_edit(&mut self, text: &str) -> String {
        let mut pieces: Vec<String> = text::pieces(text).into_iter().map(str::to_owned).collect();
        let mark = self.mark();
        match self.random.below(4) {
            0 => pieces.push(format!(" More of {mark}.")),
            1 if !pieces.is_empty() => {
                let at = self.random.below(pieces.len());
                pieces[at] = format!(" Rather {mark}.");
            }
            2 if !pieces.is_empty() => {
                let at = self.random.below(pieces.len());
                pieces.remove(at);
            }
            _ => pieces.insert(0, format!("First {mark}.")),
        }
        pieces.concat()
    }

    fn edit_field(&mut self, part: &mut Document, title: &str) {
        match self.random.below(6) {
            0 => {
                let title_now = self.title();
                part.insert(title, title_now);
            }
            1 | 2 => {
                let text = part.get_str("description").unwrap_or_default().to_owned();
                let text = self.text_edit(&text);
                part.insert("description", text);
            }
            3 => {
                let mark = self.mark();
                part.insert("duration", mark);
            }
            4 => {
                let mark = self.mark();
                if let Ok(player) = part.get_document_mut("player") {
                    let field = if self.random.once_in(2) {
                        "src"
                    } else {
                        "poster"
                    };
                    player.insert(field, mark);
                } else {
                    part.insert("link", mark);
                }
            }
            _ => {
                let free = part.get_bool("isFree").unwrap_or(false);
                if self.random.once_in(3) {
                    part.remove("duration");
                } else {
                    part.insert("isFree", !free);
                }
            }
        }
    }

    /// One thing somebody does.
    fn act(&mut self, modules: &mut Vec<Bson>) {
        if modules.is_empty() || self.random.once_in(12) {
            let at = self.random.below(modules.len() + 1);
            let module = self.module();
            modules.insert(at, module);
            return;
        }
        let at = self.random.below(modules.len());
        match self.random.below(16) {
            0 => {
                modules.remove(at);
            }
            1 => {
                let module = modules.remove(at);
                let to = self.random.below(modules.len() + 1);
                modules.insert(to, module);
            }
            2 | 3 => self.edit_field(document(&mut modules[at]), "module"),
            kind => {
                let count = lessons(&mut modules[at]).len();
                if count == 0 || kind < 6 {
                    let to = self.random.below(count + 1);
                    let lesson = self.lesson();
                    lessons(&mut modules[at]).insert(to, lesson);
                    return;
                }
                let which = self.random.below(count);
                match kind {
                    6 | 7 => {
                        lessons(&mut modules[at]).remove(which);
                    }
                    8 | 9 => {
                        let lesson = lessons(&mut modules[at]).remove(which);
                        let to = self.random.below(count);
                        lessons(&mut modules[at]).insert(to, lesson);
                    }
                    10 | 11 => {
                        let lesson = lessons(&mut modules[at]).remove(which);
                        let other = self.random.below(modules.len());
                        let there = lessons(&mut modules[other]);
                        let to = self.random.below(there.len() + 1);
                        there.insert(to, lesson);
                    }
                    _ => self.edit_field(document(&mut lessons(&mut modules[at])[which]), "title"),
                }
            }
        }
    }

    /// A program that saves the whole array: numbers of another type, nulls, fields in another order;
    /// and identifiers lost or given out anew, of all or of some.
    fn saved_whole(&mut self, modules: &mut [Bson]) {
        let loses = self.random.below(4);
        for module in modules.iter_mut() {
            for lesson in lessons(module) {
                self.rewrite(document(lesson), loses);
            }
            self.rewrite(document(module), loses);
        }
    }

    fn rewrite(&mut self, part: &mut Document, loses: usize) {
        let fields: Vec<(String, Bson)> = std::mem::take(part).into_iter().collect();
        for (name, value) in fields.into_iter().rev() {
            part.insert(name, value);
        }
        if !part.contains_key("duration") && self.random.once_in(2) {
            part.insert("duration", Bson::Null);
        }
        if let Ok(player) = part.get_document_mut("player")
            && player.get_i64("speed").is_ok()
        {
            player.insert("speed", 1.0);
        }
        match loses {
            1 => {
                part.remove("_id");
            }
            2 => {
                let id = self.id();
                part.insert("_id", id);
            }
            3 if self.random.once_in(3) => {
                let id = self.id();
                part.insert("_id", id);
            }
            _ => {}
        }
    }
}

fn document(part: &mut Bson) -> &mut Document {
    part.as_document_mut().expect("made as a document")
}

fn lessons(module: &mut Bson) -> &mut Vec<Bson> {
    document(module)
        .get_array_mut("lessons")
        .expect("made with lessons")
}

/// The triple of that seed.
pub(crate) fn triple(seed: u64) -> Triple {
    let mut random = Random(seed);
    let acts = 1 + random.below(9);
    let mut maker = Maker {
        random: &mut random,
        ids: 0,
        marks: 0,
        who: 'b',
    };
    let base: Vec<Bson> = (0..maker.random.below(6)).map(|_| maker.module()).collect();
    let mut side = |who: char, ids: u32| {
        let mut maker = Maker {
            random: &mut random,
            ids,
            marks: 0,
            who,
        };
        let mut modules = base.clone();
        for _ in 0..maker.random.below(acts + 1) {
            maker.act(&mut modules);
        }
        modules
    };
    let mut mine = side('m', 10_000);
    let mut theirs = side('t', 20_000);
    let mut base = base;
    let mut mixed = false;
    if random.once_in(4) {
        let mut maker = Maker {
            random: &mut random,
            ids: 30_000,
            marks: 0,
            who: 't',
        };
        maker.saved_whole(&mut theirs);
        mixed = true;
    }
    if random.once_in(20) {
        let mut maker = Maker {
            random: &mut random,
            ids: 40_000,
            marks: 0,
            who: 'm',
        };
        maker.saved_whole(&mut mine);
        mixed = true;
    }
    if random.once_in(40) {
        for module in &mut base {
            document(module).remove("_id");
        }
        mixed = true;
    }
    if random.once_in(60) {
        // The same part twice, as a program that copies carelessly leaves it.
        if let Some(module) = theirs.first().cloned() {
            theirs.push(module);
            mixed = true;
        }
    }
    Triple {
        base,
        mine,
        theirs,
        mixed,
    }
}

/// Everything that must hold of the merge of that triple; what does not, in words.
pub(crate) fn broken(triple: &Triple) -> Result<Merged, String> {
    let Triple {
        base,
        mine,
        theirs,
        mixed,
    } = triple;
    let merged = merge(base, mine, theirs);
    if merge(base, base, theirs).curriculum != *theirs {
        return Err("m(B,B,R) is not R".to_owned());
    }
    if merge(base, mine, base).curriculum != *mine {
        return Err("m(B,L,B) is not L".to_owned());
    }
    for side in [mine, theirs] {
        if merge(base, side, side).curriculum != *side {
            return Err("m(B,X,X) is not X".to_owned());
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
    .map_err(|error| format!("the result cannot be read: {error}"))?;
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

fn unique(curriculum: &[Bson]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for part in parts(curriculum) {
        let id = part
            .document
            .get("_id")
            .ok_or("a part without an identifier")?;
        if !seen.insert(id.to_string()) {
            return Err(format!("the identifier {id} twice"));
        }
    }
    Ok(())
}

/// Whatever text a side brought in is in the result or on a card.
fn marks(triple: &Triple, merged: &Merged) -> Result<(), String> {
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
                return Err(format!("{mark} is lost"));
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
fn followed(base: &[Bson], side: &[Bson], merged: &Merged, whose: Side) -> Result<(), String> {
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
                return Err(format!("{whose:?} touched {id}, and it is gone"));
            }
            continue;
        };
        let before = was.get(id);
        if before.is_none_or(|before| before.module != part.module)
            && result.module != part.module
            && !flagged(id, "", &[K::Moved])
        {
            return Err(format!(
                "{whose:?} put {id} into a module, and it is in another"
            ));
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
                return Err(format!("{whose:?} set {name} of {id}, and it is {there:?}"));
            }
        }
    }
    for id in was
        .keys()
        .filter(|id| !is.contains_key(id) && now.contains_key(id))
    {
        if !flagged(id, "", &[K::Deleted, K::Restored]) {
            return Err(format!("{whose:?} deleted {id}, and it is there unflagged"));
        }
    }
    orders(base, side, merged, whose)
}

/// A rearranged list is as that side has it, or it is flagged.
fn orders(base: &[Bson], side: &[Bson], merged: &Merged, whose: Side) -> Result<(), String> {
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
            return Err(format!(
                "{whose:?} rearranged {path}, and it is not so: {now:?} {list:?}"
            ));
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
