//! Files: finding them, reading them within limits, and what stands around them (settings, modules, versions).
//!
//! **Invariant**: only this room decides what is read. It reads no source below `node_modules`, and upward of a
//! file, to the repository's root, only settings, manifests, lock files, tsconfigs and ignore files. It writes nothing.
//! Paths are absolute here, without `.` and `..`; how they are shown is for the caller.

mod aliases;
pub(crate) mod config;
mod locks;
pub(crate) mod modules;
mod providers;
pub(crate) mod read;
mod resolve;
#[cfg(test)]
mod temporary;
mod versions;
pub(crate) mod walk;

use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use std::sync::Arc;

use dashmap::DashMap;

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

/// The path under which the engine knows a document: from the repository's root, so that a checkout's own place
/// (`/builds/e2e/…`) makes nothing a test.
pub(crate) fn document_name(path: &Path) -> String {
    name_below(path, path.parent().and_then(repository_root))
}

/// The repositories' roots of many folders, each looked for once.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    found: DashMap<PathBuf, Option<Arc<Path>>>,
}

impl Roots {
    /// What [`repository_root`] gives.
    pub(crate) fn of(&self, folder: &Path) -> Option<Arc<Path>> {
        if let Some(known) = self.found.get(folder) {
            return known.clone();
        }
        let root = match folder.join(".git").exists() {
            true => Some(Arc::from(folder)),
            false => folder.parent().and_then(|above| self.of(above)),
        };
        self.found.insert(folder.to_path_buf(), root.clone());
        root
    }

    /// Forgets all.
    pub(crate) fn forget(&self) {
        self.found.clear();
    }
}

/// The names of many documents: the root of each folder is looked for once.
#[derive(Debug, Default)]
pub(crate) struct DocumentNames {
    roots: Roots,
}

impl DocumentNames {
    /// What [`document_name`] gives.
    pub(crate) fn of(&self, path: &Path) -> String {
        let root = path.parent().and_then(|folder| self.roots.of(folder));
        name_below(path, root.as_deref())
    }
}

fn name_below(path: &Path, root: Option<&Path>) -> String {
    match root.and_then(|root| path.strip_prefix(root).ok()) {
        Some(inside) => format!("/{}", slashes(inside)),
        None => slashes(path),
    }
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

    #[test]
    fn a_document_is_named_from_its_repository() {
        let folder = Folder::new("e2e");
        folder.write("repository/.git/HEAD", "");
        assert_eq!(document_name(&folder.path("repository/src/a.ts")), "/src/a.ts");
        let names = DocumentNames::default();
        for _ in 0..2 {
            assert_eq!(names.of(&folder.path("repository/src/a.ts")), "/src/a.ts");
        }
    }
}
