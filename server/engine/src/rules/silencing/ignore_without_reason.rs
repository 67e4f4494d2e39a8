//! A comment silences a finding and does not say why.

use crate::finding::Severity;
use crate::rules::{CommentContext, CommentRule, RuleMeta};
use crate::settings::Preset;
use crate::suppress::Scope;

pub(in crate::rules) const RULE: CommentRule = CommentRule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "ignore-without-reason",
    area: "silencing",
    severity: Severity::Warning,
    preset: Preset::Strict,
    summary: "A comment silences a finding and does not say why.",
    fix: "none",
    page: include_str!("ignore-without-reason.md"),
};

fn check(cx: &mut CommentContext<'_>) {
    for comment in cx.comments().iter().filter(|comment| comment.scope != Scope::End && !comment.has_reason) {
        let message = "this comment silences a finding and does not say why: whoever reads it later cannot tell whether it still \
                       holds. Write the reason behind a colon.";
        cx.report(comment.words, message.to_owned(), None);
    }
}
