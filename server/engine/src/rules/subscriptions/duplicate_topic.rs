//! Two channels of one client on one constant topic.

use crate::finding::Severity;
use crate::fix;
use crate::model::{RepeatedTopic, SharedTopic};
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "duplicate-topic",
    area: "subscriptions",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "Two live channels of one client have the same constant topic.",
    fix: "suggestion",
    page: include_str!("duplicate-topic.md"),
};

/// What becomes of the second one.
const WHY: &str = "a client has one channel a topic, so the later `subscribe` does nothing or throws the earlier channel \
                   out, and the first removal ends it for all";

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.resources() {
        let Some(SharedTopic { topic, first, component }) = view.shared_topic(resource) else { continue };
        let name = view.func(component).name.clone().unwrap_or_default();
        let message = format!(
            "`{name}` has two channels of the topic `{topic}`: {WHY}. Put all handlers on one channel, or give each its \
             own topic."
        );
        let fix = fix::own_topic(cx, resource);
        let first = cx.place(first);
        let reported = cx.report(resource.site.unit, view.span(resource.site), message).fix(fix);
        reported.related(first, "the other one is opened here");
    }
    for RepeatedTopic { topic, tag, beside } in view.repeated_topics(cx.unit) {
        let name = cx.source(tag);
        let (which, advice) = match beside {
            None => (format!("each `{name}` of this list subscribes"), "around the list"),
            Some(_) => (format!("`{name}` is rendered twice here, and both subscribe"), "around both"),
        };
        let message = format!(
            "{which} to the same topic `{topic}`: {WHY}. Put what tells them apart into the topic, or subscribe once, \
             {advice}."
        );
        let elsewhere = view.origin_module(tag).map(|from| words::elsewhere(from, "leads to that topic"));
        let beside = beside.map(|beside| cx.place(beside));
        let reported = cx.report(tag.unit, view.span(tag), message).elsewhere(elsewhere);
        if let Some(beside) = beside {
            reported.related(beside, "the other one is rendered here");
        }
    }
}
