//! Which version of a package is installed for a file: by the lock file, else by the package itself, else as a
//! range by the manifest.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashmap::DashMap;
use halfopen_engine::project::Installed;
use semver::{Version, VersionReq};
use serde_json::Value;

use super::folders_upward;
use super::locks::Lock;
use super::read::{self, Limits};

/// No manifest is larger, in bytes.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// The sections of a manifest that name dependencies.
const SECTIONS: [&str; 3] = ["dependencies", "devDependencies", "peerDependencies"];

/// What was looked up, by folder.
#[derive(Debug, Default)]
pub(super) struct Versions {
    answers: DashMap<(PathBuf, String), Installed>,
    /// The lock file of each folder; `Some(None)`: one that says nothing.
    locks: DashMap<PathBuf, Option<Arc<Option<Lock>>>>,
    manifests: DashMap<PathBuf, Option<Arc<Value>>>,
}

impl Versions {
    /// The versions of `package` that may be installed for the files of `folder`.
    pub(super) fn installed(&self, folder: &Path, package: &str) -> Installed {
        if !is_package_name(package) {
            return Installed::Unknown;
        }
        let key = (folder.to_path_buf(), package.to_owned());
        if let Some(answer) = self.answers.get(&key) {
            return answer.value().clone();
        }
        let answer = self.look_up(folder, package);
        self.answers.insert(key, answer.clone());
        answer
    }

    /// Forgets everything, so that changed files are seen.
    pub(super) fn forget(&self) {
        self.answers.clear();
        self.locks.clear();
        self.manifests.clear();
    }

    fn look_up(&self, folder: &Path, package: &str) -> Installed {
        if let Some(version) = self.locked(folder, package).or_else(|| unpacked(folder, package)) {
            return Installed::Exact(version);
        }
        let range = folders_upward(folder).find_map(|above| self.declared(above, package));
        range.and_then(|range| npm_range(&range)).map_or(Installed::Unknown, Installed::Range)
    }

    /// By the nearest lock file.
    fn locked(&self, folder: &Path, package: &str) -> Option<Version> {
        let (above, lock) = folders_upward(folder).find_map(|above| Some((above, self.lock_of(above)?)))?;
        let inner = folder.strip_prefix(above).ok()?;
        (*lock).as_ref()?.version(inner, package)
    }

    fn lock_of(&self, folder: &Path) -> Option<Arc<Option<Lock>>> {
        if let Some(lock) = self.locks.get(folder) {
            return lock.value().clone();
        }
        let lock = Lock::of_folder(folder).map(Arc::new);
        self.locks.insert(folder.to_path_buf(), lock.clone());
        lock
    }

    /// The range that the manifest of this very folder allows.
    fn declared(&self, folder: &Path, package: &str) -> Option<String> {
        let manifest = self.manifest_of(folder)?;
        let range = SECTIONS.iter().find_map(|section| manifest.get(section)?.get(package)?.as_str());
        range.map(str::to_owned)
    }

    fn manifest_of(&self, folder: &Path) -> Option<Arc<Value>> {
        if let Some(manifest) = self.manifests.get(folder) {
            return manifest.value().clone();
        }
        let manifest = manifest(&folder.join("package.json")).map(Arc::new);
        self.manifests.insert(folder.to_path_buf(), manifest.clone());
        manifest
    }
}

/// The version of the package that Node would load.
fn unpacked(folder: &Path, package: &str) -> Option<Version> {
    let manifest = folders_upward(folder)
        .find_map(|above| manifest(&above.join("node_modules").join(package).join("package.json")))?;
    Version::parse(manifest.get("version")?.as_str()?).ok()
}

fn manifest(path: &Path) -> Option<Value> {
    serde_json::from_str(&read::text(path, Limits::up_to(MAX_SIZE)).ok()?).ok()
}

/// A name that stays within `node_modules`.
fn is_package_name(package: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']);
    package.split('/').count() <= 2 && package.split('/').all(is_plain)
}

/// An npm range as the engine understands ranges; `None` for what it cannot say (alternatives, spans, tags, links).
fn npm_range(range: &str) -> Option<VersionReq> {
    if range.contains("||") || range.contains(" - ") {
        return None;
    }
    let mut comparators = Vec::new();
    let mut operator = "";
    for word in range.split_whitespace() {
        if word.chars().all(is_operator) {
            operator = word;
            continue;
        }
        comparators.push(comparator(&format!("{operator}{word}")));
        operator = "";
    }
    VersionReq::parse(&comparators.join(", ")).ok()
}

fn comparator(word: &str) -> String {
    let digits = word.find(|character: char| !is_operator(character)).unwrap_or(word.len());
    let (operator, version) = word.split_at(digits);
    let version = version.strip_prefix('v').unwrap_or(version);
    // A bare version is that version to npm, and to the crate any that is compatible.
    let is_part = version.chars().all(|character| character.is_ascii_digit() || character == '.');
    let is_bare = operator.is_empty() && (is_part || Version::parse(version).is_ok());
    format!("{}{version}", if is_bare { "=" } else { operator })
}

fn is_operator(character: char) -> bool {
    matches!(character, '<' | '>' | '=' | '^' | '~')
}

#[cfg(test)]
mod tests {
    use super::super::temporary::Folder;
    use super::*;

    const LOCK: &str = r#"{ "packages": { "node_modules/ws": { "version": "8.1.0" } } }"#;

    fn exact(version: &str) -> Installed {
        Installed::Exact(Version::parse(version).expect("it is a version"))
    }

    #[test]
    fn the_lock_file_comes_before_the_package_and_the_package_before_the_range() {
        let folder = Folder::new("versions");
        folder.write(".git/HEAD", "");
        folder.write("package.json", r#"{ "dependencies": { "ws": "^7.0.0" } }"#);
        let app = folder.path("app/src");
        assert_eq!(
            Versions::default().installed(&app, "ws"),
            Installed::Range(VersionReq::parse("^7.0.0").expect("it is a range"))
        );
        folder.write("node_modules/ws/package.json", r#"{ "version": "7.5.9" }"#);
        assert_eq!(Versions::default().installed(&app, "ws"), exact("7.5.9"));
        folder.write("package-lock.json", LOCK);
        assert_eq!(Versions::default().installed(&app, "ws"), exact("8.1.0"));
    }

    #[test]
    fn two_lock_files_in_one_folder_tell_nothing() {
        let folder = Folder::new("two-locks");
        folder.write(".git/HEAD", "");
        folder.write("package-lock.json", LOCK);
        folder.write("yarn.lock", "ws@^7.0.0:\n  version \"7.0.0\"\n");
        assert_eq!(Versions::default().installed(&folder.path(""), "ws"), Installed::Unknown);
    }

    #[test]
    fn answers_are_kept_until_they_are_forgotten() {
        let folder = Folder::new("kept");
        folder.write(".git/HEAD", "");
        let versions = Versions::default();
        assert_eq!(versions.installed(&folder.path("src"), "ws"), Installed::Unknown);
        folder.write("package-lock.json", LOCK);
        assert_eq!(versions.installed(&folder.path("src"), "ws"), Installed::Unknown);
        versions.forget();
        assert_eq!(versions.installed(&folder.path("src"), "ws"), exact("8.1.0"));
    }

    #[test]
    fn a_name_that_leaves_node_modules_is_no_package() {
        assert!(is_package_name("ws") && is_package_name("@supabase/supabase-js"));
        for name in ["", "..", "../ws", "/ws", "a/b/c", "@scope/", "a\\b", "c:x"] {
            assert!(!is_package_name(name), "{name}");
        }
    }

    #[test]
    fn ranges_mean_what_npm_means() {
        let meant = |range: &str| npm_range(range).map(|range| range.to_string());
        assert_eq!(meant("1.2.3").as_deref(), Some("=1.2.3"));
        assert_eq!(meant("v1.2").as_deref(), Some("=1.2"));
        assert_eq!(meant("^2.50.0").as_deref(), Some("^2.50.0"));
        assert_eq!(meant(">= 1.2.0 <2").as_deref(), Some(">=1.2.0, <2"));
        assert_eq!(meant("1.x").as_deref(), Some("1.*"));
        for unclear in ["1 || 2", "1.0.0 - 2.0.0", "latest", "workspace:*", "npm:ws@1", "file:../ws", ""] {
            assert_eq!(meant(unclear), None, "{unclear}");
        }
    }
}
