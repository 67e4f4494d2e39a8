//! What a message brings becomes HTML or code.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "message-to-html",
    area: "security",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "What a message brings becomes HTML or code.",
    fix: "suggestion",
    page: include_str!("message-to-html.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|_, handling| match handling.is_message {
        true => view.raw_html(handling),
        false => Vec::new(),
    });
    for (resource, _, value, sink) in found {
        let message = format!(
            "what a message of the {} brings goes to `{sink}` as it is: whoever can send one runs code in the page of \
             everybody who gets it. Set `textContent`, or sanitise it first.",
            resource.kind.noun
        );
        let place = cx.place(value);
        let fix = fix::set_as_text(cx, value, &sink);
        cx.report(place.unit, place.span, message).fix(fix);
    }
}
