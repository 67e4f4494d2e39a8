//! A long-lived connection that nothing opens again after it drops.

use crate::catalog::Reopens;
use crate::finding::Severity;
use crate::fix;
use crate::model::{Reopening, Resource, V};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-reconnect",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A long-lived connection is never opened again after it drops.",
    fix: "suggestion, for a WebSocket of an effect",
    page: include_str!("missing-reconnect.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() || view.is_script() {
        return;
    }
    for resource in cx.resources() {
        if view.comes_back(resource) || !view.is_long_lived(resource) {
            continue;
        }
        if !matches!(view.reopening(resource), Reopening::Never) {
            continue;
        }
        let closed_by = match resource.kind.reopens {
            Reopens::UntilClosed => view.closed_on_drop(resource),
            Reopens::Never | Reopens::ByItself => None,
        };
        let message = message(cx, resource, closed_by);
        let fix = match &resource.kind.reopens_with {
            Some(method) => fix::call_before_build(cx, resource, method),
            None => fix::reconnect(cx, resource),
        };
        let place = closed_by.map(|release| cx.place(release));
        let reported = cx.report(resource.site.unit, view.span(resource.site), message).fix(fix);
        if let Some(place) = place {
            reported.related(place, "this ends the browser's own attempts to reconnect");
        }
    }
    for (subscribe, retries) in view.dropped_streams(cx.unit) {
        let why = match retries {
            true => {
                "`retry` answers errors alone, and a server that closes the connection in order completes the stream"
            }
            false => "an error or an orderly close of the connection ends the stream",
        };
        let message = format!(
            "this stream never comes back after its socket drops: {why}, so the view goes on with old data. Add \
             `repeat` and `retry`, both with a growing delay."
        );
        cx.report(subscribe.unit, view.span(subscribe), message);
    }
}

fn message<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, closed_by: Option<V>) -> String {
    let what = match cx.view.handle_name(resource) {
        Some(name) => format!("`{name}`"),
        None => format!("this {}", resource.kind.noun),
    };
    match closed_by {
        Some(_) => format!(
            "{what} never comes back after its error handler closes it: the first network error ends the stream, and \
             the view goes on with old data. Let the browser reconnect, or open a new one after a growing delay."
        ),
        None if let Some(asked) = &resource.kind.reopens_if => format!(
            "{what} never comes back after it drops: without the option `{}` this hook leaves a lost connection lost, and \
             the view goes on with old data. Set it, with a growing delay, and show when it gives up.",
            asked.members.first().map(String::as_str).unwrap_or_default()
        ),
        None if resource.kind.reopens_with.is_some() => format!(
            "{what} never comes back after it drops: it is built without `{}()`, and nothing starts it again, so one lost \
             network leaves the view with old data. Build it with that, and show when it gives up.",
            resource.kind.reopens_with.as_deref().unwrap_or_default()
        ),
        None => format!(
            "{what} never comes back after it drops: nothing opens it again on `close` or `error`, so one lost \
             network leaves the view with old data. Reconnect with a capped, growing, random delay, and stop on teardown."
        ),
    }
}
