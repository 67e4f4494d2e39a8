//! What is shown while somebody types.

use serde_json::{Value, json};

use super::{FEED, LISTENING, TEARDOWN, fixed};
use crate::client::{Client, Start};
use crate::mirror::Mirror;
use crate::support::Random;

/// F6: no version is left behind, and the repair is seen.
#[test]
fn each_keystroke_of_a_repair_is_published_with_its_version() {
    let mut client = Client::start();
    let uri = "file:///nowhere/repair.tsx";
    let mut mirror = Mirror::new(FEED, "utf-16");
    client.open(uri, FEED);
    client.settled();
    assert_eq!(client.rules(uri), ["missing-cleanup"]);
    let mut at = FEED.find(LISTENING).expect("it is there") + LISTENING.len();
    for typed in TEARDOWN.chars() {
        let change = mirror.replace(at, at, &typed.to_string());
        at += typed.len_utf8();
        let version = client.change(uri, &[change]);
        client.settled();
        let last = client.publishes(uri).pop().expect("each settled version is published");
        assert_eq!(last.version, Some(version), "after {typed:?}");
    }
    assert_eq!(mirror.text, fixed());
    assert_eq!(client.rules(uri), [""; 0]);
    client.close(uri);
    client.settled();
    let closed = client.publishes(uri).pop().expect("the close is published");
    assert_eq!((closed.version, closed.diagnostics.len()), (None, 0));
}

/// While the text is broken the finding stays, moved along, and a new one waits for the pause.
#[test]
fn a_broken_text_keeps_its_findings_and_adds_none() {
    let mut client = Client::start();
    let uri = "file:///nowhere/calm.tsx";
    let mut mirror = Mirror::new(FEED, "utf-16");
    client.open(uri, FEED);
    client.settled();
    let at = FEED.find("    const source").expect("it is there");
    let change = mirror.replace(at, at, "    const socket = useMemo(() => (\n");
    client.change(uri, &[change]);
    client.settled();
    let shown = client.diagnostics(uri);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["range"], mirror.range_of("new EventSource(url)"));
    let change = mirror.replace(at, at + "    const socket = useMemo(() => (\n".len(), "");
    client.change(uri, &[change]);
    client.settled();
    assert_eq!(client.rules(uri), ["missing-cleanup"]);
}

/// Without the barrier the clock ends the pause, and what was held back is shown.
#[test]
fn a_pause_shows_what_was_held_back() {
    let mut client = Start::new().by_the_clock().start();
    let uri = "file:///nowhere/pause.tsx";
    let mut mirror = Mirror::new(FEED, "utf-16");
    client.open(uri, FEED);
    assert_eq!(client.next_publish(uri).diagnostics.len(), 1);
    let change =
        mirror.replace(0, 0, &format!("function broken() {{ const = 1; }}\n{}", FEED.replace("Feed", "Again")));
    let version = client.change(uri, &[change]);
    let held = client.next_publish(uri);
    assert_eq!((held.version, held.diagnostics.len()), (Some(version), 1));
    let shown = client.next_publish(uri);
    assert_eq!((shown.version, shown.diagnostics.len()), (Some(version), 2));
}

/// F15.
#[test]
fn an_edit_republishes_its_own_document_only() {
    let mut client = Client::start();
    let (edited, other) = ("file:///nowhere/edited.tsx", "file:///nowhere/other.tsx");
    client.open(edited, FEED);
    client.open(other, FEED);
    client.settled();
    assert_eq!((client.rules(edited).len(), client.rules(other).len()), (1, 1));
    client.change(edited, &[json!({ "text": format!("// a comment\n{FEED}") })]);
    client.save(edited);
    client.settled();
    let published = client.publishes(edited);
    assert_eq!(published.last().and_then(|publish| publish.version), Some(2));
    assert_eq!(client.publishes(other).len(), 0);
}

/// F6: a document that is opened twice, or again, shows what its newest text deserves.
#[test]
fn closing_and_opening_again_starts_afresh() {
    let mut client = Client::start();
    let uri = "file:///nowhere/again.tsx";
    client.open(uri, FEED);
    client.close(uri);
    client.open(uri, FEED);
    client.open(uri, &fixed());
    client.settled();
    assert_eq!(client.text(uri), fixed());
    assert_eq!(client.rules(uri), [""; 0]);
    client.close(uri);
    client.open(uri, FEED);
    client.settled();
    assert_eq!(client.rules(uri), ["missing-cleanup"]);
}

/// What a programmer types in one go.
const STATEMENTS: [&str; 8] = [
    "  useEffect(() => {\n    const socket = new WebSocket(url);\n    socket.onmessage = receive;\n  }, [url]);\n",
    "  const [count, setCount] = useState(0);\n",
    "  // don't `forget` {the} (brackets\n",
    "  const label = `a ${url} b`;\n",
    "  if (!url) {\n    return null;\n  }\n",
    "    return () => source.close();\n",
    "  return <p title={url}>{url}</p>;\n",
    "  const pattern = /[`'\"]{/;\n",
];

/// F26: after the pause nothing tells how the text came to be.
#[test]
fn what_was_typed_deserves_the_same_findings_as_what_was_opened() {
    let mut client = Client::start();
    for seed in 0..12 {
        let uri = format!("file:///nowhere/typed/{seed}/feed.tsx");
        let mut mirror = Mirror::new(FEED, "utf-16");
        client.open(&uri, FEED);
        type_at_random(&mut client, &uri, &mut mirror, &mut Random::new(seed));
        client.settled_after_pause();
        assert_eq!(client.text(&uri), mirror.text);
        let opened = format!("file:///nowhere/opened/{seed}/feed.tsx");
        client.open(&opened, &mirror.text);
        client.settled();
        let (typed, opened) = (comparable(client.diagnostics(&uri)), comparable(client.diagnostics(&opened)));
        assert_eq!(typed, opened, "seed {seed}:\n{}", mirror.text);
    }
    assert!(client.logs.is_empty(), "{:?}", client.logs);
}

fn type_at_random(client: &mut Client, uri: &str, mirror: &mut Mirror, random: &mut Random) {
    for _ in 0..30 {
        let lines = mirror.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines: Vec<usize> = std::iter::once(0).chain(lines).collect();
        let mut at = *random.pick(&lines);
        match random.below(4) {
            0 => {
                let end = lines.iter().copied().find(|&line| line > at).unwrap_or(at);
                let change = mirror.replace(at, end, "");
                client.change(uri, &[change]);
            }
            1 => {
                let at = mirror.place(random.below(mirror.text.len() + 1));
                let change = mirror.replace(at, at, random.pick::<&str>(&["`", "{", "}", "(", "<", "\"", "/*"]));
                client.change(uri, &[change]);
            }
            _ => {
                for typed in random.pick(&STATEMENTS).chars() {
                    let change = mirror.replace(at, at, &typed.to_string());
                    at += typed.len_utf8();
                    client.change(uri, &[change]);
                }
            }
        }
        if random.below(3) == 0 {
            client.settled();
        }
    }
}

/// Diagnostics without what names the document and its version.
fn comparable(diagnostics: Vec<Value>) -> Vec<Value> {
    let plain = diagnostics.into_iter().map(|mut diagnostic| {
        diagnostic["data"] = Value::Null;
        for related in diagnostic["relatedInformation"].as_array_mut().into_iter().flatten() {
            related["location"]["uri"] = Value::Null;
        }
        diagnostic
    });
    plain.collect()
}

/// In a long file the first answer to a key that breaks the text is what was shown, and it is published once.
#[test]
fn a_key_that_breaks_a_long_text_is_published_once() {
    let mut client = Client::start();
    let uri = "file:///nowhere/long.tsx";
    let long: String = (0..1_000).map(|number| format!("export const n{number} = () => {number};\n")).collect();
    let mut mirror = Mirror::new(&format!("{long}{FEED}"), "utf-16");
    client.open(uri, &mirror.text);
    client.settled();
    assert_eq!(client.rules(uri), ["missing-cleanup"]);
    let _ = client.publishes(uri);
    let at = mirror.text.find("=> 500").expect("it is there");
    for (typed, end) in [("(", at), ("\n(", at), ("", at + 3)] {
        let change = mirror.replace(at, end, typed);
        let version = client.change(uri, &[change]);
        client.settled();
        let published = client.publishes(uri);
        let versions: Vec<_> = published.iter().map(|publish| publish.version).collect();
        assert_eq!(versions, [Some(version)], "after {typed:?}: {published:#?}");
        assert_eq!(published[0].diagnostics[0]["range"], mirror.range_of("new EventSource(url)"));
    }
}
