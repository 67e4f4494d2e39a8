//! Names with dots between them, and `object[index]`.

use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::Field;
use crate::text::Span;

impl<'tree> Lowering<'tree> {
    pub(super) fn member_expression(&mut self, node: Node<'tree>) -> ValueId {
        let span = self.span(node);
        if let Some(value) = self.dotted_name(node, span) {
            return value;
        }
        // Most others end with `.name`, too; then the text says what a look at two more children would.
        if let Some(name) = last_name(self.text(node)).filter(|_| !node.has_error())
            && let Some(object) = node.child(0)
        {
            let name = Name::from(name);
            let object = self.expression(object);
            return self.member(object, name, span);
        }
        let children = self.children(node);
        let (Some(object), Some(property)) = (children.of(Field::Object), children.of(Field::Property)) else {
            return self.unknown(span);
        };
        let object = self.expression(object);
        let name = self.name(property);
        self.member(object, name, span)
    }

    /// A name, or names with dots between them, that fill a stretch of an unbroken node. The text answers it, which spares
    /// a look at each node below.
    pub(super) fn dotted_name(&mut self, node: Node<'tree>, span: Span) -> Option<ValueId> {
        let mut parts = self.dotted_parts(node, span)?;
        let part_span = |end: usize| Span { start: span.start, end: span.start + end as u32 };
        let first = parts.next()?;
        let mut end = first.len();
        let mut value = match first {
            "this" => self.push(Value::This, part_span(end)),
            _ => self.read(Name::from(first), part_span(end)),
        };
        for part in parts {
            end += ".".len() + part.len();
            value = self.member(value, Name::from(part), part_span(end));
        }
        Some(value)
    }

    /// A name that fills a stretch of an unbroken node.
    pub(super) fn plain_name(&self, node: Node<'tree>, span: Span) -> Option<&'tree str> {
        let mut parts = self.dotted_parts(node, span)?;
        let name = parts.next().filter(|name| *name != "this")?;
        parts.next().is_none().then_some(name)
    }

    fn dotted_parts(&self, node: Node<'tree>, span: Span) -> Option<Parts<'tree>> {
        let text = self.source.get(span.start as usize..span.end as usize)?;
        dotted_parts(text).filter(|_| !node.has_error())
    }

    pub(super) fn subscript(&mut self, node: Node<'tree>) -> ValueId {
        let children = self.children(node);
        let span = self.span(node);
        let (Some(object), Some(index)) = (children.of(Field::Object), children.of(Field::Index)) else {
            return self.unknown(span);
        };
        let object = self.expression(object);
        let index = self.expression(index);
        self.index(object, index, span)
    }

    /// `object[index]`; a constant string is a member.
    pub(super) fn index(&mut self, object: ValueId, index: ValueId, span: Span) -> ValueId {
        if let Value::Lit(Lit::Str(name)) = &self.facts.value(index).value {
            let name = name.clone();
            return self.member(object, name, span);
        }
        let value = self.push(Value::Index { object, index }, span);
        self.add_use(object, Use::Object(value));
        self.add_use(index, Use::Index);
        value
    }
}

/// Words that stand where names do and are none.
const NO_NAMES: [&str; 8] = ["false", "import", "new", "null", "super", "true", "undefined", "yield"];

/// The parts between the dots of a text. They are a few bytes long, which a search that is made for long texts takes
/// longer to begin with than this to end.
#[derive(Clone)]
struct Parts<'text>(Option<&'text str>);

impl<'text> Iterator for Parts<'text> {
    type Item = &'text str;

    fn next(&mut self) -> Option<&'text str> {
        let text = self.0?;
        let end = text.bytes().position(|byte| byte == b'.');
        self.0 = end.map(|end| &text[end + 1..]);
        Some(end.map_or(text, |end| &text[..end]))
    }
}

/// The parts of plain names with dots between them; `None`: there is anything else.
fn dotted_parts(text: &str) -> Option<Parts<'_>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.');
    let starts_as_name = text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit() && byte != b'.');
    if !starts_as_name || !text.bytes().all(is_plain) || text.ends_with('.') {
        return None;
    }
    let parts = Parts(Some(text));
    let first = parts.clone().next()?;
    (!NO_NAMES.contains(&first)).then_some(parts)
}

/// The name behind the dot that a member expression ends with.
fn last_name(text: &str) -> Option<&str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#') || !byte.is_ascii();
    let length = text.bytes().rev().take_while(|&byte| is_name(byte)).count();
    let (before, name) = text.split_at(text.len() - length);
    (before.ends_with('.') && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::dotted_parts;

    #[test]
    fn plain_names_alone_are_read_off_the_text() {
        let parts = |text| dotted_parts(text).map(|parts| parts.collect::<Vec<_>>());
        assert_eq!(parts("socket"), Some(vec!["socket"]));
        assert_eq!(parts("this.$refs._a1"), Some(vec!["this", "$refs", "_a1"]));
        for text in ["", "a.", ".a", "...a", "1.5", "a?.b", "a.#b", "a b", "a[0]", "a()", "é.b", "\"a\"", "-a"] {
            assert_eq!(parts(text), None, "{text}");
        }
        for text in ["super.close", "import.meta.env", "new.target", "undefined", "null", "true", "yield"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
