//! Applying fixes to a text, and putting the result into its file.
//!
//! **Invariant**: a file is replaced as a whole or not at all, and never if it is no longer what was checked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use halfopen_engine::finding::{Finding, Fix, Safety, TextEdit, apply_edits};
use halfopen_engine::text::Text;
use halfopen_engine::{Document, Report};

/// Fixes uncover further ones; after so many rounds what remains is reported.
const ROUNDS: usize = 10;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Those that may be applied unseen.
    Safe,
    /// Of each finding the safe one, else the first.
    Suggested,
}

/// A text after its fixes.
pub(super) struct Fixed {
    /// The text.
    pub(super) text: String,
    /// What is still to be said of it.
    pub(super) report: Report,
    /// How many fixes it took.
    pub(super) applied: usize,
}

/// Applies fixes and checks again until none is left. `document` holds `source` and `report` is what its check
/// said; `check` checks it once more, and gives nothing if that failed.
pub(super) fn apply(
    document: &mut Document,
    source: &str,
    report: Report,
    choice: Choice,
    check: impl Fn(&mut Document) -> Option<Report>,
) -> Fixed {
    let mut fixed = Fixed { text: source.to_owned(), report, applied: 0 };
    for _ in 0..ROUNDS {
        let (edits, count) = compatible_edits(&fixed.report.findings, choice);
        let text = apply_edits(&fixed.text, &edits);
        if text == fixed.text {
            break;
        }
        document.replace(Text::new(&text));
        let Some(report) = check(document) else { break };
        // A fix that breaks the text, or a rule on it, is a defect of the fix: the text stays as it was.
        if report.holes.len() > fixed.report.holes.len() || !report.failures.is_empty() {
            break;
        }
        fixed = Fixed { text, report, applied: fixed.applied + count };
    }
    fixed
}

/// The edits of as many fixes as do not meet, sorted, and the number of these fixes. Fixes that touch wait for
/// the next round: which of two insertions at one place comes first is for nobody to say.
fn compatible_edits(findings: &[Finding], choice: Choice) -> (Vec<TextEdit>, usize) {
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

fn chosen(finding: &Finding, choice: Choice) -> Option<&Fix> {
    let safe = finding.fixes.iter().find(|fix| fix.safety == Safety::Safe);
    match choice {
        Choice::Safe => safe,
        Choice::Suggested => safe.or(finding.fixes.first()),
    }
}

/// Replaces the file's content in one step, if it is still `before`; the message says why not.
pub(super) fn write(path: &Path, before: &str, after: &str) -> Result<(), String> {
    // A link stays a link: the file that it names is replaced.
    let path = fs::canonicalize(path).map_err(|error| format!("not fixed, it is gone: {error}"))?;
    let metadata = fs::metadata(&path).map_err(|error| format!("not fixed: {error}"))?;
    if metadata.permissions().readonly() {
        return Err("not fixed, it is read-only: make it writable and run again".to_owned());
    }
    let (temporary, file) = temporary_beside(&path).map_err(|error| format!("not fixed: {error}"))?;
    let replaced = fill(file, after, metadata.permissions()).map_err(|error| format!("not fixed: {error}"));
    let replaced = replaced.and_then(|()| {
        // The look comes last, so that hardly any time is left for another change.
        if fs::read(&path).ok().as_deref() != Some(before.as_bytes()) {
            return Err("not fixed, it was changed meanwhile: run again".to_owned());
        }
        fs::rename(&temporary, &path).map_err(|error| format!("not fixed: {error}"))
    });
    if replaced.is_err() {
        // If that fails too, the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    replaced
}

/// A new file in the same folder: a rename is one step only within a file system.
fn temporary_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.halfopen", std::process::id()));
    let file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    Ok((temporary, file))
}

fn fill(mut file: File, content: &str, permissions: fs::Permissions) -> io::Result<()> {
    file.write_all(content.as_bytes())?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use halfopen_engine::text::Span;

    use super::*;

    fn finding(edits: &[(usize, usize)], safety: Safety) -> Finding {
        let rule = halfopen_engine::rules::all().next().expect("there is a rule");
        let edits = edits.iter().map(|&(start, end)| TextEdit { span: Span::new(start, end), text: "x".to_owned() });
        Finding {
            rule,
            severity: rule.severity,
            span: Span::new(0, 1),
            message: String::new(),
            related: Vec::new(),
            fixes: vec![Fix { title: String::new(), safety, edits: edits.collect() }],
        }
    }

    #[test]
    fn fixes_that_touch_wait_for_the_next_round() {
        let findings = [
            finding(&[(10, 10), (30, 30)], Safety::Safe),
            finding(&[(2, 4), (30, 30)], Safety::Safe),
            finding(&[(5, 6)], Safety::Safe),
        ];
        let (edits, count) = compatible_edits(&findings, Choice::Safe);
        let starts: Vec<u32> = edits.iter().map(|edit| edit.span.start).collect();
        assert_eq!((starts, count), (vec![5, 10, 30], 2));
    }

    #[test]
    fn a_suggestion_is_applied_only_if_suggestions_are_asked_for() {
        let findings = [finding(&[(1, 2)], Safety::Suggest)];
        assert_eq!(compatible_edits(&findings, Choice::Safe).1, 0);
        assert_eq!(compatible_edits(&findings, Choice::Suggested).1, 1);
    }
}
