//! Each item of a list gets a subscription of its own, where one with a filter would do.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "subscription-in-loop",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "Each item of a list gets a subscription of its own, where one with a filter would do.",
    fix: "none",
    page: include_str!("subscription-in-loop.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        if !view.is_made_for_each(resource) {
            continue;
        }
        let message = "each item of this list gets a subscription of its own: a long list runs into the limits of the connection, \
                       and the server checks each change once for each item. Subscribe once, with a filter for all of them.";
        let is_channel = resource.kind.kind == "supabase-channel";
        let place = cx.place(if is_channel { resource.site } else { resource.live });
        cx.report(place.unit, place.span, message.to_owned());
    }
}
