//! Narrowing enrollments and payments by a text: the people and courses it matches are found first,
//! then their records by index. Where it matches very many, rows are tested along the walk instead.

use rusqlite::{params_from_iter, types::Value};

use super::plan::{COUNTED, Condition, RowSet, Sql};
use crate::{
    error::StoreError,
    replica::Reader,
    search::{Words, beyond},
};

/// How a text narrows a list.
pub(super) enum Narrowing {
    /// To these rows.
    Rows(RowSet),
    /// To the rows that pass.
    Test(Condition),
}

/// What differs between the lists of enrollments and payments.
pub(super) struct Records {
    pub(super) table: &'static str,
    pub(super) counts: &'static str,
    /// The same over all courses.
    pub(super) totals: &'static str,
    pub(super) by_user: &'static str,
    pub(super) by_course: &'static str,
    /// Unique numbers a text may begin: the column, and whether it is written in capitals.
    pub(super) references: &'static [(&'static str, bool)],
    pub(super) tested: &'static [&'static str],
}

const PEOPLE: &str = "SELECT id FROM users INDEXED BY users_ids \
     WHERE n IN (SELECT rowid FROM people_fts WHERE people_fts MATCH ?)";
const COURSES: &str =
    "SELECT id FROM courses WHERE n IN (SELECT rowid FROM courses_fts WHERE courses_fts MATCH ?)";

/// Finding a person's records costs a fifth of fetching a row that a walk passes over; so this many such
/// findings cost what a page costs in which every row passes. Measured on encrypted pages.
const PAGE: u64 = 230;
/// From so many beginning numbers on.
const MANY_NUMBERS: u64 = 2_000;

impl Reader<'_> {
    /// The narrowing of `records` by what was typed. In the order of the matched people's names their
    /// records lie together, so a walk may pass over nearly everything: `by_name` says that it is
    /// better to find them first, however many they are.
    pub(super) fn narrowing(
        &self,
        records: &Records,
        typed: &str,
        words: &Words,
        by_name: bool,
    ) -> Result<Narrowing, StoreError> {
        if words.is_empty() {
            return Ok(Narrowing::Rows(RowSet::of(&[])));
        }
        let Records {
            table,
            counts,
            by_user,
            by_course,
            ..
        } = records;
        let many = self.many_people(records)?;
        let people = self.people_matching(words, many + 1)?;
        let in_courses = self.figure(&Sql {
            text: format!("SELECT ifnull(sum(n), 0) FROM {counts} WHERE course IN ({COURSES})"),
            values: vec![words.course_titles().into()],
        })?;
        // Each way to match: the rows it gives, and the test of one row.
        let mut ways: Vec<(String, Value)> = Vec::new();
        let mut tests: Vec<(String, Vec<Value>)> = Vec::new();
        if people > 0 {
            ways.push((
                format!("SELECT n FROM {table} INDEXED BY {by_user} WHERE user IN ({PEOPLE})"),
                words.people().into(),
            ));
            let folded = Value::from(words.folded());
            tests.push(if people > many {
                (
                    "has_words(?, user_fold) \
                     OR has_words(?, user_fold, (SELECT email FROM users WHERE id = user))"
                        .to_owned(),
                    vec![folded.clone(), folded],
                )
            } else {
                (format!("user IN ({PEOPLE})"), vec![words.people().into()])
            });
        }
        if in_courses > 0 {
            ways.push((
                format!("SELECT n FROM {table} INDEXED BY {by_course} WHERE course IN ({COURSES})"),
                words.course_titles().into(),
            ));
            tests.push((
                "has_words(?, course_fold)".to_owned(),
                vec![words.folded().into()],
            ));
        }
        let mut set: Vec<i64> = Vec::new();
        let mut numbered = 0;
        for (test, values) in references(records, typed) {
            let sql = format!(
                "SELECT n FROM {table} WHERE {test} LIMIT {}",
                MANY_NUMBERS + 1
            );
            let rows = self.rows_of(&sql, params_from_iter(&values))?;
            if !rows.is_empty() {
                numbered += rows.len();
                set.extend(rows);
                tests.push((test, values));
            }
        }
        let many_numbers = usize::try_from(MANY_NUMBERS).is_ok_and(|many| numbered > many);
        if (people > many && !by_name) || in_courses > COUNTED || many_numbers {
            let sql = tests
                .iter()
                .map(|(sql, _)| sql.as_str())
                .collect::<Vec<_>>()
                .join(" OR ");
            let values = tests.into_iter().flat_map(|(_, values)| values).collect();
            let sql = format!("({sql})");
            return Ok(Narrowing::Test(Condition {
                columns: records.tested,
                sql,
                values,
                range: false,
            }));
        }
        for (sql, query) in ways {
            set.extend(self.rows_of(&sql, [query])?);
        }
        set.sort_unstable();
        set.dedup();
        Ok(Narrowing::Rows(RowSet::of(&set)))
    }
}

impl Reader<'_> {
    /// From more matching people on, rows are tested along the walk: a walk passes over the fewer rows the
    /// more people match, so the two ways cost the same at a root; and a list that can count its rows
    /// exactly does.
    fn many_people(&self, records: &Records) -> Result<u64, StoreError> {
        let sum = |table: &str| {
            self.figure(&Sql {
                text: format!("SELECT ifnull(sum(n), 0) FROM {table}"),
                values: Vec::new(),
            })
        };
        let (everyone, rows) = (sum("people_counts")?, sum(records.totals)?);
        let even = (PAGE * everyone).isqrt();
        Ok(even.max(COUNTED * everyone / rows.max(1)))
    }
}

/// The numbers a text may be the beginning of. A name of two words is none of them.
fn references(records: &Records, typed: &str) -> Vec<(String, Vec<Value>)> {
    let typed = typed.trim();
    if typed.chars().count() < 3 || typed.len() > 200 || typed.contains(char::is_whitespace) {
        return Vec::new();
    }
    records
        .references
        .iter()
        .map(|(column, capitals)| {
            let first = if *capitals {
                typed.to_uppercase()
            } else {
                typed.to_owned()
            };
            let beyond = beyond(&first);
            (
                format!("({column} >= ? AND {column} < ?)"),
                vec![first.into(), beyond.into()],
            )
        })
        .collect()
}
