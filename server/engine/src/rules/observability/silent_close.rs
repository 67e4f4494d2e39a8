//! A connection is closed, and nobody looks at why.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "silent-close",
    area: "observability",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A connection is closed, and nobody looks at why.",
    fix: "suggestion",
    page: include_str!("silent-close.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        for added in view.silent_close(resource) {
            let message = "this close handler looks at neither code nor reason: when users drop out, nobody can tell a restart \
                           from a refusal or a lost network. Record both where the close is handled.";
            let place = cx.place(added);
            let fix = fix::record_close(cx, resource, added);
            cx.report(place.unit, place.span, message.to_owned()).fix(fix);
        }
    }
}
