//! The window in German, and what it still says in English there: sentences it has German words for, and
//! sentences it marks as English because it has none. What people wrote themselves stays as they wrote it.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use thirtyfour::Key;

use crate::{desk::Desk, find::starting};

/// Everything a person can read or hear: the text that is shown, and names given besides it.
const SAID: &str = "
    const told = (name) => [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name));
    return [document.body.innerText, ...told('aria-label'), ...told('placeholder'), ...told('title')].join('\\n');";
/// Sentences the window knows to be English.
const MARKED: &str = "
    return [...document.querySelectorAll('[lang=en]')]
        .filter((element) => element.getClientRects().length > 0)
        .map((element) => element.innerText);";

impl Desk {
    /// Turns the window to German, by its menu.
    pub async fn speak_german(&self) {
        self.click("button", starting("Account of")).await;
        self.click("menuitemradio", "Deutsch").await;
        self.press(Key::Escape).await;
        self.find("button", starting("Konto von")).await;
        self.gone("menuitemradio", "Deutsch").await;
    }

    /// Fails with whatever the page says in English.
    ///
    /// # Panics
    /// When it says anything in English that it could say in German, or marks a sentence as English.
    pub async fn all_german(&self, screen: &str) {
        self.settled().await;
        let marked = self.script(MARKED, Vec::new()).await;
        assert_eq!(
            marked,
            Value::Array(Vec::new()),
            "{screen} has no German for this"
        );
        let said = self.script(SAID, Vec::new()).await;
        let said = unquoted(said.as_str().expect("what the page says"));
        let english: Vec<String> = english()
            .into_iter()
            .filter(|words| said.contains(words.as_str()))
            .collect();
        assert_eq!(
            english,
            Vec::<String>::new(),
            "{screen} says this in English"
        );
    }
}

/// A text without what people wrote: German quotes it.
fn unquoted(text: &str) -> String {
    let mut parts = text.split('„');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('“').map_or("", |(_, rest)| rest));
    }
    out
}

/// The window's English, in pieces of two words and more as they stand between holes, without what German
/// says the same way.
fn english() -> BTreeSet<String> {
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/i18n");
    let mut english = BTreeSet::new();
    let mut german = BTreeSet::new();
    for (language, into) in [("en", &mut english), ("de", &mut german)] {
        for file in fs::read_dir(words.join(language)).expect("the words of the window") {
            let path = file.expect("a file of words").path();
            let text = fs::read_to_string(&path).expect("words");
            pieces(&serde_json::from_str(&text).expect("JSON"), into);
        }
    }
    assert!(english.len() > 1_000, "{} pieces of English", english.len());
    english.difference(&german).cloned().collect()
}

fn pieces(words: &Value, into: &mut BTreeSet<String>) {
    match words {
        Value::Object(inner) => inner.values().for_each(|inner| pieces(inner, into)),
        Value::String(text) => into.extend(
            text.split("{{")
                .map(|piece| piece.split_once("}}").map_or(piece, |(_, rest)| rest))
                .map(|piece| piece.trim_matches(|c: char| !c.is_alphanumeric()))
                .filter(|piece| piece.split_whitespace().count() > 1)
                .map(str::to_owned),
        ),
        _ => {}
    }
}
