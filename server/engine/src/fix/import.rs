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
        let head = head(text);
        let from =
            ['"', '\''].into_iter().find_map(|quote| head.find(&format!("from {quote}{}{quote}", self.module)))?;
        let clause = &head[..from];
        let start = clause.rfind("import")?;
        let clause = &clause[start..];
        match (clause.find('{'), clause.rfind('}')) {
            (Some(open), Some(close)) => {
                let names = &clause[open + 1..close];
                if names.split(',').any(|name| name.trim() == self.name) {
                    return None;
                }
                let end = open + 1 + names.trim_end().trim_end_matches(',').len();
                let at = (start + end) as u32;
                let separator = if names.trim().is_empty() { "" } else { "," };
                Some(TextEdit { span: Span { start: at, end: at }, text: format!("{separator} {}", self.name) })
            }
            // `import React from "react"`: the caller writes `React.useRef` then, or the user adds the import.
            _ => {
                let end = (start + clause.trim_end().len()) as u32;
                Some(TextEdit { span: Span { start: end, end }, text: format!(", {{ {} }}", self.name) })
            }
        }
    }
}
