//! A Socket.IO server lets pages of every origin connect.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "wildcard-cors",
    area: "security",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A Socket.IO server lets pages of every origin connect.",
    fix: "none",
    page: include_str!("wildcard-cors.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (origin, with_credentials) in view.open_origins(cx.unit) {
        let (why, severity) = match with_credentials {
            true => ("and with `credentials` it acts there as the person who is signed in", Severity::Error),
            false => ("and reads and sends what your own page can", Severity::Warning),
        };
        let message = format!(
            "any page on the web may connect to this server from its visitors' browsers, {why}. List the origins that are \
             yours."
        );
        let place = cx.place(origin);
        cx.report(place.unit, place.span, message).severity(severity);
    }
}
