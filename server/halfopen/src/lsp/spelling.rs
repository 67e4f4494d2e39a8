//! URIs as clients spell them.
//!
//! Some editors leave characters unencoded that a URI may not hold, such as the brackets of `app/[id]/page.tsx`.
//! The protocol's types refuse the whole message then, and the document would never be opened.
//!
//! **Invariant**: inside, every URI is legal; to the client each goes back as the client wrote it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde_json::{Map, Value};
use tower_lsp::ls_types::Uri;

use super::lock;

/// The spellings that had to be changed.
#[derive(Default)]
pub(super) struct Spellings {
    /// The client's spelling by the legal one.
    odd: Mutex<HashMap<String, String>>,
    /// Whether there is any: nearly never.
    any: AtomicBool,
}

impl Spellings {
    /// Makes the URIs of a message of the client legal.
    pub(super) fn legalise(&self, message: &mut Value) {
        match message {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    match value {
                        Value::String(text) if name == "uri" || name.ends_with("Uri") => self.legalise_uri(text),
                        Value::Object(_) | Value::Array(_) => self.legalise(value),
                        _ => {}
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.legalise(item)),
            _ => {}
        }
    }

    /// Writes a message for the client, with its spellings put back.
    ///
    /// # Errors
    /// If the message is none that JSON can hold.
    pub(super) fn write(&self, message: &impl Serialize) -> serde_json::Result<String> {
        // Nearly always: a hundred diagnostics are then written without the detour through a tree of values.
        if !self.any.load(Ordering::Acquire) {
            return serde_json::to_string(message);
        }
        let mut message = serde_json::to_value(message)?;
        restore(&lock(&self.odd), &mut message);
        serde_json::to_string(&message)
    }

    fn legalise_uri(&self, text: &mut String) {
        if text.parse::<Uri>().is_ok() {
            return;
        }
        let legal = encoded(text);
        if legal.parse::<Uri>().is_ok() {
            let odd = std::mem::replace(text, legal.clone());
            lock(&self.odd).insert(legal, odd);
            self.any.store(true, Ordering::Release);
        }
    }
}

fn restore(odd: &HashMap<String, String>, message: &mut Value) {
    match message {
        Value::String(text) => {
            if let Some(spelling) = odd.get(text.as_str()) {
                text.clone_from(spelling);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| restore(odd, item)),
        Value::Object(members) => {
            members.values_mut().for_each(|value| restore(odd, value));
            restore_names(odd, members);
        }
        _ => {}
    }
}

/// `changes` of a workspace edit is keyed by URI.
fn restore_names(odd: &HashMap<String, String>, members: &mut Map<String, Value>) {
    let names: Vec<String> = members.keys().filter(|name| odd.contains_key(name.as_str())).cloned().collect();
    for name in names {
        if let (Some(value), Some(spelling)) = (members.remove(&name), odd.get(&name)) {
            members.insert(spelling.clone(), value);
        }
    }
}

/// Percent-encodes what no URI may hold; what is encoded already stays.
fn encoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let mut out = String::with_capacity(uri.len() + 8);
    for (at, &byte) in bytes.iter().enumerate() {
        let is_escape = byte == b'%'
            && bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
            && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Spellings, encoded};

    #[test]
    fn what_no_uri_may_hold_is_encoded() {
        assert_eq!(encoded("file:///app/[id]/a b.tsx"), "file:///app/%5Bid%5D/a%20b.tsx");
        assert_eq!(encoded("file:///c%3A/100%/é"), "file:///c%3A/100%25/%C3%A9");
    }

    #[test]
    fn the_client_gets_its_own_spelling_back() {
        let spellings = Spellings::default();
        let spelling = "file:///app/[id]/page.tsx";
        let mut message = json!({ "params": { "textDocument": { "uri": spelling }, "text": spelling } });
        spellings.legalise(&mut message);
        let legal = "file:///app/%5Bid%5D/page.tsx";
        assert_eq!(message, json!({ "params": { "textDocument": { "uri": legal }, "text": spelling } }));

        let answer = json!({ "uri": legal, "changes": { legal: [] } });
        let written = spellings.write(&answer).expect("it is JSON");
        assert_eq!(written, json!({ "uri": spelling, "changes": { spelling: [] } }).to_string());
    }
}
