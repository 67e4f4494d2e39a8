//! An effect opens its connection anew after every render.

use crate::finding::Severity;
use crate::fix;
use crate::model::EveryRender;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reconnect-every-render",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "An effect opens its connection anew after every render.",
    fix: "suggestion",
    page: include_str!("reconnect-every-render.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    let mut seen = Vec::new();
    for resource in cx.resources() {
        let Some((effect, why)) = view.reopened_by_render(resource) else { continue };
        if seen.contains(&effect.call) {
            continue;
        }
        seen.push(effect.call);
        let what = words::what(view, resource);
        let place = cx.place(view.callee(effect.call));
        let site = cx.place(resource.site);
        match why {
            EveryRender::NoList => {
                let message = format!(
                    "{what} is opened anew after every render: this effect has no list of dependencies, so each state \
                     change, also one that a message causes, connects again. Pass the list of what the connection \
                     depends on."
                );
                let fix = fix::run_once(cx, effect);
                cx.report(place.unit, place.span, message).related(site, "it is opened here").fix(fix);
            }
            EveryRender::Fresh(dep) => {
                let source = cx.source(dep);
                let message = format!(
                    "{what} is opened anew after every render: `{source}` is another value each time, since the body of \
                     the component makes it. Depend on its parts, or keep it with `useMemo` or `useCallback`."
                );
                let dep = cx.place(dep);
                cx.report(place.unit, place.span, message).related(dep, "it is another value at each render");
            }
        }
    }
}
