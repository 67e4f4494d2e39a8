//! What a library took away: events that another object raises since then.

use super::view::{UnitId, V, View};
use crate::catalog::{MovedEvents, catalog};
use crate::lower::ir::*;

/// A listener for an event that does not happen on its object any more.
pub(crate) struct MovedEvent {
    pub(crate) call: V,
    pub(crate) object: V,
    pub(crate) event: Name,
    /// The calls that take listeners for it off again, with their objects.
    pub(crate) removals: Vec<(V, V)>,
    pub(crate) moved: &'static MovedEvents,
}

impl View<'_> {
    /// The listeners of a unit for events that were moved to another object, whatever version is installed.
    pub(crate) fn moved_events(&self, unit: UnitId) -> Vec<MovedEvent> {
        let moved_event = |call: V| {
            let (object, name) = self.method(call)?;
            let mut moves = catalog().libraries.iter().flat_map(|library| &library.moved_events);
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
