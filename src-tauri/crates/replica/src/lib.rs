//! The workspace's store: one encrypted SQLite file with every document, the payment ledger, the audit
//! trail and the outbox.
//!
//! There is one way in: [`Replica::commit`] applies a change set whole or not at all. There is one way
//! out: [`Replica::read`] gives a [`Reader`] on one consistent state of the file. Reading and writing
//! are apart: nothing a [`Reader`] can do changes the file.
//!
//! Deliberately absent: rules (they are decided in `domain` before a change set exists), time,
//! randomness, and the network.

mod audit;
mod chain;
mod columns;
mod commit;
mod connection;
mod copying;
mod courses;
mod devices;
mod differences;
mod documents;
mod enrollments;
mod error;
mod examine;
mod forget;
mod guards;
mod imports;
mod key;
mod lease;
mod ledger;
pub mod lists;
mod mail;
mod meta;
mod named;
mod page;
mod payments;
mod replica;
pub mod reports;
#[cfg(test)]
mod sample;
mod schema;
pub mod search;
mod sessions;
mod settings;
mod stamped;
mod sync;
mod tokens;
mod unbooked;
mod users;

pub use audit::{Areas, AuditRow};
pub use chain::TrailRow;
pub use commit::{Authority, Committed, Decision};
pub use connection::end;
pub use differences::Difference;
pub use error::{CommitError, StoreError};
pub use examine::Extent;
pub use imports::{Import, ImportKind};
pub use key::Key;
pub use lease::Lease;
pub use lists::{
    AuditQuery, CourseQuery, CourseRow, CourseSort, EnrollmentQuery, EnrollmentRow, EnrollmentSort,
    PaymentQuery, PaymentRow, PaymentSort, PeopleQuery, PeopleSort, PersonRow,
};
pub use mail::{Mail, MailState, NewMail};
pub use page::{MAX_ROWS, Page, Total, Window};
pub use payments::ReferenceKind;
pub use replica::{Reader, Replica};
pub use schema::{MIGRATIONS, Migration};
pub use search::Hit;
pub use sessions::Session;
pub use sync::{
    Batch, Checkpoint, Conflict, Detached, Fingerprint, Mode, NewConflict, OutboxRow, QueueCounts,
    QueueRow, QueueState, RELEASES, Received, Settled, Unreadable,
};
