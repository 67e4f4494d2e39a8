//! The other files of an example.

use std::collections::BTreeMap;
use std::sync::Arc;

use halfopen_engine::project::{Installed, ModulePlace, Modules, Shape, Summary};
use halfopen_engine::sql::{Schema, SqlFile, read};
use halfopen_engine::text::Text;
use halfopen_engine::{Catalog, FileKind, summarise};

/// The files of an example, as one of them sees them.
#[derive(Clone)]
pub(crate) struct Workspace {
    pub(crate) files: BTreeMap<String, String>,
    deps: BTreeMap<String, String>,
    /// The file that asks.
    at: String,
}

impl Workspace {
    /// Of these files, with those versions of packages.
    pub(crate) fn of(files: BTreeMap<String, String>, deps: BTreeMap<String, String>) -> Self {
        Self { files, deps, at: String::new() }
    }

    /// As that file sees it.
    pub(crate) fn around(&self, path: &str) -> Self {
        Self { at: path.to_owned(), ..self.clone() }
    }

    /// The file that a relative specifier names.
    fn find(&self, specifier: &str) -> Option<(&String, &String)> {
        if !specifier.starts_with('.') {
            return None;
        }
        let mut parts: Vec<&str> = self.at.split('/').collect();
        parts.pop();
        for part in specifier.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let base = parts.join("/");
        let base = base.strip_suffix(".js").unwrap_or(&base);
        let ends = ["", ".ts", ".tsx", ".js", ".jsx", "/index.ts"];
        ends.iter().find_map(|end| self.files.get_key_value(&format!("{base}{end}")))
    }
}

impl Modules for Workspace {
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape> {
        self.exports(specifier).remove(name)
    }

    fn exports(&self, specifier: &str) -> Summary {
        let Some((path, code)) = self.find(specifier) else { return Summary::new() };
        let Some(kind) = FileKind::from_path(path) else { return Summary::new() };
        summarise(path, kind, &Text::new(code), &self.around(path), Catalog::built_in()).shapes
    }

    fn may_open(&self, _: &str) -> bool {
        true
    }

    fn place(&self, _: &str, _: &str) -> Option<ModulePlace> {
        None
    }

    fn database(&self, _: &[String]) -> Option<Arc<Schema>> {
        let sql = self.files.iter().filter(|(path, _)| path.ends_with(".sql"));
        let file =
            |(path, text): (&String, &String)| SqlFile { path: path.as_str().into(), changes: read(text).into() };
        let (migrations, others): (Vec<SqlFile>, Vec<SqlFile>) =
            sql.map(file).partition(|file| file.path.contains("supabase/migrations/"));
        (!migrations.is_empty()).then(|| Arc::new(Schema::fold(&migrations, &others)))
    }

    fn version(&self, package: &str) -> Installed {
        self.deps.get(package).and_then(|version| version.parse().ok()).map_or(Installed::Unknown, Installed::Exact)
    }
}
