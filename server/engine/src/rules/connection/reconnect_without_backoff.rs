//! A connection that is opened again at once or after a constant delay.

use crate::catalog::Reopens;
use crate::finding::Severity;
use crate::fix;
use crate::model::{Delay, Reopening};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "reconnect-without-backoff",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A connection is opened again at once or after a constant delay.",
    fix: "suggestion",
    page: include_str!("reconnect-without-backoff.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        if resource.kind.reopens == Reopens::ByItself {
            continue;
        }
        let Reopening::OnDrop(reopen) = view.reopening(resource) else { continue };
        let when = match reopen.delay {
            _ if reopen.limited => continue,
            Delay::Other => continue,
            Delay::None => "at once".to_owned(),
            Delay::Constant(delay) if delay <= 0.0 => "at once".to_owned(),
            Delay::Constant(delay) => format!("after a constant {delay} ms"),
        };
        let message = format!(
            "this reconnects {when}: when a server restarts, all its clients come back in one beat and keep it down. \
             Let the delay grow with each attempt up to a cap, add randomness, and reset it after a good connection."
        );
        let fix = fix::back_off(cx, resource, reopen);
        let site = cx.place(resource.site);
        cx.report(reopen.at.unit, view.span(reopen.at), message).related(site, "what is opened again").fix(fix);
    }
}
