//! Counts kept by triggers, as a list uses them: how many rows a narrowing leaves, and which values of
//! an index's first columns have any.

use rusqlite::types::Value;

/// A narrowing by a column the kept counts know, or by the scope they were read for.
#[derive(Clone, Debug)]
pub(crate) struct Facet {
    pub(crate) column: &'static str,
    pub(crate) values: Vec<Value>,
}

/// Kept counts: for every combination of values of the columns, how many rows have it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cube {
    pub(crate) columns: &'static [&'static str],
    pub(crate) cells: Vec<(Vec<Value>, u64)>,
}

impl Cube {
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| *c == column)
    }

    /// Rows that satisfy the facets.
    pub(super) fn count(&self, facets: &[Facet]) -> u64 {
        self.matching(facets).map(|(_, n)| n).sum()
    }

    fn matching<'c>(&'c self, facets: &'c [Facet]) -> impl Iterator<Item = (&'c [Value], u64)> {
        let tests: Vec<(usize, &Facet)> = facets
            .iter()
            .filter_map(|facet| Some((self.place(facet.column)?, facet)))
            .collect();
        self.cells
            .iter()
            .filter(move |(values, _)| {
                tests
                    .iter()
                    .all(|(at, facet)| facet.values.contains(&values[*at]))
            })
            .map(|(values, n)| (values.as_slice(), *n))
    }

    /// The different values the lead columns have in rows that satisfy the facets, each with the rows
    /// under it, matching or not.
    pub(super) fn branches(
        &self,
        facets: &[Facet],
        lead: &[&'static str],
    ) -> Vec<(Vec<Value>, u64)> {
        let under = |values: &[Value]| -> Option<Vec<Value>> {
            lead.iter()
                .map(|column| match self.place(column) {
                    Some(at) => Some(values[at].clone()),
                    None => facets
                        .iter()
                        .find(|f| f.column == *column)?
                        .values
                        .first()
                        .cloned(),
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
