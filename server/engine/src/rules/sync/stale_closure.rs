//! A realtime handler sets or sends what it computed from state of the render in which it subscribed.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "stale-closure",
    area: "sync",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A realtime handler sets or sends what it computed from state captured when it subscribed.",
    fix: "safe for the state's own setter, else a suggestion",
    page: include_str!("stale-closure.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.resources() {
        for stale in view.stale_reads(resource) {
            let name = view.name(stale.state);
            let message = format!(
                "`{name}` is the value from when this handler subscribed: `{name}` is not among the effect's \
                 dependencies, so every event starts from the same old value and what came between is lost. Set the \
                 state with a function of the newest value, or read it through a ref."
            );
            let effect = cx.place(view.callee(stale.effect.call));
            let sink = cx.place(stale.sink);
            let fix = fix::read_newest_state(cx, &stale);
            cx.report(stale.read.unit, view.span(stale.read), message)
                .related(sink, "the old value goes in here")
                .related(effect, format!("this effect does not run again when `{name}` changes"))
                .fix(fix);
        }
    }
}
