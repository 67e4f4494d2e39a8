//! A queue of what waits for the connection has no limit.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unbounded-queue",
    area: "offline",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "A queue of what waits for the connection has no limit.",
    fix: "suggestion",
    page: include_str!("unbounded-queue.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (put, list) in view.endless_queues(cx.unit) {
        let message = format!(
            "`{}` takes in everything while the connection is down and has no limit: a long outage fills the memory, and all \
             of it goes out in one burst afterwards. Cap it, merge what concerns the same thing, or drop what is too old.",
            view.list_name(list)
        );
        let place = cx.place(put);
        let fix = fix::cap_queue(cx, put, list);
        cx.report(place.unit, place.span, message).fix(fix);
    }
}
