//! From the paths that a user names to the files that are checked.

use std::collections::HashSet;
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

/// What the paths lead to, beside files.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The folders that were named.
    pub(crate) folders: Vec<PathBuf>,
    /// Named paths that lead nowhere.
    pub(crate) refused: Vec<(PathBuf, Skip)>,
    /// Folders that could not be looked into.
    pub(crate) left_out: Vec<(PathBuf, Skip)>,
}

/// Walks folders, honouring `.gitignore` and `.ignore`, and takes files as they are. Hidden files and folders,
/// links and unknown kinds of files are passed over. `found` gets each file once, as soon as it is met.
pub(crate) fn walk(paths: &[PathBuf], mut found: impl FnMut(Target)) -> Walk {
    let mut walk = Walk::default();
    let mut met = HashSet::new();
    let mut folders = Vec::new();
    // Files first: one that is named stays so if a folder leads to it, too.
    for path in paths {
        let path = absolute(path);
        match fs::metadata(&path) {
            Err(error) => walk.refused.push((path, Skip::from(&error))),
            Ok(metadata) if metadata.is_dir() => folders.push(path),
            Ok(_) => {
                if met.insert(path.clone()) {
                    found(Target { path, named: true });
                }
            }
        }
    }
    // Names are remembered only where a file may be met twice.
    let is_once = met.is_empty() && folders.len() == 1;
    for path in folders {
        if is_below_node_modules(&path) {
            walk.left_out.push((path, Skip::NodeModules));
            continue;
        }
        let each = |path: PathBuf| {
            if is_once || met.insert(path.clone()) {
                found(Target { path, named: false });
            }
        };
        walk_folder(&path, each, &mut walk.left_out);
        walk.folders.push(path);
    }
    walk
}

fn walk_folder(folder: &Path, mut found: impl FnMut(PathBuf), left_out: &mut Vec<(PathBuf, Skip)>) {
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
                    found(entry.into_path());
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
        let mut names = Vec::new();
        walk(&paths, |target| {
            let inner = target.path.strip_prefix(&root).expect("it stands in the folder");
            names.push((super::super::slashes(inner), target.named));
        });
        names.sort();
        names
    }

    #[test]
    fn a_walk_leaves_out_what_is_ignored() {
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
    fn a_file_that_two_paths_lead_to_is_taken_once() {
        let folder = Folder::new("twice");
        folder.write("src/a.ts", "");
        assert_eq!(names(&folder, &[".", "src", "src/a.ts"]), [("src/a.ts".to_owned(), true)]);
        assert_eq!(names(&folder, &["src", "."]), [("src/a.ts".to_owned(), false)]);
    }

    #[test]
    fn a_path_that_leads_nowhere_is_refused_and_the_rest_goes_on() {
        let folder = Folder::new("nowhere");
        folder.write("a.ts", "");
        let mut files = 0;
        let walk = walk(&[folder.path("none"), folder.path("a.ts")], |_| files += 1);
        assert_eq!(walk.refused, [(folder.path("none"), Skip::Missing)]);
        assert_eq!(files, 1);
    }
}
