//! Libraries that a team describes in its settings, in the form of the built-in data.

use std::sync::{Arc, OnceLock};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::{Catalog, Library};

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

fn faults_of(libraries: &[Arc<Library>], at: usize) -> Vec<Fault> {
    let library = &libraries[at];
    let mut faults = Vec::new();
    let mut fault = |path: &[&str], message: String| {
        let path = [&[at.to_string()], path.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()].concat();
        faults.push(Fault { path, message });
    };
    let before: Vec<&Library> =
        Catalog::built_in().libraries().chain(libraries[..at].iter().map(|library| &**library)).collect();
    if before.iter().any(|known| known.library == library.library) {
        fault(
            &["library"],
            format!("there is a library `{}` already: `halfopen libraries` lists them", library.library),
        );
    }
    if library.resources.is_empty() && library.hooks.is_empty() && library.client.is_none() {
        fault(&[], "a library has `resources`, `hooks` or a `client`".to_owned());
    }
    let known_kinds: Vec<&str> = before
        .into_iter()
        .flat_map(|known| &known.resources)
        .chain(libraries[at..].iter().flat_map(|library| &library.resources))
        .map(|kind| kind.kind.as_str())
        .collect();
    for (index, kind) in library.resources.iter().enumerate() {
        let index = index.to_string();
        let place = |key: &'static str| ["resources".to_owned(), index.clone(), key.to_owned()];
        if known_kinds.iter().filter(|known| **known == kind.kind).count() > 1 {
            let path = place("kind");
            fault(&path.each_ref().map(String::as_str), format!("there is a kind `{}` already", kind.kind));
        }
        if kind.acquire.is_empty() {
            let path = place("acquire");
            fault(&path.each_ref().map(String::as_str), "say at least one way to acquire it".to_owned());
        }
        for unknown in
            kind.acquire.iter().flat_map(|acquire| acquire.parents()).filter(|of| !known_kinds.contains(&of.as_str()))
        {
            let path = place("acquire");
            fault(
                &path.each_ref().map(String::as_str),
                format!("unknown kind `{unknown}`: `halfopen libraries` lists them"),
            );
        }
    }
    for (index, hooks) in library.hooks.iter().enumerate() {
        if Catalog::built_in().framework(&hooks.framework).is_none() {
            let index = index.to_string();
            fault(
                &["hooks", &index, "framework"],
                format!("unknown framework `{}`: known are react, vue, svelte, solid, angular", hooks.framework),
            );
        }
    }
    faults
}

/// Reads the descriptions of a built-in file.
pub(super) fn built_in<T: for<'data> Deserialize<'data>>(file: &str, data: &str) -> T {
    serde_json::from_str(data).unwrap_or_else(|error| panic!("catalogue file {file}: {error}"))
}
