//! The modules of a workspace, once for each catalogue: settings may describe libraries of a team's own, and what a module
//! is to others depends on what is known of the libraries that it uses.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use halfopen_engine::Catalog;

use super::modules::{ModuleCache, lock};

/// A cache for each catalogue that somebody asked for; nearly always one.
pub(crate) struct Caches {
    make: Box<dyn Fn(Arc<Catalog>) -> ModuleCache + Send + Sync>,
    made: Mutex<Vec<(Arc<Catalog>, Arc<ModuleCache>)>>,
}

impl Caches {
    /// Nothing is made yet.
    pub(crate) fn new(make: impl Fn(Arc<Catalog>) -> ModuleCache + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), made: Mutex::default() }
    }

    /// The modules as that catalogue sees them.
    pub(crate) fn of(&self, catalog: &Arc<Catalog>) -> Arc<ModuleCache> {
        let mut made = lock(&self.made);
        if let Some((_, cache)) = made.iter().find(|(known, _)| known == catalog) {
            return Arc::clone(cache);
        }
        let cache = Arc::new((self.make)(Arc::clone(catalog)));
        made.push((Arc::clone(catalog), Arc::clone(&cache)));
        cache
    }

    /// Forgets what file times don't show: new and deleted files, manifests and lock files; and the catalogues of settings that
    /// are not in force any more.
    pub(crate) fn forget(&self) {
        let mut made = lock(&self.made);
        // Its place here and its cache hold a catalogue, and whoever has settings with it.
        made.retain(|(catalog, _)| Arc::strong_count(catalog) > 2);
        made.iter().for_each(|(_, cache)| cache.forget());
    }

    /// A file of SQL changed that is known; gives what documents rest on that asked for its database.
    pub(crate) fn outdate_database(&self, path: &Path) -> Option<PathBuf> {
        let roots = lock(&self.made).iter().map(|(_, cache)| cache.outdate_database(path)).collect::<Vec<_>>();
        roots.into_iter().flatten().next()
    }
}
