//! Three-way merge of long text: what both people wrote, where they did not write at the same place.
//!
//! A description is often one paragraph, so lines are too coarse and words make sentences nobody wrote:
//! the pieces compared are lines, sentences and the blocks of cleaned HTML. Left out: which fields hold
//! long text, and what becomes of an overlap.

use std::{collections::HashMap, ops::Range};

/// Elements of HTML that end a piece when they are closed, or that stand alone.
const BLOCKS: [&str; 21] = [
    "p",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "div",
    "table",
    "tr",
    "td",
    "th",
    "dl",
    "dd",
    "dt",
    "figure",
];

/// The text with the changes of both; none where they overlap. Changes that touch each other overlap.
pub fn merge(base: &str, mine: &str, theirs: &str) -> Option<String> {
    merge_pieces(&pieces(base), &pieces(mine), &pieces(theirs)).map(|merged| merged.concat())
}

/// The same for lists: each element is a piece.
pub fn merge_pieces<'a>(
    base: &[&'a str],
    mine: &[&'a str],
    theirs: &[&'a str],
) -> Option<Vec<&'a str>> {
    if mine == base || mine == theirs {
        return Some(theirs.to_vec());
    }
    if theirs == base {
        return Some(mine.to_vec());
    }
    // Each different piece becomes a line of its own with its number, whatever is in it.
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut known: Vec<&str> = Vec::new();
    let mut numbered = |side: &[&'a str]| {
        let mut lines = String::new();
        for piece in side {
            let number = *numbers.entry(piece).or_insert_with(|| {
                known.push(piece);
                known.len() - 1
            });
            lines.push_str(&number.to_string());
            lines.push('\n');
        }
        lines
    };
    let (base, mine, theirs) = (numbered(base), numbered(mine), numbered(theirs));
    let merged = diffy::merge(&base, &mine, &theirs).ok()?;
    merged
        .lines()
        .map(|line| known.get(line.parse::<usize>().ok()?).copied())
        .collect()
}

/// The text cut before line breaks, after sentences and after blocks, never inside a tag. Joined, it is
/// the text. White space goes with what follows it, so that a sentence more leaves the last one as it was.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let mut next = at + c.len_utf8();
        let cut = match c {
            '\n' => Some(at),
            '<' => match tag(text, at) {
                Some(tag) => {
                    next = tag.end;
                    ends_block(&text[tag]).then_some(next)
                }
                None => None,
            },
            '.' | '!' | '?' | '\u{2026}' => text[next..]
                .starts_with(char::is_whitespace)
                .then_some(next),
            // Full stops that no space follows.
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{964}' => Some(next),
            _ => None,
        };
        if let Some(cut) = cut.filter(|cut| *cut > start) {
            out.push(&text[start..cut]);
            start = cut;
        }
        at = next;
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// The tag that begins here, with its angle brackets.
fn tag(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let named = rest[1..].trim_start_matches('/');
    if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    rest.find('>').map(|end| at..at + end + 1)
}

fn ends_block(tag: &str) -> bool {
    let name: String = tag
        .trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    if tag.starts_with("</") {
        BLOCKS.contains(&name.as_str())
    } else {
        matches!(name.as_str(), "br" | "hr" | "ul" | "ol" | "table")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_lines_sentences_and_blocks() {
        assert_eq!(
            pieces("One. Two!  Three\nfour 3.5 five"),
            ["One.", " Two!", "  Three", "\nfour 3.5 five"]
        );
        assert_eq!(
            pieces("<p>One. <a title=\"A. B\">Two</a>.</p><ul><li>x</li></ul>"),
            [
                "<p>One.",
                " <a title=\"A. B\">Two</a>.</p>",
                "<ul>",
                "<li>x</li>",
                "</ul>"
            ]
        );
        assert_eq!(pieces("a < b. Then c"), ["a < b.", " Then c"]);
        assert_eq!(pieces("一。二。"), ["一。", "二。"]);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn changes_apart_are_joined() {
        let base = "One. Two. Three. Four.";
        assert_eq!(
            merge(
                base,
                "One! Two. Three. Four.",
                "One. Two. Three. Four. Five."
            )
            .as_deref(),
            Some("One! Two. Three. Four. Five.")
        );
        assert_eq!(
            merge("a\nb\nc", "a\nB\nc", "a\nb\nc\nd").as_deref(),
            Some("a\nB\nc\nd"),
            "a line more leaves the last one as it was"
        );
        assert_eq!(
            merge(base, "Uno. Two. Three. Four.", "One. Two. Tres. Four.").as_deref(),
            Some("Uno. Two. Tres. Four.")
        );
        assert_eq!(
            merge("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n").as_deref(),
            Some("a\nc\nd\n")
        );
    }

    #[test]
    fn changes_at_one_place_overlap() {
        assert_eq!(merge("One. Two.", "Uno. Two.", "Ein. Two."), None);
        assert_eq!(
            merge("One.", "Uno.", "Uno.").as_deref(),
            Some("Uno."),
            "the same change is no overlap"
        );
        assert_eq!(merge("", "mine", "theirs"), None);
    }
}
