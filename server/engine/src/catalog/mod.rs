//! What is known of each library: data, one file a library.
//!
//! **Invariant**: an entry that cannot be read ends the tests, never a user's session; the names that decide
//! whether a file is parsed at all come from here too. Deliberately absent: code that knows one library.
//!
//! Source of the facts: the type declarations and sources of ws 8.23.0, socket.io 4.8.4 (an exception in a listener of
//! a socket reaches nobody: `Socket.dispatch`), supabase-js 2.119.1 (realtime-js and auth-js of the same number) and
//! react 19, and the WHATWG standards for WebSocket, EventSource and listeners.

mod framework;
mod kind;
mod prefilter;

pub(crate) use framework::{Body, Framework, Role};
pub(crate) use kind::{Acquire, Reopens, ResourceKind};

pub use prefilter::may_matter;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use smallvec::SmallVec;

/// A library of the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Library {
    pub(crate) library: String,
    /// How the library is called in prose.
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) client: Option<Client>,
    #[serde(default)]
    pub(crate) resources: Vec<ResourceKind>,
    #[serde(default)]
    pub(crate) moved_events: Vec<MovedEvents>,
    #[serde(default)]
    pub(crate) removed_calls: Vec<RemovedCall>,
}

/// A method of the client, or of what its methods give, that a version took away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemovedCall {
    pub(crate) package: String,
    pub(crate) since: semver::Version,
    /// The methods that are called one on the other, the removed one last: `from`, `on`.
    pub(crate) methods: Vec<String>,
    /// What takes its place, as code.
    pub(crate) instead: String,
    /// The method that does the same with the same arguments.
    #[serde(default)]
    pub(crate) renamed: Option<String>,
}

/// Events that another object raises since a version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MovedEvents {
    pub(crate) package: String,
    pub(crate) since: semver::Version,
    /// Methods that add a listener.
    pub(crate) on: Vec<String>,
    /// Methods that take one off.
    pub(crate) off: Vec<String>,
    /// The kinds that raised them.
    pub(crate) of: Vec<String>,
    pub(crate) events: Vec<String>,
    /// Those of them that nobody raises.
    pub(crate) gone: Vec<String>,
    /// The member that raises them.
    pub(crate) through: String,
    /// How this is called in prose.
    pub(crate) title: String,
}

impl Library {
    /// The modules that its names come from.
    fn modules(&self) -> impl Iterator<Item = &String> {
        let acquired = self
            .resources
            .iter()
            .flat_map(|kind| kind.from.iter().chain(kind.acquire.iter().flat_map(Acquire::modules)));
        self.client.iter().flat_map(|client| &client.from).chain(acquired)
    }
}

/// How a store of an application is made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) call: Vec<String>,
    pub(crate) from: Vec<String>,
    /// The argument that is a function, which returns what the store holds.
    pub(crate) setup: u32,
    /// Its hook takes a selector.
    pub(crate) selects: bool,
}

/// How a library's client is made and known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    /// Functions that make one.
    pub(crate) create: Vec<String>,
    /// Those of them that make another one each time, where one for all is wanted.
    #[serde(default)]
    pub(crate) create_new: Vec<String>,
    /// The modules that they come from.
    pub(crate) from: Vec<String>,
    /// Hooks that give one, also where they are imported by themselves.
    pub(crate) hooks: Vec<String>,
    /// Types that an annotation proves it by.
    pub(crate) types: Vec<String>,
}

/// The whole catalogue.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) libraries: &'static [Library],
    hooks: FxHashMap<&'static str, SmallVec<[framework::Named; 2]>>,
    /// The ways to acquire a resource by the last name of what is called.
    acquires: FxHashMap<&'static str, Vec<Way>>,
    /// Methods that end a resource without being given its handle.
    enders: FxHashSet<String>,
    /// The modules of all libraries and frameworks.
    modules: FxHashSet<&'static str>,
    pub(crate) stores: Vec<Store>,
    /// The functions that make another client each time.
    client_makers: FxHashMap<&'static str, &'static Library>,
    /// What versions took away, by the name of the last method.
    removed: FxHashMap<&'static str, Vec<Removed>>,
    /// Each kind as those have it who are given a function that ends it, or nothing.
    released_by_call: Vec<ResourceKind>,
    never_released: Vec<ResourceKind>,
}

/// A call that a version of a library took away.
pub(crate) type Removed = (&'static Library, &'static RemovedCall);

/// A way to acquire a kind of a library.
pub(crate) type Way = (&'static Library, &'static ResourceKind, &'static Acquire);

impl Acquire {
    /// The modules that the names come from, `global` for none.
    fn modules(&self) -> &[String] {
        match self {
            Self::Construct { from, .. }
            | Self::Call { from, .. }
            | Self::Build { from, .. }
            | Self::Observable { from, .. } => from,
            Self::Method { .. } | Self::Listener { .. } | Self::On { .. } | Self::Event { .. } => &[],
        }
    }

    /// The last names of what is called; `default` for a module's default export.
    fn names(&self) -> Vec<&str> {
        let (names, default): (&[String], bool) = match self {
            Self::Construct { new, default, .. } => (new, *default),
            Self::Call { call, default, .. } => (call, *default),
            Self::Method { method, .. } => (method.last().map(std::slice::from_ref).unwrap_or_default(), false),
            Self::Listener { listener, .. } => (std::slice::from_ref(listener), false),
            Self::On { on, .. } | Self::Event { on, .. } => (on, false),
            Self::Build { build, .. } => (std::slice::from_ref(build), false),
            Self::Observable { subscribe, .. } => (std::slice::from_ref(subscribe), false),
        };
        names.iter().map(String::as_str).chain(default.then_some("default")).collect()
    }
}

const LIBRARIES: &[(&str, &str)] = &[
    ("websocket.json", include_str!("data/websocket.json")),
    ("event-source.json", include_str!("data/event-source.json")),
    ("supabase.json", include_str!("data/supabase.json")),
    ("listener.json", include_str!("data/listener.json")),
    ("broadcast-channel.json", include_str!("data/broadcast-channel.json")),
    ("webrtc.json", include_str!("data/webrtc.json")),
    ("timer.json", include_str!("data/timer.json")),
    ("ws.json", include_str!("data/ws.json")),
    ("socket-io.json", include_str!("data/socket-io.json")),
    ("firebase.json", include_str!("data/firebase.json")),
    ("rxjs.json", include_str!("data/rxjs.json")),
    ("signalr.json", include_str!("data/signalr.json")),
    ("mqtt.json", include_str!("data/mqtt.json")),
];

const FRAMEWORKS: &[(&str, &str)] = &[
    ("react.json", include_str!("data/frameworks/react.json")),
    ("vue.json", include_str!("data/frameworks/vue.json")),
    ("svelte.json", include_str!("data/frameworks/svelte.json")),
    ("solid.json", include_str!("data/frameworks/solid.json")),
    ("angular.json", include_str!("data/frameworks/angular.json")),
    ("rxjs.json", include_str!("data/frameworks/rxjs.json")),
];

/// The catalogue, read once.
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        let libraries = libraries();
        let kinds = libraries.iter().flat_map(|library| library.resources.iter().map(move |kind| (library, kind)));
        let mut acquires: FxHashMap<&str, Vec<Way>> = FxHashMap::default();
        for (library, kind) in kinds.clone() {
            for acquire in &kind.acquire {
                for name in acquire.names() {
                    acquires.entry(name).or_default().push((library, kind, acquire));
                }
            }
        }
        let enders = kinds.flat_map(|(_, kind)| kind.release.without_handle().cloned()).collect();
        let hooks = framework::by_name(frameworks());
        let kinds = || libraries.iter().flat_map(|library| &library.resources);
        let released_by_call = kinds().map(|kind| kind.without_handle(true)).collect();
        let never_released = kinds().map(|kind| kind.without_handle(false)).collect();
        let modules = libraries.iter().flat_map(Library::modules);
        let modules = modules.chain(frameworks().iter().flat_map(|framework| &framework.modules));
        let modules = modules.map(String::as_str).collect();
        let mut removed: FxHashMap<&str, Vec<Removed>> = FxHashMap::default();
        for library in libraries {
            for call in &library.removed_calls {
                removed.entry(call.methods.last().map_or("", String::as_str)).or_default().push((library, call));
            }
        }
        let makers = libraries.iter().filter_map(|library| Some((library, library.client.as_ref()?)));
        let makers =
            makers.flat_map(|(library, client)| client.create_new.iter().map(move |name| (name.as_str(), library)));
        Catalog {
            client_makers: makers.collect(),
            removed,
            libraries,
            hooks,
            acquires,
            enders,
            modules,
            stores: read("stores.json", include_str!("data/stores.json")),
            released_by_call,
            never_released,
        }
    })
}

fn libraries() -> &'static [Library] {
    static LIBRARY_DATA: OnceLock<Vec<Library>> = OnceLock::new();
    LIBRARY_DATA.get_or_init(|| LIBRARIES.iter().map(|(file, data)| read(file, data)).collect())
}

fn frameworks() -> &'static [Framework] {
    static FRAMEWORK_DATA: OnceLock<Vec<Framework>> = OnceLock::new();
    FRAMEWORK_DATA.get_or_init(|| FRAMEWORKS.iter().map(|(file, data)| read(file, data)).collect())
}

fn read<T: for<'data> Deserialize<'data>>(file: &str, data: &str) -> T {
    serde_json::from_str(data).unwrap_or_else(|error| panic!("catalogue file {file}: {error}"))
}

impl Catalog {
    /// Whether a module is one of a library or framework.
    pub(crate) fn is_library(&self, module: &str) -> bool {
        self.modules.contains(module)
    }

    /// Every kind with its library.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&Library, &ResourceKind)> {
        self.libraries.iter().flat_map(|library| library.resources.iter().map(move |kind| (library, kind)))
    }

    /// The kind of that name.
    pub(crate) fn kind(&self, name: &str) -> Option<&ResourceKind> {
        self.kinds().map(|(_, kind)| kind).find(|kind| kind.kind == name)
    }

    /// A kind as those have it who are given a function that ends it, and not the handle.
    pub(crate) fn released_by_call(&self, kind: &str) -> Option<&ResourceKind> {
        self.released_by_call.iter().find(|known| known.kind == kind)
    }

    /// A kind as those have it who are given nothing to end it with.
    pub(crate) fn never_released(&self, kind: &str) -> Option<&ResourceKind> {
        self.never_released.iter().find(|known| known.kind == kind)
    }

    /// The framework of that name.
    pub(crate) fn framework(&self, name: &str) -> Option<&'static Framework> {
        frameworks().iter().find(|framework| framework.library == name)
    }

    /// The library of which a function of that name makes another client each time.
    pub(crate) fn makes_client(&self, name: &str) -> Option<&'static Library> {
        self.client_makers.get(name).copied()
    }

    /// What versions took away of the methods of that name.
    pub(crate) fn removed_calls(&self, method: &str) -> &[Removed] {
        self.removed.get(method).map_or(&[], |removed| removed.as_slice())
    }

    /// The ways to acquire something by calling what is named so.
    pub(crate) fn acquires(&self, name: &str) -> &[Way] {
        self.acquires.get(name).map_or(&[], |ways| ways.as_slice())
    }

    /// Whether a method of that name ends some resource without being given its handle.
    pub(crate) fn ends_without_handle(&self, method: &str) -> bool {
        self.enders.contains(method)
    }

    /// The hooks of that name, with what each is to its framework.
    pub(crate) fn hooks(&self, name: &str) -> &[framework::Named] {
        self.hooks.get(name).map_or(&[], |named| named.as_slice())
    }
}
