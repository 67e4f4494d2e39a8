//! A WebSocket server never notices clients that are gone.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-heartbeat",
    area: "connection",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "A WebSocket server never notices clients that are gone.",
    fix: "suggestion",
    page: include_str!("missing-heartbeat.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    if view.is_script() {
        return;
    }
    for server in cx.resources().iter().filter(|resource| resource.kind.accepts.is_some() && resource.kind.bare) {
        if !view.keeps_dead_clients(server) {
            continue;
        }
        let message = "this server never pings its clients: one whose network is gone stays connected, with its memory and its \
                       place in every broadcast. Ping all of them every 30 s, and terminate those that have not answered.";
        let place = cx.place(server.site);
        let fix = fix::ping_clients(cx, server);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
