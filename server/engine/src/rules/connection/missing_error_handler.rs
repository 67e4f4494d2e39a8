//! An error of a connection or subscription reaches nobody.

use crate::finding::Severity;
use crate::fix;
use crate::model::Unheard;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-error-handler",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "An error of a connection or subscription reaches nobody.",
    fix: "suggestion",
    page: include_str!("missing-error-handler.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        for unheard in view.unheard(resource) {
            let what = words::what(view, resource);
            let (place, severity, message) = match unheard {
                Unheard::Emitter(at) => (
                    at,
                    Severity::Error,
                    format!(
                        "{what} has no `error` listener: an error that nobody listens for ends the process. Add one."
                    ),
                ),
                Unheard::Accepted(at) => (
                    at,
                    Severity::Error,
                    "this accepted connection has no `error` listener: a broken frame or a reset of one client ends the \
                     process, with all other clients. Add one; that of the server does not count.".to_owned(),
                ),
                Unheard::Client(at) => (
                    at,
                    Severity::Warning,
                    format!(
                        "{what} has no `error` listener: a refused or failing connection is retried in silence. Add one that \
                     reports it."
                    ),
                ),
                Unheard::Callback { call, .. } => (
                    call,
                    Severity::Warning,
                    format!(
                        "this {} has no error callback: when it is refused it ends for good, and the view waits for data \
                     that never comes. Pass one that reports it.",
                        resource.kind.noun
                    ),
                ),
                Unheard::Promise(at) => (
                    at,
                    Severity::Warning,
                    "nobody sees whether this `start()` fails: the first attempt is never repeated, and its rejection is \
                     unhandled. Catch it.".to_owned(),
                ),
            };
            let fix = fix::hear_errors(cx, resource, unheard);
            let elsewhere = cx.elsewhere(resource);
            cx.report(place.unit, view.span(place), message).severity(severity).elsewhere(elsewhere).fix(fix);
        }
    }
}
