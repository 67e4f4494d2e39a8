//! From the paths that a user names to the files that are checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::read::{Skip, kind_of};
use super::{absolute, is_below_node_modules, repository_root};

/// Folders that are never walked, whatever the ignore files say.
const NEVER_WALKED: [&str; 2] = ["node_modules", ".git"];

/// A file to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Whether the user named it: then it is checked even if an ignore file lists it, and trouble with it counts.
    pub(crate) named: bool,
}

/// What the paths lead to.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files, sorted by path, each once.
    pub(crate) files: Vec<Target>,
    /// The folders that were named.
    pub(crate) folders: Vec<PathBuf>,
    /// Named paths that lead nowhere.
    pub(crate) refused: Vec<(PathBuf, Skip)>,
    /// Folders that could not be looked into.
    pub(crate) left_out: Vec<(PathBuf, Skip)>,
}

/// Walks folders, honouring `.gitignore` and `.ignore`, and takes files as they are. Hidden files and folders,
/// links and unknown kinds of files are passed over.
pub(crate) fn walk(paths: &[PathBuf]) -> Walk {
    let mut walk = Walk::default();
    let mut files = BTreeMap::new();
    for path in paths {
        let path = absolute(path);
        match fs::metadata(&path) {
            Err(error) => walk.refused.push((path, Skip::from(&error))),
            Ok(metadata) if !metadata.is_dir() => {
                files.insert(path, true);
            }
            Ok(_) if is_below_node_modules(&path) => walk.left_out.push((path, Skip::NodeModules)),
            Ok(_) => {
                walk_folder(&path, &mut files, &mut walk.left_out);
                walk.folders.push(path);
            }
        }
    }
    walk.files = files.into_iter().map(|(path, named)| Target { path, named }).collect();
    walk
}

fn walk_folder(folder: &Path, files: &mut BTreeMap<PathBuf, bool>, left_out: &mut Vec<(PathBuf, Skip)>) {
    let mut builder = WalkBuilder::new(folder);
    builder
        // Without a repository a `.gitignore` still says what its author does not want to see.
        .require_git(repository_root(folder).is_some())
        .filter_entry(|entry| !NEVER_WALKED.iter().any(|never| entry.file_name() == *never));
    for entry in builder.build() {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && kind_of(entry.path()).is_ok() {
                    files.entry(entry.into_path()).or_insert(false);
                }
            }
            Err(error) => {
                let place = place_of(&error).unwrap_or(folder).to_path_buf();
                let why = error.io_error().map_or_else(|| Skip::Io(error.to_string()), Skip::from);
                left_out.push((place, why));
            }
        }
    }
}

fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(place_of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::temporary::Folder;
    use super::*;

    fn names(folder: &Folder, paths: &[&str]) -> Vec<(String, bool)> {
        let root = folder.path("");
        let paths: Vec<_> = paths.iter().map(|path| folder.path(path)).collect();
        let files = walk(&paths).files.into_iter();
        files
            .map(|target| {
                let inner = target.path.strip_prefix(&root).expect("it stands in the folder");
                (super::super::slashes(inner), target.named)
            })
            .collect()
    }

    #[test]
    fn a_walk_is_sorted_and_leaves_out_what_is_ignored() {
        let folder = Folder::new("walk");
        folder.write(".gitignore", "built/\n");
        folder.write(".ignore", "vendor.js\n");
        for file in ["src/b.ts", "src/a.tsx", "built/c.ts", "vendor.js", "notes.md", ".hidden/d.ts"] {
            folder.write(file, "");
        }
        folder.write("packages/app/node_modules/library/index.js", "");
        let expected = [("src/a.tsx".to_owned(), false), ("src/b.ts".to_owned(), false)];
        assert_eq!(names(&folder, &["."]), expected);
    }

    #[test]
    fn a_named_file_is_taken_even_if_it_is_ignored() {
        let folder = Folder::new("named");
        folder.write(".gitignore", "built/\n");
        folder.write("built/c.ts", "");
        folder.write("a.ts", "");
        let expected = [("a.ts".to_owned(), false), ("built/c.ts".to_owned(), true)];
        assert_eq!(names(&folder, &[".", "built/c.ts"]), expected);
    }

    #[test]
    fn a_path_that_leads_nowhere_is_refused_and_the_rest_goes_on() {
        let folder = Folder::new("nowhere");
        folder.write("a.ts", "");
        let walk = walk(&[folder.path("none"), folder.path("a.ts")]);
        assert_eq!(walk.refused, [(folder.path("none"), Skip::Missing)]);
        assert_eq!(walk.files.len(), 1);
    }
}
