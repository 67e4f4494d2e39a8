//! Moving `.subscribe(…)` behind the last listener.

use crate::finding::Safety;
use crate::model::{LateListener, Resource, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// Subscribes after the late listener: within one chain, or as statements of one block between which nobody speaks of
/// the channel.
pub(crate) fn subscribe_last<'doc>(
    cx: &RuleContext<'_, 'doc>,
    channel: &Resource<'doc>,
    late: &LateListener,
) -> Option<UnitFix> {
    let view = cx.view;
    let unit = late.subscribe.unit;
    if unit != late.listener.unit || view.func_of(late.subscribe) != view.func_of(late.listener) {
        return None;
    }
    let end = chain_end(cx, late.listener);
    let whole = view.span(late.subscribe);
    let (object, _) = view.method(late.subscribe)?;
    let call = Span { start: view.span(object).end, end: whole.end };
    let call_text = cx.source_at(unit, call);
    let in_chain = view.span(late.listener).start == whole.start && view.span(late.listener).contains(whole);
    let mut edits = Vec::new();
    if in_chain {
        edits.push((Place { unit, span: call }, String::new()));
    } else {
        let subscribe = view.statement(late.subscribe)?;
        let listener = view.statement(late.listener)?;
        // The conditions too: the body of an `if` without braces stands in the list around it.
        let same_block = subscribe.list == listener.list && view.guards(late.subscribe) == view.guards(late.listener);
        if !same_block || view.speaks_between(channel, unit, subscribe.span, listener.span) {
            return None;
        }
        let is_alone = subscribe.span.start == whole.start && view.binding_of(object).is_some();
        edits.push(match is_alone {
            true => (Place { unit, span: whole_lines(cx, unit, subscribe.span) }, String::new()),
            false => (Place { unit, span: call }, String::new()),
        });
    }
    let moved = if in_chain { call_text.as_str() } else { call_text.trim_start() };
    edits.push((Place { unit, span: Span { start: end, end } }, moved.to_owned()));
    let title = "Subscribe after the last listener".to_owned();
    Some(UnitFix { title, safety: Safety::Safe, edits, imports: Vec::new() })
}

/// The end of the chain of `.on(…)` that starts with a call.
fn chain_end(cx: &RuleContext<'_, '_>, listener: V) -> u32 {
    let mut at = listener;
    while let Some(next) = cx.view.chained(at, "on") {
        at = next;
    }
    cx.view.span(at).end
}

/// A statement with its line, where nothing else stands on it.
fn whole_lines(cx: &RuleContext<'_, '_>, unit: crate::model::UnitId, statement: Span) -> Span {
    let base = cx.view.start(unit);
    let line = |offset: u32| cx.text.line_of((base + offset) as usize);
    let (first, last) = (cx.text.line_span(line(statement.start)), cx.text.line_span(line(statement.end)));
    let before = cx.text.slice(Span { start: first.start, end: base + statement.start });
    let after = cx.text.slice(Span { start: base + statement.end, end: last.end });
    if !before.trim().is_empty() || !after.trim().is_empty() || first.start < base {
        return statement;
    }
    let next = cx.text.line_span(line(statement.end) + 1).start;
    Span { start: first.start - base, end: next.max(last.end) - base }
}
