//! The children of a node that mean something.
//!
//! A tree cursor gives children with their fields, but each of its steps costs as much as the rest of lowering a
//! small node. So the most common kinds, where the grammar fixes which child is in which field, are read by index.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::builder::Lowering;
use crate::syntax::{Field, Kind, field_of, is_punctuation};

/// A child of a node with its field.
pub(super) type Child<'tree> = (Node<'tree>, Field);

/// The children of a node that mean something.
#[derive(Debug, Default)]
pub(super) struct Children<'tree>(SmallVec<[Child<'tree>; 4]>);

impl<'tree> Children<'tree> {
    /// The child in that field.
    pub(super) fn of(&self, field: Field) -> Option<Node<'tree>> {
        self.0.iter().find(|(_, of)| *of == field).map(|&(child, _)| child)
    }
}

impl<'tree> std::ops::Deref for Children<'tree> {
    type Target = [Child<'tree>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Finding the n-th child looks at all before it, so long lists are for the cursor.
const MAX_LISTED: usize = 8;

/// What is known of a kind's children.
#[derive(Clone, Copy)]
enum Layout {
    /// None is in a field that anybody asks for.
    List,
    /// If there are so many, each is in the field that stands in its place; `None`: a token without meaning.
    Fields(&'static [Field]),
    /// Nothing.
    Unknown,
}

fn layout(kind: Kind) -> Layout {
    const MIDDLE: Field = Field::None;
    match kind {
        Kind::Arguments
        | Kind::Array
        | Kind::ExpressionStatement
        | Kind::FormalParameters
        | Kind::JsxAttribute
        | Kind::JsxElement
        | Kind::JsxExpression
        | Kind::JsxOpening
        | Kind::JsxSelfClosing
        | Kind::LexicalDeclaration
        | Kind::Parenthesized
        | Kind::Return
        | Kind::StatementBlock
        | Kind::Template
        | Kind::TemplateSubstitution => Layout::List,
        Kind::ArrowFunction => Layout::Fields(&[Field::Parameters, MIDDLE, Field::Body]),
        Kind::Assignment | Kind::Binary => Layout::Fields(&[Field::Left, MIDDLE, Field::Right]),
        Kind::Call => Layout::Fields(&[Field::Function, Field::Arguments]),
        Kind::If => Layout::Fields(&[MIDDLE, Field::Condition, Field::Consequence]),
        Kind::Member => Layout::Fields(&[Field::Object, MIDDLE, Field::Property]),
        Kind::RequiredParameter => Layout::Fields(&[Field::Pattern]),
        Kind::Ternary => Layout::Fields(&[Field::Condition, MIDDLE, Field::Consequence, MIDDLE, Field::Alternative]),
        Kind::VariableDeclarator => Layout::Fields(&[Field::Name, MIDDLE, Field::Value]),
        _ => Layout::Unknown,
    }
}

impl<'tree> Lowering<'tree> {
    /// The named children without comments, and the anonymous ones that carry a field; but for the operator between two
    /// operands, which may be missing.
    // Inlined, so that they are made where they are used: to copy them there took as long as to find one.
    #[inline(always)]
    pub(super) fn children(&mut self, node: Node<'tree>) -> Children<'tree> {
        let mut children = Children::default();
        self.read_children(node, &mut children);
        children
    }

    fn read_children(&mut self, node: Node<'tree>, into: &mut Children<'tree>) {
        let layout = layout(self.kind(node));
        if !self.by_index(node, layout, into) {
            into.0.clear();
            self.by_cursor(node, layout, into);
        }
    }

    /// The child in that field.
    pub(super) fn child(&mut self, node: Node<'tree>, field: Field) -> Option<Node<'tree>> {
        self.children(node).of(field)
    }

    /// The children of a node whose kind is well known; false, and no matter what, if anything unusual is among them.
    fn by_index(&self, node: Node<'tree>, layout: Layout, into: &mut Children<'tree>) -> bool {
        match layout {
            Layout::Unknown => false,
            _ if node.has_error() => false,
            Layout::List => {
                let count = node.named_child_count();
                if count > MAX_LISTED {
                    return false;
                }
                for child in (0..count as u32).filter_map(|index| node.named_child(index)) {
                    if !child.is_extra() {
                        into.0.push((child, Field::None));
                    }
                }
                true
            }
            Layout::Fields(fields) => {
                if node.child_count() as usize != fields.len() {
                    return false;
                }
                for (index, &field) in fields.iter().enumerate().filter(|(_, field)| **field != Field::None) {
                    match node.child(index as u32) {
                        Some(child) if !child.is_extra() => into.0.push((child, field)),
                        _ => return false,
                    }
                }
                match into.0.as_slice() {
                    // `let name!: Type` has three parts as well.
                    [_, (value, Field::Value)] => !self.text(*value).starts_with(':'),
                    [(parameters, Field::Parameters), _] => self.kind(*parameters) == Kind::FormalParameters,
                    _ => true,
                }
            }
        }
    }

    /// The text between two nodes, without the space around it.
    pub(super) fn between(&self, before: Node<'_>, after: Node<'_>) -> &'tree str {
        let (start, end) = (self.span(before).end as usize, self.span(after).start as usize);
        self.source.get(start..end).unwrap_or("").trim()
    }

    fn by_cursor(&mut self, node: Node<'tree>, layout: Layout, into: &mut Children<'tree>) {
        self.cursor.reset(node);
        if !self.cursor.goto_first_child() {
            return;
        }
        loop {
            let child = self.cursor.node();
            if !is_punctuation(self.grammar, child) {
                let field = match layout {
                    Layout::List => Field::None,
                    Layout::Fields(_) | Layout::Unknown => field_of(self.grammar, self.cursor.field_id()),
                };
                if (child.is_named() && !child.is_extra()) || field != Field::None {
                    into.0.push((child, field));
                } else if child.is_error() {
                    let hole = self.span(child);
                    self.facts.holes.push(hole);
                }
            }
            if !self.cursor.goto_next_sibling() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Grammar;

    /// Each layout, in its usual forms and in those that must be left to the cursor.
    const CODE: &str = r#"
        const one = first /* a comment */ . second, two = this.#secret, three = a?.b?.(c)[0];
        let bare, sure!: number, typed: string = "text", { x, y = 1 } = of;
        one = two; one.two = (three, 4); call(); call<string>(one); call /* c */ (one, ...two); tag`text ${one} more`;
        import("module").then((found) => found.default); super_.call(one /* c */, two, /* c */);
        const sum = one + two * /* c */ 3, both = "key" in of && !(one instanceof Two), much = [1, , 2, ...[3], 4, 5];
        const early = x => x, late = () => {}, other = (a /* c */) => a, odd = async () => {}, typed = (a): T => a;
        if (one) two; if (one) { /* c */ } else three; if (one) /* c */ four; if (one /* c */) {}
        const which = one ? two : three ? /* c */ four : (five as any);
        function long(a, b: number, { c }, [d], e = 1, ...f): string { "use strict"; return; }
        const short = async (a?: string, @b() private c: number) => { return /* c */ `${a}`; };
        const view = <p title={one /* c */} {...two}>{/* c */}{three}{`four`}</p>, more = <a:b c d="e">f<F<T> /* g */ /></a:b>;
    "#;

    /// Compares both ways for a node and all below it; gives how many nodes were read by index.
    fn compare<'tree>(lowering: &mut Lowering<'tree>, node: Node<'tree>) -> usize {
        let mut compared = 0;
        let (mut indexed, mut walked) = (Children::default(), Children::default());
        let layout = layout(lowering.kind(node));
        if lowering.by_index(node, layout, &mut indexed) {
            lowering.by_cursor(node, Layout::Unknown, &mut walked);
            let walked = walked.iter().copied();
            let expected: Vec<Child<'_>> = match layout {
                Layout::List => {
                    walked.filter(|(child, _)| child.is_named()).map(|(child, _)| (child, Field::None)).collect()
                }
                _ => walked.filter(|(_, field)| indexed.of(*field).is_some()).collect(),
            };
            assert_eq!(indexed.to_vec(), expected, "{}", lowering.text(node));
            compared += 1;
        }
        let mut cursor = node.walk();
        compared + node.children(&mut cursor).map(|child| compare(lowering, child)).sum::<usize>()
    }

    #[test]
    fn children_are_the_same_by_index_and_by_cursor() {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(Grammar::Tsx.language()).expect("pinned together");
        let tree = parser.parse(CODE, None).expect("nobody cancels");
        assert!(!tree.root_node().has_error());
        let source = &CODE[tree.root_node().start_byte()..];
        let mut lowering = Lowering::new(tree.root_node(), source, Grammar::Tsx, None);
        assert!(compare(&mut lowering, tree.root_node()) > 50);
    }
}
