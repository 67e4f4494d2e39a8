//! Expressions.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};
use crate::text::Span;

impl<'tree> Lowering<'tree> {
    /// An expression at the current place; one that lies too deep is unknown.
    pub(super) fn expression(&mut self, node: Node<'tree>) -> ValueId {
        match self.deeper(|this| this.expression_of_kind(node)) {
            Some(value) => value,
            None => {
                let span = self.span(node);
                self.unknown(span)
            }
        }
    }

    fn expression_of_kind(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        match self.kind(node) {
            Kind::Identifier => {
                let name = self.name(node);
                self.read(name, span)
            }
            Kind::This => self.push(Value::This, span),
            Kind::Parenthesized
            | Kind::NonNull
            | Kind::As
            | Kind::Satisfies
            | Kind::TypeAssertion
            | Kind::Instantiation => self.transparent(node),
            Kind::Sequence => self.sequence(node),
            Kind::Member => self.member_expression(node),
            Kind::Subscript => self.subscript(node),
            Kind::Call | Kind::New => self.call_expression(node),
            Kind::ArrowFunction | Kind::FunctionExpression | Kind::GeneratorExpression => {
                self.function_expression(node)
            }
            Kind::ClassExpression => self.nested_class(node),
            Kind::Object => self.object(node),
            Kind::Array => self.array(node),
            Kind::Await => self.await_expression(node),
            Kind::Binary => self.binary(node),
            Kind::Ternary => self.ternary(node),
            Kind::Unary => self.unary(node),
            Kind::Update => self.update(node),
            Kind::Assignment => self.assignment(node),
            Kind::AugmentedAssignment => self.augmented_assignment(node),
            Kind::Template => self.template(node),
            Kind::JsxElement | Kind::JsxSelfClosing => self.jsx_element(node),
            Kind::String | Kind::Number | Kind::True | Kind::False | Kind::Null | Kind::Undefined | Kind::Regex => {
                let lit = self.literal(node);
                self.push(Value::Lit(lit), span)
            }
            _ => self.other_expression(node),
        }
    }

    /// What has no meaning of its own here still evaluates its parts.
    pub(super) fn other_expression(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        if node.is_error() {
            self.facts.holes.push(span);
        }
        let parts: SmallVec<[ValueId; 2]> =
            self.children(node).iter().map(|&(child, _)| self.expression(child)).collect();
        let value = self.unknown(span);
        for part in parts {
            self.add_use(part, Use::Operand(value));
        }
        value
    }

    /// Parentheses and assertions: the value is that of the first child.
    fn transparent(&mut self, node: Node<'tree>) -> ValueId {
        let is_cast = self.kind(node) == Kind::TypeAssertion;
        let children = self.children(node);
        let inner = if is_cast { children.last() } else { children.first() };
        match inner {
            Some(&(child, _)) => self.expression(child),
            None => {
                let span = self.span(node);
                self.unknown(span)
            }
        }
    }

    fn sequence(&mut self, node: Node<'tree>) -> ValueId {
        let mut last = None;
        for &(child, _) in self.children(node).iter() {
            last = Some(self.expression(child));
        }
        let span = self.span(node);
        last.unwrap_or_else(|| self.unknown(span))
    }

    fn object(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let mut props = Vec::new();
        for &(child, _) in self.children(node).iter() {
            props.push(self.object_property(child));
        }
        let values: SmallVec<[ValueId; 8]> = props.iter().map(|prop| prop.value).collect();
        let value = self.push(Value::Object(props), span);
        for (index, &of) in values.iter().enumerate() {
            self.add_use(of, Use::Prop(value, index as u32));
        }
        value
    }

    fn object_property(&mut self, node: Node<'tree>) -> Prop {
        match self.kind(node) {
            Kind::Pair => {
                let children = self.children(node);
                let key = children.of(Field::Key).and_then(|key| self.property_name(key));
                let span = self.span(node);
                let value = match children.of(Field::Value) {
                    Some(value) => self.expression(value),
                    None => self.unknown(span),
                };
                Prop { key, value, shorthand: false }
            }
            Kind::ShorthandProperty => {
                let (name, span) = (self.name(node), self.span(node));
                let value = self.read(name.clone(), span);
                Prop { key: Some(name), value, shorthand: true }
            }
            Kind::Method => {
                let key = self.child(node, Field::Name).and_then(|name| self.property_name(name));
                let value = self.function_expression(node);
                Prop { key, value, shorthand: false }
            }
            _ => Prop { key: None, value: self.argument(node), shorthand: false },
        }
    }

    fn array(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let mut elements = Vec::new();
        for &(child, _) in self.children(node).iter() {
            elements.push(self.argument(child));
        }
        let value = self.push(Value::Array(elements.clone()), span);
        for element in elements {
            self.add_use(element, Use::Element(value));
        }
        value
    }

    fn await_expression(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let inner = self.children(node).first().map(|&(child, _)| self.expression(child));
        match inner {
            Some(inner) => self.awaited(inner, span),
            None => self.unknown(span),
        }
    }

    /// A value that is waited for.
    pub(super) fn awaited(&mut self, inner: ValueId, span: Span) -> ValueId {
        let before = self.block;
        let after = self.new_block();
        self.facts.funcs[self.func.index()].blocks[after.index()].gap = Gap::Await;
        self.link(before, after);
        self.block = after;
        let value = self.push(Value::Await(inner), span);
        self.add_use(inner, Use::Awaited(value));
        value
    }

    fn binary(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let (Some(left), Some(right)) = (children.of(Field::Left), children.of(Field::Right)) else {
            return self.other_expression(node);
        };
        let op = match children.of(Field::Operator) {
            Some(op) => self.name(op),
            None => Name::from(self.between(left, right)),
        };
        let left = self.expression(left);
        if !matches!(op.as_str(), "&&" | "||" | "??") {
            let right = self.expression(right);
            let value = self.push(Value::Binary { op, left, right }, span);
            self.add_use(left, Use::Operand(value));
            self.add_use(right, Use::Operand(value));
            return value;
        }
        self.add_use(left, Use::Condition);
        let right = self.maybe(left, op == "&&", right);
        let value = self.push(Value::OneOf(SmallVec::from_slice(&[left, right])), span);
        self.add_use(left, Use::Branch(value));
        self.add_use(right, Use::Branch(value));
        value
    }

    /// An operand that is evaluated only if `condition` comes out as `holds`.
    fn maybe(&mut self, condition: ValueId, holds: bool, node: Node<'tree>) -> ValueId {
        let start = self.block;
        let mut value = None;
        let end = self.guarded(Some(condition), holds, |this| value = Some(this.expression(node)));
        self.join(&[start, end]);
        value.expect("`guarded` runs its closure once")
    }

    fn ternary(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let (Some(condition), Some(then), Some(otherwise)) =
            (children.of(Field::Condition), children.of(Field::Consequence), children.of(Field::Alternative))
        else {
            return self.other_expression(node);
        };
        let condition = self.condition(condition);
        let (mut one, mut two) = (None, None);
        let first = self.guarded(Some(condition), true, |this| one = Some(this.expression(then)));
        let second = self.guarded(Some(condition), false, |this| two = Some(this.expression(otherwise)));
        self.join(&[first, second]);
        let alternatives: SmallVec<[ValueId; 2]> = one.into_iter().chain(two).collect();
        let value = self.push(Value::OneOf(alternatives.clone()), span);
        for alternative in alternatives {
            self.add_use(alternative, Use::Branch(value));
        }
        value
    }

    fn unary(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let Some(operand) = children.of(Field::Argument) else { return self.other_expression(node) };
        let op = children.of(Field::Operator).map_or_else(Name::default, |op| self.name(op));
        let operand = self.expression(operand);
        if op == "void" {
            return self.push(Value::Lit(Lit::Undefined), span);
        }
        let value = self.push(Value::Unary { op, operand }, span);
        self.add_use(operand, Use::Operand(value));
        value
    }

    fn update(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let Some(argument) = children.of(Field::Argument) else { return self.other_expression(node) };
        let op = children.of(Field::Operator).map_or_else(Name::default, |op| self.name(op));
        let target = self.expression(argument);
        let one = self.push(Value::Lit(Lit::Num(1.0)), span);
        let name = self.identifier(argument);
        self.assign(target, name, one, op, span)
    }

    fn identifier(&self, node: Node<'tree>) -> Option<Name> {
        (self.kind(node) == Kind::Identifier).then(|| self.name(node))
    }

    fn augmented_assignment(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let (Some(left), Some(right)) = (children.of(Field::Left), children.of(Field::Right)) else {
            return self.other_expression(node);
        };
        let op = children.of(Field::Operator).map_or_else(Name::default, |op| self.name(op));
        let name = self.identifier(left);
        let target = self.expression(left);
        let value = self.expression(right);
        self.assign(target, name, value, op, span)
    }

    /// An assignment whose result also depends on the old value, unless `op` is `=`.
    pub(super) fn assign(
        &mut self,
        target: ValueId,
        name: Option<Name>,
        value: ValueId,
        op: Name,
        span: Span,
    ) -> ValueId {
        let plain = matches!(op.as_str(), "=" | "??=" | "||=" | "&&=");
        let assigned = self.push(Value::Assign { target, value, op }, span);
        self.add_use(target, Use::Target(assigned));
        if plain {
            self.add_use(value, Use::Branch(assigned));
        } else {
            self.add_use(value, Use::Operand(assigned));
        }
        match name {
            Some(name) => self.store(name, if plain { value } else { assigned }),
            None => self.add_use(value, Use::Assigned(assigned)),
        }
        self.op(Op::Assign(assigned));
        assigned
    }

    fn assignment(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let (Some(left), Some(right)) = (children.of(Field::Left), children.of(Field::Right)) else {
            return self.other_expression(node);
        };
        if matches!(self.kind(left), Kind::ObjectPattern | Kind::ArrayPattern) {
            let value = self.expression(right);
            self.assign_pattern(left, value);
            return value;
        }
        let name = self.identifier(left);
        // A plain name that is only written is no read: the target of such a store stands for the name alone.
        let target = match &name {
            Some(_) => {
                let span = self.span(left);
                self.unknown(span)
            }
            None => self.expression(left),
        };
        let value = self.expression(right);
        self.assign(target, name, value, Name::new_static("="), span)
    }

    fn template(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        let mut parts = Vec::new();
        for &(child, _) in self.children(node).iter() {
            if self.kind(child) == Kind::TemplateSubstitution {
                parts.extend(self.substituted(child).map(Part::Value));
            } else {
                parts.push(Part::Text(self.name(child)));
            }
        }
        let value = match parts.as_slice() {
            [] => Value::Lit(Lit::Str(Name::default())),
            [Part::Text(text)] => Value::Lit(Lit::Str(text.clone())),
            _ => Value::Template(parts.clone()),
        };
        let value = self.push(value, span);
        for part in parts {
            if let Part::Value(part) = part {
                self.add_use(part, Use::Operand(value));
            }
        }
        value
    }

    /// The expression in `${…}`.
    fn substituted(&mut self, node: Node<'tree>) -> Option<ValueId> {
        let span = self.span(node);
        let inside = Span { start: span.start + "${".len() as u32, end: span.end.saturating_sub("}".len() as u32) };
        if let Some(value) = self.dotted_name(node, inside) {
            return Some(value);
        }
        self.children(node).first().map(|&(inner, _)| self.expression(inner))
    }

    pub(super) fn literal(&mut self, node: Node<'tree>) -> Lit {
        let text = self.text(node);
        match self.kind(node) {
            Kind::String => {
                let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
                Lit::Str(unescape(inner))
            }
            Kind::Number => parse_number(text).map_or(Lit::Regex, Lit::Num),
            Kind::True => Lit::Bool(true),
            Kind::False => Lit::Bool(false),
            Kind::Null => Lit::Null,
            Kind::Undefined => Lit::Undefined,
            _ => Lit::Regex,
        }
    }
}

/// The usual escapes; names and topics hold no others.
fn unescape(text: &str) -> Name {
    if !text.contains('\\') {
        return Name::from(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        match (next, next == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (other, false) => out.push(other),
        }
    }
    Name::from(out)
}

fn parse_number(text: &str) -> Option<f64> {
    if text.len() < 16 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let value = text.bytes().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        return Some(value as f64);
    }
    let digits: String = text.chars().filter(|&digit| digit != '_').collect();
    let lower = digits.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            return u64::from_str_radix(rest, radix).ok().map(|number| number as f64);
        }
    }
    lower.trim_end_matches('n').parse().ok()
}
