//! The merge of a curriculum: one story for each row of its table, and ten thousand random triples.
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]

mod laws;
mod triples;

use bson::{Bson, Document, doc, oid::ObjectId};
use sync::{ConflictKind as K, Merged, merge, merge::take_mine};

fn id(n: u8) -> ObjectId {
    let mut bytes = [0; 12];
    bytes[11] = n;
    ObjectId::from_bytes(bytes)
}

fn lesson(n: u8) -> Bson {
    doc! { "_id": id(n), "title": format!("Lesson {n}"), "description": "One. Two. Three.", "type": "video", "isFree": false }.into()
}

fn module(n: u8, lessons: &[Bson]) -> Bson {
    doc! { "_id": id(n), "module": format!("Module {n}"), "lessons": lessons }.into()
}

/// Modules 100 (lessons 1, 2, 3) and 101 (lessons 4, 5).
fn course() -> Vec<Bson> {
    vec![
        module(100, &[lesson(1), lesson(2), lesson(3)]),
        module(101, &[lesson(4), lesson(5)]),
    ]
}

fn lessons(curriculum: &mut [Bson], module: usize) -> &mut Vec<Bson> {
    curriculum[module]
        .as_document_mut()
        .unwrap()
        .get_array_mut("lessons")
        .unwrap()
}

fn part(curriculum: &mut [Bson], module: usize, lesson: usize) -> &mut Document {
    lessons(curriculum, module)[lesson]
        .as_document_mut()
        .unwrap()
}

/// Titles as `Module: lesson lesson`, without the words.
fn outline(curriculum: &[Bson]) -> String {
    let short = |text: &str| text.replace("Module ", "").replace("Lesson ", "");
    curriculum
        .iter()
        .map(|module| {
            let module = module.as_document().unwrap();
            let rows: Vec<String> = module
                .get_array("lessons")
                .unwrap()
                .iter()
                .map(|row| short(row.as_document().unwrap().get_str("title").unwrap()))
                .collect();
            format!(
                "{}: {}",
                short(module.get_str("module").unwrap()),
                rows.join(" ")
            )
        })
        .collect::<Vec<_>>()
        .join("; ")
}

fn kinds(merged: &Merged) -> Vec<K> {
    merged.conflicts.iter().map(|card| card.kind).collect()
}

type Edit = fn(&mut Vec<Bson>);

/// Both ways round where the outcome does not say whose is whose.
fn row(case: &str, mine: Edit, theirs: Edit, result: &str, cards: &[K]) -> Merged {
    let (base, mut m, mut t) = (course(), course(), course());
    mine(&mut m);
    theirs(&mut t);
    let merged = merge(&base, &m, &t);
    assert_eq!(outline(&merged.curriculum), result, "{case}");
    assert_eq!(kinds(&merged), cards, "{case}: {:?}", merged.conflicts);
    assert_eq!(merge(&base, &m, &t), merged, "{case}: the same again");
    merged
}

#[test]
fn different_fields_both() {
    let merged = row(
        "different fields",
        |m| drop(part(m, 0, 0).insert("title", "Lesson A")),
        |t| drop(part(t, 0, 0).insert("duration", "15:30")),
        "100: A 2 3; 101: 4 5",
        &[],
    );
    let mut curriculum = merged.curriculum;
    assert_eq!(
        part(&mut curriculum, 0, 0).get_str("duration").unwrap(),
        "15:30"
    );
}

#[test]
fn the_same_field_is_the_servers_with_a_card_that_swaps() {
    let merged = row(
        "same field",
        |m| drop(part(m, 0, 0).insert("title", "Lesson A")),
        |t| drop(part(t, 0, 0).insert("title", "Lesson B")),
        "100: B 2 3; 101: 4 5",
        &[K::Field],
    );
    let card = &merged.conflicts[0];
    assert_eq!(
        card.path,
        format!("curriculum.{}.lessons.{}.title", id(100), id(1))
    );
    assert_eq!(
        (&card.base, &card.mine, &card.theirs),
        (&"Lesson 1".into(), &"Lesson A".into(), &"Lesson B".into())
    );
    let swapped = take_mine(&merged.curriculum, card).expect("it is there");
    assert_eq!(outline(&swapped), "100: A 2 3; 101: 4 5");
}

#[test]
fn long_text_by_sentences_and_an_overlap_is_a_card() {
    let merged = row(
        "apart",
        |m| drop(part(m, 0, 0).insert("description", "Uno. Two. Three.")),
        |t| drop(part(t, 0, 0).insert("description", "One. Two. Tres.")),
        "100: 1 2 3; 101: 4 5",
        &[],
    );
    let mut curriculum = merged.curriculum;
    assert_eq!(
        part(&mut curriculum, 0, 0).get_str("description").unwrap(),
        "Uno. Two. Tres."
    );
    row(
        "overlap",
        |m| drop(part(m, 0, 0).insert("description", "Uno. Two. Three.")),
        |t| drop(part(t, 0, 0).insert("description", "Ein. Two. Three.")),
        "100: 1 2 3; 101: 4 5",
        &[K::Text],
    );
    row(
        "too long together",
        |m| {
            drop(
                part(m, 0, 0).insert("description", format!("{}. Two. Three.", "m".repeat(1_500))),
            );
        },
        |t| drop(part(t, 0, 0).insert("description", format!("One. Two. {}.", "t".repeat(1_500)))),
        "100: 1 2 3; 101: 4 5",
        &[K::Text],
    );
}

#[test]
fn deletions() {
    let delete: Edit = |c| drop(lessons(c, 0).remove(1));
    let edit: Edit = |c| drop(part(c, 0, 1).insert("title", "Lesson E"));
    let flagged = row(
        "deleted, edited there",
        delete,
        edit,
        "100: 1 E 3; 101: 4 5",
        &[K::Deleted],
    );
    row(
        "edited, deleted there",
        edit,
        delete,
        "100: 1 E 3; 101: 4 5",
        &[K::Deleted],
    );
    row(
        "deleted, untouched there",
        delete,
        |_| {},
        "100: 1 3; 101: 4 5",
        &[],
    );
    row(
        "both deleted",
        delete,
        |t| {
            lessons(t, 0).remove(1);
            drop(part(t, 0, 0).insert("isFree", true));
        },
        "100: 1 3; 101: 4 5",
        &[],
    );
    let swapped =
        take_mine(&flagged.curriculum, &flagged.conflicts[0]).expect("mine was to delete it");
    assert_eq!(outline(&swapped), "100: 1 3; 101: 4 5");
}

#[test]
fn a_deleted_module_returns_with_what_was_worked_on() {
    let delete: Edit = |c| drop(c.remove(0));
    row(
        "added inside",
        delete,
        |t| lessons(t, 0).insert(1, lesson(9)),
        "100: 9; 101: 4 5",
        &[K::Restored],
    );
    row(
        "edited inside",
        |m| drop(part(m, 0, 2).insert("isFree", true)),
        delete,
        "100: 3; 101: 4 5",
        &[K::Restored, K::Deleted],
    );
    row(
        "moved in",
        delete,
        |t| {
            let four = lessons(t, 1).remove(0);
            lessons(t, 0).push(four);
        },
        "100: 4; 101: 5",
        &[K::Restored],
    );
    row(
        "renamed",
        delete,
        |t| drop(t[0].as_document_mut().unwrap().insert("module", "Module R")),
        "R: ; 101: 4 5",
        &[K::Deleted],
    );
    row(
        "nothing inside",
        delete,
        |t| drop(part(t, 1, 0).insert("isFree", true)),
        "101: 4 5",
        &[],
    );
}

#[test]
fn orders() {
    let back: Edit = |c| lessons(c, 0).reverse();
    row(
        "reordered, inserted there",
        back,
        |t| lessons(t, 0).insert(1, lesson(9)),
        "100: 3 2 1 9; 101: 4 5",
        &[],
    );
    row(
        "inserted, reordered there",
        |m| lessons(m, 0).insert(1, lesson(9)),
        back,
        "100: 3 2 1 9; 101: 4 5",
        &[],
    );
    let both = row(
        "both reordered",
        |m| lessons(m, 0).rotate_left(1),
        back,
        "100: 3 2 1; 101: 4 5",
        &[K::Order],
    );
    let swapped = take_mine(&both.curriculum, &both.conflicts[0]).expect("an order");
    assert_eq!(outline(&swapped), "100: 2 3 1; 101: 4 5");
    row(
        "modules reordered, one added there",
        |m| m.reverse(),
        |t| t.push(module(102, &[])),
        "101: 4 5; 102: ; 100: 1 2 3",
        &[],
    );
}

#[test]
fn moves() {
    let away: Edit = |c| {
        let two = lessons(c, 0).remove(1);
        lessons(c, 1).insert(1, two);
    };
    row(
        "moved, edited there",
        away,
        |t| drop(part(t, 0, 1).insert("title", "Lesson E")),
        "100: 1 3; 101: 4 E 5",
        &[],
    );
    row(
        "moved, deleted there",
        away,
        |t| drop(lessons(t, 0).remove(1)),
        "100: 1 3; 101: 4 2 5",
        &[K::Deleted],
    );
    let (mut base, mut mine, mut theirs) = (course(), course(), course());
    for side in [&mut base, &mut mine, &mut theirs] {
        side.push(module(102, &[]));
    }
    away(&mut mine);
    let two = lessons(&mut theirs, 0).remove(1);
    lessons(&mut theirs, 2).push(two);
    let merged = merge(&base, &mine, &theirs);
    assert_eq!(outline(&merged.curriculum), "100: 1 3; 101: 4 5; 102: 2");
    assert_eq!(kinds(&merged), [K::Moved]);
    let swapped = take_mine(&merged.curriculum, &merged.conflicts[0]).expect("a place");
    assert_eq!(outline(&swapped), "100: 1 3; 101: 4 5 2; 102: ");
}

#[test]
fn both_added() {
    row(
        "at one place",
        |m| lessons(m, 0).insert(1, lesson(8)),
        |t| lessons(t, 0).insert(1, lesson(9)),
        "100: 1 9 8 2 3; 101: 4 5",
        &[],
    );
    fn quiz(n: u8, title: &str) -> Bson {
        doc! { "_id": id(n), "title": title, "type": "quiz" }.into()
    }
    row(
        "of like titles",
        |m| lessons(m, 0).push(quiz(8, "Quiz  ")),
        |t| lessons(t, 0).push(quiz(9, "qu\u{ed}z")),
        "100: 1 2 3 qu\u{ed}z Quiz  ; 101: 4 5",
        &[K::Added],
    );
}

#[test]
fn identifiers_that_a_foreign_save_lost_or_gave_out_anew() {
    let anew: Edit = |t| {
        for (m, module) in t.iter_mut().enumerate() {
            let module = module.as_document_mut().unwrap();
            module.insert("_id", id(200 + u8::try_from(m).unwrap()));
            for (l, row) in module
                .get_array_mut("lessons")
                .unwrap()
                .iter_mut()
                .enumerate()
            {
                row.as_document_mut()
                    .unwrap()
                    .insert("_id", id(210 + u8::try_from(10 * m + l).unwrap()));
            }
        }
    };
    let lost: Edit = |t| {
        for module in t {
            let module = module.as_document_mut().unwrap();
            module.remove("_id");
            for row in module.get_array_mut("lessons").unwrap() {
                row.as_document_mut().unwrap().remove("_id");
            }
        }
    };
    let rename: Edit = |m| drop(part(m, 0, 1).insert("title", "Lesson E"));
    let merged = row("anew", rename, anew, "100: 1 E 3; 101: 4 5", &[K::Identity]);
    let mut curriculum = merged.curriculum;
    assert_eq!(
        part(&mut curriculum, 0, 1).get_object_id("_id").unwrap(),
        id(211),
        "the server's"
    );
    let merged = row("lost", rename, lost, "100: 1 E 3; 101: 4 5", &[K::Identity]);
    let mut curriculum = merged.curriculum;
    assert!(
        part(&mut curriculum, 0, 1).get_object_id("_id").is_ok(),
        "every part has one again"
    );
}

#[test]
fn a_lesson_of_the_same_title_elsewhere_is_another_one() {
    let (mut base, mut mine) = (course(), course());
    for side in [&mut base, &mut mine] {
        part(side, 0, 1).insert("title", "Quiz");
    }
    let mut theirs = base.clone();
    part(&mut mine, 0, 1).insert("isFree", true);
    lessons(&mut theirs, 0).remove(1);
    let mut other = lesson(9);
    other.as_document_mut().unwrap().insert("title", "Quiz");
    lessons(&mut theirs, 1).push(other);
    let merged = merge(&base, &mine, &theirs);
    assert_eq!(outline(&merged.curriculum), "100: 1 Quiz 3; 101: 4 5 Quiz");
    assert_eq!(kinds(&merged), [K::Deleted]);
}

#[test]
fn unknown_fields_survive_and_merge() {
    let merged = row(
        "fields of other programs",
        |m| drop(part(m, 0, 0).insert("player", doc! { "speed": 2, "src": "a" })),
        |t| {
            part(t, 0, 0).insert("rank", 7);
            t[0].as_document_mut().unwrap().insert("color", "red");
        },
        "100: 1 2 3; 101: 4 5",
        &[],
    );
    let mut curriculum = merged.curriculum;
    assert_eq!(part(&mut curriculum, 0, 0).get_i32("rank").unwrap(), 7);
    assert!(part(&mut curriculum, 0, 0).contains_key("player"));
    assert_eq!(
        curriculum[0]
            .as_document()
            .unwrap()
            .get_str("color")
            .unwrap(),
        "red"
    );
}

#[test]
fn what_cannot_be_merged_by_parts_stays_as_the_server_has_it() {
    let base = course();
    let mine = {
        let mut mine = course();
        part(&mut mine, 0, 0).insert("title", "Mine");
        mine
    };
    let strange = vec![Bson::from("not a module")];
    let merged = merge(&base, &mine, &strange);
    assert_eq!(
        (&merged.curriculum, kinds(&merged)),
        (&strange, vec![K::Field])
    );
    assert_eq!(
        merged.conflicts[0].mine,
        Bson::Array(mine.clone()),
        "all of mine is kept"
    );
    assert_eq!(take_mine(&strange, &merged.conflicts[0]), Some(mine));

    let many = |from: u8| -> Vec<Bson> {
        let mut side = course();
        for n in 0..120_u8 {
            let mut added = module(n, &[]);
            let document = added.as_document_mut().unwrap();
            document.insert(
                "_id",
                ObjectId::from_bytes([from, n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            );
            document.insert("module", format!("Added {from} {n}"));
            side.push(added);
        }
        side
    };
    let merged = merge(&base, &many(1), &many(2));
    assert_eq!(merged.curriculum, many(2), "200 modules are the most");
    assert_eq!(kinds(&merged), [K::Field]);
}

#[test]
fn ten_thousand_random_triples() {
    let mut met = std::collections::BTreeSet::new();
    for seed in 0..10_000 {
        match laws::broken(&triples::triple(seed)) {
            Ok(merged) => met.extend(kinds(&merged)),
            Err(law) => panic!("seed {seed}: {law}"),
        }
    }
    assert_eq!(
        met.len(),
        K::ALL.len(),
        "every kind of card was met: {met:?}"
    );
}
