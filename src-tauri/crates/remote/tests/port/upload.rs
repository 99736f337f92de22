//! Whole documents put on the server, more than once.

use bson::{Document, doc, oid::ObjectId};
use domain::{Collection, Source};
use remote::port::{Filter, Port, Slice, View};

fn all(source: Source) -> Slice {
    Slice {
        source,
        filter: Filter::All,
        view: View::Whole,
    }
}

/// An upload that was cut off is begun again: what is there stays there once.
#[test]
fn documents_are_put_there_once_however_often_they_are_sent() {
    let Some(database) = testkit::server() else {
        return;
    };
    let server = database.connect();
    let imports = Source::Documents(Collection::Imports);
    let documents: Vec<Document> = (0..1200)
        .map(|n| doc! { "_id": ObjectId::new(), "n": n })
        .collect();
    server.put_all(imports, &documents[..700]).unwrap();
    server.put_all(imports, &documents).unwrap();
    assert_eq!(server.count(&all(imports)).unwrap(), 1200);
    let (mut after, mut found) = (None, Vec::new());
    loop {
        let page = server.page(&all(imports), after.as_ref(), 500).unwrap();
        let Some(last) = page.last() else { break };
        after = last.get("_id").cloned();
        found.extend(page);
    }
    assert_eq!(found, documents, "as they were, in the order of their ids");
}

#[test]
fn a_row_of_a_trail_is_never_replaced() {
    let Some(database) = testkit::server() else {
        return;
    };
    let server = database.connect();
    let rows: Vec<Document> = (0..3)
        .map(|n| doc! { "_id": format!("op{n}"), "at": bson::DateTime::from_millis(n), "n": n })
        .collect();
    server.put_all(Source::Audit, &rows).unwrap();
    server.put_all(Source::Audit, &rows).unwrap();
    let mut forged = rows.clone();
    forged[1].insert("n", 7);
    let refused = server.put_all(Source::Audit, &forged).unwrap_err();
    assert!(refused.to_string().contains("op1"), "{refused}");
    assert_eq!(server.page(&all(Source::Audit), None, 10).unwrap(), rows);
}

/// Curricula are long: 500 courses are more than a server takes in one command.
#[test]
fn large_documents_are_put_there_in_commands_a_server_takes() {
    let Some(database) = testkit::server() else {
        return;
    };
    let server = database.connect();
    let courses = Source::Documents(Collection::Courses);
    let chapter = "All about it. ".repeat(50_000);
    let documents: Vec<Document> = (0..80)
        .map(|n| doc! { "_id": ObjectId::new(), "n": n, "chapter": chapter.as_str() })
        .collect();
    let bytes: usize = documents
        .iter()
        .map(|document| document.to_vec().unwrap().len())
        .sum();
    assert!(bytes > 48 * 1024 * 1024, "{bytes}");
    server.put_all(courses, &documents).unwrap();
    assert_eq!(server.count(&all(courses)).unwrap(), 80);
}
