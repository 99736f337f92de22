//! A command's arguments as they came over the IPC: untyped until the gate is passed, then read into
//! the command's own type in this one place.
//!
//! What was sent is never repeated in the answer: it may be a password in the wrong place, or a
//! megabyte of it.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use serde_path_to_error::Segment;
use tauri::{
    Runtime,
    ipc::{CommandArg, CommandItem, InvokeError},
};

use crate::error::CommandError;

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
    fn no_arguments_are_an_empty_object() {
        assert!(Arguments(json!({})).read::<Nothing>().is_ok());
        assert_eq!(no::<Nothing>(Value::Null).0, None);
        assert_eq!(no::<Nothing>(json!("")).0, None);
        assert_eq!(no::<Nothing>(json!([])).0, None);
    }
}
