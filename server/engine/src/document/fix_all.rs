//! Applying fixes to a document until none is left.

use super::{Document, Report};
use crate::finding::{Finding, Fix, Safety, TextEdit, apply_edits};
use crate::text::Text;

/// Fixes uncover further ones; after so many rounds what remains is reported.
const ROUNDS: usize = 10;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixChoice {
    /// Those that may be applied unseen.
    Safe,
    /// Of each finding the safe one, else the first.
    Suggested,
}

/// A text after its fixes.
pub struct Fixed {
    /// The text.
    pub text: String,
    /// What is still to be said of it.
    pub report: Report,
    /// How many fixes it took.
    pub applied: usize,
}

impl Document {
    /// Applies fixes and checks again until none is left. `report` is what the last check said; `check` checks once
    /// more, and gives nothing if that failed. A round that breaks the text or a rule is taken back.
    pub fn fix_all(
        &mut self,
        report: Report,
        choice: FixChoice,
        check: impl Fn(&mut Document) -> Option<Report>,
    ) -> Fixed {
        let mut fixed = Fixed { text: self.text().to_string(), report, applied: 0 };
        for _ in 0..ROUNDS {
            let (edits, count) = compatible_edits(&fixed.report.findings, choice);
            let text = apply_edits(&fixed.text, &edits);
            if text == fixed.text {
                break;
            }
            self.replace(Text::new(&text));
            let Some(report) = check(self) else { break };
            // A fix that breaks the text, or a rule on it, is a defect of the fix: the text stays as it was.
            if report.holes.len() > fixed.report.holes.len() || !report.failures.is_empty() {
                break;
            }
            fixed = Fixed { text, report, applied: fixed.applied + count };
        }
        fixed
    }
}

/// The edits of as many fixes as do not meet, sorted, and the number of these fixes. Fixes that touch wait for
/// the next round: which of two insertions at one place comes first is for nobody to say.
fn compatible_edits(findings: &[Finding], choice: FixChoice) -> (Vec<TextEdit>, usize) {
    let mut edits: Vec<TextEdit> = Vec::new();
    let mut count = 0;
    for fix in findings.iter().filter_map(|finding| chosen(finding, choice)) {
        let meets = |edit: &TextEdit| edits.iter().any(|taken| taken.span.touches(edit.span));
        if !fix.edits.is_empty() && !fix.edits.iter().any(meets) {
            edits.extend(fix.edits.iter().cloned());
            count += 1;
        }
    }
    edits.sort_by_key(|edit| edit.span);
    (edits, count)
}

fn chosen(finding: &Finding, choice: FixChoice) -> Option<&Fix> {
    let safe = finding.fixes.iter().find(|fix| fix.safety == Safety::Safe);
    match choice {
        FixChoice::Safe => safe,
        FixChoice::Suggested => safe.or(finding.fixes.first()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn finding(edits: &[(usize, usize)], safety: Safety) -> Finding {
        let rule = crate::rules::all().next().expect("there is a rule");
        let edits = edits.iter().map(|&(start, end)| TextEdit { span: Span::new(start, end), text: "x".to_owned() });
        Finding {
            rule,
            severity: rule.severity,
            span: Span::new(0, 1),
            message: String::new(),
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: vec![Fix { title: String::new(), safety, edits: edits.collect(), migration: None }],
        }
    }

    #[test]
    fn fixes_that_touch_wait_for_the_next_round() {
        let findings = [
            finding(&[(10, 10), (30, 30)], Safety::Safe),
            finding(&[(2, 4), (30, 30)], Safety::Safe),
            finding(&[(5, 6)], Safety::Safe),
        ];
        let (edits, count) = compatible_edits(&findings, FixChoice::Safe);
        let starts: Vec<u32> = edits.iter().map(|edit| edit.span.start).collect();
        assert_eq!((starts, count), (vec![5, 10, 30], 2));
    }

    #[test]
    fn a_suggestion_is_applied_only_if_suggestions_are_asked_for() {
        let findings = [finding(&[(1, 2)], Safety::Suggest)];
        assert_eq!(compatible_edits(&findings, FixChoice::Safe).1, 0);
        assert_eq!(compatible_edits(&findings, FixChoice::Suggested).1, 1);
    }
}
