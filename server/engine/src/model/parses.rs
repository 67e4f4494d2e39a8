//! Messages that are parsed where a bad one is thrown to nobody.

use super::resource::Resource;
use super::view::{F, V, View};
use crate::lower::ir::*;

impl<'doc> View<'doc> {
    /// The `JSON.parse` calls on what a resource's message handlers are given, with no `try` around.
    pub(crate) fn unguarded_parses(&self, resource: &Resource<'doc>) -> Vec<V> {
        if resource.kind.catches {
            return Vec::new();
        }
        let handlers = self.handlers(resource).iter();
        let mut found = Vec::new();
        for handler in handlers.filter(|handler| resource.kind.events.is_message(&handler.event)) {
            self.parses_of_handler(handler.function, &mut found);
        }
        self.first_of(found)
    }

    /// Those that no other one comes before: what could be parsed once can be parsed twice.
    fn first_of(&self, found: Vec<V>) -> Vec<V> {
        let is_again = |&call: &V| {
            let data = |call: V| self.arg(call, 0);
            found.iter().any(|&other| {
                let same = data(other).zip(data(call)).is_some_and(|(one, other)| self.are_one_place(one, other));
                same && self.comes_after(other, call)
            })
        };
        found.iter().copied().filter(|call| !is_again(call)).collect()
    }

    /// Those in the message handlers of the connections that a server accepts.
    pub(crate) fn parses_of_accepted(&self, server: &Resource<'doc>) -> Vec<V> {
        let mut found = Vec::new();
        for handling in self.handlings_of_accepted(server).into_iter().filter(|handling| handling.is_message) {
            self.parses_of(handling.func, &self.params_of(handling.func), 0, &mut found);
        }
        found
    }

    /// Those in the functions that a handler may be.
    fn parses_of_handler(&self, handler: V, found: &mut Vec<V>) {
        for func in self.functions(handler).0 {
            self.parses_of(func, &self.params_of(func), 0, found);
        }
    }

    fn parses_of(&self, func: F, data: &[V], depth: u32, found: &mut Vec<V>) {
        for call in self.calls_within(func) {
            if self.is_caught(call) || self.is_behind_tried_flag(call) {
                continue;
            }
            let is_parse = self
                .callee_api(call)
                .is_some_and(|api| api.source.is_none() && api.path.as_slice() == ["JSON", "parse"]);
            if is_parse {
                let is_data = self.arg(call, 0).is_some_and(|argument| self.comes_from(argument, data, 0));
                if is_data && !found.contains(&call) {
                    found.push(call);
                }
            } else if depth < 2 {
                self.parses_of_callee(call, data, depth, found);
            }
        }
    }

    /// Whether a call stands behind a name that a `try` sets: it was parsed there before.
    fn is_behind_tried_flag(&self, call: V) -> bool {
        let tries = &self.facts(call.unit).tries;
        self.guards(call).iter().filter(|guard| guard.holds).any(|guard| {
            let flag = self.binding_of(V { unit: call.unit, id: guard.condition });
            flag.is_some_and(|flag| {
                let stores = self.stores_of(flag).into_iter().filter(|store| store.unit == call.unit);
                stores.into_iter().any(|store| tries.iter().any(|tried| tried.body.contains(self.span(store))))
            })
        })
    }

    /// In a function of the document that is given the data.
    fn parses_of_callee(&self, call: V, data: &[V], depth: u32, found: &mut Vec<V>) {
        let Some(args) = self.call(call).map(|data| &data.args) else { return };
        let given: Vec<usize> =
            (0..args.len()).filter(|&index| self.comes_from(V { unit: call.unit, id: args[index] }, data, 0)).collect();
        if given.is_empty() {
            return;
        }
        let is_settled = self.uses(call).iter().any(|used| match *used {
            Use::Object(id) => {
                matches!(self.value(V { unit: call.unit, id }), Value::Member { name, .. } if name == "catch")
            }
            _ => false,
        });
        // What an asynchronous function throws, the promise that it gave tells.
        let functions = self.functions(self.callee(call)).0.into_iter();
        for func in functions.filter(|&func| !(is_settled && self.func(func).is_async)) {
            let params = &self.func(func).params;
            let held: Vec<V> =
                given.iter().filter_map(|&index| params.get(index)).map(|&id| V { unit: func.unit, id }).collect();
            self.parses_of(func, &held, depth + 1, found);
        }
    }

    /// Whether a `try` that catches stands around an expression, or a promise catches what its function throws.
    pub(super) fn is_caught(&self, v: V) -> bool {
        let span = self.span(v);
        self.facts(v.unit).tries.iter().any(|tried| tried.body.contains(span))
    }

    /// Whether a value is one of these, a member of one, or what a method of one gives.
    fn comes_from(&self, v: V, data: &[V], depth: u32) -> bool {
        if depth > 6 || !self.spend() {
            return false;
        }
        self.origins(v).into_iter().any(|origin| {
            let here = |id: ValueId| V { unit: origin.unit, id };
            data.contains(&origin)
                || match self.value(origin) {
                    Value::Member { object, .. } | Value::Index { object, .. } => {
                        self.comes_from(here(*object), data, depth + 1)
                    }
                    // `data.toString()`, `String(data)`, `decoder.decode(data)`.
                    Value::Call(call) => {
                        let object = self.method(origin).map(|(object, _)| object);
                        object.is_some_and(|object| self.comes_from(object, data, depth + 1))
                            || call.args.iter().any(|&argument| self.comes_from(here(argument), data, depth + 1))
                    }
                    Value::Template(parts) => parts.iter().any(|part| match part {
                        Part::Value(value) => self.comes_from(here(*value), data, depth + 1),
                        Part::Text(_) => false,
                    }),
                    Value::Await(inner) => self.comes_from(here(*inner), data, depth + 1),
                    _ => false,
                }
        })
    }
}
