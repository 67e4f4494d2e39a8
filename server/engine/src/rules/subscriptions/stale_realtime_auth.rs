//! A token of its own is given to the realtime client once, and never renewed.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "stale-realtime-auth",
    area: "subscriptions",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A token of its own is given to the realtime client once, and never renewed.",
    fix: "none",
    page: include_str!("stale-realtime-auth.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for set in view.tokens_set_once(cx.unit) {
        let message = "this token is set once and not renewed: when it expires the server closes the channels, and nothing arrives any \
                       more. Give the client an `accessToken` function that fetches a fresh token, or set a new one before it \
                       expires.";
        let place = cx.place(set);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
