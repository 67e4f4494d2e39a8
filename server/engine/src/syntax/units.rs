//! Dividing a tree into units: its top-level items, and the members of a top-level class.
//!
//! A class is cut into its members because a class of 3,000 lines is otherwise one unit, lowered again at each
//! keystroke in it.

use std::ops::ControlFlow;

use tree_sitter::{Node, Tree};

use super::{Grammar, Kind, kind_of};
use crate::text::Span;

/// A unit's place in its tree, and what must be equal for the unit to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnitSpan {
    /// Bytes of the tree.
    pub(crate) span: Span,
    /// The grammar's number of the node's kind.
    pub(crate) kind: u16,
    /// Whether the parser had to repair something within.
    pub(crate) broken: bool,
    /// It is a member of the class whose head was the last unit before it that is none.
    pub(crate) is_member: bool,
}

/// Visits the top-level items of a tree from byte `from` on, in the order of the text, until told to stop.
pub(crate) fn top_level_items<'tree>(
    tree: &'tree Tree,
    grammar: Grammar,
    from: usize,
    mut visit: impl FnMut(Node<'tree>) -> ControlFlow<()>,
) {
    let mut cursor = tree.walk();
    if cursor.goto_first_child_for_byte(from).is_none() {
        return;
    }
    loop {
        let node = cursor.node();
        let is_item = node.is_named() && kind_of(grammar, node) != Kind::Comment;
        if (is_item && visit(node).is_break()) || !cursor.goto_next_sibling() {
            return;
        }
    }
}

/// The units of a top-level item. A class gives one for its head (name, heritage; its span is that of the whole
/// class) and one for each member, after it.
pub(crate) fn item_units<'tree>(node: Node<'tree>, grammar: Grammar, units: &mut Vec<(UnitSpan, Node<'tree>)>) {
    units.push((unit_span(node, false), node));
    let Some(body) = class_of(node, grammar).and_then(|class| class.child_by_field_name("body")) else { return };
    for member in class_members(body, grammar) {
        units.push((unit_span(member, true), member));
    }
}

/// The unit that a node is.
pub(crate) fn unit_span(node: Node<'_>, is_member: bool) -> UnitSpan {
    UnitSpan {
        span: Span::new(node.start_byte(), node.end_byte()),
        kind: node.kind_id(),
        broken: node.has_error(),
        is_member,
    }
}

/// The class declaration that a top-level item is or exports.
pub(crate) fn class_of(node: Node<'_>, grammar: Grammar) -> Option<Node<'_>> {
    match kind_of(grammar, node) {
        Kind::ClassDeclaration | Kind::AbstractClass => Some(node),
        Kind::ExportStatement => {
            let item = node.child_by_field_name("declaration").or_else(|| node.child_by_field_name("value"))?;
            let kind = kind_of(grammar, item);
            matches!(kind, Kind::ClassDeclaration | Kind::AbstractClass | Kind::ClassExpression).then_some(item)
        }
        _ => None,
    }
}

/// The members of a class body, in order.
pub(crate) fn class_members(body: Node<'_>, grammar: Grammar) -> Vec<Node<'_>> {
    let mut cursor = body.walk();
    body.named_children(&mut cursor)
        .filter(|member| matches!(kind_of(grammar, *member), Kind::Method | Kind::Field | Kind::ClassStaticBlock))
        .collect()
}
