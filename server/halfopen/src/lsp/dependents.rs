//! What an edit means to the other open documents.
//!
//! **Invariant**: a document is looked at again for another one's sake only if that one's summary changed, and others
//! see its last sound text: a half-typed function closes nobody's connection.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use halfopen_engine::project::ModuleFacts;
use halfopen_engine::{Catalog, Document};

use super::documents::OpenDocument;
use super::lock;
use super::schedule::{self, Want};
use super::session::Session;

/// What a document has to do with other modules.
#[derive(Default)]
pub(super) struct Dependence {
    /// The files that what was found rests on. A check asks for those alone that the units need that it looks at, so they
    /// add up.
    reads: Mutex<BTreeSet<PathBuf>>,
    /// One of them says something else now.
    is_outdated: AtomicBool,
}

impl Dependence {
    /// Adds the files that a check rests on.
    pub(super) fn add(&self, reads: BTreeSet<PathBuf>) {
        lock(&self.reads).extend(reads);
    }

    /// What was found may not hold any more because of others.
    pub(super) fn outdate(&self) {
        self.is_outdated.store(true, Ordering::Release);
    }

    /// Whether what was found may not hold any more because of others; the next check is told once.
    pub(super) fn take_outdated(&self) -> bool {
        self.is_outdated.swap(false, Ordering::AcqRel)
    }
}

/// A sound text was analysed: those who import it are looked at again if its summary is not the one that was told last.
pub(super) fn tell(
    session: &Arc<Session>,
    open: &OpenDocument,
    document: &Document,
    catalog: &Arc<Catalog>,
    told: &mut Option<ModuleFacts>,
) {
    let Some(path) = &open.path else { return };
    if readers_of(session, path).is_empty() {
        // Whoever imports it later reads it then.
        *told = None;
        return;
    }
    let Some(facts) = session.modules.of(catalog).renew(path, |modules| document.module_facts(modules)) else { return };
    if told.as_ref() != Some(&facts) {
        *told = Some(facts);
        outdate(session, path);
    }
}

/// A file says something else now: those who import it are looked at again. Who is being looked at meanwhile, and is not
/// known as a reader yet, sees by `module_changes` that it has to look again.
pub(super) fn outdate(session: &Arc<Session>, path: &Path) {
    session.module_changes.fetch_add(1, Ordering::SeqCst);
    for reader in readers_of(session, path) {
        reader.dependence.outdate();
        schedule::ask(session, &reader, Want::Calm);
    }
}

fn readers_of(session: &Session, path: &Path) -> Vec<Arc<OpenDocument>> {
    let mut readers = session.documents.all();
    readers.retain(|reader| reader.path.as_deref() != Some(path) && lock(&reader.dependence.reads).contains(path));
    readers
}
