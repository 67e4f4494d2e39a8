//! A row is written back that somebody else may have changed meanwhile.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "lost-update",
    area: "sync",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A row is written back that somebody else may have changed meanwhile.",
    fix: "none",
    page: include_str!("lost-update.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    // A server's function is mostly the only writer, or asks the database a moment before.
    if view.is_test() || view.is_of_server() || view.is_script() {
        return;
    }
    for value in view.lost_updates(cx.unit) {
        let message = "this writes what was computed from an older state of the row: a change that somebody else makes in between is \
                       overwritten and lost. Let the database compute it, or write only where the version is still the one that was \
                       read.";
        let place = cx.place(value);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
