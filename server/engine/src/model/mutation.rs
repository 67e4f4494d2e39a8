//! State of React that handlers change in place.

use super::handling::Handling;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// Methods that change their object.
const CHANGING: &[&str] = &[
    "push",
    "unshift",
    "splice",
    "pop",
    "shift",
    "sort",
    "reverse",
    "fill",
    "copyWithin",
    "set",
    "add",
    "delete",
    "clear",
];

impl View<'_> {
    /// The states that a handler changes in place and sets again: the name that is set, and the change.
    pub(crate) fn states_changed_in_place(&self, handling: &Handling) -> Vec<(V, V)> {
        let mut found = Vec::new();
        for func in self.run_of(handling.func) {
            for call in self.calls_of(func) {
                let Some(state) = self.setter_of(self.callee(call)) else { continue };
                let Some(new) = self.arg(call, 0) else { continue };
                found.extend(self.set_again(state, new, func));
                for updater in self.functions(new).0 {
                    found.extend(self.given_back(updater));
                }
            }
        }
        found
    }

    /// `messages.push(message); setMessages(messages)`.
    fn set_again(&self, state: V, new: V, func: F) -> Option<(V, V)> {
        if self.state_of(new) != Some(state) {
            return None;
        }
        let is_state = |v: V| self.state_of(v) == Some(state);
        self.change_in(func, is_state).filter(|&change| self.comes_before(change, new)).map(|change| (new, change))
    }

    /// `(old) => { old.push(message); return old; }`.
    fn given_back(&self, updater: F) -> Option<(V, V)> {
        let &first = self.func(updater).params.first()?;
        let param = V { unit: updater.unit, id: first };
        let is_old = |v: V| self.origin(v) == Some(param);
        let change = self.change_in(updater, is_old)?;
        let returns = self.func(updater).returns.iter().map(|&id| V { unit: updater.unit, id });
        returns.into_iter().find(|&returned| is_old(returned)).map(|returned| (returned, change))
    }

    /// The call or assignment of a function that changes such an object.
    fn change_in(&self, func: F, is_it: impl Fn(V) -> bool) -> Option<V> {
        self.operations_of(func).find_map(|(v, value)| {
            let here = |id: ValueId| V { unit: v.unit, id };
            let changed = match value {
                Value::Call(_) => {
                    let (object, name) = self.method(v)?;
                    CHANGING.contains(&name.as_str()).then_some(object)?
                }
                Value::Assign { target, .. } => match self.value(here(*target)) {
                    Value::Member { object, .. } | Value::Index { object, .. } => here(*object),
                    _ => return None,
                },
                _ => return None,
            };
            is_it(changed).then_some(v)
        })
    }

    /// What a state that is changed in place holds: `array`, `object`, `Map` or `Set`.
    pub(crate) fn container_of(&self, same: V, change: V) -> Option<&'static str> {
        let first = self.state_of(same).and_then(|state| self.arg(state, 0)).and_then(|first| self.origin(first));
        if let Some(first) = first {
            match self.value(first) {
                Value::Array(_) => return Some("array"),
                Value::Object(_) => return Some("object"),
                Value::Call(call) if call.is_new => {
                    let name = self.callee_api(first)?.name()?.clone();
                    return ["Map", "Set"].into_iter().find(|known| name == *known);
                }
                _ => {}
            }
        }
        let (_, name) = self.method(change)?;
        match name.as_str() {
            "set" => Some("Map"),
            "add" => Some("Set"),
            "delete" | "clear" => None,
            _ => Some("array"),
        }
    }
}
