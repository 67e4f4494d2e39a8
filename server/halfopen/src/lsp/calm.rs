//! What may be shown while somebody types.
//!
//! A half-typed statement makes findings come and go that nobody asked about. So as long as the text is broken, old
//! findings keep their place, and new ones behind the break wait until the text is sound or the typing pauses.
//!
//! **Invariant**: a pure function of the last publish and the new findings. Where nothing is broken, and after the
//! pause, what was found is shown, all of it and nothing else.

use halfopen_engine::finding::Finding;
use halfopen_engine::text::{Edit, Span, Text};

use super::documents::Shown;
use super::moved;

/// What was shown, and what happened to the text since.
pub(super) struct Before<'a> {
    pub(super) findings: &'a [Finding],
    /// Where the text may be broken from, if it was.
    pub(super) doubt: Option<u32>,
    pub(super) edits: &'a [Edit],
}

/// What is to be shown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct After {
    pub(super) findings: Vec<Finding>,
    pub(super) doubt: Option<u32>,
}

impl<'a> Before<'a> {
    /// What was shown last, if anything was.
    pub(super) fn new(last: Option<&'a Shown>, edits: &'a [Edit]) -> Self {
        let findings = last.map(|last| last.findings.as_slice()).unwrap_or_default();
        Self { findings, doubt: last.and_then(|last| last.doubt), edits }
    }
}

/// What is shown of a broken text about which nothing else is known yet.
pub(super) fn hold(before: &Before<'_>) -> After {
    let moved = before.findings.iter().filter_map(|old| moved::finding(old, before.edits));
    let mut findings: Vec<Finding> = moved.map(|old| Finding { fixes: Vec::new(), ..old }).collect();
    findings.sort_by_key(|finding| finding.span);
    After { findings, doubt: doubt(before.doubt, before.edits) }
}

/// Decides which of the new findings, and which of the old ones, are shown.
pub(super) fn settle(
    text: &Text,
    before: &Before<'_>,
    found: Vec<Finding>,
    holes: &[Span],
    is_pause_over: bool,
) -> After {
    if is_pause_over || holes.is_empty() {
        return After { findings: found, doubt: None };
    }
    let doubt = doubt(before.doubt, before.edits);
    let from = zone_start(text, holes, doubt);
    let in_doubt = |finding: &Finding| finding.span.end >= from;

    let starts: Vec<u32> = found.iter().map(|new| new.span.start).collect();
    let mut found: Vec<Option<Finding>> = found.into_iter().map(Some).collect();
    let mut findings = Vec::new();
    for old in before.findings.iter().filter_map(|old| moved::finding(old, before.edits)) {
        // A finding is at most one line long, so the same one starts near by; both lists are sorted.
        let first = starts.partition_point(|&start| start + NEAR < old.span.start);
        let near = found[first..].iter_mut().zip(&starts[first..]).take_while(|(_, start)| **start <= old.span.end);
        let again = near.map(|(new, _)| new).find(|new| matches!(new, Some(new) if is_same(&old, new)));
        match again.and_then(Option::take) {
            // Its words may rest on what is half-typed; its fixes fit the new text.
            Some(new) if in_doubt(&new) => findings.push(Finding { fixes: new.fixes, ..old }),
            Some(new) => findings.push(new),
            // Error recovery may swallow even what stands before the break.
            None => findings.push(Finding { fixes: Vec::new(), ..old }),
        }
    }
    findings.extend(found.into_iter().flatten().filter(|new| !in_doubt(new)));
    findings.sort_by_key(|finding| finding.span);
    After { findings, doubt }
}

/// The parser gives up at or behind the place that broke the text, which is where somebody edited since it was sound.
fn doubt(before: Option<u32>, edits: &[Edit]) -> Option<u32> {
    edits.iter().map(|edit| edit.start as u32).chain(before).min()
}

/// Bytes within which the same finding may have moved by a change of its own line.
const NEAR: u32 = 4_096;

/// How far up the start of the code around a break is looked for, in lines.
const MAX_LINES_UP: usize = 200;

/// The first byte that is doubtful: the start of the top-level code where the text broke. All that follows is in
/// doubt too, because error recovery may give it back or swallow it at each keystroke.
fn zone_start(text: &Text, holes: &[Span], doubt: Option<u32>) -> u32 {
    let from = holes.iter().map(|hole| hole.start).chain(doubt).min().unwrap_or(0);
    let mut first = text.line_of(from as usize);
    let last_look = first.saturating_sub(MAX_LINES_UP);
    while first > last_look && !starts_top_level(text, first) {
        first -= 1;
    }
    text.line_span(first).start
}

/// Whether a line is not indented and does not close what stands above it.
fn starts_top_level(text: &Text, line: usize) -> bool {
    let span = text.line_span(line);
    let first = text.chunk_from(span.start as usize).first();
    !span.is_empty() && first.is_some_and(|byte| !matches!(byte, b' ' | b'\t' | b'}' | b')' | b']' | b';'))
}

/// Whether a finding is the same as one that was moved along.
fn is_same(old: &Finding, new: &Finding) -> bool {
    old.rule.name == new.rule.name && old.span.touches(new.span)
}

#[cfg(test)]
mod tests {
    use halfopen_engine::finding::{Finding, Severity};
    use halfopen_engine::rules;
    use halfopen_engine::text::{Span, Text};

    use super::{Before, hold, settle};

    const CODE: &str =
        "function a() {\n  one();\n}\nfunction b() {\n  two();\n  three();\n}\nfunction c() {\n  four();\n}\n";

    fn finding(text: &Text, word: &str) -> Finding {
        let start = text.to_string().find(word).expect("the word is there");
        Finding {
            rule: rules::all().next().expect("there are rules"),
            severity: Severity::Warning,
            span: Span::new(start, start + word.len()),
            message: word.to_owned(),
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: Vec::new(),
        }
    }

    fn words(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.message.as_str()).collect()
    }

    /// Breaks `b` by a bracket behind `two()`, with `old` shown before and `new` found after, given by their words.
    fn shown(old: &[&str], new: &[&str], is_broken: bool, is_pause_over: bool) -> Vec<String> {
        let before = Text::new(CODE);
        let mut text = before.clone();
        let at = CODE.find(";\n  three").expect("it is there");
        let edit = text.replace(Span::new(at, at), "(");
        let old: Vec<Finding> = old.iter().map(|word| finding(&before, word)).collect();
        let new: Vec<Finding> = new.iter().map(|word| finding(&text, word)).collect();
        let hole = Span::new(at + 6, at + 7);
        let holes = if is_broken { vec![hole] } else { Vec::new() };
        let before = Before { findings: &old, doubt: None, edits: &[edit] };
        let after = settle(&text, &before, new, &holes, is_pause_over);
        let expected = words(&after.findings).iter().map(|word| finding(&text, word).span).collect::<Vec<_>>();
        let spans = after.findings.iter().map(|finding| finding.span).collect::<Vec<_>>();
        assert_eq!(spans, expected, "each finding stands on its word");
        words(&after.findings).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn in_sound_text_what_is_found_is_shown() {
        assert_eq!(shown(&["two", "four"], &["one", "three"], false, false), ["one", "three"]);
    }

    #[test]
    fn near_a_break_old_findings_stay_and_new_ones_wait() {
        assert_eq!(shown(&["three"], &["two"], true, false), ["three"]);
    }

    #[test]
    fn findings_stay_and_new_ones_come_before_a_break_alone() {
        assert_eq!(shown(&["four"], &["one"], true, false), ["one", "four"]);
        assert_eq!(shown(&["one"], &["four"], true, false), ["one"]);
        assert_eq!(shown(&["one", "four"], &["one", "four"], true, false), ["one", "four"]);
    }

    #[test]
    fn behind_a_break_a_finding_keeps_its_words() {
        let text = Text::new(CODE);
        let old = finding(&text, "four");
        let new = Finding { message: "of something".to_owned(), ..old.clone() };
        let hole = [Span::new(0, 1)];
        let shown = [old];
        let before = Before { findings: &shown, doubt: None, edits: &[] };
        assert_eq!(settle(&text, &before, vec![new.clone()], &hole, false).findings, shown);
        assert_eq!(settle(&text, &before, vec![new.clone()], &hole, true).findings, [new]);
    }

    #[test]
    fn before_anything_is_known_what_was_shown_stays() {
        let mut text = Text::new(CODE);
        let old = [finding(&text, "one"), finding(&text, "four")];
        let edit = text.replace(Span::new(0, 0), "(");
        let after = hold(&Before { findings: &old, doubt: None, edits: &[edit] });
        assert_eq!(after.findings, [finding(&text, "one"), finding(&text, "four")]);
        assert_eq!(after.doubt, Some(0));
    }

    #[test]
    fn after_the_pause_what_is_found_is_shown() {
        assert_eq!(shown(&["three"], &["two"], true, true), ["two"]);
    }

    #[test]
    fn the_place_of_the_break_is_remembered_while_the_text_is_broken() {
        let text = Text::new(CODE);
        let late_hole = Span::new(CODE.len() - 2, CODE.len() - 1);
        let new = finding(&text, "two");
        let at_b = CODE.find("two").map(|at| at as u32);
        let before = Before { findings: &[], doubt: at_b, edits: &[] };
        let after = settle(&text, &before, vec![new.clone()], &[late_hole], false);
        assert!(after.findings.is_empty());
        assert_eq!(after.doubt, at_b);
        let before = Before { findings: &[], doubt: None, edits: &[] };
        assert_eq!(settle(&text, &before, vec![new.clone()], &[late_hole], false).findings, [new]);
    }
}
