//! The cleanup of an asynchronous effect comes too late, or never.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "async-effect-cleanup",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "The cleanup of an asynchronous effect comes too late, or never.",
    fix: "suggestion",
    page: include_str!("async-effect-cleanup.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    let mut seen = Vec::new();
    for resource in cx.owned() {
        let what = words::what(view, resource);
        if let Some((effect, cleanup)) = view.lost_cleanup(resource) {
            if !seen.contains(&effect.call) {
                seen.push(effect.call);
                let message = format!(
                    "the cleanup that this asynchronous effect returns never runs: the framework is given a promise and \
                     ignores it, so {what} stays {}. Let an inner function be asynchronous, and return the cleanup from \
                     the effect itself.",
                    resource.kind.state
                );
                let place = cx.place(view.callee(effect.call));
                let fix = fix::inner_async(cx, effect, cleanup);
                let cleanup = cx.place(cleanup);
                let elsewhere = cx.elsewhere(resource);
                let reported = cx.report(place.unit, place.span, message).related(cleanup, "nobody runs this");
                reported.elsewhere(elsewhere).fix(fix);
            }
        } else if !view.only_counts(resource) && view.is_opened_late(resource) {
            let message = format!(
                "{what} is opened after an `await` with no look at whether its owner still lives: an owner that goes in \
                 between has run its cleanup before, and nothing releases this one. Set a flag in the cleanup, and ask it \
                 after the `await`."
            );
            let fix = fix::ask_for_owner(cx, resource);
            let elsewhere = cx.elsewhere(resource);
            cx.report(resource.site.unit, view.chain_span(resource), message).elsewhere(elsewhere).fix(fix);
        }
    }
}
