//! Reading the workspace's settings.

use domain::{Collection, settings::Settings};

use crate::{error::StoreError, replica::Reader};

impl Reader<'_> {
    /// The settings; none before the institution is created.
    pub fn settings(&self) -> Result<Option<Settings>, StoreError> {
        self.one(
            Collection::Settings,
            "SELECT id, doc FROM settings ORDER BY n LIMIT 1",
            [],
        )
    }
}
