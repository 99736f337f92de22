//! Documents of an institution's server that another program wrote, or broke.

use bson::{Bson, Document, doc, oid::ObjectId};
use domain::{Collection, Currency, Source};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use replica::Batch;
use testkit::{TestWorkspace, workspace};
use workflows::{WorkflowError, dto::Nothing, operations::verify};

use super::bytes::{cases, inputs, like};

/// A workspace with something of everything, and those documents as the server would send them.
fn originals() -> (TestWorkspace, Vec<(Source, Document)>) {
    let ws = workspace();
    let teacher = ws.instructor();
    let student = ws.student();
    let course = ws.course("Rust", &teacher, 12_000, Currency::Gbp);
    ws.enrolled(&student, course);
    ws.workspace.replica().attach().unwrap();
    let mut documents = Vec::new();
    for source in Source::ALL {
        let held = ws
            .workspace
            .replica()
            .read(|reader| reader.documents_after(source, None, 3))
            .unwrap();
        documents.extend(held.into_iter().map(|document| (source, document)));
    }
    for collection in [
        Collection::Users,
        Collection::Courses,
        Collection::Enrollments,
        Collection::Payments,
    ] {
        assert!(
            documents
                .iter()
                .any(|(source, _)| *source == Source::Documents(collection))
        );
    }
    (ws, documents)
}

fn values() -> impl Strategy<Value = Bson> {
    let leaf = prop_oneof![
        Just(Bson::Null),
        Just(Bson::Undefined),
        Just(Bson::MaxKey),
        any::<bool>().prop_map(Bson::Boolean),
        any::<i32>().prop_map(Bson::Int32),
        any::<i64>().prop_map(Bson::Int64),
        any::<f64>().prop_map(Bson::Double),
        any::<i64>().prop_map(|at| Bson::DateTime(bson::DateTime::from_millis(at))),
        any::<[u8; 12]>().prop_map(|id| Bson::ObjectId(ObjectId::from_bytes(id))),
        any::<[u8; 16]>().prop_map(|bytes| Bson::Decimal128(bson::Decimal128::from_bytes(bytes))),
        ".{0,30}".prop_map(Bson::String),
        Just(Bson::String("x".repeat(100_000))),
        Just(Bson::String("a\0b".into())),
        Just(Bson::Double(f64::NAN)),
        Just(Bson::Double(f64::INFINITY)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Bson::Array),
            vec(("[a-zA-Z$.]{1,8}", inner), 0..4)
                .prop_map(|pairs| Bson::Document(pairs.into_iter().collect())),
        ]
    })
}

/// Every place in a document: the keys that lead there.
fn places(value: &Bson, path: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Bson)> = match value {
        Bson::Document(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Bson::Array(list) => list
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => return,
    };
    for (key, value) in inner {
        path.push(key);
        into.push(path.clone());
        places(value, path, into);
        path.pop();
    }
}

fn at<'a>(value: &'a mut Bson, path: &[String]) -> Option<&'a mut Bson> {
    path.iter().try_fold(value, |value, key| match value {
        Bson::Document(map) => map.get_mut(key),
        Bson::Array(list) => list.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// What a desktop reads everywhere, after documents of any shape came in.
fn looked_at(ws: &TestWorkspace) {
    let desk = ws.desk();
    let fine = |what: &str, outcome: Result<(), WorkflowError>| match outcome {
        Ok(()) | Err(WorkflowError::Refused(_)) => {}
        Err(other) => panic!("{what}: {other}"),
    };
    fn all<T: serde::de::DeserializeOwned>() -> T {
        let all = serde_json::json!({ "filter": {}, "window": { "offset": 0, "limit": 50 } });
        serde_json::from_value(all).unwrap()
    }
    let admin = &ws.admin;
    fine(
        "people",
        workflows::people::people_list(&desk, admin, all()).map(|_| ()),
    );
    fine(
        "courses",
        workflows::catalog::courses_list(&desk, admin, all()).map(|_| ()),
    );
    fine(
        "enrollments",
        workflows::enrollment::enrollments_list(&desk, admin, all()).map(|_| ()),
    );
    fine(
        "payments",
        workflows::payments::payments_list(&desk, admin, all()).map(|_| ()),
    );
    fine(
        "the audit trail",
        workflows::operations::audit_list(&desk, admin, &all()).map(|_| ()),
    );
    fine(
        "the dashboard",
        workflows::reporting::dashboard(&desk, &ws.admin, Nothing {}).map(|_| ()),
    );
    fine("verify", verify(&desk, &ws.admin, Nothing {}).map(|_| ()));
}

#[test]
fn documents_of_any_shape_are_taken_or_kept_apart() {
    let (ws, originals) = originals();
    let count = originals.len();
    let edit = (any::<prop::sample::Index>(), values(), any::<u8>());
    let strategy = vec((0..count, vec(edit, 1..5), any::<bool>()), 20);
    let mut runner = TestRunner::new(cases(inputs() / 20));
    runner
        .run(&strategy, |documents| {
            let mut batch = Batch::default();
            for (which, edits, anew) in documents {
                let (source, document) = &originals[which];
                let mut document = Bson::Document(document.clone());
                for (place, value, how) in edits {
                    let mut all = Vec::new();
                    places(&document, &mut Vec::new(), &mut all);
                    if all.is_empty() {
                        break;
                    }
                    let path = place.get(&all).clone();
                    if how < 40
                        && let Some((key, parent)) = path.split_last()
                        && let Some(Bson::Document(map)) = at(&mut document, parent)
                    {
                        map.remove(key);
                    } else if let Some(found) = at(&mut document, &path) {
                        *found = value;
                    }
                }
                let Bson::Document(mut document) = document else {
                    unreachable!("documents stay documents")
                };
                if anew && matches!(source, Source::Documents(_)) {
                    document.insert("_id", ObjectId::new());
                }
                batch.documents.push((*source, document));
            }
            match ws.workspace.replica().receive(batch) {
                Ok(_) => Ok(()),
                Err(error) => Err(TestCaseError::fail(error.to_string())),
            }
        })
        .unwrap();
    looked_at(&ws);
}

/// What the driver hands on, read as bytes.
#[test]
fn damaged_bytes_of_documents_are_read_or_refused() {
    let (ws, originals) = originals();
    let bytes = originals
        .iter()
        .map(|(_, document)| document.to_vec().unwrap())
        .collect();
    let mut runner = TestRunner::new(cases(inputs()));
    runner
        .run(&like(bytes), |bytes| {
            if let Ok(document) = Document::from_reader(bytes.as_slice()) {
                for (source, _) in &originals {
                    let one = vec![(*source, document.clone())];
                    let batch = Batch {
                        documents: one,
                        ..Batch::default()
                    };
                    if let Err(error) = ws.workspace.replica().receive(batch) {
                        return Err(TestCaseError::fail(error.to_string()));
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    looked_at(&ws);
}

#[test]
fn a_batch_that_asks_for_what_is_not_there_takes_nothing_with_it() {
    let (ws, _) = originals();
    let gone = vec![
        (Source::Documents(Collection::Users), Bson::Null),
        (Source::Ledger, Bson::ObjectId(ObjectId::new())),
        (Source::Audit, Bson::Document(doc! { "$gt": "" })),
    ];
    ws.workspace
        .replica()
        .receive(Batch {
            gone,
            ..Batch::default()
        })
        .unwrap();
    looked_at(&ws);
}

/// A moment no calendar has, an amount no purse holds: whatever is read afterwards still answers, a change
/// of the time zone, which cuts every day anew, too, and the sums are those the rows give.
#[test]
fn moments_and_amounts_past_every_measure_stop_nothing() {
    for at in [
        i64::MIN,
        -8_640_000_000_000_001,
        8_640_000_000_000_001,
        i64::MAX,
    ] {
        for minor in [i64::MIN, -9_007_199_254_740_992, i64::MAX] {
            let (ws, originals) = originals();
            let at = bson::DateTime::from_millis(at);
            let mut documents = Vec::new();
            let mut settings = None;
            for (source, mut document) in originals {
                match source {
                    Source::Documents(Collection::Settings) => {
                        document.insert("timezone", "Asia/Dhaka");
                        settings = Some(document);
                        continue;
                    }
                    Source::Documents(_) => {
                        for name in ["enrolledAt", "completedAt", "createdAt", "updatedAt"] {
                            if document.contains_key(name) || name == "completedAt" {
                                document.insert(name, at);
                            }
                        }
                        if document
                            .get_str("status")
                            .is_ok_and(|word| word == "active")
                        {
                            document.insert("status", "completed");
                        }
                    }
                    Source::Ledger => {
                        document.insert("occurredAt", at);
                        for n in 0..3_i64 {
                            let mut more = document.clone();
                            more.insert(
                                "_id",
                                domain::OpId(uuid::Uuid::from_u128(n as u128 + 7)).to_string(),
                            );
                            more.insert("number", 1_000 + n);
                            more.insert("amountMinor", minor);
                            documents.push((source, more));
                        }
                    }
                    Source::Audit => {
                        document.insert("at", at);
                    }
                }
                documents.push((source, document));
            }
            let take = |documents| {
                ws.workspace
                    .replica()
                    .receive(Batch {
                        documents,
                        ..Batch::default()
                    })
                    .unwrap();
            };
            take(documents);
            looked_at(&ws);
            take(vec![(
                Source::Documents(Collection::Settings),
                settings.unwrap(),
            )]);
            looked_at(&ws);
            let found = verify(&ws.desk(), &ws.admin, Nothing {}).unwrap();
            let sums: Vec<_> = found
                .findings
                .iter()
                .filter(|one| one.check.starts_with("rollup."))
                .collect();
            assert!(sums.is_empty(), "{sums:?}");
        }
    }
}
