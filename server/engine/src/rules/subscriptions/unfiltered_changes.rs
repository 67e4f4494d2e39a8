//! A subscription asks for every row of a table, and its handler leaves out those of others.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unfiltered-changes",
    area: "subscriptions",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "A subscription asks for every row of a table, and its handler leaves out those of others.",
    fix: "suggestion",
    page: include_str!("unfiltered-changes.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() || view.is_of_server() {
        return;
    }
    for (changes, _) in cx.table_changes() {
        let Some(by_hand) = view.filtered_by_hand(changes) else { continue };
        let column = &by_hand.column;
        let message = format!(
            "every change of the table is sent to every subscriber, checked against its policies for each, and left out \
             here unless `{column}` fits. Let the server do it: `filter: \"{column}=eq.…\"` in the subscription.",
        );
        let comparison = cx.place(by_hand.at);
        let place = cx.place(changes.at);
        let fix = fix::filter_changes(cx, changes, &by_hand);
        cx.report(place.unit, place.span, message).related(comparison, "the others are left out here").fix(fix);
    }
}
