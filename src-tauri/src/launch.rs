//! What the program is told when it starts: the command line and `MATRICULA_HOME`.
//!
//! Deliberately absent: what is found inside the data directory. That is the composition root's.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager, Runtime};
use thiserror::Error;
use workflows::accounts::Keys;

/// The variable that moves the data directory, for tests and for portable installations.
pub const HOME_VARIABLE: &str = "MATRICULA_HOME";

const USAGE: &str = "\
Usage: matricula [--workspace DIR] [--demo]

  --workspace DIR  keep everything in DIR instead of the person's application data
                   (the variable MATRICULA_HOME does the same; the argument wins)
  --demo           open the workspace signed in as its sample administrator;
                   refused for a workspace that was not filled with the sample data
  --version        print the version
  --help           print this";

/// How this run was started.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// The data directory, when it was named; otherwise the platform's own place is used.
    pub workspace: Option<PathBuf>,
    /// Open the sample workspace signed in.
    pub demo: bool,
    /// Where the workspace's keys are, instead of the system's keyring. Never read from the command
    /// line: tests set it.
    pub keys: Option<Keys>,
    /// Where files for the person are saved, instead of their downloads folder. Tests set it.
    pub downloads: Option<PathBuf>,
}

/// Why the program does not go on to open a window.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LaunchError {
    /// The command line asked for a text, and this is it.
    #[error("{0}")]
    Answered(String),
    /// An argument nobody knows.
    #[error("matricula does not know the argument {0:?}\n\n{USAGE}")]
    Unknown(String),
    /// `--workspace` came last or with nothing behind it.
    #[error("--workspace needs a directory\n\n{USAGE}")]
    NoDirectory,
}

impl Launch {
    /// Reads this process's own arguments and environment.
    ///
    /// # Errors
    /// See [`LaunchError`].
    pub fn from_process() -> Result<Self, LaunchError> {
        Self::read(std::env::args_os().skip(1), std::env::var_os(HOME_VARIABLE))
    }

    /// Reads the arguments after the program's name, and the value of `MATRICULA_HOME`.
    ///
    /// # Errors
    /// See [`LaunchError`].
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        home: Option<OsString>,
    ) -> Result<Self, LaunchError> {
        let mut launch = Self {
            workspace: home.filter(|value| !value.is_empty()).map(PathBuf::from),
            ..Self::default()
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy();
            match text.as_ref() {
                "--demo" => launch.demo = true,
                "--help" | "-h" => return Err(LaunchError::Answered(USAGE.to_owned())),
                "--version" | "-V" => {
                    return Err(LaunchError::Answered(format!(
                        "matricula {}",
                        env!("CARGO_PKG_VERSION")
                    )));
                }
                "--workspace" => {
                    launch.workspace = Some(directory(arguments.next())?);
                }
                other => match other.strip_prefix("--workspace=") {
                    Some(value) => launch.workspace = Some(directory(Some(value.into()))?),
                    None => return Err(LaunchError::Unknown(text.into_owned())),
                },
            }
        }
        Ok(launch)
    }

    /// The directory of the workspace; it may not exist yet. Beside the web view's own files in the
    /// platform's place, unless it was named.
    ///
    /// # Errors
    /// The platform names no place for application data and none was given.
    pub fn home<R: Runtime>(&self, app: &AppHandle<R>) -> Result<PathBuf, tauri::Error> {
        match &self.workspace {
            Some(directory) => Ok(directory.clone()),
            None => Ok(app.path().app_data_dir()?.join("workspace")),
        }
    }

    /// Where files for the person are saved: their downloads folder, or one beside the workspace where
    /// the system names none.
    pub fn downloads<R: Runtime>(&self, app: &AppHandle<R>, home: &Path) -> PathBuf {
        match &self.downloads {
            Some(directory) => directory.clone(),
            None => app
                .path()
                .download_dir()
                .unwrap_or_else(|_| home.with_file_name("downloads")),
        }
    }
}

fn directory(value: Option<OsString>) -> Result<PathBuf, LaunchError> {
    value
        .filter(|value| !value.is_empty() && !value.to_string_lossy().starts_with("--"))
        .map(PathBuf::from)
        .ok_or(LaunchError::NoDirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str], home: Option<&str>) -> Result<Launch, LaunchError> {
        Launch::read(
            arguments.iter().map(OsString::from),
            home.map(OsString::from),
        )
    }

    #[test]
    fn an_argument_wins_over_the_variable() {
        let both = read(&["--workspace", "/a", "--demo"], Some("/b")).unwrap();
        assert_eq!(both.workspace, Some(PathBuf::from("/a")));
        assert!(both.demo, "--demo was given");
        assert_eq!(
            read(&["--workspace=/c"], None).unwrap().workspace,
            Some("/c".into())
        );
        assert_eq!(read(&[], Some("/b")).unwrap().workspace, Some("/b".into()));
        assert_eq!(
            read(&[], Some("")).unwrap().workspace,
            None,
            "an empty variable says nothing"
        );
    }

    #[test]
    fn a_wrong_command_line_is_refused_by_name() {
        assert_eq!(
            read(&["--workspace"], None).err(),
            Some(LaunchError::NoDirectory)
        );
        assert_eq!(
            read(&["--workspace", "--demo"], None).err(),
            Some(LaunchError::NoDirectory)
        );
        assert_eq!(
            read(&["--workspace="], None).err(),
            Some(LaunchError::NoDirectory)
        );
        assert_eq!(
            read(&["--dmeo"], None).err(),
            Some(LaunchError::Unknown("--dmeo".into()))
        );
    }
}
