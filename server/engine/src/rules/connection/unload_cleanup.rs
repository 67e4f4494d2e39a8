//! A connection is closed when the page unloads, which browsers often skip.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unload-cleanup",
    area: "connection",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "A connection is closed when the page unloads, which browsers often skip.",
    fix: "suggestion",
    page: include_str!("unload-cleanup.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    // A window of Electron is closed by its own code, and has no cache for the way back.
    if view.is_test() || view.is_in_electron() {
        return;
    }
    let mut seen = Vec::new();
    for resource in cx.resources() {
        for (added, event) in view.unload_releases(resource) {
            if seen.contains(&added) {
                continue;
            }
            seen.push(added);
            let message = format!(
                "browsers of phones often skip `{event}`, and a page that listens for it is not kept for the way back. Close \
                 connections in `pagehide`; a closed page ends them anyway."
            );
            let place = cx.place(added);
            let fix = fix::listen_for_pagehide(cx, added, &event);
            cx.report(place.unit, place.span, message).fix(fix);
        }
    }
}
