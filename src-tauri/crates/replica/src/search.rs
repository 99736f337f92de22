//! Finding people, courses, receipts and enrollments by what a person types.
//!
//! What is typed is never query syntax: words are cut out of it here and quoted. Deliberately absent:
//! ranking by frequency. The first matches in the order they were added answer at once, also after one
//! letter; whoever wants an order narrows a list instead.

use domain::{CourseId, EnrollmentId, PaymentId, Role, UserId, course::CourseStatus, text::fold};
use rusqlite::{Connection, functions::FunctionFlags};

use crate::{error::StoreError, lists::plan::{Condition, Sql}, replica::Reader};

/// From so many matches on, a list tests row by row instead of collecting the matches first.
pub(crate) const MANY: u64 = 2_000;
/// What is read of a text somebody typed or pasted.
const CHARACTERS: usize = 400;
const WORDS: usize = 12;
const LETTERS: usize = 40;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A person.
    Person {
        /// Who.
        id: UserId,
        /// Their name.
        name: String,
        /// Their e-mail.
        email: String,
        /// Their role.
        role: Role,
    },
    /// A course.
    Course {
        /// Which.
        id: CourseId,
        /// Its title.
        title: String,
        /// Who teaches it.
        instructor: UserId,
        /// Where it stands.
        status: CourseStatus,
        /// Whether the catalog shows it to students when published.
        is_public: bool,
    },
    /// A payment, by its receipt number or a provider's reference.
    Payment {
        /// Which.
        id: PaymentId,
        /// Who paid.
        user: UserId,
        /// Their name.
        user_name: String,
        /// For which course.
        course_title: String,
        /// The number that matched, or the receipt's.
        reference: String,
    },
    /// An enrollment, by its id or its certificate's.
    Enrollment {
        /// Which.
        id: EnrollmentId,
        /// The student.
        user: UserId,
        /// Their name.
        user_name: String,
        /// The course.
        course: CourseId,
        /// Its title.
        course_title: String,
    },
}

/// The words of a search: at least one; the last is perhaps unfinished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// Folded, letters and digits only.
    folded: Vec<String>,
    /// As typed, cut at white space only.
    typed: Vec<String>,
}

impl Words {
    /// None where nothing was typed. A text without a letter or digit finds nothing.
    pub(crate) fn of(text: Option<&str>) -> Option<Self> {
        let text: String = text?.trim().chars().take(CHARACTERS).collect();
        if text.is_empty() {
            return None;
        }
        let short = |word: &str| word.chars().take(LETTERS).collect::<String>();
        let folded = fold(&text)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(WORDS)
            .map(short)
            .collect();
        let typed = text
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .take(WORDS)
            .map(short)
            .collect();
        Some(Self { folded, typed })
    }

    /// A query over people: every word, the last one as a beginning.
    pub(crate) fn people(&self) -> String {
        quoted(&self.folded)
    }

    /// A query over courses. Their text is not folded before it is indexed, so words go as typed.
    pub(crate) fn courses(&self) -> String {
        quoted(&self.typed)
    }

    /// A query over courses by their title alone.
    pub(crate) fn course_titles(&self) -> String {
        if self.typed.is_empty() { String::new() } else { format!("{{title}} : ({})", quoted(&self.typed)) }
    }

    /// Whether there is anything to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.folded.is_empty() || self.typed.is_empty()
    }

    /// The test of one row, for lists that walk: the same words in the given folded columns together.
    pub(crate) fn found_in(&self, columns: &'static [&'static str]) -> Condition {
        Condition {
            columns,
            sql: format!("has_words(?, {})", columns.join(", ")),
            values: vec![self.folded.join(" ").into()],
            range: false,
        }
    }

    pub(crate) fn folded(&self) -> String {
        self.folded.join(" ")
    }
}

/// Each word quoted, so that nothing in it means anything; `*` after the last: it may go on.
fn quoted(words: &[String]) -> String {
    let mut query: String =
        words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect::<Vec<_>>().join(" ");
    if !query.is_empty() {
        query.push('*');
    }
    query
}

/// Makes `has_words(words, text, …)` known to a connection: whether every one of the words (folded,
/// apart by spaces) begins or, but for the last, is a word of the texts. The same answer as the
/// full-text index gives over the same texts.
pub(crate) fn register(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("has_words", -1, flags, |context| {
        let wanted = context.get_raw(0).as_str_or_null()?.unwrap_or_default();
        let mut texts = Vec::with_capacity(context.len());
        for at in 1..context.len() {
            texts.extend(context.get_raw(at).as_str_or_null()?);
        }
        Ok(has_words(wanted, &texts))
    })?;
    Ok(())
}

fn has_words(wanted: &str, texts: &[&str]) -> bool {
    let mut wanted = wanted.split(' ').peekable();
    let mut any = false;
    while let Some(word) = wanted.next() {
        let last = wanted.peek().is_none();
        let mut there = texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        any = !word.is_empty() && there.any(|w| if last { w.starts_with(word) } else { w == word });
        if !any {
            return false;
        }
    }
    any
}

impl Reader<'_> {
    /// How many people match, counted up to `most`.
    pub(crate) fn people_matching(&self, words: &Words, most: u64) -> Result<u64, StoreError> {
        self.matching("people_fts", words.people(), most)
    }

    pub(crate) fn matching(&self, index: &str, query: String, most: u64) -> Result<u64, StoreError> {
        if query.is_empty() {
            return Ok(0);
        }
        self.figure(&Sql {
            text: format!("SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT {most})"),
            values: vec![query.into()],
        })
    }
}
