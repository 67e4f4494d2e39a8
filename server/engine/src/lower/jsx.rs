//! JSX: an element is a call of its component with a record.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::Kind;

impl<'tree> Lowering<'tree> {
    pub(super) fn jsx_element(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let children = self.children(node);
        let open = match self.kind(node) {
            Kind::JsxElement => children.first().map(|&(open, _)| open),
            _ => Some(node),
        };
        let (tag, props) = open.map_or((None, Vec::new()), |open| self.opening(open));
        let mut inner = Vec::new();
        if self.kind(node) == Kind::JsxElement {
            for &(child, _) in children.iter() {
                if !matches!(self.kind(child), Kind::JsxOpening | Kind::JsxClosing) {
                    inner.extend(self.jsx_value(child));
                }
            }
        }
        let given: SmallVec<[ValueId; 8]> = props.iter().map(|prop| prop.value).collect();
        self.facts.has_references |= props.iter().any(|prop| prop.key.as_deref() == Some("ref"));
        let value = self.push(Value::Jsx { tag, props }, span);
        if let Some(tag) = tag {
            self.add_use(tag, Use::Callee(value));
        }
        for (index, prop) in given.into_iter().enumerate() {
            self.add_use(prop, Use::JsxProp(value, index as u32));
        }
        for child in inner {
            self.add_use(child, Use::JsxChild(value));
        }
        value
    }

    /// The component (`None` for an element of the platform or a fragment) and the properties.
    fn opening(&mut self, node: Node<'tree>) -> (Option<ValueId>, Vec<Prop>) {
        let mut tag = None;
        let mut props = Vec::new();
        for &(child, _) in self.children(node).iter() {
            match self.kind(child) {
                Kind::Identifier if self.text(child).starts_with(|first: char| first.is_lowercase()) => {}
                Kind::Identifier | Kind::Member => tag = Some(self.expression(child)),
                Kind::JsxAttribute => props.extend(self.attribute(child)),
                Kind::JsxExpression => {
                    props.extend(self.jsx_value(child).map(|value| Prop { key: None, value, shorthand: false }));
                }
                _ => {}
            }
        }
        (tag, props)
    }

    fn attribute(&mut self, node: Node<'tree>) -> Option<Prop> {
        let children = self.children(node);
        let &(name, _) = children.first()?;
        let key = Some(self.name(name));
        let value = match children.get(1) {
            Some(&(value, _)) => self.jsx_value(value)?,
            None => {
                let span = self.span(name);
                self.push(Value::Lit(Lit::Bool(true)), span)
            }
        };
        Some(Prop { key, value, shorthand: false })
    }

    fn jsx_value(&mut self, node: Node<'tree>) -> Option<ValueId> {
        match self.kind(node) {
            Kind::JsxExpression => {
                let inside = self.span(node).without_ends();
                if let Some(value) = self.dotted_name(node, inside) {
                    return Some(value);
                }
                let &(inner, _) = self.children(node).first()?;
                Some(self.argument(inner))
            }
            Kind::JsxText => None,
            _ => Some(self.expression(node)),
        }
    }
}
