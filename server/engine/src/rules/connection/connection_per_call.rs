//! A client or connection is made again and again though one would do.

use crate::finding::Severity;
use crate::model::RenderedClient;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "connection-per-call",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A client or connection is made at each render or request, though one would do.",
    fix: "none",
    page: include_str!("connection-per-call.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let rendered = if view.is_of_server() { Vec::new() } else { view.rendered_clients(cx.unit) };
    for RenderedClient { at, library, component } in rendered {
        let name = view.func(component).name.clone().unwrap_or_default();
        let message = format!(
            "another {} client is made each time `{name}` renders: each has its own connection, channels and session, \
             and none of them is closed. Make one for all in a module, or keep it by `useState(() => …)`.",
            library.title
        );
        let elsewhere = view.origin_module(view.callee(at)).map(|from| words::elsewhere(from, "makes it"));
        cx.report(at.unit, view.span(at), message).elsewhere(elsewhere);
    }
    for resource in cx.resources().iter().filter(|resource| view.is_opened_per_request(resource)) {
        let message = format!(
            "{} is opened and closed for each request, though it is the same one each time: every request waits for its \
             handshakes, and under load they are all open at once. Open one when the server starts, and share it.",
            words::what(view, resource)
        );
        cx.report(resource.site.unit, view.chain_span(resource), message);
    }
}
