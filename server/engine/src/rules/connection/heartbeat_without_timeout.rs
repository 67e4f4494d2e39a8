//! Pings are sent, and nobody misses an answer.

use crate::finding::Severity;
use crate::fix::miss_answers;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "heartbeat-without-timeout",
    area: "connection",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "Pings are sent, and nobody misses an answer.",
    fix: "suggestion",
    page: include_str!("heartbeat-without-timeout.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for timer in cx.resources().iter().filter(|resource| resource.kind.timer) {
        let Some(ping) = view.unanswered_pings(timer) else { continue };
        let message = "no answer to this ping is waited for: a connection whose other end is gone stays open for many minutes. \
                       Note each answer, and end or reopen the connection when one is missing.";
        let place = cx.place(ping);
        let fix = miss_answers(cx, timer.site, ping);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
