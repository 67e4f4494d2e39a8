//! What people write while the connection is down is kept in memory only.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "volatile-queue",
    area: "offline",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "What people write while the connection is down is kept in memory only.",
    fix: "none",
    page: include_str!("volatile-queue.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (put, list) in view.volatile_queues(cx.unit) {
        let message = format!(
            "`{}` keeps what users write in memory only: when the page is closed or loaded again before the connection is back, \
             it is lost. Keep it in IndexedDB or `localStorage`, and load it at the start.",
            view.list_name(list)
        );
        let place = cx.place(put);
        cx.report(place.unit, place.span, message);
    }
}
