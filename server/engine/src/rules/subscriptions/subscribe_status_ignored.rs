//! A channel is subscribed with no look at how that comes out.

use crate::finding::Severity;
use crate::fix;
use crate::rules::Place;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "subscribe-status-ignored",
    area: "subscriptions",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "A channel is subscribed with no look at how that comes out.",
    fix: "suggestion",
    page: include_str!("subscribe-status-ignored.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for channel in cx.resources().iter().filter(|resource| resource.kind.kind == "supabase-channel") {
        if channel.live == channel.site || view.arg(channel.live, 0).is_some() || view.listens_for(channel, "system") {
            continue;
        }
        let message = "nobody sees whether this `subscribe()` succeeds: `CHANNEL_ERROR`, `TIMED_OUT` and `CLOSED` come \
                       to its callback alone, so a refused or lost channel looks like a quiet one. Pass a callback and \
                       report or show what is not `SUBSCRIBED`.";
        let fix = fix::status_callback(cx, channel.live);
        let place = Place { unit: channel.live.unit, span: view.method_name_span(channel.live) };
        let elsewhere = cx.elsewhere(channel);
        cx.report(place.unit, place.span, message.to_owned()).elsewhere(elsewhere).fix(fix);
    }
}
