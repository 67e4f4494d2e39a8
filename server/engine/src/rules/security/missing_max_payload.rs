//! A WebSocket server takes messages of up to 100 MiB.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-max-payload",
    area: "security",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "A WebSocket server takes messages of up to 100 MiB.",
    fix: "suggestion",
    page: include_str!("missing-max-payload.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() || view.is_script() {
        return;
    }
    for resource in cx.resources() {
        // Source: ws 8.23, `lib/websocket-server.js`: `maxPayload` is 100 * 1024 * 1024 unless it is set.
        let is_server = resource.kind.kind == "ws-server";
        let Some(options) = view.arg(resource.site, 0).filter(|_| is_server) else { continue };
        if ["maxPayload", "noServer"].iter().any(|key| view.has_key(options, key)) {
            continue;
        }
        let message = "this server takes messages of up to 100 MiB, the default of `ws`, from anybody: a few of them fill its \
                       memory. Set `maxPayload` to what your messages need.";
        let place = cx.place(resource.site);
        let fix = fix::limit_payload(cx, resource);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
