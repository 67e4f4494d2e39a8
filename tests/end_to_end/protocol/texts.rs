//! Characters, columns, line ends, and positions that no text has.

use serde_json::{Value, json};

use super::{ACQUIRED, FEED, LISTENING, TEARDOWN};
use crate::client::{Client, Start};
use crate::mirror::{ENCODINGS, Mirror};

/// Characters of one to four bytes, and of one and two units of UTF-16.
const WIDE: &str = "😀 é e\u{301} 漢字 👩‍🚀";

/// F9: the range and the fix, in every encoding.
#[test]
fn columns_count_characters_as_the_client_does() {
    let source = FEED.replace("    const", &format!("    const title = \"{WIDE}\"; const"));
    for encoding in ENCODINGS {
        let mut client = Start::new().encoding(encoding).start();
        let uri = "file:///nowhere/columns.tsx";
        let mut mirror = Mirror::new(&source, encoding);
        client.open(uri, &source);
        client.settled();
        let diagnostics = client.diagnostics(uri);
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert_eq!(diagnostics[0]["range"], mirror.range_of(ACQUIRED), "{encoding}");

        let actions = client.code_actions(uri, &diagnostics[0]["range"]);
        let action = client.resolve(&actions[0]).expect("the text is the same");
        mirror.apply(action["edit"]["documentChanges"][0]["edits"].as_array().expect("there are edits"));
        assert_eq!(mirror.text, source.replace(LISTENING, &format!("{LISTENING}{TEARDOWN}")), "{encoding}");
    }
}

/// F10: LF, CRLF and CR end lines; U+2028 and the form feed do not.
#[test]
fn lines_end_as_the_protocol_says() {
    let mut endings = ["\r\n", "\n", "\r"].iter().cycle();
    let mut source = format!("/* one \u{2028} two \u{c} {WIDE} */\r");
    for line in FEED.lines() {
        source.push_str(line);
        source.push_str(endings.next().expect("a cycle has no end"));
    }
    for encoding in ENCODINGS {
        let mut client = Start::new().encoding(encoding).start();
        let uri = "file:///nowhere/lines.tsx";
        let mirror = Mirror::new(&source, encoding);
        client.open(uri, &source);
        client.settled();
        let diagnostics = client.diagnostics(uri);
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert_eq!(diagnostics[0]["range"], mirror.range_of(ACQUIRED), "{encoding}");
        assert_eq!(client.text(uri), source);
    }
}

/// F11.
#[test]
fn positions_that_no_text_has_are_clamped() {
    let mut client = Client::start();
    let uri = "file:///nowhere/clamped.ts";
    client.open(uri, "ab\ncd");
    let most = u32::MAX;
    let steps = [
        ([0, 99, 0, 99], "X", "abX\ncd"),
        ([99, 0, 99, 5], "Y", "abX\ncdY"),
        ([1, 2, 1, 0], "", "abX\nY"),
        ([most, most, 0, 0], "é😀\r\n", "é😀\r\n"),
        ([0, 2, 0, 2], "-", "é-😀\r\n"),
        ([0, most, 0, most], ";", "é-😀;\r\n"),
    ];
    for ([start_line, start, end_line, end], text, expected) in steps {
        let (start, end) =
            (json!({ "line": start_line, "character": start }), json!({ "line": end_line, "character": end }));
        client.change(uri, &[json!({ "range": { "start": start, "end": end }, "text": text })]);
        assert_eq!(client.text(uri), expected);
        let range = json!({ "start": end, "end": start });
        assert_eq!(client.code_actions(uri, &range), [] as [Value; 0]);
        assert_eq!(client.hover(uri, &start), Value::Null);
    }
    client.settled();
    assert_eq!(client.diagnostics(uri), [] as [Value; 0]);
}

/// F21: some editors encode less than the rules for URIs ask for, some more.
#[test]
fn documents_are_published_under_the_clients_own_spelling() {
    let mut client = Client::start();
    let spellings = [
        "file:///nowhere/app/[id]/page.tsx",
        "file:///nowhere/app/%5Bslug%5D/page.tsx",
        "file:///c%3A/a%20b/page.tsx",
        "file:///c:/a b/page.tsx",
        "untitled:Untitled-1",
    ];
    for uri in spellings {
        client.open(uri, FEED);
    }
    client.settled();
    for uri in spellings {
        let diagnostics = client.diagnostics(uri);
        assert_eq!(diagnostics.len(), 1, "{uri}");
        let actions = client.code_actions(uri, &diagnostics[0]["range"]);
        let action = client.resolve(&actions[0]).expect("the text is the same");
        assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["uri"], uri);
    }
}

/// Kinds that halfopen does not read are opened, and that is all.
#[test]
fn other_kinds_of_files_are_left_alone() {
    let mut client = Client::start();
    let uri = "file:///nowhere/notes.md";
    let document = json!({ "uri": uri, "languageId": "markdown", "version": 1, "text": FEED });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    client.change(uri, &[json!({ "text": "new EventSource(url)" })]);
    client.settled_after_pause();
    let start = json!({ "line": 0, "character": 4 });
    assert_eq!(client.hover(uri, &start), Value::Null);
    assert_eq!(client.code_actions(uri, &json!({ "start": start, "end": start })), [] as [Value; 0]);
    client.close(uri);
    client.settled();
    assert_eq!(client.publishes(uri).len(), 0);
}
