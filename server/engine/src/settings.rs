//! Settings: layers that override each other, and where a layer is wrong.
//!
//! **Invariant**: a layer is all right or refused as a whole; what was in force then stays in force, which is for
//! the caller to do.

pub mod folders;
mod libraries;
mod paths;
mod schema;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use schemars::JsonSchema;
use serde::Serialize;

pub use paths::Globs;
pub use schema::schema;

use crate::catalog::{Catalog, OwnLibraries};
use crate::finding::Severity;
use crate::rules::{self, RuleMeta};
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

/// Reads `halfopen.json` or `halfopen.jsonc`: comments and trailing commas are fine, unknown names are not.
pub fn parse(text: &str) -> Result<Layer, Vec<SettingsError>> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).map_err(|error| {
        let range = error.range();
        vec![SettingsError { span: Span::new(range.start, range.end), message: format!("{}", error.kind()) }]
    })?;
    let mut reader = Reader::default();
    match parsed.value {
        None => {}
        Some(Value::Object(object)) => object.properties.iter().for_each(|property| reader.property(property)),
        Some(other) => reader.error(&other, "the settings are an object: { \"preset\": \"recommended\" }"),
    }
    if reader.errors.is_empty() { Ok(reader.layer) } else { Err(reader.errors) }
}

#[derive(Default)]
struct Reader {
    layer: Layer,
    errors: Vec<SettingsError>,
}

impl Reader {
    fn error(&mut self, at: &impl Ranged, message: impl Into<String>) {
        let span = Span::new(at.start(), at.end());
        self.errors.push(SettingsError { span, message: message.into() });
    }

    fn property(&mut self, property: &ObjectProp<'_>) {
        match property.name.as_str() {
            "$schema" => {}
            "preset" => self.preset(&property.value),
            "rules" => self.rules(&property.value),
            "listeners" => self.listeners(&property.value),
            "maxFileSize" => self.max_file_size(&property.value),
            "migrations" => self.migrations(&property.value),
            "libraries" => match libraries::read(&property.value) {
                Ok(libraries) => self.layer.libraries = Some(Arc::new(libraries)),
                Err(errors) => self.errors.extend(errors),
            },
            "ignore" => self.layer.ignore = self.globs("ignore", &property.value),
            "tests" => self.layer.tests = self.globs("tests", &property.value),
            "overrides" => self.overrides(&property.value),
            other => self.error(
                &property.name,
                format!(
                    "unknown setting `{other}`: known are preset, rules, listeners, maxFileSize, migrations, libraries, \
                     ignore, tests, overrides"
                ),
            ),
        }
    }

    fn preset(&mut self, value: &Value<'_>) {
        match as_str(value).and_then(Preset::from_name) {
            Some(preset) => self.layer.preset = Some(preset),
            None => self.error(value, "`preset` is \"recommended\" or \"strict\""),
        }
    }

    fn listeners(&mut self, value: &Value<'_>) {
        match as_str(value) {
            Some("realtime") => self.layer.listeners = Some(Listeners::Realtime),
            Some("all") => self.layer.listeners = Some(Listeners::All),
            _ => self.error(value, "`listeners` is \"realtime\" or \"all\""),
        }
    }

    fn max_file_size(&mut self, value: &Value<'_>) {
        let number = match value {
            Value::NumberLit(number) => number.value.parse::<u64>().ok().filter(|&bytes| bytes > 0),
            _ => None,
        };
        match number {
            Some(bytes) => self.layer.max_file_size = Some(bytes),
            None => self.error(value, "`maxFileSize` is a whole number of bytes above 0"),
        }
    }

    fn migrations(&mut self, value: &Value<'_>) {
        let Value::Array(array) = value else {
            return self.error(value, "`migrations` is a list of folders: [\"supabase/migrations\"]");
        };
        let mut named = Vec::new();
        for element in &array.elements {
            match as_str(element).map(|folder| (folder, folders::fault(folder))) {
                Some((folder, None)) => named.push(folder.trim_end_matches('/').to_owned()),
                Some((_, Some(fault))) => self.error(element, fault),
                None => self.error(element, "a folder of migrations is a text: \"supabase/migrations\""),
            }
        }
        self.layer.migrations = Some(named);
    }

    fn globs(&mut self, key: &str, value: &Value<'_>) -> Option<Globs> {
        let Value::Array(array) = value else {
            self.error(value, format!("`{key}` is a list of patterns of paths: [\"legacy/**\"]"));
            return None;
        };
        let mut patterns = Vec::new();
        for element in &array.elements {
            match as_str(element) {
                Some(pattern) => patterns.push(pattern.to_owned()),
                None => self.error(element, "a pattern of paths is a text: \"legacy/**\""),
            }
        }
        if patterns.len() < array.elements.len() {
            return None;
        }
        match Globs::read(patterns) {
            Ok(globs) => Some(globs),
            Err((index, why)) => {
                self.error(&array.elements[index], why);
                None
            }
        }
    }

    fn overrides(&mut self, value: &Value<'_>) {
        let Value::Array(array) = value else {
            return self.error(value, "`overrides` is a list: [{ \"files\": [\"apps/admin/**\"], \"rules\": {} }]");
        };
        let mut overrides = Vec::new();
        for element in &array.elements {
            match element {
                Value::Object(object) => overrides.extend(self.override_of(element, &object.properties)),
                other => {
                    self.error(other, "an override is an object: { \"files\": [\"apps/admin/**\"], \"rules\": {} }")
                }
            }
        }
        self.layer.overrides = Some(overrides);
    }

    fn override_of(&mut self, whole: &Value<'_>, properties: &[ObjectProp<'_>]) -> Option<Override> {
        // Its keys are read as those of the settings are, into a layer of their own.
        let mut reader = Self::default();
        let mut files = None;
        for property in properties {
            match property.name.as_str() {
                "files" => files = reader.globs("files", &property.value),
                "preset" | "rules" | "listeners" => reader.property(property),
                other => {
                    let message = format!("unknown key `{other}`: an override has files, preset, rules, listeners");
                    reader.error(&property.name, message);
                }
            }
        }
        if !properties.iter().any(|property| property.name.as_str() == "files") {
            reader.error(whole, "an override says for which `files` it is: [\"apps/admin/**\"]");
        }
        self.errors.append(&mut reader.errors);
        let Layer { preset, rules, listeners, .. } = reader.layer;
        files.map(|files| Override { files, preset, rules, listeners })
    }

    fn rules(&mut self, value: &Value<'_>) {
        let Value::Object(object) = value else {
            return self.error(value, "`rules` is an object: { \"missing-cleanup\": \"error\" }");
        };
        for property in &object.properties {
            let Some(rule) = rules::find(property.name.as_str()) else {
                let message = format!("unknown rule `{}`: `halfopen rules` lists them", property.name.as_str());
                self.error(&property.name, message);
                continue;
            };
            match as_str(&property.value).and_then(level) {
                Some(level) => {
                    self.layer.rules.insert(rule.name, level);
                }
                None => self.error(&property.value, "a rule is \"off\", \"error\", \"warning\", \"info\" or \"hint\""),
            }
        }
    }
}

fn as_str<'value>(value: &'value Value<'_>) -> Option<&'value str> {
    match value {
        Value::StringLit(text) => Some(&text.value),
        _ => None,
    }
}

fn level(name: &str) -> Option<Level> {
    Some(match name {
        "off" => Level::Off,
        "error" => Level::On(Severity::Error),
        "warning" => Level::On(Severity::Warning),
        "info" => Level::On(Severity::Info),
        "hint" => Level::On(Severity::Hint),
        _ => return None,
    })
}
