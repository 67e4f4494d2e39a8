//! Requests about the whole workspace, open or not.

use serde_json::{Value, json};

use super::{FEED, fixed};
use crate::client::{Client, Start};
use crate::mirror::Mirror;
use crate::support::Folder;

/// A hook that does all right but for one thing: its socket comes back after a constant time.
const SOCKET: &str = r#"import { useEffect } from "react";

export function useTicker(url: string, show: (text: string) => void) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let socket: WebSocket;
    const connect = () => {
      socket = new WebSocket(url);
      socket.onmessage = (event: MessageEvent<string>) => show(event.data);
      socket.onerror = () => console.error("the ticker is gone");
      socket.onclose = () => {
        timer = setTimeout(connect, 3000);
      };
    };
    connect();
    return () => {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close();
    };
  }, [url, show]);
}
"#;

fn started(folder: &Folder) -> Client {
    let root = folder.uri("").trim_end_matches('/').to_owned();
    Start::new().with(&["workspaceFolders"], json!([{ "uri": root, "name": "app" }])).start()
}

fn realtime(client: &mut Client, params: Value) -> Vec<Value> {
    let answer = client.request("halfopen/realtime", params).expect("it is answered");
    answer.as_array().cloned().expect("a list")
}

/// What is said of the only resource of an answer.
fn said(answer: &Value) -> (Value, Value, Value, Value) {
    assert_eq!(answer["resources"].as_array().map(Vec::len), Some(1), "{answer}");
    let resource = &answer["resources"][0];
    let of = |key: &str| resource[key].clone();
    (of("owner"), of("isReleased"), of("comesBack"), of("hearsErrors"))
}

#[test]
fn open_and_closed_files_tell_of_their_connections() {
    let folder = Folder::new();
    folder.write("src/ticker.ts", SOCKET);
    folder.write("src/plain.ts", "export const one = 1;\n");
    folder.write("node_modules/other/index.ts", FEED);
    let mut client = started(&folder);
    let feed = folder.uri("src/feed.tsx");
    client.open(&feed, FEED);
    client.settled();
    assert_eq!(client.rules(&feed), ["missing-cleanup"]);
    assert_eq!(client.changed, [""; 0], "nobody asked yet");

    let answers = realtime(&mut client, json!({}));
    let uris: Vec<_> = answers.iter().map(|answer| answer["uri"].clone()).collect();
    assert_eq!(uris, [feed.clone(), folder.uri("src/ticker.ts")]);
    assert_eq!(said(&answers[0]), (json!("Feed"), json!(false), json!("by-itself"), json!(false)));
    let start = answers[0]["resources"][0]["range"]["start"].clone();
    assert_eq!(start, json!({ "line": 8, "character": 19 }));
    assert_eq!(said(&answers[1]), (json!("useTicker"), json!(true), json!("without-backoff"), json!(true)));
}

#[test]
fn edits_are_told_of_and_asked_for_one_by_one() {
    let folder = Folder::new();
    let mut client = started(&folder);
    let feed = folder.uri("feed.tsx");
    client.open(&feed, FEED);
    client.settled();
    assert_eq!(realtime(&mut client, json!({ "uri": feed })).len(), 1);

    client.change(&feed, &[json!({ "text": fixed() })]);
    client.settled();
    assert_eq!(client.rules(&feed), [""; 0]);
    assert_eq!(client.changed, std::slice::from_ref(&feed));
    let answers = realtime(&mut client, json!({ "uri": feed }));
    assert_eq!(said(&answers[0]).1, json!(true));

    // While the text is broken what was said before stands.
    client.change(&feed, &[json!({ "text": fixed().replace("=> {", "=> {{ (") })]);
    client.settled();
    client.publishes(&feed);
    assert_eq!(realtime(&mut client, json!({ "uri": feed })), [] as [Value; 0]);

    // A document that is closed and lies nowhere has none.
    client.close(&feed);
    let answers = realtime(&mut client, json!({ "uri": feed }));
    assert_eq!(answers[0]["resources"], json!([]));
    client.publishes(&feed);
}

#[test]
fn what_changed_on_disk_is_read_again() {
    let folder = Folder::new();
    let mut client = started(&folder);
    let feed = folder.uri("feed.tsx");
    folder.write("feed.tsx", FEED);
    assert_eq!(said(&realtime(&mut client, json!({}))[0]).1, json!(false));
    folder.write("feed.tsx", fixed());
    assert_eq!(said(&realtime(&mut client, json!({}))[0]).1, json!(true));
    folder.delete("feed.tsx");
    assert_eq!(realtime(&mut client, json!({})), [] as [Value; 0]);
    assert_eq!(realtime(&mut client, json!({ "uri": feed }))[0]["resources"], json!([]));
}

#[test]
fn all_safe_fixes_of_the_workspace_are_one_edit_that_asks_to_be_confirmed() {
    let folder = Folder::new();
    folder.write("src/closed.tsx", FEED);
    folder.write("src/ticker.ts", SOCKET);
    let root = folder.uri("").trim_end_matches('/').to_owned();
    let annotated = json!({ "documentChanges": true, "changeAnnotationSupport": {} });
    let mut client = Start::new()
        .with(&["workspaceFolders"], json!([{ "uri": root, "name": "app" }]))
        .with(&["capabilities", "workspace", "workspaceEdit"], annotated)
        .start();
    let open = folder.uri("src/open.tsx");
    client.open(&open, FEED);
    client.settled();
    assert_eq!(client.rules(&open), ["missing-cleanup"]);

    let edit = client.request("halfopen/fixWorkspace", json!({})).expect("it is answered");
    assert_eq!(edit["changeAnnotations"]["halfopen"]["needsConfirmation"], json!(true));
    let changes = edit["documentChanges"].as_array().expect("there are changes");
    let documents: Vec<_> = changes.iter().map(|change| change["textDocument"].clone()).collect();
    let closed = folder.uri("src/closed.tsx");
    assert_eq!(documents, [json!({ "uri": closed, "version": null }), json!({ "uri": open, "version": 1 })]);
    for change in changes {
        let edits = change["edits"].as_array().expect("there are edits");
        assert!(edits.iter().all(|edit| edit["annotationId"] == "halfopen"), "{edits:?}");
        let mut mirror = Mirror::new(FEED, "utf-16");
        mirror.apply(edits);
        assert_eq!(mirror.text, fixed());
    }
}

#[test]
fn folders_come_and_go() {
    let (first, second) = (Folder::new(), Folder::new());
    first.write("feed.tsx", FEED);
    second.write("feed.tsx", FEED);
    let mut client = started(&first);
    let uris = |client: &mut Client| -> Vec<Value> {
        realtime(client, json!({})).iter().map(|answer| answer["uri"].clone()).collect()
    };
    assert_eq!(uris(&mut client), [first.uri("feed.tsx")]);
    let root = |folder: &Folder| json!({ "uri": folder.uri("").trim_end_matches('/'), "name": "app" });
    let event = json!({ "added": [root(&second)], "removed": [root(&first)] });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    assert_eq!(uris(&mut client), [second.uri("feed.tsx")]);
}
