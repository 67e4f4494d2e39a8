//! A reconnect waits out its delay although the network is back.

use crate::finding::Severity;
use crate::fix::try_when_online;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "no-offline-detection",
    area: "offline",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A reconnect waits out its delay although the network is back.",
    fix: "suggestion",
    page: include_str!("no-offline-detection.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        let Some(timer) = view.deaf_reopening(resource) else { continue };
        let message = "this waits out its delay even when the network is back, and goes on trying while there is none. Listen to \
                       `online` and `visibilitychange`, and try again at once then.";
        let place = cx.place(timer);
        let fix = try_when_online(cx, resource, timer);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
