//! The answer of an older request may come last and win.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "stale-response",
    area: "sync",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "The answer of an older request may come last and win.",
    fix: "suggestion",
    page: include_str!("stale-response.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let handlers = cx.handlings().filter(|(resource, handling)| handling.is_message && resource.kind.is_stream());
    let mut starts: Vec<_> = handlers.map(|(_, handling)| handling.func).collect();
    if view.speaks_of_connections(cx.unit) {
        starts.extend(view.keyed_effects(cx.unit));
    }
    let mut found: Vec<_> = starts.into_iter().flat_map(|func| view.overtaken_answers(func)).collect();
    found.sort_by_key(|write| write.at);
    found.dedup_by_key(|write| write.at);
    for write in found {
        let message = "this sets the answer of a request that a newer one may have overtaken: the older answer then comes last, and \
                       the view shows what is out of date. Ignore answers that are no longer wanted, or abort their request.";
        let place = cx.place(write.at);
        let fix = fix::ignore_late_answer(cx, &write);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
