//! New code that people ask for: a subscription, a socket that comes back.
//!
//! **Invariant**: it is offered at a blank line between top-level statements, declares no name that the file says, and no
//! rule finds anything in it. Deliberately absent: what is wrong with the code that is there.

mod imports;
mod instrument;
mod layout;
mod place;
mod plan;

use std::collections::BTreeMap;

use crate::finding::TextEdit;
use crate::model::{UnitId, View};
use crate::text::{Span, Text};

pub(crate) use instrument::instrument;
use layout::Layout;
pub(crate) use place::{Block, Role};
use plan::{Framework, Plan};

/// Code that can be written at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCode {
    /// What it is, for a menu.
    pub title: String,
    /// What writes it, sorted: the code, and the imports that it needs.
    pub edits: Vec<TextEdit>,
}

/// What can be written at an offset in bytes: nothing where other code, a comment or a class is, or on servers.
pub(crate) fn offers(view: &View<'_>, units: &[UnitId], text: &Text, block: &Block, at: usize) -> Vec<NewCode> {
    let Some(line) = block.blank_line(view, text, at) else { return Vec::new() };
    let code = text.slice(block.span);
    if !plan::may_run_in_browsers(view, &code) {
        return Vec::new();
    }
    let framework = Framework::of(view, block, &code);
    let layout = Layout::of(&code, view.is_typescript());
    let plans = plan::plans(view, units, &code, framework);
    plans.into_iter().filter_map(|plan| plan.write(&layout, framework, text, block, &code, line)).collect()
}

impl Plan {
    /// The edits; `None`: the file says one of the names already.
    fn write(
        &self,
        layout: &Layout,
        framework: Framework,
        text: &Text,
        block: &Block,
        code: &str,
        line: Span,
    ) -> Option<NewCode> {
        let names: BTreeMap<&str, String> = self.names(framework, block);
        let mut written = layout.lay(self.template, &names);
        written.push_str(&layout.lay(framework.template(), &names));
        if self.declared(framework).iter().any(|name| says(code, name)) {
            return None;
        }
        let mut edits: Vec<TextEdit> = Vec::new();
        for (module, names) in self.imports(framework) {
            match imports::edit(text, block, layout, module, &names) {
                // In a block without statements they stand before the code.
                Some(imports::Written::Line(line)) if block.statements.is_empty() => {
                    let end = written.len() - written.trim_start_matches('\n').len();
                    written.insert_str(end, &format!("{line}\n\n"));
                }
                Some(imports::Written::Line(line)) => add(&mut edits, block.with_import(text, &line)),
                Some(imports::Written::Edit(edit)) => add(&mut edits, edit),
                None => {}
            }
        }
        add(&mut edits, TextEdit { span: line, text: block.fit(text, line, &written) });
        edits.sort_by_key(|edit| edit.span);
        Some(NewCode { title: self.title.clone(), edits })
    }
}

/// Adds an edit; what goes to one place is one edit, in the order in which it came.
fn add(edits: &mut Vec<TextEdit>, edit: TextEdit) {
    match edits.iter_mut().find(|known| known.span == edit.span) {
        Some(known) => known.text.push_str(&edit.text),
        None => edits.push(edit),
    }
}

/// Whether code says a name, be it in a comment.
fn says(code: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    code.split(|letter| !is_part(letter)).any(|word| word == name)
}
