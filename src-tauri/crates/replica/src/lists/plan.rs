//! How a list is answered without reading what it does not show.
//!
//! Every order a list offers is the order of an index; a page is a walk along it, from whichever end
//! is nearer. Where the list is narrowed, the counts kept by triggers say how many rows each way would
//! touch, and the cheapest is taken: walking an index under the narrowed columns (under several values:
//! one walk for each, merged), walking the plain order and passing over rows, or gathering few rows and
//! sorting them. The choice is made here and pinned with `INDEXED BY`, so a plan never depends on what
//! the query planner guesses.

use rusqlite::{params_from_iter, types::Value};

use crate::{
    error::StoreError,
    page::{Total, Window},
    replica::Reader,
};

/// Totals are counted to here where no kept count answers.
pub(crate) const COUNTED: u64 = 10_000;
/// What fetching a row costs, in index entries passed over; measured on encrypted pages.
const FETCH: u64 = 25;
/// What an index entry costs that has to be sorted.
const SORT: u64 = 2;

/// A narrowing by a column the kept counts know, or by the scope they were read for.
#[derive(Clone, Debug)]
pub(crate) struct Facet {
    pub(crate) column: &'static str,
    pub(crate) values: Vec<Value>,
}

/// Any other narrowing.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// The columns it reads.
    pub(crate) columns: &'static [&'static str],
    /// In SQL, a `?` for each value.
    pub(crate) sql: String,
    /// In their order.
    pub(crate) values: Vec<Value>,
    /// It bounds its one column, so an index in that column's order needs only the part inside.
    pub(crate) range: bool,
}

impl Condition {
    /// `column >= from AND column < before`, as far as given.
    pub(crate) fn between(
        columns: &'static [&'static str; 1],
        from: Option<i64>,
        before: Option<i64>,
    ) -> Option<Self> {
        let column = columns[0];
        let (sql, values) = match (from, before) {
            (None, None) => return None,
            (Some(from), None) => (format!("{column} >= ?"), vec![from.into()]),
            (None, Some(before)) => (format!("{column} < ?"), vec![before.into()]),
            (Some(from), Some(before)) => {
                (format!("{column} >= ? AND {column} < ?"), vec![from.into(), before.into()])
            }
        };
        Some(Self { columns, sql, values, range: true })
    }
}

/// Row numbers found elsewhere (the text search), as a query that gives them.
#[derive(Clone, Debug)]
pub(crate) struct RowSet {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
    /// How many it gives.
    pub(crate) rows: u64,
}

impl RowSet {
    /// These rows, each named once.
    pub(crate) fn of(rows: &[i64]) -> Self {
        let list = rows.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        Self {
            sql: "SELECT value FROM json_each(?)".to_owned(),
            values: vec![Value::from(format!("[{list}]"))],
            rows: to_u64(rows.len()),
        }
    }
}

/// An index, and what it is good for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path {
    pub(crate) index: &'static str,
    /// Columns it starts with that must be fixed.
    pub(crate) lead: &'static [&'static str],
    /// The order it gives under them, before `n`.
    pub(crate) keys: &'static [&'static str],
    /// What else it holds.
    pub(crate) covers: &'static [&'static str],
}

impl Path {
    fn holds(&self, column: &str) -> bool {
        self.lead.contains(&column) || self.keys.contains(&column) || self.covers.contains(&column)
    }
}

/// Kept counts: for every combination of values of the columns, how many rows have it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cube {
    pub(crate) columns: &'static [&'static str],
    pub(crate) cells: Vec<(Vec<Value>, u64)>,
}

impl Cube {
    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| *c == column)
    }

    /// Rows that satisfy the facets.
    fn count(&self, facets: &[Facet]) -> u64 {
        self.matching(facets).map(|(_, n)| n).sum()
    }

    fn matching<'c>(&'c self, facets: &'c [Facet]) -> impl Iterator<Item = (&'c [Value], u64)> {
        let tests: Vec<(usize, &Facet)> = facets
            .iter()
            .filter_map(|facet| Some((self.place(facet.column)?, facet)))
            .collect();
        self.cells
            .iter()
            .filter(move |(values, _)| tests.iter().all(|(at, facet)| facet.values.contains(&values[*at])))
            .map(|(values, n)| (values.as_slice(), *n))
    }

    /// The different values the lead columns have in rows that satisfy the facets, each with the rows
    /// under it, matching or not.
    fn branches(&self, facets: &[Facet], lead: &[&'static str]) -> Vec<(Vec<Value>, u64)> {
        let under = |values: &[Value]| -> Option<Vec<Value>> {
            lead.iter()
                .map(|column| match self.place(column) {
                    Some(at) => Some(values[at].clone()),
                    None => facets.iter().find(|f| f.column == *column)?.values.first().cloned(),
                })
                .collect()
        };
        let mut found: Vec<(Vec<Value>, u64)> = Vec::new();
        for (values, n) in self.matching(facets) {
            if let Some(branch) = under(values)
                && n > 0
                && found.iter().all(|(known, _)| *known != branch)
            {
                found.push((branch, 0));
            }
        }
        for (values, n) in &self.cells {
            if let Some(branch) = under(values)
                && let Some((_, rows)) = found.iter_mut().find(|(known, _)| *known == branch)
            {
                *rows += n;
            }
        }
        found
    }
}

/// A list, asked for.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) table: &'static str,
    /// The order, before `n`.
    pub(crate) keys: &'static [&'static str],
    pub(crate) descending: bool,
    pub(crate) facets: Vec<Facet>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) within: Option<RowSet>,
    pub(crate) cube: Cube,
    /// What may be walked or gathered; each keeps to the scope the cube was read for.
    pub(crate) paths: Vec<Path>,
    /// Nothing counts the matches of a condition cheaply: the total says only what was seen.
    pub(crate) uncounted: bool,
    /// An index in which the narrowed part is small (one person's records), or already in order: that
    /// part is read, whatever else is asked.
    pub(crate) few: Option<&'static str>,
}

/// SQL and the values of its `?`, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

/// The statements that answer a list.
#[derive(Clone, Debug)]
struct Way {
    sql: Sql,
    walks: bool,
}

/// Rows of the page by their number, in order, and the total.
pub(crate) struct Answer {
    pub(crate) rows: Vec<i64>,
    pub(crate) total: Total,
}

enum Kind {
    Walk,
    Gather,
}

impl Ask {
    fn counted_only(&self) -> bool {
        self.conditions.is_empty() && self.within.is_none() && self.few.is_none()
    }

    /// Rows by the kept counts alone.
    fn counted(&self) -> u64 {
        self.cube.count(&self.facets)
    }

    /// Whether the path can be used at all: its lead is fixed by a facet or spread by the counts.
    fn usable(&self, path: &Path) -> bool {
        path.lead.iter().all(|column| {
            self.cube.place(column).is_some() || self.facets.iter().any(|f| f.column == *column)
        })
    }

    fn narrows(&self, path: &Path) -> bool {
        path.lead.iter().any(|column| self.facets.iter().any(|f| f.column == *column))
    }

    /// What of the path has matches: how many branches, and the rows in them, matching or not.
    fn under(&self, path: &Path) -> (u64, u64) {
        let branches = self.cube.branches(&self.facets, path.lead);
        (to_u64(branches.len()).max(1), branches.iter().map(|(_, rows)| rows).sum())
    }

    fn bounded_by(&self, path: &Path) -> bool {
        self.conditions.iter().any(|c| c.range && path.keys.first() == c.columns.first())
    }

    /// Whether every narrowing can be decided within the index.
    fn covered(&self, path: &Path, sorting: bool) -> bool {
        self.facets.iter().all(|f| path.holds(f.column))
            && self.conditions.iter().all(|c| c.columns.iter().all(|column| path.holds(column)))
            && (!sorting || self.keys.iter().all(|key| path.holds(key)))
    }

    /// The conditions that the path's lead does not already fix.
    fn rest(&self, path: &Path, sql: &mut Sql) {
        for facet in self.facets.iter().filter(|f| !path.lead.contains(&f.column)) {
            // `+`: only a test, or the planner would leave the order it is asked to walk.
            sql.text.push_str(&format!(" AND +{}", one_of(facet.column, facet.values.len())));
            sql.values.extend(facet.values.iter().cloned());
        }
        for condition in &self.conditions {
            sql.text.push_str(&format!(" AND {}", condition.sql));
            sql.values.extend(condition.values.iter().cloned());
        }
        if let Some(within) = &self.within {
            sql.text.push_str(&format!(" AND +n IN ({})", within.sql));
            sql.values.extend(within.values.iter().cloned());
        }
    }

    fn order(&self, descending: bool) -> String {
        let direction = if descending { " DESC" } else { "" };
        let mut order = String::new();
        for key in self.keys {
            order.push_str(&format!("{key}{direction}, "));
        }
        order.push_str(&format!("n{direction}"));
        order
    }

    /// `WHERE` over everything, for statements that use no path.
    fn plain(&self, driven_by_rows: bool) -> Sql {
        let mut sql = Sql { text: "1".to_owned(), values: Vec::new() };
        for facet in &self.facets {
            sql.text.push_str(&format!(" AND {}", one_of(facet.column, facet.values.len())));
            sql.values.extend(facet.values.iter().cloned());
        }
        for condition in &self.conditions {
            sql.text.push_str(&format!(" AND {}", condition.sql));
            sql.values.extend(condition.values.iter().cloned());
        }
        if let Some(within) = &self.within {
            let plus = if driven_by_rows { "" } else { "+" };
            sql.text.push_str(&format!(" AND {plus}n IN ({})", within.sql));
            sql.values.extend(within.values.iter().cloned());
        }
        sql
    }

    fn from_plain(&self) -> String {
        match self.few {
            Some(index) => format!("{} INDEXED BY {index}", self.table),
            None => format!("{} NOT INDEXED", self.table),
        }
    }

    fn walk(&self, path: &Path, descending: bool) -> Sql {
        let order = self.order(descending);
        let branches = self.cube.branches(&self.facets, path.lead);
        let from = format!("FROM {} INDEXED BY {}", self.table, path.index);
        if path.lead.is_empty() || branches.len() == 1 {
            let mut sql = Sql { text: format!("SELECT n {from} WHERE 1"), values: Vec::new() };
            if let Some((branch, _)) = branches.first() {
                fix(path.lead, branch, &mut sql);
            }
            self.rest(path, &mut sql);
            sql.text.push_str(&format!(" ORDER BY {order} LIMIT ? OFFSET ?"));
            return sql;
        }
        let mut sql = Sql { text: "SELECT n FROM (".to_owned(), values: Vec::new() };
        let columns: String = self.keys.iter().map(|key| format!(", {key}")).collect();
        for (i, (branch, _)) in branches.iter().enumerate() {
            if i > 0 {
                sql.text.push_str(" UNION ALL ");
            }
            sql.text.push_str(&format!("SELECT n{columns} {from} WHERE 1"));
            fix(path.lead, branch, &mut sql);
            self.rest(path, &mut sql);
        }
        sql.text.push_str(&format!(" ORDER BY {order} LIMIT ? OFFSET ?)"));
        sql
    }

    fn under_path(&self, path: &Path, select: &str) -> Sql {
        let mut sql = Sql {
            text: format!("SELECT {select} FROM {} INDEXED BY {} WHERE 1", self.table, path.index),
            values: Vec::new(),
        };
        let branches = self.cube.branches(&self.facets, path.lead);
        for (at, column) in path.lead.iter().enumerate() {
            let mut values: Vec<Value> = Vec::new();
            for (branch, _) in &branches {
                if !values.contains(&branch[at]) {
                    values.push(branch[at].clone());
                }
            }
            sql.text.push_str(&format!(" AND {}", one_of(column, values.len())));
            sql.values.extend(values);
        }
        self.rest(path, &mut sql);
        sql
    }

    fn gather(&self, path: &Path, descending: bool) -> Sql {
        let mut sql = self.under_path(path, "n");
        sql.text.push_str(&format!(" ORDER BY {} LIMIT ? OFFSET ?", self.order(descending)));
        sql
    }

    /// What each way of answering would touch; the cheapest.
    fn way(&self, wanted: u64, matches: u64, in_range: Option<u64>, descending: bool) -> Way {
        let plain = |rows: bool| {
            let from = self.from_plain();
            let plain = self.plain(rows);
            let order = self.order(descending);
            let text = format!("SELECT n FROM {from} WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", plain.text);
            Way { sql: Sql { text, values: plain.values }, walks: false }
        };
        if self.few.is_some() {
            return plain(false);
        }
        let set = self.within.as_ref().map_or(0, |within| within.rows);
        let mut best: Option<(u64, &Path, Kind)> = None;
        let mut take = |cost: u64, path, kind| {
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, path, kind));
            }
        };
        for path in self.paths.iter().filter(|path| self.usable(path)) {
            let (branches, under) = self.under(path);
            if path.keys == self.keys {
                let loose = self.within.is_some()
                    || self.conditions.iter().any(|c| !c.range || c.columns.first() != self.keys.first());
                let among = if loose { matches.min(self.counted()) } else { self.counted() };
                let passed = wanted.saturating_mul(under) / among.max(1);
                let each = if self.covered(path, false) { 1 } else { FETCH };
                let cost = passed.min(under).saturating_mul(each) + branches * (8 + SORT * set);
                take(cost, path, Kind::Walk);
            }
            if self.narrows(path) || self.bounded_by(path) || path.lead.is_empty() {
                let rows = match in_range {
                    Some(rows) if self.bounded_by(path) => rows.min(under),
                    _ => under,
                };
                let each = SORT + if self.covered(path, true) { 1 } else { FETCH };
                take(rows.saturating_mul(each) + SORT * set, path, Kind::Gather);
            }
        }
        let by_rows = self.within.as_ref().map(|within| within.rows * (FETCH + 2 * SORT));
        match best {
            Some((cost, path, kind)) if by_rows.is_none_or(|rows| cost <= rows) => match kind {
                Kind::Walk => Way { sql: self.walk(path, descending), walks: true },
                Kind::Gather => Way { sql: self.gather(path, descending), walks: false },
            },
            _ => plain(true),
        }
    }

    /// The query that counts up to `most` rows.
    fn count(&self, most: u64, in_range: Option<u64>) -> Sql {
        let mut sql = if self.few.is_some() || self.within.is_some() {
            let plain = self.plain(self.few.is_none());
            Sql { text: format!("SELECT 1 FROM {} WHERE {}", self.from_plain(), plain.text), values: plain.values }
        } else {
            let cost = |path: &Path| {
                let (_, under) = self.under(path);
                let rows = match in_range {
                    Some(rows) if self.bounded_by(path) => rows.min(under),
                    _ => under,
                };
                rows.saturating_mul(if self.covered(path, false) { 1 } else { FETCH })
            };
            match self.paths.iter().filter(|path| self.usable(path)).min_by_key(|path| cost(path)) {
                Some(path) => self.under_path(path, "1"),
                None => {
                    let plain = self.plain(false);
                    Sql { text: format!("SELECT 1 FROM {} WHERE {}", self.table, plain.text), values: plain.values }
                }
            }
        };
        sql.text = format!("SELECT count(*) FROM ({} LIMIT {most})", sql.text);
        sql
    }
}

impl Reader<'_> {
    /// The numbers of the rows in the window, and the total.
    pub(crate) fn answer(&self, ask: &Ask, window: Window) -> Result<Answer, StoreError> {
        let empty = Answer { rows: Vec::new(), total: Total { value: 0, exact: true } };
        if ask.within.as_ref().is_some_and(|within| within.rows == 0)
            || (ask.few.is_none() && ask.counted() == 0)
        {
            return Ok(empty);
        }
        let in_range = self.in_range(ask)?;
        let (matches, total) = self.total(ask, in_range)?;
        let limit = u64::from(window.limit);
        if let Some(total) = total
            && total.exact
            && window.offset >= total.value
        {
            return Ok(Answer { total, ..empty });
        }
        // From the nearer end.
        let (offset, limit, turned) = match total {
            Some(Total { value, exact: true }) if window.offset > value / 2 => {
                let here = limit.min(value - window.offset);
                (value - window.offset - here, here, true)
            }
            _ => (window.offset, limit, false),
        };
        let ahead = if total.is_some() { limit } else { limit + 1 };
        let way = ask.way(offset.saturating_add(ahead), matches, in_range, ask.descending != turned);
        let mut rows = self.numbers(&way.sql, ahead, offset)?;
        if turned {
            rows.reverse();
        }
        let total = match total {
            Some(total) => total,
            None => {
                let seen = to_u64(rows.len());
                let past = seen == 0 && window.offset > 0;
                Total { value: if past { 0 } else { window.offset + seen }, exact: seen <= limit && !past }
            }
        };
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Answer { rows, total })
    }

    /// Rows within the bounds of the first range, whatever else is asked; counted so far as it matters.
    fn in_range(&self, ask: &Ask) -> Result<Option<u64>, StoreError> {
        let Some(range) = ask.conditions.iter().find(|c| c.range) else { return Ok(None) };
        let Some(path) = ask
            .paths
            .iter()
            .find(|path| path.lead.is_empty() && path.keys.first() == range.columns.first())
        else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} INDEXED BY {} WHERE {} LIMIT {})",
            ask.table,
            path.index,
            range.sql,
            COUNTED + 1
        );
        let rows = self.figure(&Sql { text: sql, values: range.values.clone() })?;
        Ok((rows <= COUNTED).then_some(rows))
    }

    /// How many match, as far as it is known; and the total to tell.
    fn total(&self, ask: &Ask, in_range: Option<u64>) -> Result<(u64, Option<Total>), StoreError> {
        if ask.counted_only() {
            let value = ask.counted();
            return Ok((value, Some(Total { value, exact: true })));
        }
        if ask.uncounted {
            return Ok((ask.counted() / 10, None));
        }
        if let Some(within) = &ask.within
            && ask.conditions.is_empty()
            && ask.facets.is_empty()
        {
            let value = within.rows.min(COUNTED);
            return Ok((within.rows, Some(Total { value, exact: within.rows <= COUNTED })));
        }
        let rows = self.figure(&ask.count(COUNTED + 1, in_range))?;
        Ok((rows, Some(Total { value: rows.min(COUNTED), exact: rows <= COUNTED })))
    }

    pub(crate) fn figure(&self, sql: &Sql) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let value: i64 = statement.query_row(params_from_iter(&sql.values), |row| row.get(0))?;
        Ok(u64::try_from(value).unwrap_or(0))
    }

    fn numbers(&self, sql: &Sql, limit: u64, offset: u64) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let window = [signed(limit), signed(offset)].map(Value::from);
        let rows = statement.query_map(params_from_iter(sql.values.iter().chain(&window)), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Kept counts: `sql` gives the columns' values and the count.
    pub(crate) fn cube(
        &self,
        columns: &'static [&'static str],
        sql: &str,
        values: &[Value],
    ) -> Result<Cube, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let cells = statement
            .query_map(params_from_iter(values), |row| {
                let values = (0..columns.len()).map(|at| row.get(at)).collect::<Result<_, _>>()?;
                let n: i64 = row.get(columns.len())?;
                Ok((values, u64::try_from(n).unwrap_or(0)))
            })?
            .collect::<Result<_, _>>()?;
        Ok(Cube { columns, cells })
    }

    /// The rows of those numbers, in their order.
    pub(crate) fn fetch<T>(
        &self,
        numbers: &[i64],
        sql: &str,
        read: impl Fn(&rusqlite::Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = Vec::with_capacity(numbers.len());
        for n in numbers {
            let mut rows = statement.query([n])?;
            if let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
impl Reader<'_> {
    /// The statements a list would run, for the tests of their plans.
    pub(crate) fn statements(&self, ask: &Ask, window: Window) -> Result<Vec<(Sql, bool)>, StoreError> {
        if ask.within.as_ref().is_some_and(|within| within.rows == 0) || (ask.few.is_none() && ask.counted() == 0) {
            return Ok(Vec::new());
        }
        let in_range = self.in_range(ask)?;
        let (matches, total) = self.total(ask, in_range)?;
        let mut found = Vec::new();
        if !ask.counted_only() && total.is_some() {
            found.push((ask.count(COUNTED + 1, in_range), false));
        }
        let mut way = ask.way(window.offset + u64::from(window.limit), matches, in_range, ask.descending);
        way.sql.values.extend([signed(u64::from(window.limit)), signed(window.offset)].map(Value::from));
        found.push((way.sql, way.walks));
        Ok(found)
    }
}

fn fix(lead: &[&'static str], values: &[Value], sql: &mut Sql) {
    for (column, value) in lead.iter().zip(values) {
        sql.text.push_str(&format!(" AND {column} = ?"));
        sql.values.push(value.clone());
    }
}

fn one_of(column: &str, values: usize) -> String {
    match values {
        0 => "0".to_owned(), // nothing is one of none
        1 => format!("{column} = ?"),
        _ => format!("{column} IN (?{})", ", ?".repeat(values - 1)),
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn to_u64(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
