//! Rows that follow one another: numbered per device, each with the hash of the row before it. The
//! payment ledger and the audit trail are such rows, and this is how both are hashed and walked.
//!
//! Whoever can write the rows and knows how can make a chain anew from any row on; what was remembered
//! of it elsewhere then no longer fits. Keeping such memories is not here.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::{DeviceId, OpId};

/// The `prev` of a device's first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 over fields as JSON with sorted keys, in lower-case hexadecimal.
pub fn digest(fields: BTreeMap<&str, Value>) -> String {
    let text = Value::Object(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
    .to_string();
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Where a device's rows end: what the next one is numbered and chained from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SeriesTail {
    /// The device.
    pub device: DeviceId,
    /// The number of the last row; 0 before the first.
    pub last: u64,
    /// The hash of the last row, or [`GENESIS`].
    pub hash: String,
}

impl SeriesTail {
    /// A series nobody has written to.
    pub fn fresh(device: DeviceId) -> Self {
        Self {
            device,
            last: 0,
            hash: GENESIS.to_owned(),
        }
    }
}

/// A break in a device's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainBreak {
    /// The row's content does not match its hash: it was changed afterwards.
    Altered(OpId),
    /// The row does not follow the one before it: it was added, replaced or put in another order.
    Unlinked(OpId),
    /// Rows with these numbers are missing, the first and the last.
    Missing(u64, u64),
}

/// A row as the walk sees it.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Which row.
    pub op: OpId,
    /// Its number.
    pub number: u64,
    /// The hash of the row before it.
    pub prev: &'a str,
    /// Its own hash.
    pub hash: &'a str,
    /// Whether its content still has that hash.
    pub intact: bool,
}

/// Walks one device's rows in the order of their numbers.
#[derive(Clone, Debug)]
pub struct Walk {
    number: u64,
    prev: String,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            number: 0,
            prev: GENESIS.to_owned(),
        }
    }
}

impl Walk {
    /// Takes the next row; answers what is wrong with it and with its place.
    pub fn next(&mut self, row: Link<'_>) -> Vec<ChainBreak> {
        let mut breaks = Vec::new();
        if !row.intact {
            breaks.push(ChainBreak::Altered(row.op));
        }
        let expected = self.number.saturating_add(1);
        if row.number > expected {
            breaks.push(ChainBreak::Missing(expected, row.number - 1));
        } else if row.number != expected || row.prev != self.prev {
            breaks.push(ChainBreak::Unlinked(row.op));
        }
        self.number = row.number;
        row.hash.clone_into(&mut self.prev);
        breaks
    }

    /// The number of the last row taken; 0 before the first.
    pub const fn last(&self) -> u64 {
        self.number
    }

    /// The hash of the last row taken.
    pub fn hash(&self) -> &str {
        &self.prev
    }

    /// Whether the rows taken end before what is remembered of the device, and which are then missing;
    /// the same number with another hash is told as that one row.
    pub fn cut(&self, remembered: &SeriesTail) -> Option<ChainBreak> {
        if remembered.last > self.number {
            Some(ChainBreak::Missing(
                self.number.saturating_add(1),
                remembered.last,
            ))
        } else if remembered.last == self.number && remembered.hash != self.prev {
            Some(ChainBreak::Missing(self.number, self.number))
        } else {
            None
        }
    }
}
