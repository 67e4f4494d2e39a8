//! A realtime handler opens a dialog that stops the page.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "blocking-dialog-in-handler",
    area: "interface",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A realtime handler opens a dialog that stops the page.",
    page: include_str!("blocking-dialog-in-handler.md"),
};

/// Functions of the platform that wait for a person (HTML, "Simple dialogs").
const DIALOGS: &[&str] = &["alert", "confirm", "prompt"];

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let mut seen = Vec::new();
    for (resource, handling) in cx.handlings() {
        if !resource.kind.is_stream() {
            continue;
        }
        for call in view.calls_of_run(handling.func) {
            let Some(dialog) = DIALOGS.iter().find(|dialog| view.calls_global(call, &[dialog])) else { continue };
            if seen.contains(&call) {
                continue;
            }
            seen.push(call);
            let message = format!(
                "`{dialog}` stops the page until somebody answers: in a handler of the {} that holds up every other message \
                 and the heartbeats, and the server drops the client. Show it in the page instead.",
                resource.kind.noun
            );
            let place = cx.place(call);
            cx.report(place.unit, place.span, message);
        }
    }
}
