//! Arguments of every command of the window: JSON that nobody's form sends, and bytes that are none.
//!
//! The same types are called over the real IPC, with the gate before them, in the shell's tests.

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use serde_json::{Map, Value, json};
use workflows::wire;

use super::bytes::{cases, inputs, like};

/// Values of every kind.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(vec![
            "admin",
            "student",
            "cash",
            "GBP",
            "2026-02-30",
            "2026-01-01",
            "ffffffffffffffffffffffff",
            "active",
            "people",
            "csv",
            "$where",
            "name",
            "../..",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec(("[a-zA-Z$]{1,8}", inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Puts what is said to be missing where it may be missing: at the top, else in an object further down.
fn supply(args: &mut Value, name: &str, value: &Value) -> bool {
    let Value::Object(map) = args else {
        return false;
    };
    if !map.contains_key(name) {
        map.insert(name.to_owned(), value.clone());
        return true;
    }
    map.values_mut().any(|inner| match inner {
        Value::Array(list) => list.iter_mut().any(|one| supply(one, name, value)),
        other => supply(other, name, value),
    })
}

/// Arguments that go as deep into a type as its own refusals lead: what is missing is supplied.
#[test]
fn whatever_a_command_is_sent_is_read_or_refused() {
    let commands = wire::commands();
    let strategy = (0..commands.len(), values(), vec(values(), 1..8));
    let mut runner = TestRunner::new(cases(4 * inputs()));
    runner
        .run(&strategy, |(which, first, more)| {
            let command = &commands[which];
            let mut args = if first.is_object() { first } else { json!({}) };
            for n in 0..40 {
                let Err(error) = (command.reads)(args.to_string().as_bytes()) else {
                    break;
                };
                let text = error.to_string();
                let Some(name) = text
                    .strip_prefix("missing field `")
                    .and_then(|rest| rest.split('`').next())
                else {
                    break;
                };
                if !supply(&mut args, name, &more[n % more.len()]) {
                    break;
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn bytes_that_are_no_json_are_no_arguments_of_any_command() {
    let commands = wire::commands();
    let originals = [
        json!({ "id": "ffffffffffffffffffffffff", "rev": 1, "reason": "Because" }),
        json!({ "filter": { "text": "a", "sort": "name" }, "window": { "offset": 0, "limit": 10 } }),
        json!({ "email": "a@b.example", "password": "Correct1horse", "code": "123456" }),
        json!({ "kind": "people", "file": "f.csv", "content": "bmFtZQ==", "dryRun": true, "task": "t", "mapping": [] }),
    ]
    .map(|value| value.to_string().into_bytes());
    let strategy = (0..commands.len(), like(originals.to_vec()));
    let mut runner = TestRunner::new(cases(4 * inputs()));
    runner
        .run(&strategy, |(which, bytes)| {
            let read = (commands[which].reads)(&bytes);
            if serde_json::from_slice::<Value>(&bytes).is_err() {
                prop_assert!(read.is_err(), "{}", commands[which].name);
            }
            Ok(())
        })
        .unwrap();
}

/// A thousand brackets must not be a thousand calls of a function.
#[test]
fn arguments_nested_without_end_are_refused() {
    for (open, close) in [("[", "]"), ("{\"filter\":", "}")] {
        let deep = format!("{}{}{}", open.repeat(100_000), "1", close.repeat(100_000));
        for command in wire::commands() {
            assert!(
                (command.reads)(deep.as_bytes()).is_err(),
                "{}",
                command.name
            );
        }
    }
}
