//! Functions: parameters, body, and what they return.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::builder::Lowering;
use super::children::Children;
use super::ir::*;
use crate::syntax::{Field, Kind};
use crate::text::Span;

impl<'tree> Lowering<'tree> {
    /// An arrow, a function expression, or an object's method.
    pub(super) fn function_expression(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let value = self.unknown(span);
        let children = self.children(node);
        let name = children.of(Field::Name).map(|name| self.name(name));
        let func = self.function(node, &children, name, Some(value));
        self.facts.values[value.index()].value = Value::Func(func);
        value
    }

    pub(super) fn function_declaration(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        let Some(name) = children.of(Field::Name) else { return };
        let (text, name_span) = (self.name(name), self.span(name));
        let binding = self.declare(text.clone(), BindingKind::Function, name_span);
        let span = self.span(node);
        let value = self.unknown(span);
        let func = self.function(node, &children, Some(text), Some(value));
        self.facts.values[value.index()].value = Value::Func(func);
        self.bind(binding, value);
    }

    /// Lowers a function's parameters and body in a run of its own.
    pub(super) fn function(
        &mut self,
        node: Node<'tree>,
        children: &Children<'tree>,
        name: Option<Name>,
        value: Option<ValueId>,
    ) -> FuncId {
        let span = self.span(node);
        let is_async = self.has_word(node, "async");
        let body = children.of(Field::Body);
        let id = FuncId(self.facts.funcs.len() as u32);
        let expression_body = body.is_some_and(|body| self.kind(body) != Kind::StatementBlock);
        self.facts.funcs.push(Func {
            parent: Some(self.func),
            name,
            value,
            params: SmallVec::new(),
            param_types: Vec::new(),
            is_async,
            span,
            body: body.map_or(span, |body| self.span(body)),
            expression_body,
            blocks: vec![Block::default()],
            returns: SmallVec::new(),
        });
        let outer = (self.func, self.block, self.stmt, std::mem::take(&mut self.guards));
        self.func = id;
        self.block = BlockId(0);
        self.in_scope(true, |this| {
            let mut index = 0;
            if let Some(parameter) = children.of(Field::Parameter) {
                this.parameter(parameter, None, &mut index);
            }
            if let Some(list) = children.of(Field::Parameters) {
                this.formal_parameters(list, &mut index);
            }
            match body {
                Some(body) if expression_body => {
                    let result = this.expression(body);
                    this.return_value(Some(result));
                }
                Some(body) => this.statements(body),
                None => {}
            }
        });
        (self.func, self.block, self.stmt, self.guards) = outer;
        id
    }

    fn formal_parameters(&mut self, list: Node<'tree>, index: &mut u32) {
        let inside = self.span(list).without_ends();
        if let Some(name) = self.plain_name(list, inside) {
            return self.named_parameter(name, inside, index);
        }
        for &(parameter, _) in self.children(list).iter() {
            let span = self.span(parameter);
            match self.plain_name(parameter, span) {
                Some(name) => self.named_parameter(name, span, index),
                None => self.formal_parameter(parameter, index),
            }
        }
    }

    /// A parameter that is a name and nothing else.
    fn named_parameter(&mut self, name: &str, span: Span, index: &mut u32) {
        let value = self.next_parameter(span, index);
        let binding = self.declare(Name::from(name), BindingKind::Param, span);
        self.bind(binding, value);
    }

    fn next_parameter(&mut self, span: Span, index: &mut u32) -> ValueId {
        let value = self.push(Value::Param { func: self.func, index: *index }, span);
        *index += 1;
        self.facts.funcs[self.func.index()].params.push(value);
        value
    }

    fn formal_parameter(&mut self, node: Node<'tree>, index: &mut u32) {
        let children = self.children(node);
        let Some(pattern) = children.of(Field::Pattern).or_else(|| children.of(Field::Name)) else { return };
        if self.kind(pattern) == Kind::This {
            return;
        }
        let type_name = children.of(Field::Type).and_then(|annotation| self.parameter_type(annotation));
        let before = self.facts.bindings.len();
        self.parameter(pattern, children.of(Field::Value), index);
        let func = self.func.index();
        if let Some(known) = &type_name {
            let param_types = &mut self.facts.funcs[func].param_types;
            param_types.push((*index - 1, known.clone()));
        }
        let is_plain = self.kind(pattern) == Kind::Identifier;
        if is_plain && let Some(binding) = self.facts.bindings.get_mut(before) {
            binding.type_name = type_name;
        }
    }

    fn parameter(&mut self, pattern: Node<'tree>, default: Option<Node<'tree>>, index: &mut u32) {
        let span = self.span(pattern);
        let value = self.next_parameter(span, index);
        match default {
            Some(default) => {
                let either = self.expression(default);
                let of = self.push(Value::OneOf([value, either].into_iter().collect()), span);
                self.add_use(value, Use::Branch(of));
                self.add_use(either, Use::Branch(of));
                self.pattern(pattern, of, BindingKind::Param);
            }
            None => self.pattern(pattern, value, BindingKind::Param),
        }
    }
}
