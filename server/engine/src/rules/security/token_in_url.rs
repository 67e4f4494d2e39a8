//! A credential stands in the address of a connection.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "token-in-url",
    area: "security",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "A credential stands in the address of a connection.",
    fix: "none",
    page: include_str!("token-in-url.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        let Some((argument, name)) = view.credential_in_url(resource) else { continue };
        // An EventSource of a browser sends no headers (HTML, "The EventSource interface").
        let severity = if resource.kind.kind == "event-source" { Severity::Info } else { Severity::Warning };
        let message = format!(
            "`{name}` stands in the address of this connection, which proxies and servers write to their logs. Send it in \
             the first message or a header, or put a ticket there that is good for one connection."
        );
        let place = cx.place(argument);
        cx.report(place.unit, place.span, message).severity(severity);
    }
}
