//! A handler reads bytes, and a Blob arrives.

use crate::finding::Severity;
use crate::fix;
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-binary-type",
    area: "performance",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A handler reads bytes, and a Blob arrives.",
    fix: "safe",
    page: include_str!("missing-binary-type.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let view = cx.view;
    if view.is_test() {
        return;
    }
    for resource in cx.resources() {
        for read in view.bytes_read_from_blobs(resource) {
            let name = view.handle_name(resource).map_or("socket", |name| name.as_str());
            let message = format!(
                "this reads bytes from a Blob, which is what `{name}` delivers until its `binaryType` is set: the result is \
                 empty, or the handler throws. Set `{name}.binaryType = \"arraybuffer\"`."
            );
            let place = cx.place(read);
            let fix = fix::ask_for_bytes(cx, resource);
            cx.report(place.unit, place.span, message).fix(fix);
        }
    }
}
