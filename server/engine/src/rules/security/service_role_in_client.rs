//! A key that passes row level security reaches code that runs in browsers.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "service-role-in-client",
    area: "security",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A key that passes row level security reaches code that runs in browsers.",
    fix: "none",
    page: include_str!("service-role-in-client.md"),
};

const HARM: &str = "whoever opens the page can read, change and delete every row, past row level security";

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() || view.is_of_server() {
        return;
    }
    for secret in view.public_secrets(cx.unit) {
        let message = format!(
            "`{}` is public by its name: what begins with `{}` is built into every bundle that reads it, and browsers \
             download those; {HARM}. Give it a name without that, read it in server code alone, and make a new key if this \
             one was ever built.",
            secret.name, secret.prefix
        );
        let place = cx.place(secret.at);
        cx.report(place.unit, place.span, message);
    }
    for key in view.written_secrets(cx.unit) {
        let message = format!(
            "this key passes row level security, and this file runs in browsers: {HARM}. Use the anonymous or publishable \
             key here, move what needs this one to server code, and make a new key, since this one is known."
        );
        let place = cx.place(key);
        cx.report(place.unit, place.span, message);
    }
}
