//! One document is edited, and another one that imports it is shown what that means to it, in a workspace of many files.

use halfopen_tests::installed::Folder;

use super::client::{Client, Reply};
use super::own;
use super::table::{Row, Table};

/// How many other files the workspace has.
const FILES: usize = 1_000;

/// How often the end is taken away and given back.
const ROUNDS: usize = 250;

/// So long the 95th of a hundred may take, in milliseconds.
const BAR: f64 = 10.0;

const HOOK: &str = r#"import { useCallback } from "react";

export function useRooms(base: string) {
  const join = useCallback(
    (room: string) => {
      const socket = new WebSocket(`${base}/${room}`);
      socket.onmessage = (event: MessageEvent<string>) => console.log(event.data);
      return () => socket.close();
    },
    [base],
  );
  return { join };
}
"#;

const END: &str = "      return () => socket.close();\n";

const USER: &str = r#"import { useEffect } from "react";
import { useRooms } from "@/live";

export function Room({ room }: { room: string }) {
  const { join } = useRooms("wss://chat.example.com");
  useEffect(() => join(room), [join, room]);
  return <h1>{room}</h1>;
}
"#;

/// Takes the end away from the hook and gives it back, and in between changes what means nothing to others.
pub(super) fn measure(table: &mut Table) {
    let folder = Folder::new("across");
    folder.write("package.json", "{}");
    folder.write("src/live/index.ts", "export * from \"./use-rooms\";\n");
    folder.write("src/live/use-rooms.ts", HOOK);
    folder.write("src/room.tsx", USER);
    for number in 0..FILES {
        folder.write(&format!("src/pages/page-{number}.tsx"), &USER.replace("Room(", &format!("Room{number}(")));
    }
    let mut client = Client::start(own(), &folder);
    let (mut hook, _) = client.open(folder.uri("src/live/use-rooms.ts"), HOOK);
    let (user, _) = client.open(folder.uri("src/room.tsx"), USER);
    let mut replies: Vec<Reply> = Vec::new();
    let end = HOOK.find(END).expect("the hook gives an end");
    for _ in 0..ROUNDS {
        let sent = client.send_change(&mut hook, end..end + END.len(), "");
        replies.push(client.next_findings(&user.uri, &sent));
        client.findings(&sent);
        let before = client.published.len();
        client.replace(&mut hook, 0..0, " ");
        client.replace(&mut hook, 0..1, "");
        let told = client.published[before..].iter().filter(|it| it.uri == user.uri).count();
        assert_eq!(told, 0, "what means nothing to others is no news to them");
        let sent = client.send_change(&mut hook, end..end, END);
        replies.push(client.next_findings(&user.uri, &sent));
        client.findings(&sent);
    }
    let row =
        Row::of_replies("an edit that means something to another file", HOOK.lines().count(), "halfopen", &replies);
    table.row(&row.with_bar_for_most(BAR));
}
