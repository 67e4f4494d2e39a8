//! A handler of every event uses the new row, which a delete does not have.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unchecked-event-type",
    area: "subscriptions",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A handler of every event uses the new row, which a delete does not have.",
    fix: "suggestion",
    page: include_str!("unchecked-event-type.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (changes, _) in cx.table_changes() {
        let Some(row) = view.unchecked_new_row(changes) else { continue };
        let message = "this handler gets deletes, too, and then `new` is an empty object that it takes for a row. Look at \
                           `eventType` first, or subscribe to the events that it is for.";
        let place = cx.place(row);
        let fix = fix::leave_out_deletes(cx, changes, row);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
