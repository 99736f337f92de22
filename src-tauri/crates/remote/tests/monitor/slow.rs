//! The profiler, on request only.

use bson::doc;
use remote::monitor::{ProfilerLevel, SLOW_MS};
use testkit::mongod::server;

use crate::bare::{Bare, up};

#[test]
fn the_profiler_is_off_until_it_is_asked_for_and_groups_by_shape() {
    let Some(database) = server() else { return };
    let connection = database.connect();
    up(&connection).unwrap();
    let bare = Bare::of(&database);
    bare.insert("users", doc! { "name": "Ada", "email": "ada@example.org" })
        .unwrap();
    let before = connection.slow_queries().unwrap();
    assert_eq!(
        (before.level, before.shapes.len(), before.problem),
        (0, 0, None)
    );

    let at_one = connection.set_profiler(ProfilerLevel::Slow).unwrap();
    assert_eq!((at_one.level, at_one.slowms), (1, SLOW_MS));
    connection.set_profiler(ProfilerLevel::All).unwrap();
    for name in ["Ada", "Bob", "Eve"] {
        bare.find(
            "users",
            doc! { "name": name, "nickname": { "$exists": false } },
        )
        .unwrap();
    }
    let all = connection.set_profiler(ProfilerLevel::Off).unwrap();
    assert_eq!(all.level, 0);
    let shape = all
        .shapes
        .iter()
        .find(|s| s.shape.contains("nickname"))
        .unwrap();
    assert_eq!(shape.shape, "{ name: ?, nickname: { $exists: ? } }");
    assert_eq!(
        (
            shape.collection.as_str(),
            shape.command.as_str(),
            shape.count
        ),
        ("users", "find", 3)
    );
    assert!(shape.last.timestamp_millis() > 0 && shape.max_ms >= shape.mean_ms);
    let told = format!("{all:?}");
    assert!(!told.contains("Ada") && !told.contains("ada@"), "{told}");
}
