//! Adding a name to the imports of a file.

use smol_str::SmolStr;

use crate::finding::TextEdit;
use crate::text::{Span, Text};

/// A name that new code needs from a module.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub(crate) module: SmolStr,
    pub(crate) name: SmolStr,
}

/// Imports stand at the top; further down nobody looks.
const HEAD: u32 = 16 * 1024;

/// Whether a file imports from a module.
pub(super) fn imports_from(text: &Text, module: &str) -> bool {
    let head = head(text);
    ['"', '\''].into_iter().any(|quote| head.contains(&format!("from {quote}{module}{quote}")))
}

fn head(text: &Text) -> String {
    text.slice(Span { start: 0, end: HEAD.min(text.len() as u32) })
}

impl Import {
    /// The edit that brings the name in; `None`: it is there, or the file relies on auto-imports.
    pub(crate) fn edit(&self, text: &Text) -> Option<TextEdit> {
        let head = Span { start: 0, end: HEAD.min(text.len() as u32) };
        match known_import(text, head, &self.module, &[&self.name]) {
            Known::Lacks(edit) => Some(edit),
            Known::Nothing | Known::All => None,
        }
    }
}

/// What a file has of a module already.
pub(crate) enum Known {
    /// No import of it, or only types.
    Nothing,
    /// All that is wanted.
    All,
    /// An import, and the edit that adds what is wanted to it.
    Lacks(TextEdit),
}

/// What the imports of a stretch bring in from a module, of these names; `type Name` is a type.
pub(crate) fn known_import(text: &Text, within: Span, module: &str, wanted: &[&str]) -> Known {
    let head = text.slice(Span { start: within.start, end: within.end.min(within.start + HEAD) });
    let ends = ['"', '\''].map(|quote| format!("from {quote}{module}{quote}"));
    let found = ends.iter().flat_map(|end| head.match_indices(end.as_str())).filter_map(|(from, _)| {
        let start = head[..from].rfind("import")?;
        let clause = &head[start..from];
        (!clause.starts_with("import type ")).then_some((start, clause))
    });
    let Some((start, clause)) = found.min_by_key(|(start, _)| *start) else { return Known::Nothing };
    let insertion = |at: usize, text: String| {
        let at = within.start + at as u32;
        Known::Lacks(TextEdit { span: Span { start: at, end: at }, text })
    };
    match (clause.find('{'), clause.rfind('}')) {
        (Some(open), Some(close)) => {
            let names = &clause[open + 1..close];
            let bare = |name: &str| name.trim().trim_start_matches("type ").to_owned();
            let is_known = |wanted: &&&str| names.split(',').any(|name| bare(name) == bare(wanted));
            let lacking: Vec<&str> = wanted.iter().filter(|name| !is_known(name)).copied().collect();
            if lacking.is_empty() {
                return Known::All;
            }
            let separator = if names.trim().is_empty() { "" } else { "," };
            let end = open + 1 + names.trim_end().trim_end_matches(',').len();
            insertion(start + end, format!("{separator} {}", lacking.join(", ")))
        }
        // `import React from "react"`: the caller writes `React.useRef` then, or the user adds the import.
        _ => insertion(start + clause.trim_end().len(), format!(", {{ {} }}", wanted.join(", "))),
    }
}
