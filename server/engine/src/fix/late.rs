//! What comes too late for its owner: a cleanup that an asynchronous effect returns, an opening after an `await`.

use super::edit::{put_first, suggest};
use super::style::{Style, indentation, indented};
use crate::model::{Effect, F, Fate, Release, Resource, UnitId, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// An inner asynchronous function, and a teardown that also ends what comes late.
pub(crate) fn inner_async(cx: &RuleContext<'_, '_>, effect: Effect, cleanup: V) -> Option<UnitFix> {
    let view = cx.view;
    let callback = effect.callback;
    let func = view.func(callback);
    let unit = callback.unit;
    let statements = view.statements_of(callback);
    let last = *statements.last()?;
    let returned = cx.source_at(unit, last);
    let cleanup_source = returned.strip_prefix("return ")?.trim_end_matches(';');
    let is_plain = func.returns.len() == 1 && cleanup.unit == unit && last.contains(view.span(cleanup));
    let taken = ["cancelled", "cleanup", "start"].iter().any(|name| view.is_name_taken(unit, name));
    let is_long = |span: Span| cx.source_at(unit, span).contains('\n');
    if !is_plain || taken || func.expression_body || view.has_text_of_lines(unit, func.body, is_long) {
        return None;
    }
    let header = cx.source_at(unit, Span { start: func.span.start, end: func.body.start });
    let word = header.len() - header.strip_prefix("async")?.trim_start().len();
    let style = Style::of_body(cx, callback);
    let Style { inner, level, semicolon: end, .. } = &style;
    let body = indented(&cx.source_at(unit, Span { start: func.body.start + 1, end: last.start }), level);
    let kept = indented(cleanup_source, level);
    let typed = if cx.is_typescript() { ": (() => void) | undefined" } else { "" };
    let text = format!(
        "\n{inner}let cancelled = false{end}\n{inner}let cleanup{typed}{end}\n{inner}const start = async () => {{{body}\
         {inner}{level}cleanup = {kept}{end}\n{inner}{level}if (cancelled) cleanup(){end}\n{inner}}}{end}\n\
         {inner}void start(){end}\n{inner}return () => {{\n{inner}{level}cancelled = true{end}\n\
         {inner}{level}cleanup?.(){end}\n{inner}}}{end}"
    );
    let async_word = Span { start: func.span.start, end: func.span.start + word as u32 };
    let whole = Span { start: func.body.start + 1, end: last.end };
    let edits = vec![(Place { unit, span: async_word }, String::new()), (Place { unit, span: whole }, text)];
    suggest("Let an inner function be asynchronous", edits)
}

/// The name of the flag.
const FLAG: &str = "ended";

/// A flag that the teardown sets, asked before what comes late is opened.
pub(crate) fn ask_for_owner<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let Fate::Released(proofs) = view.fate(resource) else { return None };
    let &[Release { at: release, .. }] = proofs.as_slice() else { return None };
    let (opener, teardown) = (view.func_of(resource.live), view.func_of(release));
    let unit = opener.unit;
    let is_known = view.func(opener).is_async && view.func(opener).returns.is_empty();
    if !is_known || view.is_name_taken(unit, FLAG) || view.is_name_taken(teardown.unit, FLAG) {
        return None;
    }
    let (flag_unit, flag_at) = place_of_flag(cx, opener, teardown)?;
    let opening = view.statement_span(resource.live)?;
    // Behind a question that is asked before a further wait, everything could still come late.
    if view.waits_within(unit, opening) {
        return None;
    }
    let end = Style::of_body(cx, opener).semicolon;
    let edits = vec![
        before(cx, flag_unit, flag_at, &format!("let {FLAG} = false{end}")),
        before(cx, unit, opening.start, &format!("if ({FLAG}) return{end}")),
        put_first(cx, teardown, &format!("{FLAG} = true{end}"), end),
    ];
    suggest("Ask whether its owner still lives", edits)
}

/// Before the statement that holds the first of two functions, in what is around both and lives as long as their owner.
fn place_of_flag(cx: &RuleContext<'_, '_>, opener: F, teardown: F) -> Option<(UnitId, u32)> {
    let view = cx.view;
    if opener.unit != teardown.unit {
        // Statements of a component's script.
        let is_script = view.is_of_script(opener.unit) && view.is_of_script(teardown.unit);
        let first = [opener.unit, teardown.unit].into_iter().min_by_key(|&unit| view.start(unit))?;
        return is_script.then_some((first, 0));
    }
    let around = view.enclosing(opener).find(|&at| at != opener && view.is_within(teardown, at))?;
    let is_rerun = view.component_of(around) == Some(around) && !view.is_set_up_once(around);
    if view.func(around).expression_body || is_rerun {
        return None;
    }
    let holds = |statement: &Span| [opener, teardown].iter().any(|&f| statement.contains(view.func(f).span));
    let first = view.statements_of(around).into_iter().find(holds)?;
    Some((opener.unit, first.start))
}

fn before(cx: &RuleContext<'_, '_>, unit: UnitId, offset: u32, line: &str) -> (Place, String) {
    let indent = indentation(cx, unit, offset);
    (Place { unit, span: Span { start: offset, end: offset } }, format!("{line}\n{indent}"))
}
