//! A client joins or sends to whatever room its message names.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unchecked-room-join",
    area: "security",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A client joins or sends to whatever room its message names.",
    fix: "none",
    page: include_str!("unchecked-room-join.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for server in cx.resources().iter().filter(|resource| resource.kind.accepts.is_some()) {
        for (call, room) in view.unchecked_rooms(server) {
            let message = format!(
                "`{}` comes from the client, and nothing checks that this user may use it: anybody who guesses a name can \
                 listen in or send there. Compare it with what the server knows of the user.",
                cx.source(room).trim_matches('`')
            );
            let place = cx.place(call);
            cx.report(place.unit, place.span, message);
        }
    }
}
