//! Random curricula edited apart by two people. What must hold of their merges is in `laws`.
//!
//! Every text an edit brings in carries a mark of its own, so that nothing can get lost unnoticed
//! however identifiers were mixed up.

use std::fmt::Write as _;

use bson::{Bson, Document, doc, oid::ObjectId};
use sync::text;

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
