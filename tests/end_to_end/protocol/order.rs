//! Edits count in the order of their arrival, whatever else goes on.

use serde_json::{Value, json};

use super::{FEED, fixed};
use crate::client::{Client, Start};
use crate::mirror::{ENCODINGS, Mirror};
use crate::support::Random;

/// What gets typed: line ends of all kinds, characters of all widths, and what code breaks on.
const PIECES: [&str; 22] = [
    "a",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\u{2028}",
    "\u{c}",
    "\t",
    "é",
    "e\u{301}",
    "漢字",
    "😀",
    "👩‍🚀",
    "{",
    "}",
    "(",
    ")",
    "`",
    "\"",
    "/*",
    "useEffect(() => {\n",
    "new WebSocket(url);\n",
];

/// F1, F9, F10.
#[test]
fn ten_thousand_edits_arrive_in_order_in_every_encoding() {
    for encoding in ENCODINGS {
        let mut client = Start::new().encoding(encoding).start();
        assert_eq!(client.server["capabilities"]["positionEncoding"], encoding);
        let uri = "file:///nowhere/typing.tsx";
        let mut mirror = Mirror::new(FEED, encoding);
        client.open(uri, &mirror.text);
        let mut random = Random::new(encoding.len() as u64);
        let mut edits = 0;
        while edits < 10_000 {
            let together = 1 + random.below(3);
            let changes: Vec<Value> = (0..together).map(|_| random_edit(&mut mirror, &mut random)).collect();
            edits += together;
            client.change(uri, &changes);
            if random.below(500) == 0 {
                assert_eq!(client.text(uri), mirror.text, "after {edits} edits");
            }
        }
        let version = client.change(uri, &[json!({ "text": FEED })]);
        client.change(uri, &[]);
        assert_eq!(client.text(uri), FEED);
        client.settled_after_pause();
        let last = client.publishes(uri).pop().expect("something was published");
        assert_eq!((last.version, last.diagnostics.len()), (Some(version + 1), 1));
    }
}

fn random_edit(mirror: &mut Mirror, random: &mut Random) -> Value {
    let length = mirror.text.len();
    if length > 3000 {
        let start = mirror.place(random.below(1000));
        return mirror.replace(start, mirror.place(start + 2000), "");
    }
    let start = mirror.place(random.below(length + 1));
    let end = if random.below(3) == 0 { mirror.place(start + random.below(12)) } else { start };
    mirror.replace(start, end.max(start), random.pick::<&str>(&PIECES))
}

/// F2.
#[test]
fn a_hundred_changes_right_behind_the_opening_all_count() {
    let mut client = Client::start();
    let uri = "file:///nowhere/hurry.tsx";
    let mut mirror = Mirror::new(FEED, "utf-16");
    client.open(uri, FEED);
    for number in 0..100 {
        let end = mirror.text.len();
        let change = mirror.replace(end, end, &format!("export const n{number} = {number};\n"));
        client.change(uri, &[change]);
    }
    assert_eq!(client.text(uri), mirror.text);
    client.settled();
    let last = client.publishes(uri).pop().expect("something was published");
    assert_eq!((last.version, last.diagnostics.len()), (Some(101), 1));
}

/// F3.
#[test]
fn a_client_that_never_answers_gets_all_its_answers() {
    let mut client = Start::new().silent().start();
    let uri = "file:///nowhere/silent.tsx";
    client.open(uri, FEED);
    let position = Mirror::new(FEED, "utf-16").range_of("EventSource(url)")["start"].clone();
    let mut asked = Vec::new();
    for number in 0..500 {
        if number % 125 == 0 {
            let settings = json!({ "halfopen": { "preset": "strict" } });
            client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        }
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        asked.push(client.ask("textDocument/hover", params));
    }
    for id in asked {
        client.answer(id).expect("each request is answered");
    }
    client.settled();
    assert_eq!(client.rules(uri), ["missing-cleanup", "unmeasured-connection"]);
}

/// F12.
#[test]
fn versions_may_repeat_go_back_and_jump() {
    let mut client = Client::start();
    let uri = "file:///nowhere/versions.tsx";
    client.open(uri, "");
    for (version, text) in [(1, "a"), (0, "b"), (50, "c"), (50, FEED)] {
        client.change_to(uri, version, &[json!({ "text": text })]);
        assert_eq!(client.text(uri), text);
    }
    client.settled();
    let last = client.publishes(uri).pop().expect("something was published");
    assert_eq!((last.version, last.diagnostics.len()), (Some(50), 1));
    let told = client.logs.iter().filter(|line| line.contains("the versions go from"));
    assert_eq!(told.count(), 1, "{:?}", client.logs);
}

/// F8.
#[test]
fn a_save_never_brings_an_old_text_back() {
    let mut client = Client::start();
    let uri = "file:///nowhere/save.tsx";
    client.open(uri, FEED);
    client.change(uri, &[json!({ "text": fixed() })]);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri }, "text": FEED }));
    client.notify("workspace/didChangeConfiguration", json!({ "settings": {} }));
    client.settled();
    assert_eq!(client.text(uri), fixed());
    assert_eq!(client.diagnostics(uri), [] as [Value; 0]);
}
