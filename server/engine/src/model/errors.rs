//! Errors that nobody hears: emitters without a listener, subscriptions without an error path, promises that fail.

use super::resource::Resource;
use super::trace::{Escape, Event, Trace};
use super::view::{V, View};
use crate::catalog::Errors;
use crate::lower::ir::*;

/// What lacks an error path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unheard {
    /// An emitter of Node, whose unheard error ends the process.
    Emitter(V),
    /// A connection that a server accepted: the parameter that holds it.
    Accepted(V),
    /// A client that reports errors as events, and survives them.
    Client(V),
    /// A subscription whose last callback could be followed by one for errors.
    Callback { call: V, last: V },
    /// A promise that nobody looks at.
    Promise(V),
}

impl<'doc> View<'doc> {
    /// What of a resource reports errors to nobody.
    pub(crate) fn unheard(&self, resource: &Resource<'doc>) -> Vec<Unheard> {
        let site = resource.site;
        match resource.kind.kind.as_str() {
            "websocket" if self.is_from(site, "ws") => self.silent_emitter(resource, Unheard::Emitter(site)),
            "ws-server" => {
                // One without a server of its own hears of no errors (ws 8.23.0, `WebSocketServer`).
                let mut unheard = match self.has_option(site, "noServer") {
                    true => Vec::new(),
                    false => self.silent_emitter(resource, Unheard::Emitter(site)),
                };
                unheard.extend(self.silent_connections(resource));
                unheard
            }
            "firestore-listener" => self.lacks_error_callback(resource, true).into_iter().collect(),
            // What the client tells of itself cannot be refused.
            "rtdb-listener" | "rtdb-listener-old" if self.is_about_client(site) => Vec::new(),
            "rtdb-listener" | "rtdb-listener-old" => self.lacks_error_callback(resource, false).into_iter().collect(),
            "signalr" => self.unheard_starts(resource),
            _ => match resource.kind.errors {
                Some(Errors::Emitter) => self.silent_emitter(resource, Unheard::Emitter(site)),
                Some(Errors::Event) => self.silent_emitter(resource, Unheard::Client(site)),
                Some(Errors::Callback) => self.lacks_error_callback(resource, false).into_iter().collect(),
                None => Vec::new(),
            },
        }
    }

    /// Whether somebody hears of a resource's errors, where it tells of any and that can be seen.
    pub(crate) fn hears_of_errors(&self, resource: &Resource<'doc>) -> Option<bool> {
        let tells = |event: &str| event == "subscribe" || event.contains("error");
        let handlers = self.handlers(resource);
        if handlers.iter().any(|handler| tells(&handler.event)) {
            return Some(true);
        }
        let is_hidden = resource.trace.incomplete || self.escapes(resource);
        let has_error_event = resource.kind.events.drop.iter().any(|event| tells(event));
        let is_silent = has_error_event || resource.kind.listen.iter().any(|method| method == "subscribe");
        (!self.unheard(resource).is_empty() || (is_silent && !is_hidden)).then_some(false)
    }

    /// Whether an object among a call's arguments has an option, or may have.
    pub(super) fn has_option(&self, call: V, option: &str) -> bool {
        let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
        args.iter().any(|&id| match self.origin(V { unit: call.unit, id }).map(|origin| self.value(origin)) {
            Some(Value::Object(props)) => props.iter().any(|prop| prop.key.as_deref().is_none_or(|key| key == option)),
            Some(Value::Lit(_)) => false,
            _ => true,
        })
    }

    /// Whether a listener is on `.info/…` of a Realtime Database: `onValue(ref(db, path), f)`, `db.ref(path).on("value", f)`.
    fn is_about_client(&self, listener: V) -> bool {
        let modular = self.arg(listener, 0).and_then(|reference| self.origin(reference));
        let chained = self.method(listener).and_then(|(object, _)| self.origin(object));
        let paths = [modular.and_then(|call| self.arg(call, 1)), chained.and_then(|call| self.arg(call, 0))];
        let texts = paths.into_iter().flatten().filter_map(|path| self.text_of(path));
        texts.into_iter().any(|path| path.starts_with(".info") || path.starts_with("/.info"))
    }

    pub(super) fn is_from(&self, call: V, module: &str) -> bool {
        self.callee_api(call).and_then(|api| api.source).is_some_and(|source| source == module)
    }

    fn silent_emitter(&self, resource: &Resource<'doc>, unheard: Unheard) -> Vec<Unheard> {
        let hears = self.hears_errors(&resource.trace) || is_shared(self, &resource.trace);
        if hears { Vec::new() } else { vec![unheard] }
    }

    /// The parameters of `connection` handlers on which nobody listens for errors.
    fn silent_connections(&self, server: &Resource<'doc>) -> Vec<Unheard> {
        // Who is given the server may listen on its connections.
        if is_shared(self, &server.trace) {
            return Vec::new();
        }
        let accepted = self.accepted(server).into_iter();
        let silent = accepted.filter(|(_, trace)| !self.hears_errors(trace) && !is_shared(self, trace));
        silent.map(|(connection, _)| Unheard::Accepted(connection)).collect()
    }

    /// The connections that a server's handlers are given, with where each goes.
    pub(super) fn accepted(&self, server: &Resource<'doc>) -> Vec<(V, Trace<'doc>)> {
        let functions = self.acceptors(server).into_iter();
        let firsts = functions.filter_map(|func| Some(V { unit: func.unit, id: *self.func(func).params.first()? }));
        let chain = ["on".to_owned(), "once".to_owned()];
        firsts.map(|connection| (connection, self.trace(connection, &[], &chain))).collect()
    }

    /// Whether a listener for errors, or for an event that cannot be read, is added to a value.
    fn hears_errors(&self, trace: &Trace<'doc>) -> bool {
        trace.incomplete
            || trace.events.iter().any(|event| match event {
                Event::Method { call, name, .. } => {
                    matches!(name.as_str(), "on" | "once" | "addListener" | "addEventListener" | "prependListener")
                        && self.arg(*call, 0).is_none_or(|event| self.text_of(event).is_none_or(|text| text == "error"))
                }
                Event::Stored { name, .. } => *name == "onerror",
                _ => false,
            })
    }

    /// `onSnapshot(query, next)`: with Firestore, options may stand before the callback and follow it with the
    /// Realtime Database.
    fn lacks_error_callback(&self, resource: &Resource<'doc>, options_first: bool) -> Option<Unheard> {
        let call = resource.site;
        let args = &self.call(call)?.args;
        let arg = |index: usize| args.get(index).map(|&id| V { unit: call.unit, id });
        let is_options = |v: V| match self.value(v) {
            Value::Object(props) => !props
                .iter()
                .any(|prop| prop.key.as_deref().is_none_or(|key| matches!(key, "next" | "error" | "complete"))),
            _ => false,
        };
        let first = resource.callback_index()?;
        let next = if options_first && arg(first).is_some_and(is_options) { first + 1 } else { first };
        let last = arg(next)?;
        let (functions, complete) = self.functions(last);
        if functions.is_empty() || !complete {
            return None;
        }
        let error = arg(next + 1).filter(|&error| options_first || !is_options(error));
        let is_missing = error.is_none_or(|error| self.is_nothing(error));
        is_missing.then_some(Unheard::Callback { call, last })
    }

    /// `connection.start()` as a statement: a first connection that fails is an unhandled rejection.
    fn unheard_starts(&self, resource: &Resource<'doc>) -> Vec<Unheard> {
        let starts = resource.trace.events.iter().filter_map(|event| match event {
            Event::Method { call, name, .. } if *name == "start" => Some(*call),
            _ => None,
        });
        starts.filter(|&start| self.is_dropped_promise(start, 0)).map(Unheard::Promise).collect()
    }

    /// The last byte of the chain of calls that starts with one.
    pub(crate) fn promise_chain_end(&self, call: V) -> u32 {
        let mut at = call;
        loop {
            let next = ["then", "finally"].iter().find_map(|method| self.chained(at, method));
            match next {
                Some(next) => at = next,
                None => return self.span(at).end,
            }
        }
    }

    /// Whether nobody sees a promise fail: it is a statement, or `then` with one callback is.
    fn is_dropped_promise(&self, call: V, depth: u32) -> bool {
        match self.uses(call) {
            [] => self.statement_span(call).is_some_and(|statement| statement.start == self.span(call).start),
            &[Use::Object(member)] if depth < 4 => {
                let member = V { unit: call.unit, id: member };
                let Value::Member { name, .. } = self.value(member) else { return false };
                match self.uses(member) {
                    &[Use::Callee(next)] if matches!(name.as_str(), "then" | "finally") => {
                        let next = V { unit: call.unit, id: next };
                        self.arg(next, 1).is_none() && self.is_dropped_promise(next, depth + 1)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// Whether someone else may listen.
pub(super) fn is_shared(view: &View<'_>, trace: &Trace<'_>) -> bool {
    trace.events.iter().any(|event| is_shared_by(view, event))
}

/// Whether someone else gets hold of a value by what happens to it.
pub(super) fn is_shared_by(view: &View<'_>, event: &Event<'_>) -> bool {
    match event {
        Event::Argument { .. } | Event::Called { .. } => true,
        Event::Returned { func } => view.effect_of_callback(*func).is_none(),
        Event::Escaped { why, .. } => !matches!(why, Escape::Module),
        _ => false,
    }
}
