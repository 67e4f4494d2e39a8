//! A connection is opened again whatever its close code says.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reconnect-ignores-close-code",
    area: "connection",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A connection is opened again whatever its close code says.",
    fix: "suggestion",
    page: include_str!("reconnect-ignores-close-code.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        let Some(again) = view.blind_reopening(resource) else { continue };
        let message = "this reconnects whatever the close code says: a client that the server refuses (1008, 4000 and above) is \
                       refused again for ever, and the user is not told. Look at the code first, and stop or sign in again \
                       where it is final.";
        let place = cx.place(again);
        let fix = fix::look_at_code(cx, resource, again);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
