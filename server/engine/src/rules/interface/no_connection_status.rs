//! Nobody sees whether a connection of a component stands.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "no-connection-status",
    area: "interface",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "Nobody sees whether a connection of a component stands.",
    fix: "none",
    page: include_str!("no-connection-status.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let shown = cx.set_by_messages();
    for resource in cx.resources().iter().filter(|resource| view.hides_state(resource, &shown)) {
        let message = "nobody sees the state of this connection: when it drops, old data goes on looking new. Keep the state when it \
                       opens, closes and fails, and show or return it.";
        let place = cx.place(resource.site);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
