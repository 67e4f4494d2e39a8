//! Quick fixes and cards. F24.

use serde_json::{Value, json};

use super::{ACQUIRED, FEED, fixed};
use crate::client::{Client, Start};
use crate::mirror::Mirror;

const URI: &str = "file:///nowhere/actions.tsx";

/// A client with the component open, and where its finding stands.
fn opened(start: Start) -> (Client, Value) {
    let mut client = start.start();
    client.open(URI, FEED);
    client.settled();
    let range = client.diagnostics(URI)[0]["range"].clone();
    (client, range)
}

#[test]
fn a_fix_repairs_the_version_that_it_was_offered_for() {
    let (mut client, range) = opened(Start::new());
    let actions = client.code_actions(URI, &range);
    let titles: Vec<_> = actions.iter().map(|action| action["title"].as_str().expect("a title")).collect();
    assert_eq!(
        titles,
        [
            "Add `source.close()` to the effect's cleanup",
            "Ignore this missing-cleanup (adds a comment)",
            "Ignore missing-cleanup in this file (adds a comment)"
        ]
    );
    assert_eq!((&actions[0]["kind"], &actions[0]["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!((&actions[1]["kind"], &actions[1]["isPreferred"]), (&json!("quickfix"), &Value::Null));
    assert_eq!(actions[0]["diagnostics"], json!(client.diagnostics(URI)));
    assert_eq!(actions[0]["edit"], Value::Null, "the edit is made when it is asked for");

    let action = client.resolve(&actions[0]).expect("the text is the same");
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": URI, "version": 1 }));
    let mut mirror = Mirror::new(FEED, "utf-16");
    mirror.apply(change["edits"].as_array().expect("there are edits"));
    assert_eq!(mirror.text, fixed());
    client.change(URI, &[json!({ "text": mirror.text })]);
    client.settled();
    assert_eq!(client.rules(URI), [""; 0]);
}

#[test]
fn a_rule_is_silenced_in_a_file_and_a_comment_that_silences_nothing_is_removed() {
    let (mut client, range) = opened(Start::new());
    let actions = client.code_actions(URI, &range);
    let action = client.resolve(&actions[2]).expect("the text is the same");
    let edits = |action: &Value| action["edit"]["documentChanges"][0]["edits"].clone();
    let top = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let comment = "// halfopen-ignore-file missing-cleanup: reason\n";
    assert_eq!(edits(&action), json!([{ "range": top, "newText": comment }]));
    client.change(URI, &[json!({ "text": format!("{comment}{FEED}") })]);
    client.settled();
    assert_eq!(client.rules(URI), [""; 0]);

    client.change(URI, &[json!({ "text": format!("{comment}{}", fixed()) })]);
    client.settled();
    assert_eq!(client.rules(URI), ["unused-ignore"]);
    let range = client.diagnostics(URI)[0]["range"].clone();
    let actions = client.code_actions(URI, &range);
    assert_eq!(actions.len(), 1, "what is said of a comment is not silenced by another one");
    let removal = edits(&client.resolve(&actions[0]).expect("the text is the same"));
    let first = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } });
    assert_eq!(removal, json!([{ "range": first, "newText": "" }]));
}

#[test]
fn a_fix_for_a_text_that_moved_on_is_refused() {
    let (mut client, range) = opened(Start::new());
    let actions = client.code_actions(URI, &range);
    let mut mirror = Mirror::new(FEED, "utf-16");
    let change = mirror.replace(0, 0, "// new\n");
    client.change(URI, &[change]);
    for action in &actions {
        assert_eq!(client.resolve(action).expect_err("the text moved on")["code"], -32801);
    }
    client.settled();
    for action in &actions {
        assert_eq!(client.resolve(action).expect_err("the text moved on")["code"], -32801);
    }
    client.close(URI);
    client.open(URI, FEED);
    client.settled();
    let refused = client.resolve(&actions[0]).expect_err("it is another document, though of the same version");
    assert_eq!(refused["code"], -32801);
    assert_eq!(client.rules(URI), ["missing-cleanup"]);
}

#[test]
fn actions_are_offered_only_where_findings_stand() {
    let (mut client, _) = opened(Start::new());
    let mirror = Mirror::new(FEED, "utf-16");
    for elsewhere in ["import", "const source =", "source.onmessage", "return null"] {
        assert_eq!(client.code_actions(URI, &mirror.range_of(elsewhere)), [] as [Value; 0], "{elsewhere}");
    }
    for within in ["EventSource(url)", "source = new", ACQUIRED] {
        assert_eq!(client.code_actions(URI, &mirror.range_of(within)).len(), 3, "{within}");
    }
    let start = mirror.range_of(ACQUIRED)["start"].clone();
    assert_eq!(client.code_actions(URI, &json!({ "start": start, "end": start })).len(), 3, "a cursor");
    let only = json!({ "diagnostics": [], "only": ["refactor.extract"] });
    let params = json!({ "textDocument": { "uri": URI }, "range": mirror.range_of(ACQUIRED), "context": only });
    assert_eq!(client.request("textDocument/codeAction", params), Ok(json!([])));
    let unopened = client.code_actions("file:///nowhere/unopened.tsx", &mirror.range_of(ACQUIRED));
    assert_eq!(unopened, [] as [Value; 0]);
}

#[test]
fn the_comment_silences_the_finding() {
    let (mut client, range) = opened(Start::new());
    let actions = client.code_actions(URI, &range);
    let action = client.resolve(&actions[1]).expect("the text is the same");
    let mut mirror = Mirror::new(FEED, "utf-16");
    mirror.apply(action["edit"]["documentChanges"][0]["edits"].as_array().expect("there are edits"));
    let comment = "    // halfopen-ignore-next-line missing-cleanup: reason\n    const source";
    assert_eq!(mirror.text, FEED.replace("    const source", comment));
    client.change(URI, &[json!({ "text": mirror.text })]);
    client.settled();
    assert_eq!(client.rules(URI), [""; 0]);
}

#[test]
fn a_client_that_can_do_little_gets_whole_actions() {
    let plain = json!({ "general": { "positionEncodings": ["utf-16"] } });
    let (mut client, range) = opened(Start::new().with(&["capabilities"], plain));
    let diagnostic = client.diagnostics(URI)[0].clone();
    assert_eq!(diagnostic["relatedInformation"], Value::Null);
    let actions = client.code_actions(URI, &range);
    assert_eq!((actions.len(), &actions[0]["data"]), (3, &Value::Null));
    let mut mirror = Mirror::new(FEED, "utf-16");
    mirror.apply(actions[0]["edit"]["changes"][URI].as_array().expect("there are edits"));
    assert_eq!(mirror.text, fixed());
}

#[test]
fn diagnostics_say_who_speaks_of_what() {
    let (mut client, _) = opened(Start::new());
    let diagnostic = client.diagnostics(URI)[0].clone();
    assert_eq!((&diagnostic["source"], &diagnostic["code"]), (&json!("halfopen"), &json!("missing-cleanup")));
    assert_eq!(diagnostic["data"], json!({ "rule": "missing-cleanup", "version": 1 }));
    assert_eq!(diagnostic["range"], Mirror::new(FEED, "utf-16").range_of(ACQUIRED));
}

#[test]
fn the_card_tells_what_the_rule_is_about_also_while_the_text_moves() {
    let (mut client, range) = opened(Start::new());
    let card = client.hover(URI, &range["start"]);
    let words = card["contents"]["value"].as_str().expect("a card has a text").to_owned();
    let message = client.diagnostics(URI)[0]["message"].as_str().expect("a message").to_owned();
    assert!(words.starts_with(&message) && words.contains("# missing-cleanup"), "{words}");
    assert!(!words.contains("## Invalid"), "{words}");
    assert_eq!(card["range"], range);

    let mut mirror = Mirror::new(FEED, "utf-16");
    let change = mirror.replace(0, 0, "// moved\n");
    client.change(URI, &[change]);
    let moved = mirror.range_of(ACQUIRED);
    assert_eq!(client.hover(URI, &moved["start"])["range"], moved);
    assert_eq!(client.hover(URI, &json!({ "line": 0, "character": 0 })), Value::Null);
    client.settled();
    assert_eq!(client.rules(URI), ["missing-cleanup"]);
}
