//! What is moved out of a loop or a handler, to run once.

use super::edit::{at, free_name, own_statement, safe, semicolon, suggest};
use super::style::{indentation, line_start};
use crate::model::{Handling, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// A text that is the same for each receiver, made before the loop.
pub(crate) fn make_text_once(cx: &RuleContext<'_, '_>, text: V) -> Option<UnitFix> {
    let view = cx.view;
    let unit = text.unit;
    let looped = view.loop_around(text)?;
    let source = cx.source(text);
    let outer = view.func_at(unit, looped);
    let name = free_name(cx, unit, &["text", "message", "frame", "serialized"])?;
    if !view.is_in_block(unit, looped) || !view.is_readable_in(text, outer) || source.contains('\n') {
        return None;
    }
    let indent = indentation(cx, unit, looped.start);
    let end = semicolon(cx, unit, view.statement_span(text)?);
    let made = format!("const {name} = {source}{end}\n{indent}");
    let edits = vec![(at(text, looped.start), made), (cx.place(text), name.to_owned())];
    // What cannot be made into text would be thrown outside of what catches it now.
    let title = "Make the text once";
    if view.is_tried_within(text, looped) { suggest(title, edits) } else { safe(title, edits) }
}

/// A listener that a handler adds each time, behind the statement that adds the handler.
pub(crate) fn listen_once(cx: &RuleContext<'_, '_>, handling: &Handling, listener: V) -> Option<UnitFix> {
    let view = cx.view;
    let unit = listener.unit;
    let statement = own_statement(cx, listener).filter(|&statement| view.is_in_block(unit, statement))?;
    let around = view.statement_span(handling.at)?;
    let outer = view.func_of(handling.at);
    let is_near = handling.at.unit == unit && around.contains(statement) && view.is_in_block(unit, around);
    let is_long = |span: Span| cx.source_at(unit, span).contains('\n');
    if !is_near || !view.is_readable_in(listener, outer) || view.has_text_of_lines(unit, statement, is_long) {
        return None;
    }
    let start = line_start(cx, unit, statement.start)?;
    let (old, new) = (indentation(cx, unit, statement.start), indentation(cx, unit, around.start));
    let source = cx.source_at(unit, statement);
    let moved: Vec<&str> = source.split('\n').map(|line| line.strip_prefix(old.as_str()).unwrap_or(line)).collect();
    // With its line end, if nothing else stands on its last line.
    let rest = cx.source_at(unit, Span { start: statement.end, end: around.end });
    let white = rest.len() - rest.trim_start_matches([' ', '\r']).len();
    let whole = rest[white..].starts_with('\n').then(|| statement.end + white as u32 + 1)?;
    let gone = Place { unit, span: Span { start, end: whole } };
    let behind = format!("\n{new}{}", moved.join(&format!("\n{new}")));
    suggest("Add it once", vec![(gone, String::new()), (at(listener, around.end), behind)])
}
