//! A server opens a connection to a broker for each client.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "broker-connection-per-socket",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A server opens a connection to a broker for each client.",
    fix: "none",
    page: include_str!("broker-connection-per-socket.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for (call, broker) in view.brokers_per_socket(cx.unit) {
        let message = format!(
            "a connection to {} is opened for each client: a thousand clients need a thousand of them, and the broker \
             refuses the next. Open one for the process, and hand what arrives on to the clients.",
            broker.title
        );
        let place = cx.place(call);
        cx.report(place.unit, place.span, message);
    }
}
