//! From any specifier that is not relative to the file of the workspace that it names: by the `paths` and `baseUrl` of
//! a tsconfig, as a package of the workspace, or by what frameworks agree on.
//!
//! Deliberately absent: what lies below `node_modules`, unless it is a link into the workspace, and what lies outside the
//! repository. A file of no repository has relative imports alone.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashmap::DashMap;
use oxc_resolver::{
    FileMetadata, FileSystem, FileSystemOs, ResolveError, ResolveOptions, ResolverGeneric, TsconfigDiscovery,
};

use super::read::kind_of;
use super::resolve::{EXTENSIONS, candidates};
use super::{folders_upward, is_below_node_modules};

/// What frameworks agree on without a tsconfig in the repository: SvelteKit and Nuxt generate theirs. Each is what a
/// specifier starts with, and folders below the nearest package.json.
const CONVENTIONS: &[(&str, &[&str])] =
    &[("$lib/", &["src/lib"]), ("@/", &["src", "", "app"]), ("~/", &["src", "", "app"])];

/// The modules that specifiers name, remembered.
#[derive(Default)]
pub(super) struct Aliases {
    /// By the repository's root.
    resolvers: DashMap<PathBuf, Arc<ResolverGeneric<InRepository>>>,
    /// By the importing file's folder and the specifier.
    found: DashMap<(PathBuf, String), Option<PathBuf>>,
}

impl Aliases {
    /// The file that `specifier` names from a document of the repository with that root.
    pub(super) fn resolve(&self, document: &Path, root: &Path, specifier: &str) -> Option<PathBuf> {
        let folder = document.parent()?;
        // Packages of Node and of registries are never files of the workspace.
        if specifier.is_empty() || specifier.contains([':', '?', '\\']) || specifier.starts_with(['.', '/']) {
            return None;
        }
        let key = (folder.to_path_buf(), specifier.to_owned());
        if let Some(known) = self.found.get(&key) {
            return known.clone();
        }
        let found = self.find(document, root, folder, specifier);
        self.found.insert(key, found.clone());
        found
    }

    /// Forgets all: files came or went, or a manifest changed.
    pub(super) fn forget(&self) {
        self.resolvers.clear();
        self.found.clear();
    }

    fn find(&self, document: &Path, root: &Path, folder: &Path, specifier: &str) -> Option<PathBuf> {
        let resolver = Arc::clone(&self.resolvers.entry(root.to_path_buf()).or_insert_with(|| resolver(root)));
        let resolved =
            resolver.resolve_file(document, specifier).ok().map(|resolution| resolution.path().to_path_buf());
        let is_module =
            |path: &PathBuf| path.starts_with(root) && !is_below_node_modules(path) && kind_of(path).is_ok();
        resolved.or_else(|| conventional(folder, specifier)).filter(is_module)
    }
}

fn conventional(folder: &Path, specifier: &str) -> Option<PathBuf> {
    let (prefix, below) = CONVENTIONS.iter().find(|(prefix, _)| specifier.starts_with(prefix))?;
    let package = folders_upward(folder).find(|folder| folder.join("package.json").is_file())?;
    let bases = below.iter().map(|base| package.join(base).join(&specifier[prefix.len()..]));
    bases.flat_map(|base| candidates(&base, false)).find(|path| path.is_file())
}

fn resolver(root: &Path) -> Arc<ResolverGeneric<InRepository>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let options = ResolveOptions {
        tsconfig: Some(TsconfigDiscovery::Auto),
        extensions: EXTENSIONS.iter().map(|extension| format!(".{extension}")).collect(),
        // TypeScript's sources import what will be built from its sources.
        extension_alias: vec![
            (".js".to_owned(), words(&[".ts", ".tsx", ".js"])),
            (".jsx".to_owned(), words(&[".tsx", ".jsx"])),
            (".mjs".to_owned(), words(&[".mts", ".mjs"])),
            (".cjs".to_owned(), words(&[".cts", ".cjs"])),
        ],
        // Sources before what is built from them, which is seldom there.
        condition_names: words(&["source", "development", "types", "svelte", "import", "require", "default"]),
        main_fields: words(&["source", "svelte", "types", "typings", "module", "main"]),
        ..ResolveOptions::default()
    };
    let system = InRepository { root: root.to_path_buf(), system: FileSystemOs };
    Arc::new(ResolverGeneric::new_with_file_system(system, options))
}

/// The files of a repository; nothing else is there.
struct InRepository {
    root: PathBuf,
    system: FileSystemOs,
}

impl InRepository {
    fn inside(&self, path: &Path) -> io::Result<()> {
        if path.starts_with(&self.root) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

impl FileSystem for InRepository {
    fn new() -> Self {
        Self { root: PathBuf::new(), system: FileSystemOs }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.inside(path)?;
        self.system.read(path)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        self.inside(path)?;
        self.system.read_to_string(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.inside(path)?;
        self.system.metadata(path)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.inside(path)?;
        self.system.symlink_metadata(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        self.system.read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.system.canonicalize(path)
    }
}

#[cfg(test)]
mod tests {
    use super::super::slashes;
    use super::super::temporary::Folder;
    use super::*;

    /// The file that `specifier` names from `app/src/a.ts`, in a repository with these files.
    fn resolved(files: &[(&str, &str)], specifier: &str) -> Option<String> {
        let folder = Folder::new("aliases");
        folder.write("repository/.git/HEAD", "");
        for (file, text) in files {
            folder.write(&format!("repository/{file}"), text);
        }
        let root = std::fs::canonicalize(folder.path("repository")).expect("it was made just now");
        let found = Aliases::default().resolve(&root.join("app/src/a.ts"), &root, specifier)?;
        Some(slashes(found.strip_prefix(&root).ok()?))
    }

    #[test]
    fn the_paths_of_a_tsconfig_and_of_what_it_extends_are_followed() {
        let files = [
            ("app/tsconfig.json", r#"{ "extends": "../tsconfig.base.json" } // as in all packages"#),
            (
                "tsconfig.base.json",
                r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "@app/*": ["app/src/*"] } } }"#,
            ),
            ("app/src/lib/feed.ts", ""),
            ("shared/topics/index.ts", ""),
        ];
        assert_eq!(resolved(&files, "@app/lib/feed").as_deref(), Some("app/src/lib/feed.ts"));
        assert_eq!(resolved(&files, "shared/topics").as_deref(), Some("shared/topics/index.ts"));
        assert_eq!(resolved(&files, "@app/lib/none"), None);
    }

    #[test]
    fn what_frameworks_agree_on_is_known() {
        let files = [("app/package.json", "{}"), ("app/src/lib/feed.ts", ""), ("app/composables/use-feed.ts", "")];
        assert_eq!(resolved(&files, "$lib/feed").as_deref(), Some("app/src/lib/feed.ts"));
        assert_eq!(resolved(&files, "@/lib/feed").as_deref(), Some("app/src/lib/feed.ts"));
        assert_eq!(resolved(&files, "~/composables/use-feed").as_deref(), Some("app/composables/use-feed.ts"));
    }

    #[cfg(unix)]
    #[test]
    fn a_package_of_the_workspace_is_a_module_and_an_installed_one_is_not() {
        let folder = Folder::new("packages");
        folder.write("repository/.git/HEAD", "");
        folder
            .write("repository/packages/feed/package.json", r#"{ "name": "@team/feed", "exports": "./src/index.ts" }"#);
        folder.write("repository/packages/feed/src/index.ts", "");
        folder.write("repository/node_modules/ws/package.json", r#"{ "name": "ws", "main": "index.js" }"#);
        folder.write("repository/node_modules/ws/index.js", "");
        folder.write("repository/node_modules/@team/.keep", "");
        let root = std::fs::canonicalize(folder.path("repository")).expect("it was made just now");
        std::os::unix::fs::symlink(root.join("packages/feed"), root.join("node_modules/@team/feed")).expect("a link");
        let aliases = Aliases::default();
        let document = root.join("packages/app/a.ts");
        assert_eq!(aliases.resolve(&document, &root, "@team/feed"), Some(root.join("packages/feed/src/index.ts")));
        assert_eq!(aliases.resolve(&document, &root, "ws"), None);
    }

    #[test]
    fn nothing_outside_the_repository_is_found() {
        let files = [("app/tsconfig.json", r#"{ "compilerOptions": { "paths": { "up/*": ["../../*"] } } }"#)];
        assert_eq!(resolved(&files, "up/outside"), None);
        assert_eq!(resolved(&files, "node:fs"), None);
    }
}
