//! Reading the desktops that joined the workspace.

use bson::Document;
use domain::Collection;

use crate::{error::StoreError, replica::Reader};

impl Reader<'_> {
    /// The devices' documents, in the order they joined.
    pub fn devices(&self) -> Result<Vec<Document>, StoreError> {
        self.all(
            Collection::Devices,
            "SELECT id, doc FROM devices ORDER BY n",
            [],
        )
    }
}
