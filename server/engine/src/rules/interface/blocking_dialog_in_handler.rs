//! A realtime handler opens a dialog that stops the page.

use crate::finding::Severity;
use crate::model::V;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "blocking-dialog-in-handler",
    area: "interface",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "A realtime handler opens a dialog that stops the page.",
    fix: "none",
    page: include_str!("blocking-dialog-in-handler.md"),
};

/// Functions of the platform that wait for a person (HTML, "Simple dialogs").
const DIALOGS: &[&str] = &["alert", "confirm", "prompt"];

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let dialog_of = |call: V| DIALOGS.iter().find(|dialog| view.calls_global(call, &[dialog]));
    let found = cx.found_in_handlers(|resource, handling| match resource.kind.is_stream() {
        true => {
            let calls = view.calls_of_run(handling.func).into_iter();
            calls.filter_map(|call| Some((call, dialog_of(call)?))).collect()
        }
        false => Vec::new(),
    });
    for (resource, _, call, dialog) in found {
        let message = format!(
            "`{dialog}` stops the page until somebody answers: in a handler of the {} that holds up every other message \
             and the heartbeats, and the server drops the client. Show it in the page instead.",
            resource.kind.noun
        );
        let place = cx.place(call);
        cx.report(place.unit, place.span, message);
    }
}
