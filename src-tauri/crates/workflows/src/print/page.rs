//! A sheet of paper: lines of text, hairlines and areas at their places, and the PDF they make.

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
};

use super::fonts::{Face, Run, shape};
use crate::error::WorkflowError;

/// The size of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 148 × 210 mm, upright.
    A5,
    /// 210 × 297 mm, upright.
    A4,
    /// 297 × 210 mm.
    A4Wide,
}

impl Format {
    const fn points(self) -> (f32, f32) {
        match self {
            Self::A5 => (419.53, 595.28),
            Self::A4 => (595.28, 841.89),
            Self::A4Wide => (841.89, 595.28),
        }
    }
}

/// A colour of print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    /// Text.
    pub const TEXT: Self = Self(0x23, 0x21, 0x1C);
    /// What is beside the text: labels, footers.
    pub const SOFT: Self = Self(0x6B, 0x66, 0x5C);
    /// The accent: ink blue.
    pub const BLUE: Self = Self(0x1F, 0x3A, 0x5F);
    /// What waits or is only an example: saffron.
    pub const SAFFRON: Self = Self(0xA8, 0x6A, 0x00);
    /// Hairlines.
    pub const HAIRLINE: Self = Self(0xCF, 0xC9, 0xBC);
    /// A tinted area.
    pub const WASH: Self = Self(0xF6, 0xF3, 0xEC);

    fn fill(self) -> Fill {
        Fill {
            paint: rgb::Color::new(self.0, self.1, self.2).into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }
    }
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Typeface.
    pub face: Face,
    /// Points.
    pub size: f32,
    /// Colour.
    pub ink: Ink,
    /// Extra space after each letter, in ems.
    pub tracking: f32,
    /// Figures of one width.
    pub tabular: bool,
}

impl Style {
    /// A face at a size, in the colour of text.
    pub const fn new(face: Face, size: f32) -> Self {
        Self {
            face,
            size,
            ink: Ink::TEXT,
            tracking: 0.0,
            tabular: false,
        }
    }

    /// In another colour.
    #[must_use]
    pub const fn ink(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }

    /// Spaced out, by a share of the em.
    #[must_use]
    pub const fn tracked(mut self, ems: f32) -> Self {
        self.tracking = ems;
        self
    }

    /// With figures of one width.
    #[must_use]
    pub const fn tabular(mut self) -> Self {
        self.tabular = true;
        self
    }
}

/// Which end of a line its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The line begins there.
    Left,
    /// The line's middle is there.
    Center,
    /// The line ends there.
    Right,
}

#[derive(Clone, Debug)]
enum Mark {
    Text {
        x: f32,
        y: f32,
        size: f32,
        ink: Ink,
        runs: Vec<Run>,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        ink: Ink,
    },
    Area {
        rect: (f32, f32, f32, f32),
        ink: Ink,
    },
    Frame {
        rect: (f32, f32, f32, f32),
        width: f32,
        ink: Ink,
    },
}

/// A document in the making: one or more pages of one size.
#[derive(Clone, Debug)]
pub struct Sheet {
    format: Format,
    title: String,
    pages: Vec<Vec<Mark>>,
}

impl Sheet {
    /// An empty first page. The title is what a PDF reader shows.
    pub fn new(format: Format, title: &str) -> Self {
        Self {
            format,
            title: title.to_owned(),
            pages: vec![Vec::new()],
        }
    }

    /// Points across.
    pub const fn width(&self) -> f32 {
        self.format.points().0
    }

    /// Points down.
    pub const fn height(&self) -> f32 {
        self.format.points().1
    }

    /// Goes on with a new page.
    pub fn next_page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// Which page is being drawn, from 1.
    pub const fn page_number(&self) -> usize {
        self.pages.len()
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// How wide a line would be, in points.
    pub fn measure(text: &str, style: Style) -> f32 {
        width(
            &shape(text, style.face, style.tabular, style.tracking),
            style,
        )
    }

    /// Writes one line with its baseline at `y`; answers its width in points.
    pub fn text(&mut self, x: f32, y: f32, text: &str, style: Style, align: Align) -> f32 {
        let runs = shape(text, style.face, style.tabular, style.tracking);
        let width = width(&runs, style);
        let x = match align {
            Align::Left => x,
            Align::Center => x - width / 2.0,
            Align::Right => x - width,
        };
        self.mark(Mark::Text {
            x,
            y,
            size: style.size,
            ink: style.ink,
            runs,
        });
        width
    }

    /// Writes one line that is cut with an ellipsis where it would be wider than `room`.
    pub fn line(
        &mut self,
        x: f32,
        y: f32,
        room: f32,
        text: &str,
        style: Style,
        align: Align,
    ) -> f32 {
        if Self::measure(text, style) <= room {
            return self.text(x, y, text, style, align);
        }
        let mut cut: Vec<char> = text.chars().collect();
        while cut.pop().is_some() {
            let shorter = format!("{}…", cut.iter().collect::<String>().trim_end());
            if cut.is_empty() || Self::measure(&shorter, style) <= room {
                return self.text(x, y, &shorter, style, align);
            }
        }
        0.0
    }

    /// Breaks text into lines no wider than `room`; a word that is wider alone is broken.
    pub fn wrap(text: &str, room: f32, style: Style) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() {
                    word.to_owned()
                } else {
                    format!("{line} {word}")
                };
                if Self::measure(&longer, style) <= room {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for c in word.chars() {
                    line.push(c);
                    if line.chars().count() > 1 && Self::measure(&line, style) > room {
                        line.pop();
                        lines.push(std::mem::replace(&mut line, c.to_string()));
                    }
                }
            }
            lines.push(line);
        }
        lines
    }

    /// Writes text in lines no wider than `room`, the first baseline at `y`, each `leading` points
    /// below the one before; answers the baseline that would follow.
    #[allow(clippy::too_many_arguments)]
    pub fn paragraph(
        &mut self,
        x: f32,
        y: f32,
        room: f32,
        text: &str,
        style: Style,
        align: Align,
        leading: f32,
    ) -> f32 {
        let mut y = y;
        for line in Self::wrap(text, room, style) {
            self.text(x, y, &line, style, align);
            y += leading;
        }
        y
    }

    /// A straight line, `width` points thick.
    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: Ink) {
        self.mark(Mark::Line {
            from,
            to,
            width,
            ink,
        });
    }

    /// A filled area: left, top, width, height.
    pub fn area(&mut self, rect: (f32, f32, f32, f32), ink: Ink) {
        self.mark(Mark::Area { rect, ink });
    }

    /// An outlined area: left, top, width, height.
    pub fn frame(&mut self, rect: (f32, f32, f32, f32), width: f32, ink: Ink) {
        self.mark(Mark::Frame { rect, width, ink });
    }

    /// The PDF. The same drawing gives the same bytes.
    pub fn finish(self) -> Result<Vec<u8>, WorkflowError> {
        let defect =
            |what: &str| WorkflowError::Defect(format!("The document cannot be printed: {what}"));
        let mut document = Document::new_with(SerializeSettings::default());
        document.set_metadata(
            Metadata::new()
                .title(self.title)
                .creator("Matricula".to_owned())
                .language("en".to_owned()),
        );
        let (width, height) = self.format.points();
        for marks in &self.pages {
            let settings = PageSettings::from_wh(width, height)
                .ok_or_else(|| defect("its size is impossible"))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in marks {
                match mark {
                    Mark::Text {
                        x,
                        y,
                        size,
                        ink,
                        runs,
                    } => {
                        surface.set_stroke(None);
                        surface.set_fill(Some(ink.fill()));
                        let mut x = *x;
                        for run in runs {
                            surface.draw_glyphs(
                                Point::from_xy(x, *y),
                                &run.glyphs,
                                run.font.clone(),
                                &run.text,
                                *size,
                                false,
                            );
                            x += run.width * size;
                        }
                    }
                    Mark::Line {
                        from,
                        to,
                        width,
                        ink,
                    } => {
                        let mut path = PathBuilder::new();
                        path.move_to(from.0, from.1);
                        path.line_to(to.0, to.1);
                        surface.set_fill(None);
                        surface.set_stroke(Some(stroke(*width, *ink)));
                        if let Some(path) = path.finish() {
                            surface.draw_path(&path);
                        }
                    }
                    Mark::Area { rect, ink } => {
                        surface.set_stroke(None);
                        surface.set_fill(Some(ink.fill()));
                        if let Some(path) = rectangle(*rect) {
                            surface.draw_path(&path);
                        }
                    }
                    Mark::Frame { rect, width, ink } => {
                        surface.set_fill(None);
                        surface.set_stroke(Some(stroke(*width, *ink)));
                        if let Some(path) = rectangle(*rect) {
                            surface.draw_path(&path);
                        }
                    }
                }
            }
            surface.finish();
            page.finish();
        }
        document
            .finish()
            .map_err(|error| defect(&format!("{error:?}")))
    }
}

fn width(runs: &[Run], style: Style) -> f32 {
    let ems: f32 = runs.iter().map(|run| run.width).sum();
    // The space after the last letter is not part of the line.
    (ems - style.tracking).max(0.0) * style.size
}

fn stroke(width: f32, ink: Ink) -> Stroke {
    Stroke {
        paint: rgb::Color::new(ink.0, ink.1, ink.2).into(),
        width,
        ..Stroke::default()
    }
}

fn rectangle((x, y, w, h): (f32, f32, f32, f32)) -> Option<krilla::geom::Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, w, h)?);
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_every_word_and_the_room() {
        let style = Style::new(Face::Serif, 12.0);
        let text = "Introduction to the Theory of Extraordinarilylongcompoundwordsthatnobodyeverwrites in Practice";
        let lines = Sheet::wrap(text, 120.0, style);
        assert!(
            lines.iter().all(|l| Sheet::measure(l, style) <= 120.0),
            "a line is too wide: {lines:?}"
        );
        let squash = |s: &str| s.split_whitespace().collect::<String>();
        assert_eq!(
            squash(&lines.concat()),
            squash(text),
            "something of the text was lost"
        );
    }

    #[test]
    fn other_scripts_are_written_in_a_font_that_has_them() {
        let style = Style::new(Face::Serif, 12.0);
        let width = Sheet::measure("রহিমা খাতুন", style);
        assert!(width > 20.0, "Bengali was not shaped: {width}");
        let mut sheet = Sheet::new(Format::A5, "t");
        sheet.text(
            20.0,
            20.0,
            "Rahima রহিমা খাতুন Ünïcödé ✓ 漢",
            style,
            Align::Left,
        );
        assert!(
            sheet.finish().is_ok_and(|pdf| pdf.starts_with(b"%PDF")),
            "the mixed line cannot be printed"
        );
    }

    #[test]
    fn the_same_drawing_gives_the_same_bytes() {
        let draw = || {
            let mut sheet = Sheet::new(Format::A4, "same");
            sheet.text(
                50.0,
                50.0,
                "USD 1,234.50",
                Style::new(Face::Sans, 10.0).tabular(),
                Align::Right,
            );
            sheet.rule((10.0, 60.0), (90.0, 60.0), 0.5, Ink::HAIRLINE);
            sheet.finish()
        };
        match (draw(), draw()) {
            (Ok(a), Ok(b)) => assert!(a == b, "a receipt printed twice must be one document"),
            other => panic!("{other:?}"),
        }
    }
}
