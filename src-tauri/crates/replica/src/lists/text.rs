//! Narrowing enrollments and payments by a text: the people and courses it matches are found first,
//! then their records by index. Where it matches very many, rows are tested along the walk instead.

use rusqlite::types::Value;

use super::plan::{COUNTED, Condition, RowSet, Sql};
use crate::{
    error::StoreError,
    replica::Reader,
    search::{MANY, Words, beyond},
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

impl Reader<'_> {
    /// The narrowing of `records` by what was typed.
    pub(super) fn narrowing(
        &self,
        records: &Records,
        typed: &str,
        words: &Words,
    ) -> Result<Narrowing, StoreError> {
        let nothing = RowSet { sql: "SELECT NULL WHERE 0".to_owned(), values: Vec::new(), rows: 0 };
        if words.is_empty() {
            return Ok(Narrowing::Rows(nothing));
        }
        let Records { table, counts, by_user, by_course, .. } = records;
        let people = self.people_matching(words, MANY + 1)?;
        let in_courses = self.figure(&Sql {
            text: format!("SELECT ifnull(sum(n), 0) FROM {counts} WHERE course IN ({COURSES})"),
            values: vec![words.course_titles().into()],
        })?;
        let references = references(records, typed);
        let mut parts: Vec<(String, Vec<Value>)> = Vec::new();
        if people > 0 {
            let sql = format!("SELECT n FROM {table} INDEXED BY {by_user} WHERE user IN ({PEOPLE})");
            parts.push((sql, vec![words.people().into()]));
        }
        if in_courses > 0 {
            let sql = format!("SELECT n FROM {table} INDEXED BY {by_course} WHERE course IN ({COURSES})");
            parts.push((sql, vec![words.course_titles().into()]));
        }
        let mut numbered = 0;
        for (sql, values) in &references {
            let text = format!("SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {sql} LIMIT {})", MANY + 1);
            let found = self.figure(&Sql { text, values: values.clone() })?;
            if found > 0 {
                parts.push((format!("SELECT n FROM {table} WHERE {sql}"), values.clone()));
            }
            numbered += found;
        }
        if parts.is_empty() {
            return Ok(Narrowing::Rows(nothing));
        }
        if people > MANY || in_courses > COUNTED || numbered > MANY {
            return Ok(Narrowing::Test(test(records, words, references)));
        }
        let sql = parts.iter().map(|(sql, _)| sql.as_str()).collect::<Vec<_>>().join(" UNION ");
        let values: Vec<Value> = parts.into_iter().flat_map(|(_, values)| values).collect();
        let rows = self.figure(&Sql {
            text: format!("SELECT count(*) FROM ({sql} LIMIT {})", COUNTED + 1),
            values: values.clone(),
        })?;
        Ok(Narrowing::Rows(RowSet { sql, values, rows }))
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
            let first = if *capitals { typed.to_uppercase() } else { typed.to_owned() };
            let beyond = beyond(&first);
            (format!("({column} >= ? AND {column} < ?)"), vec![first.into(), beyond.into()])
        })
        .collect()
}

fn test(records: &Records, words: &Words, references: Vec<(String, Vec<Value>)>) -> Condition {
    let mut sql = "(has_words(?, user_fold) OR has_words(?, course_fold) \
         OR has_words(?, user_fold, (SELECT email FROM users WHERE id = user))"
        .to_owned();
    let mut values: Vec<Value> = vec![words.folded().into(), words.folded().into(), words.folded().into()];
    for (part, of) in references {
        sql.push_str(&format!(" OR {part}"));
        values.extend(of);
    }
    sql.push(')');
    Condition { columns: records.tested, sql, values, range: false }
}
