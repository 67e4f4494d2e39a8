//! Nothing measures how a connection does.

use crate::finding::Severity;
use crate::fix::{Sink, measure};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unmeasured-connection",
    area: "observability",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "Nothing measures how a connection does.",
    fix: "suggestion",
    page: include_str!("unmeasured-connection.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources().iter().filter(|resource| view.is_unmeasured(resource)) {
        let message = "nothing measures this connection: how often it connects and drops, and how old its last \
                       message is, comes out only when people complain. Count connects and drops, keep the time of \
                       the last message, and send both to where you look.";
        let place = cx.place(resource.site);
        let fix = measure(cx, resource, Sink::Console);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
