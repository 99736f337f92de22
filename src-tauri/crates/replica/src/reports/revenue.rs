//! Money booked, by course, method or month; out of the ledger's sums by day.

use std::collections::BTreeMap;

use domain::{CourseId, Currency, ledger::Method};
use rusqlite::params_from_iter;

use super::{
    figures::{Month, MonthRevenue, Period, RevenueBy, RevenueKey, RevenueRow, Scope},
    kept, scoped, within,
    zone::date,
};
use crate::{
    error::StoreError,
    lists::{cells, plan::Sql},
    replica::Reader,
};

/// What came in, went back and was corrected.
#[derive(Clone, Copy, Debug, Default)]
struct Booked {
    charges: u64,
    charged: i64,
    refunds: u64,
    refunded: i64,
    adjusted: i64,
}

impl Booked {
    fn add(&mut self, kind: &str, amount: i64, n: u64) {
        match kind {
            "charge" => {
                self.charges += n;
                self.charged += amount;
            }
            "refund" | "void" => {
                self.refunds += n;
                self.refunded -= amount;
            }
            _ => self.adjusted += amount,
        }
    }

    const fn net(&self) -> i64 {
        self.charged - self.refunded + self.adjusted
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Course(CourseId),
    /// Its place among the methods.
    Method(usize),
    Month(Month),
}

impl Reader<'_> {
    /// Money booked in the period, a row a key and currency; by course and method the largest net of a
    /// currency first, by month the oldest first. What is not booked yet is not in it.
    pub fn revenue(
        &self,
        by: RevenueBy,
        period: Period,
        scope: Scope,
    ) -> Result<Vec<RevenueRow>, StoreError> {
        // The shortest table that tells apart what is asked for: over all time not the days, over all
        // courses not the courses.
        let table = match by {
            RevenueBy::Course | RevenueBy::Method if period == Period::default() => {
                "revenue_totals"
            }
            RevenueBy::Course => "revenue_daily",
            RevenueBy::Method | RevenueBy::Month => {
                kept(scope, "revenue_daily_totals", "revenue_daily")
            }
        };
        let column = match by {
            RevenueBy::Course => "course",
            RevenueBy::Method => "method",
            RevenueBy::Month => "day",
        };
        let mut sums: BTreeMap<(Key, Currency), Booked> = BTreeMap::new();
        let mut sql = Sql {
            text: format!(
                "SELECT {column}, currency, kind, sum(amount_minor), sum(n) FROM {table} WHERE 1"
            ),
            values: Vec::new(),
        };
        within(period, &mut sql);
        scoped(scope, &mut sql);
        sql.text.push_str(" GROUP BY 1, 2, 3");
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let mut rows = statement.query(params_from_iter(&sql.values))?;
        while let Some(row) = rows.next()? {
            let key = match by {
                RevenueBy::Course => Key::Course(cells::id(row, "course")?),
                RevenueBy::Method => {
                    let method = cells::word(row, "method", &Method::ALL, Method::as_str)?;
                    Key::Method(
                        Method::ALL
                            .iter()
                            .position(|m| *m == method)
                            .unwrap_or_default(),
                    )
                }
                RevenueBy::Month => Key::Month(Month::of(date(row.get(0)?))),
            };
            let kind: String = row.get(2)?;
            let n = u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0);
            sums.entry((key, cells::currency(row, "currency")?))
                .or_default()
                .add(&kind, row.get(3)?, n);
        }
        let mut found = Vec::with_capacity(sums.len());
        for ((key, currency), booked) in sums {
            let key = match key {
                Key::Course(course) => RevenueKey::Course(course, self.title(course)?),
                Key::Method(at) => RevenueKey::Method(Method::ALL[at]),
                Key::Month(month) => RevenueKey::Month(month),
            };
            found.push(RevenueRow {
                key,
                currency,
                charges: booked.charges,
                charged_minor: booked.charged,
                refunds: booked.refunds,
                refunded_minor: booked.refunded,
                adjusted_minor: booked.adjusted,
                net_minor: booked.net(),
            });
        }
        if !matches!(by, RevenueBy::Month) {
            found.sort_by(|a, b| {
                a.currency
                    .cmp(&b.currency)
                    .then(b.net_minor.cmp(&a.net_minor))
            });
        }
        Ok(found)
    }

    /// Every month from the first to the last, and in each a row for every currency that occurs at all.
    pub(super) fn revenue_of_months(
        &self,
        first: Month,
        last: Month,
        scope: Scope,
    ) -> Result<Vec<MonthRevenue>, StoreError> {
        let period = Period {
            from: Some(first.first_day()),
            to: last.first_day().last_of_month().into(),
        };
        let booked = self.revenue(RevenueBy::Month, period, scope)?;
        let mut currencies: Vec<Currency> = booked.iter().map(|row| row.currency).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let mut found = Vec::new();
        let mut month = first;
        while month <= last {
            for currency in &currencies {
                let row = booked
                    .iter()
                    .find(|row| row.key == RevenueKey::Month(month) && row.currency == *currency);
                found.push(MonthRevenue {
                    month,
                    currency: *currency,
                    charged_minor: row.map_or(0, |row| row.charged_minor),
                    refunded_minor: row.map_or(0, |row| row.refunded_minor),
                    adjusted_minor: row.map_or(0, |row| row.adjusted_minor),
                    net_minor: row.map_or(0, |row| row.net_minor),
                });
            }
            month = month.next();
        }
        Ok(found)
    }

    fn title(&self, course: CourseId) -> Result<Option<String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT title FROM courses WHERE id = ?1")?;
        let mut rows = statement.query([course.0.bytes()])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }
}
