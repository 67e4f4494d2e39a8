//! One client's session: what the handlers do to the open documents.
//!
//! **Invariant**: nothing here awaits. A handler changes state, asks for an analysis and returns.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use halfopen_engine::settings::Settings;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tower_lsp::ls_types::{MessageType, TextDocumentItem, Uri};

use super::documents::{Change, Documents, OpenDocument};
use super::features::Features;
use super::outgoing::Outgoing;
use super::realtime::Realtime;
use super::schedule::Want;
use super::settings::SettingsStore;
use super::{Options, convert, dependents, lock, migrations, publish, realtime, schedule};
use crate::workspace::around::{Around, WorkspaceModules};
use crate::workspace::caches::Caches;
use crate::workspace::modules::ModuleCache;

/// Everything that outlives a message.
pub(super) struct Session {
    pub(super) outgoing: Outgoing,
    pub(super) documents: Arc<Documents>,
    pub(super) settings: SettingsStore,
    pub(super) realtime: Realtime,
    pub(super) modules: Caches,
    /// The files that nobody has open and whose code has to do with a database, once somebody asked.
    pub(super) watching_code: Mutex<Option<Vec<PathBuf>>>,
    /// A file of SQL waits for code that is being looked at.
    pub(super) sql_waits: AtomicBool,
    /// Counts the texts that others came to see anew.
    pub(super) module_changes: AtomicU64,
    pub(super) runtime: Handle,
    /// Whether tests ask, see `Options`.
    pub(super) debug_requests: bool,
    /// Told when the client's process died.
    pub(super) orphaned: Notify,
    features: OnceLock<Features>,
    folders: Mutex<Vec<PathBuf>>,
    shut_down: AtomicBool,
}

impl Session {
    /// A session before `initialize`.
    pub(super) fn new(options: Options, outgoing: Outgoing, runtime: Handle) -> Self {
        let documents = Arc::new(Documents::default());
        let overlay = Arc::clone(&documents);
        Self {
            outgoing,
            documents,
            settings: SettingsStore::new(options.config, options.panic_on),
            realtime: Realtime::default(),
            modules: Caches::new(move |catalog| {
                let overlay = Arc::clone(&overlay);
                ModuleCache::of_session(catalog, Box::new(move |path: &Path| overlay.text_at(path)))
            }),
            watching_code: Mutex::default(),
            sql_waits: AtomicBool::new(false),
            module_changes: AtomicU64::new(0),
            runtime,
            debug_requests: options.debug_requests,
            orphaned: Notify::new(),
            features: OnceLock::new(),
            folders: Mutex::default(),
            shut_down: AtomicBool::new(false),
        }
    }

    /// Remembers what `initialize` told; the crate lets only the first one through.
    pub(super) fn begin(&self, features: Features, folders: Vec<PathBuf>) {
        let _ = self.features.set(features);
        *lock(&self.folders) = folders;
    }

    /// What the client can do.
    pub(super) fn features(&self) -> Features {
        self.features.get().copied().unwrap_or_default()
    }

    /// The client's user added folders to the workspace, or took some out.
    pub(super) fn change_folders(&self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let mut folders = lock(&self.folders);
        folders.retain(|folder| !removed.contains(folder) && !added.contains(folder));
        folders.extend(added);
    }

    /// The folders of the workspace.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        lock(&self.folders).clone()
    }

    /// Remembers that the client asked for the end.
    pub(super) fn shut_down(&self) {
        self.shut_down.store(true, Ordering::Relaxed);
    }

    /// 0 if the client asked for the end, else 1.
    pub(super) fn exit_code(&self) -> i32 {
        i32::from(!self.shut_down.load(Ordering::Relaxed))
    }

    /// The client opened a document.
    pub(super) fn open(self: &Arc<Self>, item: TextDocumentItem) {
        let path = convert::path_of(&item.uri);
        let kind = convert::kind_of(&item.uri, &item.language_id);
        let document = Arc::new(OpenDocument::new(item.uri, path, kind, item.version, &item.text));
        if let Some(before) = self.documents.insert(Arc::clone(&document)) {
            // Opened twice: the newer text counts, and no publish of the older one may follow.
            lock(&before.buffer).closed = true;
            before.queue.close();
        }
        // Before anybody looks: the database that was known is old.
        self.note_sql(document.path.as_deref());
        schedule::ask(self, &document, Want::Full);
        self.note_unsaved(document.path.as_deref());
        migrations::code_came_or_went(self);
    }

    /// The client changed a document.
    pub(super) fn change(self: &Arc<Self>, uri: &Uri, version: i32, changes: Vec<Change>) {
        let Some(document) = self.documents.get(uri) else {
            let message = format!("{} was changed and is not open; the change is ignored", uri.as_str());
            return self.outgoing.log(MessageType::WARNING, message);
        };
        let mut buffer = lock(&document.buffer);
        let expected = buffer.version.wrapping_add(1);
        buffer.change(version, changes, self.features().encoding);
        drop(buffer);
        if version != expected {
            let message = format!("the versions go from {} to {version}", expected.wrapping_sub(1));
            self.log_once(&document, "versions", MessageType::LOG, &message);
        }
        self.note_sql(document.path.as_deref());
        schedule::edited(self, &document);
    }

    /// The client closed a document.
    pub(super) fn close(self: &Arc<Self>, uri: &Uri) {
        if let Some(document) = self.documents.remove(uri) {
            document.queue.close();
            publish::clear(self, &document);
            realtime::changed(self, &document);
            if let Some(path) = &document.path {
                dependents::outdate(self, path);
            }
            self.note_unsaved(document.path.as_deref());
            self.note_sql(document.path.as_deref());
            migrations::code_came_or_went(self);
        }
    }

    /// The text of a file of SQL is another one now: who asked for its database is looked at again.
    fn note_sql(self: &Arc<Self>, path: Option<&Path>) {
        let sql = path.filter(|path| migrations::is_sql(path));
        if let Some(root) = sql.and_then(|path| self.modules.outdate_database(path)) {
            dependents::outdate(self, &root);
        }
    }

    /// A document that is no file yet came or went: imports that led nowhere may lead to it, and nobody is known to have
    /// asked for it.
    fn note_unsaved(self: &Arc<Self>, path: Option<&Path>) {
        if path.is_some_and(|path| !path.is_file()) {
            self.recheck();
        }
    }

    /// Settings or other files may have changed: every open document is looked at again, and published only if
    /// its findings changed.
    pub(super) fn recheck(self: &Arc<Self>) {
        self.settings.outdate();
        self.modules.forget();
        self.realtime.forget();
        *lock(&self.watching_code) = None;
        for document in self.documents.all() {
            schedule::ask(self, &document, Want::Full);
        }
    }

    /// What a document may ask of the world outside it.
    pub(super) fn modules_for(&self, path: Option<&Path>, settings: &Settings) -> Around {
        Around(path.map(|path| WorkspaceModules::sharing(self.modules.of(&settings.catalog), path)))
    }

    /// Says something of a document in the client's log, the first time only.
    pub(super) fn log_once(&self, document: &OpenDocument, key: &str, kind: MessageType, message: &str) {
        if document.says_first(key) {
            self.outgoing.log(kind, format!("{}: {message}", document.uri.as_str()));
        }
    }
}
