//! Telling what nobody was told: errors, closes, messages that were not sent.

use super::edit::{at, give_parameters, parameter_name, put_first, replace_statement, suggest};
use super::style::{Style, indentation};
use crate::model::{Handling, Resource, Swallowed, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// `console.error` in the place of what does nothing with an error.
pub(crate) fn report_swallowed(cx: &RuleContext<'_, '_>, swallowed: &Swallowed) -> Option<UnitFix> {
    let title = "Report the error";
    let place = Place { unit: swallowed.unit, span: swallowed.place };
    let source = cx.source_at(place.unit, place.span);
    let Some(clause) = source.strip_prefix("catch") else {
        return suggest(title, vec![(place, "console.error".to_owned())]);
    };
    let name = clause.trim_start().strip_prefix('(').and_then(|rest| rest.split([')', ':']).next()).map(str::trim);
    let name = match name {
        None | Some("") => "error",
        Some(name) => name,
    };
    let indent = indentation(cx, place.unit, place.span.start);
    let around = cx.view.statement_around(place.unit, place.span)?;
    let style = Style::of_body(cx, cx.view.func_at(place.unit, around));
    let (level, end) = (&style.level, style.semicolon);
    let text = format!("catch ({name}) {{\n{indent}{level}console.error({name}){end}\n{indent}}}");
    suggest(title, vec![(place, text)])
}

/// An error that is reported where it would have been thrown.
pub(crate) fn report_thrown(cx: &RuleContext<'_, '_>, handling: &Handling, thrown: V) -> Option<UnitFix> {
    let statement = cx.view.statement_span(thrown)?;
    let source = cx.source_at(thrown.unit, statement);
    let error = source.strip_prefix("throw ")?.trim_end_matches(';').to_owned();
    let end = if source.ends_with(';') { ";" } else { "" };
    let mut lines = vec![format!("console.error({error}){end}")];
    let is_last = cx.view.statements_of(handling.func).last() == Some(&statement);
    if !is_last {
        lines.push(format!("return{end}"));
    }
    suggest("Report it, and leave the handler", vec![replace_statement(cx, thrown.unit, statement, &lines)?])
}

/// The code and the reason of a close, written down by its handler.
pub(crate) fn record_close<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, added: V) -> Option<UnitFix> {
    let view = cx.view;
    let function = view.assigned(added).or_else(|| view.arg(added, 1))?;
    let (functions, _) = view.functions(function);
    let &[func] = functions.as_slice() else { return None };
    if func.unit != added.unit || !view.is_function(function) {
        return None;
    }
    // Node's emitters give the code and the reason, Socket.IO's the reason alone, and all others an event.
    let listens = view.method(added).map_or("", |(_, name)| name.as_str());
    let is_emitter = matches!(listens, "on" | "addListener");
    let gives_reason = matches!(resource.kind.kind.as_str(), "socket-io" | "socket-io-server");
    let (names, what) = match (is_emitter, gives_reason) {
        (true, true) => ("reason", ["", ""].as_slice()),
        (true, false) => ("code, reason", ["", ""].as_slice()),
        (false, _) => ("event", [".code", ".reason"].as_slice()),
    };
    let (parameters, mut edits) = match view.func(func).params.len() {
        0 => (names.split(", ").map(str::to_owned).collect(), vec![give_parameters(cx, func, names)?]),
        _ => (
            (0..view.func(func).params.len())
                .map(|index| parameter_name(cx, func, index))
                .collect::<Option<Vec<_>>>()?,
            Vec::new(),
        ),
    };
    let told: Vec<String> = match parameters.as_slice() {
        [code, reason, ..] => vec![code.clone(), format!("{reason}.toString()")],
        [only] => what.iter().map(|member| format!("{only}{member}")).collect(),
        [] => return None,
    };
    let told = match told.as_slice() {
        [one, other] if one == other => one.clone(),
        told => told.join(", "),
    };
    let end = Style::of_body(cx, func).semicolon;
    edits.push(put_first(cx, func, &format!("console.warn(\"connection closed\", {told}){end}"), end));
    suggest("Record why it was closed", edits)
}

/// What an event is, in the place of all that it brings.
pub(crate) fn log_kind<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    handling: &Handling,
    call: V,
) -> Option<UnitFix> {
    let view = cx.view;
    let args = view.call(call)?.args.as_slice();
    let name = parameter_name(cx, handling.func, 0)?;
    let is_payload = |&id: &_| cx.source(V { unit: call.unit, id }) == name;
    let &whole = args.iter().find(|&id| is_payload(id))?;
    let whole = V { unit: call.unit, id: whole };
    let members: &[&str] = match resource.kind.kind.as_str() {
        // Source: supabase-js, `RealtimePostgresChangesPayload`.
        "supabase-channel" if handling.event == "postgres_changes" => &["eventType", "commit_timestamp"],
        "supabase-channel" if handling.event == "broadcast" => &["event"],
        "websocket" => &["type"],
        _ => return None,
    };
    let told: Vec<String> = members.iter().map(|member| format!("{name}.{member}")).collect();
    suggest("Log what it is alone", vec![(cx.place(whole), told.join(", "))])
}

/// A word about what is not sent while the connection is down.
pub(crate) fn tell_unsent(cx: &RuleContext<'_, '_>, send: V) -> Option<UnitFix> {
    let view = cx.view;
    let unit = send.unit;
    let title = "Tell that it was not sent";
    let source = |span: Span| cx.source_at(unit, span);
    let (conditional, leaves) = view.ways_around(send, source);
    let style = Style::of_body(cx, view.func_of(send));
    let (level, end) = (&style.level, style.semicolon);
    let told = format!("console.warn(\"not sent, the connection is down\"){end}");
    if let Some(conditional) = conditional {
        let whole = source(conditional);
        let own = view.statement_span(send)?;
        let after = source(Span { start: own.end, end: conditional.end });
        if after.contains("else") || !view.is_in_block(unit, conditional) {
            return None;
        }
        let indent = indentation(cx, unit, conditional.start);
        let text = match whole.ends_with('}') {
            true => format!(" else {{\n{indent}{level}{told}\n{indent}}}"),
            false => format!("\n{indent}else {told}"),
        };
        return suggest(title, vec![(at(send, conditional.end), text)]);
    }
    let &[leave] = leaves.as_slice() else { return None };
    let lines = [told, format!("return{end}")];
    suggest(title, vec![replace_statement(cx, unit, leave, &lines)?])
}
