//! One comment that silences.

use smol_str::SmolStr;

use crate::text::{Span, Text};

/// How such a comment begins.
pub(super) const MARK: &str = "halfopen-ignore-";

/// What ends a line, as the text counts them.
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// Longer lines are not a person's, in bytes.
const LONGEST_LINE: usize = 4_096;

/// What a comment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The line below; nothing else stands in the comment's own.
    NextLine,
    /// Its own line.
    Line,
    /// All from here to its end.
    Start,
    /// The end of that; without names, of everything.
    End,
    /// The file.
    File,
}

/// A comment that silences.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comment {
    /// All of it, with its marks.
    pub(crate) span: Span,
    /// The directive: from its first letter to the end of names and reason.
    pub(crate) words: Span,
    pub(crate) scope: Scope,
    /// The rules that it names.
    pub(crate) names: Vec<Name>,
    pub(crate) has_reason: bool,
    /// Nothing else stands in its line.
    pub(crate) is_alone: bool,
}

/// A rule as a comment names it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    pub(crate) text: SmolStr,
    pub(crate) span: Span,
}

impl Comment {
    /// Moves it, backward by a number that wraps.
    pub(super) fn move_by(&mut self, by: u32) {
        let spans =
            [&mut self.span, &mut self.words].into_iter().chain(self.names.iter_mut().map(|name| &mut name.span));
        for span in spans {
            *span = Span { start: span.start.wrapping_add(by), end: span.end.wrapping_add(by) };
        }
    }
}

/// The comments of some whole lines, in their order.
pub(super) fn comments_in(text: &Text, lines: Span) -> Vec<Comment> {
    let content = text.slice(lines);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = content[from..].find(MARK).map(|at| from + at) {
        let start = content[..at].rfind(LINE_ENDS).map_or(0, |end| end + 1);
        let end = content[at..].find(LINE_ENDS).map_or(content.len(), |end| at + end);
        found.extend(comment(&content[start..end], at - start, lines.start + start as u32));
        from = end;
    }
    found
}

/// The comment of a line that stands at `at`, where one does; `base`: the line's own place.
fn comment(line: &str, at: usize, base: u32) -> Option<Comment> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let before = line[..at].trim_end();
    let (open, close) = [("//", ""), ("{/*", "*/}"), ("/*", "*/"), ("<!--", "-->"), ("--", "")]
        .into_iter()
        .find(|(open, _)| before.ends_with(open))?;
    let mark = before.len() - open.len();
    let rest = &line[at..];
    let (words, end) = match rest.find(close).filter(|_| !close.is_empty()) {
        Some(length) => (&rest[..length], at + length + close.len()),
        None => (rest, line.len()),
    };
    let words = words.trim_end();
    let (head, reason) = words.split_once(':').map_or((words, ""), |(head, reason)| (head, reason));
    let (scope, list) = head[MARK.len()..].split_once(char::is_whitespace).unwrap_or((&head[MARK.len()..], ""));
    let is_alone = line[..mark].trim().is_empty() && line[end..].trim().is_empty();
    let scope = match scope {
        "next-line" if is_alone => Scope::NextLine,
        "line" => Scope::Line,
        "start" => Scope::Start,
        "end" => Scope::End,
        "file" => Scope::File,
        _ => return None,
    };
    let list_at = at + head.len() - list.len();
    let span = |start: usize, end: usize| Span { start: base + start as u32, end: base + end as u32 };
    Some(Comment {
        span: span(mark, end),
        words: span(at, at + words.len()),
        scope,
        names: names(list)
            .map(|(start, name)| Name { text: name.into(), span: span(list_at + start, list_at + start + name.len()) })
            .collect(),
        has_reason: !reason.trim().is_empty(),
        is_alone,
    })
}

/// The names of a list, each with its place there.
fn names(list: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let parts = list.split(',').map(move |part| {
        let start = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        (start, part.trim())
    });
    parts.filter(|(_, name)| !name.is_empty())
}
