//! How a delay grows, and what happens after an intended close.

use super::reopen::{Reopen, Reopening};
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{V, View};
use crate::lower::ir::*;

/// How a delay changes from one attempt to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Growth {
    pub(crate) grows: bool,
    pub(crate) capped: bool,
    /// Something in it is random, or comes from where nobody sees.
    pub(crate) is_random: bool,
}

impl<'doc> View<'doc> {
    /// The delay of a timer, and how it grows.
    pub(crate) fn growth(&self, timer: V) -> Option<(V, Growth)> {
        let delay = self.arg(timer, 1)?;
        let mut growth = Growth::default();
        self.grow(delay, 0, &mut growth);
        Some((delay, growth))
    }

    fn grow(&self, v: V, depth: u32, growth: &mut Growth) {
        if depth > 6 || !self.spend() {
            growth.capped = true;
            return;
        }
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Lit(_) => {}
            Value::Binary { op, left, right } => {
                growth.grows |= matches!(op.as_str(), "**" | "<<") && self.number_of(v).is_none();
                growth.grows |= op == "*" && [*left, *right].into_iter().any(|id| self.is_counter(here(id)));
                growth.capped |= op == "%";
                self.grow(here(*left), depth + 1, growth);
                self.grow(here(*right), depth + 1, growth);
            }
            Value::Assign { target, value, op } => {
                let own = self.names_in(here(*value)).iter().any(|&name| Some(name) == self.binding_of(here(*target)));
                growth.grows |= matches!(op.as_str(), "*=" | "**=" | "<<=") || (op == "=" && own);
                self.grow(here(*value), depth + 1, growth);
            }
            Value::Call(call) => {
                let api = self.callee_api(v);
                let path: Vec<&str> = api.iter().flat_map(|api| api.path.iter().map(|name| name.as_str())).collect();
                match path.as_slice() {
                    ["Math", "pow"] => growth.grows = true,
                    ["Math", "min"] => growth.capped = true,
                    ["Math", "random"] => growth.is_random = true,
                    ["Math", _] => {}
                    // What a function makes of it is its own affair.
                    _ => (growth.capped, growth.is_random) = (true, true),
                }
                call.args.iter().for_each(|&argument| self.grow(here(argument), depth + 1, growth));
            }
            // An element of a list, which has an end.
            Value::Index { .. } => growth.capped = true,
            Value::Local(_) | Value::Free(_) | Value::Member { .. } => {
                for store in self.stores_behind(v) {
                    let doubles = matches!(self.value(store), Value::Binary { op, .. } if op == "*")
                        && self.binding_of(v).is_some_and(|name| self.names_in(store).contains(&name));
                    growth.grows |= doubles;
                    self.grow(store, depth + 1, growth);
                }
            }
            Value::OneOf(values) => {
                // One alternative may be the limit: `delay > MAX ? MAX : delay`.
                growth.capped = true;
                values.iter().for_each(|&id| self.grow(here(id), depth + 1, growth));
            }
            Value::Unary { operand, .. } => self.grow(here(*operand), depth + 1, growth),
            _ => growth.capped = true,
        }
    }

    /// What a name or member holds, one step back.
    fn stores_behind(&self, v: V) -> Vec<V> {
        match self.binding_of(v) {
            Some(binding) => self.stores_of(binding),
            None => self.origins(v).into_iter().filter(|&origin| origin != v).collect(),
        }
    }

    /// Whether a value counts attempts: some assignment adds to it.
    fn is_counter(&self, v: V) -> bool {
        let stores = self.stores_behind(v);
        stores.iter().any(|&store| match self.value(store) {
            Value::Assign { op, .. } => matches!(op.as_str(), "++" | "+=" | "*="),
            _ => false,
        })
    }

    /// How the drop that an intended close causes opens the resource again: the reopening, and the close.
    pub(crate) fn zombie(&self, resource: &Resource<'doc>) -> Option<(Reopen, V)> {
        let Reopening::OnDrop(reopen) = self.reopening(resource) else { return None };
        if reopen.guarded || !resource.kind.close_drops {
            return None;
        }
        let closes = resource.trace.events.iter().filter_map(|event| match event {
            Event::Method { call, name, .. } if resource.kind.release.methods.iter().any(|known| known == *name) => {
                Some(*call)
            }
            _ => None,
        });
        let close = closes.into_iter().find(|&close| {
            let runs = self.runs(self.func_of(close));
            runs.iter().any(|run| matches!(run, Run::Teardown(_)))
        })?;
        (!self.is_detached(resource)).then_some((reopen.clone(), close))
    }

    /// The property that holds the handler of a drop: `onclose`.
    pub(crate) fn drop_property(&self, resource: &Resource<'doc>) -> Option<&'doc Name> {
        let drops = &resource.kind.events.drop;
        let mut held = resource.trace.events.iter().filter_map(|event| match event {
            Event::Stored { name, .. } => {
                let event = name.strip_prefix("on")?;
                drops.iter().any(|drop| drop == event).then_some(*name)
            }
            _ => None,
        });
        let first = held.next()?;
        held.next().is_none().then_some(first)
    }

    /// Whether a handler is taken off somewhere: `socket.onclose = null`, `removeEventListener`, `off`.
    fn is_detached(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.events.iter().any(|event| match event {
            Event::Stored { name, stored, .. } => name.starts_with("on") && self.functions(*stored).0.is_empty(),
            Event::Method { name, .. } => {
                matches!(name.as_str(), "removeEventListener" | "off" | "removeListener" | "removeAllListeners")
            }
            Event::Argument { .. } | Event::Escaped { .. } => false,
            _ => false,
        })
    }
}
