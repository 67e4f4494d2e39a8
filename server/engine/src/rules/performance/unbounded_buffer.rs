//! What messages bring is kept in a list that only grows.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unbounded-buffer",
    area: "performance",
    severity: Severity::Info,
    preset: Preset::Recommended,
    summary: "What messages bring is kept in a list that only grows.",
    fix: "suggestion",
    page: include_str!("unbounded-buffer.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    if view.is_script() {
        return;
    }
    let growing = cx.handlings().filter(|(resource, handling)| handling.is_message && resource.kind.is_stream());
    let growing = growing.flat_map(|(_, handling)| view.run_of(handling.func)).flat_map(|func| view.growths_in(func));
    let mut found: Vec<_> = growing.filter(|growth| !growth.is_cut && !growth.goes_through).collect();
    found.sort_by_key(|growth| growth.at);
    found.dedup_by_key(|growth| growth.at);
    for growth in found {
        let (writes, takes_out) = view.other_writes(growth.list);
        let is_small = takes_out || !writes.is_empty() || view.is_of_one_run(growth.list);
        if is_small || view.is_of_few(growth.list) {
            continue;
        }
        let message = format!(
            "`{}` grows with each message and is never cut: a page or server that runs for days gets slower with every entry \
             and ends out of memory. Keep the newest few hundred and load older ones when somebody asks.",
            view.name_of_list(growth.list)
        );
        let place = cx.place(growth.at);
        let fix = fix::keep_newest(cx, &growth);
        cx.report(place.unit, place.span, message).fix(fix);
    }
}
