//! A timer loads what a subscription tells anyway.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "polling-beside-push",
    area: "performance",
    severity: Severity::Hint,
    preset: Preset::Strict,
    summary: "A timer loads what a subscription tells anyway.",
    fix: "none",
    page: include_str!("polling-beside-push.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let pushed = cx.set_by_messages();
    for timer in cx.resources().iter().filter(|resource| resource.kind.timer) {
        let Some(target) = view.polled_beside_push(timer, &pushed) else { continue };
        let message = format!(
            "this timer loads `{}` again and again, though the subscription beside it tells each change: the server does the work \
             twice, and an old answer can turn the view back. Poll only while the connection is down.",
            view.name_of_target(&target)
        );
        let place = cx.place(view.callee(timer.site));
        cx.report(place.unit, place.span, message);
    }
}
