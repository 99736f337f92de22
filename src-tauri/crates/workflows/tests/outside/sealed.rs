//! Sealed files that somebody edited: exported workspaces and invitations.

use std::{
    fs,
    io::{Read, Write},
    sync::Arc,
};

use proptest::{prelude::*, test_runner::TestRunner};
use sha2::{Digest, Sha256};
use testkit::TestClock;
use vault::{Content, EnvelopeError, MemoryVault, Sealer, Sensitive, Unsealer};
use workflows::{
    SystemIds,
    accounts::{Keys, Watched},
    desktops::{
        dto::{JoinInstitution, OpenExport},
        join_institution, open_export,
    },
};

use super::bytes::{cases, inputs, like};

/// Bytes of a sealed file's head.
const HEAD: usize = 74;
const INSIDE: &[u8] = b"what only the right secret shows, from the first byte to the last";

fn secret() -> Sensitive<String> {
    Sensitive::new("correct horse battery".to_owned())
}

fn sealed() -> Vec<u8> {
    let mut sealer = Sealer::new(Content::Workspace, &secret(), Vec::new()).unwrap();
    sealer.write_all(INSIDE).unwrap();
    sealer.finish().unwrap()
}

/// The whole of what was sealed comes out, or nothing is said to have.
fn whole_or_nothing(bytes: &[u8]) {
    let mut content = Vec::new();
    let read = Unsealer::new(Content::Workspace, &secret(), bytes).and_then(|mut open| {
        open.read_to_end(&mut content)
            .map_err(EnvelopeError::of)
            .map(|_| ())
    });
    match read {
        Ok(()) => assert_eq!(content, INSIDE),
        Err(error) => assert!(!error.to_string().contains("horse"), "{error}"),
    }
}

#[test]
fn a_head_that_was_edited_is_refused_before_it_costs_a_key() {
    let head = sealed()[..HEAD].to_vec();
    let mut runner = TestRunner::new(cases(inputs()));
    runner
        .run(&like(vec![head]), |bytes| {
            whole_or_nothing(&bytes);
            Ok(())
        })
        .unwrap();
}

/// Fewer than elsewhere: each costs a key.
#[test]
fn content_that_was_edited_opens_whole_or_not_at_all() {
    let file = sealed();
    let (head, rest) = file.split_at(HEAD);
    let mut runner = TestRunner::new(cases(200));
    runner
        .run(&like(vec![rest.to_vec()]), |rest| {
            whole_or_nothing(&[head, &rest[..]].concat());
            Ok(())
        })
        .unwrap();
}

/// As the first screen reads them: whatever lies in the file, nothing is left on the disk.
#[test]
fn the_first_screen_refuses_what_is_no_sealed_file() {
    let room = tempfile::tempdir().unwrap();
    let (file, dir) = (room.path().join("file"), room.path().join("there"));
    let head = sealed()[..HEAD].to_vec();
    let path = file.display().to_string();
    let clock = TestClock::default();
    let mut runner = TestRunner::new(cases(1_000));
    runner
        .run(&(like(vec![head]), any::<bool>()), |(bytes, workspace)| {
            fs::write(&file, &bytes).unwrap();
            let keys = Keys::Vault(Arc::new(MemoryVault::new()));
            let mut progress = |_: &str, _: u64, _: u64| {};
            let watched = Watched {
                progress: &mut progress,
                cancelled: &|| false,
            };
            let at = (
                &clock as &dyn workflows::Clock,
                &SystemIds as &dyn workflows::Ids,
            );
            let refused = if workspace {
                let args = OpenExport {
                    path: path.clone(),
                    passphrase: "correct horse battery".to_owned(),
                    device_passphrase: None,
                };
                open_export(&dir, &keys, &args, at, watched).is_err()
            } else {
                let args = JoinInstitution {
                    path: path.clone(),
                    code: "ABCDE-FGHJK-MNPQR-STVWX".to_owned(),
                    passphrase: None,
                };
                join_institution(&dir, &keys, &args, at, watched).is_err()
            };
            assert!(refused && !dir.exists());
            Ok(())
        })
        .unwrap();
}

/// Bytes of the checksum that ends a head.
const SUM: usize = 8;

/// A head with other costs, and its checksum made to fit: whoever knows the format can do that.
fn forged(mut file: Vec<u8>, memory: u32, passes: u32) -> Vec<u8> {
    file[10..14].copy_from_slice(&memory.to_be_bytes());
    file[14..18].copy_from_slice(&passes.to_be_bytes());
    let sum = Sha256::digest(&file[..HEAD - SUM]);
    file[HEAD - SUM..HEAD].copy_from_slice(&sum[..SUM]);
    file
}

#[test]
fn a_forged_head_opens_nothing() {
    let whole = sealed();
    let mut runner = TestRunner::new(cases(inputs()));
    runner
        .run(&like(vec![whole.clone()]), |mut bytes| {
            bytes.resize(bytes.len().max(HEAD), 0);
            bytes[..10].copy_from_slice(&whole[..10]);
            // The cheapest key there is, for time's sake.
            let file = forged(bytes, 8, 1);
            let refused = Unsealer::new(Content::Workspace, &secret(), &file[..]);
            prop_assert!(matches!(refused, Err(EnvelopeError::WrongSecret)));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_head_that_asks_for_the_whole_machine_is_refused() {
    for (memory, passes) in [(u32::MAX, 1), (8, u32::MAX), (1 << 20, 4), (0, 0)] {
        let file = forged(sealed(), memory, passes);
        let refused = Unsealer::new(Content::Workspace, &secret(), &file[..]);
        assert!(
            matches!(refused, Err(EnvelopeError::Damaged)),
            "{memory} KiB, {passes} passes"
        );
    }
}
