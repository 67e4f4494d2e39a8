//! What is known of each library: data, one file a library.
//!
//! **Invariant**: an entry that cannot be read ends the tests, never a user's session; the names that decide
//! whether a file is parsed at all come from here too. Deliberately absent: code that knows one library.
//!
//! Source of the facts: the type declarations and sources of ws 8.23.0, socket.io 4.8.4 (an exception in a listener of
//! a socket reaches nobody: `Socket.dispatch`), supabase-js 2.119.1 (realtime-js and auth-js of the same number) and
//! react 19, and the WHATWG standards for WebSocket, EventSource and listeners.

mod entries;
mod framework;
mod index;
mod kind;
mod own;
mod prefilter;

pub use entries::Entry;
pub(crate) use framework::{Body, Framework, OwnHooks, Role};
pub use index::Catalog;
pub(crate) use kind::{Acquire, Errors, Health, Payload, Reopens, ResourceKind};
pub use own::OwnLibraries;
pub(crate) use own::{Described, Fault};

use schemars::JsonSchema;
use serde::Deserialize;

/// A library of the catalogue.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Library {
    /// Its name, which no other library has: `acme-feeds`.
    pub(crate) library: String,
    /// How the library is called in prose.
    #[serde(default)]
    pub(crate) title: String,
    /// How its client is made and known.
    #[serde(default)]
    pub(crate) client: Option<Client>,
    /// Its connections, subscriptions and listeners.
    #[serde(default)]
    pub(crate) resources: Vec<ResourceKind>,
    /// Hooks that mean what a framework's mean: `useMount`.
    #[serde(default)]
    pub(crate) hooks: Vec<OwnHooks>,
    #[serde(default)]
    #[schemars(skip)]
    pub(crate) moved_events: Vec<MovedEvents>,
    #[serde(default)]
    #[schemars(skip)]
    pub(crate) removed_calls: Vec<RemovedCall>,
}

/// A method of the client, or of what its methods give, that a version took away.
#[derive(Clone, Debug, Deserialize, PartialEq)]
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
#[derive(Clone, Debug, Deserialize, PartialEq)]
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

/// How a connection to a broker or database is opened, which a process keeps one of for all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Broker {
    /// What it is called in prose.
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) new: Vec<String>,
    #[serde(default)]
    pub(crate) call: Vec<String>,
    pub(crate) from: Vec<String>,
    /// A module's default export is one of its classes.
    #[serde(default)]
    pub(crate) default: bool,
    /// Its methods that open another one.
    #[serde(default)]
    pub(crate) methods: Vec<String>,
    /// To make one opens nothing.
    #[serde(default)]
    pub(crate) lazy: bool,
}

/// How a library's client is made and known.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
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
    #[serde(default)]
    pub(crate) hooks: Vec<String>,
    /// Types that an annotation proves it by.
    #[serde(default)]
    pub(crate) types: Vec<String>,
    /// The names under which applications keep one on `window`, as the library's own guide tells them to.
    #[serde(default)]
    pub(crate) globals: Vec<String>,
}

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
            Self::Call { call, default, .. } => {
                let last = |name: &'_ String| -> usize { name.rfind('.').map_or(0, |dot| dot + 1) };
                let names = call.iter().map(|name| &name[last(name)..]);
                return names.chain(default.then_some("default")).collect();
            }
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
    ("ably.json", include_str!("data/ably.json")),
    ("actioncable.json", include_str!("data/actioncable.json")),
    ("amplify.json", include_str!("data/amplify.json")),
    ("apollo.json", include_str!("data/apollo.json")),
    ("appwrite-realtime.json", include_str!("data/appwrite-realtime.json")),
    ("appwrite.json", include_str!("data/appwrite.json")),
    ("centrifuge.json", include_str!("data/centrifuge.json")),
    ("colyseus.json", include_str!("data/colyseus.json")),
    ("convex.json", include_str!("data/convex.json")),
    ("directus.json", include_str!("data/directus.json")),
    ("electron.json", include_str!("data/electron.json")),
    ("electric.json", include_str!("data/electric.json")),
    ("uwebsockets.json", include_str!("data/uwebsockets.json")),
    ("react-use-websocket.json", include_str!("data/react-use-websocket.json")),
    ("vueuse.json", include_str!("data/vueuse.json")),
    ("swr.json", include_str!("data/swr.json")),
    ("expo-network.json", include_str!("data/expo-network.json")),
    ("fetch-event-source.json", include_str!("data/fetch-event-source.json")),
    ("graphql-sse.json", include_str!("data/graphql-sse.json")),
    ("graphql-ws.json", include_str!("data/graphql-ws.json")),
    ("hocuspocus.json", include_str!("data/hocuspocus.json")),
    ("instantdb.json", include_str!("data/instantdb.json")),
    ("laravel-echo.json", include_str!("data/laravel-echo.json")),
    ("liveblocks.json", include_str!("data/liveblocks.json")),
    ("nats.json", include_str!("data/nats.json")),
    ("netinfo.json", include_str!("data/netinfo.json")),
    ("partysocket.json", include_str!("data/partysocket.json")),
    ("peerjs.json", include_str!("data/peerjs.json")),
    ("phoenix.json", include_str!("data/phoenix.json")),
    ("pocketbase.json", include_str!("data/pocketbase.json")),
    ("pusher.json", include_str!("data/pusher.json")),
    ("react-native.json", include_str!("data/react-native.json")),
    ("reconnecting-websocket.json", include_str!("data/reconnecting-websocket.json")),
    ("replicache.json", include_str!("data/replicache.json")),
    ("simple-peer.json", include_str!("data/simple-peer.json")),
    ("sockjs.json", include_str!("data/sockjs.json")),
    ("stomp.json", include_str!("data/stomp.json")),
    ("subscriptions-transport-ws.json", include_str!("data/subscriptions-transport-ws.json")),
    ("tauri.json", include_str!("data/tauri.json")),
    ("trpc.json", include_str!("data/trpc.json")),
    ("urql.json", include_str!("data/urql.json")),
    ("webtransport.json", include_str!("data/webtransport.json")),
    ("workers.json", include_str!("data/workers.json")),
    ("yjs.json", include_str!("data/yjs.json")),
    ("zero.json", include_str!("data/zero.json")),
];

const FRAMEWORKS: &[(&str, &str)] = &[
    ("react.json", include_str!("data/frameworks/react.json")),
    ("vue.json", include_str!("data/frameworks/vue.json")),
    ("svelte.json", include_str!("data/frameworks/svelte.json")),
    ("solid.json", include_str!("data/frameworks/solid.json")),
    ("angular.json", include_str!("data/frameworks/angular.json")),
    ("rxjs.json", include_str!("data/frameworks/rxjs.json")),
];

/// Whether a specifier is that of one of the modules: by its name, or, for `*/lib/feed`, by its end.
pub(crate) fn is_module_of(modules: &[String], specifier: &str) -> bool {
    modules.iter().any(|module| is_module(module, specifier))
}

fn is_module(module: &str, specifier: &str) -> bool {
    let Some(end) = module.strip_prefix("*/") else { return module == specifier };
    let plain = specifier.rsplit_once('.').filter(|(_, extension)| EXTENSIONS.contains(extension));
    let plain = plain.map_or(specifier, |(plain, _)| plain);
    plain == end || plain.strip_suffix(end).is_some_and(|before| before.ends_with('/'))
}

/// The extensions that a specifier may have.
const EXTENSIONS: [&str; 9] = ["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue"];

/// How to describe a library, in Markdown.
pub const DESCRIBING: &str = include_str!("libraries.md");
