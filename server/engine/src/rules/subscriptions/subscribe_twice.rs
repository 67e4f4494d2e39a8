//! A channel is subscribed that was subscribed before.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "subscribe-twice",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A channel is subscribed that was subscribed before.",
    fix: "none",
    page: include_str!("subscribe-twice.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for channel in cx.resources().iter().filter(|resource| resource.kind.kind == "supabase-channel") {
        for call in view.repeated_subscribes(channel) {
            let name = view.handle_name(channel).map_or("this channel", |name| name.as_str());
            let message = format!(
                "`{name}` was subscribed before, and a channel can be subscribed only once: by version this call throws or does \
                 nothing, and its callback never runs. Make a new channel and subscribe that one."
            );
            let span = view.method_name_span(call);
            cx.report(call.unit, span, message);
        }
    }
}
