//! An error of realtime work ends where nobody sees it.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "swallowed-error",
    area: "security",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "An error of realtime work ends where nobody sees it.",
    fix: "suggestion",
    page: include_str!("swallowed-error.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let of_handlers = cx.resources().iter().flat_map(|resource| view.empty_error_handlers(resource));
    let reads = cx.handlings().filter(|(_, handling)| handling.is_message);
    let reading: Vec<_> = reads.flat_map(|(_, handling)| view.run_of(handling.func)).collect();
    let mut found: Vec<_> = of_handlers.chain(view.forgotten_promises(cx.unit)).collect();
    found.extend(view.empty_catches(cx.unit, &reading));
    for swallowed in found {
        let body = cx.source_at(swallowed.body.0, swallowed.body.1);
        if ["//", "/*"].iter().any(|comment| body.contains(comment)) {
            continue;
        }
        let message = "an error of this realtime work ends here, and nobody learns of it: the user waits for what never comes, \
                       and the logs are empty. Report it, or say in a comment why it does not matter.";
        let fix = fix::report_swallowed(cx, &swallowed);
        cx.report(swallowed.unit, swallowed.place, message.to_owned()).fix(fix);
    }
}
