//! Code waits for what the installed version of its library does not do any more.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "removed-realtime-api",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "Code waits for what the installed version of its library does not do any more.",
    page: include_str!("removed-realtime-api.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for listener in view.moved_events(cx.unit) {
        let moved = listener.moved;
        if !view.version(&moved.package).is_at_least(&moved.since) {
            continue;
        }
        let is_there = !moved.gone.iter().any(|gone| *gone == listener.event);
        let (package, since, event) = (&moved.package, moved.since.major, &listener.event);
        let fate = match is_there {
            true => format!("is raised by `{}`. Listen there", moved.title),
            false => format!("is raised by nobody. Listen to what `{}` raises instead", moved.title),
        };
        let message = format!("this listener is never called: since {package} {since} the event `{event}` {fate}.");
        let fix = fix::through_member(cx, &listener).filter(|_| is_there);
        let span = view.span(listener.call);
        cx.report(cx.unit, span, message).fix(fix);
    }
}
