//! What comes too early or too late: sends before a connection is open, acquisitions after an `await`.

use super::fate::Fate;
use super::lifecycle::Effect;
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

    /// Whether nothing is awaited between two expressions of a function.
    fn same_run(&self, func: F, first: V, second: V) -> bool {
        let (from, to) = (self.data(first).block, self.data(second).block);
        let waits = self.func(func).blocks.iter().any(|block| block.gap != Gap::None);
        from == to || !waits
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
        if !self.func(func).is_async || !self.follows_await(func, resource.live) {
            return false;
        }
        if self.owner(func).is_none() {
            return false;
        }
        let asks =
            self.conditions_before(func, resource.live).iter().any(|&condition| self.may_ask_for_owner(condition));
        let releases = self.releases(resource);
        let late =
            |release: V| self.func_of(release) == func && self.span(release).start > self.span(resource.live).start;
        !asks && !releases.iter().any(|release| late(release.at)) && matches!(self.fate(resource), Fate::Released(_))
    }

    /// The conditions under which an expression is evaluated, and those under which its function ends early.
    pub(super) fn conditions_before(&self, func: F, v: V) -> Vec<V> {
        let mut guards: Vec<Guard> = self.guards(v).to_vec();
        for block in &self.func(func).blocks {
            if block.ops.iter().any(|op| matches!(op, Op::Return(None))) {
                guards.extend(block.guards.iter().copied());
            }
        }
        guards.into_iter().map(|guard| V { unit: func.unit, id: guard.condition }).collect()
    }

    /// Whether a condition may ask if an owner still lives, or if it holds something already: it reads a name that a
    /// teardown assigns, a member, or what a call gives. Plain names and Vue's references to other things do not.
    pub(super) fn may_ask_for_owner(&self, condition: V) -> bool {
        let span = self.span(condition);
        let facts = self.facts(condition.unit);
        let inside = facts.values.iter().enumerate().filter(|(_, data)| span.contains(data.span));
        inside.into_iter().any(|(index, data)| match &data.value {
            Value::Call(_) | Value::Index { .. } => true,
            Value::Member { object, name } => {
                let object = V { unit: condition.unit, id: *object };
                let is_reference =
                    name == "value" && self.enclosing(self.func_of(condition)).any(|f| self.is_set_up_once(f));
                !is_reference || self.ends_with_owner(object)
            }
            Value::Local(_) | Value::Free(_) => {
                self.ends_with_owner(V { unit: condition.unit, id: ValueId(index as u32) })
            }
            _ => false,
        })
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
    fn follows_await(&self, func: F, v: V) -> bool {
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
