//! An event replaces a row that may be newer.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "out-of-order-apply",
    area: "sync",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "An event replaces a row that may be newer.",
    fix: "none",
    page: include_str!("out-of-order-apply.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        true => view.blind_replacements(handling).into_iter().map(|write| (write, ())).collect(),
        false => Vec::new(),
    });
    for (_, _, write, ()) in found {
        let message = "this puts the event's row over the one that is there without a look at which is newer: one that comes late \
                       turns the row back. Compare a version or the time of the change first.";
        let place = cx.place(write);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
