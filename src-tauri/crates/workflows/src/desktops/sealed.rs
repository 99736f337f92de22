//! What the workflows of sealed files share: their names, their refusals, and finding them.
//!
//! The format is the vault's (`vault::Sealer`).

use std::{fs, io, path::Path};

use domain::{Code, Refusal};
use vault::EnvelopeError;

use super::dto::{SealedFile, SealedKind};
use crate::error::WorkflowError;

/// How names of exported workspaces end.
pub(super) const WORKSPACE: &str = "matricula";
/// How names of invitations end.
pub(super) const INVITATION: &str = "matricula-invitation";
/// So many files are offered.
const OFFERED: usize = 50;

/// What a sealed file's failure is to the person at the desk. `secret` is the form's field for what it is
/// sealed with, `wrong` the sentence for a wrong one.
pub(super) fn refused(
    error: EnvelopeError,
    path: &Path,
    secret: &str,
    wrong: &str,
) -> WorkflowError {
    match error {
        EnvelopeError::WrongSecret => Refusal::field(Code::BadCredentials, secret, wrong).into(),
        EnvelopeError::Io(source) => unread(path, source),
        EnvelopeError::Sealing(_) => WorkflowError::Defect(error.to_string()),
        EnvelopeError::NotSealed
        | EnvelopeError::OtherContent
        | EnvelopeError::Newer
        | EnvelopeError::Damaged => Refusal::field(Code::Invalid, "path", error.to_string()).into(),
    }
}

/// A file that could not be read; one that is not there is the person's to correct.
pub(super) fn unread(path: &Path, source: io::Error) -> WorkflowError {
    if matches!(
        source.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::IsADirectory
    ) {
        let message = format!("There is no file {}.", path.display());
        return Refusal::field(Code::NotFound, "path", message).into();
    }
    WorkflowError::File {
        context: format!("The file {} could not be read", path.display()),
        source,
    }
}

/// The sealed files in a folder, by name. A folder that is not there has none.
pub fn sealed_files(folder: &Path) -> Result<Vec<SealedFile>, WorkflowError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(unread(folder, source)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| unread(folder, source))?;
        let path = entry.path();
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            Some(WORKSPACE) => SealedKind::Workspace,
            Some(INVITATION) => SealedKind::Invitation,
            _ => continue,
        };
        let metadata = entry.metadata().map_err(|source| unread(&path, source))?;
        if metadata.is_file() {
            found.push(SealedFile {
                path: path.display().to_string(),
                name: entry.file_name().to_string_lossy().into_owned(),
                kind,
                bytes: metadata.len(),
            });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.truncate(OFFERED);
    Ok(found)
}
