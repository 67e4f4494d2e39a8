//! Files: finding them, reading them within limits, and what stands around them (settings, modules, versions).
//!
//! **Invariant**: only this room decides what is read. It reads no source below `node_modules`, and upward of a
//! file, to the repository's root, only settings, manifests, lock files, tsconfigs and ignore files. It writes nothing.
//! Paths are absolute here, without `.` and `..`; how they are shown is for the caller.

mod aliases;
pub(crate) mod around;
pub(crate) mod caches;
mod chain;
pub(crate) mod config;
mod database;
mod locks;
pub(crate) mod migration;
pub(crate) mod modules;
mod providers;
pub(crate) mod read;
mod resolve;
mod roots;
#[cfg(test)]
mod temporary;
mod versions;
pub(crate) mod walk;

use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

pub(crate) use roots::{DocumentNames, document_name};

/// The path from the file system's root, without `.` and `..`.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    if !absolute.components().any(|part| part == Component::ParentDir) {
        return absolute;
    }
    // Only the file system knows where `..` leads behind a link.
    std::fs::canonicalize(&absolute).unwrap_or(absolute)
}

/// The folder, `folder` or one above it, that holds `.git`.
pub(crate) fn repository_root(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| ancestor.join(".git").exists())
}

/// `folder` and the folders above it, up to the repository's root; without a repository, to the file system's.
pub(crate) fn folders_upward(folder: &Path) -> impl Iterator<Item = &Path> {
    let mut inside = true;
    folder.ancestors().take_while(move |ancestor| {
        let keep = inside;
        inside = inside && !ancestor.join(".git").exists();
        keep
    })
}

/// The path as text, parted by `/` on every system.
pub(crate) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(MAIN_SEPARATOR, "/") }
}

/// Whether some part of the path is `node_modules`.
pub(crate) fn is_below_node_modules(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "node_modules")
}

#[cfg(test)]
mod tests {
    use super::temporary::Folder;
    use super::*;

    #[test]
    fn folders_upward_end_at_the_repository() {
        let folder = Folder::new("upward");
        folder.write("repository/.git/HEAD", "");
        let root = folder.path("repository");
        let middle = root.join("packages");
        let inner = middle.join("app");
        let found: Vec<&Path> = folders_upward(&inner).collect();
        assert_eq!(found, [inner.as_path(), middle.as_path(), root.as_path()]);
        assert_eq!(repository_root(&inner), Some(root.as_path()));
    }
}
