//! A Socket.IO server runs in several processes whose rooms know nothing of each other.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "single-process-rooms",
    area: "performance",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A Socket.IO server runs in several processes whose rooms know nothing of each other.",
    fix: "none",
    page: include_str!("single-process-rooms.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for server in cx.resources().iter().filter(|server| view.is_split(server)) {
        let message = "this server runs in several processes and has no adapter: what it sends to a room or to all \
                       reaches the clients of one process, and the others miss it. Set an adapter, such as the one \
                       of Redis or `cluster`, that passes it on.";
        let place = cx.place(server.site);
        cx.report(place.unit, place.span, message.to_owned());
    }
}
