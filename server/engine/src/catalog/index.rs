//! The whole catalogue, and how the model finds its way in it: by the last name of what is called.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::framework::{Framework, OwnHooks, Role};
use super::kind::{Acquire, ResourceKind};
use super::own::built_in as read;
use super::prefilter::Look;
use super::{Broker, FRAMEWORKS, LIBRARIES, Library, RemovedCall, Store, is_module};

/// What is known of libraries and frameworks: all that is built in, and what a team describes of its own.
#[derive(Debug)]
pub struct Catalog {
    /// No other catalogue has it.
    id: u64,
    libraries: Vec<Arc<Library>>,
    frameworks: Vec<Arc<Framework>>,
    hooks: FxHashMap<String, SmallVec<[(u16, Role); 2]>>,
    /// Where the ways to acquire a resource stand: library, kind, way; by the last name of what is called.
    acquires: FxHashMap<String, Vec<[u16; 3]>>,
    /// By name: library, kind.
    kinds: FxHashMap<String, [u16; 2]>,
    /// Methods that end a resource without being given its handle.
    enders: Arc<FxHashSet<String>>,
    /// The modules of all libraries and frameworks.
    modules: FxHashSet<String>,
    /// Those of them that are told by their ends: `*/lib/feed`.
    ends: Vec<String>,
    pub(crate) stores: Vec<Store>,
    pub(crate) brokers: Vec<Broker>,
    /// The libraries of functions that make another client each time.
    client_makers: FxHashMap<String, u16>,
    /// What versions took away, by the name of the last method: library, call.
    removed: FxHashMap<String, Vec<[u16; 2]>>,
    /// Each kind as those have it who are given a function that ends it, or nothing.
    released_by_call: Vec<ResourceKind>,
    never_released: Vec<ResourceKind>,
    /// Methods that send.
    sends: FxHashSet<String>,
    look: Look,
}

/// Two catalogues are the same if they were made by one call.
impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The hooks that libraries bring, as frameworks of their own.
fn hooks_of(libraries: &[Arc<Library>], frameworks: &[Arc<Framework>]) -> Vec<Arc<Framework>> {
    let hooks = libraries.iter().flat_map(|library| &library.hooks);
    let framework = |hooks: &OwnHooks| frameworks.iter().find(|framework| framework.library == hooks.framework);
    hooks.filter_map(|hooks| Some(Arc::new(hooks.as_framework(framework(hooks)?)))).collect()
}

impl Catalog {
    /// All that is built in, read once.
    pub fn built_in() -> &'static Arc<Self> {
        static BUILT_IN: OnceLock<Arc<Catalog>> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let libraries: Vec<_> = LIBRARIES.iter().map(|(file, data)| Arc::new(read(file, data))).collect();
            let frameworks: Vec<_> = FRAMEWORKS.iter().map(|(file, data)| Arc::new(read(file, data))).collect();
            let hooks = hooks_of(&libraries, &frameworks);
            Arc::new(Self::of(libraries, [frameworks, hooks].concat()))
        })
    }

    /// All of this, and further libraries.
    pub(super) fn with(&self, own: &[Arc<Library>]) -> Self {
        let libraries = self.libraries.iter().chain(own).cloned().collect();
        Self::of(libraries, [self.frameworks.clone(), hooks_of(own, &self.frameworks)].concat())
    }

    fn of(libraries: Vec<Arc<Library>>, frameworks: Vec<Arc<Framework>>) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let (mut acquires, mut removed, mut client_makers): (FxHashMap<_, Vec<_>>, FxHashMap<_, Vec<_>>, _) =
            Default::default();
        let mut named: FxHashMap<String, [u16; 2]> = FxHashMap::default();
        let client_makers: &mut FxHashMap<String, u16> = &mut client_makers;
        for (library, at) in libraries.iter().zip(0..) {
            for (kind, kind_at) in library.resources.iter().zip(0..) {
                named.insert(kind.kind.clone(), [at, kind_at]);
                for (acquire, way) in kind.acquire.iter().zip(0..) {
                    for name in acquire.names() {
                        acquires.entry(name.to_owned()).or_default().push([at, kind_at, way]);
                    }
                }
            }
            for (call, call_at) in library.removed_calls.iter().zip(0..) {
                removed.entry(call.methods.last().cloned().unwrap_or_default()).or_default().push([at, call_at]);
            }
            let makers = library.client.iter().flat_map(|client| &client.create_new);
            client_makers.extend(makers.map(|name| (name.clone(), at)));
        }
        let mut hooks: FxHashMap<String, SmallVec<[(u16, Role); 2]>> = FxHashMap::default();
        for (framework, at) in frameworks.iter().zip(0..) {
            for (name, role) in framework.named_hooks() {
                hooks.entry(name.to_owned()).or_default().push((at, role));
            }
        }
        let kinds = || libraries.iter().flat_map(|library| &library.resources);
        let enders = kinds().flat_map(|kind| kind.release.without_handle().cloned()).collect();
        let modules = libraries.iter().flat_map(|library| library.modules());
        let modules = modules
            .chain(frameworks.iter().flat_map(|framework| &framework.modules))
            .cloned()
            .collect::<FxHashSet<_>>();
        let ends = modules.iter().filter(|module| module.starts_with("*/")).cloned().collect();
        let (released_by_call, never_released) = (
            kinds().map(|kind| kind.without_handle(true)).collect(),
            kinds().map(|kind| kind.without_handle(false)).collect(),
        );
        let look = Look::new(&libraries);
        let sends = kinds().flat_map(|kind| &kind.send).cloned().chain(["send".to_owned()]).collect();
        Self {
            id: LAST.fetch_add(1, Ordering::Relaxed),
            hooks,
            acquires,
            kinds: named,
            enders: Arc::new(enders),
            modules,
            ends,
            stores: read("stores.json", include_str!("data/stores.json")),
            brokers: read("brokers.json", include_str!("data/brokers.json")),
            client_makers: std::mem::take(client_makers),
            removed,
            released_by_call,
            never_released,
            sends,
            look,
            libraries,
            frameworks,
        }
    }

    /// Whether some name of the catalogue occurs in the bytes of a file; if not, no rule can say anything of it.
    pub fn may_matter(&self, bytes: &[u8]) -> bool {
        self.look.at(bytes)
    }

    /// Whether a module is one of a library or framework.
    pub(crate) fn is_library(&self, module: &str) -> bool {
        self.modules.contains(module) || self.ends.iter().any(|end| is_module(end, module))
    }

    /// Every library.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &Library> {
        self.libraries.iter().map(|library| &**library)
    }

    /// Every kind with its library.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&Library, &ResourceKind)> {
        self.libraries().flat_map(|library| library.resources.iter().map(move |kind| (library, kind)))
    }

    /// The kind of that name.
    pub(crate) fn kind(&self, name: &str) -> Option<&ResourceKind> {
        self.kinds.get(name).map(|&[at, kind]| &self.libraries[at as usize].resources[kind as usize])
    }

    /// The library of a kind.
    pub(crate) fn library_of(&self, kind: &ResourceKind) -> Option<&Library> {
        self.kinds.get(&kind.kind).map(|&[at, _]| &*self.libraries[at as usize])
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
    pub(crate) fn framework(&self, name: &str) -> Option<&Framework> {
        self.frameworks.iter().map(|framework| &**framework).find(|framework| framework.library == name)
    }

    /// The names of all frameworks.
    pub(super) fn framework_names(&self) -> impl Iterator<Item = &str> {
        FRAMEWORKS.iter().filter_map(|(file, _)| file.strip_suffix(".json"))
    }

    /// Whether some kind of connection sends by a method of that name.
    pub(crate) fn is_send(&self, method: &str) -> bool {
        self.sends.contains(method)
    }

    /// The library of which a function of that name makes another client each time.
    pub(crate) fn makes_client(&self, name: &str) -> Option<&Library> {
        self.client_makers.get(name).map(|&at| &*self.libraries[at as usize])
    }

    /// What versions took away of the methods of that name, with the library.
    pub(crate) fn removed_calls(&self, method: &str) -> impl Iterator<Item = (&Library, &RemovedCall)> {
        self.removed.get(method).into_iter().flatten().map(|&[at, call]| {
            let library = &*self.libraries[at as usize];
            (library, &library.removed_calls[call as usize])
        })
    }

    /// The ways to acquire something by calling what is named so.
    pub(crate) fn acquires(&self, name: &str) -> impl Iterator<Item = (&Library, &ResourceKind, &Acquire)> {
        self.acquires.get(name).into_iter().flatten().map(|&[at, kind, way]| {
            let library = &*self.libraries[at as usize];
            let kind = &library.resources[kind as usize];
            (library, kind, &kind.acquire[way as usize])
        })
    }

    /// The methods that end some resource without being given its handle.
    pub(crate) fn enders(&self) -> &Arc<FxHashSet<String>> {
        &self.enders
    }

    /// The hooks of that name, with what each is to its framework.
    pub(crate) fn hooks(&self, name: &str) -> impl Iterator<Item = (&Framework, Role)> {
        let named = self.hooks.get(name).into_iter().flatten();
        named.map(|&(at, role)| (&*self.frameworks[at as usize], role))
    }
}
