//! The institution's documents and the rules about them: identifiers, money, state machines, roles,
//! and the change set that every write of the product is.
//!
//! Pure by construction: nothing here reads a clock, draws a random number, opens a file or waits.
//! Time, identifiers and earlier documents are arguments; decisions come back as a [`ChangeSet`] or a
//! [`Refusal`]. How a change set is stored is the business of the authorities (`replica`, `remote`).

pub mod audit;
pub mod chain;
pub mod change;
pub mod compare;
pub mod course;
pub mod device;
pub mod enrollment;
pub mod error;
pub mod ids;
pub mod ledger;
pub mod missed;
pub mod money;
pub mod patching;
pub mod payment;
pub mod role;
pub mod rules;
pub mod scope;
pub mod settings;
pub mod source;
pub mod text;
pub mod token;
pub mod user;

pub use change::{Change, ChangeSet, Collection, Guard, Offline};
pub use error::{Code, Refusal};
pub use ids::{CourseId, DeviceId, EnrollmentId, LessonId, ModuleId, OpId, PaymentId, UserId};
pub use money::{Currency, Money};
pub use role::{Actor, Role};
pub use scope::{Reach, Scope};
pub use source::Source;

/// A moment, in UTC with millisecond precision: what BSON calls a date.
pub type Timestamp = bson::DateTime;
