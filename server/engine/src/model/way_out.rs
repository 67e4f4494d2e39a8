//! Ways out of an effect that register no teardown, although another way does.

use super::resource::Resource;
use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// The end of a path that registers no teardown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WayOut {
    /// That value is returned.
    Value(V),
    /// A bare return, or the end of the function; the guarding condition, if there is one.
    End(Option<V>),
}

impl WayOut {
    /// What to point at.
    pub(crate) fn value(self) -> Option<V> {
        match self {
            Self::Value(value) => Some(value),
            Self::End(guard) => guard,
        }
    }
}

impl<'doc> View<'doc> {
    /// A path from the acquisition to the end of the effect's callback that returns no teardown.
    pub(super) fn way_out(&self, resource: &Resource<'doc>, callback: F) -> Option<WayOut> {
        let (block, op) = self.acquisition_in(resource.live, callback)?;
        let func = self.func(callback);
        let mut stack = vec![(block, op + 1)];
        let mut seen = vec![block];
        let mut outs = Vec::new();
        while let Some((block, from)) = stack.pop() {
            let data = &func.blocks[block.index()];
            let end = data.ops[from.min(data.ops.len())..].iter().find_map(|op| match op {
                Op::Return(value) => Some(*value),
                Op::Throw => Some(Some(ValueId(u32::MAX))),
                _ => None,
            });
            match end {
                Some(Some(ValueId(u32::MAX))) => {}
                Some(Some(value)) => {
                    let value = V { unit: callback.unit, id: value };
                    if self.is_nothing(value) {
                        outs.push((block, WayOut::Value(value)));
                    }
                }
                Some(None) => outs.push((block, WayOut::End(self.last_guard(callback, block)))),
                None if data.next.is_empty() => outs.push((block, WayOut::End(None))),
                None => {
                    for &next in &data.next {
                        if !seen.contains(&next) {
                            seen.push(next);
                            stack.push((next, 0));
                        }
                    }
                }
            }
        }
        let start = block;
        // What throws has opened nothing.
        let site = self.span(resource.site);
        let tries = &self.facts(callback.unit).tries;
        let failed = |block: BlockId| {
            func.blocks[block.index()].ops.iter().any(|op| match op {
                Op::Call(id) | Op::Assign(id) | Op::Return(Some(id)) => {
                    let at = self.span(V { unit: callback.unit, id: *id });
                    tries.iter().any(|tried| tried.body.contains(site) && tried.handler.contains(at))
                }
                Op::Return(None) | Op::Throw => false,
            })
        };
        outs.retain(|(block, _)| !failed(*block));
        let way_out = outs.into_iter().find(|(end, _)| !self.is_correlated(resource, callback, start, *end));
        way_out.map(|(_, way_out)| way_out)
    }

    fn last_guard(&self, func: F, block: BlockId) -> Option<V> {
        let guard = self.func(func).blocks[block.index()].guards.last()?;
        Some(V { unit: func.unit, id: guard.condition })
    }

    /// The place in an effect's callback where a resource is acquired, itself or by calling local functions.
    fn acquisition_in(&self, live: V, callback: F) -> Option<(BlockId, usize)> {
        let target = self.func_of(live);
        let blocks = &self.func(callback).blocks;
        for (index, block) in blocks.iter().enumerate() {
            for (position, op) in block.ops.iter().enumerate() {
                let Op::Call(id) = *op else { continue };
                let call = V { unit: callback.unit, id };
                if call == live || (target != callback && self.calls_into(call, target, 0)) {
                    return Some((BlockId(index as u32), position));
                }
            }
        }
        None
    }

    fn calls_into(&self, call: V, target: F, depth: u32) -> bool {
        if depth > 3 || !self.spend() {
            return false;
        }
        let Some(data) = self.call(call) else { return false };
        let callee = V { unit: call.unit, id: data.callee };
        self.functions(callee)
            .0
            .into_iter()
            .any(|func| func == target || self.calls_of(func).any(|inner| self.calls_into(inner, target, depth + 1)))
    }

    /// Whether the way out and the acquisition hang on conditions with a name in common, or the way out tests the
    /// handle: such paths may exclude each other.
    fn is_correlated(&self, resource: &Resource<'doc>, callback: F, start: BlockId, end: BlockId) -> bool {
        let blocks = &self.func(callback).blocks;
        let names = |block: BlockId| {
            let guards = blocks[block.index()].guards.iter();
            guards.flat_map(|guard| self.names_in(V { unit: callback.unit, id: guard.condition })).collect::<Vec<_>>()
        };
        let at_end = names(end);
        let at_start = names(start);
        // A conditional acquisition followed by a plain end is the usual `if (x) { open }`: no proof.
        if !at_start.is_empty() && blocks[end.index()].guards.len() < blocks[start.index()].guards.len() {
            return true;
        }
        at_end.iter().any(|name| at_start.contains(name) || resource.trace.names.contains(name))
            || self.is_returned_if_there(resource, callback, end)
    }

    /// Whether the end of the function is only reached without the handle: `if (handle) return () => handle.close()`.
    fn is_returned_if_there(&self, resource: &Resource<'doc>, callback: F, end: BlockId) -> bool {
        let blocks = &self.func(callback).blocks;
        let tests_handle = |condition: ValueId| {
            let value = V { unit: callback.unit, id: condition };
            self.binding_of(value).is_some_and(|name| resource.trace.names.contains(&name))
        };
        blocks[end.index()].guards.is_empty()
            && blocks.iter().any(|block| {
                let returns = block.ops.iter().any(|op| matches!(op, Op::Return(Some(_))));
                returns && matches!(block.guards.as_slice(), [only] if only.holds && tests_handle(only.condition))
            })
    }

    /// The names that an expression reads.
    pub(super) fn names_in(&self, v: V) -> Vec<B> {
        self.within(v).filter_map(|part| self.binding_of(part)).collect()
    }
}
