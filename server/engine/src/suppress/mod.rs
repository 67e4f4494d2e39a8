//! Comments that silence: `// halfopen-ignore-next-line rule[, rule]: reason`, and the same for a line, a block and a file.
//!
//! **Invariant**: after any edits the comments are those of a new look at the whole text, and only lines that an edit met are
//! read again. Deliberately absent: which rules there are.

mod comment;

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::text::{Edit, Span, Text};

pub(crate) use comment::{Comment, Scope};

use comment::comments_in;

/// The comments of a document, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    /// `None`: nobody has looked yet.
    known: Option<Vec<Comment>>,
    /// What was written since.
    stale: Vec<Span>,
}

/// Which names of which comments silenced something: the comment's place in the list, and the name's in the comment.
pub(crate) type Used = BTreeSet<(usize, usize)>;

impl Comments {
    /// Follows an edit.
    pub(crate) fn edit(&mut self, edit: &Edit) {
        let Some(known) = &mut self.known else { return };
        let moved = |offset: u32| (offset as usize + edit.new_end - edit.old_end) as u32;
        known.retain_mut(|comment| {
            if comment.span.end as usize >= edit.start && comment.span.start as usize <= edit.old_end {
                return false;
            }
            if comment.span.start as usize > edit.old_end {
                comment.move_by(moved(comment.span.start).wrapping_sub(comment.span.start));
            }
            true
        });
        for span in &mut self.stale {
            let (start, old_end) = (edit.start as u32, edit.old_end as u32);
            span.start = if span.start > old_end { moved(span.start) } else { span.start.min(start) };
            span.end = if span.end >= old_end { moved(span.end) } else { span.end.max(edit.new_end as u32) };
        }
        self.stale.push(Span::new(edit.start, edit.new_end));
    }

    /// Forgets all, because the text is another one.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The comments of a text that the edits since the last look led to.
    pub(crate) fn refresh(&mut self, text: &Text) -> &[Comment] {
        let stale = std::mem::take(&mut self.stale);
        let known = self.known.get_or_insert_with(|| comments_in(text, Span::new(0, text.len())));
        for span in stale {
            let end = (span.end as usize).min(text.len());
            let first = text.line_span(text.line_of((span.start as usize).min(end)));
            let last = text.line_span(text.line_of(end));
            let lines = Span { start: first.start, end: last.end };
            known.retain(|comment| comment.span.end < lines.start || comment.span.start > lines.end);
            known.extend(comments_in(text, lines));
        }
        known.sort_by_key(|comment| comment.span.start);
        known
    }
}

/// Takes away the findings that comments silence; gives what each of these was good for.
pub(crate) fn silence(text: &Text, comments: &[Comment], findings: &mut Vec<Finding>) -> Used {
    let mut used = Used::new();
    if comments.is_empty() {
        return used;
    }
    let lines: Vec<usize> = comments.iter().map(|comment| text.line_of(comment.span.start as usize)).collect();
    findings.retain(|finding| {
        let line = text.line_of(finding.span.start as usize);
        let rule = finding.rule.name;
        let by: Vec<(usize, usize)> = silencers(comments, &lines, line, rule)
            .filter_map(|at| Some((at, comments[at].names.iter().position(|name| name.text == rule)?)))
            .collect();
        used.extend(&by);
        by.is_empty()
    });
    used
}

/// The comments that speak of a line, of those that name a rule.
fn silencers<'of>(
    comments: &'of [Comment],
    lines: &'of [usize],
    line: usize,
    rule: &'of str,
) -> impl Iterator<Item = usize> + 'of {
    // Several comments may stand above each other.
    let mut first_above = line;
    while first_above > 0
        && lines.iter().zip(comments).any(|(at, comment)| *at + 1 == first_above && comment.scope == Scope::NextLine)
    {
        first_above -= 1;
    }
    (0..comments.len()).filter(move |&at| match comments[at].scope {
        Scope::NextLine => (first_above..line).contains(&lines[at]),
        Scope::Line => lines[at] == line,
        Scope::File => true,
        Scope::Start => lines[at] < line && !is_ended(comments, lines, at, line, rule),
        Scope::End => false,
    })
}

/// Whether what a comment starts for a rule ends before a line.
fn is_ended(comments: &[Comment], lines: &[usize], start: usize, line: usize, rule: &str) -> bool {
    let ends = comments.iter().zip(lines).skip(start + 1);
    let mut ends = ends.filter(|(comment, at)| comment.scope == Scope::End && **at < line);
    ends.any(|(end, _)| end.names.is_empty() || end.names.iter().any(|name| name.text == rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small numbers that look random.
    fn numbers() -> impl FnMut(usize) -> usize {
        let mut state = 7_u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        }
    }

    #[test]
    fn after_any_edits_the_comments_are_those_of_a_new_look() {
        let pieces = [
            "// halfopen-ignore-next-line a, b: why\n",
            "x(); // halfopen-ignore-line c\n",
            "/* halfopen-ignore-start a */ ",
            "{/* halfopen-ignore-end */}\n",
            "<!-- halfopen-ignore-file d: e -->\n",
            "-- halfopen-ignore-next-line f\r\n",
            "\n",
            "é",
            "ignore-",
            "// ",
        ];
        let mut number = numbers();
        let mut text = Text::new("// halfopen-ignore-file a\n\nlet x = 1;\n");
        let mut comments = Comments::default();
        comments.refresh(&text);
        for step in 0..3_000 {
            let (start, length) = (text.floor(number(text.len() + 1)), number(30));
            let end = text.floor((start + length).min(text.len()));
            let piece = if number(3) == 0 { "" } else { pieces[number(pieces.len())] };
            let edit = text.replace(Span::new(start.min(end), end), piece);
            comments.edit(&edit);
            // Several edits may come before the next look.
            if number(3) > 0 {
                let fresh = Comments::default().refresh(&text).to_vec();
                assert_eq!(comments.refresh(&text), fresh, "step {step}:\n{}", text.slice(Span::new(0, text.len())));
            }
        }
    }
}
