//! A look at the bytes: most files of an application hold no realtime code and need no parse.

use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;

use super::{Acquire, Library, is_module};

/// Looks for a name of the catalogue. The listeners of the platform stand in every third file: they count where one of their
/// events is named. Modules count where a specifier names them, and are looked up: a search for each of their names would make
/// the automaton so large that it is slow.
#[derive(Debug)]
pub(super) struct Look {
    /// How many of the names, the first ones, add a listener of the platform.
    listeners: usize,
    /// How many, the last ones, stand before a specifier.
    imports: usize,
    names: AhoCorasick,
    events: AhoCorasick,
    modules: FxHashSet<String>,
    /// Modules that are told by their ends.
    ends: Vec<String>,
}

/// What stands before a specifier; the last letter is its quote.
const IMPORTS: [&str; 10] = [
    "from \"",
    "from '",
    "from\"",
    "from'",
    "import \"",
    "import '",
    "import(\"",
    "import('",
    "require(\"",
    "require('",
];

/// No specifier of a library is longer, in bytes.
const LONGEST_SPECIFIER: usize = 200;

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
        let names: Vec<String> = names(libraries).into_iter().collect();
        let imports = listeners + names.len();
        let names = automaton([listening, names, IMPORTS.map(str::to_owned).to_vec()].concat());
        let modules: FxHashSet<String> = modules(libraries).collect();
        let ends = modules.iter().filter(|module| module.starts_with("*/")).cloned().collect();
        Self { listeners, imports, names, events: automaton(heard), modules, ends }
    }

    /// Whether one occurs.
    pub(super) fn at(&self, bytes: &[u8]) -> bool {
        let mut listens = false;
        for found in self.names.find_iter(bytes) {
            let pattern = found.pattern().as_usize();
            if pattern < self.listeners {
                listens = true;
            } else if pattern < self.imports || self.names_library(bytes, found.end()) {
                return true;
            }
        }
        listens && self.events.is_match(bytes)
    }

    /// Whether the specifier that begins at `start`, behind its quote, names a library.
    fn names_library(&self, bytes: &[u8], start: usize) -> bool {
        let quote = bytes[start - 1];
        let rest = &bytes[start..bytes.len().min(start + LONGEST_SPECIFIER)];
        let end = rest.iter().position(|byte| *byte == quote);
        let Some(Ok(specifier)) = end.map(|end| std::str::from_utf8(&rest[..end])) else { return false };
        self.modules.contains(specifier) || self.ends.iter().any(|end| is_module(end, specifier))
    }
}

/// The modules that something is acquired from.
fn modules(libraries: &[Arc<Library>]) -> impl Iterator<Item = String> {
    let clients = libraries.iter().filter_map(|library| library.client.as_ref()).flat_map(|client| &client.from);
    let acquired = libraries.iter().flat_map(|library| &library.resources).flat_map(|kind| &kind.acquire);
    let acquired = acquired.flat_map(|acquire| match acquire {
        Acquire::Observable { .. } => &[],
        acquire => acquire.modules(),
    });
    clients.chain(acquired).filter(|module| *module != "global").cloned()
}

/// Methods that half of all files call on something else. What they acquire from comes from a module that is named nearby.
const COMMON: [&str; 9] = ["bind", "call", "connect", "create", "get", "join", "listen", "onChange", "request"];

/// A call of a method, unless it says nothing.
fn called(method: &String) -> Option<String> {
    (!COMMON.contains(&method.as_str())).then(|| format!(".{method}("))
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
fn names(libraries: &[Arc<Library>]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = SECRETS.iter().map(|&secret| secret.to_owned()).collect();
    let clients = libraries.iter().filter_map(|library| library.client.as_ref());
    names.extend(clients.flat_map(|client| &client.create_new).map(|create| format!("{create}(")));
    let removed = libraries.iter().flat_map(|library| &library.removed_calls);
    names.extend(removed.filter_map(|removed| removed.methods.last()).map(|method| format!(".{method}(")));
    for kind in libraries.iter().flat_map(|library| &library.resources) {
        for acquire in &kind.acquire {
            match acquire {
                Acquire::Construct { new: made, from, .. } | Acquire::Call { call: made, from, .. } => {
                    if from.iter().any(|from| from == "global") {
                        names.extend(made.iter().cloned());
                    }
                }
                // The stream may be another module's.
                Acquire::Observable { subscribe, .. } => drop(names.insert(format!(".{subscribe}("))),
                Acquire::Method { method, .. } => names.extend(method.last().and_then(called)),
                // What `Look` has beside them.
                Acquire::Listener { .. } | Acquire::Build { .. } => {}
                Acquire::On { on, .. } | Acquire::Event { on, .. } => names.extend(on.iter().filter_map(called)),
            }
        }
    }
    names
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

    #[test]
    fn a_module_counts_where_a_specifier_names_it() {
        assert!(may_matter(b"import mqtt from 'mqtt';"));
        assert!(may_matter(b"import{connect}from\"mqtt\""));
        assert!(may_matter(b"const { io } = require(\"socket.io-client\");"));
        assert!(may_matter(b"const ws = await import('ws');"));
        assert!(!may_matter(b"import a from 'mqtt-like'; // mqtt"));
        assert!(!may_matter(b"const words = [a, b].join('from \"mqtt');"));
    }
}
