//! Taking a listener off again.

use super::style::indentation;
use crate::model::V;
use crate::rules::{Place, RuleContext};
use crate::text::Span;

/// The same arguments, if the handler has a name; an inline function can never be removed.
pub(super) fn unlisten_call(cx: &RuleContext<'_, '_>, listener: V, unlisten: &str) -> Option<String> {
    let view = cx.view;
    let handler = view.arg(listener, 1)?;
    // A field that is set again holds another function by then.
    let is_one = || {
        let (functions, complete) = view.functions(handler);
        complete && functions.len() == 1
    };
    if view.binding_of(handler).is_none() && !(view.is_own_member(handler) && is_one()) {
        return None;
    }
    let (object, name) = view.method(listener)?;
    let call = cx.source(listener);
    let object = cx.source(object);
    let rest = call.strip_prefix(&object)?;
    let arguments = rest.trim_start().strip_prefix('.')?.strip_prefix(name.as_str())?;
    (!arguments.contains('\n')).then(|| format!("{object}.{unlisten}{arguments}"))
}

/// A name for an inline handler, so that it can be taken off: the call that does, and the edits.
pub(super) fn name_and_unlisten(
    cx: &RuleContext<'_, '_>,
    listener: V,
    unlisten: &str,
) -> Option<(String, Vec<(Place, String)>)> {
    let view = cx.view;
    let (event, handler) = (view.arg(listener, 0)?, view.arg(listener, 1)?);
    let name = handler_name(&view.text_of(event)?)?;
    let statement = view.statement_span(listener)?;
    let (object, _) = view.method(listener)?;
    let (object_source, source) = (cx.source(object), cx.source(handler));
    let is_chained = object_source.contains(['(', '\n']);
    let starts = statement.start == view.span(listener).start;
    if !view.is_function(handler) || !starts || is_chained || view.is_name_taken(listener.unit, &name) {
        return None;
    }
    // Away from the call, a parameter has no type but its own.
    if cx.is_typescript() && !has_typed_parameters(cx, handler) {
        return None;
    }
    let after_object = Span { start: view.span(object).end, end: view.span(listener).end };
    let dot = if cx.source_at(listener.unit, after_object).starts_with("?.") { "?." } else { "." };
    let options = view.arg(listener, 2).map(|options| format!(", {}", cx.source(options))).unwrap_or_default();
    let release = format!("{object_source}{dot}{unlisten}({}, {name}{options})", cx.source(event));
    let indent = indentation(cx, listener.unit, statement.start);
    let semicolon = if cx.source_at(listener.unit, statement).ends_with(';') { ";" } else { "" };
    let place = |span: Span| Place { unit: listener.unit, span };
    let before = Span { start: statement.start, end: statement.start };
    let edits = vec![
        (place(before), format!("const {name} = {source}{semicolon}\n{indent}")),
        (place(view.span(handler)), name.clone()),
    ];
    (!release.contains('\n')).then_some((release, edits))
}

fn has_typed_parameters(cx: &RuleContext<'_, '_>, handler: V) -> bool {
    let view = cx.view;
    let ends = view.functions(handler).0.into_iter().flat_map(|func| {
        let params = view.func(func).params.iter().map(move |&id| V { unit: func.unit, id });
        params.map(|parameter| view.span(parameter).end)
    });
    let end = view.span(handler).end;
    ends.into_iter().all(|after| {
        let rest = cx.source_at(handler.unit, Span { start: after, end });
        rest.trim_start().starts_with([':', '?'])
    })
}

/// `handleOnline` for `online`.
pub(super) fn handler_name(event: &str) -> Option<String> {
    let words = event.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let camel: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
    (!camel.is_empty()).then(|| format!("handle{camel}"))
}
