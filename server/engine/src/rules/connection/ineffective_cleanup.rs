//! A release that cannot work: it names another function, or listens elsewhere.

use crate::finding::Severity;
use crate::fix;
use crate::model::Mismatch;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "ineffective-cleanup",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A release that cannot work: it names another function, or listens elsewhere.",
    page: include_str!("ineffective-cleanup.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.resources() {
        for (removal, mismatch) in view.vain_removals(resource) {
            let method = view.method(removal).map(|(_, name)| name.clone()).unwrap_or_default();
            let why = match mismatch {
                Mismatch::Fresh => "the function was made for one of the two calls alone",
                Mismatch::Other => "it names another function than the one that was added",
                Mismatch::Capture => "one of the two calls says `capture` and the other does not",
            };
            let message = format!(
                "this `{method}` removes nothing: {why}, so the listener stays and each mount adds another. Give both \
                 calls the same function and options."
            );
            let fix = (mismatch == Mismatch::Fresh).then(|| fix::name_handler(cx, resource, removal)).flatten();
            let place = cx.place(removal);
            let added = cx.place(resource.site);
            cx.report(place.unit, place.span, message).related(added, "the listener is added here").fix(fix);
        }
    }
}
