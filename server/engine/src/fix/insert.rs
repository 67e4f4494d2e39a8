//! Small additions: an argument, a statement, another scheme, a `try`.

use super::edit::{at, suggest};
use super::style::{Style, indentation, quoted};
use crate::model::{Resource, Unheard, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// Another scheme in a literal or template, or in a part of the text that it starts with.
pub(crate) fn replace_scheme(cx: &RuleContext<'_, '_>, literal: V, scheme: &str, secure: &str) -> Option<UnitFix> {
    let source = cx.source(literal);
    let inside = source.get(1..)?;
    let start = cx.view.span(literal).start + 1;
    let span = Span { start, end: start + scheme.len() as u32 };
    inside
        .starts_with(scheme)
        .then(|| suggest(&format!("Use `{secure}`"), vec![(Place { unit: literal.unit, span }, secure.to_owned())]))
        .flatten()
}

/// A callback for `subscribe()` that reports what went wrong.
pub(crate) fn status_callback(cx: &RuleContext<'_, '_>, subscribe: V) -> Option<UnitFix> {
    let end = cx.view.span(subscribe).end;
    let is_empty = cx.source(subscribe).ends_with("()");
    let func = cx.view.func_of(subscribe);
    let style = Style::of_body(cx, func);
    let indent = indentation(cx, subscribe.unit, end - 1);
    let (level, semicolon) = (&style.level, style.semicolon);
    let text = format!(
        "(status, error) => {{\n{indent}{level}if (status === \"CHANNEL_ERROR\" || status === \"TIMED_OUT\") \
         console.error(status, error){semicolon}\n{indent}}}"
    );
    is_empty.then(|| suggest("Report a failed subscription", vec![(at(subscribe, end - 1), text)])).flatten()
}

/// `const message = JSON.parse(…)` in a `try` that leaves the handler.
pub(crate) fn parse_in_try(cx: &RuleContext<'_, '_>, parse: V) -> Option<UnitFix> {
    let view = cx.view;
    let statement = view.statement_span(parse)?;
    let func = view.func_of(parse);
    if view.func(func).expression_body || !view.func(func).returns.is_empty() {
        return None;
    }
    let source = cx.source_at(parse.unit, statement);
    let rest = source.strip_prefix("const ")?;
    let (target, value) = rest.split_once(" = ")?;
    let name = target.split(':').next()?.trim();
    let is_name = name.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '$'));
    if !is_name || !value.starts_with("JSON.parse(") || source.contains('\n') {
        return None;
    }
    let style = Style::of_body(cx, func);
    let indent = indentation(cx, parse.unit, statement.start);
    let semicolon = if source.ends_with(';') { ";" } else { "" };
    let level = &style.level;
    // What an assertion said of the value is now said of the name.
    let end = value.trim_end_matches(';');
    let typed = match (target.contains(':'), end.rsplit_once(" as ")) {
        (false, Some((_, type_name))) if !type_name.contains(')') => format!("{name}: {type_name}"),
        _ => target.to_owned(),
    };
    let lines = [
        format!("let {typed}{semicolon}"),
        "try {".to_owned(),
        format!("{level}{name} = {value}"),
        "} catch {".to_owned(),
        format!("{level}return{semicolon}"),
        "}".to_owned(),
    ];
    let text = lines.join(&format!("\n{indent}"));
    let place = Place { unit: parse.unit, span: statement };
    suggest("Leave out messages that are not JSON", vec![(place, text)])
}

/// A listener, a callback or a `catch` that reports.
pub(crate) fn hear_errors<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    unheard: Unheard,
) -> Option<UnitFix> {
    let view = cx.view;
    let title = "Report its errors";
    match unheard {
        Unheard::Callback { last, .. } => {
            suggest(title, vec![(at(last, view.span(last).end), ", console.error".to_owned())])
        }
        Unheard::Promise(call) => {
            let end = view.promise_chain_end(call);
            suggest(title, vec![(at(call, end), ".catch(console.error)".to_owned())])
        }
        Unheard::Emitter(_) | Unheard::Client(_) => {
            let name = view.handle_name(resource)?;
            let statement = view.statement_span(resource.site)?;
            let source = cx.source_at(resource.site.unit, statement);
            let declares = [format!("const {name} ="), format!("export const {name} ="), format!("{name} =")];
            if !declares.iter().any(|start| source.starts_with(start.as_str())) {
                return None;
            }
            let semicolon = if source.ends_with(';') { ";" } else { "" };
            let indent = indentation(cx, resource.site.unit, statement.start);
            let text =
                format!("\n{indent}{name}.on({}, console.error){semicolon}", quoted(cx, resource.site.unit, "error"));
            suggest(title, vec![(at(resource.site, statement.end), text)])
        }
        Unheard::Accepted(parameter) => {
            let name = cx.source(parameter);
            let name = name.split(':').next()?.trim();
            let func = view.func_of(parameter);
            let body = view.func(func).body;
            if view.func(func).expression_body || !name.chars().all(|char| char.is_alphanumeric() || char == '_') {
                return None;
            }
            let style = Style::of_body(cx, func);
            let (inner, end) = (style.inner, style.semicolon);
            let text = format!("\n{inner}{name}.on({}, console.error){end}", quoted(cx, parameter.unit, "error"));
            suggest(title, vec![(at(parameter, body.start + 1), text)])
        }
    }
}
