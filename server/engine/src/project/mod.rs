//! What crosses files: the trait by which the model asks for it, and the shapes that answer.
//!
//! **Invariant**: nothing here reads a file. The binary (or a test) resolves and reads, and hands summaries in.

mod runtime;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use semver::Version;
use smol_str::SmolStr;

pub(crate) use runtime::HEAD;
pub use runtime::Runtime;

use crate::sql::Schema;

/// What a module gives to others: a shape for each exported name.
pub type Summary = BTreeMap<SmolStr, Shape>;

/// What other modules can know of a module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModuleFacts {
    /// What its exports are.
    pub shapes: Summary,
    /// Where those are made that others may point at.
    pub places: BTreeMap<SmolStr, ExportPlace>,
}

/// Where a module makes what it exports.
#[derive(Clone, Debug, PartialEq)]
pub enum ExportPlace {
    /// On that line, counted from zero.
    Line(u32),
    /// It gives on what another module exports under that name.
    Module {
        /// The specifier.
        source: SmolStr,
        /// The name there.
        name: SmolStr,
    },
}

/// A line of another file.
#[derive(Clone, Debug, PartialEq)]
pub struct ModulePlace {
    /// The file, from the file system's root.
    pub path: PathBuf,
    /// The line, counted from zero.
    pub line: u32,
}

/// What a value is, as far as another module can make use of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A client of that library, such as the result of `createClient`.
    Client(SmolStr),
    /// A live resource of that catalogue kind.
    Handle(SmolStr),
    /// A function with these effects.
    Func(FuncShape),
    /// A class, with what its instances give.
    Class(Arc<ClassShape>),
    /// An instance of a class of the workspace.
    Instance(Arc<ClassShape>),
    /// A stream of realtime events that does not end by itself.
    Stream,
    /// A context, with what its provider puts into it.
    Context(Box<Shape>),
    /// The hook of a store, with what the store holds: it gives all of that, or what its selector takes.
    Store(Box<Shape>),
    /// An object with these members.
    Record(Summary),
    /// A constant string.
    Text(SmolStr),
    /// A constant number.
    Number(f64),
    /// Nothing is known.
    Unknown,
}

impl Shape {
    /// Whether somebody may want to see where it is made: constants are told by their value.
    pub(crate) fn has_place(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::Number(_) | Self::Unknown)
    }

    /// Whether it is, gives or holds a function that opens something for its caller, or a component whose instances are in
    /// each other's way.
    pub fn leads_to_opener(&self) -> bool {
        match self {
            Self::Func(func) => {
                func.opens.is_some()
                    || !func.topics.is_empty()
                    || !func.watchers.is_empty()
                    || func.makes_client.is_some()
                    || func.returns.as_ref().is_some_and(|returns| returns.leads_to_opener())
            }
            Self::Class(class) | Self::Instance(class) => class.members.values().any(Self::leads_to_opener),
            Self::Context(held) | Self::Store(held) => held.leads_to_opener(),
            Self::Record(members) => members.values().any(Self::leads_to_opener),
            Self::Client(_) | Self::Handle(_) | Self::Stream | Self::Text(_) | Self::Number(_) | Self::Unknown => false,
        }
    }
}

/// What instances of another module's class give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassShape {
    /// What is known of its fields, and of its methods as functions.
    pub members: Summary,
    /// There is one instance for the whole application, which lives as long.
    pub lives_with_app: bool,
}

/// What a function of another module does, as far as a caller must know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FuncShape {
    /// The parameters that it releases.
    pub releases: Vec<u32>,
    /// What it returns.
    pub returns: Option<Box<Shape>>,
    /// What each call opens and leaves to the caller.
    pub opens: Option<Opened>,
    /// The library of which each call makes another client.
    pub makes_client: Option<SmolStr>,
    /// A component or hook: the constant topics that each instance has a channel of while it lives.
    pub topics: Vec<SmolStr>,
    /// The subscriptions to tables that callers name.
    pub watchers: Vec<Watcher>,
}

/// A subscription to changes of a table of Supabase that a caller names.
#[derive(Clone, Debug, PartialEq)]
pub struct Watcher {
    /// The table's name.
    pub table: Given,
    /// Its schema.
    pub schema: Given,
    /// What happens to a row.
    pub event: Given,
    /// Which rows.
    pub filter: Given,
}

/// What a function takes for something.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// It is left out.
    Nothing,
    /// Always that.
    Text(SmolStr),
    /// What the caller gives.
    Parameter {
        /// Which parameter, counted from zero.
        index: u32,
        /// The member of it.
        member: Option<SmolStr>,
        /// What it is where the caller leaves it out.
        or: Option<SmolStr>,
    },
    /// It cannot be seen.
    Unknown,
}

/// A resource that a call opens and whose end is the caller's.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Its kind in the catalogue.
    pub kind: SmolStr,
    /// What the caller gets to end it with.
    pub gives: Gives,
}

/// What a caller gets to end a resource with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The resource itself.
    Handle,
    /// A function that ends it.
    Release,
    /// Nothing.
    Nothing,
}

/// What the model asks of the world outside the document.
pub trait Modules: Send + Sync {
    /// The shape of `name` (`default` for the default export) in the module that `specifier` names from the
    /// document; `None`: not a module of the workspace, or it has no such export.
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape>;

    /// The shapes of all that the module exports that `specifier` names; none of what is no module of the workspace, or says
    /// no name of the catalogue.
    fn exports(&self, specifier: &str) -> Summary;

    /// Whether a function of the module that `specifier` names may open something for its caller. It may say yes too often,
    /// and is much sooner said than a shape.
    fn may_open(&self, specifier: &str) -> bool;

    /// Where a name is made that the module exports which `specifier` names, be it there or where that module has it from.
    fn place(&self, specifier: &str, name: &str) -> Option<ModulePlace>;

    /// The versions of a package that may be installed for the document.
    fn version(&self, package: &str) -> Installed;

    /// The database that the migrations of the document's project make, if there is one that counts for it. The migrations lie
    /// in `folders`, in that order, as the settings name them.
    fn database(&self, _folders: &[String]) -> Option<Arc<Schema>> {
        None
    }
}

/// What is known of an installed package's version.
#[derive(Clone, Debug, PartialEq)]
pub enum Installed {
    /// Exactly this one: from the lock file or from the package itself.
    Exact(Version),
    /// Any that this range of package.json allows.
    Range(semver::VersionReq),
    /// Nothing is known; a version gate then stays silent.
    Unknown,
}

impl Installed {
    /// Whether every version that may be installed is at least `minimum`.
    pub fn is_at_least(&self, minimum: &Version) -> bool {
        match self {
            Self::Exact(version) => version >= minimum,
            // Every comparator narrows, so one that excludes all smaller versions is enough.
            Self::Range(range) => range.comparators.iter().any(|comparator| excludes_below(comparator, minimum)),
            Self::Unknown => false,
        }
    }
}

fn excludes_below(comparator: &semver::Comparator, minimum: &Version) -> bool {
    use semver::Op;
    let lowest = Version::new(comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0));
    match comparator.op {
        Op::Exact | Op::GreaterEq | Op::Tilde | Op::Caret | Op::Wildcard => lowest >= *minimum,
        Op::Greater => lowest >= *minimum,
        _ => false,
    }
}

/// A document that stands alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoModules;

impl Modules for NoModules {
    fn shape(&self, _: &str, _: &str) -> Option<Shape> {
        None
    }

    fn exports(&self, _: &str) -> Summary {
        Summary::new()
    }

    fn may_open(&self, _: &str) -> bool {
        false
    }

    fn place(&self, _: &str, _: &str) -> Option<ModulePlace> {
        None
    }

    fn version(&self, _: &str) -> Installed {
        Installed::Unknown
    }
}
