//! Lists that handlers add to: states, references, fields, arrays of a module.

use smallvec::SmallVec;

use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// Where a list is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    /// A state of React: the call that gives it.
    State(V),
    /// A name, a field or the value of a reference: an expression for it.
    Place(V),
}

/// A step that adds to a list.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    /// The call or assignment.
    pub(crate) at: V,
    /// The longer list, or the call that makes it longer.
    pub(crate) longer: V,
    pub(crate) list: List,
    /// The longer list is cut at once.
    pub(crate) is_cut: bool,
    /// It is what a function of another place makes of the longer list.
    pub(crate) goes_through: bool,
}

/// Words in the names of lists of those who take part, or of the parts of one answer: there are never many.
const FEW: [&str; 12] = [
    "user",
    "player",
    "peer",
    "member",
    "guest",
    "participant",
    "client",
    "toast",
    "alert",
    "step",
    "response",
    "answer",
];

/// Methods that take something out.
const REMOVES: [&str; 6] = ["shift", "pop", "splice", "clear", "delete", "reset"];

/// Methods that cut a list.
const CUTS: [&str; 3] = ["slice", "splice", "filter"];

/// Methods that look whether something is there, or make one entry of several.
const LOOKS: [&str; 17] = [
    "some",
    "find",
    "findIndex",
    "findLast",
    "filter",
    "has",
    "includes",
    "every",
    "indexOf",
    "get",
    "set",
    "reduce",
    "map",
    "uniqBy",
    "unionBy",
    "uniq",
    "keyBy",
];

impl View<'_> {
    /// The steps by which a function, or a function that it gives as the next state, adds to lists.
    pub(crate) fn growths_in(&self, func: F) -> Vec<Growth> {
        self.operations_of(func).filter_map(|(at, value)| self.growth_at(at, value)).collect()
    }

    fn growth_at(&self, at: V, value: &Value) -> Option<Growth> {
        let here = |id: ValueId| V { unit: at.unit, id };
        match value {
            Value::Call(call) => {
                if let Some(state) = self.setter_of(self.callee(at)) {
                    return self.growth_of_next(at, self.arg(at, 0)?, List::State(state));
                }
                let (object, name) = self.method(at)?;
                match name.as_str() {
                    "push" | "unshift" if call.args.len() == 1 && self.holds_array(object) => {
                        let is_one = !matches!(self.value(here(*call.args.first()?)), Value::Spread(_));
                        let list = List::Place(object);
                        is_one.then_some(Growth { at, longer: at, list, is_cut: false, goes_through: false })
                    }
                    "update" => self.growth_of_next(at, self.arg(at, 0)?, List::Place(object)),
                    _ => None,
                }
            }
            Value::Assign { target, value, op } if op == "=" => {
                let (target, value) = (here(*target), here(*value));
                let is_old = |v: V| self.are_one_place(v, target) || self.is_stored_to(value, v);
                let (longer, old, is_cut, goes_through) = self.longer(value, &is_old, 0)?;
                Some(Growth { at, longer, list: List::Place(old), is_cut, goes_through })
            }
            _ => None,
        }
    }

    /// `setRows((rows) => [...rows, row])`, `setRows([...rows, row])`, `rows.update((rows) => [...rows, row])`.
    fn growth_of_next(&self, at: V, next: V, list: List) -> Option<Growth> {
        let growth =
            |(longer, _, is_cut, goes_through): (V, V, bool, bool)| Growth { at, longer, list, is_cut, goes_through };
        let functions = self.functions(next).0;
        if functions.is_empty() {
            let is_old = |v: V| match list {
                List::State(state) => self.state_of(v) == Some(state),
                List::Place(place) => self.are_one_place(v, place),
            };
            return self.longer(next, &is_old, 0).map(growth);
        }
        functions.into_iter().find_map(|updater| {
            let param = V { unit: updater.unit, id: *self.func(updater).params.first()? };
            let is_old = |v: V| self.origin(v) == Some(param);
            let mut returns = self.func(updater).returns.iter().map(|&id| V { unit: updater.unit, id });
            returns.find_map(|returned| self.longer(returned, &is_old, 0)).map(growth)
        })
    }

    /// The part of an expression that is a longer list, the old list, and whether the whole cuts it or gives it to a
    /// function.
    fn longer(&self, v: V, is_old: &dyn Fn(V) -> bool, depth: u32) -> Option<(V, V, bool, bool)> {
        if depth > 4 {
            return None;
        }
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Array(elements) => {
                let old = elements.iter().find_map(|&element| match self.value(here(element)) {
                    Value::Spread(inner) if is_old(here(*inner)) => Some((here(*inner), false)),
                    // `[...rows.slice(-99), row]`, `[...rows.filter(…), row]`
                    Value::Spread(inner) => {
                        let (object, name) = self.method(here(*inner))?;
                        (CUTS.contains(&name.as_str()) && is_old(object)).then_some((object, true))
                    }
                    _ => None,
                })?;
                let is_item = |&&element: &&ValueId| !matches!(self.value(here(element)), Value::Spread(_));
                elements.iter().find(is_item)?;
                Some((v, old.0, old.1, false))
            }
            Value::Call(call) => match self.method(v) {
                Some((object, name)) if name == "concat" && is_old(object) => Some((v, object, false, false)),
                Some((object, name)) if CUTS.contains(&name.as_str()) => {
                    self.longer(object, is_old, depth + 1).map(|found| (found.0, found.1, true, found.3))
                }
                _ => {
                    let mut args = call.args.iter().map(|&id| here(id));
                    args.find_map(|argument| self.longer(argument, is_old, depth + 1))
                        .map(|found| (found.0, found.1, found.2, true))
                }
            },
            Value::OneOf(branches) => branches.iter().find_map(|&branch| self.longer(here(branch), is_old, depth + 1)),
            _ => None,
        }
    }

    /// What a list is called.
    pub(crate) fn name_of_list(&self, list: List) -> Name {
        match list {
            List::Place(place) => self.list_name(place),
            List::State(state) => {
                let values = self.state_values(state).into_iter();
                let bound = values.flat_map(|value| self.uses(value).iter().map(move |used| (value.unit, used)));
                let name = bound.filter_map(|(unit, used)| match used {
                    Use::Bound(id) => Some(self.name(B { unit, id: *id }).clone()),
                    _ => None,
                });
                name.into_iter().next().unwrap_or_default()
            }
        }
    }

    /// Whether a list is one of a few by its name.
    pub(crate) fn is_of_few(&self, list: List) -> bool {
        let name = self.name_of_list(list).to_ascii_lowercase();
        FEW.iter().any(|word| name.contains(word))
    }

    /// Whether a list lives no longer than one run of a function.
    pub(crate) fn is_of_one_run(&self, list: List) -> bool {
        let List::Place(place) = list else { return false };
        let Some(binding) = self.binding_of(self.root_of(place)) else { return false };
        let stores = self.stores_of(binding);
        let is_kept = stores.iter().any(|&store| {
            self.hook(store).is_some()
                || !self.func(self.func_of(store)).is_async && self.is_set_up_once(self.func_of(store))
        });
        !self.binding(binding).top && !is_kept
    }

    /// `rows` of `rows.value` and `rowsRef.current`.
    fn root_of(&self, place: V) -> V {
        match self.value(place) {
            Value::Member { object, name } if matches!(name.as_str(), "value" | "current") => {
                V { unit: place.unit, id: *object }
            }
            _ => place,
        }
    }

    /// The values that a list is set to as a whole, but for those that only add to it and the one that it starts with; and
    /// whether something takes entries out.
    pub(crate) fn other_writes(&self, list: List) -> (Vec<V>, bool) {
        match list {
            List::State(state) => self.writes_of_state(state),
            List::Place(place) => self.writes_of_place(place),
        }
    }

    fn writes_of_state(&self, state: V) -> (Vec<V>, bool) {
        let setters = self.uses(state).iter().filter_map(|used| match used {
            Use::Object(part) => Some(V { unit: state.unit, id: *part }),
            _ => None,
        });
        let setters = setters.filter(|&part| self.setter_of(part).is_some());
        let names: Vec<B> = setters
            .flat_map(|part| {
                self.uses(part).iter().filter_map(move |used| match used {
                    Use::Bound(id) => Some(B { unit: part.unit, id: *id }),
                    _ => None,
                })
            })
            .collect();
        let (mut writes, mut takes_out) = (Vec::new(), false);
        for read in names.into_iter().flat_map(|name| self.reads_of(name)) {
            for used in self.uses(read) {
                match *used {
                    Use::Callee(call) => {
                        let call = V { unit: read.unit, id: call };
                        let Some(next) = self.arg(call, 0) else { continue };
                        if self.growth_of_next(call, next, List::State(state)).is_none() {
                            writes.push(next);
                        }
                    }
                    // A dependency, which only names it.
                    Use::Element(_) => {}
                    _ => takes_out = true,
                }
            }
        }
        (writes, takes_out)
    }

    fn writes_of_place(&self, place: V) -> (Vec<V>, bool) {
        let root = self.root_of(place);
        let is_reference = root != place;
        let mut reads: SmallVec<[V; 8]> = SmallVec::new();
        let (mut writes, mut takes_out) = (Vec::new(), false);
        match (self.binding_of(root), self.value(root)) {
            (Some(binding), _) => {
                // Another module may cut what it is given.
                let exports = &self.facts(binding.unit).exports;
                if exports
                    .iter()
                    .any(|export| matches!(&export.from, ExportFrom::Name(name) if *name == self.binding(binding).name))
                {
                    return (writes, true);
                }
                reads.extend(self.reads_of(binding));
                let stores = self.stores_of(binding).into_iter();
                let is_old = |v: V| self.are_one_place(v, root);
                let is_initial =
                    |store: V| store.id == self.stores_of(binding).first().map_or(store.id, |first| first.id);
                let others = stores.filter(|&store| !is_initial(store) && !is_reference);
                writes.extend(others.filter(|&store| self.longer(store, &is_old, 0).is_none()));
            }
            (None, Value::Member { object, name }) => {
                // What other objects hold is not followed.
                if !matches!(self.value(V { unit: root.unit, id: *object }), Value::This) {
                    return (writes, true);
                }
                reads.extend(self.this_members(root.unit, name));
                writes.extend(self.values_assigned_to(&reads));
            }
            _ => return (writes, true),
        }
        if is_reference {
            let values: SmallVec<[V; 8]> = reads.iter().flat_map(|&read| self.members_of(read)).collect();
            writes.extend(self.values_assigned_to(&values));
            reads = values;
        }
        for read in reads {
            for member in self.members_of(read) {
                let Value::Member { name, .. } = self.value(member) else { continue };
                for used in self.uses(member) {
                    match *used {
                        Use::Callee(call) if name == "set" => {
                            writes.extend(self.arg(V { unit: member.unit, id: call }, 0));
                        }
                        Use::Callee(_) => takes_out |= REMOVES.contains(&name.as_str()),
                        Use::Target(_) => takes_out |= name == "length",
                        _ => {}
                    }
                }
            }
        }
        (writes, takes_out)
    }

    /// The member expressions of which an expression is the object.
    fn members_of(&self, v: V) -> Vec<V> {
        let members = self.uses(v).iter().filter_map(|used| match used {
            Use::Object(member) => Some(V { unit: v.unit, id: *member }),
            _ => None,
        });
        members.collect()
    }

    /// What is assigned to some of these expressions, and does not only add.
    fn values_assigned_to(&self, places: &[V]) -> Vec<V> {
        let assigned = places.iter().flat_map(|&place| {
            self.uses(place).iter().filter_map(move |used| match used {
                Use::Target(assign) => Some((place, V { unit: place.unit, id: *assign })),
                _ => None,
            })
        });
        let values = assigned.filter_map(|(place, assign)| match self.value(assign) {
            Value::Assign { value, .. } => Some((place, V { unit: assign.unit, id: *value })),
            _ => None,
        });
        let is_other = |&(place, value): &(V, V)| {
            let is_old = |v: V| self.are_one_place(v, place);
            self.longer(value, &is_old, 0).is_none()
        };
        values.filter(is_other).map(|(_, value)| value).collect()
    }

    /// Whether a value is what a request gave: what was waited for, or what `then` is given.
    pub(crate) fn comes_from_request(&self, v: V, depth: u32) -> bool {
        if depth > 6 || !self.spend() {
            return false;
        }
        self.origins(v).into_iter().any(|origin| {
            let here = |id: ValueId| V { unit: origin.unit, id };
            match self.value(origin) {
                Value::Await(_) => true,
                Value::Member { object, .. } | Value::Index { object, .. } => {
                    self.comes_from_request(here(*object), depth + 1)
                }
                Value::OneOf(branches) => {
                    branches.iter().any(|&branch| self.comes_from_request(here(branch), depth + 1))
                }
                Value::Call(_) => self.method(origin).is_some_and(|(object, name)| {
                    let keeps = matches!(
                        name.as_str(),
                        "map" | "filter" | "reverse" | "slice" | "sort" | "toReversed" | "flat"
                    );
                    keeps && self.comes_from_request(object, depth + 1)
                }),
                Value::Array(elements) => elements.iter().any(|&element| match self.value(here(element)) {
                    Value::Spread(inner) => self.comes_from_request(here(*inner), depth + 1),
                    _ => false,
                }),
                Value::Param { func, index: 0 } => {
                    let holder = self.func(F { unit: origin.unit, id: *func }).value;
                    let uses = holder.map(|holder| self.uses(here(holder))).unwrap_or_default();
                    uses.iter().any(|used| match *used {
                        Use::Arg(call, 0) => self.method(here(call)).is_some_and(|(_, name)| name == "then"),
                        _ => false,
                    })
                }
                _ => false,
            }
        })
    }

    /// Whether a function, or one that it makes, looks whether something is there already.
    pub(crate) fn looks_for_entry(&self, func: F) -> bool {
        let facts = self.facts(func.unit);
        self.calls_within(func)
            .any(|call| self.callee_name(self.callee(call)).is_some_and(|name| LOOKS.contains(&name.as_str())))
            || facts.values.iter().any(|data| match &data.value {
                Value::Binary { op, left, right } if matches!(op.as_str(), "===" | "==" | "!==" | "!=" | "in") => {
                    let names_entry = |id: ValueId| match &facts.value(id).value {
                        Value::Member { name, .. } => is_id(name),
                        Value::Local(id) => is_id(&facts.binding(*id).name),
                        _ => false,
                    };
                    let is_inside = self.is_within(F { unit: func.unit, id: data.func }, func);
                    is_inside && (names_entry(*left) || names_entry(*right))
                }
                _ => false,
            })
    }
}

/// Whether a name tells one entry from others.
fn is_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["id", "key", "uuid"].iter().any(|end| name.ends_with(end))
}
