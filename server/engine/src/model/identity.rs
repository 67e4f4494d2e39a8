//! Whether a release can work: a listener is taken off by what it was added with, and what ends a subscription is
//! called.

use super::fate::Fate;
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// Why a removal removes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The function was made for this call alone.
    Fresh,
    /// It is another function.
    Other,
    /// It is for another event, for which the function was never added.
    Event,
    /// One of them listens while capturing.
    Capture,
    /// It is what subscribing returned, which was never added as a listener.
    Handle,
    /// It is named and not called.
    Uncalled,
    /// It is handed over without its handle, and throws when it is called.
    Unbound,
}

impl<'doc> View<'doc> {
    /// Whether a removal may be for a listener: the event is equal or not constant, and so is the function.
    pub(super) fn may_unlisten(&self, call: V, listener: V) -> bool {
        // `socket.off()` removes all.
        if self.arg(call, 0).is_none() {
            return true;
        }
        self.is_same_event(call, listener) && self.mismatch(call, listener).is_none()
    }

    fn is_same_event(&self, call: V, listener: V) -> bool {
        let event = |call: V| self.arg(call, 0).and_then(|event| self.text_of(event));
        match (event(call), event(listener)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// Why a removal cannot be for a listener of that event.
    fn mismatch(&self, call: V, listener: V) -> Option<Mismatch> {
        // Without a function, all of the event go.
        let (removed, added) = (self.arg(call, 1)?, self.arg(listener, 1)?);
        if self.is_fresh(removed) || self.is_fresh(added) {
            return Some(Mismatch::Fresh);
        }
        let named = |handler: V| self.binding_of(handler).is_some();
        if named(removed) && named(added) {
            let ((one, all_of_one), (other, all_of_other)) = (self.functions(removed), self.functions(added));
            let known = all_of_one && all_of_other && !one.is_empty() && !other.is_empty();
            if known && !one.iter().any(|func| other.contains(func)) {
                return Some(Mismatch::Other);
            }
        }
        match (self.captures(call), self.captures(listener)) {
            (Some(one), Some(other)) if one != other => Some(Mismatch::Capture),
            _ => None,
        }
    }

    /// Whether an expression makes a function that nobody else has: a literal, `f.bind(this)`.
    fn is_fresh(&self, handler: V) -> bool {
        match self.value(handler) {
            Value::Func(_) => true,
            Value::Call(_) => self.method(handler).is_some_and(|(_, name)| name == "bind"),
            _ => false,
        }
    }

    /// The third argument's word on capturing; `None`: it cannot be read.
    fn captures(&self, call: V) -> Option<bool> {
        let Some(options) = self.arg(call, 2) else { return Some(false) };
        match self.value(options) {
            Value::Lit(Lit::Bool(capture)) => Some(*capture),
            Value::Object(props) if props.iter().all(|prop| prop.key.is_some()) => {
                let Some(prop) = props.iter().find(|prop| prop.key.as_deref() == Some("capture")) else {
                    return Some(false);
                };
                match self.value(V { unit: options.unit, id: prop.value }) {
                    Value::Lit(Lit::Bool(capture)) => Some(*capture),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The expressions that are meant to end a resource, and leave it where it is: in a teardown, or for others.
    pub(crate) fn vain_removals(&self, resource: &Resource<'doc>) -> Vec<(V, Mismatch)> {
        let given_away = self.given_away(resource);
        if !given_away.is_empty() || !matches!(self.fate(resource), Fate::Leaks(_)) {
            return given_away;
        }
        match resource.kind.release.unlisten {
            Some(_) => self.vain_unlistens(resource),
            None => self.vain_uses(resource),
        }
    }

    fn vain_unlistens(&self, resource: &Resource<'doc>) -> Vec<(V, Mismatch)> {
        let release = &resource.kind.release;
        let mut found = Vec::new();
        let units = release.unlisteners().flat_map(|method| self.units_that_end(resource.site.unit, method));
        let mut units: Vec<UnitId> = units.collect();
        units.sort_unstable();
        units.dedup();
        for unit in units {
            for call in self.calls_in(unit) {
                let Some((object, name)) = self.method(call) else { continue };
                let removes =
                    self.catalog().enders().contains(name.as_str()) && release.unlisteners().any(|known| known == name);
                let is_known = self.arg(call, 0).is_some_and(|event| self.text_of(event).is_some());
                if !removes || !is_known || !self.is_same_object(object, resource.site) {
                    continue;
                }
                let mismatch = match self.is_same_event(call, resource.site) {
                    true => self.mismatch(call, resource.site),
                    false => self.names_other_event(call, resource.site).then_some(Mismatch::Event),
                };
                if let Some(mismatch) = mismatch.filter(|_| self.is_teardown(self.func_of(call))) {
                    found.push((call, mismatch));
                }
            }
        }
        found
    }

    /// Whether a removal of a listener's own named function is for an event for which that function was never added.
    fn names_other_event(&self, removal: V, listener: V) -> bool {
        let function = |call: V| self.arg(call, 1).and_then(|function| self.binding_of(function));
        let Some(named) = function(removal).filter(|_| function(removal) == function(listener)) else { return false };
        let method = self.method(listener).map(|(_, name)| name);
        !self.calls_in(listener.unit).any(|call| {
            let adds = self.method(call).map(|(_, name)| name) == method && function(call) == Some(named);
            adds && self.is_same_event(removal, call)
        })
    }

    /// Handles that a teardown gives to the wrong function, and releases that it names and does not call.
    fn vain_uses(&self, resource: &Resource<'doc>) -> Vec<(V, Mismatch)> {
        let mut found = Vec::new();
        for event in &resource.trace.events {
            match *event {
                Event::Argument { call, .. }
                    if self.is_vain_argument(call, resource) && self.is_teardown(self.func_of(call)) =>
                {
                    found.push((call, Mismatch::Handle));
                }
                Event::Read { member, name } => {
                    let is_release = resource.kind.release.methods.iter().any(|known| known == name);
                    if is_release && self.is_uncalled(member) {
                        found.push((member, Mismatch::Uncalled));
                    } else if is_release && self.loses_handle(member, resource) {
                        found.push((member, Mismatch::Unbound));
                    }
                }
                _ => {}
            }
        }
        if resource.kind.release.call {
            let reads = resource.trace.names.iter().flat_map(|&name| self.reads_of(name));
            found.extend(reads.filter(|&read| self.is_uncalled(read)).map(|read| (read, Mismatch::Uncalled)));
        }
        found
    }

    /// `off(query, "value", unsubscribe)`: to call what subscribing returned would end it, to name it as a listener ends
    /// nothing.
    pub(super) fn is_vain_argument(&self, call: V, resource: &Resource<'_>) -> bool {
        resource.kind.release.call && self.calls_imported_release(call, resource)
    }

    /// Whether an expression in a teardown is all that becomes of a value: `() => unsubscribe`, `unsubscribe;`.
    pub(super) fn is_uncalled(&self, v: V) -> bool {
        let func = self.func_of(v);
        let is_dropped = self.uses(v).iter().all(|used| matches!(used, Use::Returned(of) if *of == func.id));
        let is_statement = !self.uses(v).is_empty()
            || self.statement_span(v).is_some_and(|statement| statement.start == self.span(v).start);
        is_dropped && is_statement && self.is_teardown(func)
    }

    /// The releases that others get as a property of another object, whose calls are then of that object:
    /// `{ close: source.close }`. Whether anything else ends it does not matter.
    fn given_away(&self, resource: &Resource<'doc>) -> Vec<(V, Mismatch)> {
        if !resource.kind.release.needs_handle {
            return Vec::new();
        }
        let given = |event: &Event<'doc>| {
            let Event::Read { member, name } = *event else { return None };
            let is_release = resource.kind.release.methods.iter().any(|known| known == name);
            let is_property = self.uses(member).iter().any(|used| match *used {
                Use::Prop(object, _) => {
                    let object = V { unit: member.unit, id: object };
                    self.uses(object).iter().any(|used| matches!(used, Use::Returned(_)))
                }
                _ => false,
            });
            (is_release && is_property).then_some((member, Mismatch::Unbound))
        };
        resource.trace.events.iter().filter_map(given).collect()
    }

    /// Whether a method that needs its handle is all that a teardown is given: `return source.close`.
    pub(super) fn loses_handle(&self, member: V, resource: &Resource<'doc>) -> bool {
        let is_given = |used: &Use| match *used {
            Use::Returned(func) => {
                let f = F { unit: member.unit, id: func };
                self.effect_of_callback(f).is_some() && !self.func(f).is_async
            }
            Use::Arg(call, _) => self.registers_teardown(V { unit: member.unit, id: call }),
            _ => false,
        };
        resource.kind.release.needs_handle && self.uses(member).iter().any(is_given)
    }

    /// Whether a function runs where an owner ends.
    pub(super) fn is_teardown(&self, func: F) -> bool {
        self.runs(func).iter().any(|run| matches!(run, Run::Teardown(_)))
    }

    /// Whether a removal is called on what the listener was added to, as far as names tell.
    fn is_same_object(&self, object: V, listener: V) -> bool {
        let Some((added_to, _)) = self.method(listener) else { return false };
        match (self.binding_of(object), self.binding_of(added_to)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.api(object) == self.api(added_to),
            _ => false,
        }
    }
}
