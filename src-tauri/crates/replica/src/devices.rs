//! Reading the desktops that joined the workspace.

use bson::Document;
use domain::{Collection, DeviceId, device::Device};

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

    /// The desktops, in the order they joined. A document of another form is left out.
    pub fn desktops(&self) -> Result<Vec<Device>, StoreError> {
        let documents = self.devices()?;
        Ok(documents
            .into_iter()
            .filter_map(|document| bson::deserialize_from_document(document).ok())
            .collect())
    }

    /// The desktop of that name.
    pub fn desktop(&self, name: &DeviceId) -> Result<Option<Device>, StoreError> {
        Ok(self
            .desktops()?
            .into_iter()
            .find(|device| device.name == *name))
    }
}
