//! Counting tests from what the runners print, for the one line that closes a run.

/// How many tests passed, failed and were ignored.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// Adds another count to this one.
    pub(crate) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Adds what one line says, if it is a runner's closing line: cargo's
    /// `test result: ok. 3 passed; 0 failed; …` or vitest's `Tests  1 failed | 4 passed (5)`.
    pub(crate) fn read(&mut self, line: &str) {
        let line = plain(line);
        let line = line.trim();
        let counts = match line.strip_prefix("test result:") {
            Some(rest) => rest,
            None => match line.strip_prefix("Tests ") {
                Some(rest) => rest,
                None => return,
            },
        };
        let words: Vec<&str> = counts
            .split([' ', ';', '|', '.', ','])
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            let [count, what] = pair else { continue };
            let Ok(count) = count.parse::<u64>() else {
                continue;
            };
            match *what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" | "skipped" => self.skipped += count,
                _ => {}
            }
        }
    }
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for code in characters.by_ref() {
                if code.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted_and_nothing_else() {
        let mut tally = Tally::default();
        tally.read("test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s");
        tally.read("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m | \u{1b}[32m40 passed\u{1b}[39m (41)");
        tally.read(" Test Files  9 passed (9)");
        tally.read("test money::tests::five_passed ... ok");
        assert_eq!(
            tally,
            Tally {
                passed: 52,
                failed: 3,
                skipped: 1
            }
        );
    }
}
