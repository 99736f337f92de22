//! Where the workspace is, and how its keys are got at.

use std::{
    env, fs,
    io::{self, BufRead, IsTerminal},
    path::PathBuf,
};

use directories::BaseDirs;
use workflows::accounts::{Keys, Workspace};

use crate::{args::Args, failure::Failure};

/// The folder of the window's application data has this name (`tauri.conf.json`).
const APPLICATION: &str = "app.matricula.desktop";
/// Names the file with the passphrase, where there is no keyring.
const PASSPHRASE_FILE: &str = "MATRICULA_PASSPHRASE_FILE";

/// The workspace's folder: the one named, or the one the window opens.
pub(crate) fn folder(args: &Args) -> Result<PathBuf, Failure> {
    match &args.workspace {
        Some(folder) => std::path::absolute(folder).map_err(|source| Failure::File {
            path: folder.clone(),
            source,
        }),
        None => Ok(BaseDirs::new()
            .ok_or(Failure::NoPlace)?
            .data_dir()
            .join(APPLICATION)
            .join("workspace")),
    }
}

/// How the keys are got at: a passphrase from the file named, otherwise the keyring.
pub(crate) fn keys() -> Result<Keys, Failure> {
    let Some(path) = env::var_os(PASSPHRASE_FILE)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
    else {
        return Ok(Keys::Keyring);
    };
    let text = fs::read_to_string(&path).map_err(|source| Failure::File {
        path: path.clone(),
        source,
    })?;
    let passphrase = text.trim_end_matches(['\r', '\n']).to_owned();
    if passphrase.is_empty() {
        let source = io::Error::other("the file holds no passphrase");
        return Err(Failure::File { path, source });
    }
    Ok(Keys::from_passphrase(Some(passphrase)))
}

/// Opens the workspace.
pub(crate) fn open(args: &Args) -> Result<Workspace, Failure> {
    Workspace::open(&folder(args)?, &keys()?).map_err(Failure::of_keys)
}

/// A new password: the first line of standard input, or asked for twice.
pub(crate) fn password(stdin: bool) -> Result<String, Failure> {
    if stdin {
        return line();
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "Give the password with --password-stdin, or start this in a terminal.".to_owned(),
        ));
    }
    let first = rpassword::prompt_password("Password: ").map_err(Failure::Terminal)?;
    let second = rpassword::prompt_password("Once more: ").map_err(Failure::Terminal)?;
    if first == second {
        Ok(first)
    } else {
        Err(Failure::Usage(
            "The two passwords are not the same.".to_owned(),
        ))
    }
}

/// The first line of standard input.
pub(crate) fn line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(Failure::Terminal)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A secret that exists already: the first line of standard input, or asked for.
pub(crate) fn secret(prompt: &str, stdin: bool) -> Result<String, Failure> {
    if stdin {
        return line();
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "Give it on standard input with --stdin, or start this in a terminal.".to_owned(),
        ));
    }
    rpassword::prompt_password(prompt).map_err(Failure::Terminal)
}
