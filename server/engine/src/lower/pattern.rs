//! Destructuring: each name is bound to the member of the value that it takes.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};

impl<'tree> Lowering<'tree> {
    /// Declares the names of a pattern, bound to the parts of `value`.
    pub(super) fn pattern(&mut self, node: Node<'tree>, value: ValueId, kind: BindingKind) {
        self.destructure(node, value, Some(kind));
    }

    /// Assigns the parts of `value` to the targets of a pattern.
    pub(super) fn assign_pattern(&mut self, node: Node<'tree>, value: ValueId) {
        self.destructure(node, value, None);
    }

    fn destructure(&mut self, node: Node<'tree>, value: ValueId, declare: Option<BindingKind>) {
        let _ = self.deeper(|this| this.destructure_of_kind(node, value, declare));
    }

    fn destructure_of_kind(&mut self, node: Node<'tree>, value: ValueId, declare: Option<BindingKind>) {
        let span = self.span(node);
        match self.kind(node) {
            Kind::Identifier | Kind::ShorthandPattern => self.target(node, value, declare),
            Kind::ObjectPattern => {
                for &(child, _) in self.children(node).iter() {
                    self.object_pattern_part(child, value, declare);
                }
            }
            Kind::ArrayPattern => self.array_pattern(node, value, declare),
            Kind::AssignmentPattern | Kind::ObjectAssignmentPattern => {
                let children = self.children(node);
                let Some(left) = children.of(Field::Left) else { return };
                let value = match children.of(Field::Right) {
                    Some(right) => self.with_default(value, right),
                    None => value,
                };
                self.destructure(left, value, declare);
            }
            Kind::RestPattern => {
                // The rest of an object keeps its other properties: for following a handle it is the object.
                if let Some(&(inner, _)) = self.children(node).first() {
                    self.destructure(inner, value, declare);
                }
            }
            Kind::NonNull | Kind::Parenthesized => {
                if let Some(&(inner, _)) = self.children(node).first() {
                    self.destructure(inner, value, declare);
                }
            }
            _ if declare.is_none() => {
                let target = self.expression(node);
                self.assign(target, None, value, Name::new_static("="), span);
            }
            _ => {}
        }
    }

    fn target(&mut self, node: Node<'tree>, value: ValueId, declare: Option<BindingKind>) {
        let (name, span) = (self.name(node), self.span(node));
        match declare {
            Some(kind) => {
                let binding = self.declare(name, kind, span);
                self.bind(binding, value);
            }
            None => {
                let target = self.unknown(span);
                self.assign(target, Some(name), value, Name::new_static("="), span);
            }
        }
    }

    fn with_default(&mut self, value: ValueId, default: Node<'tree>) -> ValueId {
        let span = self.span(default);
        let default = self.expression(default);
        let either = self.push(Value::OneOf(SmallVec::from_slice(&[value, default])), span);
        self.add_use(value, Use::Branch(either));
        self.add_use(default, Use::Branch(either));
        either
    }

    fn object_pattern_part(&mut self, node: Node<'tree>, value: ValueId, declare: Option<BindingKind>) {
        let span = self.span(node);
        match self.kind(node) {
            Kind::PairPattern => {
                let children = self.children(node);
                let key = children.of(Field::Key).and_then(|key| self.property_name(key));
                let part = match key {
                    Some(key) => self.member(value, key, span),
                    None => self.unknown(span),
                };
                if let Some(inner) = children.of(Field::Value) {
                    self.destructure(inner, part, declare);
                }
            }
            Kind::ShorthandPattern => {
                let name = self.name(node);
                let part = self.member(value, name, span);
                self.target(node, part, declare);
            }
            Kind::ObjectAssignmentPattern => {
                let children = self.children(node);
                let Some(left) = children.of(Field::Left) else { return };
                let name = self.name(left);
                let part = self.member(value, name, span);
                let part = match children.of(Field::Right) {
                    Some(right) => self.with_default(part, right),
                    None => part,
                };
                self.destructure(left, part, declare);
            }
            _ => self.destructure(node, value, declare),
        }
    }

    /// `[a, , b]`: holes count, so the commas are counted and not the children.
    fn array_pattern(&mut self, node: Node<'tree>, value: ValueId, declare: Option<BindingKind>) {
        let mut index = 0.0;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.kind() == "," {
                index += 1.0;
                continue;
            }
            if !child.is_named() || child.is_extra() {
                continue;
            }
            let span = self.span(child);
            let position = self.push(Value::Lit(Lit::Num(index)), span);
            let part = self.index(value, position, span);
            self.destructure(child, part, declare);
        }
    }
}
