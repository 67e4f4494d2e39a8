//! Doing once in a while what each message asks for.

use super::edit::{SetUp, own_statement, suggest};
use super::style::{Style, indentation, indented};
use crate::model::{F, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// How long what is to be stored waits, in milliseconds.
const PAUSE: &str = "1_000";

/// Where a function that handles messages is set up. `None`: variables do not last there, or the names are taken.
fn keeper(cx: &RuleContext<'_, '_>, handler: F, names: &[&str]) -> Option<SetUp> {
    let is_taken = names.iter().any(|name| cx.view.is_name_taken(handler.unit, name));
    SetUp::of(cx, handler).filter(|place| !place.is_anew && !is_taken)
}

/// What each message sets is set once a frame, in the order in which it came.
pub(crate) fn render_once_a_frame(cx: &RuleContext<'_, '_>, write: V) -> Option<UnitFix> {
    let view = cx.view;
    let unit = write.unit;
    let handler = view.func_of(write);
    let keeper = keeper(cx, handler, &["frame", "pending", "showAll"])?;
    let Style { level, semicolon: end, .. } = Style::of_body(cx, handler);
    let source = cx.source(write);
    let is_long = |span: Span| cx.source_at(unit, span).contains('\n');
    if view.has_text_of_lines(unit, view.span(write), is_long) {
        return None;
    }
    // What is assigned stands in brackets, so that it is no body of statements.
    let update = if view.assigned(write).is_some() { format!("({source})") } else { source };
    let queue = format!("pending.push(() => {update}){end}");
    let ask = format!("frame ||= requestAnimationFrame(showAll){end}");
    let replaced = if view.func(handler).expression_body {
        let body = view.func(handler).body;
        let outer = indentation(cx, unit, body.start);
        let is_whole = cx.source_at(unit, body).trim_matches(['(', ')']) == cx.source(write).trim_matches(['(', ')']);
        let queue = indented(&queue, &level);
        let text = format!("{{\n{outer}{level}{queue}\n{outer}{level}{ask}\n{outer}}}");
        is_whole.then_some((Place { unit, span: body }, text))?
    } else {
        let statement = own_statement(cx, write).filter(|&statement| view.is_in_block(unit, statement))?;
        let is_whole = statement.start == view.span(write).start;
        let indent = indentation(cx, unit, statement.start);
        is_whole.then_some(())?;
        (Place { unit, span: statement }, format!("{queue}\n{indent}{ask}"))
    };
    let of_updates = if cx.is_typescript() { ": (() => void)[]" } else { "" };
    let declared = keeper.declare(&[
        format!("let frame = 0{end}"),
        format!("const pending{of_updates} = []{end}"),
        "const showAll = () => {".to_owned(),
        format!("{level}frame = 0{end}"),
        format!("{level}for (const update of pending.splice(0)) update(){end}"),
        format!("}}{end}"),
    ]);
    suggest("Show what arrives once a frame", vec![declared, replaced])
}

/// What each message stores under one name is stored once a second, the newest of it.
pub(crate) fn store_in_a_while(cx: &RuleContext<'_, '_>, stored: V) -> Option<UnitFix> {
    let view = cx.view;
    let unit = stored.unit;
    let handler = view.func_of(stored);
    let statement = own_statement(cx, stored).filter(|&statement| view.is_in_block(unit, statement))?;
    let value = match view.assigned(stored) {
        Some(value) => value,
        // Under another name it is another value.
        None => view.arg(stored, 0).and_then(|name| view.text_of(name)).and_then(|_| view.arg(stored, 1))?,
    };
    let keeper = keeper(cx, handler, &["newest", "storing"])?;
    let Style { level, semicolon: end, .. } = Style::of_body(cx, handler);
    let (whole, inside) = (view.span(stored), view.span(value));
    let source = cx.source_at(unit, Span { start: whole.start, end: inside.start })
        + "newest"
        + &cx.source_at(unit, Span { start: inside.end, end: whole.end });
    let indent = indentation(cx, unit, statement.start);
    let text = [
        format!("newest = {}{end}", cx.source(value)),
        "storing ??= setTimeout(() => {".to_owned(),
        format!("{level}storing = undefined{end}"),
        format!("{level}{source}{end}"),
        format!("}}, {PAUSE}){end}"),
    ]
    .join(&format!("\n{indent}"));
    let timer = if cx.is_typescript() { ": ReturnType<typeof setTimeout> | undefined" } else { "" };
    let declared = keeper.declare(&[format!("let newest = \"\"{end}"), format!("let storing{timer}{end}")]);
    suggest("Store the newest once a second", vec![declared, (Place { unit, span: statement }, text)])
}
