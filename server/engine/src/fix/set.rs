//! What is set otherwise: an option, a property, an event, a delay.

use super::style::{indentation, quoted};
use crate::finding::Safety;
use crate::model::{Resource, V};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

fn fix(title: &str, safety: Safety, edits: Vec<(Place, String)>) -> Option<UnitFix> {
    Some(UnitFix { title: title.to_owned(), safety, edits, imports: Vec::new() })
}

fn at(v: V, offset: u32) -> Place {
    Place { unit: v.unit, span: Span { start: offset, end: offset } }
}

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
    fix("Take messages of up to 1 MiB", Safety::Suggest, vec![(at(options, cx.view.span(options).start + 1), text)])
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
    fix("Ask for an ArrayBuffer", Safety::Safe, vec![(at(socket.site, statement.end), text)])
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
    if edits.is_empty() { None } else { fix("Listen for `pagehide`", Safety::Suggest, edits) }
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
    fix("Wait a random part of it", Safety::Suggest, edits)
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
