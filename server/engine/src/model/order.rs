//! Order: listeners that are added to a channel after it has been subscribed.

use super::resource::Resource;
use super::trace::Event;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// A listener that comes too late.
#[derive(Clone, Debug)]
pub(crate) struct LateListener {
    /// The `.on(…)` call.
    pub(crate) listener: V,
    /// The `.subscribe(…)` call before it.
    pub(crate) subscribe: V,
    /// What is listened for.
    pub(crate) event: Name,
}

impl<'doc> View<'doc> {
    /// The listeners of a channel that surely run after its `subscribe`.
    pub(crate) fn late_listeners(&self, resource: &Resource<'doc>) -> Vec<LateListener> {
        let calls = |wanted: &'static str| {
            resource.trace.events.iter().filter_map(move |event| match *event {
                Event::Method { call, name, sure: true } if name == wanted => Some(call),
                _ => None,
            })
        };
        let subscribes: Vec<V> = calls("subscribe").collect();
        let mut late = Vec::new();
        for listener in calls("on") {
            let Some(event) = self.arg(listener, 0).and_then(|event| self.text_of(event)) else { continue };
            if let Some(&subscribe) = subscribes.iter().find(|&&subscribe| self.surely_follows(listener, subscribe)) {
                late.push(LateListener { listener, subscribe, event });
            }
        }
        late
    }

    /// Whether `later` runs only after `earlier` has run.
    fn surely_follows(&self, later: V, earlier: V) -> bool {
        let (outer, inner) = (self.func_of(earlier), self.func_of(later));
        if outer == inner {
            return self.dominates(outer, earlier, later);
        }
        if outer.unit != inner.unit {
            return self.follows_in_module(later, earlier);
        }
        // In the status callback of that very `subscribe`.
        let callback = self.arg(earlier, 0).and_then(|callback| self.functions(callback).0.first().copied());
        callback == Some(inner) && self.span(earlier).contains(self.func(inner).span)
    }

    /// Two top-level statements of one module.
    fn follows_in_module(&self, later: V, earlier: V) -> bool {
        let top = |v: V| self.func_of(v).id == TOP && self.slot(v.unit).class.is_none();
        let unguarded = |v: V| self.guards(v).is_empty();
        let same = self.slot(later.unit).group == self.slot(earlier.unit).group;
        same && top(later)
            && top(earlier)
            && unguarded(earlier)
            && self.slot(later.unit).start > self.slot(earlier.unit).start
    }

    /// The conditions under which an expression is evaluated in its function's run.
    pub(crate) fn guards(&self, v: V) -> &'doc [Guard] {
        let data = self.data(v);
        &self.facts(v.unit).func(data.func).blocks[data.block.index()].guards
    }

    /// Whether an expression of a function runs only after another one of it.
    pub(super) fn comes_after(&self, earlier: V, later: V) -> bool {
        let func = self.func_of(later);
        earlier != later && self.func_of(earlier) == func && self.dominates(func, earlier, later)
    }

    /// Whether every way to `later` passes `earlier`, in one function.
    fn dominates(&self, f: F, earlier: V, later: V) -> bool {
        let (Some(first), Some(second)) = (self.place_of(f, earlier), self.place_of(f, later)) else { return false };
        if first.0 == second.0 {
            return first.1 < second.1;
        }
        let blocks = &self.func(f).blocks;
        let mut seen = vec![BlockId(0)];
        let mut stack = if first.0 == BlockId(0) { Vec::new() } else { vec![BlockId(0)] };
        while let Some(block) = stack.pop() {
            for &next in &blocks[block.index()].next {
                if next != first.0 && !seen.contains(&next) {
                    seen.push(next);
                    stack.push(next);
                }
            }
        }
        !seen.contains(&second.0) || (first.0 == BlockId(0) && second.0 != BlockId(0))
    }

    /// Whether one block of a function leads to another one, in one run of the loops around both.
    pub(super) fn leads_to(&self, f: F, from: BlockId, to: BlockId) -> bool {
        let blocks = &self.func(f).blocks;
        let mut seen = vec![from];
        let mut stack = vec![from];
        while let Some(block) = stack.pop() {
            // What leads back begins the next run of a loop.
            for &next in blocks[block.index()].next.iter().filter(|&&next| next > block) {
                if !seen.contains(&next) {
                    seen.push(next);
                    stack.push(next);
                }
            }
        }
        seen.contains(&to)
    }

    /// The block and the place in it where a call runs.
    fn place_of(&self, f: F, call: V) -> Option<(BlockId, usize)> {
        self.func(f).blocks.iter().enumerate().find_map(|(index, block)| {
            let position = block.ops.iter().position(|op| *op == Op::Call(call.id))?;
            Some((BlockId(index as u32), position))
        })
    }
}
