//! Documents that are too much, and rules that fail: they trouble nobody else.

use serde_json::json;

use super::{FEED, fixed};
use crate::client::{Client, Start};

/// F5.
#[test]
fn a_rule_that_panics_costs_its_document_and_nothing_else() {
    let mut client = Start::new().argument("--debug-panic-on").argument("bad.tsx").start();
    let (bad, good) = ("file:///nowhere/bad.tsx", "file:///nowhere/good.tsx");
    client.open(bad, FEED);
    client.open(good, FEED);
    client.settled();
    assert_eq!(client.rules(bad), [""; 0]);
    assert_eq!(client.rules(good), ["missing-cleanup"]);
    client.change(bad, &[json!({ "text": format!("{FEED}\n") })]);
    client.change(good, &[json!({ "text": fixed() })]);
    client.settled();
    assert_eq!((client.rules(bad).len(), client.rules(good).len()), (0, 0));
    let told = client.logs.iter().filter(|line| line.contains("missing-cleanup") && line.contains("bad.tsx"));
    assert_eq!(told.count(), 1, "{:?}", client.logs);
    assert!(!client.logs.iter().any(|line| line.contains("good.tsx")), "{:?}", client.logs);
    assert_eq!(client.shutdown(), Some(0));
}

/// F18.
#[test]
fn monstrous_documents_keep_nobody_waiting() {
    let mut client = Client::start();
    let (long, deep, small) = ("file:///nowhere/long.tsx", "file:///nowhere/deep.tsx", "file:///nowhere/small.tsx");
    client.open(long, &format!("export const list = [{}];", "1,".repeat(1_000_000)));
    client.open(deep, &format!("export const deep = {}1{};\n", "(".repeat(100_000), ")".repeat(100_000)));
    client.open(small, FEED);
    client.settled_one(small);
    assert_eq!(client.rules(small), ["missing-cleanup"]);
    client.change(long, &[json!({ "text": "" })]);
    client.change(small, &[json!({ "text": fixed() })]);
    client.settled_one(small);
    assert_eq!(client.rules(small), [""; 0]);
    client.settled_after_pause();
    assert_eq!((client.rules(long).len(), client.rules(deep).len()), (0, 0));
    assert_eq!(client.shutdown(), Some(0));
}

/// A change of what was never opened, and a document over the limit: both are told, neither is fatal.
#[test]
fn what_cannot_be_analysed_is_told_in_the_log() {
    let limit = json!({ "maxFileSize": 100 });
    let mut client = Start::new().with(&["initializationOptions"], limit).start();
    client.change("file:///nowhere/unopened.tsx", &[json!({ "text": FEED })]);
    let large = "file:///nowhere/large.tsx";
    client.open(large, FEED);
    client.settled();
    assert_eq!(client.rules(large), [""; 0]);
    let told = |words: &str| client.logs.iter().any(|line| line.contains(words));
    assert!(told("unopened.tsx") && told("maxFileSize"), "{:?}", client.logs);
}
