//! A connection is opened in the body of a component or hook, so at each render.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "connect-in-render",
    area: "connection",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A connection is opened in the body of a component or hook, so at each render.",
    fix: "suggestion",
    page: include_str!("connect-in-render.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.resources() {
        let Some(component) = view.opened_in_render(resource) else { continue };
        let what = words::what(view, resource);
        let name = view.func(component).name.clone().unwrap_or_default();
        let message = format!(
            "{what} is opened each time `{name}` renders: every state change adds another, and none is ever released. \
             Open it in an effect whose cleanup releases it."
        );
        let fix = fix::into_effect(cx, resource, component);
        cx.report(resource.site.unit, view.chain_span(resource), message).fix(fix);
    }
}
