//! What comes too early or too late: sends before a connection is open, acquisitions after an `await`.

use super::fate::Fate;
use super::lifecycle::Effect;
use super::owner::Owner;
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, V, View};
use crate::lower::ir::*;

impl<'doc> View<'doc> {
    /// The sends that run in the same stretch of code as the opening.
    pub(crate) fn early_sends(&self, resource: &Resource<'doc>) -> Vec<V> {
        if !resource.kind.opens_later {
            return Vec::new();
        }
        let site = resource.site;
        let func = self.func_of(site);
        let sends = resource.trace.events.iter().filter_map(|event| match event {
            Event::Method { call, name, sure: true } if resource.kind.send.iter().any(|send| send == *name) => {
                Some(*call)
            }
            _ => None,
        });
        sends
            .filter(|&send| self.func_of(send) == func && self.span(send).start > self.span(site).start)
            .filter(|&send| self.same_run(func, site, send) && !self.asks_for_state(resource, send))
            .collect()
    }

    /// Whether one expression of a function leads to another one, with nothing awaited between them.
    fn same_run(&self, func: F, first: V, second: V) -> bool {
        let (from, to) = (self.data(first).block, self.data(second).block);
        let waits = self.func(func).blocks.iter().any(|block| block.gap != Gap::None);
        from == to || !waits && self.leads_to(func, from, to)
    }

    /// Whether an expression is evaluated under a condition on the handle.
    fn asks_for_state(&self, resource: &Resource<'doc>, v: V) -> bool {
        self.guards(v).iter().any(|guard| {
            let condition = V { unit: v.unit, id: guard.condition };
            self.names_in(condition).iter().any(|name| resource.trace.names.contains(name))
        })
    }

    /// The effect whose callback is asynchronous and returns a cleanup, which nobody runs, for a resource that is
    /// opened in it.
    pub(crate) fn lost_cleanup(&self, resource: &Resource<'doc>) -> Option<(Effect, V)> {
        let func = self.func_of(resource.live);
        let effect = self.enclosing(func).find_map(|at| self.effect_of_callback(at))?;
        let callback = self.func(effect.callback);
        let returned = callback.returns.iter().map(|&id| V { unit: effect.callback.unit, id });
        let cleanup = returned.into_iter().find(|&value| !self.functions(value).0.is_empty())?;
        let frees =
            |release: V| self.functions(cleanup).0.iter().any(|&inner| self.is_within(self.func_of(release), inner));
        let is_freed = self.releases(resource).iter().any(|release| frees(release.at));
        (callback.is_async && is_freed).then_some((effect, cleanup))
    }

    /// Whether a resource is opened after an `await` with nothing that asks whether its owner still lives, while a
    /// teardown would have released it.
    pub(crate) fn is_opened_late(&self, resource: &Resource<'doc>) -> bool {
        let func = self.func_of(resource.live);
        // Who starts and stops an object of a plain class does one after the other.
        let is_component = match self.owner(func) {
            Some(Owner::Class(unit)) => self.is_component_class(unit),
            owner => owner.is_some(),
        };
        if !is_component || !self.is_late(func, resource.live, 0) {
            return false;
        }
        let releases = self.releases(resource);
        !releases.iter().any(|release| self.follows_in(func, resource.live, release.at))
            && matches!(self.fate(resource), Fate::Released(_))
    }

    /// Whether a release runs in the function that opens, behind the opening: itself, or in a function called there.
    fn follows_in(&self, func: F, live: V, release: V) -> bool {
        let is_behind = |v: V| self.func_of(v) == func && self.span(v).start > self.span(live).start;
        is_behind(release)
            || self
                .calls_of(func)
                .filter(|&call| is_behind(call))
                .any(|call| self.functions(self.callee(call)).0.contains(&self.func_of(release)))
    }

    /// Whether a resource is opened behind an `await` of the function that opens it.
    pub(crate) fn comes_late(&self, resource: &Resource<'doc>) -> bool {
        let func = self.func_of(resource.live);
        func.id != TOP && self.follows_await(func, resource.live)
    }

    /// Whether an expression is evaluated after an `await`, in its own function or in one that calls it, and nothing
    /// behind the `await` asks for the owner.
    fn is_late(&self, func: F, at: V, depth: u32) -> bool {
        let waits = self.func(func).is_async && self.follows_await(func, at);
        let mut conditions = self.conditions_before(func, at).into_iter();
        // What is asked before the wait tells nothing of the time after it.
        if conditions
            .any(|condition| (!waits || self.follows_await(func, condition)) && self.may_ask_for_owner(condition))
        {
            return false;
        }
        waits
            || (depth < 3
                && self.places_of_calls(func).into_iter().any(|call| self.is_late(self.func_of(call), call, depth + 1)))
    }

    /// The calls that run a function: those of it, and `list.forEach(f)`.
    fn places_of_calls(&self, func: F) -> Vec<V> {
        let mut calls = self.callers(func).calls;
        let value = self.func(func).value.map(|id| V { unit: func.unit, id });
        for used in value.iter().flat_map(|&value| self.uses(value)) {
            let Use::Arg(call, 0) = *used else { continue };
            let call = V { unit: func.unit, id: call };
            let is_loop = self.method(call).is_some_and(|(_, name)| matches!(name.as_str(), "forEach" | "map"));
            if is_loop && !calls.contains(&call) {
                calls.push(call);
            }
        }
        calls
    }

    /// The conditions under which an expression is evaluated, and those under which a function that runs it, perhaps one
    /// of another unit, ends early.
    pub(super) fn conditions_before(&self, func: F, v: V) -> Vec<V> {
        let ends_early = |block: &&Block| block.ops.iter().any(|op| matches!(op, Op::Return(None)));
        let ends = self.func(func).blocks.iter().filter(ends_early).flat_map(|block| &block.guards);
        let ends = ends.map(|guard| V { unit: func.unit, id: guard.condition });
        let guards = self.guards(v).iter().map(|guard| V { unit: v.unit, id: guard.condition });
        guards.chain(ends).collect()
    }

    /// Whether a condition may ask if an owner still lives, or if it holds something already: it reads a name that a
    /// teardown assigns, a member, or what a call gives. Plain names, Vue's references to other things, what was waited
    /// for and how long a list is do not.
    pub(super) fn may_ask_for_owner(&self, condition: V) -> bool {
        self.within(condition).any(|part| self.may_tell_of_owner(part))
    }

    fn may_tell_of_owner(&self, v: V) -> bool {
        match self.value(v) {
            Value::Call(_) | Value::Index { .. } => !self.is_answer(v, 0),
            Value::Member { object, name } => {
                let object = V { unit: v.unit, id: *object };
                let is_reference = name == "value" && self.enclosing(self.func_of(v)).any(|f| self.is_set_up_once(f));
                match name.as_str() {
                    _ if is_reference => self.ends_with_owner(object),
                    "length" | "size" => false,
                    _ => !self.is_answer(v, 0),
                }
            }
            Value::Local(_) | Value::Free(_) => self.ends_with_owner(v),
            _ => false,
        }
    }

    /// Whether a value is what was waited for, a member of it, or what a method of it gives.
    fn is_answer(&self, v: V, depth: u32) -> bool {
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            _ if depth > 6 || !self.spend() => false,
            Value::Await(_) => true,
            Value::Member { object, .. } | Value::Index { object, .. } => self.is_answer(here(*object), depth + 1),
            Value::Call(call) => match self.value(here(call.callee)) {
                Value::Member { object, .. } => self.is_answer(here(*object), depth + 1),
                _ => false,
            },
            Value::Local(_) => match self.origin(v) {
                Some(origin) if origin != v => self.is_answer(origin, depth + 1),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a name is assigned, or a member of it, where an owner ends.
    fn ends_with_owner(&self, name: V) -> bool {
        let Some(binding) = self.binding_of(name) else { return false };
        let in_teardown = |v: V| self.runs(self.func_of(v)).iter().any(|run| matches!(run, Run::Teardown(_)));
        self.stores_of(binding).into_iter().any(in_teardown)
            || self.reads_of(binding).into_iter().any(|read| {
                self.uses(read).iter().any(|used| match *used {
                    Use::Object(member) => {
                        let member = V { unit: read.unit, id: member };
                        self.assigned_to(member).is_some() && in_teardown(member)
                    }
                    _ => false,
                })
            })
    }

    /// Whether every way to an expression passes an `await`.
    pub(super) fn follows_await(&self, func: F, v: V) -> bool {
        let blocks = &self.func(func).blocks;
        let target = self.data(v).block;
        let mut seen = vec![BlockId(0)];
        let mut stack = vec![BlockId(0)];
        while let Some(block) = stack.pop() {
            for &next in &blocks[block.index()].next {
                if blocks[next.index()].gap == Gap::None && !seen.contains(&next) {
                    seen.push(next);
                    stack.push(next);
                }
            }
        }
        !seen.contains(&target)
    }
}
