//! Running migrations up and back, and telling how they stand.

use std::{collections::BTreeMap, time::Instant};

use bson::{Document, doc};
use domain::{DeviceId, Timestamp};
use mongodb::Database;

use super::{
    Migration,
    catalogue::Catalogue,
    error::MigrationError,
    lock::Lock,
    plan::{Planned, plan},
    record::{self, Record, Skipped},
    status::{Status, check, of, status},
    step::{Step, extended},
    survey::{Warning, expiring_people, survey},
    trail,
};
use crate::failure::{code, message};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Apply what is pending, and try again what was skipped.
    Up,
    /// Take back.
    Back,
}

/// What to run.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which way.
    pub direction: Direction,
    /// Up to this number (none: all); back until this one is the last (none: one less than now).
    pub to: Option<u32>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Go on though documents do not have the form they must have; they stay as they are.
    pub go_on: bool,
    /// From which desktop.
    pub device: DeviceId,
    /// When, for the record.
    pub at: Timestamp,
}

/// A step is about to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The migration's number.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// The step.
    pub step: String,
    /// Steps behind it, of all migrations of this run.
    pub done: usize,
    /// Steps of all migrations of this run.
    pub total: usize,
}

/// What was done, or would be.
#[derive(Clone, Debug)]
pub struct Report {
    /// The commands, as relaxed extended JSON, in order.
    pub commands: Vec<String>,
    /// Nothing was changed.
    pub dry_run: bool,
    /// Steps skipped.
    pub skipped: Vec<Skipped>,
    /// What somebody should know.
    pub warnings: Vec<Warning>,
    /// How the migrations stand now.
    pub now: Status,
}

/// Runs the order.
pub(crate) async fn run(
    db: &Database,
    all: &[Migration],
    order: &Order,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Report, MigrationError> {
    check(all, &record::all(db).await?)?;
    if order.dry_run {
        let mut run = Run::new(db, order, progress);
        run.all(all, None).await?;
        return run.report(all).await;
    }
    let lock = Lock::take(db, &order.device).await?;
    let mut run = Run::new(db, order, progress);
    // What went wrong is told in any case; a lock that cannot be given back runs out by itself.
    let done = run.all(all, Some(&lock)).await;
    let back = lock.give_back().await;
    done?;
    back?;
    run.report(all).await
}

/// One run.
struct Run<'a> {
    db: &'a Database,
    order: &'a Order,
    progress: &'a mut dyn FnMut(&Progress),
    commands: Vec<String>,
    skipped: Vec<Skipped>,
    warnings: Vec<Warning>,
    /// Roles a dry run would have made by now.
    imagined: BTreeMap<String, Document>,
    done: usize,
    total: usize,
}

impl<'a> Run<'a> {
    fn new(db: &'a Database, order: &'a Order, progress: &'a mut dyn FnMut(&Progress)) -> Self {
        Self {
            db,
            order,
            progress,
            commands: Vec::new(),
            skipped: Vec::new(),
            warnings: Vec::new(),
            imagined: BTreeMap::new(),
            done: 0,
            total: 0,
        }
    }

    async fn report(self, all: &[Migration]) -> Result<Report, MigrationError> {
        Ok(Report {
            commands: self.commands,
            dry_run: self.order.dry_run,
            skipped: self.skipped,
            warnings: self.warnings,
            now: status(self.db, all).await?,
        })
    }

    async fn all(&mut self, all: &[Migration], lock: Option<&Lock>) -> Result<(), MigrationError> {
        // Read again under the lock: another desktop may just have finished.
        let records = record::all(self.db).await?;
        check(all, &records)?;
        if let Some(to) = self.order.to
            && to != 0
            && !all.iter().any(|m| u32::try_from(m.number) == Ok(to))
        {
            return Err(MigrationError::NoSuch(to));
        }
        match self.order.direction {
            Direction::Up => self.up(all, &records, lock).await,
            Direction::Back => self.back(all, &records, lock).await,
        }
    }

    async fn up(
        &mut self,
        all: &[Migration],
        records: &[Record],
        lock: Option<&Lock>,
    ) -> Result<(), MigrationError> {
        let asked = |m: &&Migration| {
            self.order
                .to
                .is_none_or(|to| u32::try_from(m.number).is_ok_and(|n| n <= to))
        };
        let wanted: Vec<&Migration> = all
            .iter()
            .filter(asked)
            .filter(|m| {
                of(records, m).is_none_or(|record| record.unfinished || !record.skipped.is_empty())
            })
            .collect();
        let pending: Vec<&Migration> = wanted
            .iter()
            .copied()
            .filter(|m| of(records, m).is_none_or(|record| record.unfinished))
            .collect();
        let now = Catalogue::read(self.db).await?;
        let found = survey(self.db, &now, &pending).await?;
        if found.total > 0 && !self.order.go_on && !self.order.dry_run {
            return Err(MigrationError::Offending { total: found.total });
        }
        self.warnings = found.warnings;
        self.total = wanted
            .iter()
            .map(|m| steps_of(m, of(records, m)).len())
            .sum();
        for migration in wanted {
            self.apply(migration, of(records, migration), lock).await?;
        }
        Ok(())
    }

    /// Applies a migration, or of one that was applied the steps that were skipped.
    async fn apply(
        &mut self,
        migration: &Migration,
        before: Option<&Record>,
        lock: Option<&Lock>,
    ) -> Result<(), MigrationError> {
        let began = Instant::now();
        let mut now = Catalogue::read(self.db).await?;
        if let Some(roles) = &mut now.roles {
            roles.extend(self.imagined.clone());
        }
        let mut record = Record::begun(migration, &self.order.device, self.order.at, before);
        // What is replaced is written down before it goes: a run may end at any moment.
        if lock.is_some() && record.unfinished {
            record::keep(self.db, &record).await?;
        }
        for step in steps_of(migration, before) {
            let planned = plan(step, &now, None);
            if lock.is_none()
                && let Step::Role(role) = step
            {
                let made = doc! { "privileges": role.privileges(&now.database), "roles": [] };
                self.imagined.insert(role.name.to_owned(), made);
            }
            let more = record.note(
                planned.kept.clone(),
                planned.makes.clone(),
                planned.replaces.clone(),
            );
            if more && lock.is_some() {
                let so_far = Record {
                    skipped: before.map_or_else(Vec::new, |before| before.skipped.clone()),
                    ..record.clone()
                };
                record::keep(self.db, &so_far).await?;
            }
            if let Some(skipped) = self.take(migration, step, planned, lock).await? {
                record.skipped.push(skipped);
            }
        }
        self.skipped.extend(record.skipped.clone());
        if lock.is_some() {
            record.took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX)
                + before.map_or(0, |before| before.took_ms);
            record.unfinished = false;
            record::keep(self.db, &record).await?;
        }
        Ok(())
    }

    async fn back(
        &mut self,
        all: &[Migration],
        records: &[Record],
        lock: Option<&Lock>,
    ) -> Result<(), MigrationError> {
        let last = records
            .iter()
            .map(|record| record.number)
            .max()
            .unwrap_or(0);
        let to = self
            .order
            .to
            .map_or(last - 1, |to| i32::try_from(to).unwrap_or(i32::MAX));
        let wanted: Vec<(&Migration, &Record)> = all
            .iter()
            .rev()
            .filter(|migration| migration.number > to)
            .filter_map(|migration| Some((migration, of(records, migration)?)))
            .collect();
        self.total = wanted.iter().map(|(m, _)| m.down.len()).sum();
        self.warnings = expiring_people(&Catalogue::read(self.db).await?);
        for (migration, record) in wanted {
            let now = Catalogue::read(self.db).await?;
            for step in &migration.down {
                let planned = plan(step, &now, Some(record));
                if let Some(skipped) = self.take(migration, step, planned, lock).await? {
                    self.skipped.push(skipped);
                }
            }
            if lock.is_some() {
                record::forget(self.db, migration.number).await?;
            }
        }
        Ok(())
    }

    /// Takes a step, or in a dry run notes it down; answers why it was skipped.
    async fn take(
        &mut self,
        migration: &Migration,
        step: &Step,
        planned: Planned,
        lock: Option<&Lock>,
    ) -> Result<Option<Skipped>, MigrationError> {
        (self.progress)(&Progress {
            number: migration.number,
            name: migration.name.to_owned(),
            step: step.name(),
            done: self.done,
            total: self.total,
        });
        self.done += 1;
        if let Some(why) = planned.blocked {
            return Ok(Some(Skipped {
                step: step.name(),
                code: None,
                why,
            }));
        }
        if matches!(step, Step::ChainTrail)
            && let Some(lock) = lock
        {
            trail::adopt(self.db, lock).await?;
        }
        for command in planned.commands {
            let Some(lock) = lock else {
                self.commands.push(extended(command));
                continue;
            };
            if let Some(filled) = self.still_filled(&command).await? {
                self.warnings.push(Warning {
                    code: "collection",
                    message: format!("The collection {filled} has documents and stays."),
                });
                continue;
            }
            lock.renew(self.db).await?;
            let sent = async { Ok(self.db.run_command(command.clone()).await) };
            match lock.while_held(self.db, sent).await? {
                Ok(_) => self.commands.push(extended(command)),
                Err(error) => {
                    return match why_skipped(step, &error) {
                        Some(why) => Ok(Some(Skipped {
                            step: step.name(),
                            code: code(&error),
                            why,
                        })),
                        None => Err(error.into()),
                    };
                }
            }
        }
        Ok(None)
    }

    /// The name of a collection that is to be dropped though it has documents.
    async fn still_filled(&self, command: &Document) -> Result<Option<String>, MigrationError> {
        let Ok(name) = command.get_str("drop") else {
            return Ok(None);
        };
        let any = self
            .db
            .collection::<Document>(name)
            .find_one(doc! {})
            .await?;
        Ok(any.map(|_| name.to_owned()))
    }
}

/// The steps to take: all, or those that were skipped.
fn steps_of<'a>(migration: &'a Migration, before: Option<&Record>) -> Vec<&'a Step> {
    let skipped = |step: &&Step| {
        before.is_none_or(|record| {
            record.unfinished || record.skipped.iter().any(|s| s.step == step.name())
        })
    };
    migration.up.iter().filter(skipped).collect()
}

/// Why a step is left out when the server answers so; none: the run stops.
fn why_skipped(step: &Step, error: &mongodb::error::Error) -> Option<String> {
    let code = code(error)?;
    let words = message(error);
    match (step, code) {
        (Step::Index(index), 67) if index.is_text() => Some(
            "This server has no text indexes. Search does not depend on it: desktops search their own copy.".to_owned(),
        ),
        (Step::Index(_), 85 | 86) => Some(format!(
            "An index of another program is in the way: {words}. Drop it and run the migrations again."
        )),
        (Step::Index(_), 11_000) => Some(format!(
            "Several documents have the same value: {words}. Mend them and run the migrations again."
        )),
        // CannotCreateIndex, InvalidOptions, CommandNotSupported, InvalidIndexSpecificationOption.
        (Step::Index(_), 67 | 72 | 115 | 197) => {
            Some(format!("This server cannot make this index: {words}"))
        }
        (Step::Role(_) | Step::DropRole { .. }, 13) => Some(
            "This login may not make roles. Run the migrations with a login that owns the database.".to_owned(),
        ),
        (Step::Role(_) | Step::DropRole { .. }, 59 | 115) => {
            Some(format!("This server has no roles: {words}"))
        }
        _ => None,
    }
}
