//! Which column fills which field: the proposal made from a header, and the mapping a person settled on.
//!
//! A mapping's column may also be a constant, written `=value`: every row then has that value.

use domain::{Code, Refusal, text::fold};

use super::{fields::fields, reading::Row};
use crate::operations::dto::{ImportField, ImportKind, ImportMapping};

/// The heading as aliases are written: folded, everything but letters and digits as one space, and
/// words run together (`firstName`) apart.
fn plain(heading: &str) -> String {
    let mut spaced = String::with_capacity(heading.len() + 4);
    let mut before = ' ';
    for c in heading.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    fold(&spaced)
}

/// A column for every field that has one, no column twice. A heading equal to a field's own name wins
/// over aliases, an earlier alias over a later one.
pub(super) fn propose(kind: ImportKind, columns: &[String]) -> Vec<ImportField> {
    let plain_columns: Vec<String> = columns.iter().map(|column| plain(column)).collect();
    let mut taken = vec![false; columns.len()];
    let mut found: Vec<Option<usize>> = vec![None; fields(kind).len()];
    let depth = fields(kind)
        .iter()
        .map(|field| field.aliases.len())
        .max()
        .unwrap_or(0);
    for rank in 0..=depth {
        for (field, place) in fields(kind).iter().zip(&mut found) {
            if place.is_some() {
                continue;
            }
            let wanted = match rank {
                0 => plain(field.name),
                _ => match field.aliases.get(rank - 1) {
                    Some(alias) => (*alias).to_owned(),
                    None => continue,
                },
            };
            let at = plain_columns
                .iter()
                .enumerate()
                .position(|(at, column)| !taken[at] && *column == wanted);
            if let Some(at) = at {
                taken[at] = true;
                *place = Some(at);
            }
        }
    }
    let proposed = |name: &str| {
        fields(kind)
            .iter()
            .zip(&found)
            .any(|(field, place)| field.name == name && place.is_some())
    };
    // First and last name in two columns make the name.
    let split = proposed("firstName") || proposed("lastName");
    fields(kind)
        .iter()
        .zip(&found)
        .map(|(field, place)| ImportField {
            field: field.name.to_owned(),
            required: field.required && !(field.name == "name" && split),
            column: place.and_then(|at| columns.get(at).cloned()),
        })
        .collect()
}

/// Where a field's value comes from.
#[derive(Clone, Debug)]
enum Source {
    Column(usize),
    Constant(String),
}

/// A mapping, checked against the file's header.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    kind: ImportKind,
    columns: Vec<String>,
    sources: Vec<Option<Source>>,
}

impl Mapping {
    /// Checks the mapping a person settled on. Refuses unknown fields and columns, a field filled
    /// twice, and a required one left out.
    pub(super) fn new(
        kind: ImportKind,
        columns: &[String],
        wanted: &[ImportMapping],
    ) -> Result<Self, Refusal> {
        let mut sources: Vec<Option<Source>> = vec![None; fields(kind).len()];
        for ImportMapping { field, column } in wanted {
            let at = fields(kind)
                .iter()
                .position(|known| known.name == field)
                .ok_or_else(|| {
                    let names: Vec<&str> = fields(kind).iter().map(|known| known.name).collect();
                    Refusal::field(
                        Code::Invalid,
                        "mapping",
                        format!(
                            "There is no field {field}. The fields are {}.",
                            names.join(", ")
                        ),
                    )
                })?;
            let known = columns.iter().position(|known| known == column);
            let source = match (known, column.strip_prefix('=')) {
                (Some(at), _) => Source::Column(at),
                (None, Some(constant)) => Source::Constant(constant.trim().to_owned()),
                (None, None) => {
                    return Err(Refusal::field(
                        Code::Invalid,
                        "mapping",
                        format!(
                            "There is no column {column}. The columns are {}.",
                            columns.join(", ")
                        ),
                    ));
                }
            };
            if sources[at].replace(source).is_some() {
                return Err(Refusal::field(
                    Code::Invalid,
                    "mapping",
                    format!("The field {field} is mapped twice."),
                ));
            }
        }
        let mapping = Self {
            kind,
            columns: columns.to_vec(),
            sources,
        };
        for field in fields(kind).iter().filter(|field| field.required) {
            let split =
                field.name == "name" && (mapping.has("firstName") || mapping.has("lastName"));
            if !mapping.has(field.name) && !split {
                return Err(Refusal::field(
                    Code::Required,
                    "mapping",
                    format!(
                        "No column fills the field {}. The columns are {}.",
                        field.name,
                        columns.join(", ")
                    ),
                ));
            }
        }
        Ok(mapping)
    }

    fn source(&self, field: &str) -> Option<&Source> {
        let at = fields(self.kind)
            .iter()
            .position(|known| known.name == field)?;
        self.sources.get(at)?.as_ref()
    }

    /// Whether the field is filled from somewhere.
    pub(super) fn has(&self, field: &str) -> bool {
        self.source(field).is_some()
    }

    /// The field's value in a row; none where it is not mapped or empty.
    pub(super) fn value<'a>(&'a self, row: &'a Row, field: &str) -> Option<&'a str> {
        let text = match self.source(field)? {
            Source::Column(at) => row.cells.get(*at)?.as_str(),
            Source::Constant(text) => text.as_str(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// The column a field is filled from, for an error.
    pub(super) fn column(&self, field: &str) -> Option<String> {
        match self.source(field)? {
            Source::Column(at) => self.columns.get(*at).cloned(),
            Source::Constant(text) => Some(format!("={text}")),
        }
    }

    /// Whether the field's value comes from the file rather than from a constant.
    pub(super) fn is_column(&self, field: &str) -> bool {
        matches!(self.source(field), Some(Source::Column(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(kind: ImportKind, columns: &[&str]) -> Vec<(String, String)> {
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        propose(kind, &columns)
            .into_iter()
            .filter_map(|f| f.column.map(|c| (f.field, c)))
            .collect()
    }

    #[test]
    fn headings_of_other_programs_are_known() {
        let found = proposal(
            ImportKind::People,
            &["Full name", "E-mail", "Phone number", "favourite colour"],
        );
        let expected = [
            ("name", "Full name"),
            ("email", "E-mail"),
            ("phone", "Phone number"),
        ];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let found = proposal(
            ImportKind::Courses,
            &["Course Title", "Fee", "course_level", "subject"],
        );
        let expected = [
            ("title", "Course Title"),
            ("category", "subject"),
            ("level", "course_level"),
            ("price", "Fee"),
        ];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn a_column_fills_one_field_only() {
        let found = proposal(ImportKind::Courses, &["name", "title"]);
        assert_eq!(found, [("title".to_owned(), "title".to_owned())]);
    }

    #[test]
    fn two_names_make_one() {
        let columns = [
            "firstName".to_owned(),
            "Surname".to_owned(),
            "email".to_owned(),
        ];
        let fields = propose(ImportKind::People, &columns);
        let name = fields.iter().find(|f| f.field == "name").unwrap();
        assert!(!name.required && name.column.is_none());
        let wanted = [
            ("firstName", "firstName"),
            ("lastName", "Surname"),
            ("email", "email"),
        ]
        .map(|(field, column)| ImportMapping {
            field: field.into(),
            column: column.into(),
        });
        assert!(Mapping::new(ImportKind::People, &columns, &wanted).is_ok());
    }

    #[test]
    fn wrong_mappings_are_refused_with_what_there_is() {
        let columns = ["Name".to_owned(), "Mail".to_owned()];
        let map = |pairs: &[(&str, &str)]| {
            let wanted: Vec<ImportMapping> = pairs
                .iter()
                .map(|(field, column)| ImportMapping {
                    field: (*field).into(),
                    column: (*column).into(),
                })
                .collect();
            Mapping::new(ImportKind::People, &columns, &wanted)
                .map(|_| ())
                .unwrap_err()
        };
        assert!(map(&[("name", "Name")]).message.contains("email"));
        assert!(
            map(&[("name", "Nmae"), ("email", "Mail")])
                .message
                .contains("Name, Mail")
        );
        assert!(map(&[("nam", "Name")]).message.contains("dateOfBirth"));
        assert!(
            map(&[("name", "Name"), ("name", "Mail"), ("email", "Mail")])
                .message
                .contains("twice")
        );
    }
}
