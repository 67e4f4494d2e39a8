//! The delay before a reconnect grows without a limit.

use crate::finding::Severity;
use crate::fix;
use crate::model::Reopening;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reconnect-unbounded",
    area: "connection",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "The delay before a reconnect grows without a limit.",
    fix: "suggestion",
    page: include_str!("reconnect-unbounded.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    let mut seen = Vec::new();
    for resource in cx.resources() {
        let Reopening::OnDrop(reopen) = view.reopening(resource) else { continue };
        let Some((delay, growth)) = view.growth(reopen.at) else { continue };
        if !growth.grows || growth.capped || reopen.limited || seen.contains(&reopen.at) {
            continue;
        }
        seen.push(reopen.at);
        let message = "this delay grows without a limit: after a long outage clients wait for hours, and above 24.8 days a \
                       timer fires at once. Cap it with `Math.min`.";
        let fix = fix::cap_delay(cx, delay);
        cx.report(delay.unit, view.span(delay), message.to_owned()).fix(fix);
    }
}
