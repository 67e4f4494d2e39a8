//! Which modules put what into the contexts of others: looked for once in a repository, when somebody asks for a context
//! whose own module provides nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use halfopen_engine::project::{Modules, Shape};
use halfopen_engine::text::Text;
use halfopen_engine::{Catalog, provided_contexts};

use super::document_name;
use super::read::{self, Limits};
use super::roots::root_of;
use super::walk::walk;

/// What a provider looks like, in any framework that has them.
const MARK: &str = ".Provider";

/// What contexts carry, by their module and name.
type Carried = HashMap<(PathBuf, String), Shape>;

/// The providers of repositories, by root.
#[derive(Default)]
pub(super) struct Providers {
    known: DashMap<PathBuf, Arc<OnceLock<Carried>>>,
}

impl Providers {
    /// What the context `name` of `module` carries. `modules` are the modules around a file, `resolve` finds the file that
    /// a specifier names from another; neither may ask for providers.
    pub(super) fn carried<M: Modules>(
        &self,
        module: &Path,
        name: &str,
        catalog: &Arc<Catalog>,
        modules: impl Fn(&Path) -> M,
        resolve: impl Fn(&Path, &str) -> Option<PathBuf>,
    ) -> Option<Shape> {
        let root = root_of(module.parent()?)?;
        let known = Arc::clone(&self.known.entry(root.to_path_buf()).or_default());
        let carried = known.get_or_init(|| look(root, catalog, modules, resolve));
        carried.get(&(module.to_path_buf(), name.to_owned())).cloned()
    }

    /// Forgets all.
    pub(super) fn forget(&self) {
        self.known.clear();
    }
}

fn look<M: Modules>(
    root: &Path,
    catalog: &Arc<Catalog>,
    modules: impl Fn(&Path) -> M,
    resolve: impl Fn(&Path, &str) -> Option<PathBuf>,
) -> Carried {
    let mut carried = Carried::new();
    walk(&[root.to_path_buf()], |target| {
        let path = target.path;
        let Ok(kind) = read::kind_of(&path) else { return };
        let Ok(text) = read::read(&path, Limits::module()) else { return };
        if !text.contains(MARK) {
            return;
        }
        let provided = provided_contexts(&document_name(&path), kind, &Text::new(&text), &modules(&path), catalog);
        for (source, name, shape) in provided {
            if let Some(module) = resolve(&path, &source) {
                // Two providers of one context say too little of either.
                carried
                    .entry((module, name.to_string()))
                    .and_modify(|known| {
                        if *known != shape {
                            *known = Shape::Unknown;
                        }
                    })
                    .or_insert(shape);
            }
        }
    });
    carried
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use halfopen_engine::project::{Modules, Shape};

    use super::super::around::WorkspaceModules;
    use super::super::modules::ModuleCache;
    use super::super::temporary::Folder;

    #[test]
    fn a_context_carries_what_a_provider_of_another_file_puts_in() {
        let folder = Folder::new("providers");
        folder.write(".git/HEAD", "");
        folder
            .write("live/context.ts", "import { createContext } from 'react';\nexport const Live = createContext();\n");
        folder.write(
            "live/provider.jsx",
            "import { useEffect, useState } from 'react';\nimport { io } from 'socket.io-client';\n\
             import { Live } from './context';\nexport function LiveProvider({ children }) {\n\
             const [socket, setSocket] = useState(null);\nuseEffect(() => { setSocket(io('/')); }, []);\n\
             return <Live.Provider value={{ socket }}>{children}</Live.Provider>;\n}\n",
        );
        let document = folder.path("chat.jsx");
        let modules = WorkspaceModules::sharing(
            Arc::new(ModuleCache::of_run(Arc::clone(halfopen_engine::Catalog::built_in()))),
            &document,
        );
        let Some(Shape::Context(carried)) = modules.shape("./live/context", "Live") else { panic!("it is a context") };
        let Shape::Record(members) = *carried else { panic!("it carries a record") };
        assert_eq!(members.get("socket"), Some(&Shape::Handle("socket-io".into())));
    }
}
