//! What a library took away: methods, and events that another object raises since then.

use super::view::{UnitId, V, View};
use crate::catalog::{MovedEvents, RemovedCall};
use crate::lower::ir::*;

/// A listener for an event that does not happen on its object any more.
pub(crate) struct MovedEvent<'doc> {
    pub(crate) call: V,
    pub(crate) object: V,
    pub(crate) event: Name,
    /// The calls that take listeners for it off again, with their objects.
    pub(crate) removals: Vec<(V, V)>,
    pub(crate) moved: &'doc MovedEvents,
}

impl<'doc> View<'doc> {
    /// The calls of a unit that some version of their library took away, whatever version is installed.
    pub(crate) fn removed_calls(&self, unit: UnitId) -> Vec<(V, &'doc RemovedCall)> {
        let removed = |call: V| {
            let (object, name) = self.method(call)?;
            self.catalog().removed_calls(name).find_map(|(library, removed)| {
                let (last, before) = removed.methods.split_last()?;
                let client = self.called_on(object, last, before)?;
                self.is_client(client, library).then_some((call, removed))
            })
        };
        self.calls_in(unit).filter_map(removed).collect()
    }

    /// The `client` of `client.from(…)`, also behind further calls of the last method: `client.from(…).on(…)`.
    fn called_on(&self, object: V, last: &str, before: &[String]) -> Option<V> {
        let Some((method, before)) = before.split_last() else { return Some(object) };
        let mut object = object;
        loop {
            let (inner, name) = self.method(object)?;
            match name == method {
                true => return self.called_on(inner, method, before),
                false if name == last => object = inner,
                false => return None,
            }
        }
    }

    /// The listeners of a unit for events that were moved to another object, whatever version is installed.
    pub(crate) fn moved_events(&self, unit: UnitId) -> Vec<MovedEvent<'doc>> {
        let moved_event = |call: V| {
            let (object, name) = self.method(call)?;
            let mut moves = self.catalog().libraries().flat_map(|library| &library.moved_events);
            let moved = moves.find(|moved| moved.on.iter().any(|on| on == name))?;
            let event = self.arg(call, 0).and_then(|event| self.text_of(event))?;
            let is_moved = moved.events.iter().any(|known| *known == event) && self.is_handle_of(object, &moved.of);
            is_moved.then(|| MovedEvent { call, object, removals: self.removals(unit, moved, &event), event, moved })
        };
        self.calls_in(unit).filter_map(moved_event).collect()
    }

    fn removals(&self, unit: UnitId, moved: &MovedEvents, event: &Name) -> Vec<(V, V)> {
        let removal = |call: V| {
            let (object, name) = self.method(call)?;
            let is_of_event = self.arg(call, 0).and_then(|of| self.text_of(of)).is_some_and(|of| of == *event);
            let takes_off = moved.off.iter().any(|off| off == name) && is_of_event;
            (takes_off && self.is_handle_of(object, &moved.of)).then_some((call, object))
        };
        self.calls_in(unit).filter_map(removal).collect()
    }
}
