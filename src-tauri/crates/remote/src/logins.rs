//! Logins of the server and the database as a whole: made and dropped by whoever may.
//!
//! Deliberately absent: what a role may do (the migrations say), and keeping a password.

use bson::{Bson, doc};

use crate::{port::RemoteError, server::Server};

/// A role and the database it is defined in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The role's name.
    pub role: &'a str,
    /// Its database.
    pub database: &'a str,
}

impl Server {
    /// Makes a login in `admin` with these roles. The password goes to the server and nowhere else.
    pub fn create_login(
        &self,
        name: &str,
        password: &str,
        grants: &[Grant<'_>],
    ) -> Result<(), RemoteError> {
        let roles: Vec<Bson> = grants
            .iter()
            .map(|grant| doc! { "role": grant.role, "db": grant.database }.into())
            .collect();
        let command = doc! { "createUser": name, "pwd": password, "roles": roles };
        self.call(async { self.client().database("admin").run_command(command).await })?;
        Ok(())
    }

    /// Takes a login away. One that is not there is already taken away.
    pub fn drop_login(&self, name: &str) -> Result<(), RemoteError> {
        let admin = self.client().database("admin");
        let there = doc! { "usersInfo": name };
        let found = self.call(async { admin.run_command(there).await })?;
        if found.get_array("users").is_ok_and(|users| users.is_empty()) {
            return Ok(());
        }
        self.call(async { admin.run_command(doc! { "dropUser": name }).await })?;
        Ok(())
    }

    /// Drops the whole database, when it is named as the one this connection is to.
    pub fn drop_database(&self, name: &str) -> Result<(), RemoteError> {
        if name != self.target().database {
            return Err(RemoteError::Failed(
                "another database was named than this desktop's".to_owned(),
            ));
        }
        self.call(async { self.database().drop().await })
    }
}
