//! Something is sent in the same run of code that opens the connection.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "send-before-open",
    area: "connection",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "Something is sent in the same run of code that opens the connection.",
    fix: "suggestion",
    page: include_str!("send-before-open.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.resources() {
        for send in view.early_sends(resource) {
            let what = words::what(view, resource);
            let message = format!(
                "{what} is not open yet when this sends: a connection opens after the code that makes it has run, and \
                 until then `send` throws. Send in its `open` handler."
            );
            let fix = fix::send_when_open(cx, send);
            let site = cx.place(resource.site);
            cx.report(send.unit, view.span(send), message).related(site, "it is opened here").fix(fix);
        }
    }
}
