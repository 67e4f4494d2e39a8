//! A client may send a server as many messages as it likes.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-rate-limit",
    area: "security",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A client may send a server as many messages as it likes.",
    fix: "none",
    page: include_str!("missing-rate-limit.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for server in cx.resources().iter().filter(|resource| resource.kind.accepts.is_some()) {
        let Some(listener) = view.unlimited_listener(server) else { continue };
        let message = "a client may send as much as it likes: a script sends thousands of messages a second, and each costs \
                       work here and for everyone who is told of it. Count them for each connection, and end those that \
                       exceed what people do.";
        let place = cx.place(listener);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
