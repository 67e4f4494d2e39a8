//! Edits that several fixes are made of.

use super::style::{Style, indentation, line_start};
use crate::finding::Safety;
use crate::model::{F, UnitId, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// A fix that adds behaviour or needs a look.
pub(super) fn suggest(title: &str, edits: Vec<(Place, String)>) -> Option<UnitFix> {
    Some(UnitFix { title: title.to_owned(), safety: Safety::Suggest, edits, imports: Vec::new() })
}

/// A fix after which correct programs behave the same.
pub(super) fn safe(title: &str, edits: Vec<(Place, String)>) -> Option<UnitFix> {
    Some(UnitFix { title: title.to_owned(), safety: Safety::Safe, edits, imports: Vec::new() })
}

/// An offset in the unit of an expression.
pub(super) fn at(v: V, offset: u32) -> Place {
    Place { unit: v.unit, span: Span { start: offset, end: offset } }
}

/// `;`, if the statement ends with one.
pub(super) fn semicolon(cx: &RuleContext<'_, '_>, unit: UnitId, statement: Span) -> &'static str {
    if cx.source_at(unit, statement).ends_with(';') { ";" } else { "" }
}

/// The statement that an expression begins, perhaps behind `void` or `await`: nothing else is done in it.
pub(super) fn own_statement(cx: &RuleContext<'_, '_>, v: V) -> Option<Span> {
    let statement = cx.view.statement_span(v)?;
    let before = cx.source_at(v.unit, Span { start: statement.start, end: cx.view.span(v).start });
    let after = cx.source_at(v.unit, Span { start: cx.view.span(v).end, end: statement.end });
    let is_alone = matches!(before.trim(), "" | "void" | "await") && matches!(after.trim(), "" | ";");
    is_alone.then_some(statement)
}

/// Lines in the place of a statement, in braces where the statement is the whole body of an `if` or a loop.
pub(super) fn replace_statement(
    cx: &RuleContext<'_, '_>,
    unit: UnitId,
    statement: Span,
    lines: &[String],
) -> Option<(Place, String)> {
    let place = Place { unit, span: statement };
    let indent = indentation(cx, unit, statement.start);
    if cx.view.is_in_block(unit, statement) {
        return Some((place, lines.join(&format!("\n{indent}"))));
    }
    // On a line of its own, the brace would stand there.
    if line_start(cx, unit, statement.start).is_some() {
        return None;
    }
    let level = Style::of_body(cx, cx.view.func_at(unit, statement)).level;
    let lines: Vec<String> = lines.iter().map(|line| format!("{indent}{level}{line}\n")).collect();
    Some((place, format!("{{\n{}{indent}}}", lines.concat())))
}

/// A line before a statement.
pub(super) fn put_before(
    cx: &RuleContext<'_, '_>,
    unit: UnitId,
    statement: Span,
    line: &str,
) -> Option<(Place, String)> {
    if cx.view.is_in_block(unit, statement) {
        let indent = indentation(cx, unit, statement.start);
        let span = Span { start: statement.start, end: statement.start };
        return Some((Place { unit, span }, format!("{line}\n{indent}")));
    }
    let source = cx.source_at(unit, statement);
    let lines = [line.to_owned(), source];
    if lines[1].contains('\n') { None } else { replace_statement(cx, unit, statement, &lines) }
}

/// A first statement, in a body that gets braces if it has none.
pub(super) fn put_first(cx: &RuleContext<'_, '_>, func: F, line: &str, end: &str) -> (Place, String) {
    let data = cx.view.func(func);
    let Style { inner, level, .. } = Style::of_body(cx, func);
    if data.expression_body {
        let expression = cx.source_at(func.unit, data.body);
        let expression = without_brackets(&expression);
        let outer = indentation(cx, func.unit, data.body.start);
        let text = format!("{{\n{outer}{level}{line}\n{outer}{level}{expression}{end}\n{outer}}}");
        return (Place { unit: func.unit, span: data.body }, text);
    }
    let at = data.body.start + 1;
    // A body of one line is taken apart, and an empty one too.
    let inside = cx.source_at(func.unit, Span { start: at, end: data.body.end - 1 });
    if inside.contains('\n') {
        return (Place { unit: func.unit, span: Span { start: at, end: at } }, format!("\n{inner}{line}"));
    }
    let outer = indentation(cx, func.unit, data.body.start);
    let rest = match inside.trim() {
        "" => String::new(),
        rest => format!("{outer}{level}{rest}\n"),
    };
    let span = Span { start: at, end: data.body.end - 1 };
    (Place { unit: func.unit, span }, format!("\n{outer}{level}{line}\n{rest}{outer}"))
}

/// Where a function is set up, so that what lasts between its calls can be declared there.
pub(super) struct SetUp {
    /// The function around it.
    pub(super) around: F,
    /// Whether that is a component's body, whose variables are others at each render.
    pub(super) is_anew: bool,
    /// The start of the statement's line.
    at: Place,
    indent: String,
}

impl SetUp {
    /// Of a function within another.
    pub(super) fn of(cx: &RuleContext<'_, '_>, func: F) -> Option<Self> {
        let view = cx.view;
        let around = view.enclosing(func).nth(1)?;
        let whole = view.func(func).span;
        let statement = view.statements_of(around).into_iter().find(|statement| statement.contains(whole))?;
        let line = line_start(cx, func.unit, statement.start)?;
        Some(Self {
            around,
            is_anew: view.component_of(around) == Some(around) && !view.is_set_up_once(around),
            at: Place { unit: func.unit, span: Span { start: line, end: line } },
            indent: indentation(cx, func.unit, statement.start),
        })
    }

    /// The edit that puts lines before it.
    pub(super) fn declare(&self, lines: &[String]) -> (Place, String) {
        (self.at, lines.iter().map(|line| format!("{}{line}\n", self.indent)).collect())
    }
}

/// An expression without the brackets around all of it, which it needed behind an arrow.
fn without_brackets(expression: &str) -> &str {
    let Some(inside) = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return expression };
    let is_plain = !inside.contains(['(', ')']) && !inside.trim_start().starts_with(['{', 'f', 'c']);
    if is_plain { inside } else { expression }
}

/// The plain name of a function's parameter; `None`: there is none, or it is taken apart.
pub(super) fn parameter_name(cx: &RuleContext<'_, '_>, func: F, index: usize) -> Option<String> {
    let &id = cx.view.func(func).params.get(index)?;
    let source = cx.source(V { unit: func.unit, id });
    let name = source.split([':', '=', '?']).next()?.trim().to_owned();
    is_name(&name).then_some(name)
}

/// Parameters for a function that takes none: the edit that writes them.
pub(super) fn give_parameters(cx: &RuleContext<'_, '_>, func: F, names: &str) -> Option<(Place, String)> {
    let data = cx.view.func(func);
    let header = Span { start: data.span.start, end: data.body.start };
    let source = cx.source_at(func.unit, header);
    let open = source.find("()")? as u32 + 1 + header.start;
    let is_free = names.split(", ").all(|name| !cx.view.is_name_taken(func.unit, name));
    (data.params.is_empty() && is_free)
        .then(|| (Place { unit: func.unit, span: Span { start: open, end: open } }, names.to_owned()))
}

/// Whether a text is one plain name.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|char: char| char.is_ascii_digit())
        && text.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '$'))
}

/// Whether a text is a name or a way through members: `payload.new`.
pub(super) fn is_path(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(is_name)
}

/// The first of some names that a unit does not use.
pub(super) fn free_name(cx: &RuleContext<'_, '_>, unit: UnitId, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| !cx.view.is_name_taken(unit, name))
}
