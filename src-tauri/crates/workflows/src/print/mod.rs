//! Paper: what is issued (receipts, certificates, reports) is drawn on a [`Sheet`] in ink on paper
//! and saved as PDF. Measures are points (1/72 inch) from the top left corner.
//!
//! No layout engine: a document places its own lines. What a particular document says is in the area
//! that issues it.

mod file;
mod fonts;
mod page;
mod words;

pub use file::{save_new, save_new_with};
pub use fonts::Face;
pub use page::{Align, Format, Ink, Sheet, Style};
pub use words::{date, grouped, moment, money};
