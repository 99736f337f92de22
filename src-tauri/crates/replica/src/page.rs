//! How a list is asked for and answered: a window on the rows, and how many there are in all.

/// The most rows one answer carries.
pub const MAX_ROWS: u32 = 500;

/// Which rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many rows to pass over.
    pub offset: u64,
    /// How many to give, at most [`MAX_ROWS`].
    pub limit: u32,
}

impl Window {
    /// Rows from `offset` on; a limit above [`MAX_ROWS`] is cut to it.
    pub const fn new(offset: u64, limit: u32) -> Self {
        Self {
            offset,
            limit: if limit > MAX_ROWS { MAX_ROWS } else { limit },
        }
    }

    /// The first rows.
    pub const fn first(limit: u32) -> Self {
        Self::new(0, limit)
    }
}

/// How many rows a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The count.
    pub value: u64,
    /// Whether it was counted to the end; otherwise there are at least that many.
    pub exact: bool,
}

/// Rows of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows of the window, in order.
    pub rows: Vec<T>,
    /// How many the whole list has.
    pub total: Total,
}
