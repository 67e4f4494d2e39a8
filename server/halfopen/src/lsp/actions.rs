//! Quick fixes, and the other actions.
//!
//! **Invariant**: an action exists only for a finding of the text as it is now. One that is chosen after the text
//! moved on is refused; nothing is ever applied to a text that it was not made for.

use std::sync::Arc;

use halfopen_engine::NewCode;
use halfopen_engine::finding::{Finding, Fix, Migration, Safety};
use halfopen_engine::text::Span;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Uri, WorkspaceEdit};

use super::convert::FileEdits;
use super::copies::Copy;
use super::documents::{OpenDocument, Shown};
use super::session::Session;
use super::{convert, fix_all, new_code, silence};
use crate::workspace::migration::{Migrations, now};

/// What an action's edit is made from when the action is chosen.
#[derive(Debug, Serialize, Deserialize)]
struct Choice {
    uri: Uri,
    version: i32,
    edition: u64,
    what: What,
}

/// What an action does.
#[derive(Debug, Serialize, Deserialize)]
enum What {
    /// Something about the finding of that rule in these bytes.
    Finding { rule: String, start: u32, end: u32, repair: Repair },
    /// All safe fixes.
    FixAll,
    /// What is written at an offset in bytes, by its title.
    Write { at: u32, title: String },
}

/// What is done about a finding.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Repair {
    /// The fix of that number.
    Fix(usize),
    /// The comment that silences it.
    Silence,
    /// The comment that silences its rule in the file.
    SilenceFile,
}

/// The actions for a range.
pub(super) fn offer(session: &Arc<Session>, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let Some(document) = session.documents.get(&params.text_document.uri) else { return Vec::new() };
    let Some(shown) = document.current() else { return Vec::new() };
    let only = params.context.only.as_deref();
    let offer = Offer { session, document: &document, shown: &shown };
    let mut actions = Vec::new();
    if only.is_none_or(|only| includes(only, "quickfix")) {
        let range = shown.text.span(convert::range(params.range), session.features().encoding);
        let findings = shown.findings.iter().filter(|finding| overlap(finding.span, range));
        actions.extend(findings.flat_map(|finding| offer.repairs(finding)));
    }
    if asks_for_new_code(params) {
        actions.extend(offer.new_code(shown.text.span(convert::range(params.range), session.features().encoding)));
    }
    // Who asks for nothing in particular wants to know what to do about the place.
    if asks_for_all(params) && fix_all::is_worth(&shown) {
        actions.push(offer.fix_all());
    }
    // What takes its time may be of a text that has moved on.
    if takes_long(params) && document.current().is_none_or(|now| now.edition != shown.edition) {
        return Vec::new();
    }
    actions.into_iter().map(Into::into).collect()
}

/// Whether an answer takes as long as a check, or longer.
pub(super) fn takes_long(params: &CodeActionParams) -> bool {
    asks_for_all(params) || asks_for_new_code(params)
}

fn asks_for_new_code(params: &CodeActionParams) -> bool {
    match params.context.only.as_deref() {
        Some(only) => includes(only, new_code::KIND),
        None => new_code::is_asked_for(&params.context),
    }
}

/// Whether a client asks for all safe fixes.
fn asks_for_all(params: &CodeActionParams) -> bool {
    params.context.only.as_deref().is_some_and(|only| includes(only, fix_all::KIND))
}

/// Whether an action's edit takes as long to make as a check, or longer.
pub(super) fn is_long(action: &CodeAction) -> bool {
    action.kind.as_ref().is_some_and(|kind| [fix_all::KIND, new_code::KIND].contains(&kind.as_str()))
}

/// Whether kinds that are asked for include this one: a kind includes all that begin with it.
fn includes(only: &[CodeActionKind], kind: &str) -> bool {
    only.iter().any(|asked| {
        let rest = kind.strip_prefix(asked.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty())
    })
}

/// Fills in the edit of a chosen action.
pub(super) fn resolve(session: &Arc<Session>, mut action: CodeAction) -> Result<CodeAction> {
    let choice: Choice = action
        .data
        .clone()
        .and_then(|data| serde_json::from_value(data).ok())
        .ok_or_else(|| Error::invalid_params("this action is not one of halfopen's"))?;
    let document = session.documents.get(&choice.uri).ok_or_else(Error::content_modified)?;
    let shown = document
        .current()
        .filter(|shown| shown.edition == choice.edition && shown.version == choice.version)
        .ok_or_else(Error::content_modified)?;
    let offer = Offer { session, document: &document, shown: &shown };
    action.edit = Some(offer.edit(&choice.what).ok_or_else(Error::content_modified)?);
    // All safe fixes take their time, and the text may have moved on meanwhile.
    document.current().filter(|shown| shown.edition == choice.edition).ok_or_else(Error::content_modified)?;
    Ok(action)
}

/// A cursor overlaps what it touches, a selection only what it shares a byte with.
fn overlap(finding: Span, range: Span) -> bool {
    if range.is_empty() || finding.is_empty() {
        finding.touches(range)
    } else {
        finding.start < range.end && range.start < finding.end
    }
}

/// What is offered for a document as it is shown.
struct Offer<'a> {
    session: &'a Arc<Session>,
    document: &'a OpenDocument,
    shown: &'a Shown,
}

impl Offer<'_> {
    /// What may be done about a finding.
    fn repairs(&self, finding: &Finding) -> Vec<CodeAction> {
        let diagnostic = convert::diagnostic(self.shown, finding, &self.document.uri, self.session.features());
        let can_write = |fix: &Fix| fix.migration.is_none() || self.migrations().is_some();
        let fixes = finding.fixes.iter().enumerate().filter(|(_, fix)| can_write(fix));
        let fixes = fixes.map(|(index, fix)| (fix.title.clone(), fix.safety == Safety::Safe, Repair::Fix(index)));
        let (kind, text) = (self.document.kind, &self.shown.text);
        let silence = silence::comment(kind, text, finding).map(|_| {
            let title = format!("Ignore this {} (adds a comment)", finding.rule.name);
            (title, false, Repair::Silence)
        });
        let in_file = silence::in_file(kind, text, finding).map(|_| {
            let title = format!("Ignore {} in this file (adds a comment)", finding.rule.name);
            (title, false, Repair::SilenceFile)
        });
        let action = |(title, is_preferred, repair): (String, bool, Repair)| {
            let Span { start, end } = finding.span;
            let what = What::Finding { rule: finding.rule.name.to_owned(), start, end, repair };
            CodeAction {
                diagnostics: Some(vec![diagnostic.clone()]),
                is_preferred: is_preferred.then_some(true),
                ..self.action(title, CodeActionKind::QUICKFIX, what)
            }
        };
        fixes.chain(silence).chain(in_file).map(action).collect()
    }

    /// What can be written where the cursor is, or a selection starts.
    fn new_code(&self, range: Span) -> Vec<CodeAction> {
        let Some(copy) = Copy::of_open(self.session, self.document, self.shown.text.clone()) else { return Vec::new() };
        let offers = new_code::at(self.session, copy, range.start);
        let action = |code: NewCode| {
            let what = What::Write { at: range.start, title: code.title.clone() };
            self.action(code.title, CodeActionKind::new(new_code::KIND), what)
        };
        offers.into_iter().map(action).collect()
    }

    fn fix_all(&self) -> CodeAction {
        self.action("Apply all safe fixes of halfopen".to_owned(), CodeActionKind::new(fix_all::KIND), What::FixAll)
    }

    /// An action, with its edit where the client cannot ask for it later.
    fn action(&self, title: String, kind: CodeActionKind, what: What) -> CodeAction {
        let action = CodeAction { title, kind: Some(kind), ..CodeAction::default() };
        if !self.session.features().lazy_edits {
            return CodeAction { edit: self.edit(&what), ..action };
        }
        let Shown { version, edition, .. } = *self.shown;
        let choice = Choice { uri: self.document.uri.clone(), version, edition, what };
        CodeAction { data: serde_json::to_value(choice).ok(), ..action }
    }

    /// Where new migrations of the document's database go, if the client can create them.
    fn migrations(&self) -> Option<Migrations> {
        let path = self.document.path.as_deref().filter(|_| self.session.features().creates_files)?;
        let settings = self.session.settings.read(self.session, Some(path));
        self.session.modules.of(&settings.catalog).migrations(path, &settings.migrations)
    }

    /// The edit that adds a migration to those of the document's database.
    fn new_migration(&self, migration: &Migration) -> Option<WorkspaceEdit> {
        let path = self.migrations()?.next(&now(), &migration.name);
        Some(convert::new_file(Uri::from_file_path(path)?, migration.sql.clone()))
    }

    fn edit(&self, what: &What) -> Option<WorkspaceEdit> {
        let edits = match what {
            What::FixAll => {
                let copy = Copy::of_open(self.session, self.document, self.shown.text.clone())?;
                fix_all::edits(self.session, copy)?
            }
            What::Write { at, title } => {
                let copy = Copy::of_open(self.session, self.document, self.shown.text.clone())?;
                let mut offers = new_code::at(self.session, copy, *at).into_iter();
                offers.find(|code| code.title == *title)?.edits
            }
            What::Finding { rule, start, end, repair } => {
                let span = Span { start: *start, end: *end };
                let mut findings = self.shown.findings.iter();
                let finding = findings.find(|finding| finding.rule.name == rule && finding.span == span)?;
                match repair {
                    Repair::Fix(index) => match finding.fixes.get(*index)? {
                        Fix { migration: Some(migration), .. } => return self.new_migration(migration),
                        fix => fix.edits.clone(),
                    },
                    Repair::Silence => vec![silence::comment(self.document.kind, &self.shown.text, finding)?],
                    Repair::SilenceFile => vec![silence::in_file(self.document.kind, &self.shown.text, finding)?],
                }
            }
        };
        let (features, uri) = (self.session.features(), self.document.uri.clone());
        let file = FileEdits::new(uri, Some(self.shown.version), &self.shown.text, &edits, features);
        Some(convert::workspace_edit(vec![file], None, features))
    }
}
