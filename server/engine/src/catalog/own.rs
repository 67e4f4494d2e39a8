//! Libraries that a team describes in its settings, in the form of the built-in data.

use std::sync::{Arc, OnceLock};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::{Catalog, Library, ResourceKind};

/// The libraries of some settings, and the catalogue that comes of them.
#[derive(Debug)]
pub struct OwnLibraries {
    libraries: Vec<Arc<Library>>,
    catalog: OnceLock<Arc<Catalog>>,
}

impl PartialEq for OwnLibraries {
    fn eq(&self, other: &Self) -> bool {
        self.libraries == other.libraries
    }
}

/// A library that was read and is not in force yet.
pub(crate) struct Described(Library);

/// What is wrong with a description: the keys and numbers that lead there, and why.
pub(crate) struct Fault {
    pub(crate) path: Vec<String>,
    pub(crate) message: String,
}

impl Described {
    /// Reads one description.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(value: &Value) -> Result<Self, Fault> {
        let library: Library = serde_path_to_error::deserialize(value).map_err(|error| Fault {
            path: error.path().iter().map(ToString::to_string).collect(),
            message: error.inner().to_string(),
        })?;
        Ok(Self(library))
    }
}

impl OwnLibraries {
    /// Takes descriptions together.
    ///
    /// # Errors
    /// What does not fit together or to what is built in; the first number of a path is that of the description.
    pub(crate) fn of(described: Vec<Described>) -> Result<Self, Vec<Fault>> {
        let libraries: Vec<Arc<Library>> = described.into_iter().map(|Described(library)| Arc::new(library)).collect();
        let faults: Vec<Fault> = (0..libraries.len()).flat_map(|at| faults_of(&libraries, at)).collect();
        if faults.is_empty() { Ok(Self { libraries, catalog: OnceLock::new() }) } else { Err(faults) }
    }

    /// All that is built in, and these.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.catalog.get_or_init(|| Arc::new(Catalog::built_in().with(&self.libraries)))
    }

    /// The schema of a list of descriptions.
    pub(crate) fn schema(generator: &mut SchemaGenerator) -> Schema {
        <Vec<Library>>::json_schema(generator)
    }
}

/// What does not fit in the description at a place of the list, beside what is built in and those before it.
fn faults_of(libraries: &[Arc<Library>], at: usize) -> Vec<Fault> {
    let (before, library) = (&libraries[..at], &libraries[at]);
    let fault = |keys: &[&str], message: String| {
        let path = std::iter::once(at.to_string()).chain(keys.iter().map(ToString::to_string)).collect();
        Fault { path, message }
    };
    let known = || Catalog::built_in().libraries().chain(before.iter().map(|library| &**library));
    let mut faults = Vec::new();
    if known().any(|known| known.library == library.library) {
        let message = format!("there is a library `{}` already: `halfopen libraries` lists them", library.library);
        faults.push(fault(&["library"], message));
    }
    if library.resources.is_empty() && library.hooks.is_empty() && library.client.is_none() {
        faults.push(fault(&[], "a library has `resources`, `hooks` or a `client`".to_owned()));
    }
    let after = libraries[at..].iter().map(|library| &**library);
    let kinds: Vec<&str> =
        known().chain(after).flat_map(|library| &library.resources).map(|kind| kind.kind.as_str()).collect();
    for (index, kind) in library.resources.iter().enumerate() {
        let wrong = faults_of_kind(kind, &kinds).into_iter();
        faults.extend(wrong.map(|(key, message)| fault(&["resources", &index.to_string(), key], message)));
    }
    for (index, hooks) in library.hooks.iter().enumerate() {
        if Catalog::built_in().framework(&hooks.framework).is_none() {
            let message = format!("unknown framework `{}`: known are {}", hooks.framework, frameworks());
            faults.push(fault(&["hooks", &index.to_string(), "framework"], message));
        }
    }
    faults
}

/// What is wrong with a kind of resource, each with its key; `kinds` are the names of all, its own among them.
fn faults_of_kind(kind: &ResourceKind, kinds: &[&str]) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if kinds.iter().filter(|known| **known == kind.kind).count() > 1 {
        faults.push(("kind", format!("there is a kind `{}` already", kind.kind)));
    }
    if kind.acquire.is_empty() {
        faults.push(("acquire", "say at least one way to acquire it".to_owned()));
    }
    let parents = kind.acquire.iter().flat_map(|acquire| acquire.parents());
    let unknown = parents.filter(|of| !kinds.contains(&of.as_str()));
    faults.extend(unknown.map(|of| ("acquire", format!("unknown kind `{of}`: `halfopen libraries` lists them"))));
    faults
}

/// The frameworks that a description can name.
fn frameworks() -> String {
    Catalog::built_in().framework_names().collect::<Vec<_>>().join(", ")
}

/// Reads the descriptions of a built-in file.
pub(super) fn built_in<T: for<'data> Deserialize<'data>>(file: &str, data: &str) -> T {
    serde_json::from_str(data).unwrap_or_else(|error| panic!("catalogue file {file}: {error}"))
}
