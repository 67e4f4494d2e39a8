//! Quick fixes.
//!
//! **Invariant**: an action exists only for a finding of the text as it is now. One that is chosen after the text
//! moved on is refused; nothing is ever applied to a text that it was not made for.

use std::sync::Arc;

use halfopen_engine::finding::{Finding, Safety, TextEdit};
use halfopen_engine::text::Span;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, Uri};

use super::documents::{OpenDocument, Shown};
use super::session::Session;
use super::{convert, lock, silence};

/// What an action's edit is made from when the action is chosen.
#[derive(Debug, Serialize, Deserialize)]
struct Choice {
    uri: Uri,
    version: i32,
    edition: u64,
    rule: String,
    start: u32,
    end: u32,
    /// Which fix of the finding; none: the comment that silences it.
    fix: Option<usize>,
}

/// The actions for a range.
pub(super) fn offer(session: &Session, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let is_wanted = |kind: &CodeActionKind| matches!(kind.as_str(), "" | "quickfix");
    if params.context.only.as_ref().is_some_and(|only| !only.iter().any(is_wanted)) {
        return Vec::new();
    }
    let Some(document) = session.documents.get(&params.text_document.uri) else { return Vec::new() };
    let Some(shown) = current(&document) else { return Vec::new() };
    let range = shown.text.span(convert::range(params.range), session.features().encoding);
    let findings = shown.findings.iter().filter(|finding| overlap(finding.span, range));
    findings.flat_map(|finding| actions(session, &document, &shown, finding)).map(Into::into).collect()
}

/// Fills in the edit of a chosen action.
pub(super) fn resolve(session: &Session, mut action: CodeAction) -> Result<CodeAction> {
    let choice: Choice = action
        .data
        .clone()
        .and_then(|data| serde_json::from_value(data).ok())
        .ok_or_else(|| Error::invalid_params("this action is not one of halfopen's"))?;
    let document = session.documents.get(&choice.uri).ok_or_else(Error::content_modified)?;
    let shown = current(&document)
        .filter(|shown| shown.edition == choice.edition && shown.version == choice.version)
        .ok_or_else(Error::content_modified)?;
    let span = Span { start: choice.start, end: choice.end };
    let finding = shown.findings.iter().find(|finding| finding.rule.name == choice.rule && finding.span == span);
    let edits = finding.and_then(|finding| edits(&document, &shown, finding, choice.fix));
    let edits = edits.ok_or_else(Error::content_modified)?;
    action.edit = Some(convert::workspace_edit(&document.uri, &shown, &edits, session.features()));
    Ok(action)
}

/// What is shown, if it is for the text as it is now.
fn current(document: &OpenDocument) -> Option<Arc<Shown>> {
    let buffer = lock(&document.buffer);
    buffer.shown.clone().filter(|shown| shown.edition == buffer.edition)
}

/// A cursor overlaps what it touches, a selection only what it shares a byte with.
fn overlap(finding: Span, range: Span) -> bool {
    if range.is_empty() || finding.is_empty() {
        finding.touches(range)
    } else {
        finding.start < range.end && range.start < finding.end
    }
}

fn actions(session: &Session, document: &OpenDocument, shown: &Shown, finding: &Finding) -> Vec<CodeAction> {
    let diagnostic = convert::diagnostic(shown, finding, &document.uri, session.features());
    let mut actions = Vec::new();
    for (index, fix) in finding.fixes.iter().enumerate() {
        let is_preferred = fix.safety == Safety::Safe;
        let choice = choice(document, shown, finding, Some(index));
        actions.push(action(fix.title.clone(), is_preferred, &choice, &diagnostic));
    }
    if silence::comment(document.kind, &shown.text, finding).is_some() {
        let title = format!("Ignore this {} (adds a comment)", finding.rule.name);
        actions.push(action(title, false, &choice(document, shown, finding, None), &diagnostic));
    }
    if !session.features().lazy_edits {
        for (action, index) in actions.iter_mut().zip((0..finding.fixes.len()).map(Some).chain([None])) {
            let edits = edits(document, shown, finding, index).unwrap_or_default();
            action.edit = Some(convert::workspace_edit(&document.uri, shown, &edits, session.features()));
            action.data = None;
        }
    }
    actions
}

fn action(title: String, is_preferred: bool, choice: &Choice, diagnostic: &Diagnostic) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        is_preferred: is_preferred.then_some(true),
        data: serde_json::to_value(choice).ok(),
        ..CodeAction::default()
    }
}

fn choice(document: &OpenDocument, shown: &Shown, finding: &Finding, fix: Option<usize>) -> Choice {
    Choice {
        uri: document.uri.clone(),
        version: shown.version,
        edition: shown.edition,
        rule: finding.rule.name.to_owned(),
        start: finding.span.start,
        end: finding.span.end,
        fix,
    }
}

fn edits(document: &OpenDocument, shown: &Shown, finding: &Finding, fix: Option<usize>) -> Option<Vec<TextEdit>> {
    match fix {
        Some(index) => finding.fixes.get(index).map(|fix| fix.edits.clone()),
        None => silence::comment(document.kind, &shown.text, finding).map(|comment| vec![comment]),
    }
}
