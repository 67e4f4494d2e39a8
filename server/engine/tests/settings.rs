//! Settings: what is right is read, what is wrong is named with its place.

use std::collections::BTreeSet;
use std::path::Path;

use expect_test::{Expect, expect};
use halfopen_engine::finding::Severity;
use halfopen_engine::rules;
use halfopen_engine::settings::{Layer, Listeners, Preset, Settings, parse, schema};
use halfopen_engine::text::{Encoding, Text};
use serde_json::{Value, json};

fn mistakes(content: &str, expected: Expect) {
    let errors = parse(content).expect_err("it is wrong");
    let text = Text::new(content);
    let lines = errors.iter().map(|error| {
        let at = text.position(error.span.start as usize, Encoding::Utf16);
        format!("{}:{} {}\n", at.line + 1, at.character + 1, error.message)
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn a_file_with_comments_and_a_trailing_comma_is_read() {
    let layer = parse(
        "// of the team\n{ \"preset\": \"strict\", \"rules\": { \"missing-cleanup\": \"error\", \"stale-closure\": \"off\" }, \
         \"listeners\": \"all\", \"maxFileSize\": 1000, \"migrations\": [\"db/changes/\"], }",
    )
    .expect("it is right");
    let settings = Settings::from_layers(&[&layer]);
    let severity = |name: &str| settings.severity(rules::find(name).expect("a rule"));
    assert_eq!(layer.preset, Some(Preset::Strict));
    assert_eq!(severity("missing-cleanup"), Some(Severity::Error));
    assert_eq!(severity("stale-closure"), None);
    assert_eq!(severity("missing-reconnect"), Some(Severity::Warning));
    assert_eq!((settings.listeners, settings.max_file_size), (Listeners::All, 1000));
    assert_eq!(*settings.migrations, ["db/changes"]);
}

#[test]
fn an_empty_file_says_nothing() {
    assert_eq!(parse(""), Ok(Layer::default()));
}

#[test]
fn every_mistake_is_named_at_its_place() {
    mistakes(
        "{\n  \"presets\": \"strict\",\n  \"preset\": \"harsh\",\n  \"rules\": { \"missing-clean\": \"off\", \"stale-closure\": 2 },\n  \
         \"maxFileSize\": \"big\",\n  \"listeners\": true,\n  \"migrations\": [\"../db\", 1, \"\"]\n}",
        expect![[r#"
            2:3 unknown setting `presets`: known are preset, rules, listeners, maxFileSize, migrations, libraries, ignore, tests, overrides
            3:13 `preset` is "recommended" or "strict"
            4:14 unknown rule `missing-clean`: `halfopen rules` lists them
            4:55 a rule is "off", "error", "warning", "info" or "hint"
            5:18 `maxFileSize` is a whole number of bytes above 0
            6:16 `listeners` is "realtime" or "all"
            7:18 a folder of migrations is named from a folder above it, with `/` and without `..`: "db/migrations"
            7:27 a folder of migrations is a text: "supabase/migrations"
            7:30 a folder of migrations has a name: "supabase/migrations"
        "#]],
    );
}

#[test]
fn broken_json_is_named_at_its_place() {
    mistakes(
        "{ \"preset\": ",
        expect![[r#"
            1:13 Expected value after colon in object property
        "#]],
    );
    mistakes(
        "[]",
        expect![[r#"
        1:1 the settings are an object: { "preset": "recommended" }
    "#]],
    );
}

#[test]
fn a_later_layer_wins() {
    let editor = parse("{ \"preset\": \"strict\", \"rules\": { \"missing-cleanup\": \"off\" } }").expect("right");
    let file = parse("{ \"rules\": { \"missing-cleanup\": \"hint\" } }").expect("right");
    let settings = Settings::from_layers(&[&editor, &file]);
    assert_eq!(settings.severity(rules::find("missing-cleanup").expect("a rule")), Some(Severity::Hint));
}

/// The values that the schema names for a property: those of its type, or its own.
fn named<'schema>(schema: &'schema Value, property: &'schema Value) -> Vec<&'schema str> {
    let of_type = property["allOf"][0]["$ref"].as_str().map(|path| {
        let choices = schema.pointer(path.trim_start_matches('#')).expect("the schema holds its types");
        choices["oneOf"].as_array().expect("choices").iter().map(|choice| &choice["const"]).collect()
    });
    let values: Vec<&Value> = of_type.unwrap_or_else(|| property["enum"].as_array().expect("values").iter().collect());
    values.into_iter().map(|value| value.as_str().expect("a word")).collect()
}

#[test]
fn the_schema_says_what_is_read() {
    let schema = schema();
    let properties = schema["properties"].as_object().expect("the settings are an object");
    let known: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(
        known,
        BTreeSet::from([
            "$schema",
            "ignore",
            "libraries",
            "listeners",
            "maxFileSize",
            "migrations",
            "overrides",
            "preset",
            "rules",
            "tests"
        ])
    );
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], Value::Null);

    for name in ["preset", "listeners"] {
        for value in named(&schema, &properties[name]) {
            assert!(parse(&json!({ name: value }).to_string()).is_ok(), "{name}: {value}");
        }
    }
    let known = properties["rules"]["properties"].as_object().expect("rules have names");
    assert_eq!(known.len(), rules::all().count());
    for (name, property) in known {
        for value in named(&schema, property) {
            assert!(parse(&json!({ "rules": { name: value } }).to_string()).is_ok(), "{name}: {value}");
        }
    }
    let least = properties["maxFileSize"]["minimum"].as_u64().expect("a least size");
    let of_size = |bytes: u64| parse(&json!({ "maxFileSize": bytes }).to_string());
    assert!(of_size(least).is_ok() && of_size(least - 1).is_err());
    assert!(parse("{ \"$schema\": \"halfopen.schema.json\" }").is_ok());
}

#[test]
fn a_description_of_a_library_is_wrong_at_its_place() {
    mistakes(
        r#"{ "libraries": [
  { "library": "one", "resources": [{ "kind": "a", "noun": "a", "acquire": [{ "cal": ["a"] }], "release": {} }] },
  { "library": "two", "resources": [{ "kind": "b", "noun": "b",
    "acquire": [{ "call": ["b"], "frm": ["m"] }], "release": {} }] },
  { "library": "three", "resources": [{ "kind": "c", "noun": "c",
    "acquire": [{ "new": ["C"], "from": ["c"] }], "release": { "method": ["close"] } }] },
  4
] }"#,
        expect![[r#"
            2:77 a way to acquire has one of the keys `new`, `call`, `method`, `on`, `build`, `listener`, `subscribe`
            4:17 unknown field `frm`, expected one of `call`, `from`, `default`
            6:74 unknown field `method`, expected one of `methods`, `needs_handle`, `parent_methods`, `parent_all`, `parent_method_hint`, `unlisten`, `unlisten_also`, `functions`, `signal`, `call`
            7:3 invalid type: integer `4`, expected struct Library
        "#]],
    );
    mistakes(
        r#"{ "libraries": [
  { "library": "supabase", "resources": [{ "kind": "mqtt", "noun": "x",
    "acquire": [{ "on": ["a"], "of": ["nope"] }], "release": {} }, { "kind": "none", "noun": "x", "acquire": [], "release": {} }] },
  { "library": "own", "hooks": [{ "framework": "reakt", "from": ["x"], "effect": ["useIt"] }] },
  { "library": "own" }
] }"#,
        expect![[r#"
            2:16 there is a library `supabase` already: `halfopen libraries` lists them
            2:52 there is a kind `mqtt` already
            3:16 unknown kind `nope`: `halfopen libraries` lists them
            3:110 say at least one way to acquire it
            4:48 unknown framework `reakt`: known are react, vue, svelte, solid, angular, rxjs
            5:16 there is a library `own` already: `halfopen libraries` lists them
            5:3 a library has `resources`, `hooks` or a `client`
        "#]],
    );
    mistakes(
        r#"{ "libraries": {} }"#,
        expect![[r#"
        1:16 `libraries` is a list of descriptions: `halfopen explain libraries` shows one
    "#]],
    );
}

#[test]
fn what_is_said_of_some_files_counts_for_these() {
    let layer = parse(
        r#"{
  "preset": "strict",
  "rules": { "stale-closure": "off" },
  "ignore": ["legacy/", "*.gen.ts"],
  "tests": ["checks/**"],
  "overrides": [
    { "files": ["apps/admin/**"], "preset": "recommended", "rules": { "stale-closure": "error" } },
    { "files": ["apps/admin/old.ts"], "rules": { "stale-closure": "hint" }, "listeners": "all" }
  ]
}"#,
    )
    .expect("it is right")
    .based_on(Path::new("/repository"));
    let of = |path: &str| {
        let settings = Settings::for_file(&[&layer], Some(Path::new(path)));
        let severity = |name: &str| settings.severity(rules::find(name).expect("a rule")).map(Severity::name);
        (
            severity("stale-closure"),
            severity("public-channel"),
            settings.is_ignored,
            settings.is_test,
            settings.listeners,
        )
    };
    let everywhere = (None, Some("hint"), false, false, Listeners::Realtime);
    assert_eq!(of("/repository/src/a.ts"), everywhere);
    assert_eq!(of("/elsewhere/apps/admin/a.ts"), everywhere);
    assert_eq!(of("/repository/apps/admin/a.ts"), (Some("error"), None, false, false, Listeners::Realtime));
    assert_eq!(of("/repository/apps/admin/old.ts"), (Some("hint"), None, false, false, Listeners::All));
    assert_eq!(of("/repository/a/legacy/b/c.ts"), (None, Some("hint"), true, false, Listeners::Realtime));
    assert_eq!(of("/repository/a/b.gen.ts"), (None, Some("hint"), true, false, Listeners::Realtime));
    assert_eq!(of("/repository/checks/a.ts"), (None, Some("hint"), false, true, Listeners::Realtime));
}

#[test]
fn what_is_said_of_some_files_is_wrong_at_its_place() {
    mistakes(
        r#"{
  "ignore": "legacy",
  "tests": ["{a", 1],
  "overrides": [
    { "files": ["/a"], "rules": { "missing-clean": "off" } },
    { "rules": {}, "ignore": [] },
    3
  ]
}"#,
        expect![[r#"
            2:13 `ignore` is a list of patterns of paths: ["legacy/**"]
            3:19 a pattern of paths is a text: "legacy/**"
            5:17 `/a` is no pattern of paths: write it from the settings' folder on, with `/` and without `..` or `!`: "legacy/**"
            5:35 unknown rule `missing-clean`: `halfopen rules` lists them
            6:20 unknown key `ignore`: an override has files, preset, rules, listeners
            6:5 an override says for which `files` it is: ["apps/admin/**"]
            7:5 an override is an object: { "files": ["apps/admin/**"], "rules": {} }
        "#]],
    );
    mistakes(
        r#"{ "tests": ["a", "{b"], "overrides": {} }"#,
        expect![[r#"
        1:18 `{b` is no pattern of paths: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
        1:38 `overrides` is a list: [{ "files": ["apps/admin/**"], "rules": {} }]
    "#]],
    );
}
