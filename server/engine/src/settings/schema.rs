//! The JSON schema of the settings, made from the types that hold them and from the table of rules.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::Layer;
use crate::rules;

/// What a settings file may hold, as a JSON schema of draft 7, the newest that all editors know.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Layer>();
    schema.insert("description".to_owned(), "What `halfopen.json` and `halfopen.jsonc` may hold.".into());
    // A layer leaves alone what it does not say.
    schema.remove("required");
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("$schema".to_owned(), json!({ "description": "Where this schema is.", "type": "string" }));
    }
    schema.to_value()
}

/// The property `rules`: a level for each of the known ones.
pub(super) fn rules(_: &mut SchemaGenerator) -> Schema {
    let level = |rule: &rules::RuleMeta| {
        let levels = ["off", "error", "warning", "info", "hint"];
        json!({ "description": rule.summary, "default": rule.severity.name(), "enum": levels })
    };
    let properties: Map<String, Value> = rules::all().map(|rule| (rule.name.to_owned(), level(rule))).collect();
    json_schema!({ "type": "object", "additionalProperties": false, "properties": properties })
}
