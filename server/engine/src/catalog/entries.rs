//! What is known, in words: for who asks which libraries there are.

use super::{Acquire, Catalog, Library, ResourceKind};

/// A library.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'catalog> {
    /// Its name.
    pub name: &'catalog str,
    /// How it is called in prose.
    pub title: &'catalog str,
    /// Whether a team describes it.
    pub is_own: bool,
    /// Its connections, subscriptions and listeners, each in words.
    pub resources: Vec<String>,
    /// Its hooks, by the framework that they are for.
    pub hooks: Vec<String>,
}

impl Catalog {
    /// Every library, the built-in ones first.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let built_in = Self::built_in();
        let entry = |library: &'_ Library| -> (bool, Vec<String>, Vec<String>) {
            let is_own = built_in.libraries().all(|known| known.library != library.library);
            (is_own, library.resources.iter().map(in_words).collect(), hooks_of(library))
        };
        let entries = self.libraries().map(|library| {
            let (is_own, resources, hooks) = entry(library);
            let title = if library.title.is_empty() { &library.library } else { &library.title };
            Entry { name: &library.library, title, is_own, resources, hooks }
        });
        entries.collect()
    }
}

fn hooks_of(library: &Library) -> Vec<String> {
    let names = |names: &Vec<String>| names.join(", ");
    let hooks = library.hooks.iter();
    hooks
        .map(|hooks| format!("{}: {}", hooks.framework, hooks.names.values().map(names).collect::<Vec<_>>().join(", ")))
        .collect()
}

fn in_words(kind: &ResourceKind) -> String {
    let made: Vec<String> = kind.acquire.iter().map(made_by).collect();
    let mut words = format!("{}: {}", kind.noun, made.join(" or "));
    let release = &kind.release;
    let methods = [&release.methods, &release.functions, &release.parent_methods, &release.parent_all];
    let mut ends: Vec<String> = methods.into_iter().flatten().map(|name| format!("{name}()")).collect();
    ends.extend(release.unlisteners().map(|name| format!("{name}()")));
    if release.call {
        ends.push("a call of what it gives".to_owned());
    }
    if !ends.is_empty() {
        words.push_str(&format!("; ended by {}", ends.join(", ")));
    }
    words
}

fn made_by(acquire: &Acquire) -> String {
    match acquire {
        Acquire::Construct { new, .. } => format!("new {}(…)", new.join("(…), new ")),
        Acquire::Call { call, .. } => format!("{}(…)", call.join("(…), ")),
        Acquire::Method { method, live, .. } => {
            let live = live.as_ref().map(|live| format!(" … .{live}(…)")).unwrap_or_default();
            format!("client.{}(…){live}", method.join("."))
        }
        Acquire::Listener { listener, .. } => format!("{listener}(…)"),
        Acquire::On { on, of } => format!(".{}(…) of {}", on.join("(…), ."), of.join(", ")),
        Acquire::Event { on, events, .. } => format!(".{}(\"{}\", …)", on.join("(…), ."), events.join("\", …), (\"")),
        Acquire::Build { build, new, .. } => format!("new {}() … .{build}()", new.join("() or new ")),
        Acquire::Observable { sources, subscribe, .. } => format!("{}(…) … .{subscribe}(…)", sources.join("(…), ")),
    }
}
