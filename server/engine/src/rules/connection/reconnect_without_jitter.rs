//! The delay before a reconnect grows, and is the same for all clients.

use crate::finding::Severity;
use crate::fix;
use crate::model::Reopening;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reconnect-without-jitter",
    area: "connection",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "The delay before a reconnect grows, and is the same for all clients.",
    fix: "suggestion",
    page: include_str!("reconnect-without-jitter.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        let Reopening::OnDrop(reopen) = view.reopening(resource) else { continue };
        let Some((delay, growth)) = view.growth(reopen.at) else { continue };
        if !growth.grows || growth.is_random {
            continue;
        }
        let message = "all clients that a restart throws out wait the same time and come back in the same moment, each time. \
                       Add a random part to the delay.";
        let place = cx.place(reopen.at);
        let fix = fix::add_jitter(cx, delay);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
