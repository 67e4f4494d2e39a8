//! From a relative specifier to the file that it names.
//!
//! Deliberately absent: everything below `node_modules`, which is no module of the workspace; packages and aliases, which
//! are for `aliases`.

use std::path::{Path, PathBuf};

use super::is_below_node_modules;

/// The extensions of modules, in the order in which they are tried.
pub(super) const EXTENSIONS: [&str; 10] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte"];

/// The file that `specifier` names from a file in `folder`, among those that are there; none outside the repository, whose
/// root `root` is.
pub(super) fn resolve(
    folder: &Path,
    root: Option<&Path>,
    specifier: &str,
    is_there: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let first = specifier.split('/').next()?;
    if !matches!(first, "." | "..") || specifier.contains(['\\', ':', '?']) {
        return None;
    }
    let mut base = folder.to_path_buf();
    for part in specifier.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                base.pop();
            }
            name => base.push(name),
        }
    }
    let is_outside = root.is_some_and(|root| !base.starts_with(root));
    if is_outside || is_below_node_modules(&base) {
        return None;
    }
    let names_folder = matches!(specifier.rsplit('/').next(), Some("" | "." | ".."));
    candidates(&base, names_folder).into_iter().find(|path| is_there(path))
}

/// The files that a specifier may mean, the likeliest first.
pub(super) fn candidates(base: &Path, names_folder: bool) -> Vec<PathBuf> {
    let mut candidates = Vec::new();
    if !names_folder {
        let extension = base.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        // TypeScript's sources import what will be built from its sources.
        let sources: &[&str] = match extension {
            "js" => &["ts", "tsx"],
            "jsx" => &["tsx"],
            "mjs" => &["mts"],
            "cjs" => &["cts"],
            _ => &[],
        };
        candidates.extend(sources.iter().map(|source| base.with_extension(source)));
        if EXTENSIONS.contains(&extension) {
            candidates.push(base.to_path_buf());
        }
        candidates.extend(EXTENSIONS.iter().map(|extension| {
            let mut name = base.as_os_str().to_owned();
            name.push(".");
            name.push(extension);
            PathBuf::from(name)
        }));
    }
    candidates.extend(EXTENSIONS.iter().map(|extension| base.join(format!("index.{extension}"))));
    candidates
}

#[cfg(test)]
mod tests {
    use super::super::slashes;
    use super::super::temporary::Folder;
    use super::*;

    /// The file that `specifier` names from `src/a.ts`, in a repository with these files.
    fn resolved(files: &[&str], specifier: &str) -> Option<String> {
        let folder = Folder::new("resolve");
        folder.write("repository/.git/HEAD", "");
        for file in files {
            folder.write(&format!("repository/{file}"), "");
        }
        let root = folder.path("repository");
        let found = resolve(&root.join("src"), Some(&root), specifier, Path::is_file)?;
        let inner = found.strip_prefix(&root).ok()?;
        Some(slashes(inner))
    }

    #[test]
    fn extensions_and_index_files_are_tried() {
        assert_eq!(resolved(&["src/b.tsx"], "./b").as_deref(), Some("src/b.tsx"));
        assert_eq!(resolved(&["src/b.store.ts"], "./b.store").as_deref(), Some("src/b.store.ts"));
        assert_eq!(resolved(&["src/b.ts", "src/b/index.ts"], "./b").as_deref(), Some("src/b.ts"));
        assert_eq!(resolved(&["src/b.ts", "src/b/index.ts"], "./b/").as_deref(), Some("src/b/index.ts"));
        assert_eq!(resolved(&["index.vue", "src.ts"], "..").as_deref(), Some("index.vue"));
    }

    #[test]
    fn a_built_name_means_its_source() {
        assert_eq!(resolved(&["src/b.ts", "src/b.js"], "./b.js").as_deref(), Some("src/b.ts"));
        assert_eq!(resolved(&["src/b.js"], "./b.js").as_deref(), Some("src/b.js"));
        assert_eq!(resolved(&["src/b.mts"], "./b.mjs").as_deref(), Some("src/b.mts"));
    }

    #[test]
    fn what_is_no_module_of_the_workspace_is_not_found() {
        let files = ["src/ws.ts", "node_modules/ws/index.js", "src/b.css", "../outside.ts"];
        for specifier in ["ws", "@/ws", "../node_modules/ws", "./b.css", "../../outside", "./ws?raw", "./none", ""] {
            assert_eq!(resolved(&files, specifier), None, "{specifier}");
        }
    }
}
