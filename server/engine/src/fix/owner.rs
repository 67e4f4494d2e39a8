//! Releasing a resource where what owns it ends: in an effect's teardown, in a hook of the framework, in a method of the
//! class.

use super::import::{Import, imports_from};
use super::listener::unlisten_call;
use super::release::{release_call, release_if_there, release_in_teardown};
use super::style::{Style, indentation};
use crate::finding::Safety;
use crate::model::{F, Kept, Leak, Owner, Resource, UnitId, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// Adds the release to what ends the owner. `None`: the handle is not in its reach.
pub(crate) fn release_with_owner<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    leak: &Leak,
) -> Option<UnitFix> {
    if leak.way_out.is_some() || leak.overwritten_by.is_some() {
        return None;
    }
    match leak.owner {
        Owner::Effect(_) => release_in_teardown(cx, resource, leak),
        Owner::Component(_) | Owner::Script => in_hook(cx, resource),
        Owner::Request => None,
        Owner::Class(unit) => in_method(cx, resource, unit),
    }
}

/// `onUnmounted(() => source.close());` after the statement that opens it, or after the hook that does.
fn in_hook<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let func = view.func_of(resource.live);
    let (framework, mount) = view.set_up_by(func)?;
    // Each of its runs opens another one, and the hook would end the last.
    if mount.is_some_and(|mount| view.is_watcher(mount)) {
        return None;
    }
    let (hook, module) = framework.teardown_hook()?;
    let is_auto_imported = mount.is_some_and(|mount| view.is_unbound(view.callee(mount)));
    if !is_auto_imported && !imports_from(cx.text, module) {
        return None;
    }
    // Svelte wants its hooks called while the component is set up, the others also while they mount it.
    let is_own = match mount {
        Some(mount) => framework.library != "svelte" && view.is_argument(func, mount),
        None => view.is_set_up_once(func),
    };
    // Behind an `await` nobody remembers the instance.
    let is_own = is_own && !view.comes_late(resource);
    let near = release_call(cx, resource).filter(|_| is_own && view.is_plain_statement(resource.site, func));
    let (release, naming, after) = match near {
        Some((release, naming)) => (release, naming, resource.site),
        None => {
            let mount = mount?;
            let place = view.func_of(mount);
            let handle = match view.kept_in(resource, place)? {
                Kept::Name(name) => view.name(name).to_string(),
                Kept::Reference(target) => cx.source(target),
            };
            (release_if_there(cx, resource, &handle)?, Vec::new(), mount)
        }
    };
    let statement = view.statement_span(after)?;
    let indent = indentation(cx, after.unit, statement.start);
    let semicolon = if cx.source_at(after.unit, statement).ends_with(';') { ";" } else { "" };
    let call = match release.starts_with("if ") {
        false => format!("{hook}(() => {release}){semicolon}"),
        true => {
            let level = Style::of_body(cx, func).level;
            format!("{hook}(() => {{\n{indent}{level}{release}{semicolon}\n{indent}}}){semicolon}")
        }
    };
    let mut edits: Vec<(Place, String)> = naming;
    edits.push((at(after.unit, statement.end), format!("\n{indent}{call}")));
    let imports = vec![Import { module: module.into(), name: hook.into() }];
    Some(UnitFix { title: format!("Add `{release}` in `{hook}`"), safety: Safety::Suggest, edits, imports })
}

/// `this.socket?.close();` in the method that ends an instance.
fn in_method<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, unit: UnitId) -> Option<UnitFix> {
    let view = cx.view;
    let release = match (&resource.kind.release.unlisten, view.field_of(resource)) {
        (Some(unlisten), _) => unlisten_call(cx, resource.site, unlisten)?,
        (None, Some(field)) => release_if_there(cx, resource, &cx.source(field))?,
        (None, None) => return into_collector(cx, resource, unit),
    };
    let edit = match view.teardown_method(unit).or_else(|| view.teardown_option(unit)) {
        Some(teardown) => into_method(cx, teardown, &release)?,
        None => new_method(cx, resource.live, view.teardown_name(unit)?, &release)?,
    };
    let title = format!("Add `{release}` where the instance ends");
    Some(UnitFix { title, safety: Safety::Suggest, edits: vec![edit], imports: Vec::new() })
}

/// `this.subscriptions.add(stream.subscribe(…))`, where the class ends what it collects there.
fn into_collector<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, unit: UnitId) -> Option<UnitFix> {
    let view = cx.view;
    let field = view.collector_of(unit).filter(|_| resource.kind.kind == "rxjs-subscription")?;
    let span = view.span(resource.site);
    let statement = view.statement_span(resource.site)?;
    if statement.start != span.start || !view.is_unused(resource) {
        return None;
    }
    let edits = vec![
        (at(resource.site.unit, span.start), format!("this.{field}.add(")),
        (at(resource.site.unit, span.end), ")".to_owned()),
    ];
    let title = format!("Add it to `this.{field}`, which is ended with the instance");
    Some(UnitFix { title, safety: Safety::Suggest, edits, imports: Vec::new() })
}

fn into_method(cx: &RuleContext<'_, '_>, teardown: F, release: &str) -> Option<(Place, String)> {
    let func = cx.view.func(teardown);
    if func.expression_body {
        return None;
    }
    let style = Style::of_body(cx, teardown);
    Some((at(teardown.unit, func.body.start + 1), format!("\n{}{release}{}", style.inner, style.semicolon)))
}

/// A method of its own, behind the one that opens the resource.
fn new_method(cx: &RuleContext<'_, '_>, opened: V, name: &str, release: &str) -> Option<(Place, String)> {
    let view = cx.view;
    let opener = view.method_of(opened.unit)?;
    let span = view.func(opener).span;
    let style = Style::of_body(cx, opener);
    let Style { outer, inner, semicolon, .. } = &style;
    let text = format!("\n\n{outer}{name}() {{\n{inner}{release}{semicolon}\n{outer}}}");
    Some((at(opened.unit, span.end), text))
}

fn at(unit: UnitId, offset: u32) -> Place {
    Place { unit, span: Span { start: offset, end: offset } }
}
