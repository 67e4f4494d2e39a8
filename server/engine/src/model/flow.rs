//! How fast a connection is fed, and who watches how it does.

use super::owner::Owner;
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// Events by which a producer hands out piece after piece.
const PIECES: [&str; 4] = ["data", "dataavailable", "readable", "chunk"];

/// A timer that fires more often produces as a stream does, in milliseconds.
const FAST_TIMER: f64 = 100.0;

impl<'doc> View<'doc> {
    /// The sends of a unit that a loop, a stream or a fast timer feeds, with no look at what waits to be sent.
    pub(crate) fn unwatched_streams(&self, unit: UnitId) -> Vec<V> {
        // What is asked last looks at every call around.
        let sends = self
            .calls_in(unit)
            .filter(|&call| self.is_socket_send(call) && self.is_fed_fast(call) && !self.is_watched(call));
        let found: Vec<V> = sends.collect();
        if found.is_empty() || self.speaks_of(unit, Subject::Pressure) {
            return Vec::new();
        }
        found
    }

    fn is_socket_send(&self, call: V) -> bool {
        let Some((object, name)) = self.method(call).filter(|(_, name)| matches!(name.as_str(), "send" | "emit"))
        else {
            return false;
        };
        let last = self.call(call).and_then(|data| data.args.last()).map(|&id| V { unit: call.unit, id });
        // `socket.send(chunk, next)` tells when it is sent.
        let waits = last.is_some_and(|last| !self.functions(last).0.is_empty());
        let is_typed = || {
            let binding = self.binding_of(object);
            let name = binding.and_then(|binding| self.binding(binding).type_name.clone());
            name.is_some_and(|name| name == "RTCDataChannel") || self.type_of_socket(object).is_some()
        };
        let sends = self.sends_on(object, name) || name == "send" && is_typed() || self.is_accepted_socket(object);
        sends && !waits
    }

    /// Whether a send is waited for, also by whoever is given the socket beside it.
    fn is_watched(&self, call: V) -> bool {
        let Some((object, _)) = self.method(call) else { return false };
        let is_given = || {
            self.calls_of(self.func_of(call)).any(|other| {
                let args = self.call(other).map(|data| data.args.as_slice()).unwrap_or_default();
                args.iter().any(|&id| self.are_one_place(V { unit: call.unit, id }, object))
            })
        };
        self.uses(call).iter().any(|used| matches!(used, Use::Awaited(_))) || is_given()
    }

    fn is_fed_fast(&self, send: V) -> bool {
        let func = self.func_of(send);
        let sent = self.call(send).and_then(|data| data.args.last()).map(|&id| V { unit: send.unit, id });
        let is_piece = sent.is_some_and(|sent| {
            let origin = self.origin(sent);
            origin.is_some_and(|origin| {
                matches!(self.value(origin), Value::Element(_) | Value::Await(_) | Value::Member { .. })
            })
        });
        let by_loop = func.id != TOP && self.func(func).is_async && is_piece && self.is_in_loop(send);
        by_loop
            || self.runs(func).iter().any(|run| match run {
                Run::Handler(at) => {
                    let is_piece = PIECES.contains(&self.event_of(*at).as_str()) && !self.is_of_connection(*at);
                    let handler = self.arg(*at, 1).map(|handler| self.functions(handler).0);
                    is_piece && handler.is_none_or(|handler| handler.contains(&func))
                }
                Run::Timer(at) => {
                    let name = self.callee_name(self.callee(*at));
                    let delay = self.arg(*at, 1).and_then(|delay| self.number_of(delay));
                    name.is_some_and(|name| name == "setInterval") && delay.is_some_and(|delay| delay <= FAST_TIMER)
                }
                _ => false,
            })
    }

    /// Whether a handler is added to a connection, whose messages are its own.
    fn is_of_connection(&self, added: V) -> bool {
        let Some((object, _)) = self.method(added) else { return false };
        self.catalog().kinds().any(|(_, kind)| !kind.send.is_empty() && self.is_handle(object, kind, 0))
    }

    /// Whether a Socket.IO server runs in several processes that know nothing of each other.
    pub(crate) fn is_split(&self, server: &Resource<'doc>) -> bool {
        let unit = server.site.unit;
        let is_first = self.guards(server.site).iter().any(|guard| {
            let words = ["isPrimary", "isMaster"];
            guard.holds && self.says(V { unit, id: guard.condition }, |name| words.contains(&name))
        });
        let tells_others = self.calls_in(unit).any(|call| self.calls_global(call, &["process", "send"]));
        !is_first
            && !tells_others
            && server.kind.kind == "socket-io-server"
            && self.speaks_of(unit, Subject::Forks)
            && !self.speaks_of(unit, Subject::Adapter)
            && self.serves_alone(server)
            && self.acts_on_messages(server).is_some()
    }

    /// The calls that give Supabase's realtime client a token once.
    pub(crate) fn tokens_set_once(&self, unit: UnitId) -> Vec<V> {
        let sets: Vec<V> = self
            .calls_in(unit)
            .filter(|&call| {
                self.method(call).is_some_and(|(object, name)| {
                    let library = self.catalog().libraries().find(|library| library.library == "supabase");
                    name == "setAuth"
                        && match self.value(object) {
                            Value::Member { object: client, name } => {
                                let client = V { unit, id: *client };
                                name == "realtime" && library.is_some_and(|library| self.is_client(client, library))
                            }
                            _ => false,
                        }
                })
            })
            .collect();
        let is_once = |&call: &V| {
            let Some(token) = self.arg(call, 0) else { return false };
            let is_of_session = self.texts_in(token).iter().any(|text| text == "access_token");
            let runs = self.runs(self.func_of(call));
            let starts = |run: &Run| matches!(run, Run::Effect(_) | Run::Mount(_) | Run::Setup(_) | Run::Module);
            !is_of_session && !runs.is_empty() && runs.iter().all(starts) && !self.is_keyed(call)
        };
        match sets.as_slice() {
            [only] if is_once(only) => vec![*only],
            _ => Vec::new(),
        }
    }

    /// Whether the effect around a call runs again when something changes.
    fn is_keyed(&self, call: V) -> bool {
        let effect = self.enclosing(self.func_of(call)).find_map(|func| self.effect_of_callback(func));
        effect.is_some_and(|effect| match self.deps(effect.call) {
            super::react::Deps::List(deps) => !deps.is_empty(),
            _ => false,
        })
    }

    /// Whether a component reads the data of a subscription hook, and never how the subscription does.
    pub(crate) fn ignores_state(&self, hook: &Resource<'doc>) -> bool {
        let reads = |wanted: &[String]| {
            hook.trace.events.iter().any(|event| match event {
                Event::Read { name, member } => wanted.iter().any(|known| known == *name) && self.is_used(*member),
                _ => false,
            })
        };
        let goes_on = hook.trace.events.iter().any(|event| {
            matches!(event, Event::Argument { .. } | Event::Returned { .. } | Event::Escaped { .. } | Event::Put { .. })
        });
        let hears = self
            .handlers(hook)
            .iter()
            .any(|handler| matches!(handler.event.as_str(), "error" | "close" | "complete" | "disconnected"));
        !hook.kind.states.is_empty()
            && !hook.trace.incomplete
            && !goes_on
            && !hears
            && reads(&hook.kind.reads)
            && !reads(&hook.kind.states)
    }

    /// Whether a member is more than a name that nobody reads.
    fn is_used(&self, member: V) -> bool {
        self.uses(member).iter().any(|used| match *used {
            Use::Bound(id) => {
                let name = super::view::B { unit: member.unit, id };
                // What a template reads is not in the script.
                self.binding(name).top || !self.reads_of(name).is_empty()
            }
            _ => true,
        })
    }

    /// Whether an owner keeps a connection for long and nothing in its script measures it.
    pub(crate) fn is_unmeasured(&self, resource: &Resource<'doc>) -> bool {
        let kind = resource.kind;
        let is_owned = matches!(
            self.owner(self.func_of(resource.live)),
            Some(Owner::Effect(_) | Owner::Component(_) | Owner::Script | Owner::Class(_))
        );
        kind.is_connection()
            && kind.is_stream()
            && !kind.child
            && kind.accepts.is_none()
            && kind.url.is_some()
            && is_owned
            && self.is_long_lived(resource)
            && !self.escapes(resource)
            && !self.speaks_of(resource.site.unit, Subject::Measure)
            && !self.notes_times(resource)
    }

    /// Whether a handler of a connection keeps the time, or counts.
    fn notes_times(&self, resource: &Resource<'doc>) -> bool {
        let added = resource.trace.events.iter().filter_map(|event| match event {
            Event::Method { call, .. } => {
                self.call(*call).and_then(|data| data.args.last()).map(|&id| V { unit: call.unit, id })
            }
            _ => None,
        });
        let handlers = self.handlers(resource).iter().map(|handler| handler.function).chain(added);
        let functions: Vec<F> = handlers.flat_map(|function| self.functions(function).0).collect();
        functions.into_iter().flat_map(|func: F| self.run_of(func)).any(|func| {
            let counts = self.operations_of(func).any(|(_, value)| match value {
                Value::Assign { op, .. } => matches!(op.as_str(), "++" | "+=" | "--"),
                _ => false,
            });
            let tells = |call: V| {
                let is_now = self.callee_name(self.callee(call)).is_some_and(|name| name == "now");
                let root = self.method(call).map_or(self.callee(call), |(object, _)| object);
                let origin = self.origin(root);
                is_now || origin.is_some_and(|origin| matches!(self.value(origin), Value::Import { .. }))
            };
            counts || self.calls_of(func).any(tells)
        })
    }
}
