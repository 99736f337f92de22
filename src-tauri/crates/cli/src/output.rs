//! What a terminal or a script gets to read.

use std::{
    cell::Cell,
    io::{self, ErrorKind, IsTerminal, Write},
};

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

/// Answers to standard output, the rest to standard error.
pub(crate) struct Output {
    /// Answers are JSON.
    pub json: bool,
    terminal: bool,
    drawn: Cell<bool>,
}

impl Output {
    /// For this process.
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            terminal: io::stderr().is_terminal(),
            drawn: Cell::new(false),
        }
    }

    /// The answer: as JSON, or as these lines.
    pub(crate) fn answer(&self, value: &impl Serialize, lines: &[String]) -> Result<(), Failure> {
        if self.json {
            let text = serde_json::to_string_pretty(value)
                .map_err(|error| Failure::Terminal(error.into()))?;
            return self.text(&format!("{text}\n"));
        }
        let mut text = lines.join("\n");
        text.push('\n');
        self.text(&text)
    }

    /// Text as it is. A reader that has seen enough (`| head`) is no failure.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        self.clear();
        match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Terminal(error)),
            _ => Ok(()),
        }
    }

    /// A line for the person, beside the answer.
    pub(crate) fn note(&self, line: &str) {
        self.clear();
        // Nothing can be done where even the complaint cannot be written.
        drop(writeln!(io::stderr().lock(), "{line}"));
    }

    /// How far long work is; only where somebody watches.
    pub(crate) fn progress(&self, what: &str, done: u64, total: u64) {
        if !self.terminal {
            return;
        }
        let percent = (done * 100).checked_div(total).unwrap_or(0);
        drop(write!(
            io::stderr().lock(),
            "\r\x1b[K{what}: {done} of {total} ({percent} %)"
        ));
        self.drawn.set(true);
    }

    fn clear(&self) {
        if self.drawn.replace(false) {
            drop(write!(io::stderr().lock(), "\r\x1b[K"));
        }
    }

    /// Why it did not work.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.json {
            let error = json!({"error": {"code": failure.code(), "message": failure.to_string(), "field": failure.field()}});
            self.note(&error.to_string());
        } else {
            match failure.field() {
                Some(field) => self.note(&format!("matriculactl: {failure} [{field}]")),
                None => self.note(&format!("matriculactl: {failure}")),
            }
        }
    }
}

/// A table with its columns side by side; numbers stand right.
pub(crate) fn table(head: &[String], rows: &[Vec<String>], right: &[bool]) -> Vec<String> {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let cells = cells
            .iter()
            .zip(&widths)
            .zip(right)
            .map(|((cell, width), right)| {
                if *right {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = widths
        .iter()
        .map(|width| "-".repeat(*width))
        .collect::<Vec<_>>();
    [line(head), line(&rule)]
        .into_iter()
        .chain(rows.iter().map(|row| line(row)))
        .collect()
}
