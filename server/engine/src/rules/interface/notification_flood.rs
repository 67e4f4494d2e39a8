//! Each message brings a notice of its own.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "notification-flood",
    area: "interface",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "Each message brings a notice of its own.",
    fix: "none",
    page: include_str!("notification-flood.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        true => view.notices_of(handling).into_iter().map(|notice| (notice, ())).collect(),
        false => Vec::new(),
    });
    for (_, _, notice, ()) in found {
        let message = "each message brings a notice of its own: when many come at once, as after a reconnect, they bury the page \
                       and people turn notices off. Gather them into one, or give them a common tag so that the newest one \
                       replaces the others.";
        let place = cx.place(notice);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
