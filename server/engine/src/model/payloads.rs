//! What handlers read of a change of a table: `payload.new`, `payload.old`, `payload.eventType`.
//!
//! Source of the facts: realtime-js 2.119.1: on a delete `new` is `{}`, on an insert `old` is `{}`.

use super::changes::TableChanges;
use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// How many names a row is followed through.
const MAX_NAMES: u32 = 4;

/// A comparison by which a handler leaves out rows that it asked for.
#[derive(Debug)]
pub(crate) struct HandFilter {
    pub(crate) column: Name,
    /// The comparison.
    pub(crate) at: V,
    /// What the column is compared with.
    pub(crate) other: V,
}

impl<'doc> View<'doc> {
    /// The functions that handle changes, each with its payload.
    fn payloads(&self, changes: &TableChanges) -> Vec<(F, V)> {
        let Some(handler) = changes.handler else { return Vec::new() };
        let payload = |func: F| self.func(func).params.first().map(|&id| (func, V { unit: func.unit, id }));
        self.functions(handler).0.into_iter().filter_map(payload).collect()
    }

    /// The expressions within a function, in the order in which they are known.
    fn values_within(&self, func: F) -> impl Iterator<Item = (V, &'doc Value)> + use<'doc> {
        let span = self.func(func).span;
        let values = self.facts(func.unit).values.iter().enumerate();
        let inside = values.filter(move |(_, data)| span.contains(data.span));
        inside.map(move |(index, data)| (V { unit: func.unit, id: ValueId(index as u32) }, &data.value))
    }

    /// The columns of the old row that a handler reads, each with the place.
    pub(crate) fn old_columns_read(&self, changes: &TableChanges) -> Vec<(Name, V)> {
        let mut found: Vec<(Name, V)> = Vec::new();
        for (func, payload) in self.payloads(changes) {
            for (at, value) in self.values_within(func) {
                let Value::Member { object, name } = value else { continue };
                let is_known = found.iter().any(|(known, _)| known == name);
                if !is_known && self.is_part(V { unit: at.unit, id: *object }, payload, "old") {
                    found.push((name.clone(), at));
                }
            }
        }
        found
    }

    /// Where a handler of every event uses the new row as if there always were one: nothing looks at the event or at the old
    /// row, or leaves out what has no column.
    pub(crate) fn unchecked_new_row(&self, changes: &TableChanges) -> Option<V> {
        // A filter may keep deletes away: they tell the key alone.
        if changes.event.as_ref().is_none_or(|event| event != "*") || changes.filter.is_some() {
            return None;
        }
        let (func, payload) = match self.payloads(changes).as_slice() {
            [only] => *only,
            _ => return None,
        };
        let members: Vec<(V, &Name)> = self
            .values_within(func)
            .filter_map(|(at, value)| match value {
                Value::Member { object, name } => {
                    (self.origin(V { unit: at.unit, id: *object }) == Some(payload)).then_some((at, name))
                }
                _ => None,
            })
            .collect();
        // Who is given the whole payload may look.
        let is_passed_on = self.values_within(func).any(|(at, value)| {
            matches!(value, Value::Local(_)) && self.origin(at) == Some(payload) && !self.is_only_read(at)
        });
        let news: Vec<V> = members.iter().filter(|(_, name)| *name == "new").map(|(at, _)| *at).collect();
        let looks = members.iter().any(|(_, name)| *name != "new");
        if looks || is_passed_on || news.iter().any(|&at| self.is_tested(at, func)) {
            return None;
        }
        news.into_iter().find(|&at| self.guards(at).is_empty() && self.is_whole(at, 0))
    }

    /// Whether all that happens to a name is that members of it are read.
    fn is_only_read(&self, v: V) -> bool {
        self.uses(v).iter().all(|used| matches!(used, Use::Object(_)))
    }

    /// Whether a row goes somewhere as a whole, itself or under a name.
    fn is_whole(&self, v: V, depth: u32) -> bool {
        let goes = |used: &Use| match *used {
            // What asks for an answer may look at it.
            Use::Arg(call, _) => self.uses(V { unit: v.unit, id: call }).is_empty(),
            Use::Element(_) | Use::Spread(_) => true,
            Use::Bound(binding) => self
                .reads_of(B { unit: v.unit, id: binding })
                .into_iter()
                .any(|read| depth < MAX_NAMES && self.is_whole(read, depth + 1)),
            _ => false,
        };
        self.uses(v).iter().any(goes)
    }

    /// Whether something in a function looks at a row before it takes it for one: at a column of it, or at itself.
    fn is_tested(&self, row: V, func: F) -> bool {
        let rests = |v: V| v == row || self.origin(v) == self.origin(row);
        self.values_within(func).any(|(at, value)| {
            let is_looked_at = |used: &Use| match *used {
                Use::Condition | Use::Branch(_) | Use::Operand(_) => true,
                Use::Arg(call, _) => !self.uses(V { unit: at.unit, id: call }).is_empty(),
                _ => false,
            };
            match value {
                // Compared or tested, it is `undefined` where there is no row; under a name it may be, too.
                Value::Member { object, .. } if rests(V { unit: at.unit, id: *object }) => {
                    self.uses(at).iter().any(|used| is_looked_at(used) || matches!(used, Use::Bound(_)))
                }
                _ => rests(at) && self.uses(at).iter().any(is_looked_at),
            }
        })
    }

    /// The comparison by which a handler leaves out the rows of others, where the subscription asks for all.
    pub(crate) fn filtered_by_hand(&self, changes: &TableChanges) -> Option<HandFilter> {
        if changes.filter.is_some() {
            return None;
        }
        let (func, payload) = match self.payloads(changes).as_slice() {
            [only] => *only,
            _ => return None,
        };
        let column = |v: V| match self.value(v) {
            Value::Member { object, name } => {
                self.is_part(V { unit: v.unit, id: *object }, payload, "new").then(|| name.clone())
            }
            _ => None,
        };
        let is_of_payload = |v: V| {
            let mut behind =
                self.values_behind(v).chain(self.origin(v).into_iter().flat_map(|v| self.values_behind(v)));
            behind.any(|at| self.origin(at) == Some(payload))
        };
        self.values_within(func).find_map(|(at, value)| {
            let Value::Binary { op, left, right } = value else { return None };
            let is_condition = self.uses(at).iter().any(|used| matches!(used, Use::Condition));
            if !is_condition || !matches!(op.as_str(), "===" | "==" | "!==" | "!=") || self.func_of(at) != func {
                return None;
            }
            let (left, right) = (V { unit: at.unit, id: *left }, V { unit: at.unit, id: *right });
            let (column, other) =
                column(left).map(|name| (name, right)).or_else(|| column(right).map(|name| (name, left)))?;
            let is_something = self.origin(other).is_some_and(|origin| !matches!(self.value(origin), Value::Lit(_)));
            let decides = self.guards(at).is_empty() && self.decides_all(at, func, op.starts_with('!'));
            (decides && is_something && !is_of_payload(other)).then_some(HandFilter { column, at, other })
        })
    }

    /// A value and the objects that it is a member of.
    fn values_behind(&self, v: V) -> impl Iterator<Item = V> + '_ {
        std::iter::successors(Some(v), |at| match self.value(*at) {
            Value::Member { object, .. } => Some(V { unit: at.unit, id: *object }),
            _ => None,
        })
    }

    /// Whether every call of a function runs under a condition, or under its contrary.
    fn decides_all(&self, condition: V, func: F, is_contrary: bool) -> bool {
        let span = self.span(condition);
        let mut calls = self.calls_of(func).filter(|&call| !span.contains(self.span(call))).peekable();
        let is_any = calls.peek().is_some();
        is_any
            && calls.all(|call| {
                let guards = self.guards(call).iter();
                guards.into_iter().any(|guard| guard.condition == condition.id && guard.holds != is_contrary)
            })
    }

    fn is_part(&self, v: V, payload: V, part: &str) -> bool {
        let is_it = |at: V| match self.value(at) {
            Value::Member { object, name } => {
                name == part && self.origin(V { unit: at.unit, id: *object }) == Some(payload)
            }
            _ => false,
        };
        is_it(v) || self.origin(v).is_some_and(is_it)
    }
}
