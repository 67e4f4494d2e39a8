//! A server acts on messages of clients that it never asked who they are.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-connection-auth",
    area: "security",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A server acts on messages of clients that it never asked who they are.",
    fix: "none",
    page: include_str!("missing-connection-auth.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for server in cx.resources().iter().filter(|resource| resource.kind.accepts.is_some()) {
        let Some(client) = view.unasked_client(server) else { continue };
        let message = "clients of this server are never asked who they are, and what they send is acted on: anybody who knows \
                       the address can do the same in anybody's name. Check a session or a token before the connection is \
                       accepted.";
        let place = cx.place(client);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
