//! Errors of realtime work that code catches and forgets.

use super::resource::Resource;
use super::view::{F, UnitId, V, View};
use crate::catalog::Errors;
use crate::lower::ir::*;
use crate::text::Span;

/// Methods that give a promise of an answer or of a connection.
const ASKS: [&str; 12] = [
    "start",
    "connect",
    "invoke",
    "send",
    "emit",
    "emitWithAck",
    "publish",
    "publishAsync",
    "track",
    "join",
    "subscribe",
    "subscribeAsync",
];

/// A place where an error ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Swallowed {
    pub(crate) unit: UnitId,
    /// What does nothing with it: the function, or the `catch` clause.
    pub(crate) place: Span,
    /// Where a comment may say why: a unit and a stretch of it.
    pub(crate) body: (UnitId, Span),
}

impl<'doc> View<'doc> {
    /// The handlers and callbacks for errors of a resource that do nothing.
    pub(crate) fn empty_error_handlers(&self, resource: &Resource<'doc>) -> Vec<Swallowed> {
        // In a browser `error` has no reason, and `close` follows it (WHATWG WebSockets, "fail the connection").
        let is_told_by_close = resource.kind.opens_once || resource.kind.bare;
        let is_heard = is_told_by_close && self.listens_for(resource, "close");
        let is_error = |event: &str| matches!(event, "error" | "connect_error");
        let heard = self.handlers(resource).iter().filter(|handler| is_error(&handler.event) && !is_heard);
        let heard = heard.filter(|handler| !self.is_taken_off(handler.at));
        let mut functions: Vec<V> = heard.map(|handler| handler.function).collect();
        let takes_callback =
            resource.kind.errors == Some(Errors::Callback) || resource.kind.kind.starts_with("firestore");
        if let Some(first) = resource.callback_index().filter(|_| takes_callback) {
            let args = self.call(resource.site).map(|call| call.args.as_slice()).unwrap_or_default();
            functions.extend(args.iter().skip(first + 1).map(|&id| V { unit: resource.site.unit, id }));
        }
        functions.into_iter().filter_map(|function| self.swallows(function)).collect()
    }

    /// Whether an assignment takes a handler off: others of the same object are taken off beside it, or it is closed.
    fn is_taken_off(&self, assign: V) -> bool {
        let object_of = |assign: V| match self.value(assign) {
            Value::Assign { target, .. } => match self.value(V { unit: assign.unit, id: *target }) {
                Value::Member { object, name } => {
                    name.starts_with("on").then_some(V { unit: assign.unit, id: *object })
                }
                _ => None,
            },
            _ => None,
        };
        let Some(object) = object_of(assign) else { return false };
        let is_beside = |v: V, value: &Value| match value {
            Value::Assign { value, .. } => {
                let function = V { unit: v.unit, id: *value };
                v != assign
                    && object_of(v).is_some_and(|other| self.are_one_place(other, object))
                    && self.swallows(function).is_some()
            }
            Value::Call(_) => self.method(v).is_some_and(|(other, name)| {
                matches!(name.as_str(), "close" | "terminate" | "destroy") && self.are_one_place(other, object)
            }),
            _ => false,
        };
        self.operations_of(self.func_of(assign)).any(|(v, value)| is_beside(v, value))
    }

    /// The `catch` callbacks of a unit that forget what a connection refused.
    pub(crate) fn forgotten_promises(&self, unit: UnitId) -> Vec<Swallowed> {
        let caught = self.calls_in(unit).filter_map(|call| {
            let (object, _) = self.method(call).filter(|(_, name)| *name == "catch")?;
            self.is_realtime_promise(object).then(|| self.arg(call, 0))?
        });
        caught.filter_map(|function| self.swallows(function)).collect()
    }

    /// The `catch` clauses of a unit that forget what realtime work threw.
    pub(crate) fn empty_catches(&self, unit: UnitId, parsing: &[F]) -> Vec<Swallowed> {
        let facts = self.facts(unit);
        let empty = facts.tries.iter().filter(|tried| tried.ignores);
        let is_realtime = |tried: &&Try| {
            let mut calls = self.calls_in(unit).filter(|&call| tried.body.contains(self.span(call)));
            calls.any(|call| self.does_realtime_work(call, parsing) && !self.is_in_loop(call))
        };
        let found = empty.filter(is_realtime).filter(|tried| !self.is_looked_at_afterwards(unit, tried));
        found.map(|tried| Swallowed { unit, place: tried.clause, body: (unit, tried.handler) }).collect()
    }

    /// A function that has nothing in it.
    fn swallows(&self, function: V) -> Option<Swallowed> {
        let functions = self.functions(function).0;
        let &[func] = functions.as_slice() else { return None };
        let data = self.func(func);
        let is_empty = data.blocks.iter().all(|block| block.ops.is_empty()) && data.returns.is_empty();
        (is_empty && !data.expression_body).then(|| Swallowed {
            unit: function.unit,
            place: self.span(function),
            body: (func.unit, data.body),
        })
    }

    fn is_realtime_promise(&self, v: V) -> bool {
        let Some((object, name)) = self.method(v) else { return false };
        let kinds =
            || self.catalog().kinds().map(|(_, kind)| kind).filter(|kind| kind.is_connection() && kind.is_stream());
        ASKS.contains(&name.as_str())
            && (self.sends_on(object, name) || kinds().any(|kind| self.is_handle(object, kind, 0)))
    }

    /// Whether a call opens, subscribes, sends, or reads a message in its handler.
    fn does_realtime_work(&self, call: V, parsing: &[F]) -> bool {
        let opens = || {
            self.resource(call).is_some_and(|resource| {
                resource.kind.is_connection() && resource.kind.is_stream() && !resource.kind.child
            })
        };
        let parses = parsing.contains(&self.func_of(call)) && self.calls_global(call, &["JSON", "parse"]);
        parses || self.is_realtime_promise(call) || opens()
    }

    /// Whether what a `try` sets, or gives back, is looked at behind it.
    fn is_looked_at_afterwards(&self, unit: UnitId, tried: &Try) -> bool {
        let facts = self.facts(unit);
        let end = tried.clause.end;
        let mut sets = facts.bindings.iter().filter(|binding| {
            let is_outside = !tried.body.contains(binding.span);
            is_outside && binding.stores.iter().any(|&store| tried.body.contains(facts.value(store).span))
        });
        let is_read = sets.any(|binding| binding.reads.iter().any(|&read| facts.value(read).span.start >= end));
        let returns = facts.funcs.iter().flat_map(|func| &func.returns);
        is_read || returns.into_iter().any(|&id| tried.body.contains(facts.value(id).span))
    }
}
