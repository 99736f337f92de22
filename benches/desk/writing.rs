//! Writing: a student enrolled and the payment recorded, each on the disk before the next (one by one,
//! as a person does it), and many in one act. On a copy of the institution.

use std::{path::Path, time::Instant};

use domain::{PaymentId, ledger::Method};
use workflows::{
    enrollment::{self, dto::EnrollPeople},
    payments::{self, dto::RecordCash},
};

use crate::{
    figures::{Outcome, Row, Samples, Table, since, workshop},
    institution::{self, Copied, Institution},
    raw::Raw,
};

const GROUP: &str = "Writing: local commit, synchronous = FULL";
/// Students enrolled one by one.
const ONES: usize = 200;
/// People enrolled in one act.
const MANY: usize = 1_000;
/// Enrollments written whole, as an import does.
const IMPORTED: u64 = 5_000;
/// A row about as long as a change set's.
const ROW: usize = 4_000;

/// Measures it in a copy of the institution in `home`.
pub(crate) fn measure_writing(home: &Path, enrollments: u64, table: &mut Table) -> Outcome {
    let copy = Copied::of(home)?;
    let at = Institution::open(&copy.home, enrollments)?;
    one_by_one(&at, &copy.home, table)?;
    in_one_act(&at, table)?;
    Ok(())
}

/// Enrollments made elsewhere, each with its payment and its row of the ledger in one change set.
pub(crate) fn measure_import(table: &mut Table) -> Outcome {
    let home = workshop().join("work").join("import");
    if home.exists() {
        std::fs::remove_dir_all(&home)?;
    }
    let workspace = institution::empty(&home, |_| Ok(()))?;
    let start = Instant::now();
    let made = institution::fill(&institution::desk(&workspace), IMPORTED)?;
    let rate = per_second(made, since(start));
    drop(workspace);
    std::fs::remove_dir_all(&home)?;
    let row = Row::figure(
        GROUP,
        "enrolled and paid, 1,000 in a transaction (load data)",
        rate,
        "/s",
    );
    table.push(row.asked("≥ 500/s", |row| row.p50 >= 500.0));
    Ok(())
}

fn one_by_one(at: &Institution, home: &Path, table: &mut Table) -> Outcome {
    let desk = at.desk();
    let courses = at.courses()?;
    let mut disk = Raw::connect(&home.join("bare.db"), &[7; 32])?;
    disk.connection()
        .execute_batch("CREATE TABLE bare (n INTEGER PRIMARY KEY, text TEXT)")?;
    let text = "x".repeat(ROW);
    let (mut enrolled, mut paid, mut both, mut bare) = (vec![], vec![], vec![], vec![]);
    'people: for person in at.students(5_000)? {
        for course in &courses {
            if both.len() == ONES {
                break 'people;
            }
            let args = EnrollPeople {
                users: vec![person.id.to_hex()],
                course: course.id.to_hex(),
                method: Method::Cash,
            };
            let start = Instant::now();
            let outcome = enrollment::enroll(&desk, &at.admin, args)?;
            let first = since(start);
            let Some(payment) = outcome.enrolled.first().and_then(|one| one.payment.clone()) else {
                continue;
            };
            let id: PaymentId = payment.parse()?;
            let rev = at
                .workspace
                .replica()
                .read(|reader| reader.payment(id))?
                .ok_or("the payment is not there")?
                .rev();
            let cash = RecordCash {
                id: payment,
                rev,
                amount_minor: outcome.price.minor,
                received_on: None,
                note: None,
            };
            let start = Instant::now();
            payments::payment_record_cash(&desk, &at.admin, cash)?;
            let second = since(start);
            enrolled.push(first);
            paid.push(second);
            both.push(first + second);

            let start = Instant::now();
            for _ in 0..2 {
                let transaction = disk.connection().transaction()?;
                transaction
                    .prepare_cached("INSERT INTO bare (text) VALUES (?)")?
                    .execute([&text])?;
                transaction.commit()?;
            }
            bare.push(since(start));
            // The next person: a class is not enrolled alphabetically by course.
            break;
        }
    }
    let bare = Samples::of(bare);
    let two = "two bare rows of 4 kB, same pragmas";
    let row = |what, times| Row::times(GROUP, what, &Samples::of(times)).at(at.enrollments);
    table.push(
        row("enroll + record payment, one by one", both)
            .beside(two, &bare)
            .asked("p95 ≤ 20 ms", |row| row.worst() <= 20.0),
    );
    table.push(row("  of which enrolling", enrolled));
    table.push(row("  of which recording the payment", paid));
    Ok(())
}

fn in_one_act(at: &Institution, table: &mut Table) -> Outcome {
    let students: Vec<String> = at
        .students(5_000)?
        .iter()
        .rev()
        .map(|person| person.id.to_hex())
        .collect();
    let (mut done, mut spent) = (0_usize, 0.0);
    for course in at.courses()? {
        for class in students.chunks(MANY) {
            let args = EnrollPeople {
                users: class.to_vec(),
                course: course.id.to_hex(),
                method: Method::Cash,
            };
            let start = Instant::now();
            let outcome = enrollment::enroll(&at.desk(), &at.admin, args)?;
            spent += since(start);
            done += outcome.enrolled.len();
        }
        if done >= MANY {
            break;
        }
    }
    let rate = per_second(u64::try_from(done)?, spent);
    let row = Row::figure(
        GROUP,
        format!("enrolled by the screen's act on many ({done})"),
        rate,
        "/s",
    );
    table.push(
        row.at(at.enrollments)
            .asked("≥ 500/s", |row| row.p50 >= 500.0),
    );
    Ok(())
}

fn per_second(count: u64, milliseconds: f64) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from) * 1000.0 / milliseconds
}
