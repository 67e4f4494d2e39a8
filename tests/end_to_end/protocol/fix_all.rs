//! `source.fixAll.halfopen`, as editors ask for it when they save.

use serde_json::{Value, json};

use super::{FEED, fixed};
use crate::client::{Client, Start};
use crate::mirror::Mirror;

const URI: &str = "file:///nowhere/fix_all.tsx";

/// Two components that leak.
fn two(component: &str) -> String {
    let (import, rest) = component.split_once("\n\n").expect("an import");
    let other = rest.replace("Feed", "Other").replace("receive", "takeOther");
    format!("{import}\n\n{rest}\n{other}")
}

fn opened(start: Start) -> (Client, Mirror) {
    let mut client = start.start();
    let text = two(FEED);
    client.open(URI, &text);
    client.settled();
    assert_eq!(client.rules(URI), ["missing-cleanup"; 2]);
    (client, Mirror::new(&text, "utf-16"))
}

/// What is offered for the start of the text, where no finding stands.
fn offered(client: &mut Client, only: Value) -> Vec<Value> {
    let start = json!({ "line": 0, "character": 0 });
    let mut context = json!({ "diagnostics": [] });
    if !only.is_null() {
        context["only"] = only;
    }
    let range = json!({ "start": start, "end": start });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let actions = client.request("textDocument/codeAction", params).expect("actions are answered");
    actions.as_array().cloned().unwrap_or_default()
}

#[test]
fn all_safe_fixes_are_applied_in_one_edit() {
    let (mut client, mut mirror) = opened(Start::new());
    let actions = offered(&mut client, json!(["source.fixAll"]));
    assert_eq!(actions.len(), 1);
    assert_eq!(actions[0]["kind"], "source.fixAll.halfopen");
    let action = client.resolve(&actions[0]).expect("the text is the same");
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": URI, "version": 1 }));
    let edits = change["edits"].as_array().expect("there are edits");
    assert_eq!(edits.len(), 2, "the lines between the two stay untouched");
    mirror.apply(edits);
    assert_eq!(mirror.text, two(&fixed()));

    client.change(URI, &[json!({ "text": mirror.text })]);
    client.settled();
    assert_eq!(client.rules(URI), [""; 0]);
    assert_eq!(offered(&mut client, json!(["source.fixAll"])), [] as [Value; 0], "nothing is left to fix");
}

#[test]
fn it_is_offered_to_those_alone_who_ask_for_it() {
    let (mut client, _) = opened(Start::new());
    for only in [json!(["source"]), json!(["source.fixAll.halfopen"]), json!(["refactor", "source.fixAll"])] {
        assert_eq!(offered(&mut client, only.clone()).len(), 1, "{only}");
    }
    for only in [Value::Null, json!(["source.fixAll.other"]), json!(["source.organizeImports"]), json!(["quickfix"])] {
        assert_eq!(offered(&mut client, only.clone()), [] as [Value; 0], "{only}");
    }
}

#[test]
fn it_is_refused_when_the_text_has_moved_on() {
    let (mut client, mut mirror) = opened(Start::new());
    let actions = offered(&mut client, json!(["source.fixAll"]));
    let change = mirror.replace(0, 0, "// new\n");
    client.change(URI, &[change]);
    assert_eq!(client.resolve(&actions[0]).expect_err("the text moved on")["code"], -32801);
    client.settled();
    assert_eq!(client.resolve(&actions[0]).expect_err("the text moved on")["code"], -32801);
    assert_eq!(client.rules(URI), ["missing-cleanup"; 2]);
}

#[test]
fn a_text_that_is_broken_is_left_alone() {
    let (mut client, mut mirror) = opened(Start::new());
    let place = mirror.text.find("export function Other").expect("a component");
    let change = mirror.replace(place, place, "const half = (;\n");
    client.change(URI, &[change]);
    client.settled();
    assert_eq!(offered(&mut client, json!(["source.fixAll"])), [] as [Value; 0], "while somebody types");
    client.settled_after_pause();
    assert_eq!(client.rules(URI), ["missing-cleanup"; 2]);
    for action in offered(&mut client, json!(["source.fixAll"])) {
        let action = client.resolve(&action).expect("the text is the same");
        assert_eq!(action["edit"]["documentChanges"][0]["edits"], json!([]), "after that");
    }
}

#[test]
fn a_client_that_can_do_little_gets_the_edits_at_once() {
    let plain = json!({ "general": { "positionEncodings": ["utf-16"] } });
    let (mut client, mut mirror) = opened(Start::new().with(&["capabilities"], plain));
    let actions = offered(&mut client, json!(["source.fixAll"]));
    assert_eq!(actions[0]["data"], Value::Null);
    mirror.apply(actions[0]["edit"]["changes"][URI].as_array().expect("there are edits"));
    assert_eq!(mirror.text, two(&fixed()));
}
