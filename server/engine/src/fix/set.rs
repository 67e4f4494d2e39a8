//! What is set otherwise: an option, a property, an event, a delay.

use super::edit::{at, is_path, safe, suggest};
use super::style::{indentation, quoted};
use crate::model::{HandFilter, Resource, TableChanges, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// `maxPayload` among the options of a server that stand where it is made.
pub(crate) fn limit_payload<'doc>(cx: &RuleContext<'_, 'doc>, server: &Resource<'doc>) -> Option<UnitFix> {
    let options = cx.view.arg(server.site, 0)?;
    let source = cx.source(options);
    let inside = source.strip_prefix('{')?;
    if inside.trim_end_matches('}').trim().is_empty() {
        return None;
    }
    // As the first one: the last one may lack its comma.
    let white: String = inside.chars().take_while(|letter| letter.is_whitespace()).collect();
    let text = format!("{white}maxPayload: 1_048_576,");
    suggest("Take messages of up to 1 MiB", vec![(at(options, cx.view.span(options).start + 1), text)])
}

/// `socket.binaryType = "arraybuffer"` behind the statement that makes a socket.
pub(crate) fn ask_for_bytes<'doc>(cx: &RuleContext<'_, 'doc>, socket: &Resource<'doc>) -> Option<UnitFix> {
    let view = cx.view;
    let name = view.handle_name(socket)?;
    let statement = view.statement_span(socket.site)?;
    let unit = socket.site.unit;
    let source = cx.source_at(unit, statement);
    let declares = ["const", "let", "var", "export const"].map(|keyword| format!("{keyword} {name} = new "));
    // Another handler may read the `Blob` that would not come any more.
    let reads_blob = view.calls_in(unit).any(|call| view.method(call).is_some_and(|(_, name)| name == "arrayBuffer"));
    if reads_blob || !declares.iter().any(|start| source.starts_with(start.as_str())) {
        return None;
    }
    let semicolon = if source.ends_with(';') { ";" } else { "" };
    let indent = indentation(cx, unit, statement.start);
    let text = format!("\n{indent}{name}.binaryType = {}{semicolon}", quoted(cx, unit, "arraybuffer"));
    safe("Ask for an ArrayBuffer", vec![(at(socket.site, statement.end), text)])
}

/// `pagehide` in the place of an event that browsers skip, where a listener is added and where it is taken off.
pub(crate) fn listen_for_pagehide(cx: &RuleContext<'_, '_>, added: V, event: &str) -> Option<UnitFix> {
    let view = cx.view;
    let (_, name) = view.method(added)?;
    let handler = view.arg(added, 1).map(|handler| cx.source(handler))?;
    if name != "addEventListener" {
        return None;
    }
    let is_same = |call: &V| {
        let removes = view.method(*call).is_some_and(|(_, name)| name == "removeEventListener");
        let of = |index: usize| view.arg(*call, index).map(|argument| cx.source(argument)).unwrap_or_default();
        removes && of(0).trim_matches(['"', '\'', '`']) == event && of(1) == handler
    };
    let calls = view.calls_in(added.unit).filter(is_same).chain([added]);
    let edits = calls.filter_map(|call| {
        let literal = view.arg(call, 0)?;
        let span = view.span(literal);
        let is_literal = cx.source(literal).len() == event.len() + 2;
        let inside = Span { start: span.start + 1, end: span.end - 1 };
        is_literal.then(|| (Place { unit: call.unit, span: inside }, "pagehide".to_owned()))
    });
    let edits: Vec<(Place, String)> = edits.collect();
    if edits.is_empty() { None } else { suggest("Listen for `pagehide`", edits) }
}

/// A random part of a client's id.
pub(crate) fn randomize(cx: &RuleContext<'_, '_>, id: V) -> Option<UnitFix> {
    let source = cx.source(id);
    let text = source.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    if text.contains(['`', '$', '\\']) {
        return None;
    }
    let random = format!("`{text}-${{Math.random().toString(16).slice(2)}}`");
    suggest("Add a random part", vec![(cx.place(id), random)])
}

/// Limits for the compression of a server's messages.
pub(crate) fn limit_compression(cx: &RuleContext<'_, '_>, compression: V) -> Option<UnitFix> {
    const LIMITS: &str = "serverNoContextTakeover: true, threshold: 1024, concurrencyLimit: 10";
    let source = cx.source(compression);
    let edit = match source.strip_prefix('{') {
        None if source == "true" => (cx.place(compression), format!("{{ {LIMITS} }}")),
        Some(rest) if rest.trim_end_matches('}').trim().is_empty() => {
            (cx.place(compression), format!("{{ {LIMITS} }}"))
        }
        Some(rest) => {
            let white: String = rest.chars().take_while(|letter| letter.is_whitespace()).collect();
            let limits = LIMITS.replace(", ", &format!(",{white}"));
            (at(compression, cx.view.span(compression).start + 1), format!("{white}{limits},"))
        }
        None => return None,
    };
    suggest("Limit it", vec![edit])
}

/// The condition of a handler as the filter of its subscription.
pub(crate) fn filter_changes(
    cx: &RuleContext<'_, '_>,
    changes: &TableChanges,
    by_hand: &HandFilter,
) -> Option<UnitFix> {
    let view = cx.view;
    let is_whole = changes.event.as_ref().is_some_and(|event| event == "INSERT" || event == "UPDATE");
    let options = view.object_around(changes.at)?;
    if !is_whole || !view.is_readable_in(by_hand.other, view.func_of(changes.at)) || view.has_key(options, "filter") {
        return None;
    }
    let (column, value) = (&by_hand.column, cx.source(by_hand.other));
    let filter = match value.strip_prefix(['"', '\'']) {
        Some(text) => quoted(cx, changes.at.unit, &format!("{column}=eq.{}", text.strip_suffix(['"', '\''])?)),
        None if is_path(&value) => format!("`{column}=eq.${{{value}}}`"),
        None => return None,
    };
    let end = view.span(changes.at).end;
    suggest("Let the server filter", vec![(at(changes.at, end), format!(", filter: {filter}"))])
}

/// `textContent` in the place of what takes HTML.
pub(crate) fn set_as_text(cx: &RuleContext<'_, '_>, value: V, sink: &str) -> Option<UnitFix> {
    let view = cx.view;
    // With tags of its own it is meant to be HTML.
    if cx.source(value).contains('<') {
        return None;
    }
    let (name, text) = match sink {
        "innerHTML" => (view.name_of_target_set_to(value)?, "textContent"),
        "insertAdjacentHTML" => (view.method_name_span(view.call_given(value)?), "insertAdjacentText"),
        _ => return None,
    };
    suggest("Show it as text", vec![(Place { unit: value.unit, span: name }, text.to_owned())])
}

/// A random part of a delay: `Math.random() * delay`.
pub(crate) fn add_jitter(cx: &RuleContext<'_, '_>, delay: V) -> Option<UnitFix> {
    let span = cx.view.span(delay);
    let edits = match is_one_term(&cx.source(delay)) {
        true => vec![(at(delay, span.start), "Math.random() * ".to_owned())],
        false => {
            vec![(at(delay, span.start), "Math.random() * (".to_owned()), (at(delay, span.end), ")".to_owned())]
        }
    };
    suggest("Wait a random part of it", edits)
}

/// Whether a factor may stand before an expression: no operator of it is outside of brackets.
fn is_one_term(source: &str) -> bool {
    let mut depth = 0_i32;
    source.chars().all(|letter| {
        depth += match letter {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        depth > 0 || !letter.is_whitespace()
    })
}
