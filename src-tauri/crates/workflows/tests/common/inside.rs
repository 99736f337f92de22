//! A workspace file opened past the program.

use std::path::Path;

use rusqlite::Connection;
use vault::Vault;

/// The file of the workspace in this folder, whose key is in the vault.
pub(crate) fn inside(vault: &dyn Vault, dir: &Path) -> Connection {
    let key = vault.get("replica-key").unwrap().unwrap();
    let connection = Connection::open(dir.join("replica.db")).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"",
            hex::encode(key.expose())
        ))
        .unwrap();
    connection
}
