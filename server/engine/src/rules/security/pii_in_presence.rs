//! A presence state tells everybody in a channel who or where somebody is.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "pii-in-presence",
    area: "security",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A presence state tells everybody in a channel who or where somebody is.",
    fix: "none",
    page: include_str!("pii-in-presence.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (value, key) in view.personal_presence(cx.unit) {
        let message = format!(
            "`{key}` is in the presence state, and everybody who joins the channel gets it, also those who only listen. Share an \
             id and a name to show, and let the server tell the rest to those who may know it."
        );
        let place = cx.place_with_key(value, &key);
        cx.report(place.unit, place.span, message);
    }
}
