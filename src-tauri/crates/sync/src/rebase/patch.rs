//! One patch against the document as it is now: path by path, each by the kind of its field.

use bson::{Bson, Document, oid::ObjectId};
use domain::{
    Collection, Refusal,
    change::{Patch, get_at},
    compare, missed,
};

use super::{
    Card,
    lists::{List, Lists},
};
use crate::merge::{ConflictKind, MergedValue, merge, merge_value, or_null, same};

/// How a field is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Decides what may be done: whoever was second decides anew.
    State,
    /// A set of words, at most so many.
    Words(usize),
    /// Lines in order, at most so many.
    Lines(usize),
    /// Parts identified by this field, at most so many; each part as one value or field by field.
    Parts(&'static str, usize, bool),
    /// A course's outline.
    Curriculum,
    /// Follows from other fields: the server's stands, and nobody needs to know.
    Derived,
    /// What is left after some of it was used up: what both have left.
    Remaining,
    /// A number that only ever grows.
    Highest,
    /// Any other value.
    Value,
}

fn kind(collection: Collection, path: &str) -> Kind {
    use Collection as C;
    match (collection, path) {
        (C::Enrollments, "status" | "attempt" | "certificateRevokedAt")
        | (C::Payments, "status" | "refunds")
        | (C::Courses, "status")
        | (C::Users, "status" | "role") => Kind::State,
        (C::Users, "secondFactor.recovery") => Kind::Remaining,
        (C::Users, "secondFactor.lastStep") => Kind::Highest,
        (C::Courses, "curriculum") => Kind::Curriculum,
        (C::Courses, "tags") => Kind::Words(30),
        (C::Courses, "seo.keywords") => Kind::Words(100),
        (C::Courses, "requirements" | "whatYouWillLearn" | "targetAudience") => Kind::Lines(100),
        (C::Courses, "materials") => Kind::Parts("_id", 500, false),
        (C::Courses, "assessments") => Kind::Parts("assessmentId", 100, false),
        (C::Courses, "totalLessons" | "rating.average") => Kind::Derived,
        (C::Enrollments, "downloadedMaterials") => Kind::Words(usize::MAX),
        (C::Enrollments, "notes") => Kind::Parts("_id", usize::MAX, false),
        (C::Enrollments, "assessments") => Kind::Parts("assessmentId", usize::MAX, true),
        (C::Enrollments, "progress.percentage" | "finalScore") => Kind::Derived,
        (C::Enrollments, path) if path.starts_with(EMBEDDED) => Kind::Derived,
        _ => Kind::Value,
    }
}

fn whole(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(n) => Some(i64::from(*n)),
        Bson::Int64(n) => Some(*n),
        _ => None,
    }
}

/// What an enrollment tells of its payment; one story, kept or dropped as a whole.
const EMBEDDED: &str = "payment.";

/// The longest a merged text may get, in UTF-16 code units; none for what is not long text.
fn longest(collection: Collection, path: &str) -> Option<usize> {
    use Collection as C;
    match (collection, path) {
        (C::Courses, "description" | "seo.metaDescription") => Some(500),
        (C::Courses, "fullDescription") => Some(5_000),
        (C::Courses, "materials.description") => Some(2_000),
        (C::Enrollments, "notes.content") => Some(5_000),
        (C::Enrollments, "review.comment") => Some(2_000),
        (C::Users, "profile.bio") => Some(500),
        _ => None,
    }
}

/// The patch of one document, being fitted.
pub(super) struct Fitting<'a> {
    pub(super) collection: Collection,
    pub(super) id: ObjectId,
    pub(super) current: &'a Document,
    pub(super) patch: Patch,
    pub(super) cards: Vec<Card>,
}

impl<'a> Fitting<'a> {
    pub(super) fn new(
        collection: Collection,
        id: ObjectId,
        current: &'a Document,
        patch: &Patch,
    ) -> Self {
        Self {
            collection,
            id,
            current,
            patch: patch.clone(),
            cards: Vec::new(),
        }
    }

    /// Fits every path that was computed from a value. Refuses where a state it was decided on is no
    /// longer so.
    pub(super) fn all(&mut self) -> Result<(), Refusal> {
        let before = self.patch.clone();
        for path in before.base.keys() {
            self.path(path)?;
        }
        let embedded = |paths: &Patch| {
            paths
                .base
                .keys()
                .filter(|p| p.starts_with(EMBEDDED))
                .count()
        };
        if self.collection == Collection::Enrollments && embedded(&self.patch) < embedded(&before) {
            for path in before.base.keys().filter(|path| path.starts_with(EMBEDDED)) {
                self.theirs(path);
            }
        }
        // What only goes along with the others (stamps, sums) says nothing alone.
        let stood = !before.base.is_empty() && self.patch.base.is_empty();
        if stood && self.patch.inc.is_empty() && self.patch.push.is_empty() {
            self.patch = Patch::new();
        }
        Ok(())
    }

    /// Whether the field still has the value the patch was computed from.
    pub(super) fn unchanged(&self, path: &str) -> bool {
        let Some(base) = self.patch.base.get(path) else {
            return true;
        };
        same(get_at(self.current, path), Some(base))
            || compare::field_is(self.collection, self.current, path, base).unwrap_or(false)
    }

    /// Fits one path.
    pub(super) fn path(&mut self, path: &str) -> Result<(), Refusal> {
        if self.unchanged(path) {
            return Ok(());
        }
        let base = self.patch.base.get(path).cloned();
        let mine = self.patch.set.get(path).cloned();
        let theirs = get_at(self.current, path).cloned();
        let (base, mine, theirs) = (base.as_ref(), mine.as_ref(), theirs.as_ref());
        let kind = kind(self.collection, path);
        if kind == Kind::State {
            return Err(missed::stale_at(path));
        }
        if same(mine, theirs) {
            self.theirs(path);
            return Ok(());
        }
        let collection = self.collection;
        let list = match kind {
            Kind::State | Kind::Derived => {
                self.theirs(path);
                return Ok(());
            }
            Kind::Value => {
                self.value(path, base, mine, theirs);
                return Ok(());
            }
            Kind::Remaining => {
                match Lists::of(base, mine, theirs) {
                    // Others than there were: they were made anew, and mine are worth nothing.
                    Some(lists)
                        if theirs.is_some()
                            && lists.theirs.iter().all(|code| lists.base.contains(code)) =>
                    {
                        let left = lists.theirs.iter().filter(|code| lists.mine.contains(code));
                        self.merged(path, Some(Bson::Array(left.cloned().collect())));
                    }
                    _ => self.theirs(path),
                }
                return Ok(());
            }
            Kind::Highest => {
                match mine.and_then(whole).zip(theirs.and_then(whole)) {
                    Some((mine, theirs)) if mine > theirs => self.mine(path),
                    _ => self.theirs(path),
                }
                return Ok(());
            }
            Kind::Curriculum => {
                self.curriculum(base, mine, theirs);
                return Ok(());
            }
            Kind::Words(most) => Lists::of(base, mine, theirs).map(|lists| lists.words(most)),
            Kind::Lines(most) => Lists::of(base, mine, theirs).map(|lists| lists.lines(most)),
            Kind::Parts(key, most, whole) => Lists::of(base, mine, theirs).map(|lists| {
                let within = |name: &str| longest(collection, &format!("{path}.{name}"));
                lists.parts(key, most, whole, &within)
            }),
        };
        match list {
            Some(List::Merged(merged, found)) => {
                for inner in found {
                    let path = if inner.path.is_empty() {
                        path.to_owned()
                    } else {
                        format!("{path}.{}", inner.path)
                    };
                    self.card(&path, inner.kind, inner.base, inner.mine, inner.theirs);
                }
                self.merged(path, Some(Bson::Array(merged)));
            }
            Some(List::Contested) | None => self.contested(path),
        }
        Ok(())
    }

    fn value(
        &mut self,
        path: &str,
        base: Option<&Bson>,
        mine: Option<&Bson>,
        theirs: Option<&Bson>,
    ) {
        let collection = self.collection;
        let within = |path: &str| longest(collection, path);
        match merge_value(path, base, mine, theirs, &within) {
            MergedValue::Theirs => self.theirs(path),
            MergedValue::Value(value, found) => {
                for inner in found {
                    self.card(
                        &inner.path,
                        inner.kind,
                        inner.base,
                        inner.mine,
                        inner.theirs,
                    );
                }
                self.merged(path, value);
            }
            MergedValue::Contested(found) => {
                self.card(path, found.kind, found.base, found.mine, found.theirs);
                self.theirs(path);
            }
        }
    }

    fn curriculum(&mut self, base: Option<&Bson>, mine: Option<&Bson>, theirs: Option<&Bson>) {
        const PATH: &str = "curriculum";
        const COUNT: &str = "totalLessons";
        let Some(lists) = Lists::of(base, mine, theirs) else {
            self.contested(PATH);
            self.theirs(COUNT);
            return;
        };
        let merged = merge(lists.base, lists.mine, lists.theirs);
        for card in merged.conflicts {
            self.card(&card.path, card.kind, card.base, card.mine, card.theirs);
        }
        let count: usize = merged
            .curriculum
            .iter()
            .filter_map(|module| module.as_document()?.get_array("lessons").ok())
            .map(Vec::len)
            .sum();
        self.merged(PATH, Some(Bson::Array(merged.curriculum)));
        if self.patch.set.contains_key(PATH) {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.patch.base.remove(COUNT);
            self.patch.set.insert(COUNT.to_owned(), count.into());
        } else {
            self.theirs(COUNT);
        }
    }

    /// This value instead; the path leaves the patch where it is the server's already.
    pub(super) fn merged(&mut self, path: &str, value: Option<Bson>) {
        let theirs = get_at(self.current, path);
        if same(value.as_ref(), theirs) {
            self.theirs(path);
            return;
        }
        let base = or_null(theirs);
        self.theirs(path);
        match value {
            Some(value) => {
                self.patch.set.insert(path.to_owned(), value);
            }
            None => self.patch.unset.push(path.to_owned()),
        }
        self.patch.base.insert(path.to_owned(), base);
    }

    /// Mine, though the server's is another.
    pub(super) fn mine(&mut self, path: &str) {
        let base = or_null(get_at(self.current, path));
        self.patch.base.insert(path.to_owned(), base);
    }

    /// The server's value stands: the path leaves the patch.
    pub(super) fn theirs(&mut self, path: &str) {
        self.patch.base.remove(path);
        self.patch.set.remove(path);
        self.patch.unset.retain(|unset| unset != path);
    }

    /// The server's value stands, and mine is kept on a card.
    pub(super) fn contested(&mut self, path: &str) {
        let base = or_null(self.patch.base.get(path));
        let mine = or_null(self.patch.set.get(path));
        let theirs = or_null(get_at(self.current, path));
        self.card(path, ConflictKind::Field, base, mine, theirs);
        self.theirs(path);
    }

    pub(super) fn card(
        &mut self,
        path: &str,
        kind: ConflictKind,
        base: Bson,
        mine: Bson,
        theirs: Bson,
    ) {
        self.cards.push(Card {
            collection: self.collection,
            id: self.id,
            path: path.to_owned(),
            kind,
            base,
            mine,
            theirs,
        });
    }
}
