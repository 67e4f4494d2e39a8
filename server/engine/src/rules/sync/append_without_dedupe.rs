//! An event adds a row to a loaded list that may hold it already.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "append-without-dedupe",
    area: "sync",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "An event adds a row to a loaded list that may hold it already.",
    fix: "suggestion",
    page: include_str!("append-without-dedupe.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let runs = cx.handlings().filter(|(resource, handling)| handling.is_message && resource.kind.is_stream());
    let runs = runs.map(|(_, handling)| view.run_of(handling.func));
    let unseen = runs.filter(|run| !run.iter().any(|&func| view.looks_for_entry(func)));
    let mut found: Vec<_> = unseen.flatten().flat_map(|func| view.growths_in(func)).collect();
    found.retain(|growth| !growth.goes_through);
    found.sort_by_key(|growth| growth.at);
    found.dedup_by_key(|growth| growth.at);
    for growth in found {
        let (writes, _) = view.other_writes(growth.list);
        let Some(loaded) = writes.into_iter().find(|&write| view.comes_from_request(write, 0)) else { continue };
        let message = format!(
            "`{}` is also loaded by a query, and this adds a row without a look at its id: a row that comes both ways, or \
             again after a reconnect, is in the list twice. Leave it out, or replace the one that is there.",
            view.name_of_list(growth.list)
        );
        let (place, loaded) = (cx.place(growth.longer), cx.place(loaded));
        let fix = fix::leave_out_known(cx, &growth);
        cx.report(place.unit, place.span, message).related(loaded, "the list is loaded here").fix(fix);
    }
}
