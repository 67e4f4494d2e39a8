//! What a server does for each connection that it accepts, and what it does not.

use super::errors::{is_shared, is_shared_by};
use super::handling::Handling;
use super::resource::{Resource, is_named};
use super::runs::Run;
use super::trace::{Event, Trace};
use super::view::{F, UnitId, V, View};
use crate::catalog::Broker;
use crate::lower::ir::*;

impl<'doc> View<'doc> {
    /// The functions that a server calls for each connection.
    pub(crate) fn acceptors(&self, server: &Resource<'doc>) -> Vec<F> {
        let Some(accepts) = &server.kind.accepts else { return Vec::new() };
        let handlers = self.handlers(server).iter().filter(|handler| accepts.on.iter().any(|on| *on == handler.event));
        let given = server.trace.events.iter().filter_map(|event| match event {
            Event::Method { call, name, .. } => {
                let by = accepts.by.iter().find(|by| by.method == **name)?;
                self.arg(*call, by.argument as usize)
            }
            _ => None,
        });
        handlers.map(|handler| handler.function).chain(given).flat_map(|function| self.functions(function).0).collect()
    }

    /// Whether a server's connections are served where it is made, and nobody else is given it or them.
    pub(super) fn serves_alone(&self, server: &Resource<'doc>) -> bool {
        let accepted = self.accepted(server);
        let accepts = server.kind.accepts.as_ref();
        let given = self
            .handlers(server)
            .iter()
            .filter(|handler| accepts.is_some_and(|accepts| accepts.on.iter().any(|on| *on == handler.event)));
        // A function of another module may be the handler.
        let is_seen = given.into_iter().all(|handler| {
            let (functions, complete) = self.functions(handler.function);
            complete && !functions.is_empty()
        });
        is_seen
            && !accepted.is_empty()
            && !server.trace.incomplete
            && !is_shared(self, &server.trace)
            && accepted.iter().all(|(_, trace)| !trace.incomplete && !self.is_shared_but_with(trace, server))
    }

    /// Whether someone else than the server that accepted a connection is given it.
    fn is_shared_but_with(&self, trace: &Trace<'doc>, server: &Resource<'doc>) -> bool {
        let of_server = |call: V| {
            server.trace.events.iter().any(|event| matches!(event, Event::Method { call: known, .. } if *known == call))
        };
        trace.events.iter().any(|event| match event {
            Event::Argument { call, .. } => !of_server(*call),
            // What a handler of an event returns, nobody looks at.
            Event::Returned { func } => !self.acceptors(server).contains(func) && is_shared_by(self, event),
            event => is_shared_by(self, event),
        })
    }

    /// Whether what accepts a connection ends it before it returns.
    fn ends_at_once(&self, server: &Resource<'doc>) -> bool {
        self.accepted(server).iter().any(|(connection, trace)| {
            trace.events.iter().any(|event| match event {
                Event::Method { call, name, .. } => {
                    matches!(name.as_str(), "close" | "end" | "disconnect")
                        && self.func_of(*call) == self.func_of(*connection)
                        && self.guards(*call).is_empty()
                }
                _ => false,
            })
        })
    }

    /// Whether a server keeps clients that are gone: nothing in its script asks whether they are there.
    pub(crate) fn keeps_dead_clients(&self, server: &Resource<'doc>) -> bool {
        !self.speaks_of(server.site.unit, Subject::Heartbeat)
            && !self.ends_at_once(server)
            && !self.is_for_this_machine(server)
            && self.serves_alone(server)
    }

    /// The handler of messages of a server's connections that does something for others: it sends to them, or gives what it
    /// gets to another module.
    pub(super) fn acts_on_messages(&self, server: &Resource<'doc>) -> Option<Handling> {
        let accepted: Vec<V> = self.accepted(server).into_iter().map(|(connection, _)| connection).collect();
        let acts = |call: V| {
            self.method(call).is_some_and(|(object, name)| {
                let is_own = self.origin(object).is_some_and(|origin| accepted.contains(&origin));
                matches!(name.as_str(), "emit" | "send" | "publish" | "broadcast" | "write") && !is_own
            })
        };
        // What it is given goes to another module.
        let hands_on = |handling: &Handling| {
            let given = self.params_of(handling.func);
            self.calls_within(handling.func).any(|call| {
                let origin = self.origin(self.callee(call));
                let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
                origin.is_some_and(|origin| matches!(self.value(origin), Value::Import { .. }))
                    && args.iter().any(|&id| self.holds_some(V { unit: call.unit, id }, &given))
            })
        };
        let mut handlings = self.handlings_of_accepted(server);
        handlings.sort_by_key(|handling| (handling.at.unit, self.span(handling.at).start));
        handlings.into_iter().filter(|handling| handling.is_message).find(|handling| {
            let run = self.run_of(handling.func);
            hands_on(handling) || run.into_iter().flat_map(|func| self.calls_within(func)).any(acts)
        })
    }

    /// Whether an expression is made of some of what a message brings.
    fn holds_some(&self, v: V, given: &[V]) -> bool {
        self.within(v).any(|part| self.carries(part, given))
    }

    /// The parameter that holds a connection of a server whose clients are never asked who they are, though what they send
    /// is acted on.
    pub(crate) fn unasked_client(&self, server: &Resource<'doc>) -> Option<V> {
        let is_asked = self.speaks_of(server.site.unit, Subject::Identity)
            || self.is_given_upgrades(server)
            || self.is_for_this_machine(server)
            || self.method_calls(server, "use").next().is_some();
        if is_asked || !self.serves_alone(server) {
            return None;
        }
        self.acts_on_messages(server)?;
        self.accepted(server).first().map(|(connection, _)| *connection)
    }

    /// The call that listens for messages of a server's connections, where nothing counts how many a client sends.
    pub(crate) fn unlimited_listener(&self, server: &Resource<'doc>) -> Option<V> {
        let is_counted = self.speaks_of(server.site.unit, Subject::Rate) || self.is_for_this_machine(server);
        if is_counted || self.looks_at_packets(server) || !self.serves_alone(server) {
            return None;
        }
        let handling = self.acts_on_messages(server)?;
        let leaves = |block: &Block| block.ops.iter().any(|op| matches!(op, Op::Return(_))) && !block.guards.is_empty();
        let looks_first = self.func(handling.func).blocks.iter().any(leaves);
        (!handling.is_once && !looks_first).then_some(handling.at)
    }

    /// Whether an HTTP server hands its upgrades over to this one, and may ask who comes before.
    fn is_given_upgrades(&self, server: &Resource<'doc>) -> bool {
        let option = server.kind.attached_by.iter().find(|option| *option == "noServer");
        option.is_some_and(|option| self.has_option(server.site, option))
    }

    /// Whether a server listens for programs of the same machine alone.
    fn is_for_this_machine(&self, server: &Resource<'doc>) -> bool {
        let is_local =
            |v: V| self.text_of(v).is_some_and(|host| matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"));
        let first = self.arg(server.site, 0);
        let host = first.and_then(|options| self.value_of_key(options, "host"));
        // `new Server(http)`, `new WebSocketServer({ server: http })`
        let http = first.map(|options| self.value_of_key(options, "server").unwrap_or(options));
        let http = http.and_then(|http| self.origin(http)).filter(|&http| self.call(http).is_some());
        let listens = http.is_some_and(|http| {
            self.trace(http, &[], &[]).events.iter().any(|event| match event {
                Event::Method { call, name, .. } => *name == "listen" && self.arg(*call, 1).is_some_and(is_local),
                _ => false,
            })
        });
        listens || host.is_some_and(is_local)
    }

    /// The connections to a broker that the code of a unit opens for each client of a server.
    pub(crate) fn brokers_per_socket(&self, unit: UnitId) -> Vec<(V, &'doc Broker)> {
        let opened = self.calls_in(unit).filter_map(|call| Some((call, self.broker(call)?)));
        let is_for_each = |&(call, _): &(V, &Broker)| {
            // One that is made once is kept behind a condition.
            let func = self.func_of(call);
            let is_always = self.guards(call).is_empty() && self.conditions_before(func, call).is_empty();
            is_always && self.runs_for_each_client(func)
        };
        opened.filter(is_for_each).collect()
    }

    fn runs_for_each_client(&self, func: F) -> bool {
        let is_entry = |func: F| match &self.facts(func.unit).class {
            Some(ClassRole::Method { name, .. }) => self.is_gateway_entry(func.unit, name),
            _ => false,
        };
        self.enclosing(func).any(is_entry)
            || self.runs(func).iter().any(|run| matches!(run, Run::Handler(at) if self.accepts_connections(*at)))
    }

    /// The broker that a call opens a connection to.
    fn broker(&self, call: V) -> Option<&'doc Broker> {
        let made = |call: V| {
            let is_new = self.call(call)?.is_new;
            let api = self.callee_api(call)?;
            self.catalog().brokers.iter().find(|broker| {
                let names = if is_new { &broker.new } else { &broker.call };
                is_named(&api, names, &broker.from, broker.default && is_new)
            })
        };
        made(call).filter(|broker| !broker.lazy).or_else(|| {
            let (object, name) = self.method(call)?;
            made(self.origin(object)?).filter(|broker| broker.methods.iter().any(|method| method == name))
        })
    }

    /// The compression of a server that has neither a threshold nor a limit of how much is compressed at a time.
    pub(crate) fn unlimited_compression(&self, server: &Resource<'doc>) -> Option<V> {
        let options = self.arg(server.site, 0)?;
        let compression = self.value_of_key(options, "perMessageDeflate")?;
        let is_unlimited = match self.value(self.origin(compression)?) {
            Value::Lit(Lit::Bool(is_on)) => *is_on,
            Value::Object(_) => {
                let limits = ["threshold", "concurrencyLimit", "serverNoContextTakeover", "clientNoContextTakeover"];
                !limits.iter().any(|limit| self.has_key(compression, limit))
            }
            _ => false,
        };
        is_unlimited.then_some(compression)
    }

    /// The sends of a timer that ask whether the peer is there, where nothing in the script looks at the answer.
    pub(crate) fn unanswered_pings(&self, timer: &Resource<'doc>) -> Option<V> {
        let callback = self.arg(timer.site, 0)?;
        let run: Vec<F> = self.functions(callback).0.into_iter().flat_map(|func| self.run_of(func)).collect();
        let compares = |func: F| {
            let mut values = self.facts(func.unit).values.iter().filter(|data| data.func == func.id);
            values.any(|data| matches!(&data.value, Value::Binary { op, .. } if matches!(op.as_str(), "<" | ">" | "<=" | ">=")))
        };
        let ends = |call: V| {
            self.method(call)
                .is_some_and(|(_, name)| matches!(name.as_str(), "close" | "terminate" | "destroy" | "reconnect"))
        };
        if run.iter().any(|&func| compares(func) || self.calls_of(func).any(ends)) {
            return None;
        }
        let calls = run.iter().flat_map(|&func| self.calls_of(func));
        calls.into_iter().find(|&call| self.is_ping(call)).filter(|ping| !self.speaks_of(ping.unit, Subject::Answer))
    }

    fn is_ping(&self, call: V) -> bool {
        let Some((object, name)) = self.method(call) else { return false };
        let asks = match name.as_str() {
            "ping" => true,
            "send" => self
                .arg(call, 0)
                .is_some_and(|message| self.mentions(message, &["ping", "heartbeat", "keepalive", "keep-alive"])),
            _ => false,
        };
        asks && self.is_bare_socket(object)
    }

    /// Whether some text in an expression, in lower case, is one of these words.
    pub(super) fn mentions(&self, v: V, words: &[&str]) -> bool {
        let v = self.origin(v).unwrap_or(v);
        let (facts, span) = (self.facts(v.unit), self.span(v));
        let is_it = |text: &str| words.contains(&text.to_ascii_lowercase().as_str());
        facts.values.iter().filter(|data| span.contains(data.span)).any(|data| match &data.value {
            Value::Lit(Lit::Str(text)) => is_it(text) || text.split(|c: char| !c.is_alphanumeric()).any(is_it),
            Value::Member { name, .. } => is_it(name),
            _ => false,
        })
    }

    /// Whether a value is a socket that sends no pings by itself: a client's, an accepted one, one of a server's.
    pub(super) fn is_bare_socket(&self, v: V) -> bool {
        let mut bare = self.catalog().kinds().map(|(_, kind)| kind).filter(|kind| kind.bare && kind.accepts.is_none());
        bare.any(|kind| self.is_handle(v, kind, 0)) || self.type_of_socket(v).is_some() || self.is_accepted_socket(v)
    }

    /// Whether a value is what a handler of a server's connections is given, or one of `server.clients`.
    pub(super) fn is_accepted_socket(&self, v: V) -> bool {
        self.origins(v).into_iter().any(|origin| match self.value(origin) {
            Value::Param { func, index: 0 } => {
                let func = F { unit: origin.unit, id: *func };
                let is_each = || {
                    let holder = self.func(func).value.map(|id| V { unit: func.unit, id });
                    holder.is_some_and(|holder| {
                        self.uses(holder).iter().any(|used| match *used {
                            Use::Arg(call, 0) => self
                                .method(V { unit: func.unit, id: call })
                                .is_some_and(|(object, name)| name == "forEach" && self.is_clients(object)),
                            _ => false,
                        })
                    })
                };
                self.runs(func).iter().any(|run| match run {
                    Run::Handler(at) => self.accepts_connections(*at),
                    _ => false,
                }) || is_each()
            }
            Value::Element(of) => self.is_clients(V { unit: origin.unit, id: *of }),
            _ => false,
        })
    }

    fn is_clients(&self, v: V) -> bool {
        self.origin(v)
            .is_some_and(|origin| matches!(self.value(origin), Value::Member { name, .. } if name == "clients"))
    }

    /// The calls of a method of a resource.
    pub(crate) fn method_calls<'of>(
        &self,
        resource: &'of Resource<'doc>,
        method: &str,
    ) -> impl Iterator<Item = V> + use<'of, 'doc> {
        let method = method.to_owned();
        resource.trace.events.iter().filter_map(move |event| match event {
            Event::Method { call, name, .. } if **name == method => Some(*call),
            _ => None,
        })
    }
}
