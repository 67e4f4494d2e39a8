//! An exception is thrown in a realtime handler, where nobody catches it.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "throw-in-handler",
    area: "interface",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "An exception is thrown in a realtime handler, where nobody catches it.",
    fix: "suggestion",
    page: include_str!("throw-in-handler.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found =
        cx.found_in_handlers(|resource, handling| match resource.kind.is_stream() && !resource.kind.heeds_throws {
            true => view.thrown_by(handling).into_iter().map(|thrown| (thrown, ())).collect(),
            false => Vec::new(),
        });
    for (resource, handling, thrown, ()) in found {
        let message = format!(
            "this is thrown in a handler of the {}, which has no caller that could catch it: no error boundary shows it, \
             and on a server it ends the process. Report it, or keep it as a state that the view shows.",
            resource.kind.noun
        );
        let place = cx.place(thrown);
        let handler = cx.place(handling.at);
        let fix = fix::report_thrown(cx, handling, thrown);
        cx.report(place.unit, place.span, message).related(handler, "the handler is added here").fix(fix);
    }
}
