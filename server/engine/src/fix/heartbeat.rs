//! Pings, and what happens when nobody answers.

use super::edit::{at, free_name, semicolon, suggest};
use super::style::{Style, indentation, quoted};
use crate::model::{Resource, V};
use crate::rules::{RuleContext, UnitFix};

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
