//! Code calls or waits for what the installed version of its library does not have any more.

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
    summary: "Code calls or waits for what the installed version of its library does not have any more.",
    fix: "suggestion",
    page: include_str!("removed-realtime-api.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for (call, removed) in view.removed_calls(cx.unit) {
        if !view.version(&removed.package).is_at_least(&removed.since) {
            continue;
        }
        let (package, since, instead) = (&removed.package, removed.since.major, &removed.instead);
        let name = removed.methods.last().map_or("", String::as_str);
        let message = format!(
            "this throws when it runs: since {package} {since} there is no `{name}` here any more. Use `{instead}`."
        );
        let fix = fix::rename_method(cx, call, removed.renamed.as_deref());
        cx.report(call.unit, view.method_name_span(call), message).fix(fix);
    }
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
