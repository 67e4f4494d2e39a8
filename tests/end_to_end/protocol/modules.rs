//! Documents that import each other.

use std::path::Path;

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
