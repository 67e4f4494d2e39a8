//! New connections and subscriptions, and what counts those that are there, where somebody asks for it.
//!
//! **Invariant**: it looks at a copy, so an analysis that runs meanwhile does not wait; and it offers nothing to an editor
//! that asks by itself at each move of the cursor.

use std::sync::Arc;

use halfopen_engine::NewCode;
use halfopen_engine::cancel::Cancel;
use tower_lsp::ls_types::{CodeActionContext, CodeActionTriggerKind};

use super::copies::Copy;
use super::session::Session;

/// The kind of the actions.
pub(super) const KIND: &str = "refactor.insert";

/// Whether somebody asks for actions, and not the editor by itself.
pub(super) fn is_asked_for(context: &CodeActionContext) -> bool {
    context.trigger_kind == Some(CodeActionTriggerKind::INVOKED)
}

/// What can be written at an offset in bytes.
pub(super) fn at(session: &Arc<Session>, copy: Copy, offset: u32) -> Vec<NewCode> {
    let Copy { path, mut document, settings, .. } = copy;
    let modules = session.modules_for(path.as_deref(), &settings);
    // Rules are not asked: what stands there need not be right.
    document.set_settings(&settings);
    match document.lower(&Cancel::new()) {
        Ok(()) => document.new_code(offset as usize, &modules, &settings),
        Err(_) => Vec::new(),
    }
}
