//! Reading the newest state: by a function of it, or through a ref.

use super::import::Import;
use super::style::{Style, line_start};
use crate::finding::Safety;
use crate::model::StaleRead;
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// `setCount(count + 1)` → `setCount((prev) => prev + 1)`; elsewhere a ref that follows the state.
pub(crate) fn read_newest_state(cx: &RuleContext<'_, '_>, stale: &StaleRead) -> Option<UnitFix> {
    functional_update(cx, stale).or_else(|| through_ref(cx, stale))
}

fn functional_update(cx: &RuleContext<'_, '_>, stale: &StaleRead) -> Option<UnitFix> {
    let view = cx.view;
    let callee = view.callee(stale.sink);
    if view.setter_of(callee)? != stale.state_call {
        return None;
    }
    let argument = view.arg(stale.sink, 0)?;
    let span = view.span(argument);
    if !view.is_updatable(argument, stale.state) || view.is_reducer(stale.state_call) {
        return None;
    }
    let name = ["prev", "previous", "latest"].into_iter().find(|name| !view.is_name_used(argument, name))?;
    let unit = argument.unit;
    let is_object = cx.source(argument).starts_with('{');
    let (open, close) = if is_object { ("(", ")") } else { ("", "") };
    let insertion = |at: u32, text: String| (Place { unit, span: Span { start: at, end: at } }, text);
    let mut edits = vec![insertion(span.start, format!("({name}) => {open}"))];
    for read in view.reads_within_span(stale.state, argument) {
        let new = if view.is_shorthand(read) { format!("{}: {name}", cx.source(read)) } else { name.to_owned() };
        edits.push((cx.place(read), new));
    }
    if is_object {
        edits.push(insertion(span.end, close.to_owned()));
    }
    let title = format!("Set `{}` with a function of its newest value", view.name(stale.state));
    Some(UnitFix { title, safety: Safety::Safe, edits, imports: Vec::new() })
}

/// A ref that an effect keeps at the newest value.
fn through_ref(cx: &RuleContext<'_, '_>, stale: &StaleRead) -> Option<UnitFix> {
    let view = cx.view;
    let component = view.func_of(stale.effect.call);
    let name = view.name(stale.state);
    let reference = format!("{name}Ref");
    if view.is_name_taken(component.unit, &reference) || view.func(component).expression_body {
        return None;
    }
    let statement = view.statement_span(stale.effect.call)?;
    let at = line_start(cx, component.unit, statement.start)?;
    let hook = |hook: &str| {
        let callee = cx.source(view.callee(stale.effect.call));
        match callee.rsplit_once('.') {
            Some((namespace, _)) => format!("{namespace}.{hook}"),
            None => hook.to_owned(),
        }
    };
    let style = Style::of_body(cx, component);
    let end = style.semicolon;
    let mut text = style.lines(
        0,
        &[&format!("const {reference} = {}({name}){end}", hook("useRef")), &format!("{}(() => {{", hook("useEffect"))],
    );
    text += &style.lines(1, &[&format!("{reference}.current = {name}{end}")]);
    text += &style.lines(0, &[&format!("}}, [{name}]){end}")]);
    let unit = component.unit;
    let mut edits = vec![(Place { unit, span: Span { start: at, end: at } }, text)];
    for read in view.reads_in_function(stale.state, stale.read) {
        let new = format!("{reference}.current");
        let new = if view.is_shorthand(read) { format!("{name}: {new}") } else { new };
        edits.push((Place { unit: read.unit, span: view.span(read) }, new));
    }
    let imports = match hook("useRef").contains('.') {
        true => Vec::new(),
        false => ["useRef", "useEffect"].map(|name| Import { module: "react".into(), name: name.into() }).to_vec(),
    };
    let title = format!("Read `{name}` through a ref that follows it");
    Some(UnitFix { title, safety: Safety::Suggest, edits, imports })
}
