//! Answering a list: the total, the numbers of the page's rows, and the rows.

use rusqlite::{params_from_iter, types::Value};

use super::plan::{Ask, COUNTED, Cube, Sql, signed, to_u64};
use crate::{
    error::StoreError,
    page::{Total, Window},
    replica::Reader,
};

/// Rows of the page by their number, in order, and the total.
pub(crate) struct Answer {
    pub(crate) rows: Vec<i64>,
    pub(crate) total: Total,
}

impl Reader<'_> {
    /// The numbers of the rows in the window, and the total.
    pub(crate) fn answer(&self, ask: &Ask, window: Window) -> Result<Answer, StoreError> {
        let empty = Answer {
            rows: Vec::new(),
            total: Total {
                value: 0,
                exact: true,
            },
        };
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
        let way = ask.way(
            offset.saturating_add(ahead),
            matches,
            in_range,
            ask.descending != turned,
        );
        let mut rows = self.numbers(&way, ahead, offset)?;
        if turned {
            rows.reverse();
        }
        let total = match total {
            Some(total) => total,
            None => {
                let seen = to_u64(rows.len());
                let past = seen == 0 && window.offset > 0;
                Total {
                    value: if past { 0 } else { window.offset + seen },
                    exact: seen <= limit && !past,
                }
            }
        };
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Answer { rows, total })
    }

    /// Rows within the bounds of the first range, whatever else is asked; counted so far as it matters.
    fn in_range(&self, ask: &Ask) -> Result<Option<u64>, StoreError> {
        let Some(range) = ask.conditions.iter().find(|c| c.range) else {
            return Ok(None);
        };
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
        let rows = self.figure(&Sql {
            text: sql,
            values: range.values.clone(),
        })?;
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
            return Ok((
                within.rows,
                Some(Total {
                    value,
                    exact: within.rows <= COUNTED,
                }),
            ));
        }
        let rows = self.figure(&ask.count(COUNTED + 1, in_range))?;
        Ok((
            rows,
            Some(Total {
                value: rows.min(COUNTED),
                exact: rows <= COUNTED,
            }),
        ))
    }

    pub(crate) fn figure(&self, sql: &Sql) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let value: i64 = statement.query_row(params_from_iter(&sql.values), |row| row.get(0))?;
        Ok(u64::try_from(value).unwrap_or(0))
    }

    fn numbers(&self, sql: &Sql, limit: u64, offset: u64) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let window = [signed(limit), signed(offset)].map(Value::from);
        let rows = statement
            .query_map(params_from_iter(sql.values.iter().chain(&window)), |row| {
                row.get(0)
            })?;
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
                let values = (0..columns.len())
                    .map(|at| row.get(at))
                    .collect::<Result<_, _>>()?;
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
    pub(crate) fn statements(&self, ask: &Ask, window: Window) -> Result<Vec<Sql>, StoreError> {
        if ask.within.as_ref().is_some_and(|within| within.rows == 0)
            || (ask.few.is_none() && ask.counted() == 0)
        {
            return Ok(Vec::new());
        }
        let in_range = self.in_range(ask)?;
        let (matches, total) = self.total(ask, in_range)?;
        let mut found = Vec::new();
        if !ask.counted_only() && total.is_some() {
            found.push(ask.count(COUNTED + 1, in_range));
        }
        let mut page = ask.way(
            window.offset + u64::from(window.limit),
            matches,
            in_range,
            ask.descending,
        );
        page.values
            .extend([signed(u64::from(window.limit)), signed(window.offset)].map(Value::from));
        found.push(page);
        Ok(found)
    }
}
