//! Another try as soon as the network is back.

use super::edit::{is_name, put_first, suggest};
use super::style::{Style, indentation, quoted};
use crate::model::{Resource, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// A listener to `online` beside the first call of the function that connects, and its end in the teardown that the function
/// around returns.
pub(crate) fn try_when_online<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    timer: V,
) -> Option<UnitFix> {
    let view = cx.view;
    let class = match resource.kind.kind.as_str() {
        "websocket" => "WebSocket",
        "event-source" => "EventSource",
        _ => return None,
    };
    let again = view.arg(timer, 0)?;
    let connect = cx.source(again);
    let opens = view.func_of(resource.site);
    let around = view.enclosing(opens).nth(1)?;
    let &[teardown] = view.func(around).returns.as_slice() else { return None };
    let teardown = V { unit: around.unit, id: teardown };
    let &[teardown_function] = view.functions(teardown).0.as_slice() else { return None };
    let is_plain = is_name(&connect)
        && view.functions(again).0.as_slice() == [opens]
        && view.is_function(teardown)
        && !view.func(around).is_async
        && !view.is_name_taken(around.unit, "hurry");
    // All that the listener uses is declared in the function around.
    let statements = view.statements_of(around);
    let declares = |name: &str| view.has_variable(around, name);
    let handle = view.name_given(resource).filter(|name| declares(name))?;
    let waiting = view.name_set_to(timer).filter(|name| declares(name))?;
    let first = *statements
        .iter()
        .find(|&&statement| cx.source_at(around.unit, statement).trim_end_matches(';') == format!("{connect}()"))?;
    if !is_plain {
        return None;
    }
    let Style { level, semicolon: end, .. } = Style::of_body(cx, around);
    let indent = indentation(cx, around.unit, first.start);
    let online = quoted(cx, around.unit, "online");
    let lines = [
        "const hurry = () => {".to_owned(),
        format!("{level}if ({handle}?.readyState !== {class}.CLOSED) return{end}"),
        format!("{level}clearTimeout({waiting}){end}"),
        format!("{level}{connect}(){end}"),
        format!("}}{end}"),
        format!("window.addEventListener({online}, hurry){end}"),
    ];
    let written: String = lines.iter().map(|line| format!("\n{indent}{line}")).collect();
    let behind = Place { unit: around.unit, span: Span { start: first.end, end: first.end } };
    let ended = put_first(cx, teardown_function, &format!("window.removeEventListener({online}, hurry){end}"), end);
    suggest("Try again as soon as the network is back", vec![(behind, written), ended])
}
