//! Putting a fixed text into its file, and a new migration into its folder.
//!
//! **Invariant**: a file is replaced as a whole or not at all, and never if it is no longer what was checked; no file is
//! replaced by a new one.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use halfopen_engine::finding::Migration;

use super::outcome::{NewFile, shown};
use crate::workspace::migration::{Migrations, now};

/// The files of new migrations, one after the other; `from`: the folder that paths are shown from.
pub(super) fn new_files(migrations: BTreeSet<(Migrations, Migration)>, from: &Path) -> Vec<NewFile> {
    let now = now();
    let mut last: Option<Migrations> = None;
    let mut files = Vec::new();
    for (folder, migration) in migrations {
        // Each comes after the one before.
        let behind = last.filter(|last| last.folder == folder.folder).unwrap_or(folder);
        let place = behind.next(&now, &migration.name);
        files.push(NewFile { path: shown(&place, from), place: place.clone(), migration });
        last = Some(Migrations { last: Some(place), folder: behind.folder });
    }
    files
}

/// Writes a file that is not there yet; the message says why not.
pub(super) fn create(path: &Path, text: &str) -> Result<(), String> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    };
    write().map_err(|error: io::Error| format!("not written: {error}"))
}

/// Replaces the file's content in one step, if it is still `before`; the message says why not.
pub(super) fn write(path: &Path, before: &str, after: &str) -> Result<(), String> {
    // A link stays a link: the file that it names is replaced.
    let path = fs::canonicalize(path).map_err(|error| format!("not fixed, it is gone: {error}"))?;
    let metadata = fs::metadata(&path).map_err(|error| format!("not fixed: {error}"))?;
    if metadata.permissions().readonly() {
        return Err("not fixed, it is read-only: make it writable and run again".to_owned());
    }
    let (temporary, file) = temporary_beside(&path).map_err(|error| format!("not fixed: {error}"))?;
    let replaced = fill(file, after, metadata.permissions()).map_err(|error| format!("not fixed: {error}"));
    let replaced = replaced.and_then(|()| {
        // The look comes last, so that hardly any time is left for another change.
        if fs::read(&path).ok().as_deref() != Some(before.as_bytes()) {
            return Err("not fixed, it was changed meanwhile: run again".to_owned());
        }
        fs::rename(&temporary, &path).map_err(|error| format!("not fixed: {error}"))
    });
    if replaced.is_err() {
        // If that fails too, the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    replaced
}

/// A new file in the same folder: a rename is one step only within a file system.
fn temporary_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.halfopen", std::process::id()));
    let file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    Ok((temporary, file))
}

fn fill(mut file: File, content: &str, permissions: fs::Permissions) -> io::Result<()> {
    file.write_all(content.as_bytes())?;
    file.set_permissions(permissions)?;
    file.sync_all()
}
