//! What is done again when a connection is up again: joining, loading.

use super::edit::{at, own_statement, put_before, semicolon, suggest};
use super::style::{Style, indentation, quoted};
use crate::model::{F, V};
use crate::rules::{Place, RuleContext, UnitFix};

/// A room joined in the handler of `connect`, a group joined also in that of `onreconnected`.
pub(crate) fn join_again<'doc>(cx: &RuleContext<'_, 'doc>, join: V) -> Option<UnitFix> {
    let view = cx.view;
    let (object, _) = view.method(join)?;
    let named = view.binding_of(object)?;
    let socket = cx.resources().iter().find(|resource| resource.trace.names.contains(&named))?;
    let made = view.func_of(socket.site);
    let source = cx.source(join);
    let client = cx.source(object);
    if source.contains('\n') || !view.is_readable_in(join, made) || join.unit != socket.site.unit {
        return None;
    }
    match socket.kind.kind.as_str() {
        // It was made in the same run, so that its first `connect` is still to come.
        "socket-io" if view.func_of(join) == made => {
            let statement = own_statement(cx, join)?;
            let end = semicolon(cx, join.unit, statement);
            let text = format!("{client}.on({}, () => {source}){end}", quoted(cx, join.unit, "connect"));
            suggest("Join at each connect", vec![(Place { unit: join.unit, span: statement }, text)])
        }
        "signalr" => {
            let starts = view.statements_of(made).into_iter().find(|statement| statement.contains(view.span(join)))?;
            let end = semicolon(cx, join.unit, starts);
            let line = format!("{client}.onreconnected(() => {source}){end}");
            suggest("Join after a reconnect, too", vec![put_before(cx, join.unit, starts, &line)?])
        }
        _ => None,
    }
}

/// What was loaded once is loaded whenever the channel is live.
pub(crate) fn load_when_live(cx: &RuleContext<'_, '_>, subscribe: V, load: F) -> Option<UnitFix> {
    let view = cx.view;
    let source = cx.source(subscribe);
    let name = view.func(load).name.as_ref()?;
    let subscriber = view.func_of(subscribe);
    let is_called = view.calls_of(subscriber).any(|call| view.functions(view.callee(call)).0.contains(&load));
    if !source.ends_with("()") || !is_called || !view.func(load).params.is_empty() {
        return None;
    }
    let end = view.span(subscribe).end;
    let Style { level, semicolon, .. } = Style::of_body(cx, subscriber);
    let indent = indentation(cx, subscribe.unit, end - 1);
    let state = quoted(cx, subscribe.unit, "SUBSCRIBED");
    let text = format!("(status) => {{\n{indent}{level}if (status === {state}) void {name}(){semicolon}\n{indent}}}");
    suggest("Load it whenever the channel is live", vec![(at(subscribe, end - 1), text)])
}
