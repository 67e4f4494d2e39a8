//! Pings, and what happens when nobody answers.

use super::edit::{at, free_name, is_name, put_first, semicolon, suggest};
use super::style::{Style, indentation, quoted};
use crate::model::{Resource, V};
use crate::rules::{RuleContext, UnitFix};
use crate::text::Span;

/// How often a server pings, in milliseconds.
const INTERVAL: &str = "30_000";

/// A round of pings that ends who did not answer the one before; behind the statement that makes the server.
pub(crate) fn ping_clients<'doc>(cx: &RuleContext<'_, 'doc>, server: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let site = server.site;
    let name = view.handle_name(server)?;
    let statement = view.statement_span(site)?;
    let source = cx.source_at(site.unit, statement);
    let declares = ["const", "let", "var", "export const"].map(|keyword| format!("{keyword} {name} = new "));
    let is_declared = declares.iter().any(|start| source.starts_with(start.as_str()));
    // What accepts a client marks it as alive, so that it must be there to be written in.
    let &[acceptor] = view.acceptors(server).as_slice() else { return None };
    let client = super::edit::parameter_name(cx, acceptor, 0)?;
    let timer = free_name(cx, site.unit, &["heartbeat", "pings"])?;
    let silent = free_name(cx, site.unit, &["unanswered", "awaited"])?;
    let made = view.func_of(site);
    // The set must be seen where clients answer.
    let is_seen = view.enclosing(made).nth(1).is_none() || view.is_within(acceptor, made);
    let is_written = !view.func(acceptor).expression_body && is_seen;
    if server.kind.kind != "ws-server" || !is_declared || !is_written || !view.is_in_block(site.unit, statement) {
        return None;
    }
    let indent = indentation(cx, site.unit, statement.start);
    let Style { level, inner, .. } = Style::of_body(cx, acceptor);
    let end = semicolon(cx, site.unit, statement);
    let other = if client == "client" { "peer" } else { "client" };
    let lines = [
        format!("const {silent} = new WeakSet(){end}"),
        format!("const {timer} = setInterval(() => {{"),
        format!("{level}for (const {other} of {name}.clients) {{"),
        format!("{level}{level}if ({silent}.has({other})) {{"),
        format!("{level}{level}{level}{other}.terminate(){end}"),
        format!("{level}{level}{level}continue{end}"),
        format!("{level}{level}}}"),
        format!("{level}{level}{silent}.add({other}){end}"),
        format!("{level}{level}{other}.ping(){end}"),
        format!("{level}}}"),
        format!("}}, {INTERVAL}){end}"),
        format!("{name}.on({}, () => clearInterval({timer})){end}", quoted(cx, site.unit, "close")),
    ];
    let behind: String = lines.iter().map(|line| format!("\n{indent}{line}")).collect();
    let answered =
        format!("\n{inner}{client}.on({}, () => {silent}.delete({client})){end}", quoted(cx, acceptor.unit, "pong"));
    let body = V { unit: acceptor.unit, id: *view.func(acceptor).params.first()? };
    let edits = vec![(at(site, statement.end), behind), (at(body, view.func(acceptor).body.start + 1), answered)];
    suggest("Ping the clients, and end those that do not answer", edits)
}

/// What notes the time of each message or answer, and ends or reopens a connection that was silent for more than two pings.
pub(crate) fn miss_answers(cx: &RuleContext<'_, '_>, timer: V, ping: V) -> Option<UnitFix> {
    let view = cx.view;
    let (object, method) = view.method(ping)?;
    let socket = cx.source(object);
    let statement = view.statement_span(timer)?;
    let &[func] = view.functions(view.arg(timer, 0)?).0.as_slice() else { return None };
    let pause = view.arg(timer, 1).and_then(|pause| view.number_of(pause)).filter(|pause| *pause >= 1_000.0)?;
    let known = cx.resources().iter().find(|resource| view.handle_name(resource).is_some_and(|name| *name == socket));
    // Only what opens itself again can be told to.
    let end_it = match known.map(|resource| resource.kind.restart.iter().any(|restart| restart == "reconnect")) {
        Some(true) => "reconnect",
        _ if method == "ping" => "terminate",
        _ => "close",
    };
    let is_client =
        known.is_some_and(|resource| resource.kind.listen.iter().any(|listen| listen == "addEventListener"));
    let head = cx.source_at(timer.unit, Span { start: statement.start, end: view.span(timer).start });
    let is_seen = view.is_readable_in(object, view.func_of(timer));
    let is_here = ping.unit == timer.unit && view.func_of(ping) == func && is_name(&socket) && is_seen;
    if !is_here
        || !view.is_in_block(timer.unit, statement)
        || head.contains(['(', '{'])
        || view.is_name_taken(timer.unit, "heardAt")
    {
        return None;
    }
    let listen = match (method.as_str(), is_client) {
        ("ping", _) => format!("{socket}.on({}", quoted(cx, timer.unit, "pong")),
        (_, true) => format!("{socket}.addEventListener({}", quoted(cx, timer.unit, "message")),
        _ => return None,
    };
    let end = semicolon(cx, timer.unit, statement);
    let indent = indentation(cx, timer.unit, statement.start);
    let before =
        format!("let heardAt = Date.now(){end}\n{indent}{listen}, () => (heardAt = Date.now())){end}\n{indent}");
    let limit = in_thousands(2 * pause as u64 + 5_000);
    let late = format!("if (Date.now() - heardAt > {limit})");
    let question = match end_it {
        // The new connection has its time to answer, too.
        "reconnect" => {
            let Style { inner, level, .. } = Style::of_body(cx, func);
            format!(
                "{late} {{\n{inner}{level}heardAt = Date.now(){end}\n{inner}{level}{socket}.reconnect(){end}\n{inner}}}"
            )
        }
        _ => format!("{late} {socket}.{end_it}(){end}"),
    };
    let edits = vec![(at(timer, statement.start), before), put_first(cx, func, &question, end)];
    suggest("End the connection when nothing is heard of two pings", edits)
}

/// `65_000`
fn in_thousands(number: u64) -> String {
    if number < 1_000 { number.to_string() } else { format!("{}_{:03}", in_thousands(number / 1_000), number % 1_000) }
}
