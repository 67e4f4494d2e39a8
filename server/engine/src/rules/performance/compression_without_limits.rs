//! A WebSocket server compresses each message, however small, for any number of clients.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "compression-without-limits",
    area: "performance",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A WebSocket server compresses each message, however small, for any number of clients.",
    fix: "suggestion",
    page: include_str!("compression-without-limits.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for server in cx.resources().iter().filter(|resource| resource.kind.accepts.is_some() && resource.kind.bare) {
        let Some(compression) = view.unlimited_compression(server) else { continue };
        let message = "compression is on and nothing limits it: each connection keeps about 300 KB for zlib, and each message is \
                       compressed, however small. Leave it off, or set `serverNoContextTakeover`, `threshold` and \
                       `concurrencyLimit`.";
        let place = cx.place(compression);
        let fix = fix::limit_compression(cx, compression);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
