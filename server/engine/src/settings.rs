//! Settings: layers that override each other, and where a layer is wrong.
//!
//! **Invariant**: a layer is all right or refused as a whole; what was in force then stays in force, which is for
//! the caller to do.

pub mod folders;
mod libraries;
mod paths;
mod reader;
mod schema;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

pub use paths::Globs;
pub use reader::parse;
pub use schema::schema;

use crate::catalog::{Catalog, OwnLibraries};
use crate::finding::Severity;
use crate::rules::RuleMeta;
use crate::text::Span;

/// Which rules run when nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Quiet on good code.
    #[default]
    Recommended,
    /// All of recommended, and rules that need judgement.
    Strict,
}

impl Preset {
    /// The preset of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "recommended" => Some(Self::Recommended),
            "strict" => Some(Self::Strict),
            _ => None,
        }
    }
}

/// Which listeners count as realtime resources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Listeners {
    /// `online`, `offline`, `visibilitychange`, `message` and `storage` of the window or document.
    #[default]
    Realtime,
    /// Every `addEventListener`, but for those on connections, which go with the connection.
    All,
}

/// What a layer says of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It does not run.
    Off,
    /// It runs with this severity.
    On(Severity),
}

/// The limit of a file's size where nothing is set, in bytes.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 4 * 1024 * 1024;

/// One source of settings: the editor, a file, the command line. What it does not say it leaves alone.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
#[schemars(title = "Settings of halfopen", rename_all = "camelCase", deny_unknown_fields)]
pub struct Layer {
    /// Which rules run when nothing else is said.
    #[schemars(with = "Preset")]
    pub preset: Option<Preset>,
    /// Rules by name, each with `off` or its severity.
    #[schemars(schema_with = "schema::rules")]
    pub rules: BTreeMap<&'static str, Level>,
    /// Which listeners count as realtime resources.
    #[schemars(with = "Listeners")]
    pub listeners: Option<Listeners>,
    /// Larger files are not read; in bytes.
    #[schemars(with = "u64", range(min = 1))]
    pub max_file_size: Option<u64>,
    /// The folders whose SQL is run as migrations, in that order, each named from a folder above it and at any depth.
    #[schemars(with = "Vec<String>", extend("default" = [folders::SUPABASE]))]
    pub migrations: Option<Vec<String>>,
    /// Libraries of your own, in the form of the built-in ones. `halfopen explain libraries` tells how to describe one.
    #[schemars(schema_with = "OwnLibraries::schema")]
    pub libraries: Option<Arc<OwnLibraries>>,
    /// Files that are not checked, unless they are named on the command line.
    #[schemars(with = "Globs")]
    pub ignore: Option<Globs>,
    /// Files that are tests, beside those whose names or folders say so.
    #[schemars(with = "Globs")]
    pub tests: Option<Globs>,
    /// What is otherwise for some files; later ones count more.
    #[schemars(with = "Vec<Override>")]
    pub overrides: Option<Vec<Override>>,
    /// The folder that patterns of paths start from.
    #[schemars(skip)]
    pub base: Option<PathBuf>,
}

/// What is otherwise for some files.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Override {
    /// Those files.
    pub files: Globs,
    /// Which rules run when nothing else is said.
    #[schemars(with = "Option<Preset>")]
    pub preset: Option<Preset>,
    /// Rules by name, each with `off` or its severity.
    #[schemars(default, schema_with = "schema::rules")]
    pub rules: BTreeMap<&'static str, Level>,
    /// Which listeners count as realtime resources.
    #[schemars(with = "Option<Listeners>")]
    pub listeners: Option<Listeners>,
}

impl Layer {
    /// The same, with its patterns of paths from that folder on.
    pub fn based_on(self, folder: &Path) -> Self {
        Self { base: Some(folder.to_path_buf()), ..self }
    }

    /// A path as its patterns see it; `None`: it lies elsewhere.
    fn below<'path>(&self, path: &'path Path) -> Option<&'path Path> {
        self.base.as_ref().map_or(Some(path), |base| path.strip_prefix(base).ok())
    }
}

/// A mistake in a settings file, at its place (bytes of the file).
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsError {
    /// Where.
    pub span: Span,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    preset: Preset,
    rules: BTreeMap<&'static str, Level>,
    /// Which listeners count.
    pub listeners: Listeners,
    /// Larger files are not read; in bytes.
    pub max_file_size: u64,
    /// The folders whose SQL is run as migrations, in that order.
    pub migrations: Arc<[String]>,
    /// What is known of libraries.
    pub catalog: Arc<Catalog>,
    /// The file is left out, unless somebody names it.
    pub is_ignored: bool,
    /// The file is a test, whatever its name says.
    pub is_test: bool,
    /// If not empty, just these rules run, whatever the preset and the levels say.
    pub only: Vec<&'static str>,
    /// A test hook: every rule panics on a document whose path ends so.
    pub panic_on: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::from_layers(&[])
    }
}

impl Settings {
    /// The default ones, with that catalogue.
    pub fn with_catalog(catalog: &Arc<Catalog>) -> Self {
        Self { catalog: Arc::clone(catalog), ..Self::default() }
    }

    /// Later layers override earlier ones: editor, then file, then command line.
    pub fn from_layers(layers: &[&Layer]) -> Self {
        Self::for_file(layers, None)
    }

    /// The same for a file, by its path from the file system's root: with what the layers say of some files alone.
    pub fn for_file(layers: &[&Layer], path: Option<&Path>) -> Self {
        let mut settings = Self {
            preset: Preset::default(),
            rules: BTreeMap::new(),
            listeners: Listeners::default(),
            max_file_size: DEFAULT_MAX_FILE_SIZE,
            migrations: Arc::new([folders::SUPABASE.to_owned()]),
            catalog: Arc::clone(Catalog::built_in()),
            is_ignored: false,
            is_test: false,
            only: Vec::new(),
            panic_on: None,
        };
        for layer in layers {
            settings.preset = layer.preset.unwrap_or(settings.preset);
            settings.listeners = layer.listeners.unwrap_or(settings.listeners);
            settings.max_file_size = layer.max_file_size.unwrap_or(settings.max_file_size);
            if let Some(migrations) = &layer.migrations {
                settings.migrations = migrations.as_slice().into();
            }
            if let Some(libraries) = &layer.libraries {
                settings.catalog = Arc::clone(libraries.catalog());
            }
            settings.rules.extend(layer.rules.iter().map(|(name, level)| (*name, *level)));
            if let Some(path) = path.and_then(|path| layer.below(path)) {
                settings.for_path(layer, path);
            }
        }
        settings
    }

    fn for_path(&mut self, layer: &Layer, path: &Path) {
        let says = |globs: &Option<Globs>| globs.as_ref().map(|globs| globs.matches(path));
        self.is_ignored = says(&layer.ignore).unwrap_or(self.is_ignored);
        self.is_test = says(&layer.tests).unwrap_or(self.is_test);
        for other in layer.overrides.iter().flatten().filter(|other| other.files.matches(path)) {
            self.preset = other.preset.unwrap_or(self.preset);
            self.listeners = other.listeners.unwrap_or(self.listeners);
            self.rules.extend(other.rules.iter().map(|(name, level)| (*name, *level)));
        }
    }

    /// The severity with which a rule runs; `None`: it does not.
    pub fn severity(&self, rule: &RuleMeta) -> Option<Severity> {
        let level = self.rules.get(rule.name);
        let severity = match level {
            Some(Level::On(severity)) => *severity,
            _ => rule.severity,
        };
        if !self.only.is_empty() {
            return self.only.contains(&rule.name).then_some(severity);
        }
        match level {
            Some(Level::Off) => None,
            Some(Level::On(severity)) => Some(*severity),
            None => (rule.preset <= self.preset).then_some(severity),
        }
    }
}
