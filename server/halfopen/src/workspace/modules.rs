//! The modules of the workspace, for a document that imports them.
//!
//! **Invariant**: what a document is told depends on files alone, never on what was asked before or by whom. So a
//! summary that was cut short (a cycle, a chain that is too deep) is shared only with those who would cut it at
//! the same place: whoever starts from that very module.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashmap::DashMap;
use halfopen_engine::project::{ExportPlace, Installed, ModuleFacts, ModulePlace, Modules, Shape, Summary};
use halfopen_engine::sql::Schema;
use halfopen_engine::text::Text;
use halfopen_engine::{Catalog, summarise};

use super::aliases::Aliases;
use super::chain::{Chain, DEEPEST, Frame, Known, Stamp, Step};
use super::database::{Databases, Source};
use super::document_name;
use super::migration::Migrations;
use super::providers::Providers;
use super::read::{self, Limits};
use super::resolve::resolve;
use super::roots::Roots;
use super::versions::Versions;

/// How many modules are remembered at most. A workspace with more of them that matter begins anew, which costs time alone.
const MOST: usize = 20_000;

/// The text that an editor holds open for a file, and a number that is another one for each text; `None`: the
/// file is closed, and the disk counts.
pub(crate) type Overlay = Box<dyn Fn(&Path) -> Option<(Text, u64)> + Send + Sync>;

/// What is known of modules and of installed packages; shared by all documents.
pub(crate) struct ModuleCache {
    /// What is known of libraries.
    catalog: Arc<Catalog>,
    overlay: Overlay,
    /// Whether files may change while this lives.
    changes: bool,
    roots: Roots,
    aliases: Aliases,
    providers: Providers,
    summaries: DashMap<PathBuf, Arc<Known>>,
    /// Whether a file may export what opens something for its caller.
    openers: DashMap<PathBuf, (Stamp, bool)>,
    /// What specifiers name, by the folder of who imports; filled only where no file changes.
    resolved: DashMap<PathBuf, HashMap<String, Option<PathBuf>>>,
    pub(super) versions: Versions,
    databases: Databases,
}

impl ModuleCache {
    /// For a long session: open texts come before files, and changed files are read again.
    pub(crate) fn of_session(catalog: Arc<Catalog>, overlay: Overlay) -> Self {
        Self {
            catalog,
            overlay,
            changes: true,
            roots: Roots::default(),
            aliases: Aliases::default(),
            providers: Providers::default(),
            summaries: DashMap::new(),
            openers: DashMap::new(),
            resolved: DashMap::new(),
            versions: Versions::default(),
            databases: Databases::default(),
        }
    }

    /// For one run, during which no file changes.
    pub(crate) fn of_run(catalog: Arc<Catalog>) -> Self {
        Self { changes: false, ..Self::of_session(catalog, Box::new(|_: &Path| None)) }
    }

    /// Forgets what file times don't show: new and deleted files, manifests and lock files.
    pub(super) fn forget(&self) {
        self.roots.forget();
        self.aliases.forget();
        self.providers.forget();
        self.summaries.clear();
        self.openers.clear();
        self.versions.forget();
        self.databases.forget();
    }

    /// A file of SQL changed that is known; gives what documents rest on that asked for its database.
    pub(crate) fn outdate_database(&self, path: &Path) -> Option<PathBuf> {
        self.databases.outdate();
        self.roots.of(path.parent()?).map(|root| root.to_path_buf())
    }

    /// Where new migrations for a document's database go.
    pub(crate) fn migrations(&self, document: &Path, folders: &[String]) -> Option<Migrations> {
        let root = self.roots.of(document.parent()?)?;
        let (last, folder) = self.databases.last_migration(document, &root, folders)?;
        Some(Migrations { last, folder })
    }

    /// The database for a document, with the root of its repository.
    pub(super) fn database(&self, document: &Path, folders: &[String]) -> Option<(PathBuf, Option<Arc<Schema>>)> {
        let root = self.roots.of(document.parent()?)?;
        let overlay = |path: &Path| (self.overlay)(path).map(|(text, _)| text);
        let source = Source { stamp: &|path| self.stamp(path), overlay: &overlay };
        Some((root.to_path_buf(), self.databases.of(document, &root, folders, &source)))
    }

    /// The file that `specifier` names from a document.
    pub(super) fn resolve(&self, document: &Path, specifier: &str) -> Option<PathBuf> {
        let folder = document.parent()?;
        if self.changes {
            return self.find(document, folder, specifier);
        }
        if let Some(known) = self.resolved.get(folder).and_then(|known| known.get(specifier).cloned()) {
            return known;
        }
        let found = self.find(document, folder, specifier);
        self.resolved.entry(folder.to_path_buf()).or_default().insert(specifier.to_owned(), found.clone());
        found
    }

    fn find(&self, document: &Path, folder: &Path, specifier: &str) -> Option<PathBuf> {
        let root = self.roots.of(folder);
        let found = resolve(folder, root.as_deref(), specifier, |path| self.is_there(path));
        found.or_else(|| self.aliases.resolve(document, root.as_deref()?, specifier))
    }

    /// What a context carries that its own module provides with nothing.
    pub(super) fn carried(&self, document: &Path, specifier: &str, name: &str) -> Option<Shape> {
        let module = self.resolve(document, specifier)?;
        let resolve = |document: &Path, specifier: &str| self.resolve(document, specifier);
        let modules = |document: &Path| Plain { cache: self, document: document.to_path_buf() };
        let carried = self.providers.carried(&module, name, &self.catalog, modules, resolve)?;
        Some(Shape::Context(Box::new(carried)))
    }

    /// The summary of the module that `specifier` names from a document.
    pub(super) fn ask(&self, document: &Path, specifier: &str, chain: &Mutex<Chain>) -> Option<Arc<Known>> {
        let path = self.resolve(document, specifier)?;
        let step = lock(chain).enter(&path)?;
        let known = match step {
            Step::Known(known) => known,
            Step::Depth(depth) => match self.remembered(&path, depth) {
                Some(known) => known,
                None => self.make(&path, depth, chain)?,
            },
        };
        lock(chain).note(&known);
        Some(known)
    }

    /// Where a name is made that the module exports which `specifier` names from a document.
    pub(super) fn place(&self, document: &Path, specifier: &str, name: &str) -> Option<ModulePlace> {
        let mut document = document.to_path_buf();
        let (mut specifier, mut name) = (specifier.to_owned(), name.to_owned());
        for _ in 0..DEEPEST {
            let path = self.resolve(&document, &specifier)?;
            let known = self.ask(&document, &specifier, &Mutex::default())?;
            match known.facts.places.get(name.as_str())? {
                ExportPlace::Line(line) => return Some(ModulePlace { path, line: *line }),
                ExportPlace::Module { source, name: there } => {
                    (document, specifier, name) = (path, source.to_string(), there.to_string());
                }
            }
        }
        None
    }

    fn remembered(&self, path: &Path, depth: usize) -> Option<Arc<Known>> {
        let known = self.summaries.get(path).map(|known| Arc::clone(known.value()))?;
        let fits = (depth == 0 || known.exact) && depth + known.height <= DEEPEST;
        let is_current = || known.reads.iter().all(|(path, stamp)| self.stamp(path) == Some(*stamp));
        if fits && (!self.changes || is_current()) { Some(known) } else { None }
    }

    fn make(&self, path: &Path, depth: usize, chain: &Mutex<Chain>) -> Option<Arc<Known>> {
        let kind = read::kind_of(path).ok()?;
        let folder = path.parent()?;
        // The stamp is taken first: a change in between makes the summary old, not wrong for ever.
        let stamp = self.stamp(path)?;
        let text = self.text(path)?;
        lock(chain).frames.push(Frame::new(path, stamp));
        let within = Within { cache: self, document: path, folder, chain };
        let facts = summarise(&document_name(path), kind, &text, &within, &self.catalog);
        let frame = lock(chain).frames.pop()?;
        let known = Arc::new(frame.known(facts));
        if !known.exact {
            lock(chain).cut.insert(path.to_path_buf(), Arc::clone(&known));
        }
        if known.exact || depth == 0 {
            self.remember(path, &known);
        }
        Some(known)
    }

    fn remember(&self, path: &Path, known: &Arc<Known>) {
        if self.summaries.len() >= MOST {
            self.summaries.clear();
        }
        self.summaries.insert(path.to_path_buf(), Arc::clone(known));
    }

    /// Whether a module may export what opens something for its caller: it says a name of the catalogue, makes a context, or
    /// gives on what others export.
    pub(super) fn may_open(&self, path: &Path) -> bool {
        if let Some(known) = self.openers.get(path)
            && (!self.changes || self.stamp(path) == Some(known.0))
        {
            return known.1;
        }
        let (Some(stamp), Some(text)) = (self.stamp(path), self.source(path)) else { return false };
        let may = self.catalog.may_matter(text.as_bytes()) || text.contains("createContext") || gives_on(&text);
        if self.openers.len() >= MOST {
            self.openers.clear();
        }
        self.openers.insert(path.to_path_buf(), (stamp, may));
        may
    }

    /// Takes the summary of an open document's sound text from who has it analysed, which is sooner done than anew.
    pub(crate) fn renew(
        &self,
        path: &Path,
        summarise: impl FnOnce(&dyn Modules) -> ModuleFacts,
    ) -> Option<ModuleFacts> {
        let (folder, stamp) = (path.parent()?, self.stamp(path)?);
        let chain = Mutex::new(Chain { frames: vec![Frame::new(path, stamp)], cut: HashMap::new() });
        let facts = summarise(&Within { cache: self, document: path, folder, chain: &chain });
        let frame = lock(&chain).frames.pop()?;
        self.remember(path, &Arc::new(frame.known(facts.clone())));
        Some(facts)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        if !self.changes {
            return Some(Stamp::Open(0));
        }
        if let Some((_, version)) = (self.overlay)(path) {
            return Some(Stamp::Open(version));
        }
        read::Stamp::of(path).map(Stamp::Closed)
    }

    fn text(&self, path: &Path) -> Option<Text> {
        match (self.overlay)(path) {
            Some((text, _)) => Some(text),
            None => read::read(path, Limits::module()).ok().map(|text| Text::new(&text)),
        }
    }

    /// The text in one piece.
    fn source(&self, path: &Path) -> Option<String> {
        match (self.overlay)(path) {
            Some((text, _)) => Some(text.to_string()),
            None => read::read(path, Limits::module()).ok(),
        }
    }

    fn is_there(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) || (self.overlay)(path).is_some()
    }
}

/// Whether a module gives on what others export: `export * from …`, `export { … } from …`.
fn gives_on(text: &str) -> bool {
    let is_from = |rest: &str| rest.split_once('}').is_some_and(|(_, rest)| rest.trim_start().starts_with("from"));
    text.contains("export *") || text.split("export {").skip(1).any(is_from)
}

/// The modules around a module that is being summarised.
struct Within<'chain> {
    cache: &'chain ModuleCache,
    document: &'chain Path,
    folder: &'chain Path,
    chain: &'chain Mutex<Chain>,
}

impl Modules for Within<'_> {
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape> {
        self.cache.ask(self.document, specifier, self.chain)?.facts.shapes.get(name).cloned()
    }

    fn exports(&self, specifier: &str) -> Summary {
        match self.cache.resolve(self.document, specifier) {
            Some(path) if !self.cache.may_open(&path) => {
                lock(self.chain).read(&path, self.cache.stamp(&path));
                Summary::new()
            }
            _ => self
                .cache
                .ask(self.document, specifier, self.chain)
                .map(|known| known.facts.shapes.clone())
                .unwrap_or_default(),
        }
    }

    fn may_open(&self, specifier: &str) -> bool {
        let Some(path) = self.cache.resolve(self.document, specifier) else { return false };
        // The summary that is being made rests on it.
        lock(self.chain).read(&path, self.cache.stamp(&path));
        self.cache.may_open(&path)
    }

    fn place(&self, specifier: &str, name: &str) -> Option<ModulePlace> {
        self.cache.place(self.document, specifier, name)
    }

    fn version(&self, package: &str) -> Installed {
        self.cache.versions.installed(self.folder, package)
    }
}

/// The modules around a file that is asked what it provides.
struct Plain<'cache> {
    cache: &'cache ModuleCache,
    document: PathBuf,
}

impl Modules for Plain<'_> {
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape> {
        self.cache.ask(&self.document, specifier, &Mutex::default())?.facts.shapes.get(name).cloned()
    }

    fn exports(&self, specifier: &str) -> Summary {
        if !self.may_open(specifier) {
            return Summary::new();
        }
        let known = self.cache.ask(&self.document, specifier, &Mutex::default());
        known.map(|known| known.facts.shapes.clone()).unwrap_or_default()
    }

    fn may_open(&self, specifier: &str) -> bool {
        let path = self.cache.resolve(&self.document, specifier);
        path.is_some_and(|path| self.cache.may_open(&path))
    }

    fn place(&self, specifier: &str, name: &str) -> Option<ModulePlace> {
        self.cache.place(&self.document, specifier, name)
    }

    fn version(&self, _: &str) -> Installed {
        Installed::Unknown
    }
}

/// A panic while a lock was held left nothing half done: every change under it is one step.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::around::WorkspaceModules;
    use super::super::temporary::Folder;
    use super::*;

    fn text(shape: Option<Shape>) -> Option<String> {
        match shape? {
            Shape::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }

    #[test]
    fn a_changed_file_and_an_open_text_are_seen() {
        let folder = Folder::new("modules");
        let a = folder.path("a.ts");
        let b = folder.write("b.ts", "export const topic = 'one';");
        let open: Arc<Mutex<Option<(Text, u64)>>> = Arc::default();
        let shown = Arc::clone(&open);
        let overlay = move |path: &Path| lock(&shown).clone().filter(|_| path == b);
        let cache = Arc::new(ModuleCache::of_session(Arc::clone(Catalog::built_in()), Box::new(overlay)));
        let topic = || text(WorkspaceModules::sharing(Arc::clone(&cache), &a).shape("./b", "topic"));
        assert_eq!(topic().as_deref(), Some("one"));
        folder.write("b.ts", "export const topic = 'three';");
        assert_eq!(topic().as_deref(), Some("three"));
        *lock(&open) = Some((Text::new("export const topic = 'open';"), 1));
        assert_eq!(topic().as_deref(), Some("open"));
    }

    #[test]
    fn a_cycle_comes_to_an_end() {
        let folder = Folder::new("cycle");
        folder.write("b.ts", "export { topic } from './c'; export const own = 'b';");
        folder.write("c.ts", "export { topic } from './b'; export { own } from './b';");
        let modules = WorkspaceModules::sharing(
            Arc::new(ModuleCache::of_run(Arc::clone(Catalog::built_in()))),
            &folder.path("a.ts"),
        );
        assert_eq!(text(modules.shape("./b", "own")).as_deref(), Some("b"));
        assert_eq!(text(modules.shape("./b", "topic")), None);
    }
}
