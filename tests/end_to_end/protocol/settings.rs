//! Settings that change, are wrong, or come without any event.

use serde_json::{Value, json};

use super::FEED;
use crate::client::{Client, Start};
use crate::support::Folder;

const OFF: &str = r#"{ "rules": { "missing-cleanup": "off" } }"#;
const ERROR: &str = r#"{ "rules": { "missing-cleanup": "error" } }"#;

fn severities(client: &mut Client, uri: &str) -> Vec<Value> {
    client.diagnostics(uri).iter().map(|diagnostic| diagnostic["severity"].clone()).collect()
}

/// F20, F27.
#[test]
fn settings_that_are_edited_on_disk_are_seen_at_the_next_save() {
    let folder = Folder::new();
    let mut client = Client::start();
    let uri = folder.uri("feed.tsx");
    client.open(&uri, FEED);
    client.settled();
    assert_eq!(severities(&mut client, &uri), [2]);
    let steps: [(&str, &[i32]); 4] = [(OFF, &[]), (ERROR, &[1]), (OFF, &[]), ("{}", &[2])];
    for (settings, expected) in steps {
        folder.write("halfopen.json", settings);
        client.save(&uri);
        client.settled();
        assert_eq!(severities(&mut client, &uri), expected, "{settings}");
    }
    folder.write("halfopen.json", OFF);
    client.save(&uri);
    folder.delete("halfopen.json");
    client.save(&uri);
    client.settled();
    assert_eq!(severities(&mut client, &uri), [2]);
}

/// F20, F27: one look at the disk serves all open documents.
#[test]
fn settings_that_are_edited_on_disk_are_seen_at_the_next_opening() {
    let folder = Folder::new();
    let mut client = Client::start();
    let (first, second) = (folder.uri("first.tsx"), folder.uri("second.tsx"));
    client.open(&first, FEED);
    client.settled();
    folder.write("halfopen.jsonc", format!("{ERROR} // loud"));
    client.open(&second, FEED);
    client.settled_one(&second);
    client.settled();
    assert_eq!(severities(&mut client, &second), [1]);
    assert_eq!(severities(&mut client, &first), [1]);
}

/// F22.
#[test]
fn wrong_settings_are_shown_at_their_place_and_the_last_good_ones_stay() {
    let folder = Folder::new();
    folder.write("halfopen.json", ERROR);
    let mut client = Client::start();
    let (uri, settings) = (folder.uri("feed.tsx"), folder.uri("halfopen.json"));
    client.open(&uri, FEED);
    client.settled();
    assert_eq!(severities(&mut client, &uri), [1]);

    folder.write("halfopen.json", "{\n  \"rules\": { \"missing-cleanup\": \"loud\" }\n}\n");
    client.save(&uri);
    client.save(&uri);
    client.settled();
    let shown = client.publishes(&settings);
    assert_eq!(shown.len(), 1, "once for each wrong text: {shown:?}");
    let range = json!({ "start": { "line": 1, "character": 32 }, "end": { "line": 1, "character": 38 } });
    assert_eq!(shown[0].diagnostics[0]["range"], range);
    assert_eq!(client.publishes(&uri).len(), 0);
    assert!(client.logs.iter().any(|line| line.contains("halfopen.json")), "{:?}", client.logs);

    folder.write("halfopen.json", "{}");
    client.save(&uri);
    client.settled();
    assert_eq!(client.diagnostics(&settings), [] as [Value; 0]);
    assert_eq!(severities(&mut client, &uri), [2]);
}

/// F22: a wrong file that is deleted is no longer wrong.
#[test]
fn deleting_wrong_settings_takes_back_what_was_said_of_them() {
    let folder = Folder::new();
    folder.write("halfopen.json", "{ \"presett\": 1 }");
    let mut client = Client::start();
    let (uri, settings) = (folder.uri("feed.tsx"), folder.uri("halfopen.json"));
    client.open(&uri, FEED);
    client.settled();
    assert_eq!(client.diagnostics(&settings).len(), 1);
    folder.delete("halfopen.json");
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": settings, "type": 3 }] }));
    client.settled();
    assert_eq!(client.diagnostics(&settings), [] as [Value; 0]);
    assert_eq!(client.rules(&uri), ["missing-cleanup"]);
}

#[test]
fn the_file_overrides_the_editor_and_the_named_file_replaces_the_nearest() {
    let folder = Folder::new();
    let editor = json!({ "rules": { "missing-cleanup": "hint" } });
    let uri = folder.uri("feed.tsx");
    let mut client = Start::new().with(&["initializationOptions"], editor.clone()).start();
    client.open(&uri, FEED);
    client.settled();
    assert_eq!(severities(&mut client, &uri), [4]);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "halfopen": { "rules": {} } } }));
    client.settled();
    assert_eq!(severities(&mut client, &uri), [2]);
    folder.write("halfopen.json", ERROR);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": { "halfopen": editor } }));
    client.settled();
    assert_eq!(severities(&mut client, &uri), [1]);

    folder.write("named.json", r#"{ "rules": { "missing-cleanup": "info" } }"#);
    let named = folder.path("named.json").to_string_lossy().into_owned();
    let mut client = Start::new().argument("--config").argument(&named).start();
    client.open(&uri, FEED);
    client.settled();
    assert_eq!(severities(&mut client, &uri), [3]);
}

/// F19.
#[test]
fn a_storm_of_events_publishes_nothing_twice() {
    let folder = Folder::new();
    let mut client = Client::start();
    let uri = folder.uri("feed.tsx");
    client.open(&uri, FEED);
    client.settled();
    assert_eq!(client.rules(&uri), ["missing-cleanup"]);
    folder.write("halfopen.json", ERROR);
    for _ in 0..1000 {
        let change = json!({ "uri": folder.uri("package.json"), "type": 2 });
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
    }
    client.settled();
    assert_eq!(client.publishes(&uri).len(), 1);
}

/// Files are watched only if the client can, and with one registration.
#[test]
fn files_are_watched_if_the_client_can() {
    let mut client = Client::start();
    client.settled();
    assert_eq!(client.registered, ["workspace/didChangeWatchedFiles"]);
    let unable = json!({ "dynamicRegistration": false });
    let mut client = Start::new().with(&["capabilities", "workspace", "didChangeWatchedFiles"], unable).start();
    client.settled();
    assert_eq!(client.registered, [""; 0]);
}

#[test]
fn what_is_said_of_some_files_counts_in_the_editor_and_on_the_command_line() {
    let folder = Folder::new();
    folder.write("package.json", "{}");
    let settings = r#"{ "ignore": ["legacy/"], "tests": ["checks/**"],
        "overrides": [{ "files": ["apps/**"], "rules": { "missing-cleanup": "hint" } }] }"#;
    folder.write("halfopen.json", settings);
    let server = "import { WebSocketServer } from \"ws\";\n\nnew WebSocketServer({ port: 1, maxPayload: 9 }).on(\"listening\", () => {});\n";
    let files = ["src/feed.tsx", "apps/feed.tsx", "legacy/feed.tsx", "checks/feed.tsx"];
    let text = |file: &str| if file.starts_with("checks") { server } else { FEED };
    files.iter().for_each(|file| folder.write(file, text(file)));
    let mut client = Client::start();
    let uris = files.map(|file| folder.uri(file));
    uris.iter().zip(files).for_each(|(uri, file)| client.open(uri, text(file)));
    client.settled();
    let shown: Vec<Vec<Value>> = uris.iter().map(|uri| severities(&mut client, uri)).collect();
    assert_eq!(shown, [vec![json!(2)], vec![json!(4)], vec![], vec![]]);

    let report = folder.run(&["check", "--format", "json"]).json();
    let found: Vec<(&Value, &Value)> =
        report["findings"].as_array().expect("a list").iter().map(|it| (&it["path"], &it["severity"])).collect();
    let (hint, warning) = (json!("hint"), json!("warning"));
    assert_eq!(found, [(&json!("apps/feed.tsx"), &hint), (&json!("src/feed.tsx"), &warning)]);
    assert_eq!((&report["files"], &report["skipped"]), (&json!(3), &json!([])));
    let named = folder.run(&["check", "--format", "json", "legacy/feed.tsx"]).json();
    assert_eq!(named["findings"][0]["path"], "legacy/feed.tsx", "who names it wants to know");

    // Without a restart.
    folder.write("halfopen.json", "{}");
    client.files_changed(&[&folder.uri("halfopen.json")]);
    client.settled();
    let shown: Vec<Vec<Value>> = uris.iter().map(|uri| severities(&mut client, uri)).collect();
    assert_eq!(shown, [vec![json!(2)], vec![json!(2)], vec![json!(2)], vec![json!(1)]]);
}
