//! Finding people, courses, receipts and enrollments by what a person types.
//!
//! What is typed is never query syntax: words are cut out of it here and quoted. Deliberately absent:
//! ranking by frequency. The first matches in the order they were added answer at once, also after one
//! letter; whoever wants an order narrows a list instead.

use domain::{CourseId, EnrollmentId, PaymentId, Role, UserId, course::CourseStatus, text::fold};
use rusqlite::{Connection, Params, functions::FunctionFlags};

use crate::{
    error::StoreError,
    lists::{
        cells,
        plan::{Condition, Sql},
    },
    page::MAX_ROWS,
    replica::Reader,
};

/// Numbers a payment is known by, each unique, and whether it is written in capitals.
pub(crate) const REFERENCES: &[(&str, bool)] = &[
    ("receipt_number", true),
    ("payment_intent_id", false),
    ("charge_id", false),
    ("session_id", false),
    ("transaction_id", false),
    ("merchant_transaction_id", false),
];

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
        if self.typed.is_empty() {
            String::new()
        } else {
            format!("{{title}} : ({})", quoted(&self.typed))
        }
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
    let mut query: String = words
        .iter()
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect::<Vec<_>>()
        .join(" ");
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
        let mut there = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
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

    pub(crate) fn matching(
        &self,
        index: &str,
        query: String,
        most: u64,
    ) -> Result<u64, StoreError> {
        if query.is_empty() {
            return Ok(0);
        }
        self.figure(&Sql {
            text: format!(
                "SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT {most})"
            ),
            values: vec![query.into()],
        })
    }
}

/// The last beginning there can be of texts that begin with `first`.
pub(crate) fn beyond(first: &str) -> String {
    format!("{first}{}", char::MAX)
}

impl Reader<'_> {
    /// What matches a text: people, courses, payments by receipt number or provider's reference, and an
    /// enrollment by its own or its certificate's id; up to `limit` of each kind. Names and titles that
    /// begin with the text come first, in alphabetical order; then those that contain its words.
    pub fn search(&self, text: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        let Some(words) = Words::of(Some(text)) else {
            return Ok(Vec::new());
        };
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let text: String = text.trim().chars().take(CHARACTERS).collect();
        let limit = usize::try_from(limit.min(MAX_ROWS)).unwrap_or(0);
        let begun = fold(&text);
        let mut hits = self.people_found(&begun, &words, limit)?;
        hits.extend(self.courses_found(&begun, &words, limit)?);
        hits.extend(self.payments_found(&text, limit)?);
        hits.extend(self.enrollment_found(&text)?);
        Ok(hits)
    }

    fn people_found(
        &self,
        begun: &str,
        words: &Words,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError> {
        let mut rows = self.rows_of(
            "SELECT n FROM users INDEXED BY users_by_name WHERE name_fold >= ?1 AND name_fold < ?2
             ORDER BY name_fold, n LIMIT ?3",
            rusqlite::params![begun, beyond(begun), most(limit)],
        )?;
        // As many again as are known already, since they may be the same.
        let more = self.rows_of(
            "SELECT rowid FROM people_fts WHERE people_fts MATCH ?1 LIMIT ?2",
            rusqlite::params![words.people(), most(limit + rows.len())],
        )?;
        merge(&mut rows, more, limit);
        self.fetch(
            &rows,
            "SELECT id, name, email, role FROM users WHERE n = ?1",
            |row| {
                Ok(Hit::Person {
                    id: cells::id(row, "id")?,
                    name: row.get("name")?,
                    email: row.get("email")?,
                    role: cells::word(row, "role", &Role::ALL, Role::as_str)?,
                })
            },
        )
    }

    fn courses_found(
        &self,
        begun: &str,
        words: &Words,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError> {
        let mut rows = self.rows_of(
            "SELECT n FROM courses INDEXED BY courses_by_title WHERE title_fold >= ?1 AND title_fold < ?2
             ORDER BY title_fold, n LIMIT ?3",
            rusqlite::params![begun, beyond(begun), most(limit)],
        )?;
        for query in [words.course_titles(), words.courses()] {
            let more = self.rows_of(
                "SELECT rowid FROM courses_fts WHERE courses_fts MATCH ?1 LIMIT ?2",
                rusqlite::params![query, most(limit + rows.len())],
            )?;
            merge(&mut rows, more, limit);
        }
        let sql = "SELECT id, title, instructor, status, is_public FROM courses WHERE n = ?1";
        self.fetch(&rows, sql, |row| {
            Ok(Hit::Course {
                id: cells::id(row, "id")?,
                title: row.get("title")?,
                instructor: cells::id(row, "instructor")?,
                status: cells::word(row, "status", &CourseStatus::ALL, CourseStatus::as_str)?,
                is_public: row.get("is_public")?,
            })
        })
    }

    fn payments_found(&self, text: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
        let mut rows: Vec<(i64, Option<String>)> = Vec::new();
        if text.len() >= 3 && !text.contains(char::is_whitespace) {
            for (column, capitals) in REFERENCES {
                let first = if *capitals {
                    text.to_uppercase()
                } else {
                    text.to_owned()
                };
                let sql = format!(
                    "SELECT n, {column} FROM payments WHERE {column} >= ?1 AND {column} < ?2 ORDER BY {column} LIMIT ?3"
                );
                let mut statement = self.connection.prepare_cached(&sql)?;
                let found = statement.query_map(
                    rusqlite::params![first, beyond(&first), most(limit)],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?;
                for hit in found {
                    let (n, reference): (i64, _) = hit?;
                    if rows.len() < limit && rows.iter().all(|(known, _)| *known != n) {
                        rows.push((n, reference));
                    }
                }
            }
        }
        let mut hits = Vec::with_capacity(rows.len());
        for (n, reference) in rows {
            let sql = "SELECT id, user, user_name, course_title FROM payments WHERE n = ?1";
            hits.extend(self.fetch(&[n], sql, |row| {
                Ok(Hit::Payment {
                    id: cells::id(row, "id")?,
                    user: cells::id(row, "user")?,
                    user_name: row.get("user_name")?,
                    course_title: row.get("course_title")?,
                    reference: reference.clone().unwrap_or_default(),
                })
            })?);
        }
        Ok(hits)
    }

    fn enrollment_found(&self, text: &str) -> Result<Vec<Hit>, StoreError> {
        let id = bson::oid::ObjectId::parse_str(text)
            .map(|id| id.bytes().to_vec())
            .unwrap_or_default();
        let rows = self.rows_of(
            "SELECT n FROM enrollments WHERE id = ?1 UNION SELECT n FROM enrollments WHERE certificate_id = ?2",
            rusqlite::params![id, text],
        )?;
        let sql = "SELECT id, user, user_name, course, course_title FROM enrollments WHERE n = ?1";
        self.fetch(&rows, sql, |row| {
            Ok(Hit::Enrollment {
                id: cells::id(row, "id")?,
                user: cells::id(row, "user")?,
                user_name: row.get("user_name")?,
                course: cells::id(row, "course")?,
                course_title: row.get("course_title")?,
            })
        })
    }

    pub(crate) fn rows_of(&self, sql: &str, params: impl Params) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn most(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn merge(rows: &mut Vec<i64>, more: Vec<i64>, limit: usize) {
    for n in more {
        if rows.len() < limit && !rows.contains(&n) {
            rows.push(n);
        }
    }
}
