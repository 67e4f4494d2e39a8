//! What somebody does while the connection is down is lost in silence.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "dropped-send",
    area: "offline",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "What somebody does while the connection is down is lost in silence.",
    fix: "suggestion",
    page: include_str!("dropped-send.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for send in view.dropped_sends(cx.unit) {
        let message = "this is dropped in silence while the connection is down: what the user did is lost, and nobody learns of \
                       it. Keep it and send it after the next open, or tell that it was not sent.";
        let place = cx.place(send);
        let fix = fix::tell_unsent(cx, send);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
