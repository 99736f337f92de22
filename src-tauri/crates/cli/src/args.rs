//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use domain::{Currency, Money, Timestamp};
use workflows::{operations::LoadWanted, reporting::dto::ReportName};

pub(crate) use crate::{
    desktop_args::{ExportTo, Invite, SealedInput},
    server_args::{Connect, Detach, Migrate, Queue, Sync},
};

/// Runs a Matricula workspace from a terminal.
#[derive(Debug, Parser)]
#[command(name = "matriculactl", version, about, propagate_version = true)]
pub(crate) struct Args {
    /// The workspace's folder; by default the one the window opens.
    #[arg(long, global = true, env = "MATRICULA_HOME", value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an institution and its first administrator.
    Init(Init),
    /// Fill a workspace with sample data; makes the workspace where there is none.
    Seed(Seed),
    /// Bring people, courses or a whole institution in.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Print a report.
    Report(Report),
    /// Check that everything stored agrees; exit code 1 when something does not.
    Verify {
        /// Walk the server's ledger, counters and references instead of this desktop's copy.
        #[arg(long)]
        server: bool,
    },
    /// Make load data for measuring; the same for the same seed.
    Generate(Generate),
    /// Administrators.
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Clear expired sessions and tokens, here and on the server; for cron, daily.
    Cleanup,
    /// Take payments another program captured into the ledger, so that reports have them and they can be
    /// refunded; exit code 1 when some are left.
    AdoptPayments {
        /// Only say what would be booked.
        #[arg(long)]
        dry_run: bool,
    },
    /// Count anew what courses and students' progress say, and put right what differs; exit code 1 when
    /// something does and is only looked for.
    Repair {
        /// Look only.
        #[arg(long)]
        dry_run: bool,
    },
    /// Join an institution's MongoDB, or give it the workspace that is here (--attach).
    Connect(Connect),
    /// Leave the institution's server; this desktop keeps a local copy.
    Detach(Detach),
    /// Send what waits and fetch what is new.
    Sync(Sync),
    /// The migrations of the server's database.
    Migrate {
        #[command(subcommand)]
        what: Migrate,
    },
    /// How the server is; exit code 1 when it is not healthy.
    Health {
        /// How large its collections are, too.
        #[arg(long)]
        sizes: bool,
    },
    /// Every index of the server, its use, and how our queries are answered.
    Indexes,
    /// The slowest queries, by shape.
    Slow {
        /// Set the profiler first: 0 off, 1 slow ones, 2 all.
        #[arg(long)]
        level: Option<i32>,
    },
    /// Which commands of the window each role may call, as this build's gate has it. Needs no workspace.
    Matrix,
    /// Change sets that wait for the server, or that it did not take.
    Queue {
        #[command(subcommand)]
        what: Queue,
    },
    /// Invite a desktop: writes an invitation file and shows its one-time code.
    Invite(Invite),
    /// Join an institution by an invitation file and its code.
    Join(SealedInput),
    /// Seal a copy of the workspace into a file, to be opened on another computer or kept.
    ExportWorkspace(ExportTo),
    /// Open a workspace exported on another computer, as a desktop of its own.
    ImportWorkspace(SealedInput),
}

/// An institution.
#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// The institution's name.
    #[arg(long)]
    pub name: String,
    /// The administrator's name.
    #[arg(long)]
    pub admin_name: String,
    /// The administrator's e-mail address.
    #[arg(long)]
    pub admin_email: String,
    /// Read the administrator's password from standard input instead of asking for it.
    #[arg(long)]
    pub password_stdin: bool,
    /// The institution's time zone, an IANA name like Europe/London.
    #[arg(long, default_value = "UTC")]
    pub timezone: String,
    /// Proposed for new courses: USD, EUR, GBP or BDT.
    #[arg(long, default_value = "USD", value_parser = currency)]
    pub currency: Currency,
}

/// Sample data.
#[derive(Debug, ClapArgs)]
pub(crate) struct Seed {
    /// Which sample.
    pub set: Sample,
    /// Replace the workspace by a fresh sample. A workspace that is no sample has to be named:
    /// --reset "Its institution".
    #[arg(long, value_name = "INSTITUTION", num_args = 0..=1, default_missing_value = "")]
    pub reset: Option<String>,
    /// With --reset on a workspace with a server: the name of the database whose contents are deleted.
    #[arg(long, value_name = "DATABASE", requires = "reset")]
    pub confirm: Option<String>,
}

/// The samples there are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Sample {
    /// Two people and one course.
    Simple,
    /// Hundreds of people, 47 courses, eighteen months of history.
    Full,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// People, from a CSV file.
    People(Csv),
    /// Courses, from a CSV file.
    Courses(CsvCourses),
    /// The Open University Learning Analytics Dataset, from its folder.
    Oulad(Oulad),
    /// The imports done.
    List,
    /// Take an import back, as far as nothing of it is in use.
    Undo {
        /// The import's id, as `import list` shows it.
        id: String,
    },
}

/// A CSV file.
#[derive(Debug, ClapArgs)]
pub(crate) struct Csv {
    /// The file.
    pub file: PathBuf,
    /// Fill a field from a column, or from a constant with field==value. May be repeated, for one column
    /// too; fields not named are filled from the columns that look right and are not named either.
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapping)]
    pub map: Vec<(String, String)>,
    /// Check only.
    #[arg(long)]
    pub dry_run: bool,
}

/// A CSV file of courses.
#[derive(Debug, ClapArgs)]
pub(crate) struct CsvCourses {
    #[command(flatten)]
    pub csv: Csv,
    /// E-mail address of who teaches the courses whose rows name nobody.
    #[arg(long, value_name = "E-MAIL")]
    pub instructor: Option<String>,
}

/// The dataset.
#[derive(Debug, ClapArgs)]
pub(crate) struct Oulad {
    /// The folder with its four files.
    pub folder: PathBuf,
    /// What every enrollment costs, e.g. 250; the data have no prices.
    #[arg(long)]
    pub price: String,
    /// In which currency: USD, EUR, GBP or BDT.
    #[arg(long, value_parser = currency)]
    pub currency: Currency,
}

/// A report.
#[derive(Debug, ClapArgs)]
pub(crate) struct Report {
    /// Which.
    #[arg(value_parser = report)]
    pub name: ReportName,
    /// From this day on (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Up to this day.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Only this course, by its id.
    #[arg(long, value_name = "ID")]
    pub course: Option<String>,
    /// As CSV.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// Load data.
#[derive(Debug, ClapArgs)]
pub(crate) struct Generate {
    /// How many enrollments.
    #[arg(long)]
    pub enrollments: u64,
    /// Which institution.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The last day of the year everything happened in (YYYY-MM-DD); without it always the same.
    #[arg(long, value_name = "DAY", value_parser = LoadWanted::end_of)]
    pub until: Option<Timestamp>,
}

/// What can be done about administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make an administrator's account, for when nobody can sign in any more.
    Create {
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Read the password from standard input instead of asking for it.
        #[arg(long)]
        password_stdin: bool,
    },
}

pub(crate) fn currency(text: &str) -> Result<Currency, domain::Refusal> {
    text.parse()
}

fn report(text: &str) -> Result<ReportName, UnknownReport> {
    ReportName::ALL
        .iter()
        .find(|(_, word)| *word == text)
        .map(|(name, _)| *name)
        .ok_or(UnknownReport)
}

/// There is no report of that name.
#[derive(Debug, thiserror::Error)]
#[error("the reports are {}", ReportName::ALL.map(|(_, word)| word).join(", "))]
struct UnknownReport;

fn mapping(text: &str) -> Result<(String, String), UnknownMapping> {
    match text.split_once('=') {
        Some((field, column)) if !field.trim().is_empty() && !column.is_empty() => {
            Ok((field.trim().to_owned(), column.to_owned()))
        }
        _ => Err(UnknownMapping),
    }
}

/// The mapping is no mapping.
#[derive(Debug, thiserror::Error)]
#[error("write it as field=column, or field==value for a constant")]
struct UnknownMapping;

impl Oulad {
    /// The price as an amount.
    pub(crate) fn amount(&self) -> Result<Money, domain::Refusal> {
        Money::parse(&self.price, self.currency)
    }
}
