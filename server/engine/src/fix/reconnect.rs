//! Reconnecting with a capped, growing, random delay.

use super::style::{Style, quoted};
use crate::finding::Safety;
use crate::model::{F, Fate, Resource, UnitId};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// The longest wait, in milliseconds.
pub(super) const CAP: &str = "30_000";

/// Makes the effect's body a `connect` that a drop calls again. The body's own teardown stays as it is: it is what
/// `connect` returns.
pub(crate) fn reconnect<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let func = view.func_of(resource.site);
    view.effect_of_callback(func)?;
    let callback = view.func(func);
    let is_whole = !callback.is_async && !callback.expression_body && callback.returns.len() == 1;
    if resource.kind.kind != "websocket" || !is_whole || !matches!(view.fate(resource), Fate::Released(_)) {
        return None;
    }
    // The teardown is a function literal at the end, so that `connect` surely returns one.
    let handle = view.handle_in(resource, func)?;
    let statements = view.statements_of(func);
    let last = *statements.last()?;
    if !cx.source_at(func.unit, last).starts_with("return") || !view.is_plain_statement(resource.site, func) {
        return None;
    }
    let taken = ["attempts", "stopped", "retry", "connect", "disconnect"];
    if taken.iter().any(|name| view.is_name_taken(func.unit, name)) {
        return None;
    }
    let style = Style::of_body(cx, func);
    let first = first_wrapped(cx, resource, func)?;
    let mut edits = vec![
        insertion(func, first, opening(cx, &style)),
        insertion(func, last.start, listeners(cx, func.unit, &style, &handle)),
        insertion(func, last.end, closing(&style)),
    ];
    edits.extend(deeper(cx, func, Span { start: first, end: last.end }, &style)?);
    let title = "Reconnect with a capped, growing, random delay".to_owned();
    Some(UnitFix { title, safety: Safety::Suggest, edits, imports: Vec::new() })
}

/// Where `connect` starts: behind the guards that leave the effect early, so that it always returns a teardown.
/// `None`: the effect is left early after the connection is made.
fn first_wrapped<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, func: F) -> Option<u32> {
    let statements = cx.view.statements_of(func);
    let leaves = cx.view.bare_returns(func, |span| cx.source_at(func.unit, span));
    let site = cx.view.statement_span(resource.site)?;
    let last_guard = statements.iter().rposition(|statement| leaves.iter().any(|leave| statement.contains(*leave)));
    let first = statements.get(last_guard.map_or(0, |guard| guard + 1))?;
    (first.start <= site.start).then_some(first.start)
}

fn insertion(func: F, at: u32, text: String) -> (Place, String) {
    (Place { unit: func.unit, span: Span { start: at, end: at } }, text)
}

/// What stands before the body: at the place of its first statement, whose indentation is there already.
fn opening(cx: &RuleContext<'_, '_>, style: &Style) -> String {
    let end = style.semicolon;
    let timer = if cx.is_typescript() { ": ReturnType<typeof setTimeout> | undefined" } else { "" };
    let lines = style.lines(
        0,
        &[
            &format!("let attempts = 0{end}"),
            &format!("let stopped = false{end}"),
            &format!("let retry{timer}{end}"),
            "const connect = () => {",
        ],
    );
    let lines = lines.strip_prefix(style.inner.as_str()).unwrap_or(&lines);
    format!("{lines}{}{}", style.inner, style.level)
}

/// Before the `return` of the body.
fn listeners(cx: &RuleContext<'_, '_>, unit: UnitId, style: &Style, handle: &str) -> String {
    let end = style.semicolon;
    let open = [
        format!("{handle}.addEventListener({}, () => {{", quoted(cx, unit, "open")),
        format!("{}attempts = 0{end}", style.level),
        format!("}}){end}"),
        format!("{handle}.addEventListener({}, () => {{", quoted(cx, unit, "close")),
        format!("{}if (stopped) return{end}", style.level),
        format!("{}const delay = Math.random() * Math.min({CAP}, 1_000 * 2 ** attempts++){end}", style.level),
        format!("{}retry = setTimeout(() => {{", style.level),
        format!("{0}{0}disconnect = connect(){end}", style.level),
        format!("{}}}, delay){end}", style.level),
        format!("}}){end}"),
    ];
    let lines: Vec<&str> = open.iter().map(String::as_str).collect();
    let lines = style.lines(1, &lines);
    let indent = format!("{}{}", style.inner, style.level);
    // The first line stands behind the indentation that the `return` had.
    format!("{}{}{indent}", style.level, lines.strip_prefix(indent.as_str()).unwrap_or(&lines))
}

/// After the body: the first connection, and the teardown that ends the newest one.
fn closing(style: &Style) -> String {
    let end = style.semicolon;
    let lines = style.lines(
        0,
        &[
            &format!("}}{end}"),
            &format!("let disconnect = connect(){end}"),
            "return () => {",
            &format!("{}stopped = true{end}", style.level),
            &format!("{}clearTimeout(retry){end}", style.level),
            &format!("{}disconnect(){end}", style.level),
            &format!("}}{end}"),
        ],
    );
    format!("{}{}", style.line_end, lines.trim_end_matches(style.line_end))
}

/// Indents the lines of a stretch one level deeper; `None` where a template's text would change with them.
fn deeper(cx: &RuleContext<'_, '_>, func: F, span: Span, style: &Style) -> Option<Vec<(Place, String)>> {
    let base = cx.view.start(func.unit);
    if cx.view.has_text_of_lines(func.unit, span, |value| cx.source_at(func.unit, value).contains('\n')) {
        return None;
    }
    let first = cx.text.line_of((base + span.start) as usize);
    let last = cx.text.line_of((base + span.end) as usize);
    let mut edits = Vec::new();
    let return_line = cx.view.statements_of(func).last().map(|last| cx.text.line_of((base + last.start) as usize));
    for line in first + 1..=last {
        let at = cx.text.line_span(line);
        // The line of the `return` is indented by what is inserted before it.
        if !at.is_empty() && Some(line) != return_line {
            edits.push(insertion(func, at.start - base, style.level.clone()));
        }
    }
    Some(edits)
}
