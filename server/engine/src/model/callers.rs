//! Who calls a function, and what becomes of its result.

use super::trace::{Event, Question};
use super::view::{F, V, View};
use crate::lower::ir::*;

/// Who calls a function.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    /// Calls whose value is what the function returns.
    pub(super) calls: Vec<V>,
    /// Calls whose value holds it as an element: `ids.map(f)`.
    pub(super) mapped: Vec<V>,
    /// State calls whose initial value it makes.
    pub(super) states: Vec<V>,
    /// Others may call it, or what they do with the result is theirs.
    pub(super) open: bool,
}

impl View<'_> {
    /// The calls of a function whose results can be followed.
    pub(super) fn callers(&self, func: F) -> Callers {
        let mut callers = Callers::default();
        let Some(value) = self.func(func).value else {
            self.method_callers(func, &mut callers);
            return callers;
        };
        let value = V { unit: func.unit, id: value };
        let question = (Question::Callers, value);
        if self.asking.borrow().contains(&question) || self.asking.borrow().len() > 24 {
            callers.open = true;
            return callers;
        }
        self.asking.borrow_mut().push(question);
        let trace = self.trace(value, &[], &[]);
        self.asking.borrow_mut().pop();
        callers.open |= trace.incomplete;
        for event in trace.events {
            self.add_caller(event, &mut callers);
        }
        callers
    }

    fn add_caller(&self, event: Event<'_>, callers: &mut Callers) {
        match event {
            Event::Called { call } => callers.calls.push(call),
            Event::Argument { call, .. } => {
                let method = self.method(call).map(|(_, name)| name.as_str());
                if matches!(method, Some("map" | "flatMap")) {
                    callers.mapped.push(call);
                } else if self.is_memo(call) || matches!(method, Some("then")) {
                    callers.calls.push(call);
                } else if self.is_state_call(call) {
                    callers.states.push(call);
                } else {
                    callers.open = true;
                }
            }
            Event::Method { name, call, .. } => {
                if matches!(name.as_str(), "call" | "apply") {
                    callers.calls.push(call);
                }
            }
            Event::Read { .. } | Event::Stored { .. } => {}
            Event::Put { .. } | Event::Returned { .. } | Event::Escaped { .. } => callers.open = true,
        }
    }

    fn method_callers(&self, func: F, callers: &mut Callers) {
        let Some(ClassRole::Method { name, is_private, .. }) = &self.facts(func.unit).class else {
            callers.open = true;
            return;
        };
        callers.open = !is_private;
        for member in self.this_members(func.unit, name) {
            for used in self.uses(member) {
                match *used {
                    Use::Callee(call) => callers.calls.push(V { unit: member.unit, id: call }),
                    _ => callers.open = true,
                }
            }
        }
    }
}
