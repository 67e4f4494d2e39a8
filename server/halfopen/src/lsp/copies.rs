//! Documents of our own, for looks that take long or at files that nobody has open.
//!
//! **Invariant**: the analysis of an open document never waits for a look here, and what is open is never read from the
//! disk: its text is the client's word.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use halfopen_engine::settings::Settings;
use halfopen_engine::text::Text;
use halfopen_engine::{Document, FileKind};

use super::documents::OpenDocument;
use super::migrations::is_sql;
use super::session::Session;
use crate::workspace::document_name;
use crate::workspace::read::{self, Limits};
use crate::workspace::walk::walk;

/// A document, with the settings in force for it.
pub(super) struct Copy {
    pub(super) path: Option<PathBuf>,
    pub(super) text: Text,
    pub(super) document: Document,
    pub(super) settings: Settings,
}

impl Copy {
    /// A text of an open document, unless it is too large.
    pub(super) fn of_open(session: &Arc<Session>, open: &OpenDocument, text: Text) -> Option<Self> {
        let settings = session.settings.read(session, open.path.as_deref());
        let is_small = text.len() as u64 <= settings.max_file_size;
        let document = |kind: FileKind| Document::new(&open.name(), kind, text.clone());
        let document = open.kind.filter(|_| is_small).map(document)?;
        Some(Self { path: open.path.clone(), text, document, settings })
    }

    /// A file that nobody has open, if a rule may have something to say of it.
    pub(super) fn of_closed(session: &Arc<Session>, path: &Path) -> Option<Self> {
        let kind = read::kind_of(path).ok()?;
        let settings = session.settings.read(session, Some(path));
        if settings.is_ignored {
            return None;
        }
        let text = read::read(path, Limits::walked(&settings)).ok()?;
        if !settings.catalog.may_matter(text.as_bytes()) {
            return None;
        }
        let text = Text::new(&text);
        let document = Document::new(&document_name(path), kind, text.clone());
        Some(Self { path: Some(path.to_path_buf()), text, document, settings })
    }
}

/// The files of the workspace's folders that a check would look at and that are not open, by path.
pub(super) fn closed_paths(session: &Session) -> Vec<PathBuf> {
    let folders = session.folders();
    if folders.is_empty() {
        return Vec::new();
    }
    let open: HashSet<PathBuf> = session.documents.all().iter().filter_map(|document| document.path.clone()).collect();
    let mut paths = Vec::new();
    walk(&folders, |target| {
        // Of SQL nothing is asked but what its own document shows.
        if !open.contains(&target.path) && !is_sql(&target.path) {
            paths.push(target.path);
        }
    });
    paths.sort();
    paths
}
