//! Each message of a connection is written to storage that blocks.

use crate::finding::Severity;
use crate::fix::store_in_a_while;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "sync-storage-in-handler",
    area: "offline",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "Each message of a connection is written to storage that blocks.",
    fix: "suggestion",
    page: include_str!("sync-storage-in-handler.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        // An event with a name of its own may come once.
        true if !view.is_named_event(resource, handling) => {
            let stored = view.stored_at_once(handling).into_iter();
            stored.filter(|(write, _)| view.guards(*write).is_empty()).collect()
        }
        _ => Vec::new(),
    });
    for (resource, _, call, storage) in found {
        let message = format!(
            "each message of the {} writes to `{storage}`, which blocks the page until it is on the disk and holds \
             everything as one text. Write once in a while, or to IndexedDB.",
            resource.kind.noun
        );
        let place = cx.place(call);
        let fix = store_in_a_while(cx, call);
        cx.report(place.unit, place.span, message).fix(fix);
    }
}
