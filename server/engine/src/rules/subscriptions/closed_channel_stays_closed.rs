//! A channel that the server closes is not joined again.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "closed-channel-stays-closed",
    area: "subscriptions",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A channel that the server closes is not joined again.",
    fix: "none",
    page: include_str!("closed-channel-stays-closed.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for channel in cx.resources().iter().filter(|resource| view.is_supabase_channel(resource)) {
        let Some((subscribe, callback)) = view.misses_closed(channel) else { continue };
        // The IR has no trace of what a `switch` does otherwise.
        if cx.source_at(callback.unit, view.func(callback).body).contains("default:") {
            continue;
        }
        let message = "this callback handles states of the channel, and not `CLOSED`: a channel that the server closes, for an \
                       expired token or a rate limit, is never joined again, and nothing arrives any more. On a `CLOSED` that is \
                       not your own, make a new channel after a delay.";
        let span = view.method_name_span(subscribe);
        cx.report(subscribe.unit, span, message.to_owned());
    }
}
