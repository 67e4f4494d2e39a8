//! Wrapping what is there: in a handler, a timer, a bound, a name.

use super::edit::{at, safe, suggest};
use super::listener::handler_name;
use super::style::{Style, indentation, line_start, quoted};
use crate::model::{Effect, MovedEvent, Resource, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// `socket.addEventListener("open", () => socket.send(x))` in place of the call.
pub(crate) fn send_when_open(cx: &RuleContext<'_, '_>, send: V) -> Option<UnitFix> {
    let view = cx.view;
    let (object, _) = view.method(send)?;
    view.binding_of(object)?;
    let statement = view.statement_span(send)?;
    let span = view.span(send);
    let source = cx.source(send);
    if statement.start != span.start || source.contains('\n') {
        return None;
    }
    let text = format!("{}.addEventListener({}, () => {source})", cx.source(object), quoted(cx, object.unit, "open"));
    suggest("Send when it is open", vec![(Place { unit: send.unit, span }, text)])
}

/// `socket.io.on(…)` in place of `socket.on(…)`, and the same where the listener is taken off.
pub(crate) fn through_member(cx: &RuleContext<'_, '_>, listener: &MovedEvent) -> Option<UnitFix> {
    let view = cx.view;
    let member = &listener.moved.through;
    let calls = [(listener.call, listener.object)].into_iter().chain(listener.removals.iter().copied());
    let edit = |(call, object): (V, V)| {
        let span = Span { start: view.span(object).end, end: view.method_name_span(call).start };
        let dot = cx.source_at(call.unit, span);
        (dot.ends_with('.') && !dot.contains('\n')).then(|| (at(call, span.end), format!("{member}.")))
    };
    let edits = calls.map(edit).collect::<Option<Vec<_>>>()?;
    suggest(&format!("Listen to `{}.{member}`", cx.source(listener.object)), edits)
}

/// `channel(topic, { config: { private: true } })`, where the channel has no options yet.
pub(crate) fn join_privately<'doc>(cx: &RuleContext<'_, 'doc>, channel: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let topic = view.arg(channel.site, channel.kind.topic? as usize)?;
    if view.arg(channel.site, 1).is_some() {
        return None;
    }
    let text = ", { config: { private: true } }".to_owned();
    suggest("Join the private channel", vec![(at(topic, view.span(topic).end), text)])
}

/// `"room-2"` in place of `"room"`, where the topic is but a name: database changes come whatever it is.
pub(crate) fn own_topic<'doc>(cx: &RuleContext<'_, 'doc>, channel: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let topic = view.arg(channel.site, channel.kind.topic? as usize)?;
    let listens = ["broadcast", "presence"].iter().any(|event| view.listens_for(channel, event));
    let end = view.span(topic).end.checked_sub(1)?;
    let is_literal = cx.source(topic).starts_with(['"', '\'', '`']);
    if listens || view.is_sent_to(channel) || !is_literal || !view.listens_for(channel, "postgres_changes") {
        return None;
    }
    suggest("Give it a topic of its own", vec![(at(topic, end), "-2".to_owned())])
}

/// `removeSubscription(x)` → `removeChannel(x)`.
pub(crate) fn rename_method(cx: &RuleContext<'_, '_>, call: V, new: Option<&str>) -> Option<UnitFix> {
    let new = new?;
    let place = Place { unit: call.unit, span: cx.view.method_name_span(call) };
    suggest(&format!("Call `{new}`"), vec![(place, new.to_owned())])
}

/// `Math.min(delay, 30_000)`.
pub(crate) fn cap_delay(cx: &RuleContext<'_, '_>, delay: V) -> Option<UnitFix> {
    let span = cx.view.span(delay);
    let edits = vec![(at(delay, span.start), "Math.min(".to_owned()), (at(delay, span.end), ", 30_000)".to_owned())];
    suggest("Wait at most 30 seconds", edits)
}

/// An empty list of dependencies.
pub(crate) fn run_once(cx: &RuleContext<'_, '_>, effect: Effect) -> Option<UnitFix> {
    let callback = cx.view.arg(effect.call, 0)?;
    let end = cx.view.span(callback).end;
    suggest("Open it once", vec![(at(callback, end), ", []".to_owned())])
}

/// `socket.onclose = null` before `socket.close()`.
pub(crate) fn detach_before_close<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    close: V,
) -> Option<UnitFix> {
    let view = cx.view;
    let (object, _) = view.method(close)?;
    let statement = view.statement_span(close)?;
    let property = view.drop_property(resource)?;
    let source = cx.source(object);
    let is_optional = cx.source(close).starts_with(&format!("{source}?."));
    let start = line_start(cx, close.unit, statement.start)?;
    if statement.start != view.span(close).start {
        return None;
    }
    let indent = indentation(cx, close.unit, statement.start);
    let semicolon = if cx.source_at(close.unit, statement).ends_with(';') { ";" } else { "" };
    let guard = if is_optional { format!("if ({source}) ") } else { String::new() };
    let text = format!("{indent}{guard}{source}.{property} = null{semicolon}\n");
    suggest("Detach the handler before closing", vec![(at(close, start), text)])
}

/// The body of an auth callback in `setTimeout(…, 0)`.
pub(crate) fn defer_callback<'doc>(cx: &RuleContext<'_, 'doc>, subscription: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let callback = view.arg(subscription.site, 0)?;
    let (functions, _) = view.functions(callback);
    let &[func] = functions.as_slice() else { return None };
    let data = view.func(func);
    let inside = Span { start: data.body.start + 1, end: data.body.end.checked_sub(1)? };
    let is_long = |span: Span| cx.source_at(func.unit, span).contains('\n');
    if data.expression_body || func.unit != callback.unit || view.has_text_of_lines(func.unit, data.body, is_long) {
        return None;
    }
    let style = Style::of_body(cx, func);
    let body = cx.source_at(func.unit, inside);
    let lines = body.trim_matches('\n').trim_end().lines();
    let moved: String = lines
        .map(|line| if line.trim().is_empty() { "\n".to_owned() } else { format!("{}{line}\n", style.level) })
        .collect();
    let text = format!(
        "\n{}setTimeout(async () => {{\n{moved}{}}}, 0){}\n{}",
        style.inner, style.inner, style.semicolon, style.outer
    );
    suggest("Let the callback end first", vec![(Place { unit: func.unit, span: inside }, text)])
}

/// A name for an inline handler, used by both calls.
pub(crate) fn name_handler<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, removal: V) -> Option<UnitFix> {
    let view = cx.view;
    let site = resource.site;
    let (added, removed) = (view.arg(site, 1)?, view.arg(removal, 1)?);
    let statement = view.statement_span(site)?;
    let event = view.text_of(view.arg(site, 0)?)?;
    let name = handler_name(&event)?;
    let outer = view.func_of(site);
    let start = line_start(cx, site.unit, statement.start)?;
    let near = site.unit == removal.unit && view.is_within(view.func_of(removal), outer);
    if !near || view.is_name_taken(site.unit, &name) || !view.is_plain_statement(site, outer) {
        return None;
    }
    let indent = indentation(cx, site.unit, statement.start);
    let semicolon = if cx.source_at(site.unit, statement).ends_with(';') { ";" } else { "" };
    let declaration = format!("{indent}const {name} = {}{semicolon}\n", cx.source(added));
    let whole = |v: V| Place { unit: v.unit, span: view.span(v) };
    let edits = vec![(at(site, start), declaration), (whole(added), name.clone()), (whole(removed), name)];
    safe("Give both calls the same function", edits)
}

/// `.withAutomaticReconnect()` before `.build()`, on a line of its own if that one is.
pub(crate) fn call_before_build<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    method: &str,
) -> Option<UnitFix> {
    let view = cx.view;
    let (object, _) = view.method(resource.site)?;
    let end = view.span(object).end;
    let between = Span { start: end, end: view.method_name_span(resource.site).start };
    let between = cx.source_at(resource.site.unit, between);
    let before = between.strip_suffix('.')?;
    let edit = (at(resource.site, end), format!("{before}.{method}()"));
    before.trim().is_empty().then(|| suggest(&format!("Build it with `{method}()`"), vec![edit]))?
}

/// `unsubscribe` → `unsubscribe()`.
pub(crate) fn call_release(cx: &RuleContext<'_, '_>, named: V) -> Option<UnitFix> {
    safe("Call it", vec![(at(named, cx.view.span(named).end), "()".to_owned())])
}

/// `source.close` → `() => source.close()`.
pub(crate) fn call_in_arrow(cx: &RuleContext<'_, '_>, method: V) -> Option<UnitFix> {
    let span = cx.view.span(method);
    let edits = vec![(at(method, span.start), "() => ".to_owned()), (at(method, span.end), "()".to_owned())];
    safe("Call it in a function of its own", edits)
}

/// `off(query, "value", unsubscribe)` → `unsubscribe()`.
pub(crate) fn call_handle<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, removal: V) -> Option<UnitFix> {
    let name = cx.view.handle_name(resource)?;
    let whole = Place { unit: removal.unit, span: cx.view.span(removal) };
    safe(&format!("Call `{name}`"), vec![(whole, format!("{name}()"))])
}
