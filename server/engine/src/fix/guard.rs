//! A question before something is done: how long ago, which code, which event, for whom, how much waits.

use super::edit::{
    SetUp, at, give_parameters, own_statement, parameter_name, put_before, put_first, semicolon, suggest,
};
use super::import::Import;
use super::style::{Style, indentation, indented};
use crate::model::{F, Resource, TableChanges, V, Write};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// How long a sender waits between two messages, in milliseconds.
const PAUSE: &str = "50";

/// How much may wait in a socket, in bytes.
const WAITING: &str = "1_048_576";

/// A send that leaves out what comes too soon after the last one.
pub(crate) fn throttle_send(cx: &RuleContext<'_, '_>, send: V) -> Option<UnitFix> {
    let view = cx.view;
    let unit = send.unit;
    let func = view.func_of(send);
    let statement = own_statement(cx, send).filter(|&statement| view.is_in_block(unit, statement))?;
    let is_long = |span: Span| cx.source_at(unit, span).contains('\n');
    if view.is_name_taken(unit, "lastSent") || view.has_text_of_lines(unit, statement, is_long) {
        return None;
    }
    let place = SetUp::of(cx, func)?;
    let style = Style::of_body(cx, func);
    let (level, end) = (&style.level, style.semicolon);
    let (name, made, imports) = match place.is_anew {
        true => {
            let (hook, imports) = hook(cx, place.around, "useRef")?;
            ("lastSent.current", format!("const lastSent = {hook}(0){end}"), imports)
        }
        false => ("lastSent", format!("let lastSent = 0{end}"), Vec::new()),
    };
    let indent = indentation(cx, unit, statement.start);
    let body = indented(&cx.source_at(unit, statement), level);
    let text = format!(
        "if (Date.now() - {name} >= {PAUSE}) {{\n{indent}{level}{name} = Date.now(){end}\n{indent}{level}{body}\n{indent}}}"
    );
    let edits = vec![place.declare(&[made]), (Place { unit, span: statement }, text)];
    let fix = suggest(&format!("Send at most every {PAUSE} ms"), edits)?;
    Some(UnitFix { imports, ..fix })
}

/// How a component's file calls a hook of React, and what must be imported for it.
fn hook(cx: &RuleContext<'_, '_>, component: F, name: &str) -> Option<(String, Vec<Import>)> {
    use crate::model::HookStyle;
    Some(match cx.view.hook_style(component)? {
        HookStyle::Member(namespace) => (format!("{namespace}.{name}"), Vec::new()),
        HookStyle::Imported(module) => (name.to_owned(), vec![Import { module: module.into(), name: name.into() }]),
        HookStyle::Unbound => (name.to_owned(), Vec::new()),
    })
}

/// No new attempt after a close that is final.
pub(crate) fn look_at_code<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, again: V) -> Option<UnitFix> {
    let view = cx.view;
    let func = view.func_of(again);
    let (handler, named) = view.close_handler(resource, func)?;
    let listens = view.method(handler).map_or("", |(_, name)| name.as_str());
    let is_emitter = matches!(listens, "on" | "addListener");
    let mut edits = Vec::new();
    let name = match view.func(func).params.is_empty() {
        // A function with a name may be called without an event elsewhere.
        true if !view.is_function(named) => return None,
        true => {
            let name = if is_emitter { "code" } else { "event" };
            edits.push(give_parameters(cx, func, name)?);
            name.to_owned()
        }
        false => parameter_name(cx, func, 0)?,
    };
    let code = if is_emitter { name } else { format!("{name}.code") };
    let statement = view.statement_span(again)?;
    let source = cx.source_at(again.unit, statement);
    let declares = ["const ", "let ", "var ", "return", "if ", "function "].iter().any(|word| source.starts_with(word));
    if declares || !view.is_in_block(again.unit, statement) {
        return None;
    }
    edits.push((at(again, statement.start), format!("if ({code} !== 1008 && {code} < 4000) ")));
    suggest("Try again unless the server refused", edits)
}

/// Deletes are left out of a handler that is for rows.
pub(crate) fn leave_out_deletes(cx: &RuleContext<'_, '_>, changes: &TableChanges, row: V) -> Option<UnitFix> {
    let view = cx.view;
    let (functions, _) = view.functions(changes.handler?);
    let func = functions.into_iter().find(|&func| view.is_within(view.func_of(row), func))?;
    let name = parameter_name(cx, func, 0)?;
    if view.func(func).expression_body || row.unit != func.unit {
        return None;
    }
    let end = Style::of_body(cx, func).semicolon;
    let line = format!("if ({name}.eventType === \"DELETE\") return{end}");
    suggest("Leave out deletes", vec![put_first(cx, func, &line, end)])
}

/// A flag that an effect's teardown sets, asked before an answer is shown.
pub(crate) fn ignore_late_answer(cx: &RuleContext<'_, '_>, write: &Write) -> Option<UnitFix> {
    const FLAG: &str = "ignore";
    let view = cx.view;
    let unit = write.at.unit;
    let shows = view.func_of(write.at);
    let effect = view.enclosing(shows).find_map(|func| view.effect_of_callback(func))?.callback;
    let data = view.func(effect);
    let first = *view.statements_of(effect).first()?;
    let last = *view.statements_of(effect).last()?;
    if effect == shows || data.expression_body || data.is_async || view.is_name_taken(unit, FLAG) {
        return None;
    }
    let style = Style::of_body(cx, effect);
    let (inner, level, end) = (&style.inner, &style.level, style.semicolon);
    let mut edits = vec![put_before(cx, unit, first, &format!("let {FLAG} = false{end}"))?];
    let question = format!("if ({FLAG}) return{end}");
    edits.push(match view.func(shows).expression_body {
        true => put_first(cx, shows, &question, end),
        false => {
            let statement = own_statement(cx, write.at).filter(|&statement| view.is_in_block(unit, statement))?;
            put_before(cx, unit, statement, &question)?
        }
    });
    edits.push(match data.returns.as_slice() {
        [] => {
            let text = format!("\n{inner}return () => {{\n{inner}{level}{FLAG} = true{end}\n{inner}}}{end}");
            (Place { unit, span: Span { start: last.end, end: last.end } }, text)
        }
        &[returned] => {
            let returned = V { unit, id: returned };
            let (functions, _) = view.functions(returned);
            let teardown = functions.into_iter().find(|_| view.is_function(returned))?;
            put_first(cx, teardown, &format!("{FLAG} = true{end}"), end)
        }
        _ => return None,
    });
    suggest("Ignore the answer when it comes too late", edits)
}

/// A wait before a send until the socket has sent most of what waits in it.
pub(crate) fn wait_for_drain(cx: &RuleContext<'_, '_>, send: V) -> Option<UnitFix> {
    let view = cx.view;
    let func = view.func_of(send);
    // Socket.IO does not tell what waits.
    let (object, _) = view.method(send).filter(|(_, name)| *name == "send")?;
    let socket = cx.source(object);
    let statement = own_statement(cx, send).filter(|&statement| view.is_in_block(send.unit, statement))?;
    if !view.func(func).is_async || socket.contains(['?', '(', '\n']) {
        return None;
    }
    let indent = indentation(cx, send.unit, statement.start);
    let level = Style::of_body(cx, func).level;
    let end = semicolon(cx, send.unit, statement);
    let wait = format!("await new Promise((resolve) => setTimeout(resolve, 50)){end}");
    let text = format!("while ({socket}.bufferedAmount > {WAITING}) {{\n{indent}{level}{wait}\n{indent}}}");
    suggest("Wait while much is waiting", vec![put_before(cx, send.unit, statement, &text)?])
}
