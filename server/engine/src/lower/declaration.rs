//! `const`, `let`, `var`, and the assignment that `using` is read as.

use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};

impl<'tree> Lowering<'tree> {
    pub(super) fn variables(&mut self, node: Node<'tree>) {
        let kind = match self.text(node).as_bytes() {
            [b'c', ..] => BindingKind::Const,
            [b'v', ..] => BindingKind::Var,
            [b'u', ..] | [b'a', ..] => BindingKind::Using,
            _ => BindingKind::Let,
        };
        for &(declarator, _) in self.children(node).iter() {
            if self.kind(declarator) == Kind::VariableDeclarator {
                self.declarator(declarator, kind);
            }
        }
    }

    fn declarator(&mut self, node: Node<'tree>, kind: BindingKind) {
        let children = self.children(node);
        let Some(name) = children.of(Field::Name) else { return };
        let type_name = children.of(Field::Type).and_then(|annotation| self.type_name(annotation));
        let is_plain = self.kind(name) == Kind::Identifier;
        let value = children.of(Field::Value).map(|value| self.expression(value));
        match value {
            Some(value) => {
                self.name_function(value, name);
                let before = self.facts.bindings.len();
                self.pattern(name, value, kind);
                if is_plain && let Some(binding) = self.facts.bindings.get_mut(before) {
                    binding.type_name = type_name;
                }
            }
            None if is_plain => {
                let (text, span) = (self.name(name), self.span(name));
                let binding = self.declare(text, kind, span);
                self.facts.bindings[binding.index()].type_name = type_name;
            }
            None => {
                let span = self.span(name);
                let value = self.unknown(span);
                self.pattern(name, value, kind);
            }
        }
    }

    /// `const connect = () => …` names its function, also through `useCallback(…)`.
    fn name_function(&mut self, value: ValueId, name: Node<'tree>) {
        let name = self.name(name);
        let func = match &self.facts.value(value).value {
            Value::Func(func) => Some(*func),
            Value::Call(call) => call.args.first().and_then(|first| match self.facts.value(*first).value {
                Value::Func(func) => Some(func),
                _ => None,
            }),
            _ => None,
        };
        if let Some(func) = func {
            self.facts.funcs[func.index()].name.get_or_insert(name);
        }
    }
}
