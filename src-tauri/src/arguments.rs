//! A command's arguments as they came over the IPC: untyped until the gate is passed, then read into
//! the command's own type in this one place.
//!
//! What was sent is never repeated in the answer: it may be a password in the wrong place, or a
//! megabyte of it. How much may be sent at all is bounded here for every command; what a field may hold
//! is a rule of the institution and in `domain`.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use serde_path_to_error::Segment;
use tauri::{
    Runtime,
    ipc::{CommandArg, CommandItem, InvokeError},
};

use domain::{Code, Refusal};

use crate::error::CommandError;

/// The longest text of an argument, in bytes: more than the longest any rule allows.
const TEXT: usize = 256 * 1024;
/// The longest content of a file, in bytes of base 64: 32 MiB of file.
const FILE: usize = 45 * 1024 * 1024;
/// The argument, of the commands that take a file, that holds its content.
const CONTENT: &str = "content";
/// The most entries of a list or an object.
const ENTRIES: usize = 10_000;
/// The most values in all, however they are nested.
const VALUES: usize = 200_000;
/// The deepest nesting; a filter within a list within an export has five.
const DEPTH: usize = 12;

/// The value under a command's key; null when there was none.
#[derive(Clone, Debug)]
pub struct Arguments(Value);

impl<'de, R: Runtime> CommandArg<'de, R> for Arguments {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        // A call without arguments is told so in the form every command's no has.
        Ok(Self(Value::deserialize(command).unwrap_or_default()))
    }
}

impl Arguments {
    /// Reads them as the command's type.
    ///
    /// # Errors
    /// `invalid`, at the field that is missing or of another kind.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, CommandError> {
        if !self.0.is_object() {
            // A list would be taken for the fields in their order.
            return Err(CommandError::invalid(
                None,
                "The request is not what it should be.".to_owned(),
            ));
        }
        Measure::default().whole(&self.0)?;
        serde_path_to_error::deserialize(self.0).map_err(|error| {
            let field = field_of(&error);
            let message = match &field {
                Some(field) => format!("“{field}” is missing, or not what it should be."),
                None => "The request is not what it should be.".to_owned(),
            };
            CommandError::invalid(field, message)
        })
    }
}

/// How much of what is allowed was met so far.
#[derive(Default)]
struct Measure {
    values: usize,
}

impl Measure {
    fn whole(&mut self, args: &Value) -> Result<(), CommandError> {
        let Value::Object(map) = args else {
            return self.value(args, None, 0);
        };
        self.entries(map.len(), None)?;
        for (name, value) in map {
            match value {
                Value::String(text) if name == CONTENT => longest(text, FILE, Some(name))?,
                value => self.value(value, Some(name), 1)?,
            }
        }
        Ok(())
    }

    /// A value below the argument of that name.
    fn value(
        &mut self,
        value: &Value,
        name: Option<&str>,
        depth: usize,
    ) -> Result<(), CommandError> {
        if depth > DEPTH {
            return Err(too_large(name));
        }
        match value {
            Value::String(text) => longest(text, TEXT, name),
            Value::Array(list) => {
                self.entries(list.len(), name)?;
                list.iter()
                    .try_for_each(|inner| self.value(inner, name, depth + 1))
            }
            Value::Object(map) => {
                self.entries(map.len(), name)?;
                map.iter().try_for_each(|(key, inner)| {
                    longest(key, TEXT, name)?;
                    self.value(inner, name, depth + 1)
                })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    fn entries(&mut self, count: usize, name: Option<&str>) -> Result<(), CommandError> {
        self.values = self.values.saturating_add(count);
        if count > ENTRIES || self.values > VALUES {
            return Err(too_large(name));
        }
        Ok(())
    }
}

fn longest(text: &str, bytes: usize, name: Option<&str>) -> Result<(), CommandError> {
    if text.len() > bytes {
        return Err(too_large(name));
    }
    Ok(())
}

/// The name is shown only where it is short enough to be one of ours.
fn too_large(name: Option<&str>) -> CommandError {
    let message = "This is more than can be taken at once. Send less, or in parts.";
    match name.filter(|name| name.len() <= 40) {
        Some(name) => Refusal::field(Code::TooLarge, name, message).into(),
        None => Refusal::new(Code::TooLarge, message).into(),
    }
}

/// The dotted path of what is wrong, as far as it consists of our own names. A missing field is
/// reported at what it is missing from, so its name is taken from the error.
fn field_of(error: &serde_path_to_error::Error<serde_json::Error>) -> Option<String> {
    let mut parts: Vec<String> = error
        .path()
        .iter()
        .map_while(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    let text = error.inner().to_string();
    if let Some(name) = text
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next())
    {
        parts.push(name.to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use workflows::{
        accounts::dto::SignIn, catalog::dto::ListCourses, dto::Nothing, operations::dto::ExportList,
    };

    fn no<T: DeserializeOwned>(value: Value) -> (Option<String>, String) {
        match Arguments(value).read::<T>() {
            Ok(_) => panic!("these arguments must be refused"),
            Err(error) => {
                assert_eq!(error.code, "invalid");
                (error.field, error.message)
            }
        }
    }

    #[test]
    fn the_field_that_is_wrong_is_named_by_its_path() {
        let window = json!({ "offset": 0, "limit": 10 });
        for (filter, field) in [
            (json!({ "sort": "price; drop table" }), "filter.sort"),
            (json!({ "text": { "$gt": "" } }), "filter.text"),
            (json!({ "levels": ["Beginner", 7] }), "filter.levels.1"),
        ] {
            let (found, _) = no::<ListCourses>(json!({ "filter": filter, "window": window }));
            assert_eq!(found.as_deref(), Some(field), "of {filter}");
        }
        let (found, _) = no::<ListCourses>(json!({ "filter": {}, "window": { "offset": 0 } }));
        assert_eq!(
            found.as_deref(),
            Some("window.limit"),
            "a missing field has its full path"
        );
        let (found, _) =
            no::<ListCourses>(json!({ "filter": {}, "window": { "offset": -1, "limit": 1 } }));
        assert_eq!(
            found.as_deref(),
            Some("window.offset"),
            "there is no row before the first"
        );
        let (found, _) = no::<ExportList>(json!({ "what": { "list": "people" } }));
        assert!(
            found.is_some(),
            "a list without its filter is refused at a field"
        );
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let (field, message) =
            no::<SignIn>(json!({ "email": "a@b.example", "password": ["Secret1pass"] }));
        assert_eq!(field.as_deref(), Some("password"));
        assert!(!message.contains("Secret1pass"), "{message}");
    }

    #[test]
    fn what_is_too_much_is_refused_before_it_is_read() {
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        for (args, field) in [
            (json!({ "a": "x".repeat(TEXT + 1) }), Some("a")),
            (json!({ "a": { "b": ["x".repeat(TEXT + 1)] } }), Some("a")),
            (json!({ "a": { "x".repeat(TEXT + 1): 1 } }), Some("a")),
            (json!({ "x".repeat(TEXT + 1): nested(DEPTH + 1) }), None),
            (json!({ "a": vec![1; ENTRIES + 1] }), Some("a")),
            (
                json!({ "a": vec![vec![1; ENTRIES]; VALUES / ENTRIES + 1] }),
                Some("a"),
            ),
            (json!({ "a": nested(DEPTH + 1) }), Some("a")),
            (json!({ "content": "x".repeat(FILE + 1) }), Some("content")),
            (
                json!({ "a": { "content": "x".repeat(TEXT + 1) } }),
                Some("a"),
            ),
        ] {
            let refused = Arguments(args).read::<Nothing>().expect_err("too much");
            assert_eq!(
                (refused.code.as_str(), refused.field.as_deref()),
                ("too-large", field)
            );
        }
        for args in [
            json!({ "a": "x".repeat(TEXT), "content": "x".repeat(FILE), "b": nested(DEPTH - 1) }),
            json!({ "a": vec![vec![1; 1_000]; 100] }),
        ] {
            assert!(
                Arguments(args).read::<Nothing>().is_ok(),
                "as much as that is taken"
            );
        }
    }

    #[test]
    fn no_arguments_are_an_empty_object() {
        assert!(Arguments(json!({})).read::<Nothing>().is_ok());
        assert_eq!(no::<Nothing>(Value::Null).0, None);
        assert_eq!(no::<Nothing>(json!("")).0, None);
        assert_eq!(no::<Nothing>(json!([])).0, None);
    }
}
