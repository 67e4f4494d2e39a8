//! New connections and subscriptions, where somebody asks for them.

use serde_json::{Value, json};

use super::{ACQUIRED, FEED};
use crate::client::{Client, Start};
use crate::mirror::Mirror;
use crate::support::Folder;

const URI: &str = "file:///nowhere/live.tsx";

/// A module with a blank line behind its imports.
const BOARD: &str = "import { useMemo } from \"react\";\n\n\n\nexport function Board({ rows }: { rows: string[] }) {\n  \
                     const shown = useMemo(() => rows.slice(-9), [rows]);\n  return <ul>{shown}</ul>;\n}\n";

/// What is offered at a place; the editor asks by itself (2) or for somebody (1).
fn offers(client: &mut Client, uri: &str, line: u32, trigger: u32) -> Vec<Value> {
    let at = json!({ "line": line, "character": 0 });
    let context = json!({ "diagnostics": [], "triggerKind": trigger });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at }, "context": context });
    let actions = client.request("textDocument/codeAction", params).expect("an answer");
    actions.as_array().expect("a list").clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

#[test]
fn a_socket_that_comes_back_is_written_where_somebody_asks() {
    let mut client = Start::new().with(&["initializationOptions", "preset"], json!("strict")).start();
    client.open(URI, BOARD);
    client.settled();
    assert_eq!(offers(&mut client, URI, 2, 2), [] as [Value; 0], "nobody asked");
    assert_eq!(offers(&mut client, URI, 5, 1), [] as [Value; 0], "there is code");
    let actions = offers(&mut client, URI, 2, 1);
    let expected =
        ["New resilient socket: reconnects, notices silence, ends", "New subscription to server-sent events"];
    assert_eq!(titles(&actions), expected);
    assert_eq!((&actions[0]["kind"], &actions[0]["edit"]), (&json!("refactor.insert"), &Value::Null));

    let action = client.resolve(&actions[0]).expect("the text is the same");
    let mut mirror = Mirror::new(BOARD, "utf-16");
    mirror.apply(action["edit"]["documentChanges"][0]["edits"].as_array().expect("there are edits"));
    assert!(mirror.text.starts_with("import { useMemo, useEffect, useState } from \"react\";\n"), "{}", mirror.text);
    client.change(URI, &[json!({ "text": mirror.text })]);
    client.settled();
    assert_eq!(client.rules(URI), [""; 0], "{}", mirror.text);
    let refused = client.resolve(&actions[1]).expect_err("it was offered for another text");
    assert_eq!(refused["code"], -32801);
    let last = mirror.text.lines().count() as u32;
    let actions = offers(&mut client, URI, last, 1);
    assert_eq!(titles(&actions), expected[1..], "the socket is there");
}

#[test]
fn a_table_that_the_project_publishes_is_offered_by_its_name() {
    let folder = Folder::new();
    folder.write("package.json", "{ \"dependencies\": { \"@supabase/supabase-js\": \"2.109.0\" } }");
    folder.write(
        "supabase/migrations/1_orders.sql",
        "create table order_lines (line uuid primary key, shop text);\nalter table order_lines enable row level security;\n\
         create policy \"Read\" on order_lines for select to authenticated using (true);\n\
         create table secrets (id uuid primary key);\nalter publication supabase_realtime add table order_lines;\n",
    );
    folder.write("live.ts", "");
    let uri = folder.uri("live.ts");
    let mut client = Start::new().with(&["initializationOptions", "preset"], json!("strict")).start();
    client.open(&uri, "\n");
    client.settled();
    let actions = offers(&mut client, &uri, 0, 1);
    assert_eq!(titles(&actions)[0], "New subscription to the table `order_lines` of Supabase");
    assert!(titles(&actions)[1..].iter().all(|title| !title.contains("table")), "the other one is not published");
    let action = client.resolve(&actions[0]).expect("the text is the same");
    let mut mirror = Mirror::new("\n", "utf-16");
    mirror.apply(action["edit"]["documentChanges"][0]["edits"].as_array().expect("there are edits"));
    assert!(mirror.text.contains("type OrderLinesRow = { line: string | number };"), "{}", mirror.text);
    client.change(&uri, &[json!({ "text": mirror.text })]);
    client.settled();
    assert_eq!(client.rules(&uri), [""; 0], "{}", mirror.text);
}

#[test]
fn a_connection_is_instrumented_at_its_place() {
    let mut client = Start::new().start();
    client.open(URI, FEED);
    client.settled();
    assert_eq!(client.rules(URI), ["missing-cleanup"]);
    let mirror = Mirror::new(FEED, "utf-16");
    let range = mirror.range_of(ACQUIRED);
    let context = json!({ "diagnostics": [], "only": ["refactor"] });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let actions = client.request("textDocument/codeAction", params).expect("an answer");
    let actions = actions.as_array().expect("a list").clone();
    assert_eq!(titles(&actions), ["Instrument connection: count connects, drops and messages"]);
    let action = client.resolve(&actions[0]).expect("the text is the same");
    let edits = action["edit"]["documentChanges"][0]["edits"].as_array().expect("there are edits").clone();
    let mut mirror = Mirror::new(FEED, "utf-16");
    mirror.apply(&edits);
    assert!(mirror.text.contains("    source.addEventListener(\"open\", () => {\n"), "{}", mirror.text);
}
