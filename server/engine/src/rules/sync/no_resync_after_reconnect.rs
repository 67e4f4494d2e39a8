//! Data is loaded once and then only patched, so what was missed stays missed.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "no-resync-after-reconnect",
    area: "sync",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "Data is loaded once and then only patched, so what was missed stays missed.",
    fix: "suggestion",
    page: include_str!("no-resync-after-reconnect.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        true => view.never_loaded_again(handling).into_iter().map(|target| (handling.at, target)).collect(),
        false => Vec::new(),
    });
    for (resource, _, listener, target) in found {
        let message = format!(
            "`{}` is loaded once and then only changed by events: what happens while the connection is away is missed, and nothing \
             shows that the view is out of date. Load it again whenever the subscription is live again.",
            view.name_of_target(&target)
        );
        match view.subscribing_call(resource) {
            Some(subscribe) => {
                let fix = view.loader_of(&target, subscribe).and_then(|load| fix::load_when_live(cx, subscribe, load));
                cx.report(subscribe.unit, view.method_name_span(subscribe), message).fix(fix)
            }
            None => {
                let place = cx.place(listener);
                cx.report(place.unit, place.span, message)
            }
        };
    }
}
