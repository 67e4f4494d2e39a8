//! Clients that run in many browsers all connect with one id.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "constant-client-id",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "Clients that run in many browsers all connect with one id.",
    fix: "suggestion",
    page: include_str!("constant-client-id.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources().iter().filter(|resource| resource.kind.kind == "mqtt") {
        let options = [1, 0].into_iter().filter_map(|index| view.arg(resource.site, index));
        let Some(id) = options.filter_map(|options| view.value_of_key(options, "clientId")).next() else { continue };
        if view.text_of(id).is_none_or(|text| text.is_empty()) || !view.is_used_in_browsers(resource.site) {
            continue;
        }
        let message = "every browser that runs this connects with the same id, and a broker keeps one connection for each id: \
                       two tabs throw each other out for ever. Add a random part, or leave it out.";
        let place = cx.place(id);
        let fix = fix::randomize(cx, id);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
