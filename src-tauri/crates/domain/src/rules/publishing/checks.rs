//! How each kind of field of a course is checked and put into its stored form: texts, lists, amounts,
//! addresses, materials, assessments.

use std::collections::BTreeSet;

use bson::oid::ObjectId;

use super::fields::{AssessmentInput, CourseInput, MaterialInput, length, url_ok};
use crate::{
    course::{Assessment, Course, Material},
    error::{Code, Refusal},
    money::{Currency, Money},
};

/// The seed schema's kinds of material.
const MATERIAL_KINDS: [&str; 5] = ["video", "document", "code", "quiz", "assignment"];

/// Prices end where typed amounts do: 10 trillion minor units.
const MAX_PRICE_MINOR: i64 = 10_000_000_000_000;

pub(super) const MAX_TAGS: usize = 30;
pub(super) const MAX_LINES: usize = 100;
const MAX_MATERIALS: usize = 500;
const MAX_ASSESSMENTS: usize = 100;

/// Collects what is wrong while values are put into their stored form.
#[derive(Default)]
pub(super) struct Check {
    pub(super) found: Vec<Refusal>,
}

impl Check {
    pub(super) fn no(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.found.push(Refusal::field(code, field, message));
    }

    pub(super) fn title(&mut self, typed: &str) -> String {
        let title = typed.trim();
        match length(title) {
            0 => self.no(Code::Required, "title", "A course needs a title."),
            1..=200 => {}
            _ => self.no(
                Code::TooLong,
                "title",
                "The title may have 200 characters at most.",
            ),
        }
        title.to_owned()
    }

    /// Trimmed; empty is none.
    pub(super) fn text(
        &mut self,
        field: &str,
        what: &str,
        typed: Option<&str>,
        max: usize,
    ) -> Option<String> {
        let text = typed.map(str::trim).filter(|t| !t.is_empty())?;
        if length(text) > max {
            self.no(
                Code::TooLong,
                field,
                format!("{what} may have {max} characters at most."),
            );
        }
        Some(text.to_owned())
    }

    /// A set of trimmed lower-case words, in the order typed.
    pub(super) fn words(
        &mut self,
        field: &str,
        what: &str,
        typed: &[String],
        max: usize,
    ) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let words: Vec<String> = typed
            .iter()
            .map(|word| word.trim().to_lowercase())
            .filter(|word| !word.is_empty() && seen.insert(word.clone()))
            .collect();
        if words.len() > max {
            self.no(
                Code::TooLong,
                field,
                format!("A course has {max} {what} at most."),
            );
        }
        if words.iter().any(|word| length(word) > 100) {
            self.no(
                Code::TooLong,
                field,
                "Each may have 100 characters at most.",
            );
        }
        words
    }

    pub(super) fn lines(&mut self, field: &str, typed: &[String]) -> Vec<String> {
        let lines: Vec<String> = typed
            .iter()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect();
        if lines.len() > MAX_LINES {
            self.no(
                Code::TooLong,
                field,
                format!("The list may have {MAX_LINES} lines at most."),
            );
        }
        if lines.iter().any(|line| length(line) > 500) {
            self.no(
                Code::TooLong,
                field,
                "A line may have 500 characters at most.",
            );
        }
        lines
    }

    pub(super) fn prices(&mut self, course: &mut Course, input: &CourseInput) {
        course.currency = input.currency;
        let price = self.amount("priceMinor", "The price", input.price_minor, input.currency);
        let original = self.amount(
            "originalPriceMinor",
            "The original price",
            input.original_price_minor,
            input.currency,
        );
        match (price, original) {
            (Some(price), Some(original)) if original.minor < price.minor => {
                self.no(
                    Code::Amount,
                    "originalPriceMinor",
                    "The original price is not below the price.",
                );
            }
            (None, Some(_)) if input.price_minor.is_none() => {
                self.no(
                    Code::Required,
                    "priceMinor",
                    "A course with an original price needs a price.",
                );
            }
            _ => {}
        }
        course.price = price.map(Money::to_double);
        course.original_price = original.map(Money::to_double);
    }

    pub(super) fn amount(
        &mut self,
        field: &str,
        what: &str,
        minor: Option<i64>,
        currency: Currency,
    ) -> Option<Money> {
        match minor? {
            n if n < 0 => self.no(Code::Amount, field, format!("{what} cannot be negative.")),
            n if n > MAX_PRICE_MINOR => {
                self.no(Code::Amount, field, format!("{what} is too large."));
            }
            n => return Some(Money::new(n, currency)),
        }
        None
    }

    pub(super) fn quantity(
        &mut self,
        field: &str,
        what: &str,
        value: Option<f64>,
        max: f64,
    ) -> Option<f64> {
        let value = value?;
        if !(0.0..=max).contains(&value) {
            self.no(
                Code::Invalid,
                field,
                format!("{what} are a number from 0 to {max}."),
            );
        }
        Some(value)
    }

    /// Trimmed; http or https. What another program stored may stay as it is.
    pub(super) fn url(
        &mut self,
        field: &str,
        typed: Option<&str>,
        before: Option<&str>,
    ) -> Option<String> {
        let url = typed.map(str::trim).filter(|t| !t.is_empty())?;
        if before != Some(url) && !url_ok(url) {
            self.no(
                Code::Invalid,
                field,
                "An address starts with https:// or http:// and has no spaces.",
            );
        }
        Some(url.to_owned())
    }

    pub(super) fn materials(
        &mut self,
        before: &[Material],
        typed: &[MaterialInput],
        fresh: &mut dyn FnMut() -> ObjectId,
    ) -> Vec<Material> {
        if typed.len() > MAX_MATERIALS {
            self.no(
                Code::TooLong,
                "materials",
                format!("A course has {MAX_MATERIALS} materials at most."),
            );
            return before.to_vec();
        }
        let mut seen = BTreeSet::new();
        let mut out = Vec::with_capacity(typed.len());
        for (n, input) in typed.iter().enumerate() {
            let at = |name: &str| format!("materials.{n}.{name}");
            let known = input.id.as_deref().and_then(|id| {
                before
                    .iter()
                    .find(|material| material.id.is_some_and(|own| own.to_hex() == id))
            });
            let id = match (&input.id, known) {
                (Some(_), Some(material)) => material.id,
                (None, _) => Some(fresh()),
                (Some(_), None) => {
                    self.no(
                        Code::NotFound,
                        &at("id"),
                        "This material is not in the course any more.",
                    );
                    None
                }
            };
            if id.is_some_and(|id| !seen.insert(id)) {
                self.no(
                    Code::Invalid,
                    &at("id"),
                    "The same material is there twice.",
                );
            }
            if !MATERIAL_KINDS.contains(&input.kind.as_str()) {
                self.no(
                    Code::Invalid,
                    &at("kind"),
                    "The kind of a material is video, document, code, quiz or assignment.",
                );
            }
            out.push(Material {
                id,
                kind: input.kind.clone(),
                title: self.text(&at("title"), "The title", input.title.as_deref(), 200),
                description: self.text(
                    &at("description"),
                    "The description",
                    input.description.as_deref(),
                    2_000,
                ),
                url: self.url(
                    &at("url"),
                    input.url.as_deref(),
                    known.and_then(|m| m.url.as_deref()),
                ),
                duration: self.text(
                    &at("duration"),
                    "The duration",
                    input.duration.as_deref(),
                    50,
                ),
                file_size: self.quantity(
                    &at("fileSize"),
                    "Bytes",
                    input.file_size,
                    9_007_199_254_740_991.0,
                ),
                downloadable: input.downloadable,
                extra: known.map(|m| m.extra.clone()).unwrap_or_default(),
            });
        }
        out
    }

    pub(super) fn assessments(
        &mut self,
        before: &[Assessment],
        typed: &[AssessmentInput],
        fresh: &mut dyn FnMut() -> ObjectId,
    ) -> Vec<Assessment> {
        if typed.len() > MAX_ASSESSMENTS {
            self.no(
                Code::TooLong,
                "assessments",
                format!("A course has {MAX_ASSESSMENTS} assessments at most."),
            );
            return before.to_vec();
        }
        let mut seen = BTreeSet::new();
        let mut out = Vec::with_capacity(typed.len());
        for (n, input) in typed.iter().enumerate() {
            let at = |name: &str| format!("assessments.{n}.{name}");
            let known = input.id.as_deref().and_then(|id| {
                before
                    .iter()
                    .find(|assessment| assessment.assessment_id == id)
            });
            if input.id.is_some() && known.is_none() {
                self.no(
                    Code::NotFound,
                    &at("id"),
                    "This assessment is not in the course any more.",
                );
            }
            let id = known.map_or_else(
                || fresh().to_hex(),
                |assessment| assessment.assessment_id.clone(),
            );
            if !seen.insert(id.clone()) {
                self.no(
                    Code::Invalid,
                    &at("id"),
                    "The same assessment is there twice.",
                );
            }
            let title = self.text(&at("title"), "The title", Some(&input.title), 200);
            if title.is_none() {
                self.no(Code::Required, &at("title"), "An assessment needs a title.");
            }
            if !(0.0..=100.0).contains(&input.weight) {
                self.no(
                    Code::Invalid,
                    &at("weight"),
                    "A weight is a percentage from 0 to 100.",
                );
            }
            let max_ok = input.max_score > 0.0 && input.max_score <= 1_000_000.0;
            if !max_ok {
                self.no(
                    Code::Invalid,
                    &at("maxScore"),
                    "The best possible score is a number above 0.",
                );
            } else if !(0.0..=input.max_score).contains(&input.pass_score) {
                self.no(
                    Code::Invalid,
                    &at("passScore"),
                    "The pass score is from 0 to the best possible score.",
                );
            }
            out.push(Assessment {
                assessment_id: id,
                title: title.unwrap_or_default(),
                weight: input.weight,
                max_score: input.max_score,
                pass_score: input.pass_score,
                required: input.required,
                extra: known.map(|a| a.extra.clone()).unwrap_or_default(),
            });
        }
        // A thousandth of slack: thirds do not add up to 100 exactly.
        if out.iter().map(|a| a.weight).sum::<f64>() > 100.001 {
            self.no(
                Code::Invalid,
                "assessments",
                "The weights add up to more than 100 percent.",
            );
        }
        out
    }
}
