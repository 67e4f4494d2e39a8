//! Handlers that read the state of the render in which they subscribed.

use rustc_hash::FxHashSet;

use super::lifecycle::Effect;
use super::react::Deps;
use super::resource::Resource;
use super::runs::Run;
use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// A read of old state whose result is set or sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StaleRead {
    /// The read.
    pub(crate) read: V,
    /// The state's name.
    pub(crate) state: B,
    /// The `useState` call.
    pub(crate) state_call: V,
    /// The setter or send that the old value goes into.
    pub(crate) sink: V,
    /// The effect that subscribes.
    pub(crate) effect: Effect,
}

/// A function that the handler's runs lead to, and the state that its last making saw.
struct Reached {
    func: F,
    /// State that changes with one of these makes the function, or its subscription, anew.
    fresh: Vec<Deps>,
}

/// Methods that send by their names alone; what others mean depends on what they are called on.
const SENDS: [&str; 9] =
    ["send", "emit", "publish", "publishAsync", "postMessage", "track", "httpSend", "invoke", "stream"];

impl<'doc> View<'doc> {
    /// The stale reads in a resource's handlers, one for each handler and state.
    pub(crate) fn stale_reads(&self, resource: &Resource<'doc>) -> Vec<StaleRead> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        for handler in self.handlers(resource) {
            // That of a WebSocket comes once, soon after the effect ran.
            if resource.kind.opens_later && handler.event == "open" {
                continue;
            }
            // What an effect adds to a connection that another one opened is as fresh as the effect that adds it.
            let adding = self.func_of(handler.at);
            let is_elsewhere = handler.at.unit == resource.live.unit
                && self.enclosing(adding).find_map(|at| self.effect_of_callback(at)).is_some();
            let live = if is_elsewhere { adding } else { self.func_of(resource.live) };
            let Some((effect, root, fresh)) = self.subscribing(live) else { continue };
            for reached in self.reached_by(handler.function, root, &fresh) {
                self.stale_in(&reached, effect, &mut seen, &mut found);
            }
        }
        found
    }

    /// The effect that subscribes, the function whose making captured the state that handlers made in it see, and
    /// what keeps that state fresh. `None`: there is no such effect, or every render subscribes anew.
    fn subscribing(&self, live: F) -> Option<(Effect, F, Vec<Deps>)> {
        if let Some(effect) = self.enclosing(live).find_map(|at| self.effect_of_callback(at)) {
            let deps = self.deps(effect.call);
            return matches!(deps, Deps::List(_)).then(|| (effect, effect.callback, vec![deps]));
        }
        // A function of the component that the effect calls: what it saw is what the effect's render saw.
        let effect = self.runs(live).into_iter().find_map(|run| match run {
            Run::Effect(effect) => Some(effect),
            _ => None,
        })?;
        let component = self.func_of(effect.call);
        let root = self.enclosing(live).find(|&at| self.func(at).parent == Some(component.id))?;
        let deps = self.deps(effect.call);
        if !matches!(deps, Deps::List(_)) || root.unit != component.unit {
            return None;
        }
        let value = V { unit: root.unit, id: self.func(root).value? };
        let fresh = self.freshness_of_named(value, &[deps])?;
        Some((effect, root, fresh))
    }

    /// As [`Self::freshness`], of a function by the name that holds it.
    fn freshness_of_named(&self, function: V, outer: &[Deps]) -> Option<Vec<Deps>> {
        let mut holder = function;
        if let Some(&Use::Arg(call, 0)) = self.uses(function).first() {
            holder = V { unit: function.unit, id: call };
        }
        let name = self.uses(holder).iter().find_map(|used| match *used {
            Use::Bound(id) => Some(B { unit: holder.unit, id }),
            _ => None,
        })?;
        let read = self.reads_of(name).into_iter().next()?;
        self.freshness_outside(read, outer)
    }

    /// The functions that a handler runs: itself, and those of the component that it calls.
    fn reached_by(&self, handler: V, root: F, deps: &[Deps]) -> Vec<Reached> {
        let mut reached = Vec::new();
        let mut queue = vec![(handler, deps.to_vec())];
        let mut seen = FxHashSet::default();
        while let Some((value, outer)) = queue.pop() {
            for func in self.functions(value).0 {
                if !seen.insert(func) || reached.len() > 16 {
                    continue;
                }
                let Some(fresh) = self.freshness(value, func, root, &outer) else { continue };
                queue.extend(self.calls_within(func).map(|call| (self.callee(call), fresh.clone())));
                reached.push(Reached { func, fresh });
            }
        }
        reached
    }

    /// What keeps the state that a function sees fresh; `None`: it is always fresh.
    fn freshness(&self, value: V, func: F, root: F, outer: &[Deps]) -> Option<Vec<Deps>> {
        if self.is_within(func, root) {
            return Some(outer.to_vec());
        }
        self.freshness_outside(value, outer)
    }

    /// The same of a function that is made where the component renders.
    fn freshness_outside(&self, value: V, outer: &[Deps]) -> Option<Vec<Deps>> {
        let wrapper = self.origin(value).filter(|&origin| self.call(origin).is_some());
        if wrapper.is_some_and(|call| self.is_latest(call)) {
            return None;
        }
        let binding = self.binding_of(value)?;
        let subscribed_anew = outer.iter().any(|deps| match deps {
            Deps::List(deps) => deps.iter().any(|&dep| self.binding_of(dep) == Some(binding)),
            _ => true,
        });
        match (subscribed_anew, wrapper.filter(|&call| self.is_callback(call))) {
            // Made anew with its own dependencies, and subscribed anew then.
            (true, Some(call)) => {
                let mut fresh = outer.to_vec();
                fresh.push(self.deps(call));
                Some(fresh)
            }
            // A plain function is new at each render.
            (true, None) => None,
            (false, _) => Some(outer.to_vec()),
        }
    }

    fn stale_in(&self, reached: &Reached, effect: Effect, seen: &mut FxHashSet<(F, B)>, found: &mut Vec<StaleRead>) {
        let unit = reached.func.unit;
        let component = self.func_of(effect.call);
        let bindings = self.facts(unit).bindings.iter().enumerate();
        for (index, binding) in bindings.filter(|(_, binding)| binding.func == component.id) {
            let state = B { unit, id: BindingId(index as u32) };
            let reads = binding.reads.iter().map(|&id| V { unit, id });
            let mut reads: Vec<V> = reads.filter(|&read| self.is_within(self.func_of(read), reached.func)).collect();
            reads.sort_unstable();
            let Some(state_call) = reads.first().and_then(|&read| self.state_of(read)) else { continue };
            let is_fresh = reached.fresh.iter().any(|deps| match deps {
                Deps::List(deps) => deps.iter().any(|&dep| self.dep_covers(dep, state)),
                _ => true,
            });
            if is_fresh || seen.contains(&(reached.func, state)) {
                continue;
            }
            let sunk = reads.into_iter().find_map(|read| Some((read, self.sink_of(read, 0)?)));
            if let Some((read, sink)) = sunk {
                seen.insert((reached.func, state));
                found.push(StaleRead { read, state, state_call, sink, effect });
            }
        }
    }

    /// The setter call or the send that a value goes into.
    fn sink_of(&self, v: V, depth: u32) -> Option<V> {
        if depth > 12 || !self.spend() {
            return None;
        }
        self.uses(v).iter().find_map(|used| {
            let here = |id: ValueId| V { unit: v.unit, id };
            match *used {
                Use::Arg(call, _) => self.sink_call(here(call)).or_else(|| self.through_call(here(call), depth)),
                Use::Operand(id) | Use::Branch(id) | Use::Element(id) | Use::Spread(id) | Use::Prop(id, _) => {
                    self.sink_of(here(id), depth + 1)
                }
                Use::Object(member) => self.sink_of_member(here(member), depth),
                Use::Bound(binding) => {
                    let binding = B { unit: v.unit, id: binding };
                    // Through a local of the same handler, not through what the component renders.
                    let is_local = self.binding(binding).func == self.data(v).func;
                    let mut reads = if is_local { self.reads_of(binding) } else { Vec::new() }.into_iter();
                    reads.find_map(|read| self.sink_of(read, depth + 1))
                }
                _ => None,
            }
        })
    }

    /// `messages.map(…)`, `user.name`: computed from the value.
    fn sink_of_member(&self, member: V, depth: u32) -> Option<V> {
        let called = self.uses(member).iter().find_map(|used| match *used {
            Use::Callee(call) => Some(V { unit: member.unit, id: call }),
            _ => None,
        });
        self.sink_of(called.unwrap_or(member), depth + 1)
    }

    fn sink_call(&self, call: V) -> Option<V> {
        let callee = V { unit: call.unit, id: self.call(call)?.callee };
        if self.setter_of(callee).is_some() {
            return Some(call);
        }
        let (object, name) = self.method(call)?;
        let is_own = matches!(self.value(object), Value::This);
        (!is_own && (SENDS.contains(&name.as_str()) || self.sends_on(object, name))).then_some(call)
    }

    /// Whether a method of a handle sends, as its library says.
    pub(super) fn sends_on(&self, object: V, name: &Name) -> bool {
        let mut kinds = self.catalog().kinds().map(|(_, kind)| kind);
        kinds.any(|kind| kind.send.iter().any(|known| known == name) && self.is_handle(object, kind, 0))
    }

    /// A pure function of the platform passes the value on.
    fn through_call(&self, call: V, depth: u32) -> Option<V> {
        let api = self.callee_api(call)?;
        let is_pure = api.source.is_none()
            && api.path.first().is_some_and(|first| {
                matches!(first.as_str(), "JSON" | "Object" | "Array" | "Math" | "Number" | "String" | "Map" | "Set")
            });
        if is_pure { self.sink_of(call, depth + 1) } else { None }
    }
}
