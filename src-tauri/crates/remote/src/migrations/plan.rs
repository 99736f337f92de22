//! What a step means on the server at hand: the commands it comes to, and what there is to say about it.
//! Pure: planned from the catalogue, so that a dry run lists what a run would send.

use bson::{Bson, Document, doc};

use super::{
    catalogue::Catalogue,
    index::{Index, flag},
    record::{Kept, Record, Replaced},
    role::Role,
    step::Step,
};

/// What a step comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Planned {
    /// Commands for the database, in order; none: the fact holds already, or cannot be made.
    pub(crate) commands: Vec<Document>,
    /// An index of another program does the same.
    pub(crate) kept: Option<Kept>,
    /// The collection is new.
    pub(crate) makes: Option<String>,
    /// A validator of another program that gives way.
    pub(crate) replaces: Option<Replaced>,
    /// It cannot be done while something is in the way.
    pub(crate) blocked: Option<String>,
    /// Something a person should know, though it is done.
    pub(crate) remark: Option<String>,
}

impl Planned {
    fn of(command: Document) -> Self {
        Self {
            commands: vec![command],
            ..Self::default()
        }
    }
}

/// Plans a step. `record` is that of its migration, for the way back.
pub(crate) fn plan(step: &Step, now: &Catalogue, record: Option<&Record>) -> Planned {
    match step {
        Step::Collection { name, shape } => collection(name, shape.schema(), now),
        Step::Index(index) => make_index(index, now),
        Step::Role(role) => make_role(role, now),
        // Not a command: the run reads and writes row by row.
        Step::ChainTrail | Step::KeepTrail => Planned::default(),
        Step::ReleaseCollection { name } => release(name, now, record),
        Step::DropIndex { collection, name } => {
            let ours = now
                .indexes(collection)
                .iter()
                .any(|index| index.get_str("name").ok() == Some(*name));
            if ours {
                Planned::of(doc! { "dropIndexes": *collection, "index": *name })
            } else {
                Planned::default()
            }
        }
        Step::DropRole { name } => {
            let there = now.roles.as_ref().is_some_and(|r| r.contains_key(*name));
            if there {
                Planned::of(doc! { "dropRole": *name })
            } else {
                Planned::default()
            }
        }
    }
}

fn collection(name: &str, schema: Document, now: &Catalogue) -> Planned {
    let validator = doc! { "$jsonSchema": schema };
    let Some(held) = now.collections.get(name) else {
        return Planned {
            makes: Some(name.to_owned()),
            ..Planned::of(doc! {
                "create": name,
                "validator": validator,
                "validationLevel": "moderate",
                "validationAction": "error",
            })
        };
    };
    let strict = held.options.get_str("validationLevel").ok() == Some("moderate")
        && held.options.get_str("validationAction").unwrap_or("error") == "error";
    if strict
        && held
            .validator()
            .is_some_and(|found| alike(found, &validator))
    {
        return Planned::default();
    }
    if now.shared.contains(name) {
        return Planned {
            blocked: Some(format!(
                "Another program keeps documents of its own in the collection {name}; a validator of ours would refuse its next one."
            )),
            ..Planned::default()
        };
    }
    let replaces = held.validator().map(|_| Replaced {
        collection: name.to_owned(),
        options: held.options.clone(),
    });
    let remark = replaces.is_some().then(|| {
        format!(
            "The collection {name} has a validator of another program. It is replaced, and put back by a rollback."
        )
    });
    Planned {
        replaces,
        remark,
        ..Planned::of(doc! {
            "collMod": name,
            "validator": validator,
            "validationLevel": "moderate",
            "validationAction": "error",
        })
    }
}

/// Whether two validators say the same, whatever kinds of numbers the server wrote down.
fn alike(one: &Document, other: &Document) -> bool {
    let told = |document: &Document| Bson::Document(document.clone()).into_relaxed_extjson();
    told(one) == told(other)
}

fn make_index(index: &Index, now: &Catalogue) -> Planned {
    let found = now.indexes(index.collection);
    let name = |document: &Document| document.get_str("name").unwrap_or_default().to_owned();
    if let Some(equal) = found.iter().find(|document| index.equals(document)) {
        let theirs = name(equal);
        let kept = (theirs != index.name).then(|| Kept {
            step: Step::Index(index.clone()).name(),
            name: theirs,
        });
        return Planned {
            kept,
            ..Planned::default()
        };
    }
    if index.unique && index.partial.is_none() && now.shared.contains(index.collection) {
        return Planned {
            blocked: Some(format!(
                "Another program keeps documents of its own in the collection {}; {} would allow it one of them only.",
                index.collection, index.name
            )),
            ..Planned::default()
        };
    }
    if let Some(other) = found.iter().find(|document| name(document) == index.name) {
        return Planned {
            blocked: Some(format!(
                "Another index is called {} already ({}).",
                index.name,
                told(other)
            )),
            ..Planned::default()
        };
    }
    if index.is_text()
        && let Some(other) = found.iter().find(|d| d.contains_key("weights"))
    {
        return Planned {
            blocked: Some(format!(
                "A collection has one text index, and {} is another one ({}). Drop it and run the migrations again.",
                name(other),
                told(other)
            )),
            ..Planned::default()
        };
    }
    let remark = found.iter().find(|document| index.same_keys(document)).map(|other| {
        format!(
            "The index {} on {} has the fields of {} with other options ({}). It stays beside ours.",
            name(other),
            index.collection,
            index.name,
            told(other)
        )
    });
    Planned {
        remark,
        ..Planned::of(doc! { "createIndexes": index.collection, "indexes": [index.spec()] })
    }
}

/// What is particular about an index, in words.
pub(crate) fn told(index: &Document) -> String {
    let mut words = Vec::new();
    if let Ok(weights) = index.get_document("weights") {
        let fields: Vec<&str> = weights.keys().map(String::as_str).collect();
        words.push(format!("text over {}", fields.join(", ")));
    } else if let Ok(keys) = index.get_document("key") {
        let fields: Vec<&str> = keys.keys().map(String::as_str).collect();
        words.push(format!("over {}", fields.join(", ")));
    }
    for trait_ in ["unique", "sparse", "hidden"] {
        if flag(index, trait_) {
            words.push(trait_.to_owned());
        }
    }
    if index.contains_key("partialFilterExpression") {
        words.push("partial".to_owned());
    }
    if let Some(seconds) = super::index::number(index.get("expireAfterSeconds")) {
        words.push(format!("deletes documents after {seconds} s"));
    }
    words.join(", ")
}

fn make_role(role: &Role, now: &Catalogue) -> Planned {
    let privileges = role.privileges(&now.database);
    let none: Vec<Bson> = Vec::new();
    let found = now.roles.as_ref().and_then(|roles| roles.get(role.name));
    match found {
        Some(found) if role.equals(&now.database, found) => Planned::default(),
        Some(_) => Planned {
            remark: Some(format!(
                "The role {} had other rights. It has those of the migration now.",
                role.name
            )),
            ..Planned::of(doc! { "updateRole": role.name, "privileges": privileges, "roles": none })
        },
        None => {
            Planned::of(doc! { "createRole": role.name, "privileges": privileges, "roles": none })
        }
    }
}

fn release(name: &str, now: &Catalogue, record: Option<&Record>) -> Planned {
    if !now.collections.contains_key(name) {
        return Planned::default();
    }
    // Its own validator was never set there.
    let left_out = format!("collection {name}");
    if record.is_some_and(|record| record.skipped.iter().any(|one| one.step == left_out)) {
        return Planned::default();
    }
    let replaced = record.and_then(|r| r.replaced.iter().find(|r| r.collection == name));
    let mut command = doc! { "collMod": name };
    match replaced {
        Some(replaced) => command.extend(replaced.options.clone()),
        None => {
            command.extend(doc! { "validator": {}, "validationLevel": "strict" });
        }
    }
    let mut planned = Planned::of(command);
    if record.is_some_and(|record| record.made.iter().any(|made| made == name)) {
        // The run asks first whether it is empty; a collection with documents stays.
        planned.commands.push(doc! { "drop": name });
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::{super::index::index, *};

    fn with(indexes: Vec<Document>) -> Catalogue {
        let mut now = Catalogue {
            database: "school".to_owned(),
            ..Catalogue::default()
        };
        now.collections
            .entry("courses".to_owned())
            .or_default()
            .indexes = indexes;
        now
    }

    #[test]
    fn an_equal_index_is_kept_under_its_own_name() {
        let ours = index("courses", "courses_by_price", doc! { "price": 1 });
        let now = with(vec![doc! { "key": { "price": 1 }, "name": "price_1" }]);
        let planned = plan(&Step::Index(ours), &now, None);
        assert!(planned.commands.is_empty());
        assert_eq!(planned.kept.unwrap().name, "price_1");
    }

    #[test]
    fn an_index_with_other_options_stays_and_is_named() {
        let ours = index("courses", "courses_by_slug", doc! { "slug": 1 }).unique_text("slug");
        let now = with(vec![
            doc! { "key": { "slug": 1 }, "name": "slug_1", "unique": true },
        ]);
        let planned = plan(&Step::Index(ours), &now, None);
        assert_eq!(planned.commands.len(), 1);
        assert!(planned.remark.unwrap().contains("slug_1"));
    }

    #[test]
    fn a_second_text_index_is_not_even_tried() {
        let ours = index(
            "courses",
            "courses_text",
            doc! { "title": "text", "tags": "text" },
        );
        let other = doc! { "key": { "_fts": "text" }, "name": "old", "weights": { "title": 1 } };
        let planned = plan(&Step::Index(ours), &with(vec![other]), None);
        assert!(planned.commands.is_empty());
        assert!(planned.blocked.unwrap().contains("old"));
    }

    #[test]
    fn a_collection_that_was_there_is_never_dropped() {
        let step = Step::ReleaseCollection { name: "courses" };
        let planned = plan(&step, &with(vec![]), None);
        assert_eq!(planned.commands.len(), 1);
        assert!(planned.commands[0].contains_key("collMod"));
    }
}
