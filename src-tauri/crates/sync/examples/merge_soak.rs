//! Merges so many random triples of curricula and checks every law, then times large merges:
//! `cargo run -p sync --release --example merge_soak -- 1000000 [FIRST SEED]`. Fails at the first law
//! that is broken, and says the seed.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

#[path = "../tests/merge/laws.rs"]
mod laws;
#[path = "../tests/merge/triples.rs"]
mod triples;

use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use bson::{Bson, doc, oid::ObjectId};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<u64>());
    let (Some(Ok(count)), Ok(first)) = (arguments.next(), arguments.next().unwrap_or(Ok(0))) else {
        println!("how many triples? merge_soak COUNT [FIRST SEED]");
        return ExitCode::FAILURE;
    };
    let begun = Instant::now();
    let mut cards: BTreeMap<&str, u64> = BTreeMap::new();
    let mut clean = 0_u64;
    for seed in first..first.saturating_add(count) {
        match laws::broken(&triples::triple(seed)) {
            Ok(merged) => {
                clean += u64::from(merged.conflicts.is_empty());
                for card in merged.conflicts {
                    *cards.entry(card.kind.as_str()).or_default() += 1;
                }
            }
            Err(law) => {
                println!("seed {seed}: {law}");
                return ExitCode::FAILURE;
            }
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{count} triples from seed {first}: 0 failures in {seconds:.1} s; {clean} without a card"
    );
    for (kind, count) in cards {
        println!("cards of kind {kind}: {count}");
    }
    for lessons in [200, 2_000] {
        let mut times: Vec<f64> = (0..200).map(|n| timed(lessons, n)).collect();
        times.sort_by(f64::total_cmp);
        println!(
            "merge of {lessons} lessons: median {:.3} ms, slowest of 200 {:.3} ms",
            times[100], times[199]
        );
    }
    ExitCode::SUCCESS
}

/// Milliseconds for one merge of a course of so many lessons in modules of ten, every fifth of which
/// each side has edited or moved.
fn timed(lessons: usize, round: usize) -> f64 {
    let id = |n: usize| {
        let mut bytes = [0; 12];
        bytes[4..].copy_from_slice(&u64::try_from(n).unwrap_or_default().to_be_bytes());
        ObjectId::from_bytes(bytes)
    };
    let sentence = |n: usize| format!("What lesson {n} is about. Then more of it. And an end.");
    let base: Vec<Bson> = (0..lessons / 10)
        .map(|m| {
            let rows: Vec<Bson> = (0..10)
                .map(|l| {
                    let n = m * 10 + l;
                    doc! { "_id": id(n + 1), "title": format!("Lesson {n}"), "description": sentence(n), "type": "video", "isFree": false, "duration": "15:30" }.into()
                })
                .collect();
            doc! { "_id": id(1_000_000 + m), "module": format!("Module {m}"), "lessons": rows }.into()
        })
        .collect();
    let edited = |offset: usize| {
        let mut side = base.clone();
        for (m, module) in side.iter_mut().enumerate() {
            let Some(rows) = module
                .as_document_mut()
                .and_then(|m| m.get_array_mut("lessons").ok())
            else {
                continue;
            };
            for (l, row) in rows.iter_mut().enumerate() {
                if (l + m + offset).is_multiple_of(5)
                    && let Some(row) = row.as_document_mut()
                {
                    row.insert("title", format!("Edited {offset} {m} {l}"));
                    row.insert(
                        "description",
                        format!("{} More {offset}.", sentence(m * 10 + l)),
                    );
                }
            }
            if (m + offset).is_multiple_of(3) {
                rows.rotate_left(1);
            }
        }
        side
    };
    let (mine, theirs) = (edited(round), edited(round + 2));
    let begun = Instant::now();
    let merged = sync::merge(&base, &mine, &theirs);
    let time = begun.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(merged.curriculum.len(), lessons / 10);
    time
}
