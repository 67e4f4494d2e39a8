//! Letting a constant delay grow, with a counter of the attempts where the code keeps its state.

use super::import::Import;
use super::reconnect::CAP;
use super::style::{Style, indentation, quoted};
use crate::finding::Safety;
use crate::model::{Delay, F, HookStyle, Reopen, Resource, UnitId, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// Where the attempts are counted.
struct Counter {
    /// How the code around the connection names it.
    name: String,
    declaration: (Place, String),
    imports: Vec<Import>,
}

/// Lets a constant delay grow.
pub(crate) fn back_off<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    reopen: &Reopen,
) -> Option<UnitFix> {
    let view = cx.view;
    // Longer waits than the cap are meant; without one there is nothing to double.
    let Delay::Constant(1.0..=30_000.0) = reopen.delay else { return None };
    // Only these tell of their opening by an event of that name.
    if !matches!(resource.kind.kind.as_str(), "websocket" | "event-source") {
        return None;
    }
    let delay = view.arg(reopen.at, 1)?;
    let connect = view.func_of(resource.site);
    let handle = handle(cx, resource)?;
    let counter = counter(cx, resource, reopen, connect)?;
    let reset = reset(cx, resource, connect, &handle, &counter.name)?;
    let grown = format!("Math.random() * Math.min({CAP}, {} * 2 ** {}++)", cx.source(delay), counter.name);
    let title = "Let the delay grow, with a cap and randomness".to_owned();
    let edits = vec![counter.declaration, reset, (cx.place(delay), grown)];
    Some(UnitFix { title, safety: Safety::Suggest, edits, imports: counter.imports })
}

/// What surely holds the connection right behind the statement that opens it.
fn handle<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>) -> Option<String> {
    let view = cx.view;
    let member = || view.target_of(resource.site).map(|target| cx.source(target)).filter(|target| is_dotted(target));
    view.name_given(resource).or_else(member)
}

/// Names with dots between them, which are the same whenever they are read.
fn is_dotted(text: &str) -> bool {
    text.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '$' | '#' | '.'))
}

/// Behind the statement that opens the connection: an open one begins anew.
fn reset<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    connect: F,
    handle: &str,
    counter: &str,
) -> Option<(Place, String)> {
    let site = cx.view.statement_span(resource.site)?;
    let inner = indentation(cx, connect.unit, site.start);
    let style = Style::of_body(cx, connect);
    let (level, end, open) = (style.level, style.semicolon, quoted(cx, connect.unit, "open"));
    let text = format!(
        "\n{inner}{handle}.addEventListener({open}, () => {{\n{inner}{level}{counter} = 0{end}\n{inner}}}){end}"
    );
    Some((at(connect.unit, site.end), text))
}

fn at(unit: UnitId, offset: u32) -> Place {
    Place { unit, span: Span { start: offset, end: offset } }
}

fn counter<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    reopen: &Reopen,
    connect: F,
) -> Option<Counter> {
    let view = cx.view;
    if view.is_class_member(connect.unit) {
        return field(cx, resource, reopen, connect);
    }
    let value = view.func(connect).value?;
    let scope = F { unit: connect.unit, id: view.func(connect).parent? };
    if view.is_name_taken(connect.unit, "attempts") || reopen.at.unit != connect.unit {
        return None;
    }
    let statement = view.statement_span(V { unit: connect.unit, id: value })?;
    let end = Style::of_body(cx, connect).semicolon;
    let before = |declaration: String| {
        let indent = indentation(cx, connect.unit, statement.start);
        (at(connect.unit, statement.start), format!("{declaration}{end}\n{indent}"))
    };
    if view.component_of(scope) != Some(scope) || view.is_set_up_once(scope) {
        let declaration = before("let attempts = 0".to_owned());
        return Some(Counter { name: "attempts".to_owned(), declaration, imports: Vec::new() });
    }
    // A variable of the component would be a new one at each render.
    let (hook, imports) = match view.hook_style(scope)? {
        HookStyle::Member(namespace) => (format!("{namespace}.useRef"), Vec::new()),
        HookStyle::Imported(module) => {
            ("useRef".to_owned(), vec![Import { module: module.into(), name: "useRef".into() }])
        }
        HookStyle::Unbound => ("useRef".to_owned(), Vec::new()),
    };
    let declaration = before(format!("const attempts = {hook}(0)"));
    Some(Counter { name: "attempts.current".to_owned(), declaration, imports })
}

/// A field beside the one that holds the connection.
fn field<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, reopen: &Reopen, connect: F) -> Option<Counter> {
    let view = cx.view;
    let target = view.field_of(resource)?;
    let holder = view.field_unit(target)?;
    let name = if cx.source(target).contains('#') { "#attempts" } else { "attempts" };
    let both_see = sees_instance(cx, resource.site) && sees_instance(cx, reopen.at);
    if view.has_member(connect.unit, name) || !view.are_of_one_class(connect.unit, reopen.at.unit) || !both_see {
        return None;
    }
    let whole = view.unit_span(holder);
    let modifier = if cx.source_at(holder, whole).starts_with("private ") { "private " } else { "" };
    let indent = indentation(cx, holder, whole.start);
    // The semicolon behind the field, if there is one, ends the new one.
    let end = Style::of_body(cx, connect).semicolon;
    let declaration = (at(holder, whole.end), format!("{end}\n{indent}{modifier}{name} = 0"));
    Some(Counter { name: format!("this.{name}"), declaration, imports: Vec::new() })
}

/// Whether `this` is the instance where an expression stands: every function around it, up to the method, is an arrow.
fn sees_instance(cx: &RuleContext<'_, '_>, v: V) -> bool {
    let view = cx.view;
    let is_arrow = |f: F| {
        let func = view.func(f);
        let head = cx.source_at(f.unit, Span { start: func.span.start, end: func.body.start });
        head.trim_end().ends_with("=>")
    };
    view.functions_around(v).all(|f| is_arrow(f) || view.is_method(f))
}
