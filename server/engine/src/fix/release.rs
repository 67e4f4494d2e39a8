//! Releasing a resource: the call that does, and its place in an effect's teardown.

use super::listener::{name_and_unlisten, unlisten_call};
use super::style::{Style, line_start};
use crate::finding::Safety;
use crate::model::{F, Kept, Leak, Reopening, Resource, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// Adds the release to what the effect returns. `None`: the handle is not in the teardown's reach.
pub(super) fn release_in_teardown<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    leak: &Leak,
) -> Option<UnitFix> {
    let view = cx.view;
    let effect = leak.effect()?;
    let callback = effect.callback;
    let func = view.func(callback);
    let in_reach = view.func_of(resource.live) == callback && !func.is_async && !func.expression_body;
    if !in_reach || leak.way_out.is_some() || !view.is_plain_statement(resource.site, callback) {
        return release_what_is_kept(cx, resource, leak);
    }
    let site = view.statement_span(resource.site)?;
    // A way out behind the acquisition would still leak, and one before it returns another teardown.
    let leaves = view.bare_returns(callback, |span| cx.source_at(callback.unit, span));
    if view.returns_before(callback, site.start) || leaves.iter().any(|leave| leave.start > site.start) {
        return None;
    }
    let Some((release, naming)) = release_call(cx, resource) else { return release_what_is_kept(cx, resource, leak) };
    let style = Style::of_body(cx, callback);
    let statement = format!("{release}{}", style.semicolon);
    let mut edits = naming;
    edits.push(match func.returns.as_slice() {
        [] => new_teardown(cx, callback, &style, &statement)?,
        &[teardown] => into_teardown(cx, V { unit: callback.unit, id: teardown }, callback, &statement)?,
        _ => return None,
    });
    let reopens = matches!(view.reopening(resource), Reopening::OnDrop(_));
    let safety = if func.returns.is_empty() && !reopens { Safety::Safe } else { Safety::Suggest };
    Some(UnitFix { title: format!("Add `{release}` to the effect's cleanup"), safety, edits, imports: Vec::new() })
}

/// As [`release_in_teardown`], of a handle that a variable of the effect or a reference of the component keeps.
fn release_what_is_kept<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, leak: &Leak) -> Option<UnitFix> {
    let view = cx.view;
    let effect = leak.effect()?;
    let callback = effect.callback;
    let func = view.func(callback);
    let leaves = view.bare_returns(callback, |span| cx.source_at(callback.unit, span));
    if func.is_async || func.expression_body || leak.way_out.is_some() || !leaves.is_empty() {
        return None;
    }
    let of_component = || match view.kept_in(resource, view.func_of(effect.call)) {
        Some(Kept::Reference(target)) => Some(Kept::Reference(target)),
        // A variable is another one at the next render.
        _ => None,
    };
    let handle = match view.kept_in(resource, callback).or_else(of_component)? {
        Kept::Name(name) => view.name(name).to_string(),
        Kept::Reference(target) => cx.source(target),
    };
    let release = release_if_there(cx, resource, &handle)?;
    let style = Style::of_body(cx, callback);
    let statement = format!("{release}{}", style.semicolon);
    let edit = match func.returns.as_slice() {
        [] => new_teardown(cx, callback, &style, &statement)?,
        &[teardown] => into_teardown(cx, V { unit: callback.unit, id: teardown }, callback, &statement)?,
        _ => return None,
    };
    let title = format!("Add `{release}` to the effect's cleanup");
    Some(UnitFix { title, safety: Safety::Suggest, edits: vec![edit], imports: Vec::new() })
}

/// The expression that releases, and the edits that name the handle or the handler where it has no name yet.
pub(super) fn release_call<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
) -> Option<(String, Vec<(Place, String)>)> {
    let view = cx.view;
    let kind = resource.kind;
    if let Some(unlisten) = &kind.release.unlisten {
        let named = unlisten_call(cx, resource.site, unlisten).map(|call| (call, Vec::new()));
        return named.or_else(|| name_and_unlisten(cx, resource.site, unlisten));
    }
    if let Some(name) = view.handle_in(resource, view.func_of(resource.live)) {
        return Some((release_of(cx, resource, &name)?, Vec::new()));
    }
    if let Some(path) = view.handle_path_in(resource, view.func_of(resource.live)) {
        return Some((release_of(cx, resource, &path)?, Vec::new()));
    }
    // A statement of its own: `supabase.channel(…).on(…).subscribe();`
    let span = view.chain_span(resource);
    let statement = view.statement_span(resource.site)?;
    if statement.start != span.start || !view.is_unused(resource) {
        return None;
    }
    let name = fallback_name(cx, resource)?;
    let (pattern, name) = match kind.handle.as_slice() {
        [] => (name.clone(), name),
        [.., last] => {
            let nested = kind.handle[..kind.handle.len() - 1].iter().rev();
            (nested.fold(format!("{{ {last} }}"), |inner, outer| format!("{{ {outer}: {inner} }}")), last.clone())
        }
    };
    let at = Place { unit: resource.site.unit, span: Span { start: span.start, end: span.start } };
    Some((release_of(cx, resource, &name)?, vec![(at, format!("const {pattern} = "))]))
}

/// `socket.close()`, `supabase.removeChannel(channel)`.
fn release_of<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, handle: &str) -> Option<String> {
    let release = &resource.kind.release;
    match &release.parent_method_hint {
        Some(method) => {
            let (parent, _) = cx.view.method(resource.site)?;
            let parent = cx.source(parent);
            let is_path = parent.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '_' | '$'));
            let method =
                if is_path { format!("{parent}.{method}({handle})") } else { format!("{handle}.unsubscribe()") };
            Some(method)
        }
        None if release.call => Some(format!("{handle}()")),
        None => match release.functions.first() {
            Some(function) => Some(format!("{function}({handle})")),
            None => Some(format!("{handle}.{}()", release.methods.first()?)),
        },
    }
}

/// As [`release_of`], of a handle that may not be there.
pub(super) fn release_if_there<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    handle: &str,
) -> Option<String> {
    let release = &resource.kind.release;
    if release.parent_method_hint.is_some() || !(release.call || release.functions.is_empty()) {
        return Some(format!("if ({handle}) {}", release_of(cx, resource, handle)?));
    }
    match release.call {
        true => Some(format!("{handle}?.()")),
        false => Some(format!("{handle}?.{}()", release.methods.first()?)),
    }
}

fn fallback_name<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>) -> Option<String> {
    let base = match resource.kind.kind.as_str() {
        "supabase-channel" => "channel",
        "websocket" => "socket",
        "event-source" => "source",
        "interval" => "timer",
        "socket-io" => "socket",
        "broadcast-channel" => "channel",
        "peer-connection" | "signalr" => "connection",
        "mqtt" => "client",
        _ => "subscription",
    };
    let names: &[&str] = if resource.kind.release.call { &["unsubscribe", "stop"] } else { &[base] };
    names.iter().find(|name| !cx.view.is_name_taken(resource.site.unit, name)).map(|&name| name.to_owned())
}

/// A new `return () => { … }` at the end of the callback's body.
fn new_teardown(cx: &RuleContext<'_, '_>, callback: F, style: &Style, statement: &str) -> Option<(Place, String)> {
    let unit = callback.unit;
    let close = cx.view.func(callback).body.end - 1;
    let open = style.lines(0, &["return () => {"]) + &style.lines(1, &[statement]);
    let end = format!("{}}}{}", style.inner, style.semicolon);
    let (at, text) = match line_start(cx, unit, close) {
        Some(start) => (start, format!("{open}{end}{}", style.line_end)),
        None => (close, format!("{}{open}{end}{}{}", style.line_end, style.line_end, style.outer)),
    };
    Some((Place { unit, span: Span { start: at, end: at } }, text))
}

/// Into the teardown that is there.
fn into_teardown(cx: &RuleContext<'_, '_>, teardown: V, callback: F, statement: &str) -> Option<(Place, String)> {
    let view = cx.view;
    let (functions, _) = view.functions(teardown);
    let &[function] = functions.as_slice() else { return None };
    if !view.is_within(function, callback) {
        return None;
    }
    let func = view.func(function);
    let unit = function.unit;
    let outer = Style::of_body(cx, callback);
    if func.expression_body {
        let expression = cx.source_at(unit, func.body);
        let style = &outer;
        let lines = style.lines(1, &[statement, &format!("{expression}{}", style.semicolon)]);
        return Some((Place { unit, span: func.body }, format!("{{{}{lines}{}}}", style.line_end, style.inner)));
    }
    let inner = Style::of_body(cx, function);
    let at = func.body.start + 1;
    let text = format!("{}{}{statement}", inner.line_end, inner.inner);
    Some((Place { unit, span: Span { start: at, end: at } }, text))
}
