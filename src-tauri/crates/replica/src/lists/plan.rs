//! How a list is answered without reading what it does not show.
//!
//! Every order a list offers is the order of an index; a page is a walk along it, from whichever end
//! is nearer. Where the list is narrowed, the counts kept by triggers say how many rows each way would
//! touch, and the cheapest is taken: walking an index under the narrowed columns (under several values:
//! one walk for each, merged), walking the plain order and passing over rows, or gathering few rows and
//! sorting them. The choice is made here and pinned with `INDEXED BY`, so a plan never depends on what
//! the query planner guesses.

use rusqlite::types::Value;

pub(crate) use super::cube::{Cube, Facet};

/// Totals are counted to here where no kept count answers.
pub(crate) const COUNTED: u64 = 10_000;
/// What fetching a row costs, in index entries passed over; measured on encrypted pages.
const FETCH: u64 = 25;
/// What an index entry costs that has to be sorted.
const SORT: u64 = 2;

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
            (Some(from), Some(before)) => (
                format!("{column} >= ? AND {column} < ?"),
                vec![from.into(), before.into()],
            ),
        };
        Some(Self {
            columns,
            sql,
            values,
            range: true,
        })
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
        let list = rows
            .iter()
            .map(i64::to_string)
            .collect::<Vec<_>>()
            .join(",");
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

enum Kind {
    Walk,
    Gather,
}

impl Ask {
    pub(super) fn counted_only(&self) -> bool {
        self.conditions.is_empty() && self.within.is_none() && self.few.is_none()
    }

    /// Rows by the kept counts alone.
    pub(super) fn counted(&self) -> u64 {
        self.cube.count(&self.facets)
    }

    /// Whether the path can be used at all: its lead is fixed by a facet or spread by the counts.
    fn usable(&self, path: &Path) -> bool {
        path.lead.iter().all(|column| {
            self.cube.place(column).is_some() || self.facets.iter().any(|f| f.column == *column)
        })
    }

    fn narrows(&self, path: &Path) -> bool {
        path.lead
            .iter()
            .any(|column| self.facets.iter().any(|f| f.column == *column))
    }

    /// What of the path has matches: how many branches, and the rows in them, matching or not.
    fn under(&self, path: &Path) -> (u64, u64) {
        let branches = self.cube.branches(&self.facets, path.lead);
        (
            to_u64(branches.len()).max(1),
            branches.iter().map(|(_, rows)| rows).sum(),
        )
    }

    fn bounded_by(&self, path: &Path) -> bool {
        self.conditions
            .iter()
            .any(|c| c.range && path.keys.first() == c.columns.first())
    }

    /// Whether every narrowing can be decided within the index.
    fn covered(&self, path: &Path, sorting: bool) -> bool {
        self.facets.iter().all(|f| path.holds(f.column))
            && self
                .conditions
                .iter()
                .all(|c| c.columns.iter().all(|column| path.holds(column)))
            && (!sorting || self.keys.iter().all(|key| path.holds(key)))
    }

    /// The conditions that the path's lead does not already fix.
    fn rest(&self, path: &Path, sql: &mut Sql) {
        for facet in self
            .facets
            .iter()
            .filter(|f| !path.lead.contains(&f.column))
        {
            // `+`: only a test, or the planner would leave the order it is asked to walk.
            sql.text.push_str(&format!(
                " AND +{}",
                one_of(facet.column, facet.values.len())
            ));
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
        let mut sql = Sql {
            text: "1".to_owned(),
            values: Vec::new(),
        };
        for facet in &self.facets {
            sql.text.push_str(&format!(
                " AND {}",
                one_of(facet.column, facet.values.len())
            ));
            sql.values.extend(facet.values.iter().cloned());
        }
        for condition in &self.conditions {
            sql.text.push_str(&format!(" AND {}", condition.sql));
            sql.values.extend(condition.values.iter().cloned());
        }
        if let Some(within) = &self.within {
            let plus = if driven_by_rows { "" } else { "+" };
            sql.text
                .push_str(&format!(" AND {plus}n IN ({})", within.sql));
            sql.values.extend(within.values.iter().cloned());
        }
        sql
    }

    fn unwalked(&self) -> String {
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
            let mut sql = Sql {
                text: format!("SELECT n {from} WHERE 1"),
                values: Vec::new(),
            };
            if let Some((branch, _)) = branches.first() {
                fix(path.lead, branch, &mut sql);
            }
            self.rest(path, &mut sql);
            sql.text
                .push_str(&format!(" ORDER BY {order} LIMIT ? OFFSET ?"));
            return sql;
        }
        let mut sql = Sql {
            text: "SELECT n FROM (".to_owned(),
            values: Vec::new(),
        };
        let columns: String = self.keys.iter().map(|key| format!(", {key}")).collect();
        for (i, (branch, _)) in branches.iter().enumerate() {
            if i > 0 {
                sql.text.push_str(" UNION ALL ");
            }
            sql.text
                .push_str(&format!("SELECT n{columns} {from} WHERE 1"));
            fix(path.lead, branch, &mut sql);
            self.rest(path, &mut sql);
        }
        sql.text
            .push_str(&format!(" ORDER BY {order} LIMIT ? OFFSET ?)"));
        sql
    }

    fn under_path(&self, path: &Path, select: &str) -> Sql {
        let mut sql = Sql {
            text: format!(
                "SELECT {select} FROM {} INDEXED BY {} WHERE 1",
                self.table, path.index
            ),
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
            sql.text
                .push_str(&format!(" AND {}", one_of(column, values.len())));
            sql.values.extend(values);
        }
        self.rest(path, &mut sql);
        sql
    }

    fn gather(&self, path: &Path, descending: bool) -> Sql {
        let mut sql = self.under_path(path, "n");
        sql.text.push_str(&format!(
            " ORDER BY {} LIMIT ? OFFSET ?",
            self.order(descending)
        ));
        sql
    }

    /// The statement that gives a page: of all ways, the one that touches least.
    pub(super) fn way(
        &self,
        wanted: u64,
        matches: u64,
        in_range: Option<u64>,
        descending: bool,
    ) -> Sql {
        let plain = |rows: bool| {
            let from = self.unwalked();
            let plain = self.plain(rows);
            let order = self.order(descending);
            let text = format!(
                "SELECT n FROM {from} WHERE {} ORDER BY {order} LIMIT ? OFFSET ?",
                plain.text
            );
            Sql {
                text,
                values: plain.values,
            }
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
                    || self
                        .conditions
                        .iter()
                        .any(|c| !c.range || c.columns.first() != self.keys.first());
                let among = if loose {
                    matches.min(self.counted())
                } else {
                    self.counted()
                };
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
        let by_rows = self
            .within
            .as_ref()
            .map(|within| within.rows * (FETCH + 2 * SORT));
        match best {
            Some((cost, path, kind)) if by_rows.is_none_or(|rows| cost <= rows) => match kind {
                Kind::Walk => self.walk(path, descending),
                Kind::Gather => self.gather(path, descending),
            },
            _ => plain(true),
        }
    }

    /// The query that counts up to `most` rows.
    pub(super) fn count(&self, most: u64, in_range: Option<u64>) -> Sql {
        let mut sql = if self.few.is_some() || self.within.is_some() {
            let plain = self.plain(self.few.is_none());
            Sql {
                text: format!("SELECT 1 FROM {} WHERE {}", self.unwalked(), plain.text),
                values: plain.values,
            }
        } else {
            let cost = |path: &Path| {
                let (_, under) = self.under(path);
                let rows = match in_range {
                    Some(rows) if self.bounded_by(path) => rows.min(under),
                    _ => under,
                };
                rows.saturating_mul(if self.covered(path, false) { 1 } else { FETCH })
            };
            match self
                .paths
                .iter()
                .filter(|path| self.usable(path))
                .min_by_key(|path| cost(path))
            {
                Some(path) => self.under_path(path, "1"),
                None => {
                    let plain = self.plain(false);
                    Sql {
                        text: format!("SELECT 1 FROM {} WHERE {}", self.table, plain.text),
                        values: plain.values,
                    }
                }
            }
        };
        sql.text = format!("SELECT count(*) FROM ({} LIMIT {most})", sql.text);
        sql
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

pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn to_u64(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
