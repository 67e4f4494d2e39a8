//! Something is sent at each move of a pointer or scroll.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unthrottled-send",
    area: "performance",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "Something is sent at each move of a pointer or scroll.",
    fix: "suggestion",
    page: include_str!("unthrottled-send.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (send, event, added) in view.fast_sends(cx.resources(), cx.unit) {
        let message = format!(
            "this is sent at each `{event}`, up to some hundred times a second for every person: servers limit or drop that. \
             Send the newest value at most every 50 ms or so."
        );
        let place = cx.place(send);
        let added = cx.place(added);
        let fix = fix::throttle_send(cx, send);
        cx.report(place.unit, place.span, message).related(added, "it runs for this event").fix(fix);
    }
}
