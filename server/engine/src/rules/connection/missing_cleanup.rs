//! A realtime resource is opened by an owner whose teardown never releases it.

use crate::finding::Severity;
use crate::fix;
use crate::model::{Fate, Leak, Resource, Runner};
use crate::project::Gives;
use crate::rules::{Rule, RuleContext, RuleMeta, words};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-cleanup",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A realtime resource is opened by an owner whose teardown never releases it.",
    fix: "safe, or a suggestion where a teardown or a reconnect is there already",
    page: include_str!("missing-cleanup.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.owned() {
        if resource.kind.timer {
            continue;
        }
        let Fate::Leaks(leak) = view.fate(resource) else { continue };
        // One cause, one finding: what makes the release fail is told by its own rule.
        if view.lost_cleanup(resource).is_some() || !view.vain_removals(resource).is_empty() {
            continue;
        }
        let message = message(cx, resource, leak);
        let fix = fix::release_with_owner(cx, resource, leak);
        let others: Vec<_> = leak.elsewhere.iter().map(|&release| cx.place(release)).collect();
        let way_out = leak.way_out.and_then(|way_out| way_out.value()).map(|value| cx.place(value));
        let watcher = leak.overwritten_by.map(|watch| cx.place(view.callee(watch)));
        let owner = view.owner_place(leak.owner).map(|callee| cx.place(callee));
        let elsewhere = cx.elsewhere(resource);
        let mut reported =
            cx.report(resource.site.unit, view.chain_span(resource), message).fix(fix).elsewhere(elsewhere);
        for release in others {
            reported = reported.related(release, "this releases it, but no teardown runs it");
        }
        if let Some(watcher) = watcher {
            reported = reported.related(watcher, "this runs again whenever what it depends on changes");
        }
        match (way_out, owner) {
            (Some(place), _) => {
                reported.related(place, "this way out of the effect registers no teardown");
            }
            (None, Some(place)) => {
                reported.related(place, "the teardown of this effect does not release it");
            }
            (None, None) => {}
        }
    }
}

fn message<'doc>(cx: &RuleContext<'_, 'doc>, resource: &Resource<'doc>, leak: &Leak) -> String {
    let view = cx.view;
    let kind = resource.kind;
    let what = words::what(view, resource);
    let owner = words::owner_ends(view, leak.owner);
    if let Some(runner) = leak.overwritten_by {
        let (runner, cleanup) = match view.role_of_runner(runner) {
            Runner::Effect => ("effect", "in the cleanup of that effect"),
            Runner::Watcher => ("watcher", "in the cleanup that the watcher gives its callback"),
            Runner::Subscription => ("handler", "at the start of that handler"),
        };
        return format!(
            "{what} stays {} when its {runner} runs again: each run opens another one in its place, and only the last one \
             is released. Release it {cleanup}, or before the next one is opened.",
            kind.state
        );
    }
    if leak.piles_up {
        return format!(
            "{what} stays {} when its effect runs again: each run adds another one to the same connection, and all of \
             them are called. Take it off in the function that the effect returns.",
            kind.state
        );
    }
    let why = match leak.way_out {
        Some(_) => "one way out of the effect returns no cleanup",
        None => "no cleanup ends it",
    };
    let place = words::place_to_release(view, leak.owner);
    let advice = match resource.gives {
        None | Some(Gives::Handle) => format!("Release it {place}"),
        Some(Gives::Release) => format!("Call what that function returns {place}"),
        Some(Gives::Nothing) => format!("Let that function return one that ends it, and call this {place}"),
    };
    format!(
        "{what} stays {} after {owner}: {why}. Each one that is left behind keeps its handlers running for an owner \
         that is gone. {advice}.",
        kind.state
    )
}
