//! Queues of what waits for a connection.

use super::lists::List;
use super::offline::is_passing_word;
use super::runs::Run;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

impl View<'_> {
    /// What is put into a list without a limit while a connection is down: the call or assignment, and the list.
    pub(crate) fn endless_queues(&self, unit: UnitId) -> Vec<(V, V)> {
        let puts = self.values_of(unit).filter_map(|v| Some((v, self.list_put_into(v)?)));
        let is_kept = |list: V| !self.is_of_one_run(List::Place(list));
        puts.filter(|&(put, list)| self.is_while_down(put) && is_kept(list) && !self.is_limited(put, list)).collect()
    }

    /// What people write is put into memory while a connection is down, in a script that keeps nothing beyond the page: the
    /// call or assignment, and the list or map.
    pub(crate) fn volatile_queues(&self, unit: UnitId) -> Vec<(V, V)> {
        let puts =
            self.values_of(unit).filter_map(|v| Some((v, self.list_put_into(v).or_else(|| self.map_put_into(v))?)));
        let is_wanted = |&(put, list): &(V, V)| {
            let name = self.list_name(list).to_ascii_lowercase();
            let is_passing = self.is_passing(put) || is_passing_word(&name);
            let is_kept = !self.is_of_one_run(List::Place(list));
            self.is_while_down(put) && is_kept && !is_passing && !self.is_beside_broker(put)
        };
        let found: Vec<(V, V)> = puts.filter(is_wanted).collect();
        if found.is_empty() || self.is_of_server() || self.speaks_of(unit, Subject::Storage) {
            return Vec::new();
        }
        found
    }

    /// Whether a function looks at the state of a broker's client, which devices use, and not people.
    fn is_beside_broker(&self, v: V) -> bool {
        let guards = self.func(self.func_of(v)).blocks.iter().flat_map(|block| &block.guards);
        guards.into_iter().any(|guard| {
            let asked = self.asks_if_up(V { unit: v.unit, id: guard.condition });
            let object = asked.and_then(|asked| asked.object);
            object.is_some_and(|object| self.is_handle_of(object, &["mqtt".to_owned()]))
        })
    }

    /// The map or set that a call adds to.
    fn map_put_into(&self, v: V) -> Option<V> {
        let (object, name) = self.method(v)?;
        let is_made_here = || {
            let stores = self.binding_of(object).map(|binding| self.stores_of(binding)).unwrap_or_default();
            let is_map = |v: V| {
                let api = self.callee_api(v).filter(|_| self.call(v).is_some_and(|call| call.is_new));
                api.is_some_and(|api| api.name().is_some_and(|name| name == "Map" || name == "Set"))
            };
            stores.into_iter().any(|store| is_map(store) || self.arg(store, 0).is_some_and(is_map))
        };
        (matches!(name.as_str(), "set" | "add") && is_made_here()).then_some(object)
    }

    /// The list that `list.push(x)` or `list = [...list, x]` adds to.
    fn list_put_into(&self, v: V) -> Option<V> {
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Call(call) => {
                let (object, name) = self.method(v)?;
                (matches!(name.as_str(), "push" | "unshift") && call.args.len() == 1).then_some(object)
            }
            Value::Assign { target, value, .. } => {
                let Value::Array(elements) = self.value(here(*value)) else { return None };
                elements.iter().find_map(|&element| match self.value(here(element)) {
                    Value::Spread(inner) => {
                        let kept = here(*inner);
                        (self.are_one_place(kept, here(*target)) || self.is_stored_to(here(*value), kept))
                            .then_some(kept)
                    }
                    _ => None,
                })
            }
            _ => None,
        }
        .filter(|&list| self.holds_array(list))
    }

    /// Whether a value is assigned to the variable that an expression names.
    pub(super) fn is_stored_to(&self, value: V, named: V) -> bool {
        let facts = self.facts(value.unit);
        match self.value(named) {
            Value::Local(id) => facts.binding(*id).stores.contains(&value.id),
            Value::Free(name) => facts.free_stores.get(name).is_some_and(|stores| stores.contains(&value.id)),
            _ => false,
        }
    }

    /// Whether some value of a variable, field or reference is an array that the document writes.
    pub(super) fn holds_array(&self, list: V) -> bool {
        self.is_collection(list)
            || match self.value(list) {
                Value::Member { object, name } if matches!(name.as_str(), "value" | "current") => {
                    let made = self.origin(V { unit: list.unit, id: *object });
                    let first = made.and_then(|made| self.arg(made, 0));
                    first.is_some_and(|first| matches!(self.value(first), Value::Array(_)))
                }
                _ => {
                    let stores = self.binding_of(list).map(|binding| self.stores_of(binding)).unwrap_or_default();
                    let is_array = |v: V| matches!(self.value(v), Value::Array(_));
                    stores.into_iter().any(|store| is_array(store) || self.arg(store, 0).is_some_and(is_array))
                }
            }
    }

    /// Whether an expression is evaluated where a look at a connection found it down.
    fn is_while_down(&self, v: V) -> bool {
        let here = |guard: &Guard| V { unit: v.unit, id: guard.condition };
        let says = |guard: &Guard, up: bool| {
            self.asks_if_up(here(guard)).is_some_and(|asked| (asked.when == guard.holds) == up)
        };
        let func = self.func(self.func_of(v));
        let leaves = |block: &Block| block.ops.iter().any(|op| matches!(op, Op::Return(_)));
        self.guards(v).iter().any(|guard| says(guard, false))
            || func
                .blocks
                .iter()
                .any(|block| leaves(block) && block.guards.last().is_some_and(|guard| says(guard, true)))
    }

    /// Whether something else looks at a list where it is added to, or empties it when the connection is lost.
    fn is_limited(&self, put: V, list: V) -> bool {
        let own = self.span(put);
        let looks = |func: F| {
            let facts = self.facts(func.unit);
            facts.values.iter().enumerate().any(|(index, data)| {
                let v = V { unit: func.unit, id: ValueId(index as u32) };
                let is_other = func.unit != put.unit || !own.contains(data.span);
                is_other && data.func == func.id && self.are_one_place(v, list)
            })
        };
        let run = self.run_of(self.func_of(put));
        run.into_iter().any(looks) || self.functions_on_loss(list).into_iter().any(looks)
    }

    /// The functions of a list's unit that run when a connection is lost.
    fn functions_on_loss(&self, list: V) -> Vec<F> {
        let all = self.funcs_of(list.unit);
        let is_lost = |run: &Run| match run {
            Run::Handler(at) => matches!(self.event_of(*at).as_str(), "close" | "disconnect" | "error" | "offline"),
            _ => false,
        };
        all.filter(|&func| func.id != TOP && self.runs(func).iter().any(is_lost)).collect()
    }

    /// What a list is called: `queue` of `this.queue`, `queue.value`, `queueRef.current`.
    pub(crate) fn list_name(&self, list: V) -> Name {
        match self.value(list) {
            Value::Member { object, name } if matches!(name.as_str(), "value" | "current") => {
                self.list_name(V { unit: list.unit, id: *object })
            }
            Value::Member { name, .. } | Value::Free(name) => name.clone(),
            _ => self.binding_of(list).map(|binding| self.name(binding).clone()).unwrap_or_default(),
        }
    }
}
