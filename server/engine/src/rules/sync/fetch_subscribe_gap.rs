//! What a channel changes is loaded before the channel is live.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "fetch-subscribe-gap",
    area: "sync",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "What a channel changes is loaded before the channel is live.",
    fix: "none",
    page: include_str!("fetch-subscribe-gap.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found =
        cx.found_in_handlers(|resource, handling| match handling.is_message && view.is_supabase_channel(resource) {
            true => view.loaded_before_live(resource, handling).into_iter().collect(),
            false => Vec::new(),
        });
    for (_, _, load, target) in found {
        let message = format!(
            "this loads `{}` before the subscription is live: what happens in between is in neither, and nothing brings it later. \
             Subscribe first, load when the subscription is live, and merge the two.",
            view.name_of_target(&target)
        );
        let place = cx.place(load);
        cx.report(place.unit, place.span, message);
    }
}
