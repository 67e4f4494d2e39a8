//! Counting what a connection goes through, for whoever asks at its place.

use super::imports;
use super::layout::Layout;
use super::place::Block;
use super::{NewCode, add, plan};
use crate::finding::{Fix, TextEdit};
use crate::fix::{Sink, measure};
use crate::model::{UnitId, View};
use crate::rules::{UnitCheck, action};
use crate::text::{Span, Text};

/// What counts a connection of that unit whose acquiring statement holds an offset in bytes: into the console, and into
/// OpenTelemetry where it is a dependency. Nothing where the names are taken, as by what was written before.
pub(crate) fn instrument(view: &View<'_>, unit: UnitId, text: &Text, block: &Block, at: usize) -> Vec<NewCode> {
    let check = UnitCheck::new(view, text, unit);
    let offset = at as u32;
    let mut offers = Vec::new();
    let is_here = |span: Span| span.shifted(view.start(unit)).touches(Span { start: offset, end: offset });
    let resources = view.resources(unit);
    let here = resources.iter().filter(|resource| {
        let statement = view.statement_span(resource.site);
        // Of a statement that goes on for long, what the cursor stands in may be another one.
        let first = statement.map(|whole| Span { start: whole.start, end: view.chain_span(resource).end });
        resource.kind.health.is_some() && first.is_some_and(is_here)
    });
    for resource in here {
        let mut write = |sink: Sink, title: &str, needed: Option<(&str, &str)>| {
            let fix = action(&check, |cx| measure(cx, resource, sink));
            let Some(Fix { edits: counting, .. }) = fix else { return };
            let mut edits: Vec<TextEdit> = Vec::new();
            if let Some((module, name)) = needed {
                let layout = Layout::of(&text.slice(block.span), view.is_typescript());
                match imports::edit(text, block, &layout, module, &[name.to_owned()]) {
                    Some(imports::Written::Edit(edit)) => edits.push(edit),
                    Some(imports::Written::Line(line)) => edits.push(block.with_import(text, &line)),
                    None => {}
                }
            }
            // What an import and what follows it come to at one place stands in that order.
            counting.into_iter().for_each(|edit| add(&mut edits, edit));
            edits.sort_by_key(|edit| edit.span);
            offers.push(NewCode { title: title.to_owned(), edits });
        };
        write(Sink::Console, "Instrument connection: count connects, drops and messages", None);
        if plan::is_installed(view, plan::TELEMETRY) {
            let needed = Some((plan::TELEMETRY, "metrics"));
            write(Sink::OpenTelemetry, "Instrument connection with OpenTelemetry", needed);
        }
    }
    offers
}
