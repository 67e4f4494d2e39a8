//! A handler changes a state in place and sets the same object again.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "state-mutation",
    area: "sync",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A handler changes a state in place and sets the same object again.",
    fix: "safe",
    page: include_str!("state-mutation.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (_, _, same, change) in cx.found_in_handlers(|_, handling| view.states_changed_in_place(handling)) {
        let name = cx.source(same);
        let message = format!(
            "`{name}` is the object that the state holds already, changed in place: React compares the two, finds them \
             equal and shows nothing. Set a copy with the change."
        );
        let place = cx.place(same);
        let fix = fix::set_copy(cx, same, change);
        let change = cx.place(change);
        cx.report(place.unit, place.span, message).related(change, "it is changed here").fix(fix);
    }
}
