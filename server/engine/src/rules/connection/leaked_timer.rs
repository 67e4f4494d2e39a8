//! A heartbeat, poll or reconnect timer outlives its connection or its owner.

use crate::finding::Severity;
use crate::fix;
use crate::model::Fate;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "leaked-timer",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A heartbeat, poll or reconnect timer outlives its connection or its owner.",
    fix: "safe, or a suggestion where a teardown is there already",
    page: include_str!("leaked-timer.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for timer in cx.resources().iter().filter(|resource| resource.kind.timer) {
        if !view.takes_every_timer() && !view.is_realtime_timer(timer) {
            continue;
        }
        let place = cx.place(view.callee(timer.site));
        if let Fate::Leaks(leak) = view.fate(timer) {
            let what = words::what(view, timer);
            let ends = words::owner_ends(view, leak.owner);
            let message = format!(
                "{what} keeps running after {ends}: nothing clears it. Each one that is left behind goes on asking or \
                 sending for an owner that is gone. Clear it {}.",
                words::place_to_release(view, leak.owner)
            );
            let fix = fix::release_with_owner(cx, timer, leak);
            let owner = view.owner_place(leak.owner).map(|callee| cx.place(callee));
            let reported = cx.report(place.unit, place.span, message).fix(fix);
            if let Some(owner) = owner {
                reported.related(owner, "the teardown of this effect does not clear it");
            }
        } else if let Some(opening) = view.set_at_opening(timer).filter(|_| !view.may_end(timer)) {
            let what = words::what(view, timer);
            let message = format!(
                "{what} outlives the connection that it was set for: nothing clears it when that one closes, and each \
                 new connection sets another. Keep its id and clear it in the `close` handler."
            );
            let opening = cx.place(opening);
            cx.report(place.unit, place.span, message).related(opening, "it is set anew for each connection");
        }
    }
}
