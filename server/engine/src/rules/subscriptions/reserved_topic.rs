//! A channel has a topic that the server refuses or keeps for itself.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reserved-topic",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A channel has a topic that the server refuses or keeps for itself.",
    fix: "none",
    page: include_str!("reserved-topic.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources().iter().filter(|resource| resource.kind.kind == "supabase-channel") {
        let Some(argument) = view.arg(resource.site, 0) else { continue };
        let (message, severity) = match view.text_of(argument).as_deref() {
            Some("") => {
                ("an empty topic is refused by the server: nothing is ever received. Name the topic.", Severity::Error)
            }
            Some("realtime") => {
                ("`realtime` is a name that Supabase keeps for itself. Take another topic.", Severity::Hint)
            }
            _ => continue,
        };
        let place = cx.place(argument);
        cx.report(place.unit, place.span, message.to_owned()).severity(severity);
    }
}
