//! A client joins a room or group once, and never again after a reconnect.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-rejoin",
    area: "subscriptions",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A client joins a room or group once, and never again after a reconnect.",
    fix: "suggestion",
    page: include_str!("missing-rejoin.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for join in view.joined_once(cx.unit) {
        let message = "this joins once, and the server forgets it as soon as the client connects anew: from then on nothing of that \
                       room or group arrives, and nothing fails. Join in the handler of `connect` (for SignalR also in \
                       `onreconnected`).";
        let place = cx.place(join);
        let fix = fix::join_again(cx, join);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
