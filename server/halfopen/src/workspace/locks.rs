//! What the package managers' lock files say of installed versions.
//!
//! **Invariant**: a lock file answers only where no other answer is possible. `package-lock.json` tells the version
//! for each place; of the others only the list of all versions is read, and several versions of one package give
//! no answer.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use semver::Version;
use serde::Deserialize;

use super::read::{self, Limits};
use super::slashes;

/// No lock file is larger, in bytes.
const MAX_SIZE: u64 = 64 * 1024 * 1024;

/// Reads a lock file's text.
type Reader = fn(&str) -> Option<Lock>;

/// The lock files, with their readers.
const READERS: [(&str, Reader); 4] =
    [("package-lock.json", npm), ("pnpm-lock.yaml", pnpm), ("yarn.lock", yarn), ("bun.lock", bun)];

/// The names of the lock files that can be read.
pub(super) fn file_names() -> impl Iterator<Item = &'static str> {
    READERS.iter().map(|(name, _)| *name)
}

/// The versions that a lock file names.
#[derive(Debug, PartialEq)]
pub(super) enum Lock {
    /// By place: `node_modules/ws`, `packages/app/node_modules/ws`.
    Places(HashMap<String, Version>),
    /// Every version of each package.
    Names(HashMap<String, BTreeSet<Version>>),
}

impl Lock {
    /// The lock file of a folder. Two of them in one folder contradict each other sooner or later, and none counts;
    /// `Some(None)`: there is one and it says nothing that can be read.
    pub(super) fn of_folder(folder: &Path) -> Option<Option<Self>> {
        let mut there = READERS.iter().filter(|(name, _)| folder.join(name).is_file());
        let (name, reader) = there.next()?;
        if there.next().is_some() {
            return Some(None);
        }
        Some(read::text(&folder.join(name), Limits::up_to(MAX_SIZE)).ok().and_then(|text| reader(&text)))
    }

    /// The version of `package` for a file in `inner`, a folder as seen from the lock file.
    pub(super) fn version(&self, inner: &Path, package: &str) -> Option<Version> {
        match self {
            Self::Places(places) => inner.ancestors().find_map(|folder| {
                let folder = slashes(folder);
                let parted = if folder.is_empty() { "" } else { "/" };
                places.get(&format!("{folder}{parted}node_modules/{package}")).cloned()
            }),
            Self::Names(names) => {
                let versions = names.get(package)?;
                if versions.len() == 1 { versions.first().cloned() } else { None }
            }
        }
    }
}

#[derive(Deserialize)]
struct NpmLock {
    #[serde(default)]
    packages: HashMap<String, NpmPackage>,
}

#[derive(Deserialize)]
struct NpmPackage {
    version: Option<String>,
    /// Told where it is not the folder's name: an alias, or a package of the workspace.
    name: Option<String>,
}

/// Lock files of version 2 and 3; the older ones have no `packages`.
fn npm(text: &str) -> Option<Lock> {
    let lock: NpmLock = serde_json::from_str(text).ok()?;
    let places = lock.packages.into_iter().filter_map(|(place, package)| {
        if package.name.is_some_and(|name| !place.ends_with(&format!("node_modules/{name}"))) {
            return None;
        }
        let version = Version::parse(&package.version?).ok()?;
        Some((place, version))
    });
    Some(Lock::Places(places.collect()))
}

/// The keys below `packages:`: `/ws@8.1.0:`, `'@scope/name@1.2.3(react@18.0.0)':`, of old `/ws/8.1.0:`.
fn pnpm(text: &str) -> Option<Lock> {
    let section = text.lines().skip_while(|line| line.trim_end() != "packages:").skip(1);
    let section = section.take_while(|line| line.is_empty() || line.starts_with(' '));
    let keys = section.filter_map(|line| line.strip_prefix("  ").filter(|key| !key.starts_with(' ')));
    Some(names(keys.filter_map(|key| {
        let key = key.trim_end().strip_suffix(':')?.trim_matches(['\'', '"']);
        let key = key.strip_prefix('/').unwrap_or(key);
        let key = key.split('(').next().unwrap_or(key);
        name_and_version(key).or_else(|| {
            let (name, version) = key.rsplit_once('/')?;
            Some((name, version.split('_').next().unwrap_or(version)))
        })
    })))
}

/// A line such as `"@scope/name@^1.2.0", name@npm:^1.3.0:`, then `version "1.3.1"` or `version: 1.3.1`.
fn yarn(text: &str) -> Option<Lock> {
    let mut found = Vec::new();
    let mut header = None;
    for line in text.lines() {
        if let Some(key) = line.strip_suffix(':').filter(|key| !key.starts_with([' ', '#'])) {
            header = yarn_name(key);
        } else if let Some(version) = line.strip_prefix("  version") {
            let version = version.trim_matches([':', ' ', '"']);
            found.extend(header.take().map(|name| (name, version)));
        }
    }
    Some(names(found.into_iter()))
}

fn yarn_name(key: &str) -> Option<&str> {
    let first = key.trim_matches('"').split(", ").next()?.trim_matches('"');
    let at = first.get(1..)?.find('@')? + 1;
    let (name, range) = (&first[..at], &first[at + 1..]);
    // A second `@` names another package: an alias, or a patch.
    (!range.contains('@') && !range.starts_with("workspace:")).then_some(name)
}

/// Lines such as `"name": ["@scope/name@1.2.3", …],`.
fn bun(text: &str) -> Option<Lock> {
    Some(names(text.lines().filter_map(|line| {
        let (_, rest) = line.trim_start().strip_prefix('"')?.split_once("\": [\"")?;
        name_and_version(rest.split('"').next()?)
    })))
}

fn name_and_version(key: &str) -> Option<(&str, &str)> {
    let at = key.rfind('@').filter(|&at| at > 0)?;
    Some((&key[..at], &key[at + 1..]))
}

/// What is no version (a link, a file, a workspace) is passed over.
fn names<'text>(found: impl Iterator<Item = (&'text str, &'text str)>) -> Lock {
    let mut names: HashMap<String, BTreeSet<Version>> = HashMap::new();
    for (name, version) in found {
        if let Ok(version) = Version::parse(version) {
            names.entry(name.to_owned()).or_default().insert(version);
        }
    }
    Lock::Names(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(lock: &Option<Lock>, inner: &str, package: &str) -> Option<String> {
        lock.as_ref()?.version(Path::new(inner), package).map(|version| version.to_string())
    }

    #[test]
    fn npm_tells_the_version_of_the_nearest_place() {
        let lock = npm(r#"{ "lockfileVersion": 3, "packages": {
            "": { "name": "app", "version": "1.0.0" },
            "node_modules/ws": { "version": "8.1.0" },
            "node_modules/other": { "name": "ws", "version": "7.0.0" },
            "node_modules/linked": { "link": true, "resolved": "packages/linked" },
            "packages/app/node_modules/ws": { "version": "7.5.9" }
        } }"#);
        assert_eq!(version(&lock, "src", "ws").as_deref(), Some("8.1.0"));
        assert_eq!(version(&lock, "packages/app/src", "ws").as_deref(), Some("7.5.9"));
        assert_eq!(version(&lock, "", "other"), None);
        assert_eq!(version(&lock, "", "linked"), None);
    }

    #[test]
    fn pnpm_keys_of_all_ages_are_read() {
        let lock = pnpm(concat!(
            "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies: {}\n\npackages:\n\n",
            "  '@supabase/supabase-js@2.50.0':\n    resolution: {}\n\n",
            "  /ws@8.1.0(bufferutil@4.0.0):\n    resolution: {}\n\n  /mqtt/4.3.7_abc:\n    resolution: {}\n\n",
            "snapshots:\n\n  ably@1.0.0: {}\n",
        ));
        assert_eq!(version(&lock, "", "@supabase/supabase-js").as_deref(), Some("2.50.0"));
        assert_eq!(version(&lock, "", "ws").as_deref(), Some("8.1.0"));
        assert_eq!(version(&lock, "", "mqtt").as_deref(), Some("4.3.7"));
        assert_eq!(version(&lock, "", "ably"), None);
    }

    #[test]
    fn yarn_blocks_of_both_kinds_are_read() {
        let lock = yarn(concat!(
            "# yarn lockfile v1\n\n\"@supabase/supabase-js@^2.50.0\":\n  version \"2.50.1\"\n\n",
            "ws@^8.0.0, ws@^8.1.0:\n  version \"8.1.0\"\n\n\"old@npm:ws@^7.0.0\":\n  version \"7.0.0\"\n\n",
            "\"mqtt@npm:^5.0.0\":\n  version: 5.1.0\n  resolution: \"mqtt@npm:5.1.0\"\n",
        ));
        assert_eq!(version(&lock, "", "@supabase/supabase-js").as_deref(), Some("2.50.1"));
        assert_eq!(version(&lock, "", "ws").as_deref(), Some("8.1.0"));
        assert_eq!(version(&lock, "", "mqtt").as_deref(), Some("5.1.0"));
        assert_eq!(version(&lock, "", "old"), None);
    }

    #[test]
    fn several_versions_give_no_answer() {
        let lock = bun(concat!(
            "{\n  \"packages\": {\n    \"ws\": [\"ws@8.1.0\", \"\", {}, \"sha512-a\"],\n",
            "    \"app/ws\": [\"ws@7.0.0\", \"\", {}, \"sha512-b\"],\n",
            "    \"@scope/a\": [\"@scope/a@1.0.0\", \"\", {}, \"sha512-c\"],\n  },\n}\n",
        ));
        assert_eq!(version(&lock, "", "ws"), None);
        assert_eq!(version(&lock, "", "@scope/a").as_deref(), Some("1.0.0"));
    }
}
