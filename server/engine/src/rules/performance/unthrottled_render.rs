//! Each message of a fast feed renders anew.

use crate::finding::Severity;
use crate::fix::render_once_a_frame;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unthrottled-render",
    area: "performance",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "Each message of a fast feed renders anew.",
    fix: "suggestion",
    page: include_str!("unthrottled-render.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        true => view.rendered_by_each(handling).into_iter().map(|write| (write.at, ())).collect(),
        false => Vec::new(),
    });
    for (_, _, write, ()) in found {
        let message = "each message of a fast feed renders anew here: more of them come in than a screen can show, and typing and \
                       scrolling stutter. Keep the newest, and set the state once a frame or a few times a second.";
        let place = cx.place(write);
        let fix = render_once_a_frame(cx, write);
        cx.report(place.unit, place.span, message.to_owned()).fix(fix);
    }
}
