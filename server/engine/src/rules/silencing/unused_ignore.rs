//! A comment silences nothing.

use crate::finding::{Fix, Safety, Severity, TextEdit};
use crate::rules::{self, CommentContext, CommentRule, RuleMeta};
use crate::settings::Preset;
use crate::suppress::{Comment, Scope};

pub(in crate::rules) const RULE: CommentRule = CommentRule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "unused-ignore",
    area: "silencing",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A comment is there to silence a finding, and there is none.",
    fix: "suggestion",
    page: include_str!("unused-ignore.md"),
};

fn check(cx: &mut CommentContext<'_>) {
    // What cannot be read may hold what it silences.
    if !cx.is_whole() {
        return;
    }
    for (at, comment) in cx.comments().iter().enumerate() {
        if comment.names.is_empty() && comment.scope != Scope::End {
            let message =
                "this comment names no rule, so it silences nothing. Name the rules, with commas between them.";
            cx.report(comment.words, message.to_owned(), None);
        }
        for (index, name) in comment.names.iter().enumerate() {
            let message = match rules::find(&name.text) {
                None => {
                    format!("there is no rule `{}`, so this silences nothing: `halfopen rules` lists them.", name.text)
                }
                Some(rule) if cx.runs(rule) && comment.scope != Scope::End && !cx.is_used(at, index) => {
                    format!("`{}` finds nothing {}: this silences nothing. Remove it.", name.text, place(comment.scope))
                }
                Some(_) => continue,
            };
            let fix = removal(cx, comment, index);
            cx.report(name.span, message, Some(fix));
        }
    }
}

fn place(scope: Scope) -> &'static str {
    match scope {
        Scope::NextLine => "in the next line",
        Scope::Line => "in this line",
        Scope::Start | Scope::End => "from here on",
        Scope::File => "in this file",
    }
}

/// The name alone goes where there are others, else the comment.
fn removal(cx: &CommentContext<'_>, comment: &Comment, index: usize) -> Fix {
    let (title, span) = match comment.names.as_slice() {
        [_] => ("Remove this comment".to_owned(), cx.whole(comment)),
        names => {
            let span = match names.get(index + 1) {
                Some(next) => crate::text::Span { end: next.span.start, ..names[index].span },
                None => crate::text::Span { start: names[index - 1].span.end, ..names[index].span },
            };
            (format!("Remove `{}` from this comment", names[index].text), span)
        }
    };
    Fix { title, safety: Safety::Suggest, edits: vec![TextEdit { span, text: String::new() }], migration: None }
}
