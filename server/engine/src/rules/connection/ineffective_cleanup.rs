//! A release that cannot work: it names another function, listens elsewhere, has lost its handle, or is never called.

use crate::finding::Severity;
use crate::fix;
use crate::model::{Mismatch, V};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "ineffective-cleanup",
    area: "connection",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A release that cannot work: it names another function, listens elsewhere, has lost its handle, or is never called.",
    fix: "safe",
    page: include_str!("ineffective-cleanup.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    for resource in cx.resources() {
        for (removal, mismatch) in view.vain_removals(resource) {
            let message = message(cx, removal, mismatch);
            let fix = match mismatch {
                Mismatch::Fresh => fix::name_handler(cx, resource, removal),
                Mismatch::Uncalled => fix::call_release(cx, removal),
                Mismatch::Unbound => fix::call_in_arrow(cx, removal),
                Mismatch::Handle => fix::call_handle(cx, resource, removal),
                Mismatch::Other | Mismatch::Event | Mismatch::Capture => None,
            };
            let place = cx.place(removal);
            let added = cx.place(resource.site);
            let what = match mismatch {
                Mismatch::Handle | Mismatch::Uncalled | Mismatch::Unbound => "this is what stays",
                _ => "the listener is added here",
            };
            cx.report(place.unit, place.span, message).related(added, what).fix(fix);
        }
    }
}

fn message(cx: &RuleContext<'_, '_>, removal: V, mismatch: Mismatch) -> String {
    let view = cx.view;
    let why = match mismatch {
        Mismatch::Uncalled => {
            return "this names the function that ends the subscription and does not call it, so each mount leaves one \
                    behind. Call it."
                .to_owned();
        }
        Mismatch::Unbound => {
            let what = cx.source(removal);
            return format!(
                "`{what}` is handed over without what it belongs to: a call of it throws or does nothing, and what is \
                 open stays open. Hand over `() => {what}()`."
            );
        }
        Mismatch::Fresh => "the function was made for one of the two calls alone",
        Mismatch::Other => "it names another function than the one that was added",
        Mismatch::Event => "it is for another event than the one that was listened for",
        Mismatch::Capture => "one of the two calls says `capture` and the other does not",
        Mismatch::Handle => "it is given what subscribing returned, and that was never added as a listener",
    };
    let name = view.callee_name(view.callee(removal)).unwrap_or_default();
    let advice = match mismatch {
        Mismatch::Handle => "Call what subscribing returned",
        Mismatch::Event => "Name the same event in both calls",
        _ => "Give both calls the same function and options",
    };
    format!("this `{name}` removes nothing: {why}, so the listener stays and each mount adds another. {advice}.")
}
