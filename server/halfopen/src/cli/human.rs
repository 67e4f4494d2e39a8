//! The report for people: code frames and a summary, or a diff.
//!
//! **Invariant**: what was skipped and what went wrong goes to standard error, so that the report can be piped.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use halfopen_engine::finding::{Elsewhere, Finding, Safety, Severity};
use halfopen_engine::text::{Encoding, Span, Text};

use super::complain;
use super::outcome::{Checked, NewFile, Outcome, best_fix, shown};

/// Longer lines are not shown, in bytes: nobody reads them.
const LONGEST_LINE: usize = 4096;

/// Writes a frame for each finding, and the summary.
pub(super) fn write(out: &mut impl Write, outcome: &Outcome, colour: bool) -> io::Result<()> {
    say_troubles(outcome);
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for (file, finding) in outcome.findings() {
        writeln!(out, "{}\n", frame(&renderer, &outcome.folder, file, finding))?;
    }
    writeln!(out, "{}", summary(outcome))
}

/// Writes what the fixes would change, as a unified diff.
pub(super) fn write_diff(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    say_troubles(outcome);
    let (mut fixes, mut files) = (0, 0);
    for file in &outcome.checked {
        let Some(change) = &file.change else { continue };
        fixes += change.applied;
        files += 1;
        let (old, new) = (format!("a/{}", file.path), format!("b/{}", file.path));
        let header = Some((old.as_str(), new.as_str()));
        let diff = similar::udiff::unified_diff(similar::Algorithm::Myers, &change.before, &change.after, 3, header);
        write!(out, "{diff}")?;
    }
    for NewFile { path, migration, .. } in &outcome.migrations {
        fixes += 1;
        let new = format!("b/{path}");
        let header = Some(("/dev/null", new.as_str()));
        write!(out, "{}", similar::udiff::unified_diff(similar::Algorithm::Myers, "", &migration.sql, 3, header))?;
    }
    let added = match outcome.migrations.len() {
        0 => String::new(),
        number => format!(" and add {}", count(number, "migration")),
    };
    complain(format_args!("{} would change {}{added}", count(fixes, "fix"), count(files, "file")));
    Ok(())
}

fn say_troubles(outcome: &Outcome) {
    for note in &outcome.skipped {
        complain(format_args!("skipped {}: {}", note.path, note.message));
    }
    for note in &outcome.errors {
        complain(format_args!("error: {}: {}", note.path, note.message));
    }
}

fn frame(renderer: &Renderer, folder: &Path, file: &Checked, finding: &Finding) -> String {
    let title = level(finding.severity).primary_title(finding.message.as_str()).id(finding.rule.name);
    let window = Window::new(&file.text, finding);
    let mut group: Group<'_> = if window.longest_line > LONGEST_LINE {
        let start = file.text.position(finding.span.start as usize, Encoding::Utf32);
        let origin = Origin::path(file.path.as_str()).line(start.line as usize + 1);
        title.element(origin.char_column(start.character as usize + 1))
    } else {
        let related = finding
            .related
            .iter()
            .map(|related| AnnotationKind::Context.span(window.range(related.span)).label(related.message.as_str()));
        let snippet = Snippet::source(window.source.as_str())
            .path(file.path.as_str())
            .line_start(window.first_line + 1)
            .annotation(AnnotationKind::Primary.span(window.range(finding.span)))
            .annotations(related);
        title.element(snippet)
    };
    for Elsewhere { place, message } in &finding.elsewhere {
        let note = format!("{}:{}: {message}", shown(&place.path, folder), place.line + 1);
        group = group.element(Level::NOTE.message(normalize_untrusted_str(&note)));
    }
    if let Some(help) = help(finding) {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// What the first of the fixes does that would be applied, and how to apply it.
fn help(finding: &Finding) -> Option<String> {
    let safe = finding.fixes.iter().find(|fix| fix.safety == Safety::Safe);
    let fix = safe.or(finding.fixes.first())?;
    let option = if safe.is_some() { "--fix" } else { "--fix-suggested" };
    Some(format!("{} (`{option}` does it)", normalize_untrusted_str(&fix.title)))
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    }
}

/// The lines that a frame shows, with LF line ends whatever the file has, so that lines count as they do elsewhere.
struct Window<'text> {
    text: &'text Text,
    first_line: usize,
    source: String,
    /// Where each line starts in `source`.
    starts: Vec<usize>,
    longest_line: usize,
}

impl<'text> Window<'text> {
    fn new(text: &'text Text, finding: &Finding) -> Self {
        let spans = finding.related.iter().map(|related| related.span).chain([finding.span]);
        let lines: Vec<usize> = spans.map(|span| text.line_of(span.start as usize)).collect();
        let first_line = lines.iter().copied().min().unwrap_or(0);
        let last_line = lines.iter().copied().max().unwrap_or(0);
        let mut window = Self { text, first_line, source: String::new(), starts: Vec::new(), longest_line: 0 };
        for line in first_line..=last_line {
            let span = text.line_span(line);
            window.starts.push(window.source.len());
            window.longest_line = window.longest_line.max(span.len());
            window.source.push_str(&text.slice(span));
            window.source.push('\n');
        }
        window
    }

    /// The bytes of `source` for a span, as far as it stands on its first line.
    fn range(&self, span: Span) -> Range<usize> {
        let line = self.text.line_of(span.start as usize);
        let within = self.text.line_span(line);
        let base = self.starts[line - self.first_line];
        let place = |offset: u32| {
            let offset = offset.clamp(within.start, within.end);
            base + self.text.floor(offset as usize) - within.start as usize
        };
        place(span.start)..place(span.end)
    }
}

/// The last line: how much was found, where, and what can be done about it.
fn summary(outcome: &Outcome) -> String {
    let changes = outcome.checked.iter().filter_map(|file| file.change.as_ref());
    let (files_changed, applied) = changes.fold((0, 0), |(files, fixes), change| (files + 1, fixes + change.applied));
    let done = match applied {
        0 => String::new(),
        _ => format!("Applied {} in {}. ", count(applied, "fix"), count(files_changed, "file")),
    };
    let done = match outcome.migrations.as_slice() {
        [] => done,
        files => {
            let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
            format!("{done}Wrote {}. ", paths.join(", "))
        }
    };
    let total = outcome.findings().count();
    if total == 0 {
        return format!("{done}No findings in {}", count(outcome.files, "file"));
    }
    let kinds = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint];
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|kind| (kind, outcome.findings().filter(|(_, finding)| finding.severity == kind).count()))
        .filter(|&(_, number)| number > 0)
        .map(|(kind, number)| count(number, kind.name()))
        .collect();
    let files = outcome.checked.iter().filter(|file| !file.findings.is_empty()).count();
    let safe = outcome.findings().filter(|(_, finding)| best_fix(finding) == Some(Safety::Safe)).count();
    let remedy = match safe {
        0 => String::new(),
        _ => format!("; {safe} can be fixed with --fix"),
    };
    let (total, kinds) = (count(total, "finding"), kinds.join(", "));
    format!("{done}{total} ({kinds}) in {files} of {}{remedy}", count(outcome.files, "file"))
}

/// The number with its noun: `1 file`, `2 fixes`.
fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ if noun.ends_with('x') => format!("{number} {noun}es"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use halfopen_engine::finding::{Fix, Related};

    use super::*;

    fn file(text: &str, span: Span, related: Span) -> Checked {
        let rule = halfopen_engine::rules::find("missing-cleanup").expect("the rule is there");
        let finding = Finding {
            rule,
            severity: Severity::Warning,
            span,
            message: "`source` stays open".to_owned(),
            related: vec![Related { span: related, message: "nothing here releases it".to_owned() }],
            elsewhere: Vec::new(),
            fixes: vec![Fix { title: "Close it".to_owned(), safety: Safety::Safe, edits: Vec::new(), migration: None }],
        };
        let (place, path) = (PathBuf::from("/feed.tsx"), "feed.tsx".to_owned());
        Checked { place, path, text: Text::new(text), findings: vec![finding], change: None }
    }

    #[test]
    fn a_frame_counts_lines_as_editors_do_whatever_the_line_ends() {
        for line_end in ["\n", "\r\n", "\r"] {
            let text = ["// 1", "open(() => {", "  const a = go();", "});", ""].join(line_end);
            let start = text.find("go()").expect("it is there");
            let owner = text.find("open").expect("it is there");
            let file = file(&text, Span::new(start, start + 4), Span::new(owner, owner + 4));
            let frame = frame(&Renderer::plain(), Path::new("/"), &file, &file.findings[0]);
            assert!(frame.starts_with("warning[missing-cleanup]: `source` stays open"), "{frame}");
            assert!(frame.contains("feed.tsx:3:13"), "{frame}");
            assert!(frame.contains("3 |   const a = go();"), "{frame}");
            assert!(frame.contains("nothing here releases it"), "{frame}");
            assert!(frame.contains("Close it (`--fix` does it)"), "{frame}");
        }
    }

    #[test]
    fn a_very_long_line_is_named_and_not_shown() {
        let text = format!("/* {} */ go();", "é".repeat(LONGEST_LINE));
        let start = text.find("go()").expect("it is there");
        let file = file(&text, Span::new(start, start + 4), Span::new(0, 2));
        let frame = frame(&Renderer::plain(), Path::new("/"), &file, &file.findings[0]);
        assert!(frame.contains(&format!("feed.tsx:1:{}", LONGEST_LINE + 8)), "{frame}");
        assert!(!frame.contains('é'), "{frame}");
    }

    #[test]
    fn the_summary_counts_what_was_found() {
        let mut outcome = Outcome { files: 14, ..Outcome::default() };
        assert_eq!(summary(&outcome), "No findings in 14 files");
        outcome.checked.push(file("go();", Span::new(0, 4), Span::new(0, 1)));
        assert_eq!(summary(&outcome), "1 finding (1 warning) in 1 of 14 files; 1 can be fixed with --fix");
    }
}
