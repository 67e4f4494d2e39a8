//! The files of the workspace that nobody has open.
//!
//! **Invariant**: what is open is never read here; its text is the client's word.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use halfopen_engine::settings::Settings;
use halfopen_engine::text::Text;
use halfopen_engine::{Document, may_matter};

use super::session::Session;
use crate::workspace::document_name;
use crate::workspace::read::{self, Limits};
use crate::workspace::walk::walk;

/// The state of a file; another one means another text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
}

impl Stamp {
    /// That of a file, if it is there.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self { modified: metadata.modified().ok(), len: metadata.len() })
    }
}

/// A file that nobody has open, with the settings in force for it.
pub(super) struct Closed {
    pub(super) text: Text,
    pub(super) document: Document,
    pub(super) settings: Settings,
}

/// The paths of the workspace's folders that a check would look at and that are not open.
pub(super) fn paths(session: &Session) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let folders = session.folders();
    if !folders.is_empty() {
        walk(&folders, |target| paths.push(target.path));
    }
    paths.retain(|path| session.documents.at(path).is_none());
    paths.sort();
    paths
}

/// The file, if a rule may have something to say of it.
pub(super) fn open(session: &Arc<Session>, path: &Path) -> Option<Closed> {
    let kind = read::kind_of(path).ok()?;
    let settings = session.settings.read(session, Some(path));
    let text = read::read(path, Limits::walked(&settings)).ok()?;
    if !may_matter(text.as_bytes()) {
        return None;
    }
    let text = Text::new(&text);
    let document = Document::new(&document_name(path), kind, text.clone());
    Some(Closed { text, document, settings })
}
