//! A handler that runs again and again adds one more listener each time.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "duplicate-listener",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A handler that runs again and again adds one more listener each time.",
    fix: "suggestion",
    page: include_str!("duplicate-listener.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| {
        view.listeners_added_by(resource, handling).into_iter().map(|listener| (listener, ())).collect()
    });
    for (_, handling, listener, ()) in found {
        let event = if handling.event.is_empty() { "event".to_owned() } else { format!("`{}`", handling.event) };
        let message = format!(
            "each {event} adds this listener once more to the same object, so after the third one every event is handled \
             three times. Add it once, outside of the handler, or take it off first."
        );
        let place = cx.place(listener);
        let handler = cx.place(handling.at);
        let fix = fix::listen_once(cx, handling, listener);
        cx.report(place.unit, place.span, message).related(handler, "this handler runs each time").fix(fix);
    }
}
