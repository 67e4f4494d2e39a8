//! `halfopen/fixWorkspace`: the safe fixes of all files of the workspace, as one edit that the client lets the user look
//! at before anything changes.
//!
//! **Invariant**: nothing is written here, and a file that fails costs nothing but itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Uri, WorkspaceEdit};

use super::convert::{self, FileEdits};
use super::copies::{self, Copy};
use super::documents::OpenDocument;
use super::fix_all;
use super::server::Server;
use super::session::Session;

/// What `halfopen/fixWorkspace` asks: an object without members, for there may be some one day.
#[derive(Debug, Deserialize)]
pub(super) struct Params {}

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
    let closed = copies::closed_paths(session);
    let closed = closed.iter().filter_map(|path| guarded(&|| of_closed(session, path)));
    let mut files: Vec<FileEdits> = open.chain(closed).filter(|file| !file.is_empty()).collect();
    files.sort_by(|one, other| one.uri.as_str().cmp(other.uri.as_str()));
    convert::workspace_edit(files, Some("halfopen: safe fixes"), session.features())
}

fn of_open(session: &Arc<Session>, document: &OpenDocument) -> Option<FileEdits> {
    let shown = document.current().filter(|shown| fix_all::is_worth(shown))?;
    let edits = fix_all::edits(session, Copy::of_open(session, document, shown.text.clone())?)?;
    Some(FileEdits::new(document.uri.clone(), Some(shown.version), &shown.text, &edits, session.features()))
}

fn of_closed(session: &Arc<Session>, path: &Path) -> Option<FileEdits> {
    let copy = Copy::of_closed(session, path)?;
    let text = copy.text.clone();
    let edits = fix_all::edits(session, copy)?;
    Some(FileEdits::new(Uri::from_file_path(path)?, None, &text, &edits, session.features()))
}
