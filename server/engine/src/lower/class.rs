//! Classes. A top-level class is cut into units, its head and each member; any other stays whole, and what its
//! methods hold is unknown to the outside.

use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind, class_members};

/// The option by which Angular makes one instance for many; it stands among the names of the decorators.
pub(crate) const PROVIDED_IN: &str = "providedIn";

impl<'tree> Lowering<'tree> {
    pub(super) fn class_declaration(&mut self, node: Node<'tree>) {
        let name = self.child(node, Field::Name);
        let span = self.span(node);
        let value = if self.scope == 0 { self.class_header(node) } else { self.nested_class(node) };
        if let Some(name) = name {
            let (text, name_span) = (self.name(name), self.span(name));
            let binding = self.declare(text, BindingKind::Class, name_span);
            self.bind(binding, value);
        }
        debug_assert!(span.contains(self.facts.value(value).span));
    }

    /// The head alone: the members are units of their own.
    pub(super) fn class_header(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let name = self.class.clone().unwrap_or_else(|| Name::new_static("default"));
        let mut extends = None;
        for &(child, field) in self.children(node).iter() {
            if field == Field::None && child.kind() == "class_heritage" {
                extends = self.heritage(child);
            }
        }
        let decorators = self.decorators(node);
        self.facts.class = Some(ClassRole::Header { name, extends, decorators });
        self.push(Value::Class, span)
    }

    /// `Component` of `@Component({…})`; those of an exported class stand before the `export`.
    fn decorators(&mut self, class: Node<'tree>) -> Vec<Name> {
        let mut names = Vec::new();
        let export = class.parent().filter(|parent| self.kind(*parent) == Kind::ExportStatement);
        for holder in export.into_iter().chain([class]) {
            let mut cursor = holder.walk();
            let decorators = holder.children(&mut cursor).filter(|child| child.kind() == "decorator");
            for decorator in decorators {
                let text = self.text(decorator).trim_start_matches(['@', ' ']);
                let end = text.find(|char: char| !char.is_alphanumeric() && !matches!(char, '_' | '$'));
                names.push(Name::from(&text[..end.unwrap_or(text.len())]));
                // `@Injectable({ providedIn: "root" })`: one for the whole application.
                names.extend(text.contains(PROVIDED_IN).then_some(Name::new_static(PROVIDED_IN)));
            }
        }
        names
    }

    fn heritage(&mut self, node: Node<'tree>) -> Option<ValueId> {
        let children = self.children(node);
        let &(clause, _) = children.iter().find(|(child, _)| child.kind() == "extends_clause")?;
        let parent = self.child(clause, Field::Value)?;
        Some(self.expression(parent))
    }

    /// A class within a function: its members run as functions of this unit, on a `this` that nobody follows.
    pub(super) fn nested_class(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let value = self.push(Value::Class, span);
        let body = self.child(node, Field::Body);
        let outer = self.class.take();
        if let Some(body) = body {
            for member in class_members(body, self.grammar) {
                match self.kind(member) {
                    Kind::Method => {
                        let method = self.function_expression(member);
                        self.add_use(method, Use::Operand(value));
                    }
                    _ => {
                        if let Some(initial) = self.child(member, Field::Value) {
                            let initial = self.expression(initial);
                            self.add_use(initial, Use::Operand(value));
                        }
                    }
                }
            }
        }
        self.class = outer;
        value
    }

    /// A member of a class that is cut into units.
    pub(super) fn class_member(&mut self, node: Node<'tree>) {
        let name = match self.child(node, Field::Name) {
            Some(name) => self.property_name(name).unwrap_or_default(),
            None => Name::default(),
        };
        let is_static = self.has_word(node, "static");
        let is_private = name.starts_with('#') || self.is_private(node);
        let role = match self.kind(node) {
            Kind::Method => {
                let children = self.children(node);
                let func = self.function(node, &children, Some(name.clone()), None);
                self.parameter_properties(node);
                let is_getter = self.has_word(node, "get");
                ClassRole::Method { name, func, is_private, is_static, is_getter }
            }
            Kind::Field => {
                let value = self.child(node, Field::Value).map(|value| self.expression(value));
                ClassRole::Field { name, value, is_private, is_static }
            }
            _ => {
                if let Some(body) = self.child(node, Field::Body) {
                    self.in_scope(true, |this| this.statements(body));
                }
                ClassRole::Block
            }
        };
        self.facts.class = Some(role);
    }

    fn is_private(&mut self, node: Node<'tree>) -> bool {
        let children = self.children(node);
        let mut modifiers = children.iter();
        modifiers.any(|&(child, _)| child.kind() == "accessibility_modifier" && self.text(child) != "public")
    }

    /// `constructor(private url: string)` stores the parameter to `this.url`.
    fn parameter_properties(&mut self, method: Node<'tree>) {
        let Some(list) = self.child(method, Field::Parameters) else { return };
        let func = FuncId(1);
        for (index, &(parameter, _)) in self.children(list).iter().enumerate() {
            let parts = self.children(parameter);
            if !parts.iter().any(|(child, _)| child.kind() == "accessibility_modifier") {
                continue;
            }
            let pattern = parts.of(Field::Pattern);
            let value = self.facts.func(func).params.get(index).copied();
            if let (Some(pattern), Some(value)) = (pattern, value) {
                let (name, span) = (self.name(pattern), self.span(pattern));
                let this = self.push(Value::This, span);
                let target = self.member(this, name, span);
                self.assign(target, None, value, Name::new_static("="), span);
            }
        }
    }
}
