//! The characters of a text file, whichever program wrote it.

use std::borrow::Cow;

use domain::{Code, Refusal};

/// How the file's characters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// With or without a byte order mark.
    Utf8,
    /// With a byte order mark.
    Utf16,
    /// What spreadsheets of Windows write when nobody asks for more.
    Windows1252,
}

impl Encoding {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The text of the file. A byte order mark decides; without one it is UTF-8 if it can be, otherwise
/// Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Refusal> {
    let broken = |what: &str| {
        Refusal::field(
            Code::Invalid,
            "file",
            format!("The file is not a text file: {what}."),
        )
    };
    let (text, encoding) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text =
                std::str::from_utf8(rest).map_err(|_| broken("it says it is UTF-8 and is not"))?;
            (Cow::Borrowed(text), Encoding::Utf8)
        }
        [0xFF, 0xFE, rest @ ..] => (
            Cow::Owned(utf16(rest, u16::from_le_bytes)?),
            Encoding::Utf16,
        ),
        [0xFE, 0xFF, rest @ ..] => (
            Cow::Owned(utf16(rest, u16::from_be_bytes)?),
            Encoding::Utf16,
        ),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
            Err(_) => (
                Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
                Encoding::Windows1252,
            ),
        },
    };
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Refusal::field(
            Code::Invalid,
            "file",
            "This is a workbook, not a CSV file. Save it as CSV in the spreadsheet program first.",
        ));
    }
    if text.contains('\0') {
        return Err(broken("it holds bytes that are no characters"));
    }
    Ok((text, encoding))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refusal> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(unit)
        .collect();
    match String::from_utf16(&units) {
        Ok(text) if bytes.len().is_multiple_of(2) => Ok(text),
        _ => Err(Refusal::field(
            Code::Invalid,
            "file",
            "The file says it is UTF-16 and is not.",
        )),
    }
}

/// A byte of Windows-1252; the five bytes it leaves open are the control characters of Latin-1.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
