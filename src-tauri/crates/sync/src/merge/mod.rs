//! The three-way merge of a curriculum: what both people wrote, and a card for whatever only one of
//! two values could stand for. Pure; the same three curricula always give the same result.
//!
//! | conflict | result |
//! | --- | --- |
//! | different fields | both |
//! | same field, both changed | the server's value stands, mine is kept on a card |
//! | long text | by its pieces; an overlap becomes a card |
//! | deleted / edited or moved to another module | the edit wins, flagged |
//! | deleted / untouched, both deleted | deleted |
//! | module deleted / lesson added, edited or moved in | the module returns with only those lessons, flagged |
//! | reordered / inserted | reordered; the insert follows its left neighbour |
//! | both reordered | the server's order, flagged |
//! | moved / edited | the edit at the new place; two targets: the server's, flagged |
//! | both added | both, the server's first; like titles flagged |
//!
//! Laws, tested over random triples: `m(B,B,R) = R`, `m(B,L,B) = L`, `m(B,X,X) = X`, no identifier
//! twice, and everything that I or the server changed is in the result or on a card.
//!
//! Left out: documents other than a curriculum (`rebase`), and what a person does about a card.

mod fields;
mod order;
mod result;
mod swap;
mod tree;
mod values;

use std::fmt;

use bson::Bson;
use domain::rules::publishing::outline::{MAX_LESSONS, MAX_MODULES};
use serde::{Deserialize, Serialize};

pub use self::swap::take_mine;
pub(crate) use self::{
    fields::{Contested, Longest, Merged as MergedValue, merge_fields, merge_value},
    order::{Arranged, arrange},
    values::{or_null, same, same_but},
};
use self::{
    result::{Count, Merger},
    tree::Tree,
};

/// A lesson's description may have so many UTF-16 code units (as `rules::publishing::outline` has it).
const LONGEST_DESCRIPTION: usize = 2_000;

/// What a card is about. Stable words, stored and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConflictKind {
    /// Both changed a field: the server's value stands.
    Field,
    /// Both changed a long text at the same place: the server's stands.
    Text,
    /// One deleted what the other changed: it stays.
    Deleted,
    /// Both rearranged a list: the server's order stands.
    Order,
    /// Both moved a lesson, to two modules: the server's stands.
    Moved,
    /// Both added something with like titles: both stay.
    Added,
    /// One deleted a module in which the other worked: it returns with that work only.
    Restored,
    /// Another program gave new identifiers: parts were recognised by title, type and position.
    Identity,
}

impl ConflictKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Field,
        Self::Text,
        Self::Deleted,
        Self::Order,
        Self::Moved,
        Self::Added,
        Self::Restored,
        Self::Identity,
    ];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Text => "text",
            Self::Deleted => "deleted",
            Self::Order => "order",
            Self::Moved => "moved",
            Self::Added => "added",
            Self::Restored => "restored",
            Self::Identity => "identity",
        }
    }
}

impl fmt::Display for ConflictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where two people's work could not both stand as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// What it is about.
    pub kind: ConflictKind,
    /// `curriculum`, then `.MODULE` and `.lessons.LESSON` (identifiers in the result), then the field.
    pub path: String,
    /// Both started from this; null where it was not there.
    pub base: Bson,
    /// This desktop's.
    pub mine: Bson,
    /// The server's.
    pub theirs: Bson,
}

/// A merged curriculum.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The modules.
    pub curriculum: Vec<Bson>,
    /// What a person should look at, by path.
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    fn clean(curriculum: &[Bson]) -> Self {
        Self {
            curriculum: curriculum.to_vec(),
            conflicts: Vec::new(),
        }
    }
}

/// Merges what this desktop made of `base` into what the server has of it. Each is the `curriculum`
/// array of a course; fields that this program does not know are merged like any other.
///
/// What cannot be merged part by part (it is not made of modules with lessons, or would exceed what a
/// course may have) stays as the server has it, with one card that holds all of mine.
pub fn merge(base: &[Bson], mine: &[Bson], theirs: &[Bson]) -> Merged {
    if mine == base || mine == theirs {
        return Merged::clean(theirs);
    }
    if theirs == base {
        return Merged::clean(mine);
    }
    let whole = || Merged {
        curriculum: theirs.to_vec(),
        conflicts: vec![Conflict {
            kind: ConflictKind::Field,
            path: "curriculum".to_owned(),
            base: Bson::Array(base.to_vec()),
            mine: Bson::Array(mine.to_vec()),
            theirs: Bson::Array(theirs.to_vec()),
        }],
    };
    let Some(tree) = Tree::read([base, mine, theirs]) else {
        return whole();
    };
    let (merged, count) = Merger::new(&tree).merged();
    let too_many = |now: usize, most: usize, theirs: usize| now > most && now > theirs;
    let Count { modules, lessons } = Count::of(theirs);
    if too_many(count.modules, MAX_MODULES, modules)
        || too_many(count.lessons, MAX_LESSONS, lessons)
    {
        return whole();
    }
    merged
}

/// The longest a text of a module or lesson may get by being merged; fields of other programs that
/// usually hold long text count too.
fn longest(field: &str) -> Option<usize> {
    match field {
        "description" => Some(LONGEST_DESCRIPTION),
        "content" | "body" | "text" | "notes" | "transcript" | "summary" => Some(usize::MAX),
        _ => None,
    }
}
