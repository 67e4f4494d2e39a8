//! Which folder bounds what belongs together: modules are looked for inside it, and documents are named from it.
//!
//! That is the repository. Where there is none (an archive that was unpacked, a container's build), it is the nearest
//! folder upward with a lock file, which a workspace of packages has one of, and else the nearest one with a manifest.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashmap::DashMap;

use super::{locks, repository_root, slashes};

/// The folder that bounds what belongs together with what lies in `folder`, if anything tells.
pub(super) fn root_of(folder: &Path) -> Option<&Path> {
    repository_root(folder)
        .or_else(|| folder.ancestors().find(|folder| has_lock_file(folder)))
        .or_else(|| folder.ancestors().find(|folder| has_manifest(folder)))
}

fn has_lock_file(folder: &Path) -> bool {
    locks::file_names().any(|name| folder.join(name).is_file())
}

fn has_manifest(folder: &Path) -> bool {
    folder.join("package.json").is_file()
}

/// The path under which the engine knows a document: from its root, so that a checkout's own place (`/builds/e2e/…`)
/// makes nothing a test.
pub(crate) fn document_name(path: &Path) -> String {
    name_below(path, path.parent().and_then(root_of))
}

/// The roots of many folders, each looked for once.
#[derive(Debug, Default)]
pub(super) struct Roots {
    found: DashMap<PathBuf, Option<Arc<Path>>>,
    /// What stands for a root where there is no repository, for folders that were asked for.
    stand_ins: DashMap<PathBuf, Option<Arc<Path>>>,
}

impl Roots {
    /// What [`root_of`] gives.
    pub(super) fn of(&self, folder: &Path) -> Option<Arc<Path>> {
        self.repository(folder).or_else(|| {
            let known = self.stand_ins.get(folder).map(|known| known.clone());
            known.unwrap_or_else(|| {
                let root = root_of(folder).map(Arc::from);
                self.stand_ins.insert(folder.to_path_buf(), root.clone());
                root
            })
        })
    }

    fn repository(&self, folder: &Path) -> Option<Arc<Path>> {
        if let Some(known) = self.found.get(folder) {
            return known.clone();
        }
        let root = match folder.join(".git").exists() {
            true => Some(Arc::from(folder)),
            false => folder.parent().and_then(|above| self.repository(above)),
        };
        self.found.insert(folder.to_path_buf(), root.clone());
        root
    }

    /// Forgets all.
    pub(super) fn forget(&self) {
        self.found.clear();
        self.stand_ins.clear();
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

#[cfg(test)]
mod tests {
    use super::super::temporary::Folder;
    use super::*;

    #[test]
    fn a_document_is_named_from_its_repository() {
        let folder = Folder::new("e2e");
        folder.write("repository/.git/HEAD", "");
        folder.write("repository/src/package-lock.json", "{}");
        assert_eq!(document_name(&folder.path("repository/src/a.ts")), "/src/a.ts");
        let names = DocumentNames::default();
        for _ in 0..2 {
            assert_eq!(names.of(&folder.path("repository/src/a.ts")), "/src/a.ts");
        }
    }

    #[test]
    fn without_a_repository_the_lock_file_and_then_the_manifest_tell_the_root() {
        let folder = Folder::new("unpacked");
        folder.write("shop/bun.lock", "");
        folder.write("shop/packages/app/package.json", "{}");
        folder.write("lone/package.json", "{}");
        let roots = Roots::default();
        for (inner, outer) in [("shop/packages/app/src", "shop"), ("lone/src", "lone")] {
            let (inner, outer) = (folder.path(inner), folder.path(outer));
            assert_eq!(root_of(&inner), Some(outer.as_path()));
            for _ in 0..2 {
                assert_eq!(roots.of(&inner).as_deref(), Some(outer.as_path()));
            }
        }
    }
}
