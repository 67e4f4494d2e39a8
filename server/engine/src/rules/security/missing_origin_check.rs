//! A cookie signs a WebSocket client in, whatever page opened the connection.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-origin-check",
    area: "security",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A cookie signs a WebSocket client in, whatever page opened the connection.",
    fix: "none",
    page: include_str!("missing-origin-check.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for cookie in view.unchecked_cookies(cx.unit) {
        let message = "this cookie signs the client in, and its `Origin` is not checked: a browser sends the cookie for any page, \
                       so a page of somebody else can connect in the user's name. Compare `Origin` with a list of your own \
                       before the connection is accepted.";
        let place = cx.place(cookie);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
