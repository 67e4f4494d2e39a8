//! The same message is made into text once for each receiver.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "stringify-in-broadcast",
    area: "performance",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "The same message is made into text once for each receiver.",
    fix: "safe",
    page: include_str!("stringify-in-broadcast.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for text in view.repeated_texts(cx.unit) {
        let message = "every receiver gets the same text, and it is made anew for each of them: with a thousand receivers that is \
                       a thousand times the work, while nothing else runs. Make it once, before the loop.";
        let place = cx.place(text);
        let fix = fix::make_text_once(cx, text);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
