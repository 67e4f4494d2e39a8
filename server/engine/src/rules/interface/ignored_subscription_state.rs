//! A view shows the data of a subscription, and never how it does.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "ignored-subscription-state",
    area: "interface",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A view shows the data of a subscription, and never how it does.",
    fix: "none",
    page: include_str!("ignored-subscription-state.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for hook in cx.resources().iter().filter(|resource| view.ignores_state(resource)) {
        let message = "the state of this subscription is never read: while it loads, and when it has failed, the \
                       view looks as if there were nothing to show. Read `loading` and `error`, or the status that \
                       the hook gives, and show them.";
        let place = cx.place(hook.site);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
