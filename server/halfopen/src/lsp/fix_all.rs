//! `source.fixAll.halfopen`: every safe fix of a document at once, as `check --fix` applies them.
//!
//! **Invariant**: it looks at a copy, so an analysis that runs meanwhile does not wait.

use std::sync::Arc;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::{Finding, Safety, TextEdit};
use halfopen_engine::text::Span;
use halfopen_engine::{Document, FixChoice};
use similar::{DiffTag, TextDiff};

use super::copies::Copy;
use super::documents::Shown;
use super::session::Session;

/// The kind of the action.
pub(super) const KIND: &str = "source.fixAll.halfopen";

/// Whether there is anything to apply. Somebody who saves a half-typed text wants it saved as it is.
pub(super) fn is_worth(shown: &Shown) -> bool {
    let is_fixable = |finding: &Finding| finding.fixes.iter().any(|fix| fix.safety == Safety::Safe);
    shown.doubt.is_none() && shown.findings.iter().any(is_fixable)
}

/// The edits that lead to the text after all safe fixes.
pub(super) fn edits(session: &Arc<Session>, copy: Copy) -> Option<Vec<TextEdit>> {
    let Copy { path, text, mut document, settings } = copy;
    let modules = session.modules_for(path.as_deref(), &settings);
    let check = |document: &mut Document| document.check(&modules, &settings, &Cancel::new()).ok();
    let report = check(&mut document)?;
    // As on the command line: where a rule failed, nobody knows what its fixes rest on.
    if !report.holes.is_empty() || !report.failures.is_empty() {
        return Some(Vec::new());
    }
    let fixed = document.fix_all(report, FixChoice::Safe, check);
    Some(line_edits(&text.to_string(), &fixed.text))
}

/// The lines that differ, so that cursors and folds elsewhere stay where they are.
fn line_edits(before: &str, after: &str) -> Vec<TextEdit> {
    let diff = TextDiff::from_lines(before, after);
    // Where each line starts, and where the last one ends.
    let starts = |lines: &[&str]| {
        let mut starts = vec![0];
        starts.extend(lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }));
        starts
    };
    let (old, new) = (starts(diff.old_slices()), starts(diff.new_slices()));
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edit = |op: &similar::DiffOp| TextEdit {
        span: Span::new(old[op.old_range().start], old[op.old_range().end]),
        text: after[new[op.new_range().start]..new[op.new_range().end]].to_owned(),
    };
    changed.map(edit).collect()
}

#[cfg(test)]
mod tests {
    use halfopen_engine::finding::apply_edits;

    use super::line_edits;

    #[test]
    fn edits_hold_the_lines_that_differ_and_lead_to_the_text() {
        for (before, after, count) in [
            ("a\nb\nc\n", "a\nB\nc\n", 1),
            ("a\r\nb\r\nc", "a\r\nnew\r\nb\r\nc\r\nlast", 2),
            ("a\nb\nc\nd\n", "b\nc\nD\n", 2),
            ("", "a\n", 1),
            ("same\n", "same\n", 0),
        ] {
            let edits = line_edits(before, after);
            assert_eq!(apply_edits(before, &edits), after);
            assert_eq!(edits.len(), count, "{before:?}");
        }
    }
}
