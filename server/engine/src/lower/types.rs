//! The types that code declares, as far as they tell what the members of an object are.

use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};

impl<'tree> Lowering<'tree> {
    /// `interface Props { socket: Socket }`, `type Props = { socket: Socket }`.
    pub(super) fn type_declaration(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        let body = children.of(Field::Body).or_else(|| children.of(Field::Value));
        if let (Some(name), Some(body)) = (children.of(Field::Name), body) {
            let name = self.name(name);
            self.type_shape(name, body);
        }
    }

    /// The type of a parameter: its name, or a made-up one for `{ socket }: { socket: Socket }`.
    pub(super) fn parameter_type(&mut self, annotation: Node<'tree>) -> Option<Name> {
        let is_object = self.text(annotation).trim_start_matches([':', ' ']).starts_with('{');
        let inline = if is_object { self.children(annotation) } else { Default::default() };
        let Some(&(body, _)) = inline.iter().find(|(child, _)| child.kind() == "object_type") else {
            return self.type_name(annotation);
        };
        let name = Name::from(format!("#{}", self.span(body).start));
        self.type_shape(name.clone(), body);
        Some(name)
    }

    fn type_shape(&mut self, name: Name, body: Node<'tree>) {
        // Most types hold strings and numbers alone, and a look at the text is soon done.
        let mut after_colons = self.text(body).split(':').skip(1);
        if !after_colons.any(|rest| rest.trim_start().starts_with(|first: char| first.is_uppercase())) {
            return;
        }
        let mut members = Vec::new();
        for &(member, _) in self.children(body).iter() {
            let parts = self.children(member);
            let (Some(key), Some(annotation)) = (parts.of(Field::Name), parts.of(Field::Type)) else { continue };
            if let (Some(key), Some(type_name)) = (self.property_name(key), self.type_name(annotation)) {
                members.push((key, type_name));
            }
        }
        if !members.is_empty() {
            self.facts.types.push(TypeShape { name, members });
        }
    }

    /// The first name in a type: `WebSocket` of `WebSocket | null`, `Ref` of `Ref<WebSocket>`.
    pub(super) fn type_name(&mut self, annotation: Node<'tree>) -> Option<Name> {
        let mut rest = vec![annotation];
        // Annotations of real code are small; a generated one ends the search, not the process.
        for _ in 0..64 {
            let node = rest.pop()?;
            match self.kind(node) {
                Kind::TypeIdentifier => return Some(self.name(node)),
                _ => rest.extend(self.children(node).iter().rev().map(|(child, _)| child)),
            }
        }
        None
    }
}
