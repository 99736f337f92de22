//! The import of the Open University Learning Analytics Dataset, on a sample of it.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use domain::{Actor, Currency, DeviceId, Money, Role, enrollment::EnrollmentStatus};
use replica::{Key, Replica};
use workflows::{Desk, SystemClock, SystemIds, operations::import_oulad};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oulad-sample")
}

struct Place {
    _dir: tempfile::TempDir,
    replica: Replica,
    device: DeviceId,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let replica =
            Replica::create(&dir.path().join("replica.db"), &Key::from_bytes([7; 32])).unwrap();
        Self {
            _dir: dir,
            replica,
            device: DeviceId::new("DESK1").unwrap(),
        }
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            replica: &self.replica,
            authority: &self.replica,
            device: &self.device,
            clock: &SystemClock,
            ids: &SystemIds,
        }
    }

    fn actor(&self) -> Actor {
        Actor {
            user: None,
            name: "test".into(),
            role: Role::Admin,
            device: self.device.clone(),
        }
    }

    fn statuses(&self) -> (usize, usize, usize) {
        let mut found = Vec::new();
        self.replica
            .read(|reader| {
                reader.every_enrollment(|enrollment| {
                    found.push(enrollment.status);
                    Ok(())
                })
            })
            .unwrap();
        let count = |status| found.iter().filter(|s| **s == status).count();
        (
            count(EnrollmentStatus::Cancelled),
            count(EnrollmentStatus::Completed),
            count(EnrollmentStatus::Active),
        )
    }
}

fn price() -> Money {
    Money::new(25_000, Currency::Gbp)
}

#[test]
fn the_sample_becomes_an_institution_and_a_second_run_makes_nothing() {
    let place = Place::new();
    let actor = place.actor();
    let folder = std::env::var("OULAD").map_or_else(|_| sample(), PathBuf::from);
    let begun = std::time::Instant::now();
    let first = import_oulad(
        &place.desk(),
        &actor,
        &folder,
        price(),
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    eprintln!("{first:?} {:?} {:?}", place.statuses(), begun.elapsed());
    let again = import_oulad(
        &place.desk(),
        &actor,
        &folder,
        price(),
        &mut |_, _| {},
        &|| false,
    )
    .unwrap();
    assert_eq!(
        (again.courses, again.students, again.enrollments),
        (0, 0, 0)
    );
    assert_eq!(again.skipped, first.enrollments);
    eprintln!("{:?}", begun.elapsed());
}
