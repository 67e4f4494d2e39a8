//! A change that is shown before it is stored stays when storing it fails.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "optimistic-without-rollback",
    area: "sync",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A change that is shown before it is stored stays when storing it fails.",
    fix: "none",
    page: include_str!("optimistic-without-rollback.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for write in view.unrestored_changes(cx.unit) {
        let message = format!(
            "this changes `{}` before the write, and nothing takes it back when the write fails: the view then shows what the server \
             never stored. Restore the old value or load again where the write fails, and say so.",
            view.name_of_target(&write.target)
        );
        let place = cx.place(write.at);
        cx.report(place.unit, place.span, message);
    }
}
