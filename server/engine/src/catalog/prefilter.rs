//! A look at the bytes: most files of an application hold no realtime code and need no parse.

use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::{Acquire, Library};

/// Looks for a name of the catalogue. The listeners of the platform stand in every third file: they count where one of their
/// events is named.
#[derive(Debug)]
pub(super) struct Look {
    /// How many of the names, the first ones, add a listener of the platform.
    listeners: usize,
    names: AhoCorasick,
    events: AhoCorasick,
}

impl Look {
    /// For the names of these libraries.
    pub(super) fn new(libraries: &[Arc<Library>]) -> Self {
        let automaton = |names: Vec<String>| AhoCorasick::new(names).expect("the catalogue's names are few");
        let acquired = || libraries.iter().flat_map(|library| &library.resources).flat_map(|kind| &kind.acquire);
        let (mut listening, mut heard) = (Vec::new(), Vec::new());
        for acquire in acquired() {
            if let Acquire::Listener { listener, events, .. } = acquire {
                listening.push(listener.clone());
                heard.extend(
                    events.iter().flat_map(|event| ['"', '\'', '`'].map(|quote| format!("{quote}{event}{quote}"))),
                );
            }
        }
        let listeners = listening.len();
        Self { listeners, names: automaton([listening, names(libraries)].concat()), events: automaton(heard) }
    }

    /// Whether one occurs.
    pub(super) fn at(&self, bytes: &[u8]) -> bool {
        let mut listens = false;
        for found in self.names.find_iter(bytes) {
            if found.pattern().as_usize() >= self.listeners {
                return true;
            }
            listens = true;
        }
        listens && self.events.is_match(bytes)
    }
}

/// Keys that pass row level security: parts of their names, and of themselves; the last three are `service_role` in
/// base64, by its place in a token.
const SECRETS: [&str; 8] = [
    "SERVICE_ROLE",
    "SERVICE_KEY",
    "SECRET_KEY",
    "ADMIN_KEY",
    "sb_secret_",
    "c2VydmljZV9yb2xl",
    "NlcnZpY2Vfcm9sZ",
    "zZXJ2aWNlX3JvbG",
];

/// The names of acquiring expressions, and of keys.
fn names(libraries: &[Arc<Library>]) -> Vec<String> {
    let mut names: Vec<String> = SECRETS.iter().map(|&secret| secret.to_owned()).collect();
    let clients = libraries.iter().filter_map(|library| library.client.as_ref());
    names.extend(clients.flat_map(|client| &client.create_new).map(|create| format!("{create}(")));
    let removed = libraries.iter().flat_map(|library| &library.removed_calls);
    names.extend(removed.filter_map(|removed| removed.methods.last()).map(|method| format!(".{method}(")));
    for kind in libraries.iter().flat_map(|library| &library.resources) {
        for acquire in &kind.acquire {
            match acquire {
                Acquire::Construct { new: called, from, .. } | Acquire::Call { call: called, from, .. } => {
                    if from.iter().any(|from| from == "global") {
                        names.extend(called.iter().cloned());
                    } else {
                        names.extend(from.iter().flat_map(quoted));
                    }
                }
                Acquire::Build { from, .. } => names.extend(from.iter().flat_map(quoted)),
                // The stream may be another module's.
                Acquire::Observable { subscribe, .. } => names.push(format!(".{subscribe}(")),
                Acquire::Method { method, .. } => names.extend(method.last().map(|last| format!(".{last}("))),
                // What `Look` has beside them.
                Acquire::Listener { .. } => {}
                Acquire::On { on, .. } | Acquire::Event { on, .. } => {
                    names.extend(on.iter().map(|method| format!(".{method}(")))
                }
            }
        }
    }
    names
}

/// A module as imports name it: the bare name of a short one occurs in half of all words.
fn quoted(module: &String) -> Vec<String> {
    match module.strip_prefix("*/") {
        Some(end) => vec![end.to_owned()],
        None => vec![format!("\"{module}\""), format!("'{module}'")],
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;

    fn may_matter(bytes: &[u8]) -> bool {
        Catalog::built_in().may_matter(bytes)
    }

    #[test]
    fn a_listener_counts_where_its_event_is_named() {
        assert!(may_matter(b"window.addEventListener('online', retry)"));
        assert!(may_matter(b"const event = \"storage\"; window.addEventListener(event, read)"));
        assert!(!may_matter(b"window.addEventListener('resize', layout); // works online"));
        assert!(may_matter(b"window.addEventListener('resize', layout); new WebSocket(url)"));
    }
}
