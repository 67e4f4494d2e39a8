//! The world around one document, as the engine asks for it, with a note of what was asked.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use halfopen_engine::project::{Installed, ModulePlace, Modules, NoModules, Shape, Summary};
use halfopen_engine::sql::Schema;

use super::chain::Known;
use super::modules::{ModuleCache, lock};

/// The modules around one document. A new one is made for each check, so that a check sees one state of each module.
pub(crate) struct WorkspaceModules {
    cache: Arc<ModuleCache>,
    document: PathBuf,
    folder: PathBuf,
    /// By specifier.
    asked: Mutex<HashMap<String, Option<Arc<Known>>>>,
    /// The files of modules that were only looked at.
    looked_at: Mutex<BTreeSet<PathBuf>>,
}

impl WorkspaceModules {
    /// For the document at that absolute path, with all that others learned.
    pub(crate) fn sharing(cache: Arc<ModuleCache>, document: &Path) -> Self {
        let folder = document.parent().unwrap_or(document).to_path_buf();
        Self { cache, document: document.to_path_buf(), folder, asked: Mutex::default(), looked_at: Mutex::default() }
    }
}

impl Modules for WorkspaceModules {
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape> {
        let shape = self.known(specifier)?.facts.shapes.get(name).cloned()?;
        match &shape {
            Shape::Context(carried) if **carried == Shape::Unknown => {
                Some(self.cache.carried(&self.document, specifier, name).unwrap_or(shape))
            }
            _ => Some(shape),
        }
    }

    fn exports(&self, specifier: &str) -> Summary {
        let known = if self.may_open(specifier) { self.known(specifier) } else { None };
        known.map(|known| known.facts.shapes.clone()).unwrap_or_default()
    }

    fn may_open(&self, specifier: &str) -> bool {
        let Some(path) = self.cache.resolve(&self.document, specifier) else { return false };
        let may = self.cache.may_open(&path);
        lock(&self.looked_at).insert(path);
        may
    }

    fn place(&self, specifier: &str, name: &str) -> Option<ModulePlace> {
        self.cache.place(&self.document, specifier, name)
    }

    fn version(&self, package: &str) -> Installed {
        self.cache.versions.installed(&self.folder, package)
    }

    fn database(&self, folders: &[String]) -> Option<Arc<Schema>> {
        let (root, database) = self.cache.database(&self.document, folders)?;
        lock(&self.looked_at).insert(root);
        database
    }
}

impl WorkspaceModules {
    /// The module that a specifier names, as it was when this was first asked.
    fn known(&self, specifier: &str) -> Option<Arc<Known>> {
        if let Some(asked) = lock(&self.asked).get(specifier) {
            return asked.clone();
        }
        let known = self.cache.ask(&self.document, specifier, &Mutex::default());
        lock(&self.asked).insert(specifier.to_owned(), known.clone());
        known
    }

    /// The files that the answers until now rest on.
    fn reads(&self) -> BTreeSet<PathBuf> {
        let asked = lock(&self.asked);
        let mut reads: BTreeSet<PathBuf> =
            asked.values().flatten().flat_map(|known| known.reads.keys().cloned()).collect();
        reads.extend(lock(&self.looked_at).iter().cloned());
        reads
    }
}

/// The modules around a document, which may be no file.
pub(crate) struct Around(pub(crate) Option<WorkspaceModules>);

impl Around {
    /// The files that the answers until now rest on.
    pub(crate) fn reads(&self) -> BTreeSet<PathBuf> {
        self.0.as_ref().map(WorkspaceModules::reads).unwrap_or_default()
    }

    fn modules(&self) -> &dyn Modules {
        self.0.as_ref().map_or(&NoModules, |modules| modules)
    }
}

impl Modules for Around {
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape> {
        self.modules().shape(specifier, name)
    }

    fn exports(&self, specifier: &str) -> Summary {
        self.modules().exports(specifier)
    }

    fn may_open(&self, specifier: &str) -> bool {
        self.modules().may_open(specifier)
    }

    fn place(&self, specifier: &str, name: &str) -> Option<ModulePlace> {
        self.modules().place(specifier, name)
    }

    fn version(&self, package: &str) -> Installed {
        self.modules().version(package)
    }

    fn database(&self, folders: &[String]) -> Option<Arc<Schema>> {
        self.modules().database(folders)
    }
}
