//! Libraries that a team describes in its settings: every rule works for them, live.

use serde_json::json;

use crate::client::Client;
use crate::support::Folder;

const DESCRIPTION: &str = r#"{ "libraries": [{
  "library": "team-feeds",
  "resources": [
    { "kind": "team-feed", "noun": "feed",
      "acquire": [{ "call": ["createFeed"], "from": ["@team/feeds", "*/lib/feed"] }],
      "release": { "methods": ["dispose"] }, "listen": ["on"],
      "events": { "message": ["data"], "drop": ["close"] }, "errors": "event", "reopens": "never" },
    { "kind": "team-feed-listener", "noun": "listener", "state": "attached",
      "acquire": [{ "on": ["on"], "of": ["team-feed"] }],
      "release": { "unlisten": "off", "parent_all": ["dispose"] }, "callback": 1 }],
  "hooks": [{ "framework": "react", "from": ["@team/hooks"], "effect-once": ["useMount"] }]
}] }"#;

const PANEL: &str = r#"import { useMount } from "@team/hooks";
import { createFeed } from "../lib/feed";

export function Panel({ show }: { show: () => void }) {
  useMount(() => {
    const feed = createFeed("wss://panel.example");
    feed.on("data", show);
  });
  return null;
}
"#;

const ALL: [&str; 3] = ["missing-cleanup", "missing-error-handler", "missing-reconnect"];

#[test]
fn a_description_counts_without_a_restart_and_while_it_is_wrong_the_last_good_one() {
    let folder = Folder::new();
    let (panel, settings) = (folder.uri("src/panel.tsx"), folder.uri("halfopen.json"));
    let mut client = Client::start();
    client.open(&panel, PANEL);
    client.settled();
    assert_eq!(client.rules(&panel), [""; 0]);
    folder.write("halfopen.json", DESCRIPTION);
    client.files_changed(&[&settings]);
    client.settled();
    assert_eq!(client.rules(&panel), ALL);

    // The fix that it says how to write.
    let range = client.diagnostics(&panel)[0]["range"].clone();
    let actions = client.code_actions(&panel, &range);
    let titles: Vec<&str> = actions.iter().map(|action| action["title"].as_str().unwrap_or_default()).collect();
    assert!(titles.contains(&"Add `feed.dispose()` to the effect's cleanup"), "{titles:?}");

    folder.write("halfopen.json", DESCRIPTION.replace("\"methods\"", "\"method\""));
    client.files_changed(&[&settings]);
    client.settled();
    let mistakes = client.diagnostics(&settings);
    assert_eq!(mistakes[0]["range"]["start"]["line"], 5, "{mistakes:?}");
    assert!(mistakes[0]["message"].as_str().is_some_and(|message| message.starts_with("unknown field `method`")));
    assert_eq!(client.rules(&panel), ALL, "the last good one stays");

    // What ends it is called otherwise now, and it comes back by itself.
    let other = DESCRIPTION.replace("dispose", "shut").replace("\"reopens\": \"never\"", "\"reopens\": \"by-itself\"");
    folder.write("halfopen.json", other);
    client.files_changed(&[&settings]);
    client.settled();
    assert!(client.diagnostics(&settings).is_empty());
    assert_eq!(client.rules(&panel), &ALL[..2]);
    let shut = PANEL.replace("feed.on(\"data\", show);", "feed.on(\"error\", show);\n    return () => feed.shut();");
    client.change(&panel, &[json!({ "text": shut })]);
    client.settled();
    assert_eq!(client.rules(&panel), [""; 0]);
}

#[test]
fn other_files_and_the_command_line_see_it_too() {
    let folder = Folder::new();
    folder.write("package.json", "{}");
    folder.write("halfopen.json", DESCRIPTION);
    folder.write(
        "src/open.ts",
        "import { createFeed } from \"@team/feeds\";\n\nexport function openPrices() {\n  return createFeed(\"wss://prices.example\");\n}\n",
    );
    let code = "import { useEffect } from \"react\";\nimport { openPrices } from \"./open\";\n\n\
                export function Prices() {\n  useEffect(() => {\n    openPrices();\n  }, []);\n  return null;\n}\n";
    folder.write("src/prices.tsx", code);
    let report = folder.run(&["check", "--format", "json", "--only", "missing-cleanup"]).json();
    let found = &report["findings"][0];
    assert_eq!((&found["path"], &found["start"]["line"]), (&json!("src/prices.tsx"), &json!(6)));

    let prices = folder.uri("src/prices.tsx");
    let mut client = Client::start();
    client.open(&prices, code);
    client.settled();
    assert_eq!(client.rules(&prices), ["missing-cleanup"]);
    folder.write("halfopen.json", "{}");
    client.files_changed(&[&folder.uri("halfopen.json")]);
    client.settled();
    assert_eq!(client.rules(&prices), [""; 0]);
}

#[test]
fn what_is_known_is_listed() {
    let folder = Folder::new();
    let built_in = folder.run(&["libraries"]);
    assert_eq!(built_in.code, Some(0));
    assert!(
        built_in
            .out
            .contains("supabase  Supabase\n  channel subscription: client.channel(…) … .subscribe(…); ended by ")
    );
    assert!(!built_in.out.contains("your own"));
    folder.write("halfopen.json", DESCRIPTION);
    let own = folder.run(&["libraries"]);
    assert!(
        own.out.ends_with(
            "team-feeds  team-feeds  (your own)\n  feed: createFeed(…); ended by dispose()\n  \
             listener: .on(…) of team-feed; ended by dispose(), off()\n  react: useMount\n"
        ),
        "{}",
        own.out
    );
    folder.write("halfopen.json", "{ \"libraries\": 1 }");
    let wrong = folder.run(&["libraries"]);
    assert_eq!((wrong.code, wrong.err.contains("1:16: `libraries` is a list")), (Some(2), true), "{}", wrong.err);
    let page = folder.run(&["explain", "libraries"]);
    assert!(page.out.starts_with("# libraries\n"), "{}", page.out);
}
