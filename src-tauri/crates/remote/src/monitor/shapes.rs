//! The shape of a query: its fields and operators, all values left out, so that queries that differ only
//! in whom they ask about count as one, and nothing of a person is shown.

use bson::{Bson, Document};

/// The shape of a profiled command: the collection's queries by what they filter and sort by.
pub(super) fn shape(command: &Document) -> String {
    let mut parts = Vec::new();
    for key in ["filter", "query", "q"] {
        if let Ok(filter) = command.get_document(key) {
            parts.push(stripped(&Bson::Document(filter.clone())));
        }
    }
    if let Ok(stages) = command.get_array("pipeline") {
        let stages: Vec<String> = stages.iter().map(stripped).collect();
        parts.push(stages.join(" → "));
    }
    if let Ok(sort) = command.get_document("sort") {
        let fields: Vec<String> = sort
            .iter()
            .map(|(field, way)| format!("{field}: {}", direction(way)))
            .collect();
        parts.push(format!("sort {{ {} }}", fields.join(", ")));
    }
    if let Ok(key) = command.get_str("key") {
        parts.push(format!("of {key}"));
    }
    if parts.is_empty() {
        "{}".to_owned()
    } else {
        parts.join(" ")
    }
}

fn direction(way: &Bson) -> String {
    match way {
        Bson::Int32(n) => n.to_string(),
        Bson::Int64(n) => n.to_string(),
        Bson::Double(d) => d.to_string(),
        _ => "?".to_owned(),
    }
}

/// Fields and operators stay; values become `?`, lists of values `[?]`. A text that begins with `$` is
/// the name of a field in an aggregation and stays too.
fn stripped(value: &Bson) -> String {
    match value {
        Bson::Document(document) if document.is_empty() => "{}".to_owned(),
        Bson::Document(document) => {
            let fields: Vec<String> = document
                .iter()
                .map(|(name, value)| format!("{name}: {}", stripped(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Bson::Array(values) if values.iter().any(|v| matches!(v, Bson::Document(_))) => {
            let mut inner: Vec<String> = values.iter().map(stripped).collect();
            inner.dedup();
            format!("[{}]", inner.join(", "))
        }
        Bson::Array(_) => "[?]".to_owned(),
        Bson::String(text) if is_field(text) => text.clone(),
        _ => "?".to_owned(),
    }
}

fn is_field(text: &str) -> bool {
    text.len() > 1
        && text.starts_with('$')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '.' | '_'))
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn values_are_left_out_and_fields_and_operators_stay() {
        let find = doc! {
            "find": "users",
            "filter": { "email": "ada@example.org", "_id": { "$in": [1, 2, 3] }, "$or": [{ "a": 1 }, { "a": 2 }] },
            "sort": { "updatedAt": 1, "_id": -1 },
        };
        assert_eq!(
            shape(&find),
            "{ email: ?, _id: { $in: [?] }, $or: [{ a: ? }] } sort { updatedAt: 1, _id: -1 }"
        );
    }

    #[test]
    fn stages_of_an_aggregation_keep_their_fields() {
        let aggregate = doc! { "pipeline": [
            { "$match": { "course": "x" } }, { "$group": { "_id": "$status", "n": { "$sum": 1 } } },
        ] };
        assert_eq!(
            shape(&aggregate),
            "{ $match: { course: ? } } → { $group: { _id: $status, n: { $sum: ? } } }"
        );
        assert_eq!(shape(&doc! { "q": { "name": "$500 left" } }), "{ name: ? }");
    }

    #[test]
    fn a_command_without_a_filter_has_an_empty_shape() {
        assert_eq!(shape(&doc! { "insert": "users" }), "{}");
    }
}
