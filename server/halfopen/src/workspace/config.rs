//! Which settings file is in force for a file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use halfopen_engine::settings::{Layer, SettingsError, parse};
use halfopen_engine::text::{Encoding, Text};

use super::folders_upward;
use super::read::{self, Limits};

/// The names of a settings file; where both stand in one folder, the first counts.
const NAMES: [&str; 2] = ["halfopen.json", "halfopen.jsonc"];

/// No settings are larger, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// A settings file that is refused as a whole.
#[derive(Debug)]
pub(crate) struct Invalid {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What is wrong, at least one.
    pub(crate) errors: Vec<ConfigError>,
}

/// One mistake in a settings file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConfigError {
    /// Its line, from one.
    pub(crate) line: u32,
    /// Its column, from one, in UTF-16 units.
    pub(crate) column: u32,
    /// What is wrong, and what would be right.
    pub(crate) message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// What the settings file for a folder says, if there is one, or what is wrong with it.
pub(crate) type Found = Result<Option<Arc<Layer>>, Arc<Invalid>>;

/// The settings files, each looked for and read once.
#[derive(Debug, Default)]
pub(crate) struct Configs {
    /// The file that counts for everything, in place of a search.
    named: Option<PathBuf>,
    /// By folder; under the named file's own path if there is one.
    found: DashMap<PathBuf, Found>,
    /// Held while one is looked for: workers come to the files of a folder at the same time.
    search: Mutex<()>,
}

impl Configs {
    /// With `named`, that file counts for every file, and nothing is searched.
    pub(crate) fn new(named: Option<&Path>) -> Self {
        Self { named: named.map(super::absolute), found: DashMap::new(), search: Mutex::default() }
    }

    /// The settings for a file.
    pub(crate) fn for_file(&self, file: &Path) -> Found {
        self.for_folder(file.parent().unwrap_or(file))
    }

    /// The settings for the files of a folder: the nearest upward, to the repository's root.
    pub(crate) fn for_folder(&self, folder: &Path) -> Found {
        let key = self.named.as_deref().unwrap_or(folder);
        self.known(key).unwrap_or_else(|| {
            let _alone = self.search.lock().unwrap_or_else(PoisonError::into_inner);
            self.known(key).unwrap_or_else(|| self.look_up(key))
        })
    }

    fn known(&self, key: &Path) -> Option<Found> {
        self.found.get(key).map(|found| found.value().clone())
    }

    /// Looks, and remembers what it finds.
    fn look_up(&self, key: &Path) -> Found {
        let found = match &self.named {
            Some(file) => load(file).map(Some),
            None => self.search(key),
        };
        self.found.insert(key.to_path_buf(), found.clone());
        found
    }

    fn search(&self, folder: &Path) -> Found {
        if let Some(file) = settings_in(folder) {
            return load(&file).map(Some);
        }
        if folder.join(".git").exists() {
            return Ok(None);
        }
        folder.parent().map_or(Ok(None), |parent| self.known(parent).unwrap_or_else(|| self.look_up(parent)))
    }
}

/// The settings files upward of a file, looked for anew: the first one counts.
pub(crate) fn upward(file: &Path) -> impl Iterator<Item = PathBuf> {
    file.parent().into_iter().flat_map(folders_upward).filter_map(settings_in)
}

fn settings_in(folder: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| folder.join(name)).find(|file| file.is_file())
}

fn load(path: &Path) -> Result<Arc<Layer>, Arc<Invalid>> {
    let invalid = |errors| Arc::new(Invalid { path: path.to_path_buf(), errors });
    let content = match read::text(path, Limits::up_to(MAX_SIZE)) {
        Ok(content) => content,
        Err(skip) => {
            let message = format!("the settings cannot be read: {skip}");
            return Err(invalid(vec![ConfigError { line: 1, column: 1, message }]));
        }
    };
    // The parser takes a byte order mark for a mistake.
    let body = content.strip_prefix('\u{feff}').unwrap_or(&content);
    let folder = path.parent().unwrap_or(path);
    parse(body).map(|layer| Arc::new(layer.based_on(folder))).map_err(|errors| {
        let text = Text::new(body);
        invalid(errors.into_iter().map(|error| place(&text, error)).collect())
    })
}

fn place(text: &Text, error: SettingsError) -> ConfigError {
    let start = text.position(error.span.start as usize, Encoding::Utf16);
    ConfigError { line: start.line + 1, column: start.character + 1, message: error.message }
}

#[cfg(test)]
mod tests {
    use halfopen_engine::settings::Preset;

    use super::super::temporary::Folder;
    use super::*;

    fn preset(found: &Found) -> Option<Preset> {
        found.as_ref().expect("the settings are valid").as_ref().and_then(|layer| layer.preset)
    }

    #[test]
    fn the_nearest_settings_upward_count() {
        let folder = Folder::new("nearest");
        folder.write("repository/.git/HEAD", "");
        folder.write("repository/halfopen.json", r#"{ "preset": "strict" }"#);
        folder.write("repository/app/halfopen.jsonc", "{ \"preset\": \"recommended\", } // quiet");
        let configs = Configs::new(None);
        let app = configs.for_file(&folder.path("repository/app/src/a.ts"));
        let other = configs.for_file(&folder.path("repository/other/src/a.ts"));
        assert_eq!(preset(&app), Some(Preset::Recommended));
        assert_eq!(upward(&folder.path("repository/other/a.ts")).next(), Some(folder.path("repository/halfopen.json")));
        assert_eq!(preset(&other), Some(Preset::Strict));
    }

    #[test]
    fn the_search_ends_at_the_repository() {
        let folder = Folder::new("end");
        folder.write("halfopen.json", r#"{ "preset": "strict" }"#);
        folder.write("repository/.git/HEAD", "");
        let found = Configs::new(None).for_file(&folder.path("repository/src/a.ts"));
        assert_eq!(preset(&found), None);
    }

    #[test]
    fn a_named_file_counts_everywhere() {
        let folder = Folder::new("named-settings");
        folder.write("halfopen.json", "{ \"preset\": \"recommended\" }");
        let named = folder.write("strict.json", "{ \"preset\": \"strict\" }");
        let found = Configs::new(Some(&named)).for_file(&folder.path("a.ts"));
        assert_eq!(preset(&found), Some(Preset::Strict));
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let folder = Folder::new("mistake");
        folder.write("halfopen.json", "\u{feff}{\n  \"😀\": 1\n}");
        let invalid = Configs::new(None).for_file(&folder.path("a.ts")).expect_err("`😀` is no setting");
        assert_eq!(invalid.path, folder.path("halfopen.json"));
        assert!(invalid.errors[0].to_string().starts_with("2:3: unknown setting `😀`"), "{}", invalid.errors[0]);
    }

    #[test]
    fn a_named_file_that_is_missing_is_a_mistake() {
        let folder = Folder::new("missing-settings");
        let found = Configs::new(Some(&folder.path("none.json"))).for_file(&folder.path("a.ts"));
        let invalid = found.expect_err("there is no such file");
        assert!(invalid.errors[0].message.contains("no such file"), "{}", invalid.errors[0]);
    }
}
