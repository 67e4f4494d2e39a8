//! A connection comes back after its owner has closed it.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reconnect-after-close",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A connection comes back after its owner has closed it.",
    fix: "suggestion",
    page: include_str!("reconnect-after-close.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    let mut seen = Vec::new();
    for resource in cx.resources() {
        let Some((reopen, close)) = view.zombie(resource) else { continue };
        if seen.contains(&reopen.at) {
            continue;
        }
        seen.push(reopen.at);
        let what = words::what(view, resource);
        let message = format!(
            "this reconnects also after {what} was closed on purpose: the teardown's own `close` is a drop like any other \
             to the handler, so a connection without an owner comes back. Detach the handler before closing, or ask a \
             flag that the teardown sets."
        );
        // A retry that waits already would come nevertheless.
        let fix = if view.is_cleared(reopen.at) { fix::detach_before_close(cx, resource, close) } else { None };
        let place = cx.place(close);
        cx.report(reopen.at.unit, view.span(reopen.at), message).related(place, "this close runs the handler").fix(fix);
    }
}
