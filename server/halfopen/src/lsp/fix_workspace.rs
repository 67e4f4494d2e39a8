//! `halfopen/fixWorkspace`: the safe fixes of all files of the workspace, as one edit that the client lets the user look
//! at before anything changes.
//!
//! **Invariant**: nothing is written here, and a file that fails costs nothing but itself.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use halfopen_engine::Document;
use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::TextEdit;
use halfopen_engine::text::Text;
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as protocol;
use tower_lsp::ls_types::{Uri, WorkspaceEdit};

use super::closed::{self, Closed};
use super::documents::OpenDocument;
use super::server::Server;
use super::session::Session;
use super::{convert, fix_all, lock};

/// What `halfopen/fixWorkspace` asks: an object without members, for there may be some one day.
#[derive(Debug, Deserialize)]
pub(super) struct Params {}

/// The name of the one annotation.
const ANNOTATION: &str = "halfopen";

/// The edits of one file.
struct FileEdits {
    uri: Uri,
    /// The version that they are for, where the file is open.
    version: Option<i32>,
    edits: Vec<protocol::TextEdit>,
}

impl Server {
    /// `halfopen/fixWorkspace`.
    pub(super) async fn fix_workspace(&self, _: Params) -> Result<WorkspaceEdit> {
        self.aside(workspace_edit).await
    }
}

fn workspace_edit(session: &Arc<Session>) -> WorkspaceEdit {
    let guarded = |look: &dyn Fn() -> Option<FileEdits>| catch_unwind(AssertUnwindSafe(look)).ok().flatten();
    let open = session.documents.all();
    let open = open.iter().filter_map(|document| guarded(&|| of_open(session, document)));
    let closed = closed::paths(session);
    let closed = closed.iter().filter_map(|path| guarded(&|| of_closed(session, path)));
    let mut files: Vec<FileEdits> = open.chain(closed).filter(|file| !file.edits.is_empty()).collect();
    files.sort_by(|one, other| one.uri.as_str().cmp(other.uri.as_str()));
    joined(files, session.features().annotated_edits)
}

fn joined(files: Vec<FileEdits>, is_annotated: bool) -> WorkspaceEdit {
    let annotated = |edit: protocol::TextEdit| match is_annotated {
        true => protocol::OneOf::Right(protocol::AnnotatedTextEdit {
            text_edit: edit,
            annotation_id: ANNOTATION.to_owned(),
        }),
        false => protocol::OneOf::Left(edit),
    };
    let edits = files.into_iter().map(|file| protocol::TextDocumentEdit {
        text_document: protocol::OptionalVersionedTextDocumentIdentifier { uri: file.uri, version: file.version },
        edits: file.edits.into_iter().map(annotated).collect(),
    });
    let annotation = protocol::ChangeAnnotation {
        label: "halfopen: safe fixes".to_owned(),
        needs_confirmation: Some(true),
        description: None,
    };
    WorkspaceEdit {
        changes: None,
        document_changes: Some(protocol::DocumentChanges::Edits(edits.collect())),
        change_annotations: is_annotated.then(|| HashMap::from([(ANNOTATION.to_owned(), annotation)])),
    }
}

fn of_open(session: &Arc<Session>, document: &OpenDocument) -> Option<FileEdits> {
    let shown = {
        let buffer = lock(&document.buffer);
        buffer.shown.clone().filter(|shown| shown.edition == buffer.edition)
    }?;
    let edits = fix_all::edits(session, document, &shown).filter(|_| fix_all::is_worth(&shown))?;
    Some(file_edits(session, document.uri.clone(), Some(shown.version), &shown.text, &edits))
}

fn of_closed(session: &Arc<Session>, path: &Path) -> Option<FileEdits> {
    let Closed { text, document, settings } = closed::open(session, path)?;
    let modules = session.modules_for(Some(path));
    let check = |document: &mut Document| document.check(&*modules, &settings, &Cancel::new()).ok();
    let edits = fix_all::edits_of(&text, document, check)?;
    Some(file_edits(session, Uri::from_file_path(path)?, None, &text, &edits))
}

fn file_edits(session: &Session, uri: Uri, version: Option<i32>, text: &Text, edits: &[TextEdit]) -> FileEdits {
    let encoding = session.features().encoding;
    let edits = edits
        .iter()
        .map(|edit| protocol::TextEdit::new(convert::range_of(text, edit.span, encoding), edit.text.clone()));
    FileEdits { uri, version, edits: edits.collect() }
}
