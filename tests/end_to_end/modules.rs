//! Handles that cross files: packages of a workspace, `paths` of a tsconfig, barrels, hooks, contexts, services.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::client::Client;
use crate::support::Folder;

/// What each importing file is found to have: its path, the line, and the rule.
type Found = BTreeSet<(String, u64, String)>;

/// A workspace of two packages and an application whose tsconfig has `paths`.
fn monorepo() -> Folder {
    let folder = Folder::new();
    folder.write("package.json", r#"{ "private": true, "workspaces": ["packages/*", "apps/*"] }"#);
    folder.write("tsconfig.base.json", r#"{ "compilerOptions": { "jsx": "react-jsx" } }"#);
    folder.write("packages/feed/package.json", r#"{ "name": "@acme/feed", "exports": { ".": "./src/index.ts" } }"#);
    folder.write(
        "packages/feed/src/index.ts",
        "export * from \"./hooks\";\nexport { open as openFeed } from \"./open\";\n",
    );
    folder.write(
        "packages/feed/src/open.ts",
        "export function open(url: string): EventSource {\n  return new EventSource(url);\n}\n",
    );
    folder.write(
        "packages/feed/src/hooks.ts",
        "import { useCallback } from \"react\";\n\nexport function useRooms(base: string) {\n  const join = useCallback(\n    \
         (room: string) => {\n      const socket = new WebSocket(`${base}/${room}`);\n      return () => socket.close();\n    \
         },\n    [base],\n  );\n  return { join };\n}\n",
    );
    folder.write("packages/presence/package.json", r#"{ "name": "@acme/presence", "main": "src/index.ts" }"#);
    folder.write(
        "packages/presence/src/index.ts",
        "export default function watchPresence(tell: (isOnline: boolean) => void): () => void {\n  const now = () => \
         tell(navigator.onLine);\n  window.addEventListener(\"online\", now);\n  return () => \
         window.removeEventListener(\"online\", now);\n}\n",
    );
    folder.write(
        "apps/web/package.json",
        r#"{ "name": "web", "dependencies": { "@acme/feed": "*", "@acme/presence": "*" } }"#,
    );
    folder.write(
        "apps/web/tsconfig.json",
        r##"{ "extends": "../../tsconfig.base.json", "compilerOptions": { "baseUrl": ".", "paths": { "#live/*": ["src/live/*"] } } }"##,
    );
    folder.write(
        "apps/web/src/live/socket.tsx",
        "import { createContext, useContext, useEffect, useMemo, type ReactNode } from \"react\";\nimport { io, type Socket } from \
         \"socket.io-client\";\n\nconst SocketContext = createContext<Socket | null>(null);\n\nexport function SocketProvider({ \
         children }: { children: ReactNode }) {\n  const socket = useMemo(() => io(\"https://live.example.com\"), []);\n  \
         useEffect(() => () => void socket.disconnect(), [socket]);\n  return <SocketContext.Provider \
         value={socket}>{children}</SocketContext.Provider>;\n}\n\nexport const useSocket = () => \
         useContext(SocketContext);\n",
    );
    folder.write(
        "apps/web/src/live/store.ts",
        "import { io, type Socket } from \"socket.io-client\";\nimport { create } from \"zustand\";\n\ninterface Live {\n  \
         socket: Socket;\n}\n\nexport const useLive = create<Live>()(() => ({ socket: io(\"https://live.example.com\") \
         }));\n",
    );
    // Links of the workspace, as package managers make them.
    for (name, target) in [("feed", "packages/feed"), ("presence", "packages/presence")] {
        folder.link(&format!("node_modules/@acme/{name}"), target);
    }
    folder
}

/// A component with that import and effect.
fn component(import: &str, before: &str, effect: &str) -> String {
    format!(
        "import {{ useEffect, useState }} from \"react\";\n{import}\n\nexport function View({{ id }}: {{ id: string }}) {{\n  \
         const [text, setText] = useState(\"\");\n{before}  useEffect(() => {{\n{effect}  }}, [id]);\n  return \
         <p>{{text}}</p>;\n}}\n"
    )
}

/// Components that forget the end, each with its right twin.
fn write_components(folder: &Folder) {
    let components = [
        (
            "barrel",
            "import { openFeed } from \"@acme/feed\";",
            "",
            "    const feed = openFeed(id);\n",
            "    return () => feed.close();\n",
        ),
        (
            "hook",
            "import { useRooms } from \"@acme/feed\";",
            "  const { join } = useRooms(\"wss://chat.example.com\");\n",
            "    const leave = join(id);\n",
            "    return () => leave();\n",
        ),
        (
            "default",
            "import watch from \"@acme/presence\";",
            "",
            "    const stop = watch((isOnline) => setText(String(isOnline)));\n",
            "    return () => stop();\n",
        ),
        (
            "context",
            "import { useSocket } from \"#live/socket\";",
            "  const socket = useSocket();\n",
            "    const show = (text: string) => setText(text);\n    socket?.on(\"text\", show);\n",
            "    return () => void socket?.off(\"text\", show);\n",
        ),
        (
            "store",
            "import { useLive } from \"#live/store\";",
            "  const socket = useLive((state) => state.socket);\n",
            "    const show = (text: string) => setText(text);\n    socket.on(\"text\", show);\n",
            "    return () => void socket.off(\"text\", show);\n",
        ),
    ];
    for (name, import, before, wrong, right) in components {
        folder.write(&format!("apps/web/src/{name}-wrong.tsx"), component(import, before, wrong));
        folder.write(&format!("apps/web/src/{name}-right.tsx"), component(import, before, &format!("{wrong}{right}")));
    }
}

fn found_by_check(folder: &Folder) -> Found {
    let run = folder.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    findings
        .map(|finding| {
            (text(&finding["path"]), finding["start"]["line"].as_u64().expect("a line"), text(&finding["rule"]))
        })
        .collect()
}

fn found_by_server(folder: &Folder, names: &[String]) -> Found {
    let mut client = Client::start();
    for name in names {
        client.open(&folder.uri(name), &folder.read(name));
    }
    client.settled();
    let mut found = Found::new();
    for name in names {
        for diagnostic in client.diagnostics(&folder.uri(name)) {
            let line = diagnostic["range"]["start"]["line"].as_u64().expect("a line") + 1;
            found.insert((name.clone(), line, diagnostic["code"].as_str().expect("a rule").to_owned()));
        }
    }
    found
}

#[test]
fn a_leak_across_packages_is_found_and_its_right_twin_is_silent() {
    let folder = monorepo();
    write_components(&folder);
    let wrong = |name: &str, line: u64| (format!("apps/web/src/{name}-wrong.tsx"), line, "missing-cleanup".to_owned());
    let expected = Found::from([
        wrong("barrel", 7),
        wrong("hook", 8),
        wrong("default", 7),
        wrong("context", 9),
        wrong("store", 9),
    ]);
    assert_eq!(found_by_check(&folder), expected);

    let names = ["barrel", "hook", "default", "context", "store"].iter();
    let names: Vec<String> =
        names.flat_map(|name| ["wrong", "right"].map(|twin| format!("apps/web/src/{name}-{twin}.tsx"))).collect();
    assert_eq!(found_by_server(&folder, &names), expected, "the editor and the command line agree");
}

#[test]
fn a_finding_names_the_line_of_the_other_file_that_it_rests_on() {
    let folder = monorepo();
    write_components(&folder);
    let expected = [
        ("barrel", "packages/feed/src/open.ts", 1, "`openFeed` opens it"),
        ("hook", "packages/feed/src/hooks.ts", 3, "`useRooms` opens it"),
        ("default", "packages/presence/src/index.ts", 1, "the default export adds it"),
        ("context", "apps/web/src/live/socket.tsx", 12, "`useSocket` gives what it listens to"),
        ("store", "apps/web/src/live/store.ts", 8, "`useLive` gives what it listens to"),
    ];
    let run = folder.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).expect("the report is JSON");
    let mut client = Client::start();
    for (name, path, line, message) in expected {
        let document = format!("apps/web/src/{name}-wrong.tsx");
        let findings = report["findings"].as_array().expect("a list");
        let finding = findings.iter().find(|finding| finding["path"] == document).expect("it is found");
        let related = finding["related"].as_array().expect("a list").last().expect("there is one");
        assert_eq!(
            (&related["path"], &related["start"]["line"], &related["message"]),
            (&Value::from(path), &Value::from(line), &Value::from(message)),
        );

        let uri = folder.uri(&document);
        client.open(&uri, &folder.read(&document));
        client.settled();
        let diagnostic = client.diagnostics(&uri).first().cloned().expect("it is found");
        let related = diagnostic["relatedInformation"].as_array().expect("a list").last().expect("there is one");
        assert_eq!(related["location"]["uri"], folder.uri(path));
        assert_eq!(related["location"]["range"]["start"]["line"], line - 1);
        assert_eq!(related["message"], message);
        let card = client.hover(&uri, &diagnostic["range"]["start"]).to_string();
        assert!(card.contains(&format!("{}#L{line}): {message}", folder.uri(path))), "{card}");
    }
    let human = folder.run(&["check"]);
    let told = "packages/feed/src/hooks.ts:3: `useRooms` opens it";
    assert!(human.out.contains(told) || human.err.contains(told), "{}\n{}", human.out, human.err);
}
