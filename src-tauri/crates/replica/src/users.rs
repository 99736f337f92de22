//! Reading people.

use domain::{Collection, UserId, user::User};

use crate::{error::StoreError, replica::Reader};

impl Reader<'_> {
    /// A person.
    pub fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.one(
            Collection::Users,
            "SELECT id, doc FROM users WHERE id = ?1",
            [id.0.bytes()],
        )
    }

    /// The person with this address, written in lower case.
    pub fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        self.one(
            Collection::Users,
            "SELECT id, doc FROM users WHERE email = ?1",
            [email],
        )
    }

    /// Those of the people asked for that exist, in the order asked for.
    pub fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        ids.iter()
            .filter_map(|id| self.user(*id).transpose())
            .collect()
    }

    /// How many administrators may sign in.
    pub fn active_admins(&self) -> Result<i64, StoreError> {
        self.number(
            "SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'",
            [],
        )
    }

    /// Whether anybody is in the workspace yet.
    pub fn any_user(&self) -> Result<bool, StoreError> {
        self.exists("SELECT 1 FROM users LIMIT 1", [])
    }

    /// Every person, in the order they were added, one at a time.
    pub fn every_user(
        &self,
        visit: impl FnMut(User) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(
            Collection::Users,
            "SELECT id, doc FROM users ORDER BY n",
            [],
            visit,
        )
    }
}
