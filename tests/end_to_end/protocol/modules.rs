//! Documents that import each other.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::Client;
use crate::support::{Folder, Random};

/// A function of another file that opens a socket and gives what ends it.
const ROOM: &str = r#"export function joinRoom(url: string, tell: (text: string) => void) {
  const socket = new WebSocket(url);
  socket.onmessage = (event: MessageEvent<string>) => tell(event.data);
  return () => socket.close();
}
"#;

const END: &str = "  return () => socket.close();\n";

/// Who calls it.
const CHAT: &str = r#"import { useEffect, useState } from "react";
import { joinRoom } from "./room";

export function Chat({ url }: { url: string }) {
  const [text, setText] = useState("");
  useEffect(() => joinRoom(url, setText), [url]);
  return <p>{text}</p>;
}
"#;

fn whole(text: &str) -> Value {
    json!({ "text": text })
}

#[test]
fn what_one_document_says_of_itself_is_news_to_another() {
    let folder = Folder::new();
    folder.write("room.ts", ROOM);
    folder.write("chat.tsx", CHAT);
    let (room, chat) = (folder.uri("room.ts"), folder.uri("chat.tsx"));
    let mut client = Client::start();
    client.open(&room, ROOM);
    client.open(&chat, CHAT);
    client.settled();
    assert_eq!(client.rules(&chat), [""; 0]);

    // No end is given any more.
    client.change(&room, &[whole(&ROOM.replace(END, ""))]);
    client.settled();
    assert_eq!(client.rules(&chat), ["missing-cleanup"]);
    let message = client.diagnostics(&chat)[0]["message"].as_str().map(str::to_owned).unwrap_or_default();
    assert!(message.starts_with("the WebSocket that `joinRoom` of `./room` opens stays open"), "{message}");

    // What changes nothing for callers is no news to them, nor is a text that is half typed.
    let renamed = ROOM.replace(END, "").replace("event", "message");
    client.change(&room, &[whole(&renamed)]);
    client.settled();
    client.change(&room, &[whole(&renamed.replace("new WebSocket(url);", "new WebSocket("))]);
    client.settled_after_pause();
    assert!(client.publishes(&chat).is_empty());
    client.publishes(&room);

    client.change(&room, &[whole(ROOM)]);
    client.settled_after_pause();
    assert_eq!(client.rules(&chat), [""; 0]);
    client.publishes(&room);
}

#[test]
fn a_document_that_is_closed_leaves_its_file() {
    let folder = Folder::new();
    folder.write("room.ts", ROOM);
    let (room, chat) = (folder.uri("room.ts"), folder.uri("chat.tsx"));
    let mut client = Client::start();
    client.open(&chat, CHAT);
    client.settled();
    assert_eq!(client.rules(&chat), [""; 0]);
    client.open(&room, &ROOM.replace(END, ""));
    client.settled();
    assert_eq!(client.rules(&chat), ["missing-cleanup"]);
    client.close(&room);
    client.settled();
    assert_eq!(client.rules(&chat), [""; 0]);
    client.publishes(&room);
}

/// The texts that the files of a small workspace may have: each is sound, and says something else to the others.
const VARIANTS: [(&str, &[&str]); 6] = [
    (
        "open.ts",
        &[
            "export function open(url: string): EventSource {\n  return new EventSource(url);\n}\n",
            "let shared: EventSource | undefined;\nexport const open = (url: string) => (shared ??= new EventSource(url));\n",
            "export function open(url: string) {\n  const source = new EventSource(url);\n  return () => source.close();\n}\n",
            "export function open(url: string): void {\n  const source = new EventSource(url);\n  source.onmessage = console.log;\n}\n",
            "export { enter as open } from \"./rooms\";\n",
        ],
    ),
    (
        "rooms.ts",
        &[
            "export function enter(url: string) {\n  const socket = new WebSocket(url);\n  return () => socket.close();\n}\n",
            "export function enter(url: string): WebSocket {\n  return new WebSocket(url);\n}\n",
            "export { open as enter } from \"./open\";\n",
            "export const other = 1;\n",
        ],
    ),
    (
        "index.ts",
        &[
            "export * from \"./open\";\nexport * from \"./rooms\";\n",
            "export { open } from \"./open\";\n",
            "export {};\n",
        ],
    ),
    (
        "use-feed.ts",
        &[
            "import { open } from \"./index\";\n\nexport const useFeed = () => ({ open });\n",
            "import * as all from \"./index\";\n\nexport const useFeed = () => ({ open: all.open });\n",
            "import { enter } from \"./index\";\n\nexport const useFeed = () => ({ open: enter });\n",
        ],
    ),
    (
        "one.tsx",
        &[
            "import { useEffect } from \"react\";\nimport { open } from \"./index\";\n\nexport function One({ url }: { url: string }) {\n  \
             useEffect(() => {\n    open(url);\n  }, [url]);\n  return null;\n}\n",
            "import { useEffect } from \"react\";\nimport { enter } from \"./rooms\";\n\nexport function One({ url }: { url: string }) {\n  \
             useEffect(() => {\n    const left = enter(url);\n    return () => left.close();\n  }, [url]);\n  return null;\n}\n",
        ],
    ),
    (
        "two.tsx",
        &[
            "import { useEffect } from \"react\";\nimport { useFeed } from \"./use-feed\";\n\nexport function Two({ url }: { url: string }) {\n  \
             const { open } = useFeed();\n  useEffect(() => open(url), [open, url]);\n  return null;\n}\n",
            "import { useEffect } from \"react\";\nimport { useFeed } from \"./use-feed\";\n\nexport function Two({ url }: { url: string }) {\n  \
             const { open } = useFeed();\n  useEffect(() => {\n    open(url);\n  }, [open, url]);\n  return null;\n}\n",
        ],
    ),
];

/// What a server shows for the open documents, as text without the fixes.
fn shown(client: &mut Client, folder: &Folder, open: &BTreeMap<&str, String>) -> Vec<(String, Vec<String>)> {
    let said = |diagnostic: Value| format!("{} {}", diagnostic["range"]["start"], diagnostic["message"]);
    open.keys()
        .map(|name| {
            let diagnostics = client.diagnostics(&folder.uri(name));
            ((*name).to_owned(), diagnostics.into_iter().map(said).collect())
        })
        .collect()
}

/// Edits, creations, deletions, renames, openings and closings in turn: after each, what is shown is what a server says
/// that was started just now, and where nothing is unsaved, the command line finds as much.
#[test]
fn what_is_shown_is_what_a_fresh_start_would_show() {
    let folder = Folder::new();
    let mut random = Random::new(5);
    for (name, variants) in VARIANTS {
        folder.write(name, variants[0]);
    }
    let mut client = Client::start();
    let mut open: BTreeMap<&str, String> = BTreeMap::new();
    let mut findings = 0;
    for step in 0..500 {
        let (name, variants) = random.pick(&VARIANTS);
        let text = (*random.pick(variants)).to_owned();
        let (uri, is_there) = (folder.uri(name), folder.path(name).is_file());
        match (open.contains_key(name), random.below(6)) {
            (true, 0) => {
                client.close(&uri);
                client.settled();
                client.publishes(&uri);
                open.remove(name);
            }
            (true, _) => {
                client.change(&uri, &[whole(&text)]);
                open.insert(name, text);
            }
            (false, 0) if is_there => {
                folder.delete(name);
                client.files_changed(&[&uri]);
            }
            (false, 1) if is_there => {
                let (other, _) = random.pick(&VARIANTS);
                if !open.contains_key(other) {
                    std::fs::rename(folder.path(name), folder.path(other)).expect("files can be renamed");
                    client.files_changed(&[&uri, &folder.uri(other)]);
                }
            }
            (false, 2 | 3) => {
                folder.write(name, &text);
                client.files_changed(&[&uri]);
            }
            (false, _) => {
                client.open(&uri, &text);
                open.insert(name, text);
            }
        }
        client.settled_after_pause();
        let live = shown(&mut client, &folder, &open);
        let mut fresh = Client::start();
        for (name, text) in &open {
            fresh.open(&folder.uri(name), text);
        }
        fresh.settled_after_pause();
        assert_eq!(live, shown(&mut fresh, &folder, &open), "after step {step}, {name}, with open {open:#?}");
        findings += live.iter().map(|(_, said)| said.len()).sum::<usize>();
        if step % 10 == 0 {
            for (name, text) in &open {
                folder.write(name, text);
                client.save(&folder.uri(name));
            }
            client.settled();
            for name in open.keys() {
                client.publishes(&folder.uri(name));
            }
            let on_disk: Vec<&str> =
                VARIANTS.iter().map(|(name, _)| *name).filter(|name| folder.path(name).is_file()).collect();
            compare_with_check(&folder, &on_disk);
        }
    }
    assert!(findings > 100, "{findings} findings were compared");
}

/// The files alone: a server that has all of them open says what a check of the folder says.
fn compare_with_check(folder: &Folder, names: &[&str]) {
    let all: BTreeMap<&str, String> = names.iter().map(|&name| (name, folder.read(name))).collect();
    let mut server = Client::start();
    for (name, text) in &all {
        server.open(&folder.uri(name), text);
    }
    server.settled_after_pause();
    let mut by_server = Vec::new();
    for (name, said) in shown(&mut server, folder, &all) {
        by_server.extend(said.into_iter().map(|said| format!("{name} {said}")));
    }
    let report: Value =
        serde_json::from_str(&folder.run(&["check", "--format", "json"]).out).expect("the report is JSON");
    let zero_based = |value: &Value| value.as_u64().expect("a number") - 1;
    let mut by_check: Vec<String> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| {
            let start = json!({ "line": zero_based(&finding["start"]["line"]), "character": zero_based(&finding["start"]["column"]) });
            format!("{} {start} {}", finding["path"].as_str().expect("a path"), finding["message"])
        })
        .collect();
    by_server.sort();
    by_check.sort();
    assert_eq!(by_server, by_check, "the editor and the command line agree");
}
