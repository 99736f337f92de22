//! The lists' peer: the same question in SQL by hand, on a connection of its own to the same encrypted
//! file, with the same pragmas. It gives the page's columns and the total (counted to 10,000, as the
//! product's lists count where they have no kept count); SQLite chooses the plan.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params_from_iter, types::Value};

use crate::{figures::Outcome, institution::Institution};

/// A connection that knows nothing of Matricula but its file.
pub(crate) struct Raw(Connection);

/// A question: the columns, the table, what narrows it and how it is sorted.
pub(crate) struct Question {
    /// What the page shows.
    pub(crate) columns: &'static str,
    /// Where it is.
    pub(crate) table: &'static str,
    /// The condition, with a `?` for each value.
    pub(crate) narrowed: String,
    /// Their values.
    pub(crate) values: Vec<Value>,
    /// The order.
    pub(crate) order: &'static str,
}

/// What the pages of people show.
pub(crate) const PEOPLE: &str = "id, name, email, role, status, email_verified, locked_until, last_login_at, enrollments, created_at";
/// What the pages of courses show.
pub(crate) const COURSES: &str = "id, title, category, level, status, is_public, price_minor, currency, instructor, \
     instructor_name, total_lessons, enrollments, rating_average, rating_count, published_at, created_at";
/// What the pages of enrollments show.
pub(crate) const ENROLLMENTS: &str = "id, user, user_name, course, course_title, instructor, status, attempt, enrolled_at, \
     completed_at, ended_at, progress, final_score, last_access_at, payment_status, amount_minor, currency, \
     certificate_id";
/// What the pages of payments show.
pub(crate) const PAYMENTS: &str = "id, user, user_name, course, course_title, enrollment, status, method, amount_minor, \
     refunded_minor, requested_minor, currency, receipt_number, paid_at, created_at";

impl Raw {
    /// Opens the institution's file beside the program.
    pub(crate) fn open(of: &Institution) -> Outcome<Self> {
        let key = of
            .workspace
            .vault()
            .get("replica-key")?
            .ok_or("the workspace has no key")?;
        Self::connect(of.workspace.replica().path(), key.expose())
    }

    /// Opens a file with that key; makes it when it is not there.
    pub(crate) fn connect(path: &Path, key: &[u8]) -> Outcome<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        connection.execute_batch(&format!("PRAGMA key = \"x'{digits}'\""))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
             PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;",
        )?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(Self(connection))
    }

    /// The connection itself.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.0
    }

    /// The first rows and the total.
    pub(crate) fn first_page(
        &self,
        question: &Question,
        rows: u32,
    ) -> Outcome<(Vec<Vec<Value>>, i64)> {
        let snapshot = self.0.unchecked_transaction()?;
        let Question {
            columns,
            table,
            narrowed,
            values,
            order,
        } = question;
        let page = self.rows(
            &format!(
                "SELECT {columns} FROM {table} WHERE {narrowed} ORDER BY {order} LIMIT {rows}"
            ),
            values,
        )?;
        let total = self
            .0
            .prepare_cached(&format!(
                "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {narrowed} LIMIT 10001)"
            ))?
            .query_row(params_from_iter(values), |row| row.get(0))?;
        snapshot.finish()?;
        Ok((page, total))
    }

    /// All rows of a query, every column read.
    pub(crate) fn rows(&self, sql: &str, values: &[Value]) -> Outcome<Vec<Vec<Value>>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns = statement.column_count();
        let rows = statement.query_map(params_from_iter(values), |row| {
            (0..columns)
                .map(|at| row.get(at))
                .collect::<Result<Vec<Value>, _>>()
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
