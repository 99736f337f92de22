//! The typefaces of print, bundled: Inter for what is worked with, Source Serif 4 for what is issued,
//! Noto Sans Bengali for names the two cannot write. Shaping and measuring of a line of text.
//!
//! Scripts outside these faces print as the face's empty box; the data itself is never changed.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Face as Shaper, Feature, UnicodeBuffer, ttf_parser::Tag};

/// A typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Inter.
    Sans,
    /// Inter, semi-bold.
    SansStrong,
    /// Source Serif 4.
    Serif,
    /// Source Serif 4, semi-bold.
    SerifStrong,
}

const FILES: [&[u8]; 5] = [
    include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/SourceSerif4-Regular.ttf"),
    include_bytes!("../../assets/fonts/SourceSerif4-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansBengali-Regular.ttf"),
];

const FALLBACK: usize = 4;

struct Loaded {
    font: Font,
    shaper: Shaper<'static>,
}

fn loaded() -> &'static [Option<Loaded>; 5] {
    static LOADED: OnceLock<[Option<Loaded>; 5]> = OnceLock::new();
    LOADED.get_or_init(|| {
        FILES.map(|file| {
            Some(Loaded {
                font: Font::new(file.to_vec().into(), 0)?,
                shaper: Shaper::from_slice(file, 0)?,
            })
        })
    })
}

/// A stretch of a line in one font.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) font: Font,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub(super) width: f32,
}

/// A line of text as glyphs, each stretch in the first font that can write it. Tabular figures have
/// one width each, so that columns of numbers align; tracking is extra space after each glyph, in ems.
pub(super) fn shape(text: &str, face: Face, tabular: bool, tracking: f32) -> Vec<Run> {
    let fonts = loaded();
    let own = match face {
        Face::Sans => 0,
        Face::SansStrong => 1,
        Face::Serif => 2,
        Face::SerifStrong => 3,
    };
    let covers = |index: usize, c: char| {
        fonts[index]
            .as_ref()
            .is_some_and(|f| f.shaper.glyph_index(c).is_some())
    };
    let mut stretches: Vec<(usize, String)> = Vec::new();
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        let here = stretches.last().map(|(index, _)| *index);
        let index = if covers(own, c) {
            // White space and punctuation stay with the script around them.
            if c.is_alphanumeric() {
                own
            } else {
                here.filter(|at| covers(*at, c)).unwrap_or(own)
            }
        } else if covers(FALLBACK, c) {
            FALLBACK
        } else {
            // Joiners and marks belong to the letter before them.
            here.filter(|_| !c.is_alphanumeric()).unwrap_or(own)
        };
        match stretches.last_mut() {
            Some((at, stretch)) if *at == index => stretch.push(c),
            _ => stretches.push((index, c.to_string())),
        }
    }
    stretches
        .into_iter()
        .filter_map(|(index, text)| {
            fonts[index]
                .as_ref()
                .map(|f| run(f, text, tabular, tracking))
        })
        .collect()
}

fn run(loaded: &Loaded, text: String, tabular: bool, tracking: f32) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text);
    buffer.guess_segment_properties();
    let features: &[Feature] = if tabular {
        &[Feature::new(Tag::from_bytes(b"tnum"), 1, ..)]
    } else {
        &[]
    };
    let shaped = rustybuzz::shape(&loaded.shaper, features, buffer);
    let em = loaded.font.units_per_em();
    // Where each cluster's text ends: at the start of the next one.
    let mut starts: Vec<usize> = shaped
        .glyph_infos()
        .iter()
        .filter_map(|info| usize::try_from(info.cluster).ok())
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut width = 0.0;
    let glyphs = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, position)| {
            let start = usize::try_from(info.cluster).unwrap_or(0);
            let end = starts
                .iter()
                .copied()
                .find(|s| *s > start)
                .unwrap_or(text.len());
            let advance = ems(position.x_advance, em) + tracking;
            width += advance;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                ems(position.x_offset, em),
                ems(position.y_offset, em),
                ems(position.y_advance, em),
                start..end,
                None,
            )
        })
        .collect();
    Run {
        font: loaded.font.clone(),
        text,
        glyphs,
        width,
    }
}

/// Font units as a share of the em. Font units are small whole numbers that an f32 holds exactly.
#[allow(clippy::cast_precision_loss)]
fn ems(units: i32, em: f32) -> f32 {
    units as f32 / em
}
