//! From the text of a settings file to a layer: each mistake at its place.

use std::sync::Arc;

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Globs, Layer, Level, Listeners, Override, Preset, SettingsError, folders, libraries};
use crate::finding::Severity;
use crate::rules;
use crate::text::Span;

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
