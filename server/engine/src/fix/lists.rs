//! Lists: a limit, a look at what is there already, a copy.

use super::edit::{at, is_path, own_statement, put_before, safe, semicolon, suggest};
use super::style::indentation;
use crate::model::{Growth, V};
use crate::rules::{RuleContext, UnitFix};
use crate::text::Span;

/// How many entries a list of messages keeps.
const KEPT: &str = "500";

/// How many entries a queue holds.
const QUEUED: &str = "1_000";

/// The newest entries alone: `.slice(-500)` behind the longer list, or a statement that takes the oldest one out.
pub(crate) fn keep_newest(cx: &RuleContext<'_, '_>, growth: &Growth) -> Option<UnitFix> {
    let view = cx.view;
    let title = format!("Keep the newest {KEPT}");
    if growth.longer != growth.at {
        let is_first = cx.source(growth.longer).trim_start_matches('[').trim_start().starts_with("...");
        let is_concat = view.method(growth.longer).is_some();
        let cut = if is_first || is_concat { format!(".slice(-{KEPT})") } else { format!(".slice(0, {KEPT})") };
        return suggest(&title, vec![(at(growth.longer, view.span(growth.longer).end), cut)]);
    }
    let unit = growth.at.unit;
    let statement = own_statement(cx, growth.at).filter(|&statement| view.is_in_block(unit, statement))?;
    let (object, name) = view.method(growth.at)?;
    let list = cx.source(object);
    let oldest = if name == "unshift" { "pop" } else { "shift" };
    let indent = indentation(cx, unit, statement.start);
    let end = semicolon(cx, unit, statement);
    let line = format!("\n{indent}if ({list}.length > {KEPT}) {list}.{oldest}(){end}");
    (!list.contains(['?', '\n', '('])).then(|| suggest(&title, vec![(at(growth.at, statement.end), line)]))?
}

/// The oldest entry leaves a queue that is full.
pub(crate) fn cap_queue(cx: &RuleContext<'_, '_>, put: V, list: V) -> Option<UnitFix> {
    let title = format!("Hold {QUEUED} at most");
    let unit = put.unit;
    let queue = cx.source(list);
    if queue.contains(['?', '\n', '(']) {
        return None;
    }
    let Some((_, name)) = cx.view.method(put) else {
        let value = cx.view.assigned(put)?;
        let is_last = cx.source(value).starts_with("[...");
        let cut = if is_last { format!(".slice(-{QUEUED})") } else { format!(".slice(0, {QUEUED})") };
        return suggest(&title, vec![(at(value, cx.view.span(value).end), cut)]);
    };
    let oldest = if name == "unshift" { "pop" } else { "shift" };
    let statement = own_statement(cx, put)?;
    let end = semicolon(cx, unit, statement);
    let line = format!("if ({queue}.length >= {QUEUED}) {queue}.{oldest}(){end}");
    suggest(&title, vec![put_before(cx, unit, statement, &line)?])
}

/// What has an id that the list knows is not added again.
pub(crate) fn leave_out_known(cx: &RuleContext<'_, '_>, growth: &Growth) -> Option<UnitFix> {
    let view = cx.view;
    let title = "Leave out what is there already";
    let (list, item) = match growth.longer == growth.at {
        true => (view.method(growth.at)?.0, view.arg(growth.at, 0)?),
        false => view.kept_and_added(growth.longer)?,
    };
    let id = id_of(cx, item)?;
    let list = cx.source(list);
    let known = ["known", "other", "entry"].into_iter().find(|name| !view.is_name_used(growth.longer, name))?;
    if !is_path(&list) {
        return None;
    }
    let is_known = format!("{list}.some(({known}) => {known}.id === {id})");
    if growth.longer == growth.at {
        let statement = own_statement(cx, growth.at)?;
        return suggest(title, vec![(at(growth.at, statement.start), format!("if (!{is_known}) "))]);
    }
    let start = view.span(growth.longer).start;
    let statement = view.statement_span(growth.longer)?;
    let is_set = cx.source_at(growth.longer.unit, Span { start: statement.start, end: start }) == format!("{list} = ");
    if !is_set && !view.is_whole_value(growth.longer) {
        return None;
    }
    suggest(title, vec![(at(growth.longer, start), format!("{is_known} ? {list} : "))])
}

/// How the id of a row is read: `row.id`.
fn id_of(cx: &RuleContext<'_, '_>, item: V) -> Option<String> {
    if let Some(id) = cx.view.value_of_key(item, "id") {
        let source = cx.source(id);
        return is_path(&source).then_some(source);
    }
    let source = cx.source(item);
    // What has no `id` would not compile; a template, which nobody looks at here, tells rows apart by it.
    let view = cx.view;
    let is_told = !cx.is_typescript() || view.is_of_script(item.unit) || view.reads_member(item.unit, "id");
    match source.split_once(" as ") {
        _ if !is_told || source.contains('\n') => None,
        Some((row, _)) if is_path(row) => Some(format!("({source}).id")),
        None if is_path(&source) => Some(format!("{source}.id")),
        _ => None,
    }
}

/// A copy of what is set again.
pub(crate) fn set_copy(cx: &RuleContext<'_, '_>, same: V, change: V) -> Option<UnitFix> {
    let kind = cx.view.container_of(same, change)?;
    let (before, after) = match kind {
        "array" => ("[...", "]"),
        "object" => ("{ ...", " }"),
        "Map" => ("new Map(", ")"),
        _ => ("new Set(", ")"),
    };
    let span = cx.view.span(same);
    safe("Set a copy", vec![(at(same, span.start), before.to_owned()), (at(same, span.end), after.to_owned())])
}
