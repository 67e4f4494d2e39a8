//! Code of a connection writes a credential to the log.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "sensitive-log",
    area: "security",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "Code of a connection writes a credential to the log.",
    fix: "none",
    page: include_str!("sensitive-log.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    if view.is_script() {
        return;
    }
    for (log, secret) in view.logged_secrets(cx.unit) {
        let message = format!(
            "`{}` is written to the log: whoever can read the log can act as this user until the credential is changed. Leave it \
             out, or log only whether there is one.",
            cx.source(secret)
        );
        let place = cx.place(log);
        cx.report(place.unit, place.span, message);
    }
}
