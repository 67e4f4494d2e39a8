//! The fields of a message are used with no look at what it holds.

use crate::finding::Severity;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;
use crate::text::Span;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unvalidated-message",
    area: "sync",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "The fields of a message are used with no look at what it holds.",
    fix: "none",
    page: include_str!("unvalidated-message.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    let found = cx.found_in_handlers(|resource, handling| match handling.is_message && resource.kind.is_stream() {
        true => view.unchecked_messages(handling),
        false => Vec::new(),
    });
    for (_, _, parse, counts_on_shape) in found {
        let place = cx.place(parse);
        // Types leave no trace in the model.
        let behind = Span { start: place.span.end, end: place.span.end + 24 };
        let is_cast = cx
            .source_at(place.unit, behind)
            .trim_start()
            .strip_prefix("as ")
            .is_some_and(|cast| !cast.starts_with("unknown") && !cast.starts_with("any"));
        if !counts_on_shape && !is_cast {
            continue;
        }
        let message = "nothing checks what this message holds before its fields are used: a message of another shape puts \
                       `undefined` where the code counts on a value. Check it first, with a schema, a type guard or the field \
                       that tells its kind.";
        cx.report(place.unit, place.span, message.to_owned());
    }
}
