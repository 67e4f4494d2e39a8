//! Calls, constructions and their arguments.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};
use crate::text::Span;

impl<'tree> Lowering<'tree> {
    pub(super) fn call_expression(&mut self, node: Node<'tree>) -> ValueId {
        let whole = self.span(node);
        let is_new = self.kind(node) == Kind::New;
        // The grammar reads `await open<T>(url)` as a call of what `await open` gives.
        let awaited = if is_new { None } else { self.awaited_callee(node) };
        let span = Span { start: awaited.map_or(whole.start, |callee| self.span(callee).start), ..whole };
        let named = if is_new { None } else { self.named_callee(node, span) };
        let (callee, list) = match named {
            Some((callee, list)) => (callee, Some(list)),
            None => {
                let children = self.children(node);
                let callee = children.of(if is_new { Field::Constructor } else { Field::Function });
                let Some(callee) = callee else { return self.other_expression(node) };
                (self.callee(awaited.unwrap_or(callee)), children.of(Field::Arguments))
            }
        };
        let mut args = SmallVec::new();
        let mut args_span = Span { start: span.end, end: span.end };
        if let Some(list) = list {
            args_span = self.span(list);
            if self.kind(list) == Kind::Template {
                args.push(self.expression(list));
            } else {
                self.arguments(list, args_span, &mut args);
            }
        }
        let value = self.push(Value::Call(Call { callee, args: args.clone(), is_new, args_span }), span);
        self.add_use(callee, Use::Callee(value));
        for (index, &argument) in args.iter().enumerate() {
            self.add_use(argument, Use::Arg(value, index as u32));
        }
        self.facts.calls.push(value);
        self.op(Op::Call(value));
        if awaited.is_some() { self.awaited(value, whole) } else { value }
    }

    /// What is called where the callee is an `await` without parentheses.
    fn awaited_callee(&mut self, node: Node<'tree>) -> Option<Node<'tree>> {
        let callee = self.children(node).of(Field::Function).filter(|&callee| self.kind(callee) == Kind::Await)?;
        self.children(callee).first().map(|&(inner, _)| inner)
    }

    /// The callee that is a plain name, or names with dots between them, and the arguments.
    fn named_callee(&mut self, node: Node<'tree>, span: Span) -> Option<(ValueId, Node<'tree>)> {
        if node.child_count() != 2 {
            return None;
        }
        let list = node.child(1)?;
        let callee = self.dotted_name(node, Span { end: self.span(list).start, ..span })?;
        Some((callee, list))
    }

    fn callee(&mut self, node: Node<'tree>) -> ValueId {
        match self.kind(node) {
            Kind::Import => {
                let span = self.span(node);
                self.push(Value::Free(Name::new_static("import")), span)
            }
            _ => self.expression(node),
        }
    }

    fn arguments(&mut self, list: Node<'tree>, span: Span, args: &mut SmallVec<[ValueId; 2]>) {
        let inside = span.without_ends();
        if inside.is_empty() {
            return;
        }
        if let Some(value) = self.dotted_name(list, inside) {
            return args.push(value);
        }
        for &(argument, _) in self.children(list).iter() {
            args.push(self.argument(argument));
        }
    }

    pub(super) fn argument(&mut self, node: Node<'tree>) -> ValueId {
        if self.kind(node) != Kind::Spread {
            return self.expression(node);
        }
        let span = self.span(node);
        let inner = self.children(node).first().map(|&(child, _)| self.expression(child));
        let Some(inner) = inner else { return self.unknown(span) };
        let value = self.push(Value::Spread(inner), span);
        self.add_use(inner, Use::Spread(value));
        value
    }
}
