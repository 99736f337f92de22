//! The part of the command line that is about desktops.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::server_args::Scope;

/// An invitation.
#[derive(Debug, ClapArgs)]
pub(crate) struct Invite {
    /// Whose records the desktop will keep.
    #[arg(value_enum)]
    pub kind: Scope,
    /// The instructor's or student's e-mail address.
    #[arg(long, value_name = "E-MAIL")]
    pub person: Option<String>,
    /// Days until nobody can join with it any more.
    #[arg(long, default_value_t = 7)]
    pub days: i64,
    /// Read the connection string with the new desktop's login from standard input.
    #[arg(long, conflicts_with = "maker_stdin")]
    pub login_stdin: bool,
    /// Read a connection string of somebody who may make logins from standard input; it is used once.
    #[arg(long)]
    pub maker_stdin: bool,
    /// Go without encryption to another computer.
    #[arg(long)]
    pub insecure: bool,
    /// Where the invitation is written; by default here.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// A sealed file to open.
#[derive(Debug, ClapArgs)]
pub(crate) struct SealedInput {
    /// The file.
    pub file: PathBuf,
    /// Read its code or passphrase from standard input instead of asking for it.
    #[arg(long)]
    pub stdin: bool,
}

/// Where an export is written.
#[derive(Debug, ClapArgs)]
pub(crate) struct ExportTo {
    /// Where the file is written; by default here.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Read the passphrase from standard input instead of asking for it.
    #[arg(long)]
    pub passphrase_stdin: bool,
}
