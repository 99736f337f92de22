//! axe-core on the page as it is: WCAG 2.2, levels A and AA, no exceptions.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::desk::{Desk, Theme};

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    window.axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] },
        resultTypes: ['violations'],
    }).then((report) => done(report.violations), (error) => done([{ id: 'axe failed', help: String(error), nodes: [] }]));";

impl Desk {
    /// Fails with every violation and where it is.
    ///
    /// # Panics
    /// When axe-core finds anything, or is not installed in `ui/node_modules`.
    pub async fn axe_clean(&self, screen: &str) {
        if self.script("return typeof window.axe;", Vec::new()).await != "object" {
            let file =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
            let source = fs::read_to_string(&file).unwrap_or_else(|error| {
                panic!(
                    "{}: {error}; `cargo xtask setup` installs it",
                    file.display()
                )
            });
            // Page scripts come from the program alone, so axe is run by the driver, not added to the page.
            self.script(&format!("{source}\nwindow.axe = axe;"), Vec::new())
                .await;
        }
        self.settled().await;
        let found = self.script_later(RUN, Vec::new()).await;
        let violations: Vec<String> = found.as_array().into_iter().flatten().map(spoken).collect();
        assert!(
            violations.is_empty(),
            "{screen} is not for everybody:\n{}",
            violations.join("\n")
        );
    }

    /// [`Desk::axe_clean`] in the light theme and in the dark one.
    ///
    /// # Panics
    /// As [`Desk::axe_clean`].
    pub async fn axe_clean_in_both_themes(&self, screen: &str) {
        self.theme(Theme::Dark).await;
        self.axe_clean(&format!("{screen}, dark,")).await;
        self.theme(Theme::Light).await;
        self.axe_clean(&format!("{screen}, light,")).await;
    }
}

fn spoken(violation: &Value) -> String {
    let places: Vec<String> = violation["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .take(8)
        .map(|node| {
            let summary = node["failureSummary"]
                .as_str()
                .unwrap_or_default()
                .replace('\n', " ");
            format!(
                "    {} {}\n      {summary}",
                node["target"],
                node["html"].as_str().unwrap_or_default()
            )
        })
        .collect();
    let text = |key: &str| {
        violation
            .get(key)
            .cloned()
            .unwrap_or(json!(""))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    format!(
        "  {} ({}): {}\n{}",
        text("id"),
        text("impact"),
        text("help"),
        places.join("\n")
    )
}
