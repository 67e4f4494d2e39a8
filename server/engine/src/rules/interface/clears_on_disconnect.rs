//! What the view shows is emptied when the connection drops.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "clears-on-disconnect",
    area: "interface",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "What the view shows is emptied when the connection drops.",
    fix: "none",
    page: include_str!("clears-on-disconnect.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let filled = cx.set_by_messages();
    let dropped: Vec<_> = cx.resources().iter().flat_map(|resource| view.functions_on_drop(resource)).collect();
    for write in view.emptied_on_drop(&dropped, &filled) {
        let message = format!(
            "`{}` is emptied when the connection drops: a gap of a second blanks the view, and what was there is gone until all of \
             it has come again. Keep the last data, and show that it may be out of date.",
            view.name_of_target(&write.target)
        );
        let place = cx.place(write.at);
        cx.report(place.unit, place.span, message);
    }
}
