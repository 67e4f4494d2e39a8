//! Counting what a connection goes through.

use super::edit::{at, semicolon, suggest};
use super::style::{indentation, quoted};
use crate::catalog::Health;
use crate::model::{F, Resource, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// What stands for the name of the counts.
const COUNTS: char = '§';

/// Where the numbers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// The console, at each drop.
    Console,
    /// Instruments of the API of OpenTelemetry, which whoever writes the edits has to import `metrics` of.
    OpenTelemetry,
}

/// The lines of one instrumentation.
struct Lines {
    /// What has to be declared, where it outlives a connection.
    declared: Vec<String>,
    /// What has to be declared beside each connection.
    beside: Vec<String>,
    opened: Vec<String>,
    heard: Vec<String>,
    dropped: Vec<String>,
}

/// Listeners right behind the statement that opens a connection, and what they count in: connects, drops with their reasons,
/// messages delivered and seen, and the age of the newest one.
pub(crate) fn measure<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, sink: Sink) -> Option<UnitFix> {
    let view = cx.view;
    let (site, health) = (resource.site, resource.kind.health.as_ref()?);
    let statement = view.statement_span(site)?;
    let handle = handle(cx, resource, statement)?;
    let func = view.func_of(site);
    let is_shown = view.is_of_component(func);
    let end = semicolon(cx, site.unit, statement);
    let name = name_of_counts(cx, func, &handle);
    let lines = match sink {
        Sink::Console => to_console(cx, health, end, is_shown, site),
        Sink::OpenTelemetry => to_instruments(cx, health, end, is_shown, site),
    };
    let names = ["connects", "drops", "delivered", "seen", "silence", "lastMessageAt"];
    let declares = lines.declared.iter().chain(&lines.beside);
    let is_free = |line: &String| {
        let mut declared = names
            .iter()
            .filter(|name| line.starts_with(&format!("const {name} ")) || line.starts_with(&format!("let {name} ")));
        declared.all(|name| !view.is_name_taken(site.unit, name))
    };
    let is_taken = sink == Sink::Console && view.is_name_taken(site.unit, &name);
    if is_taken || !declares.into_iter().all(is_free) {
        return None;
    }
    let (outside, prefix) = declaration_place(cx, site, func, sink, statement, &name)?;
    let listeners = listeners(cx, site, health, &handle, &lines, end);
    let indent = indentation(cx, site.unit, statement.start);
    let named = |line: &str, name: &str| line.replace(COUNTS, name);
    let behind = lines.beside.iter().chain(&listeners);
    let used = if prefix.is_empty() { name.clone() } else { format!("this.{name}") };
    let behind: String = behind.map(|line| format!("\n{indent}{}", named(line, &used))).collect();
    let depth = indentation(cx, site.unit, outside.span.start);
    let declared = lines.declared.iter().map(|line| {
        let line = named(line, &name);
        if prefix.is_empty() { line } else { line.replacen("const ", "", 1) }
    });
    let mut declared: String = declared.map(|line| format!("{line}\n{prefix}{depth}")).collect();
    if sink == Sink::OpenTelemetry {
        declared = format!("{}\n\n{depth}", declared.trim_end());
    }
    suggest("Count its connects, drops and messages", vec![(outside, declared), (at(site, statement.end), behind)])
}

/// What the counts are called: after the handle where others may stand beside them.
fn name_of_counts(cx: &RuleContext<'_, '_>, func: F, handle: &str) -> String {
    let counted = cx.resources().iter().filter(|resource| resource.kind.health.is_some());
    let is_alone = counted.count() < 2 && cx.view.enclosing(func).nth(1).is_some();
    let last = handle.rsplit('.').next().unwrap_or(handle);
    if is_alone { "health".to_owned() } else { format!("{last}Health") }
}

/// The name or field that holds the handle right behind a statement.
fn handle<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, statement: Span) -> Option<String> {
    let site = resource.site;
    let source = cx.source_at(site.unit, statement);
    let before = cx.source_at(site.unit, Span { start: statement.start, end: cx.view.span(site).start });
    let target = before.trim_end().strip_suffix('=')?.trim_end();
    let target =
        ["export const ", "const ", "let ", "var "].iter().find_map(|word| target.strip_prefix(word)).unwrap_or(target);
    let target = target.split(':').next()?.trim();
    let is_alone =
        source[before.len()..].trim_end_matches(';') == cx.source_at(site.unit, cx.view.chain_span(resource));
    let is_place = target.split('.').all(super::edit::is_name);
    (is_alone && is_place && cx.view.is_in_block(site.unit, statement)).then(|| target.to_owned())
}

/// Where what outlives a connection is declared: before the function that opens it each time, or as a field of the class. The
/// second is what stands between declarations there.
fn declaration_place(
    cx: &RuleContext<'_, '_>,
    site: V,
    func: F,
    sink: Sink,
    statement: Span,
    name: &str,
) -> Option<(Place, &'static str)> {
    let view = cx.view;
    let before = |start: u32| Place { unit: site.unit, span: Span { start, end: start } };
    if view.is_class_member(site.unit) {
        // A field, where the method is not within another.
        let is_method = view.method_of(site.unit) == Some(func) && !view.has_member(site.unit, name);
        return (sink == Sink::Console && is_method).then(|| (before(0), "\n"));
    }
    if sink == Sink::OpenTelemetry {
        return Some((before(0), ""));
    }
    // A local function may open it again.
    let is_again = view.effect_of_callback(func).is_none() && view.component_of(func) != Some(func);
    // A component's variable is another one at each render.
    let is_inner = |around: &F| view.enclosing(*around).nth(1).is_some() && view.component_of(*around) != Some(*around);
    let around = view.enclosing(func).nth(1).filter(|around| is_again && is_inner(around));
    let Some(around) = around else { return Some((before(statement.start), "")) };
    let whole = view.func(func).span;
    let declared = view.statements_of(around).into_iter().find(|statement| statement.contains(whole))?;
    Some((before(declared.start), ""))
}

fn to_console(cx: &RuleContext<'_, '_>, health: &Health, end: &str, is_shown: bool, site: V) -> Lines {
    let seen = if is_shown { " seen: 0," } else { "" };
    let why = health.why.as_ref().map(|[_, why]| format!("{}, ", shorthand("why", why))).unwrap_or_default();
    let mut heard = vec![format!("§.delivered += 1{end}")];
    heard.extend(
        is_shown.then(|| {
            format!("if (document.visibilityState === {}) §.seen += 1{end}", quoted(cx, site.unit, "visible"))
        }),
    );
    heard.push(format!("§.lastMessageAt = Date.now(){end}"));
    let text = quoted(cx, site.unit, "connection dropped");
    Lines {
        declared: vec![format!(
            "const § = {{ connects: 0, drops: 0, delivered: 0,{seen} lastMessageAt: Date.now() }}{end}"
        )],
        beside: Vec::new(),
        opened: vec![format!("§.connects += 1{end}")],
        heard,
        dropped: vec![
            format!("§.drops += 1{end}"),
            format!("console.info({text}, {{ {why}silentFor: Date.now() - §.lastMessageAt, ...§ }}){end}"),
        ],
    }
}

fn to_instruments(cx: &RuleContext<'_, '_>, health: &Health, end: &str, is_shown: bool, site: V) -> Lines {
    let text = |text: &str| quoted(cx, site.unit, text);
    let meter = format!("metrics.getMeter({})", text("realtime"));
    let counter = |name: &str, label: &str| format!("const {name} = {meter}.createCounter({}){end}", text(label));
    let mut declared = vec![
        counter("connects", "realtime.connects"),
        counter("drops", "realtime.drops"),
        counter("delivered", "realtime.messages.delivered"),
    ];
    let mut heard = vec![format!("delivered.add(1){end}")];
    if is_shown {
        declared.push(counter("seen", "realtime.messages.seen"));
        heard.push(format!("if (document.visibilityState === {}) seen.add(1){end}", text("visible")));
    }
    let unit = text("ms");
    declared.push(format!(
        "const silence = {meter}.createHistogram({}, {{ unit: {unit} }}){end}",
        text("realtime.silence")
    ));
    heard.push(format!("silence.record(Date.now() - lastMessageAt){end}"));
    heard.push(format!("lastMessageAt = Date.now(){end}"));
    let why = health.why.as_ref().map(|[_, why]| format!(", {{ {} }}", shorthand("reason", why))).unwrap_or_default();
    Lines {
        declared,
        beside: vec![format!("let lastMessageAt = Date.now(){end}")],
        opened: vec![format!("connects.add(1){end}")],
        heard,
        dropped: vec![format!("drops.add(1{why}){end}")],
    }
}

/// A property, without its name where the value is of that name.
fn shorthand(name: &str, value: &str) -> String {
    if name == value { name.to_owned() } else { format!("{name}: {value}") }
}

fn listeners(
    cx: &RuleContext<'_, '_>,
    site: V,
    health: &Health,
    handle: &str,
    lines: &Lines,
    end: &str,
) -> Vec<String> {
    let level = super::style::Style::of_body(cx, cx.view.func_of(site)).level;
    let on = |event: &str| format!("{handle}.{}({}, ", health.listen, quoted(cx, site.unit, event));
    let heard = match (&health.message, &health.each) {
        (Some(event), _) => on(event),
        (None, Some(each)) => format!("{handle}.{each}("),
        (None, None) => on(&health.open),
    };
    let given = health.why.as_ref().map_or("", |[parameter, _]| parameter);
    let listener = |head: String, parameter: &str, body: &[String]| {
        let mut all = vec![format!("{head}({parameter}) => {{")];
        all.extend(body.iter().map(|line| format!("{level}{line}")));
        all.push(format!("}}){end}"));
        all
    };
    let opened = listener(on(&health.open), "", &lines.opened);
    let heard = listener(heard, "", &lines.heard);
    let dropped = listener(on(&health.drop), given, &lines.dropped);
    [opened, heard, dropped].concat()
}
