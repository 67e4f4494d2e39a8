//! A message is parsed with nothing that catches a bad one.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unguarded-parse",
    area: "sync",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A message is parsed with nothing that catches a bad one.",
    fix: "suggestion",
    page: include_str!("unguarded-parse.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let mut seen = Vec::new();
    for resource in cx.resources() {
        let of_accepted = view.parses_of_accepted(resource);
        let is_server = !of_accepted.is_empty();
        for parse in view.unguarded_parses(resource).into_iter().chain(of_accepted) {
            if seen.contains(&parse) {
                continue;
            }
            seen.push(parse);
            let cost = if is_server { "ends the process, with all its connections" } else { "ends the handler" };
            let message = format!(
                "a message that is not JSON {cost}: `JSON.parse` throws, and nothing around it catches. Parse in a \
                 `try`, and drop or report what cannot be read."
            );
            let fix = fix::parse_in_try(cx, parse);
            cx.report(parse.unit, view.span(parse), message).fix(fix);
        }
    }
}
