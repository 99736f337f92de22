//! The calls the other floors make: blocking, on a [`Server`].

use bson::Document;

use super::{
    MigrationError, Order, Progress, Report, State, Status, all, catalogue::Catalogue, record, run,
    status,
};
use crate::Server;

impl Server {
    /// How the migrations stand, and what stands in the way of those that are pending. Reads every
    /// document while the first ones are pending.
    pub fn migrations_status(&self) -> Result<Status, MigrationError> {
        self.block_on(status::status(self.database(), &all()))
    }

    /// How many migrations are pending; refused when the database was prepared by a newer program or
    /// in another form. Reads only their records.
    pub fn migrations_pending(&self) -> Result<usize, MigrationError> {
        self.block_on(async {
            let records = record::all(self.database()).await?;
            status::check(&all(), &records)?;
            let rows = status::rows(&all(), &records);
            Ok(rows
                .iter()
                .filter(|row| row.state == State::Pending)
                .count())
        })
    }

    /// Runs migrations up or back, or says what would be done. `progress` is called before each step.
    pub fn migrate(
        &self,
        order: &Order,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Report, MigrationError> {
        self.block_on(run::run(self.database(), &all(), order, progress))
    }

    /// The database's collections, validators, indexes and roles in an order that does not change, the
    /// records of migrations left out: two databases prepared alike say the same.
    pub fn catalogue(&self) -> Result<Document, MigrationError> {
        self.block_on(async { Ok(Catalogue::read(self.database()).await?.snapshot()) })
    }
}
