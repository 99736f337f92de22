//! Saving a new file beside others: a free name is found, nothing is ever overwritten.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
};

use crate::{dto::SavedFile, error::WorkflowError};

/// Writes a new file `stem.extension`, or `stem (2).extension` and so on where that name is taken.
/// Characters no file system takes become hyphens. `rows` is only told on.
pub fn save_new(
    folder: &Path,
    stem: &str,
    extension: &str,
    bytes: &[u8],
    rows: Option<u64>,
) -> Result<SavedFile, WorkflowError> {
    let saved = save_new_with(folder, stem, extension, |file| {
        file.write_all(bytes)
            .map_err(|source| unsaved(folder, source))
    })?;
    Ok(SavedFile { rows, ..saved })
}

/// The same with whatever `write` puts into the file. When it fails, no file remains.
pub fn save_new_with(
    folder: &Path,
    stem: &str,
    extension: &str,
    write: impl FnOnce(&mut File) -> Result<(), WorkflowError>,
) -> Result<SavedFile, WorkflowError> {
    let stem = safe(stem);
    std::fs::create_dir_all(folder).map_err(|source| unsaved(folder, source))?;
    for n in 1..10_000_u32 {
        let name = if n == 1 {
            format!("{stem}.{extension}")
        } else {
            format!("{stem} ({n}).{extension}")
        };
        let path = folder.join(&name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = write(&mut file).and_then(|()| {
                    file.sync_all()
                        .and_then(|()| file.metadata())
                        .map_err(|source| unsaved(folder, source))
                });
                return match written {
                    Ok(metadata) => Ok(SavedFile {
                        path: path.display().to_string(),
                        name,
                        bytes: metadata.len(),
                        rows: None,
                    }),
                    Err(error) => {
                        // Half a file would look like a whole one.
                        drop(file);
                        if let Err(left) = std::fs::remove_file(&path) {
                            tracing::warn!(%left, "an incomplete file could not be removed");
                        }
                        Err(error)
                    }
                };
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unsaved(folder, error)),
        }
    }
    Err(unsaved(folder, ErrorKind::AlreadyExists.into()))
}

fn unsaved(folder: &Path, source: io::Error) -> WorkflowError {
    WorkflowError::File {
        context: format!("The file could not be saved in {}", folder.display()),
        source,
    }
}

fn safe(stem: &str) -> String {
    let clean: String = stem
        .chars()
        .map(|c| {
            if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                '-'
            } else {
                c
            }
        })
        .take(120)
        .collect();
    let clean = clean
        .trim_matches(|c: char| c == '.' || c.is_whitespace())
        .to_owned();
    if clean.is_empty() {
        "document".to_owned()
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let first =
            save_new(folder.path(), "Receipt R-A/1", "pdf", b"one", None).expect("the first");
        let second =
            save_new(folder.path(), "Receipt R-A/1", "pdf", b"two", None).expect("the second");
        assert_eq!(first.name, "Receipt R-A-1.pdf");
        assert_eq!(second.name, "Receipt R-A-1 (2).pdf");
        assert_eq!(std::fs::read(first.path).expect("it is there"), b"one");
        assert_eq!(second.bytes, 3);
    }
}
