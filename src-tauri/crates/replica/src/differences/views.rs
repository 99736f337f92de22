//! What waits for the server: every view against the server's version with what waits on top, and the
//! queue against the shadows it needs.

use bson::oid::ObjectId;
use domain::Source;

use super::Difference;
use crate::{documents::parse, error::StoreError, replica::Reader, sync::touches};

impl Reader<'_> {
    pub(super) fn compare_views(&self, found: &mut Vec<Difference>) -> Result<(), StoreError> {
        self.each_row(
            "SELECT collection, id, doc FROM shadows WHERE skipped = 0",
            |row| {
                let name: String = row.get(0)?;
                let id = ObjectId::from_bytes(row.get(1)?);
                let Some(Source::Documents(collection)) = Source::named(&name) else {
                    return Ok(());
                };
                let text: Option<String> = row.get(2)?;
                let mut view = text
                    .map(|text| parse(collection.name(), id, &text))
                    .transpose()?;
                for step in touches::steps(self.connection, collection, id)? {
                    view = touches::take(&step, collection, view)?.0;
                }
                let shown = self.document(collection, id)?;
                if shown != view {
                    let text = |document: Option<bson::Document>| {
                        document.map_or_else(|| "nothing".to_owned(), |held| held.to_string())
                    };
                    found.push(Difference::new(
                        &format!("view.{name}"),
                        &id,
                        &text(shown),
                        &text(view),
                    ));
                }
                Ok(())
            },
        )?;
        self.each_row(
            "SELECT hex(id), collection, 'nothing', 'a shadow' FROM outbox_touches t
             WHERE mode IN ('x', 'w', 'c') AND NOT EXISTS (
               SELECT 1 FROM shadows s WHERE s.collection = t.collection AND s.id = t.id)
             UNION ALL
             SELECT hex(id), collection, 'a shadow', 'nothing' FROM shadows s WHERE NOT EXISTS (
               SELECT 1 FROM outbox_touches t
               WHERE t.collection = s.collection AND t.id = s.id AND t.mode IN ('x', 'w', 'c'))",
            |row| {
                let (stored, actual): (String, String) = (row.get(2)?, row.get(3)?);
                found.push(Difference::new(
                    "queue.shadow",
                    &super::id_of(row)?,
                    &stored,
                    &actual,
                ));
                Ok(())
            },
        )
    }
}
