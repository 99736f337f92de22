//! Bytes that begin as something real.

use proptest::{collection::vec, prelude::*, test_runner::Config};

/// How many inputs each parser is given: 10,000, or as many as `MATRICULA_INPUTS` says.
pub fn inputs() -> u32 {
    std::env::var("MATRICULA_INPUTS")
        .ok()
        .and_then(|said| said.parse().ok())
        .unwrap_or(10_000)
}

/// So many cases, nothing kept of them.
pub fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    }
}

/// Pieces that parsers stumble over.
const PIECES: [&[u8]; 26] = [
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\"",
    b"\"\"",
    b"'",
    b";",
    b",",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"null",
    b"-1",
    b"9223372036854775807",
    b"-9223372036854775809",
    b"1e999",
    b"NaN",
    b"%00",
    b"%",
    b"$",
    "\u{202e}\u{feff}ẞ😀".as_bytes(),
];

/// Something done to bytes; places are parts of 65,536 of their length.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(u16, u8),
    Insert(u16, Vec<u8>),
    Piece(u16, usize),
    Remove(u16, u8),
    Cut(u16),
    Double(u16, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Damage::Overwrite(at, byte)),
        2 => (any::<u16>(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        4 => (any::<u16>(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Piece(at, piece)),
        3 => (any::<u16>(), any::<u8>()).prop_map(|(at, count)| Damage::Remove(at, count)),
        1 => any::<u16>().prop_map(Damage::Cut),
        2 => (any::<u16>(), any::<u8>()).prop_map(|(at, count)| Damage::Double(at, count)),
    ]
}

fn done(bytes: &mut Vec<u8>, damage: Damage) {
    let place = |at: u16| usize::from(at) * (bytes.len() + 1) / 65_536;
    match damage {
        Damage::Overwrite(at, byte) => {
            let at = place(at);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        Damage::Insert(at, new) => {
            let at = place(at);
            bytes.splice(at..at, new);
        }
        Damage::Piece(at, piece) => {
            let at = place(at);
            bytes.splice(at..at, PIECES[piece].iter().copied());
        }
        Damage::Remove(at, count) => {
            let at = place(at);
            let end = (at + usize::from(count) / 8 + 1).min(bytes.len());
            bytes.drain(at..end);
        }
        Damage::Cut(at) => bytes.truncate(place(at)),
        Damage::Double(at, count) => {
            let at = place(at);
            let end = (at + usize::from(count)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

/// One of these after one to six accidents, or, one time in five, bytes that never were any of them.
pub fn like(originals: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let count = originals.len();
    let damaged = (0..count, vec(damage(), 1..6)).prop_map(move |(which, damages)| {
        let mut bytes = originals[which].clone();
        for damage in damages {
            done(&mut bytes, damage);
        }
        bytes
    });
    prop_oneof![4 => damaged, 1 => vec(any::<u8>(), 0..400)]
}

/// The same for what is text by the time it is read.
pub fn text_like(originals: &[&str]) -> impl Strategy<Value = String> + use<> {
    let originals = originals
        .iter()
        .map(|text| text.as_bytes().to_vec())
        .collect();
    like(originals).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
