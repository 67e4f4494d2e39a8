//! Pieces are sent as fast as they come, whatever the receiver takes.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "no-backpressure",
    area: "performance",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "Pieces are sent as fast as they come, whatever the receiver takes.",
    fix: "suggestion",
    page: include_str!("no-backpressure.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for send in view.unwatched_streams(cx.unit) {
        let message = "this sends as fast as it can, whatever the receiver takes: on a slow network all of it waits in memory. Look at \
                       `bufferedAmount` first, and wait or leave something out while it is high.";
        let place = cx.place(send);
        let fix = fix::wait_for_drain(cx, send);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
