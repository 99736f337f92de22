//! The part of the command line that is about an institution's server.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use domain::Currency;
use workflows::operations::server::dto;

use crate::args::currency;

/// Joining a server.
#[derive(Debug, ClapArgs)]
pub(crate) struct Connect {
    /// Read the connection string from the first line of standard input. There is no other way to give
    /// it: a command line can be seen by everybody on the computer.
    #[arg(long, required = true)]
    pub uri_stdin: bool,
    /// Which environment, where the connection string names no database.
    #[arg(long, value_enum)]
    pub environment: Option<Environment>,
    /// Which database.
    #[arg(long)]
    pub database: Option<String>,
    /// Go without encryption to another computer.
    #[arg(long)]
    pub insecure: bool,
    /// Whose records to keep.
    #[arg(long, value_enum, default_value_t = Scope::Office)]
    pub scope: Scope,
    /// The instructor's or student's e-mail address.
    #[arg(long, value_name = "E-MAIL")]
    pub person: Option<String>,
    /// Run the migrations that are pending.
    #[arg(long)]
    pub migrate: bool,
    /// Leave documents that break a validator as they are.
    #[arg(long)]
    pub accept_offending: bool,
    /// Only say what the server is and what it holds.
    #[arg(long)]
    pub probe: bool,
    /// Upload the workspace that is here.
    #[arg(long, conflicts_with_all = ["create", "scope", "person"])]
    pub attach: bool,
    /// Make an institution of this name where there is none. The administrator's password is the second
    /// line of standard input.
    #[arg(long, value_name = "NAME")]
    pub create: Option<String>,
    /// The administrator's name.
    #[arg(long, requires = "create", default_value = "")]
    pub admin_name: String,
    /// The administrator's e-mail address.
    #[arg(long, requires = "create", default_value = "")]
    pub admin_email: String,
    /// The institution's time zone.
    #[arg(long, requires = "create", default_value = "UTC")]
    pub timezone: String,
    /// Proposed for new courses.
    #[arg(long, requires = "create", default_value = "USD", value_parser = currency)]
    pub currency: Currency,
}

/// The four environments.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Environment {
    /// students_enrollment_dev
    Development,
    /// students_enrollment_test
    Testing,
    /// students_enrollment_staging
    Staging,
    /// students_enrollment_prod
    Production,
}

impl From<Environment> for dto::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Development => Self::Development,
            Environment::Testing => Self::Testing,
            Environment::Staging => Self::Staging,
            Environment::Production => Self::Production,
        }
    }
}

/// Whose records a desktop keeps.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Scope {
    /// Everything.
    Office,
    /// Payments and what they name.
    Finance,
    /// An instructor's courses.
    Instructor,
    /// A student's own.
    Student,
}

impl From<Scope> for dto::DeskScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Office => Self::Office,
            Scope::Finance => Self::Finance,
            Scope::Instructor => Self::Instructor,
            Scope::Student => Self::Student,
        }
    }
}

/// Leaving a server.
#[derive(Debug, ClapArgs)]
pub(crate) struct Detach {
    /// Delete this desktop's copy.
    #[arg(long)]
    pub wipe: bool,
    /// The institution's name: with --wipe, and where change sets still wait.
    #[arg(long, value_name = "INSTITUTION", default_value = "")]
    pub confirm: String,
}

/// Synchronising.
#[derive(Debug, ClapArgs)]
pub(crate) struct Sync {
    /// Go on until everything is here and nothing waits, however long the server is away. Ends with exit code 1
    /// when only a person can go on, with 3 when the server refuses this desktop.
    #[arg(long, conflicts_with = "status")]
    pub wait: bool,
    /// Only say how it stands.
    #[arg(long)]
    pub status: bool,
}

/// Migrations.
#[derive(Debug, Subcommand)]
pub(crate) enum Migrate {
    /// Apply what is pending.
    Up(Steps),
    /// Take back, the last one unless --to says where to stop.
    Rollback(Steps),
    /// Say how they stand.
    Status,
}

/// How far.
#[derive(Debug, ClapArgs)]
pub(crate) struct Steps {
    /// The number to stop at.
    #[arg(long, value_name = "N")]
    pub to: Option<u32>,
    /// Only list the commands.
    #[arg(long)]
    pub dry_run: bool,
}

/// The queue.
#[derive(Debug, Subcommand)]
pub(crate) enum Queue {
    /// What waits and what failed.
    List,
    /// Send one that failed once more.
    Retry {
        /// Its operation number.
        op: String,
    },
    /// Give one up: what it wrote here is undone. Never money.
    Discard {
        /// Its operation number.
        op: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Void money the server did not take.
    Void {
        /// Its operation number.
        op: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Write one to a file.
    Export {
        /// Its operation number.
        op: String,
        /// The folder to write to.
        #[arg(long, default_value = ".")]
        to: PathBuf,
    },
}
