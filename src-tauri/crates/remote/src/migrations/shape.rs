//! The shape of documents, told once: as the `$jsonSchema` a validator is made of, and as the list of
//! what is wrong with a document, field by field, which a server does not tell of documents it has.
//!
//! Unknown fields are allowed everywhere. A field that may be missing may also be null, as programs
//! write it. Deliberately absent: rules that look at two fields or two documents.

use bson::{Bson, Document, doc};

pub(crate) use super::form::Form;

/// What a value must be.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// An ObjectId.
    Id,
    /// Text of so many characters, perhaps of a form.
    Text {
        /// At least.
        min: u32,
        /// At most.
        max: Option<u32>,
        /// Its form.
        form: Option<Form>,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number of any of the three types a driver may choose: int, long, double.
    Number {
        /// At least.
        min: Option<i32>,
        /// At most.
        max: Option<i32>,
    },
    /// A whole number: int or long, nothing that rounds.
    Whole {
        /// At least.
        min: Option<i32>,
    },
    /// True or false.
    Flag,
    /// A date.
    Moment,
    /// A list of values of one shape.
    List(Box<Shape>),
    /// A document with these fields and any others.
    Parts(Vec<Field>),
}

/// A field of a document.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    name: &'static str,
    shape: Shape,
    required: bool,
}

/// Text without limits.
pub(crate) const fn text() -> Shape {
    Shape::Text {
        min: 0,
        max: None,
        form: None,
    }
}

/// Text of at most so many characters.
pub(crate) const fn upto(max: u32) -> Shape {
    Shape::Text {
        min: 0,
        max: Some(max),
        form: None,
    }
}

/// Text of 1 to so many characters.
pub(crate) const fn line(max: u32) -> Shape {
    Shape::Text {
        min: 1,
        max: Some(max),
        form: None,
    }
}

/// Text of a form.
pub(crate) const fn form(form: Form, max: Option<u32>) -> Shape {
    Shape::Text {
        min: 0,
        max,
        form: Some(form),
    }
}

/// Any number.
pub(crate) const fn number() -> Shape {
    Shape::Number {
        min: None,
        max: None,
    }
}

/// A number that is not negative.
pub(crate) const fn positive() -> Shape {
    Shape::Number {
        min: Some(0),
        max: None,
    }
}

/// A number between these.
pub(crate) const fn between(min: i32, max: i32) -> Shape {
    Shape::Number {
        min: Some(min),
        max: Some(max),
    }
}

/// A list of these.
pub(crate) fn list(of: Shape) -> Shape {
    Shape::List(Box::new(of))
}

/// A document of these fields.
pub(crate) fn parts(fields: impl IntoIterator<Item = Field>) -> Shape {
    Shape::Parts(fields.into_iter().collect())
}

/// A field that must be there.
pub(crate) const fn must(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: true,
    }
}

/// A field that may be missing or null.
pub(crate) const fn may(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
    }
}

/// A field of a document that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Dotted path, `_id` of nothing for the document itself.
    pub(crate) path: String,
    /// What is wrong with it.
    pub(crate) what: String,
}

impl Shape {
    /// As `$jsonSchema`.
    pub(crate) fn schema(&self) -> Document {
        self.schema_of(true)
    }

    fn schema_of(&self, required: bool) -> Document {
        let kind = |names: &[&str]| -> Document {
            let mut names: Vec<Bson> = names.iter().map(|n| Bson::from(*n)).collect();
            if !required {
                names.push("null".into());
            }
            match names.as_slice() {
                [one] => doc! { "bsonType": one.clone() },
                several => doc! { "bsonType": several.to_vec() },
            }
        };
        match self {
            Self::Id => kind(&["objectId"]),
            Self::Flag => kind(&["bool"]),
            Self::Moment => kind(&["date"]),
            Self::Text { min, max, form } => {
                let mut schema = kind(&["string"]);
                if *min > 0 {
                    schema.insert("minLength", i64::from(*min));
                }
                if let Some(max) = max {
                    schema.insert("maxLength", i64::from(*max));
                }
                if let Some(form) = form {
                    schema.insert("pattern", form.pattern());
                }
                schema
            }
            Self::Word(words) => {
                let mut words: Vec<Bson> = words.iter().map(|w| Bson::from(*w)).collect();
                if !required {
                    words.push(Bson::Null);
                }
                doc! { "enum": words }
            }
            Self::Number { min, max } => {
                let mut schema = kind(&["int", "long", "double"]);
                if let Some(min) = min {
                    schema.insert("minimum", *min);
                }
                if let Some(max) = max {
                    schema.insert("maximum", *max);
                }
                schema
            }
            Self::Whole { min } => {
                let mut schema = kind(&["int", "long"]);
                if let Some(min) = min {
                    schema.insert("minimum", *min);
                }
                schema
            }
            Self::List(of) => {
                let mut schema = kind(&["array"]);
                schema.insert("items", of.schema_of(true));
                schema
            }
            Self::Parts(fields) => {
                let mut schema = kind(&["object"]);
                let required: Vec<&str> = fields
                    .iter()
                    .filter(|field| field.required)
                    .map(|field| field.name)
                    .collect();
                if !required.is_empty() {
                    schema.insert("required", required);
                }
                let properties: Document = fields
                    .iter()
                    .map(|field| {
                        let schema = field.shape.schema_of(field.required);
                        (field.name.to_owned(), Bson::Document(schema))
                    })
                    .collect();
                schema.insert("properties", properties);
                schema
            }
        }
    }

    /// What is wrong with a document of this shape.
    pub(crate) fn problems(&self, document: &Document) -> Vec<Problem> {
        let mut found = Vec::new();
        if let Self::Parts(fields) = self {
            parts_problems(fields, document, "", &mut found);
        }
        found
    }

    fn check(&self, value: &Bson, path: &str, found: &mut Vec<Problem>) {
        let mut no = |what: String| {
            found.push(Problem {
                path: path.to_owned(),
                what,
            });
        };
        match (self, value) {
            (Self::Id, Bson::ObjectId(_))
            | (Self::Flag, Bson::Boolean(_))
            | (Self::Moment, Bson::DateTime(_)) => {}
            (Self::Text { min, max, form }, Bson::String(text)) => {
                let length = text.chars().count();
                let over = |limit: u32| usize::try_from(limit).is_ok_and(|limit| length > limit);
                if usize::try_from(*min).is_ok_and(|min| length < min) {
                    no("is empty".to_owned());
                } else if let Some(max) = max.filter(|max| over(*max)) {
                    no(format!("has {length} characters, {max} are allowed"));
                } else if let Some(form) = form.filter(|form| !form.fits(text)) {
                    no(form.wanted().to_owned());
                }
            }
            (Self::Word(words), Bson::String(word)) if words.contains(&word.as_str()) => {}
            (Self::Word(words), other) => {
                no(format!(
                    "is {}, not one of {}",
                    shown(other),
                    words.join(", ")
                ));
            }
            (Self::Number { min, max }, Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_)) => {
                range(value, *min, *max).into_iter().for_each(no);
            }
            (Self::Whole { min }, Bson::Int32(_) | Bson::Int64(_)) => {
                range(value, *min, None).into_iter().for_each(no);
            }
            (Self::List(of), Bson::Array(values)) => {
                for (n, value) in values.iter().enumerate() {
                    of.check(value, &format!("{path}.{n}"), found);
                }
            }
            (Self::Parts(fields), Bson::Document(document)) => {
                parts_problems(fields, document, path, found);
            }
            (wanted, other) => no(format!("is {}, not {}", shown(other), wanted.words())),
        }
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::Id => "an ObjectId",
            Self::Text { .. } => "text",
            Self::Word(_) => "a word of the list",
            Self::Number { .. } => "a number",
            Self::Whole { .. } => "a whole number",
            Self::Flag => "true or false",
            Self::Moment => "a date",
            Self::List(_) => "a list",
            Self::Parts(_) => "a document",
        }
    }
}

fn parts_problems(fields: &[Field], document: &Document, path: &str, found: &mut Vec<Problem>) {
    for field in fields {
        let path = if path.is_empty() {
            field.name.to_owned()
        } else {
            format!("{path}.{}", field.name)
        };
        match document.get(field.name) {
            None if field.required => found.push(Problem {
                path,
                what: "is missing".to_owned(),
            }),
            None => {}
            Some(Bson::Null) if !field.required => {}
            Some(value) => field.shape.check(value, &path, found),
        }
    }
}

/// What is wrong with a number, by its value. A double that is no number fits no range.
fn range(value: &Bson, min: Option<i32>, max: Option<i32>) -> Option<String> {
    let (low, high) = match value {
        Bson::Int32(n) => (min.is_some_and(|m| *n < m), max.is_some_and(|m| *n > m)),
        Bson::Int64(n) => (
            min.is_some_and(|m| *n < i64::from(m)),
            max.is_some_and(|m| *n > i64::from(m)),
        ),
        Bson::Double(d) => (
            min.is_some_and(|m| d.is_nan() || *d < f64::from(m)),
            max.is_some_and(|m| d.is_nan() || *d > f64::from(m)),
        ),
        _ => (false, false),
    };
    match (low, high) {
        (true, _) => Some(format!("is {value}, less than {}", min.unwrap_or_default())),
        (_, true) => Some(format!("is {value}, more than {}", max.unwrap_or_default())),
        _ => None,
    }
}

/// A value in a few words. Texts are cut short: what is in a document may be long or private.
fn shown(value: &Bson) -> String {
    match value {
        Bson::String(text) => {
            let short: String = text.chars().take(24).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("\"{short}{more}\"")
        }
        Bson::Null => "null".to_owned(),
        Bson::Array(_) => "a list".to_owned(),
        Bson::Document(_) => "a document".to_owned(),
        Bson::DateTime(_) => "a date".to_owned(),
        Bson::ObjectId(_) => "an ObjectId".to_owned(),
        Bson::Boolean(value) => value.to_string(),
        Bson::Int32(n) => n.to_string(),
        Bson::Int64(n) => n.to_string(),
        Bson::Double(d) => d.to_string(),
        _ => "of another type".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use bson::{doc, oid::ObjectId};

    use super::*;

    fn person() -> Shape {
        parts([
            must("name", line(5)),
            may("email", form(Form::Email, Some(40))),
            may("role", Shape::Word(&["student", "admin"])),
            may("tags", list(parts([must("word", text())]))),
            may("score", between(0, 5)),
        ])
    }

    #[test]
    fn a_schema_lets_optional_fields_be_null_and_required_ones_not() {
        let schema = person().schema();
        assert_eq!(schema.get_array("required").unwrap().len(), 1);
        let properties = schema.get_document("properties").unwrap();
        assert_eq!(
            properties.get_document("name").unwrap(),
            &doc! { "bsonType": "string", "minLength": 1_i64, "maxLength": 5_i64 }
        );
        assert_eq!(
            properties.get_document("role").unwrap(),
            &doc! { "enum": ["student", "admin", Bson::Null] }
        );
    }

    #[test]
    fn each_problem_names_its_field() {
        let wrong = doc! {
            "name": "Ada Byron", "email": "Ada@Example.org", "role": "janitor",
            "tags": [{ "word": "a" }, {}], "score": 5.5,
        };
        let found = person().problems(&wrong);
        let paths: Vec<&str> = found.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(paths, ["name", "email", "role", "tags.1.word", "score"]);
        let right = doc! {
            "name": "Ada", "email": "ada@example.org", "role": Bson::Null, "_id": ObjectId::from_bytes([1; 12]),
            "tags": [], "score": 5_i64, "foreign": true,
        };
        assert_eq!(person().problems(&right), []);
        assert_eq!(person().problems(&doc! {})[0].what, "is missing");
    }
}
