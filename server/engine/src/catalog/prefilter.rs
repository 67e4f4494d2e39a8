//! A look at the bytes: most files of an application hold no realtime code and need no parse.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::{Acquire, catalog};

/// Whether some name of the catalogue occurs; if not, no rule can say anything of the file.
pub fn may_matter(bytes: &[u8]) -> bool {
    static NAMES: OnceLock<AhoCorasick> = OnceLock::new();
    NAMES.get_or_init(|| AhoCorasick::new(names()).expect("the catalogue's names are few")).is_match(bytes)
}

/// The names of acquiring expressions.
fn names() -> Vec<String> {
    // Keys that pass row level security, by their names and by themselves.
    let mut names = vec!["SERVICE_ROLE".to_owned(), "SUPABASE_SE".to_owned(), "SUPABASE_ADMIN_KEY".to_owned()];
    for (_, kind) in catalog().kinds() {
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
                Acquire::Listener { listener, .. } => names.push(listener.clone()),
                Acquire::On { on, .. } | Acquire::Event { on, .. } => {
                    names.extend(on.iter().map(|method| format!(".{method}(")))
                }
            }
        }
    }
    names
}

/// A module as imports name it: the bare name of a short one occurs in half of all words.
fn quoted(module: &String) -> [String; 2] {
    [format!("\"{module}\""), format!("'{module}'")]
}
