//! `navigator.onLine` alone decides that a connection works.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "online-status-as-truth",
    area: "offline",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "`navigator.onLine` alone decides that a connection works.",
    fix: "none",
    page: include_str!("online-status-as-truth.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for look in view.trusted_online_states(cx.unit) {
        let message = "`navigator.onLine` decides here that the connection works, but it is true as soon as there is any \
                       network, even one without internet. Ask the connection itself, such as its `readyState` or \
                       `connected`.";
        let place = cx.place(look);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
