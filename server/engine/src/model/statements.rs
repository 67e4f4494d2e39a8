//! The statements around a place, as fixes ask for them.

use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;
use crate::text::Span;

impl<'doc> View<'doc> {
    /// The statement that an expression stands in.
    pub(crate) fn statement(&self, v: V) -> Option<&'doc Stmt> {
        let id = self.data(v).stmt?;
        Some(&self.facts(v.unit).stmts[id.index()])
    }

    /// Its span.
    pub(crate) fn statement_span(&self, v: V) -> Option<Span> {
        self.statement(v).map(|statement| statement.span)
    }

    /// The statements of a function's body, not those within them.
    pub(crate) fn statements_of(&self, f: F) -> Vec<Span> {
        let stmts = self.facts(f.unit).stmts.iter().filter(|stmt| stmt.func == f.id);
        let Some(list) = stmts.clone().map(|stmt| stmt.list).min() else { return Vec::new() };
        stmts.filter(|stmt| stmt.list == list).map(|stmt| stmt.span).collect()
    }

    /// The `return` statements of a function that return nothing; `source` gives a span's text.
    pub(crate) fn bare_returns(&self, f: F, source: impl Fn(Span) -> String) -> Vec<Span> {
        let spans = self.facts(f.unit).stmts.iter().filter(|stmt| stmt.func == f.id).map(|stmt| stmt.span);
        // Shorter than anything that returns a value.
        spans.filter(|&span| span.len() <= 8 && source(span).trim_end_matches([';', ' ']) == "return").collect()
    }

    /// Whether a function returns a value before a place in it.
    pub(crate) fn returns_before(&self, f: F, offset: u32) -> bool {
        let returns = self.func(f).returns.iter();
        returns.into_iter().any(|&id| self.span(V { unit: f.unit, id }).start < offset)
    }

    /// Whether an expression stands in a statement of a function's body itself, under no condition.
    pub(crate) fn is_plain_statement(&self, v: V, f: F) -> bool {
        let in_body = self.statement_span(v).is_some_and(|span| self.statements_of(f).contains(&span));
        in_body && self.func_of(v) == f && self.guards(v).is_empty()
    }

    /// The innermost statement that holds a stretch.
    pub(crate) fn statement_around(&self, unit: UnitId, span: Span) -> Option<Span> {
        let around = self.facts(unit).stmts.iter().map(|stmt| stmt.span).filter(|stmt| stmt.contains(span));
        around.min_by_key(|stmt| stmt.len())
    }

    /// Whether a statement stands in a block or at the top, so that others may stand beside it.
    pub(crate) fn is_in_block(&self, unit: UnitId, statement: Span) -> bool {
        let all = &self.facts(unit).stmts;
        let Some(own) = all.iter().find(|stmt| stmt.span == statement) else { return false };
        !all.iter().any(|stmt| stmt.list == own.list && stmt.span != statement && stmt.span.contains(statement))
    }

    /// The function whose statement that is.
    pub(crate) fn func_at(&self, unit: UnitId, statement: Span) -> F {
        let own = self.facts(unit).stmts.iter().find(|stmt| stmt.span == statement);
        F { unit, id: own.map_or(TOP, |stmt| stmt.func) }
    }

    /// Whether every name that an expression reads, other than those that it makes itself, can be read in a function, too.
    pub(crate) fn is_readable_in(&self, v: V, f: F) -> bool {
        let span = self.span(v);
        let facts = self.facts(v.unit);
        let mut names =
            facts.values.iter().filter(|data| span.contains(data.span)).filter_map(|data| match data.value {
                Value::Local(id) => Some(facts.binding(id)),
                _ => None,
            });
        let is_this = facts.values.iter().any(|data| span.contains(data.span) && data.value == Value::This);
        let is_seen = |binding: &Binding| {
            let maker = F { unit: v.unit, id: binding.func };
            span.contains(binding.span) || (v.unit == f.unit && self.is_within(f, maker))
        };
        !is_this && names.all(is_seen)
    }

    /// What an assignment assigns.
    pub(crate) fn assigned(&self, v: V) -> Option<V> {
        match self.value(v) {
            Value::Assign { value, .. } => Some(V { unit: v.unit, id: *value }),
            _ => None,
        }
    }

    /// Whether an expression, with the methods that are called on it, is all that is given, set or returned at its place, so
    /// that an alternative may stand before it.
    pub(crate) fn is_whole_value(&self, v: V) -> bool {
        let on_it = self.uses(v).iter().find_map(|used| match *used {
            Use::Object(of) | Use::Callee(of) => Some(V { unit: v.unit, id: of }),
            _ => None,
        });
        if let Some(on_it) = on_it {
            return self.is_whole_value(on_it);
        }
        let is_whole = |used: &Use| matches!(used, Use::Arg(..) | Use::Returned(_) | Use::Assigned(_) | Use::Bound(_));
        // What a name of another place is set to has no use.
        self.uses(v).iter().all(is_whole)
    }

    /// The old list and the one new entry of `[...old, entry]` or `old.concat(entry)`.
    pub(crate) fn kept_and_added(&self, array: V) -> Option<(V, V)> {
        let here = |id: ValueId| V { unit: array.unit, id };
        if let Some((old, _)) = self.method(array) {
            return Some((old, self.arg(array, 0)?));
        }
        let Value::Array(elements) = self.value(array) else { return None };
        let &[first, second] = elements.as_slice() else { return None };
        match (self.value(here(first)), self.value(here(second))) {
            (_, Value::Spread(_)) if matches!(self.value(here(first)), Value::Spread(_)) => None,
            (Value::Spread(old), _) => Some((here(*old), here(second))),
            (_, Value::Spread(old)) => Some((here(*old), here(first))),
            _ => None,
        }
    }

    /// Whether a unit reads a member of that name anywhere.
    pub(crate) fn reads_member(&self, unit: UnitId, member: &str) -> bool {
        let mut values = self.facts(unit).values.iter();
        values.any(|data| matches!(&data.value, Value::Member { name, .. } if name == member))
    }

    /// What a conditional run of a call rests on: the innermost statement around it that starts with `if`, and the `return`
    /// without a value that leaves its function before it.
    pub(crate) fn ways_around(&self, v: V, source: impl Fn(Span) -> String) -> (Option<Span>, Vec<Span>) {
        let start = self.span(v).start;
        let leaves =
            self.bare_returns(self.func_of(v), &source).into_iter().filter(|leave| leave.end <= start).collect();
        let mut around = self.facts(v.unit).stmts.iter().filter(|stmt| stmt.span.contains(self.span(v)));
        let own = self.func_of(v).id;
        let is_if = |stmt: &&Stmt| stmt.func == own && source(stmt.span).starts_with("if ");
        let conditional = around.by_ref().filter(is_if).map(|stmt| stmt.span).min_by_key(|span| span.len());
        (conditional, leaves)
    }

    /// The object literal that an expression is a property of.
    pub(crate) fn object_around(&self, v: V) -> Option<V> {
        self.uses(v).iter().find_map(|used| match *used {
            Use::Prop(object, _) => Some(V { unit: v.unit, id: object }),
            _ => None,
        })
    }

    /// The call that an expression is an argument of.
    pub(crate) fn call_given(&self, v: V) -> Option<V> {
        self.uses(v).iter().find_map(|used| match *used {
            Use::Arg(call, _) => Some(V { unit: v.unit, id: call }),
            _ => None,
        })
    }

    /// The name of the member that an expression is assigned to.
    pub(crate) fn name_of_target_set_to(&self, v: V) -> Option<Span> {
        let target = self.target_of(v)?;
        let Value::Member { name, .. } = self.value(target) else { return None };
        let end = self.span(target).end;
        Some(Span { start: end - name.len() as u32, end })
    }
}
