//! Listeners that handlers add, and what listens for the end of a page.

use super::handling::Handling;
use super::resource::Resource;
use super::runs::Run;
use super::view::{V, View};
use crate::lower::ir::*;

impl<'doc> View<'doc> {
    /// The listeners that a handler adds each time it runs, to something that was there before.
    pub(crate) fn listeners_added_by(&self, resource: &Resource<'doc>, handling: &Handling) -> Vec<V> {
        let comes_once = resource.kind.opens_once && handling.event == "open";
        if comes_once || handling.is_once || handling.event.is_empty() {
            return Vec::new();
        }
        let calls: Vec<V> = self.calls_of(handling.func).collect();
        calls.iter().copied().filter(|&call| self.piles_up_in(call, handling, &calls)).collect()
    }

    fn piles_up_in(&self, call: V, handling: &Handling, calls: &[V]) -> bool {
        let handler = handling.func;
        let Some((object, name)) = self.method(call).filter(|(_, name)| *name != "once") else { return false };
        let on_same = || {
            let listens = matches!(name.as_str(), "on" | "addListener" | "addEventListener");
            let adds_handler = self.arg(call, 1).is_some_and(|handler| !self.functions(handler).0.is_empty());
            let target = |object: V| self.origin(object);
            let same = self.method(handling.at).is_some_and(|(other, _)| target(other) == target(object));
            listens && adds_handler && same
        };
        let listener = self.resource(call).filter(|listener| listener.kind.release.unlisten.is_some());
        if listener.is_none() && !on_same() {
            return false;
        }
        if self.arg(call, 2).is_some_and(|options| self.has_key(options, "once") || self.has_key(options, "signal")) {
            return false;
        }
        // What cannot be followed may be another object each time.
        let Some(origin) = self.origin(object) else { return false };
        let is_new = self.is_within(self.func_of(origin), handler) && origin != object;
        let is_given = match self.value(origin) {
            Value::Param { func, .. } => origin.unit == handler.unit && *func == handler.id,
            Value::Element(_) => true,
            _ => false,
        };
        let is_kept = matches!(self.value(object), Value::Local(_) | Value::Free(_)) || self.is_member_of_this(object);
        let takes_off = |&other: &V| {
            self.method(other).is_some_and(|(_, method)| {
                let mut unlisteners = listener.iter().flat_map(|listener| listener.kind.release.unlisteners());
                let removes = unlisteners.any(|known| known == method)
                    || matches!(
                        method.as_str(),
                        "off" | "removeListener" | "removeAllListeners" | "removeEventListener"
                    );
                let event = |call: V| self.arg(call, 0).and_then(|event| self.text_of(event));
                removes && (self.arg(other, 0).is_none() || event(other) == event(call))
            })
        };
        // `socket.on("connect", …)` on another object is what the handler is for; a guard may let it pass once.
        !is_new
            && !is_given
            && is_kept
            && self.guards(call).is_empty()
            && !self.has_early_return(handler)
            && !calls.iter().any(takes_off)
    }

    fn is_member_of_this(&self, v: V) -> bool {
        match self.value(v) {
            Value::Member { object, .. } => matches!(self.value(V { unit: v.unit, id: *object }), Value::This),
            _ => false,
        }
    }

    /// The listeners for the end of the page that end a resource, each with its event.
    pub(crate) fn unload_releases(&self, resource: &Resource<'doc>) -> Vec<(V, Name)> {
        if !resource.kind.is_connection() {
            return Vec::new();
        }
        let runs = self.releases(resource).iter().flat_map(|release| self.runs(self.func_of(release.at)));
        let runs: Vec<Run> = runs.collect();
        let also = |run: &Run| match run {
            Run::Handler(at) => matches!(self.event_of(*at).as_str(), "pagehide" | "visibilitychange" | "freeze"),
            _ => false,
        };
        if runs.iter().any(also) {
            return Vec::new();
        }
        runs.into_iter()
            .filter_map(|run| match run {
                Run::Handler(at) => {
                    let event = self.event_of(at);
                    matches!(event.as_str(), "beforeunload" | "unload").then_some((at, event))
                }
                _ => None,
            })
            .collect()
    }
}
