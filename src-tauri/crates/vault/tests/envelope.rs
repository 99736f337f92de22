//! Sealed files: what comes out is what went in, and nothing else opens.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};

use vault::{Content, EnvelopeError, Sealer, Sensitive, Unsealer};

/// Bytes of content in a piece, and of the head, as the format says.
const PIECE: usize = 64 * 1024;
const HEAD: usize = 74;

fn secret(text: &str) -> Sensitive<String> {
    Sensitive::new(text.to_owned())
}

fn sealed(content: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer::new(Content::Workspace, &secret("correct horse"), Vec::new()).unwrap();
    sealer.write_all(content).unwrap();
    sealer.finish().unwrap()
}

fn opened(file: &[u8], with: &str) -> Result<Vec<u8>, EnvelopeError> {
    let mut content = Vec::new();
    Unsealer::new(Content::Workspace, &secret(with), file)?
        .read_to_end(&mut content)
        .map_err(EnvelopeError::of)?;
    Ok(content)
}

fn content(length: usize) -> Vec<u8> {
    (0..length)
        .map(|n| u8::try_from((n * 7 + n / 251) % 256).unwrap())
        .collect()
}

#[test]
fn what_was_sealed_comes_out_whatever_its_length() {
    for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
        let text = content(length);
        let file = sealed(&text);
        assert_eq!(opened(&file, "correct horse").unwrap(), text, "{length}");
        if length > 100 {
            let clear = &text[..64];
            assert!(!file.windows(64).any(|window| window == clear), "{length}");
        }
    }
}

#[test]
fn the_same_content_is_never_sealed_alike() {
    assert_ne!(sealed(b"the same"), sealed(b"the same"));
}

#[test]
fn a_wrong_secret_is_told_from_a_damaged_file() {
    let file = sealed(&content(PIECE + 10));
    for wrong in ["", "correct hors", "Correct horse"] {
        assert!(matches!(
            opened(&file, wrong),
            Err(EnvelopeError::WrongSecret)
        ));
    }
    assert!(matches!(
        Unsealer::new(Content::Invitation, &secret("correct horse"), &file[..]),
        Err(EnvelopeError::OtherContent)
    ));
    for other in [&b""[..], b"PK\x03\x04", b"MTRCSEA", &content(4096)] {
        assert!(matches!(
            opened(other, "correct horse"),
            Err(EnvelopeError::NotSealed)
        ));
    }
}

#[test]
fn an_altered_byte_is_found_wherever_it_is() {
    let file = sealed(&content(2 * PIECE + 10));
    let places = (0..HEAD).chain([HEAD, HEAD + PIECE, HEAD + PIECE + 16, file.len() - 1]);
    for place in places {
        let mut altered = file.clone();
        altered[place] ^= 1;
        let no = opened(&altered, "correct horse").unwrap_err();
        let expected = match place {
            0..8 => matches!(no, EnvelopeError::NotSealed),
            8 => matches!(no, EnvelopeError::Newer),
            _ => matches!(no, EnvelopeError::Damaged),
        };
        assert!(expected, "byte {place}: {no:?}");
    }
}

#[test]
fn a_file_cut_short_lengthened_or_rearranged_is_damaged() {
    let file = sealed(&content(2 * PIECE + 10));
    let sealed_piece = PIECE + 16;
    for length in [
        8,
        HEAD - 1,
        HEAD,
        HEAD + 5,
        HEAD + sealed_piece,
        HEAD + 2 * sealed_piece,
        file.len() - 1,
    ] {
        let no = opened(&file[..length], "correct horse").unwrap_err();
        assert!(matches!(no, EnvelopeError::Damaged), "{length}: {no:?}");
    }
    let mut longer = file.clone();
    longer.push(0);
    assert!(matches!(
        opened(&longer, "correct horse"),
        Err(EnvelopeError::Damaged)
    ));
    let mut swapped = file.clone();
    let (first, second) = swapped[HEAD..].split_at_mut(sealed_piece);
    first.swap_with_slice(&mut second[..sealed_piece]);
    assert!(matches!(
        opened(&swapped, "correct horse"),
        Err(EnvelopeError::Damaged)
    ));
}

#[test]
fn pieces_of_another_file_do_not_fit() {
    let (one, other) = (sealed(&content(10)), sealed(&content(10)));
    let mixed: Vec<u8> = one[..HEAD].iter().chain(&other[HEAD..]).copied().collect();
    assert!(matches!(
        opened(&mixed, "correct horse"),
        Err(EnvelopeError::Damaged)
    ));
}

#[test]
fn a_file_may_not_ask_for_more_memory_than_any_needs() {
    use sha2::{Digest, Sha256};
    let mut file = sealed(b"small");
    file[10..14].copy_from_slice(&u32::MAX.to_be_bytes());
    let sum = Sha256::digest(&file[..HEAD - 8]);
    file[HEAD - 8..HEAD].copy_from_slice(&sum[..8]);
    assert!(matches!(
        opened(&file, "correct horse"),
        Err(EnvelopeError::Damaged)
    ));
}
