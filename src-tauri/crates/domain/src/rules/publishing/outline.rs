//! The outline of a course: modules and lessons in order, with identifiers that outlive every edit,
//! because students' progress refers to them.
//!
//! Left out: merging two people's edits of the same outline.

use std::collections::{BTreeMap, BTreeSet};

use bson::oid::ObjectId;

use super::fields::length;
use crate::{
    course::{Lesson, LessonKind, Module},
    error::{Code, Refusal},
    ids::{LessonId, ModuleId},
};

/// Modules a course may have.
pub const MAX_MODULES: usize = 200;
/// Lessons a course may have.
pub const MAX_LESSONS: usize = 2_000;

/// A module as typed. Without `id` it is new.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct ModuleInput {
    pub id: Option<String>,
    pub title: String,
    pub description: Option<String>,
    pub duration: Option<String>,
    pub lessons: Vec<LessonInput>,
}

/// A lesson as typed. Without `id` it is new.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct LessonInput {
    pub id: Option<String>,
    pub title: String,
    pub description: Option<String>,
    /// `mm:ss` or `h:mm:ss`.
    pub duration: Option<String>,
    pub kind: LessonKind,
    pub is_free: bool,
}

/// What an edit did to the outline: modules and lessons together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutlineChange {
    /// New ones.
    pub added: i64,
    /// Those taken away.
    pub removed: i64,
    /// Those with another title.
    pub renamed: i64,
    /// Those in another place: the fewest moves that explain the new order.
    pub moved: i64,
    /// The set of lessons differs, so progress has to be computed anew.
    pub lessons_differ: bool,
}

/// The outline as typed, checked, known parts with their identifiers and new ones with fresh ones.
/// Refuses identifiers that are not in the outline, the same one twice, and empty titles.
pub fn outline(
    before: &[Module],
    typed: &[ModuleInput],
    fresh: &mut dyn FnMut() -> ObjectId,
) -> Result<Vec<Module>, Refusal> {
    if typed.len() > MAX_MODULES {
        return Err(Refusal::field(
            Code::TooLong,
            "modules",
            format!("A course has {MAX_MODULES} modules at most."),
        ));
    }
    if typed
        .iter()
        .map(|module| module.lessons.len())
        .sum::<usize>()
        > MAX_LESSONS
    {
        return Err(Refusal::field(
            Code::TooLong,
            "modules",
            format!("A course has {MAX_LESSONS} lessons at most."),
        ));
    }
    let modules: BTreeMap<String, &Module> = before
        .iter()
        .filter_map(|m| Some((m.id?.to_hex(), m)))
        .collect();
    let lessons: BTreeMap<String, &Lesson> = before
        .iter()
        .flat_map(|m| &m.lessons)
        .filter_map(|l| Some((l.id?.to_hex(), l)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut out = Vec::with_capacity(typed.len());
    for (m, input) in typed.iter().enumerate() {
        let at = |name: &str| format!("modules.{m}.{name}");
        let known = find(
            &modules,
            input.id.as_deref(),
            &at("id"),
            "module",
            &mut seen,
        )?;
        let mut module = Module {
            id: known.map_or_else(|| Some(ModuleId(fresh())), |k| k.id),
            title: title(&input.title, &at("title"), "A module")?,
            description: optional(input.description.as_deref(), 2_000, &at("description"))?,
            duration: optional(input.duration.as_deref(), 50, &at("duration"))?,
            lessons: Vec::with_capacity(input.lessons.len()),
            extra: known.map(|k| k.extra.clone()).unwrap_or_default(),
        };
        for (l, input) in input.lessons.iter().enumerate() {
            let at = |name: &str| format!("modules.{m}.lessons.{l}.{name}");
            let known = find(
                &lessons,
                input.id.as_deref(),
                &at("id"),
                "lesson",
                &mut seen,
            )?;
            module.lessons.push(Lesson {
                id: known.map_or_else(|| Some(LessonId(fresh())), |k| k.id),
                title: title(&input.title, &at("title"), "A lesson")?,
                description: optional(input.description.as_deref(), 2_000, &at("description"))?,
                duration: duration(
                    input.duration.as_deref(),
                    known.and_then(|k| k.duration.as_deref()),
                    &at("duration"),
                )?,
                kind: input.kind,
                is_free: input.is_free,
                extra: known.map(|k| k.extra.clone()).unwrap_or_default(),
            });
        }
        out.push(module);
    }
    Ok(out)
}

fn find<'a, T>(
    known: &BTreeMap<String, &'a T>,
    id: Option<&str>,
    field: &str,
    what: &str,
    seen: &mut BTreeSet<String>,
) -> Result<Option<&'a T>, Refusal> {
    let Some(id) = id else { return Ok(None) };
    let id = id.to_ascii_lowercase();
    let Some(found) = known.get(&id) else {
        return Err(Refusal::field(
            Code::NotFound,
            field,
            format!("This {what} is not in the course any more."),
        ));
    };
    if !seen.insert(id) {
        return Err(Refusal::field(
            Code::Invalid,
            field,
            format!("The same {what} is there twice."),
        ));
    }
    Ok(Some(*found))
}

fn title(typed: &str, field: &str, what: &str) -> Result<String, Refusal> {
    let title = typed.trim();
    match length(title) {
        0 => Err(Refusal::field(
            Code::Required,
            field,
            format!("{what} needs a title."),
        )),
        1..=200 => Ok(title.to_owned()),
        _ => Err(Refusal::field(
            Code::TooLong,
            field,
            "The title may have 200 characters at most.",
        )),
    }
}

fn optional(typed: Option<&str>, max: usize, field: &str) -> Result<Option<String>, Refusal> {
    match typed.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if length(text) > max => Err(Refusal::field(
            Code::TooLong,
            field,
            format!("This may have {max} characters at most."),
        )),
        text => Ok(text.map(str::to_owned)),
    }
}

/// `mm:ss` (minutes may exceed 59) or `h:mm:ss`; what another program stored may stay as it is.
fn duration(
    typed: Option<&str>,
    before: Option<&str>,
    field: &str,
) -> Result<Option<String>, Refusal> {
    let text = optional(typed, 50, field)?;
    match &text {
        Some(text) if before != Some(text) && !duration_ok(text) => Err(Refusal::field(
            Code::Invalid,
            field,
            "A duration is minutes and seconds, like 15:30 or 1:05:00.",
        )),
        _ => Ok(text),
    }
}

/// Whether it reads as `mm:ss` or `h:mm:ss`.
pub fn duration_ok(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let sixties = |part: &str| part.len() == 2 && digits(part, 2) && part < "60";
    match parts.as_slice() {
        [minutes, seconds] => digits(minutes, 3) && sixties(seconds),
        [hours, minutes, seconds] => digits(hours, 2) && sixties(minutes) && sixties(seconds),
        _ => false,
    }
}

/// What happened between two outlines.
pub fn change(before: &[Module], after: &[Module]) -> OutlineChange {
    let old: Vec<Part<'_>> = parts(before);
    let new: Vec<Part<'_>> = parts(after);
    let by_id: BTreeMap<ObjectId, &Part<'_>> = old.iter().map(|part| (part.id, part)).collect();
    let kept: Vec<(&Part<'_>, &Part<'_>)> = new
        .iter()
        .filter_map(|part| Some((*by_id.get(&part.id)?, part)))
        .collect();

    // Modules among themselves; lessons among those that stayed in their module.
    let mut moved = 0;
    let mut rows: BTreeMap<Option<ObjectId>, Vec<usize>> = BTreeMap::new();
    for (was, is) in &kept {
        if was.within == is.within {
            rows.entry(is.within).or_default().push(was.place);
        } else {
            moved += 1;
        }
    }
    moved += rows
        .values()
        .map(|places| places.len() - longest_rising(places))
        .sum::<usize>();

    let lessons = |parts: &[Part<'_>]| -> BTreeSet<ObjectId> {
        parts
            .iter()
            .filter(|part| part.within.is_some())
            .map(|part| part.id)
            .collect()
    };
    OutlineChange {
        added: count(new.len() - kept.len()),
        removed: count(old.len() - kept.len()),
        renamed: count(
            kept.iter()
                .filter(|(was, is)| was.title != is.title)
                .count(),
        ),
        moved: count(moved),
        lessons_differ: lessons(&old) != lessons(&new),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A module or lesson at its place.
struct Part<'a> {
    id: ObjectId,
    /// The module of a lesson.
    within: Option<ObjectId>,
    place: usize,
    title: &'a str,
}

/// Parts without an identifier (of other programs) are left out: they cannot be followed.
fn parts(modules: &[Module]) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    for (place, module) in modules.iter().enumerate() {
        let Some(ModuleId(within)) = module.id else {
            continue;
        };
        out.push(Part {
            id: within,
            within: None,
            place,
            title: &module.title,
        });
        for (place, lesson) in module.lessons.iter().enumerate() {
            let Some(LessonId(id)) = lesson.id else {
                continue;
            };
            out.push(Part {
                id,
                within: Some(within),
                place,
                title: &lesson.title,
            });
        }
    }
    out
}

/// Length of the longest rising subsequence: those that need not move.
fn longest_rising(places: &[usize]) -> usize {
    let mut tails: Vec<usize> = Vec::new();
    for place in places {
        let at = tails.partition_point(|tail| tail < place);
        match tails.get_mut(at) {
            Some(tail) => *tail = *place,
            None => tails.push(*place),
        }
    }
    tails.len()
}
