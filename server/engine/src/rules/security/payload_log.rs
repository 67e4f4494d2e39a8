//! A handler writes whole messages to the console.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "payload-log",
    area: "security",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A handler writes whole messages to the console.",
    fix: "suggestion",
    page: include_str!("payload-log.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        true => view.logged_payloads(resource.kind, handling).into_iter().map(|call| (call, ())).collect(),
        false => Vec::new(),
    });
    for (resource, handling, call, ()) in found {
        let message = format!(
            "every message of the {} goes to the console as a whole: what people write or do stands in consoles and log \
             stores, and each message costs the time to print it. Log its id and kind, or only while developing.",
            resource.kind.noun
        );
        let place = cx.place(call);
        let fix = fix::log_kind(cx, resource, handling, call);
        cx.report(place.unit, place.span, message).fix(fix);
    }
}
