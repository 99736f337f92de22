//! The receipt on paper: an A5 sheet, ink on paper.

use domain::{
    Money,
    ledger::{EntryKind, Method},
};

use super::receipts::Receipt;
use crate::print::{Align, Face, Format, Ink, Sheet, Style, date, moment, money};

const LEFT: f32 = 44.0;

const fn title(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Charge => "Receipt",
        EntryKind::Refund => "Refund",
        EntryKind::Void => "Cancellation",
        EntryKind::Adjustment => "Correction",
    }
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Stripe => "Card (Stripe)",
        Method::Sslcommerz => "SSLCommerz",
        Method::Cash => "Cash",
    }
}

/// The sheet.
pub(super) fn draw(receipt: &Receipt) -> Sheet {
    let dto = &receipt.dto;
    let mut sheet = Sheet::new(Format::A5, &format!("{} {}", title(dto.kind), dto.number));
    let right = sheet.width() - LEFT;
    let room = right - LEFT;
    let label = Style::new(Face::Sans, 7.0).ink(Ink::SOFT).tracked(0.08);
    let value = Style::new(Face::Sans, 9.5).tabular();

    // Head: who issues it.
    sheet.area((0.0, 0.0, sheet.width(), 6.0), Ink::BLUE);
    let name = Style::new(Face::SerifStrong, 15.0).ink(Ink::BLUE);
    let mut y = sheet.paragraph(LEFT, 50.0, room, &dto.institution, name, Align::Left, 18.0);
    y += 4.0;
    sheet.rule((LEFT, y), (right, y), 0.6, Ink::HAIRLINE);

    // What it is, and its number.
    y += 40.0;
    sheet.text(
        LEFT,
        y,
        title(dto.kind),
        Style::new(Face::Serif, 27.0),
        Align::Left,
    );
    sheet.text(
        right,
        y,
        &dto.number,
        Style::new(Face::SansStrong, 11.0).tabular(),
        Align::Right,
    );
    y += 15.0;
    let issued = Style::new(Face::Sans, 8.5).ink(Ink::SOFT);
    sheet.text(
        LEFT,
        y,
        &date(receipt.recorded_at, &receipt.zone),
        issued,
        Align::Left,
    );
    if let Some(of) = &dto.refunds {
        sheet.text(right, y, &format!("to receipt {of}"), issued, Align::Right);
    }

    // How much.
    y += 22.0;
    let amount = Money::from(dto.amount);
    let given_back = amount.minor < 0;
    sheet.area((LEFT, y, room, 62.0), Ink::WASH);
    sheet.rule((LEFT, y), (LEFT, y + 62.0), 2.0, Ink::BLUE);
    let said = if given_back {
        "AMOUNT GIVEN BACK"
    } else {
        "AMOUNT RECEIVED"
    };
    sheet.text(LEFT + 16.0, y + 20.0, said, label, Align::Left);
    let shown = if given_back {
        amount.negated().unwrap_or(amount)
    } else {
        amount
    };
    sheet.text(
        LEFT + 16.0,
        y + 47.0,
        &money(shown),
        Style::new(Face::SerifStrong, 23.0).tabular(),
        Align::Left,
    );

    // The particulars, a line each.
    y += 92.0;
    let who = if given_back {
        "PAID BACK TO"
    } else {
        "RECEIVED FROM"
    };
    let when = if given_back {
        "PAID BACK ON"
    } else {
        "PAID ON"
    };
    let mut lines: Vec<(&str, String)> = vec![
        (who, joined(&dto.payer, &dto.payer_email)),
        ("FOR", dto.course.clone()),
        ("BY", method(dto.method).to_owned()),
    ];
    if let Some(reference) = &dto.provider_ref {
        lines.push(("REFERENCE", reference.clone()));
    }
    lines.push((when, date(receipt.occurred_at, &receipt.zone)));
    if let Some(note) = &dto.note {
        lines.push((if given_back { "REASON" } else { "NOTE" }, note.clone()));
    }
    let foot = sheet.height() - 74.0;
    for (what, text) in lines {
        sheet.text(LEFT, y, what, label, Align::Left);
        let mut wrapped = Sheet::wrap(&text, room - 106.0, value);
        if wrapped.is_empty() {
            wrapped.push("–".to_owned());
        }
        // A very long note must not run into the foot; the ledger has all of it.
        let fits = lines_until(foot, y);
        if wrapped.len() > fits {
            wrapped.truncate(fits.max(1));
            if let Some(last) = wrapped.last_mut() {
                last.push_str(" …");
            }
        }
        for line in &wrapped {
            sheet.text(LEFT + 106.0, y, line, value, Align::Left);
            y += 13.0;
        }
        y -= 13.0;
        sheet.rule((LEFT, y + 8.0), (right, y + 8.0), 0.4, Ink::HAIRLINE);
        y += 22.0;
    }

    foot_of(&mut sheet, receipt, LEFT, right);
    sheet
}

/// How many lines of 13 points fit above the foot.
fn lines_until(foot: f32, y: f32) -> usize {
    let mut lines = 0;
    let mut next = y;
    while next < foot - 40.0 && lines < 12 {
        next += 13.0;
        lines += 1;
    }
    lines
}

/// Who booked it, and the seal by which the ledger can be checked against the paper.
fn foot_of(sheet: &mut Sheet, receipt: &Receipt, left: f32, right: f32) {
    let dto = &receipt.dto;
    let small = Style::new(Face::Sans, 7.0).ink(Ink::SOFT).tabular();
    let y = sheet.height() - 58.0;
    sheet.rule((left, y - 16.0), (right, y - 16.0), 0.6, Ink::HAIRLINE);
    let mut booked = format!("Booked {}", moment(receipt.recorded_at, &receipt.zone));
    if let Some(by) = &dto.recorded_by {
        booked.push_str(&format!(" by {by}"));
    }
    booked.push_str(&format!(", device {}", receipt.device));
    sheet.line(left, y, right - left, &booked, small, Align::Left);
    let (first, rest) = dto.hash.split_at(dto.hash.len() / 2);
    sheet.text(left, y + 12.0, &format!("Seal {first}"), small, Align::Left);
    let indent = Sheet::measure("Seal ", small);
    sheet.text(left + indent, y + 21.0, rest, small, Align::Left);
    if dto.sample {
        sheet.text(
            right,
            28.0,
            "SAMPLE INSTITUTION · NOT A RECEIPT OF REAL MONEY",
            Style::new(Face::SansStrong, 6.5)
                .ink(Ink::SAFFRON)
                .tracked(0.06),
            Align::Right,
        );
    }
}

fn joined(name: &str, email: &str) -> String {
    match (name.is_empty(), email.is_empty()) {
        (false, false) => format!("{name}\n{email}"),
        (false, true) => name.to_owned(),
        _ => email.to_owned(),
    }
}
