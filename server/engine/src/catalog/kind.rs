//! A kind of resource: how it is acquired, what ends it, which events it raises.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

/// A kind of connection or subscription.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceKind {
    /// Its name, which no other kind has: `acme-feed`.
    pub(crate) kind: String,
    /// What it is called in messages: `feed` of `this feed`.
    pub(crate) noun: String,
    /// What it stays when nobody releases it: `open`, `subscribed`, `attached`.
    #[serde(default = "open")]
    pub(crate) state: String,
    /// The expressions that make one.
    pub(crate) acquire: Vec<Acquire>,
    /// Methods that open it, where to make it does not.
    #[serde(default)]
    pub(crate) opened_by: Vec<String>,
    /// To make it opens nothing; what is made on it does.
    #[serde(default)]
    pub(crate) lazy: bool,
    /// Methods that give the handle back, so that calls can be chained.
    #[serde(default)]
    pub(crate) chain: Vec<String>,
    /// The members of the result that lead to what is released.
    #[serde(default)]
    pub(crate) handle: Vec<String>,
    /// What ends it.
    pub(crate) release: Release,
    /// Methods that add a handler; properties named `on…` always do.
    #[serde(default)]
    pub(crate) listen: Vec<String>,
    /// The events by which data arrives, and those by which it is lost.
    #[serde(default)]
    pub(crate) events: Events,
    /// How it tells of errors, where somebody has to listen for them.
    #[serde(default)]
    pub(crate) errors: Option<Errors>,
    /// Types that an annotation proves a handle by, and the modules that they come from.
    #[serde(default)]
    pub(crate) types: Vec<String>,
    /// The modules that the types come from.
    #[serde(default)]
    pub(crate) from: Vec<String>,
    /// The argument that is its URL: of the acquiring call, or of that method in its chain.
    #[serde(default)]
    pub(crate) url: Option<u32>,
    /// That method.
    #[serde(default)]
    pub(crate) url_method: Option<String>,
    /// To close it raises the event of a drop, as losing it does.
    #[serde(default)]
    pub(crate) close_drops: bool,
    /// It is a part of what it is acquired from, or of the component whose hook gives it, and goes with it.
    #[serde(default)]
    pub(crate) child: bool,
    /// Options by which it is a part of a server that is made elsewhere, and goes with it.
    #[serde(default)]
    pub(crate) attached_by: Vec<String>,
    /// Its events come from the same machine: another part of the program, the platform, who is signed in.
    #[serde(default)]
    pub(crate) local: bool,
    /// It opens once: another connection is another handle.
    #[serde(default)]
    pub(crate) opens_once: bool,
    /// To send before it is open throws.
    #[serde(default)]
    pub(crate) opens_later: bool,
    /// The method of what builds it without which it does not come back by itself.
    #[serde(default)]
    pub(crate) reopens_with: Option<String>,
    /// The options without which it does not come back by itself.
    #[serde(default)]
    pub(crate) reopens_if: Option<Asked>,
    /// Methods that open the same handle again.
    #[serde(default)]
    pub(crate) restart: Vec<String>,
    /// It is a timer, which is told by its own rule.
    #[serde(default)]
    pub(crate) timer: bool,
    /// The argument of the acquiring call that is a handler.
    #[serde(default)]
    pub(crate) callback: Option<u32>,
    /// The argument of the acquiring call whose members are handlers: those named `on…`, and those named as an event.
    #[serde(default)]
    pub(crate) handlers_in: Option<u32>,
    /// Members of the result that hold the newest message.
    #[serde(default)]
    pub(crate) reads: Vec<String>,
    /// Members of the result that tell how the connection does.
    #[serde(default)]
    pub(crate) states: Vec<String>,
    /// The parameter of a handler that holds the message.
    #[serde(default)]
    pub(crate) payload: Payload,
    /// Methods that send.
    #[serde(default)]
    pub(crate) send: Vec<String>,
    /// The argument of the acquiring call that is its topic, of which a client has one channel at a time.
    #[serde(default)]
    pub(crate) topic: Option<u32>,
    /// What is binary arrives as a `Blob` unless `binaryType` says otherwise.
    #[serde(default)]
    pub(crate) delivers_blobs: bool,
    /// Who hears of its close is told why: a code, a reason, an error.
    #[serde(default)]
    pub(crate) tells_why: bool,
    /// What a handler throws decides how it goes on, by its library's design.
    #[serde(default)]
    pub(crate) heeds_throws: bool,
    /// Its library catches and reports what a handler throws.
    #[serde(default)]
    pub(crate) catches: bool,
    /// Nothing but the application asks whether the other side is still there.
    #[serde(default)]
    pub(crate) bare: bool,
    /// What tells how it does, for code that counts.
    #[serde(default)]
    pub(crate) health: Option<Health>,
    /// It is a server, which takes connections.
    #[serde(default)]
    pub(crate) accepts: Option<Accepts>,
    /// Whether it comes back without help after a drop.
    #[serde(default)]
    pub(crate) reopens: Reopens,
}

fn open() -> String {
    "open".to_owned()
}

/// The events of a connection that tell how it does.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    /// The method that adds a listener to an event.
    pub(crate) listen: String,
    /// The event of each opening.
    pub(crate) open: String,
    /// The event of each message; none: `each` hears of all.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// The method that adds a listener to every message: `onAny`.
    #[serde(default)]
    pub(crate) each: Option<String>,
    /// The event of each drop.
    pub(crate) drop: String,
    /// What that event's listener is given, and what of it is the reason: `event` and `event.code`.
    #[serde(default)]
    pub(crate) why: Option<[String; 2]>,
}

/// An expression that makes a resource.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(remote = "Self", deny_unknown_fields)]
#[schemars(untagged)]
pub(crate) enum Acquire {
    /// `new WebSocket(…)`.
    Construct {
        /// The classes.
        new: Vec<String>,
        /// The modules that they come from; `global` for none.
        from: Vec<String>,
        /// A module's default export counts too.
        #[serde(default)]
        default: bool,
    },
    /// `client.auth.onAuthStateChange(…)` on the library's client.
    Method {
        /// The members that lead from the client to what is called.
        method: Vec<String>,
        /// The resource lives from that method of the result on.
        #[serde(default)]
        live: Option<String>,
        /// Set if no other library has the shape: calls whose first argument is one of these, by method.
        #[serde(default)]
        unique: Option<BTreeMap<String, Vec<String>>>,
    },
    /// `window.addEventListener(…)`.
    Listener {
        /// The method.
        listener: String,
        /// The objects of the platform that it is called on.
        targets: Vec<String>,
        /// The events that count.
        events: Vec<String>,
    },
    /// `onSnapshot(…)`, `mqtt.connect(…)`.
    Call {
        /// The functions.
        call: Vec<String>,
        /// The modules that they come from; `global` for none.
        from: Vec<String>,
        /// A module's default export counts too.
        #[serde(default)]
        default: bool,
    },
    /// `socket.on("message", f)` on a handle of these kinds.
    On {
        /// The methods.
        on: Vec<String>,
        /// The kinds.
        of: Vec<String>,
    },
    /// `query.on("child_added", f)`: an event that only this library has, or a chain of calls that passes that method.
    Event {
        /// The methods.
        on: Vec<String>,
        /// The events.
        events: Vec<String>,
        /// The method.
        #[serde(default)]
        through: Option<String>,
    },
    /// `new HubConnectionBuilder().withUrl(…).build()`.
    Build {
        /// The method that gives the resource.
        build: String,
        /// The builder's classes.
        new: Vec<String>,
        /// The modules that they come from.
        from: Vec<String>,
        /// The builder's methods, which give it back.
        #[serde(default)]
        chain: Vec<String>,
    },
    /// `interval(…).pipe(…).subscribe(…)`, unless one of the operators `ends` it.
    Observable {
        /// The method.
        subscribe: String,
        /// The functions that make the observable.
        sources: Vec<String>,
        /// The modules that they come from.
        from: Vec<String>,
        /// The operators.
        ends: Vec<String>,
    },
}

/// Told apart by the key that only one of them has, so that a mistake in the rest is named.
impl<'de> Deserialize<'de> for Acquire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const FORMS: [(&str, &str); 8] = [
            ("build", "Build"),
            ("new", "Construct"),
            ("method", "Method"),
            ("listener", "Listener"),
            ("call", "Call"),
            ("of", "On"),
            ("on", "Event"),
            ("subscribe", "Observable"),
        ];
        let form = Map::deserialize(deserializer)?;
        let Some((_, name)) = FORMS.iter().find(|(key, _)| form.contains_key(*key)) else {
            return Err(de::Error::custom(
                "a way to acquire has one of the keys `new`, `call`, `method`, `on`, `build`, `listener`, `subscribe`",
            ));
        };
        let tagged = Map::from_iter([((*name).to_owned(), Value::Object(form))]);
        Self::deserialize(Value::Object(tagged)).map_err(de::Error::custom)
    }
}

impl Acquire {
    /// The kinds that it is acquired from.
    pub(super) fn parents(&self) -> &[String] {
        match self {
            Self::On { of, .. } => of,
            _ => &[],
        }
    }
}

/// How a resource tells of errors that somebody has to listen for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Errors {
    /// By the event `error` of a Node emitter: where nobody listens, the process ends.
    Emitter,
    /// By the event `error`; it goes on by itself.
    Event,
    /// To a callback that may stand behind the one for data.
    Callback,
}

/// The parameter of a handler that holds the message, counted from zero.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Payload {
    /// That one.
    At(u32),
    /// Each holds a part of it.
    Spread,
}

impl Default for Payload {
    fn default() -> Self {
        Self::At(0)
    }
}

/// Options that ask for something.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The argument of the acquiring call that holds them.
    pub(crate) argument: u32,
    /// Their names, of which one is enough.
    pub(crate) members: Vec<String>,
}

/// What ends a resource.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    /// Methods of the handle.
    #[serde(default)]
    pub(crate) methods: Vec<String>,
    /// They work on a handle alone: to hand one over by its name loses it. So do those of the platform's objects (Web IDL),
    /// of socket.io-client's `Socket`, of RxJS's `Subscription` and of realtime-js's `RealtimeChannel`, which say `this`.
    #[serde(default)]
    pub(crate) needs_handle: bool,
    /// Methods of the parent that take the handle.
    #[serde(default)]
    pub(crate) parent_methods: Vec<String>,
    /// Methods of the parent that end all.
    #[serde(default)]
    pub(crate) parent_all: Vec<String>,
    /// The parent's method that the fix writes.
    #[serde(default)]
    pub(crate) parent_method_hint: Option<String>,
    /// The method that takes the acquiring call's arguments.
    #[serde(default)]
    pub(crate) unlisten: Option<String>,
    /// Other names of it.
    #[serde(default)]
    pub(crate) unlisten_also: Vec<String>,
    /// Functions that take the handle: `clearInterval`.
    #[serde(default)]
    pub(crate) functions: Vec<String>,
    /// The argument of the acquiring call whose option `signal` ends it.
    #[serde(default)]
    pub(crate) signal: Option<u32>,
    /// The handle is a function, and to call it is to release.
    #[serde(default)]
    pub(crate) call: bool,
}

impl ResourceKind {
    /// Whether it is a connection or subscription of its own, not a listener or a timer.
    pub(crate) fn is_connection(&self) -> bool {
        !self.timer && self.release.unlisten.is_none()
    }

    /// Whether events come over the network, again and again.
    pub(crate) fn is_stream(&self) -> bool {
        !self.timer && !self.local
    }

    /// The kind where no handle is to be had; `by_call`: but a function that ends it.
    pub(super) fn without_handle(&self, by_call: bool) -> Self {
        let release = Release { call: by_call, ..Release::default() };
        Self {
            acquire: Vec::new(),
            chain: Vec::new(),
            handle: Vec::new(),
            listen: Vec::new(),
            restart: Vec::new(),
            callback: None,
            handlers_in: None,
            release,
            ..self.clone()
        }
    }
}

impl Release {
    /// The methods that take the acquiring call's arguments.
    pub(crate) fn unlisteners(&self) -> impl Iterator<Item = &String> {
        self.unlisten.iter().chain(&self.unlisten_also)
    }

    /// The methods that need no handle.
    pub(crate) fn without_handle(&self) -> impl Iterator<Item = &String> {
        self.unlisteners().chain(&self.parent_all)
    }
}

/// The connections that a server takes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepts {
    /// The server's events whose handlers are given one.
    pub(crate) on: Vec<String>,
    /// The events of one by which data arrives, as [`Events`] has them.
    message: Vec<String>,
    /// The server's methods that are given a function which is given one.
    #[serde(default)]
    pub(crate) by: Vec<GivenBy>,
}

/// A method that is given a function.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenBy {
    /// The method.
    pub(crate) method: String,
    /// The argument that is the function.
    pub(crate) argument: u32,
}

/// The events that the model asks about.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    /// Data arrives; `*`: the other side names its events, and each that is not of the connection brings data.
    #[serde(default)]
    pub(crate) message: Vec<String>,
    /// The connection is gone or failed.
    #[serde(default)]
    pub(crate) drop: Vec<String>,
}

/// Events that tell of the connection itself, with every library that lets the other side name its events.
const OWN_EVENTS: &[&str] =
    &["", "connect", "open", "error", "close", "disconnect", "connect_error", "reconnect", "reconnect_attempt"];

impl Events {
    /// Whether an event brings data.
    pub(crate) fn is_message(&self, event: &str) -> bool {
        is_message(&self.message, event)
    }
}

impl Accepts {
    /// Whether an event of an accepted connection brings data.
    pub(crate) fn is_message(&self, event: &str) -> bool {
        is_message(&self.message, event)
    }
}

fn is_message(known: &[String], event: &str) -> bool {
    // What Pusher tells of itself.
    let is_own = event.starts_with("pusher:") || event.starts_with("pusher_internal:");
    !is_own && known.iter().any(|known| known == event || (known == "*" && !OWN_EVENTS.contains(&event)))
}

/// Whether a dropped resource comes back without help.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reopens {
    /// Code has to open it again.
    Never,
    /// Unless code closes it in its own error handler.
    UntilClosed,
    /// Its library sees to it.
    #[default]
    ByItself,
}
