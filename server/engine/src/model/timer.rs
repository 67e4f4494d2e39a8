//! What timers do: whether they belong to realtime code.

use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, V, View};

/// Names of functions that ask a server, by how they start.
const ASKS: &[&str] =
    &["fetch", "refetch", "poll", "load", "reload", "refresh", "sync", "query", "mutate", "invalidate"];

/// Methods by which one speaks to a peer, whoever holds it.
const SENDS: &[&str] = &["send", "ping", "emit", "publish"];

/// Events by which a connection tells that it stands.
const OPENS: &[&str] = &["open", "connection", "connect"];

impl<'doc> View<'doc> {
    /// Whether a timer's callback asks a server again and again, or touches or opens a connection.
    pub(crate) fn is_realtime_timer(&self, timer: &Resource<'doc>) -> bool {
        let Some(callback) = self.arg(timer.site, 0) else { return false };
        if self.callee_name(callback).is_some_and(|name| asks(&name)) {
            return true;
        }
        let mut seen = Vec::new();
        self.functions(callback).0.into_iter().any(|func| self.does_realtime(func, &mut seen))
    }

    /// Whether a timer's callback does nothing but set state of its own and clear timers, as a countdown does.
    pub(crate) fn only_counts(&self, timer: &Resource<'doc>) -> bool {
        let functions = self.arg(timer.site, 0).map(|callback| self.functions(callback).0).unwrap_or_default();
        let is_own = |call: V| {
            let callee = self.callee(call);
            let clears =
                |name: &str| matches!(name, "clearInterval" | "clearTimeout" | "set" | "max" | "min" | "floor");
            self.setter_of(callee).is_some() || self.callee_name(callee).is_some_and(|name| clears(&name))
        };
        timer.kind.timer
            && !functions.is_empty()
            && functions.into_iter().all(|func| !self.func(func).is_async && self.calls_within(func).all(is_own))
    }

    fn does_realtime(&self, func: F, seen: &mut Vec<F>) -> bool {
        if seen.contains(&func) || seen.len() > 8 {
            return false;
        }
        seen.push(func);
        self.calls_within(func).any(|call| {
            let callee = self.callee(call);
            let is_of_page = self.calls_global(call, &["location", "reload"]);
            self.callee_name(callee).is_some_and(|name| asks(&name) && !is_of_page)
                || self.sends(call)
                || self.functions(callee).0.into_iter().any(|inner| self.does_realtime(inner, seen))
        })
    }

    /// Whether a call opens a connection, or calls a method by which one sends or ends.
    fn sends(&self, call: V) -> bool {
        if self.method(call).is_some_and(|(_, name)| SENDS.contains(&name.as_str())) {
            return true;
        }
        let Some((object, name)) = self.method(call) else {
            return self.resource(call).is_some_and(|resource| !resource.kind.timer);
        };
        let kinds = self.catalog().kinds().map(|(_, kind)| kind);
        let speaks = kinds.filter(|kind| kind.send.iter().chain(&kind.release.methods).any(|known| known == name));
        let names: Vec<String> = speaks.filter(|kind| !kind.timer).map(|kind| kind.kind.clone()).collect();
        self.is_handle_of(object, &names)
    }

    /// Whether something clears a timer; what is none needs nothing.
    pub(crate) fn is_cleared(&self, call: V) -> bool {
        let named = |call: V, names: &[&str]| {
            self.callee_name(self.callee(call)).is_some_and(|name| names.contains(&name.as_str()))
        };
        if self.call(call).is_none() || !named(call, &["setTimeout", "setInterval"]) {
            return true;
        }
        let trace = self.trace(call, &[], &[]);
        trace.events.iter().any(|event| match *event {
            Event::Argument { call, index: 0 } => named(call, &["clearTimeout", "clearInterval"]),
            _ => false,
        })
    }

    /// The event by which a connection opens, in whose handler alone a timer is set.
    pub(crate) fn set_at_opening(&self, timer: &Resource<'doc>) -> Option<V> {
        let runs = self.runs(self.func_of(timer.site));
        match runs.as_slice() {
            &[Run::Handler(at)] if OPENS.contains(&self.event_of(at).as_str()) => Some(at),
            _ => None,
        }
    }

    /// Whether something ends a resource, anywhere, or may: its handle goes where nobody sees it.
    pub(crate) fn may_end(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.incomplete || self.escapes(resource) || !self.releases(resource).is_empty()
    }
}

fn asks(name: &str) -> bool {
    ASKS.iter().any(|start| {
        name.strip_prefix(start).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
    })
}
