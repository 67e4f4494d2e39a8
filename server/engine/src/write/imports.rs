//! The imports that new code needs.

use super::layout::Layout;
use super::place::Block;
use crate::finding::TextEdit;
use crate::fix::{Known, known_import};
use crate::text::Text;

/// How names come in.
pub(super) enum Written {
    /// Into an import that is there.
    Edit(TextEdit),
    /// By a statement more, without its line end.
    Line(String),
}

/// What brings names in from a module; `None`: they are there.
pub(super) fn edit(text: &Text, block: &Block, layout: &Layout, module: &str, names: &[String]) -> Option<Written> {
    let names = names.iter().map(String::as_str);
    let wanted: Vec<&str> = names.filter(|name| layout.has_types() || !name.starts_with("type ")).collect();
    if wanted.is_empty() {
        return None;
    }
    match known_import(text, block.span, module, &wanted) {
        Known::All => None,
        Known::Lacks(edit) => Some(Written::Edit(edit)),
        Known::Nothing => {
            let types = wanted.iter().all(|name| name.starts_with("type "));
            let names = wanted.join(", ");
            let clause =
                if types { format!("type {{ {} }}", names.replace("type ", "")) } else { format!("{{ {names} }}") };
            Some(Written::Line(layout.line(&format!("import {clause} from \"{module}\";"))))
        }
    }
}
