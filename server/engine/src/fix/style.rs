//! How a file is laid out around a place.

use crate::model::{F, UnitId};
use crate::rules::RuleContext;
use crate::text::Span;

/// The layout of a function's body.
pub(super) struct Style {
    /// White space before the line that the body belongs to.
    pub(super) outer: String,
    /// White space before its statements.
    pub(super) inner: String,
    /// One level.
    pub(super) level: String,
    /// Always LF: the file's own line end is put in when the fix is resolved, since other places decide it.
    pub(super) line_end: &'static str,
    /// `;` or nothing.
    pub(super) semicolon: &'static str,
}

impl Style {
    /// The layout of a body with braces, from its first statement.
    pub(super) fn of_body(cx: &RuleContext<'_, '_>, func: F) -> Self {
        let body = cx.view.func(func).body;
        let outer = indentation(cx, func.unit, body.end - 1);
        let statements = cx.view.statements_of(func);
        let first = statements.first().map(|statement| indentation(cx, func.unit, statement.start));
        let level = match &first {
            Some(first) if first.len() > outer.len() && first.starts_with(&outer) => first[outer.len()..].to_owned(),
            _ => "  ".to_owned(),
        };
        let ends_plain = statements.iter().any(|&statement| {
            let source = cx.source_at(func.unit, statement);
            !source.ends_with([';', '}'])
        });
        Self {
            inner: format!("{outer}{level}"),
            outer,
            level,
            line_end: "\n",
            semicolon: if ends_plain { "" } else { ";" },
        }
    }

    /// Lines at a depth below the statements, each with its line end.
    pub(super) fn lines(&self, depth: usize, lines: &[&str]) -> String {
        let mut out = String::new();
        for line in lines {
            out.push_str(&self.inner);
            out.push_str(&self.level.repeat(depth));
            out.push_str(line);
            out.push_str(self.line_end);
        }
        out
    }
}

/// A text in quotes as the unit writes them. Only the unit is looked at: what a fix rests on is what its rule has read.
pub(super) fn quoted(cx: &RuleContext<'_, '_>, unit: UnitId, text: &str) -> String {
    let known = cx.view.plain_string(unit).map(|string| cx.source(string));
    let quote = known.and_then(|source| source.chars().next()).filter(|quote| *quote == '\'').unwrap_or('"');
    format!("{quote}{text}{quote}")
}

/// The lines of a text after its first one, one level deeper.
pub(super) fn indented(text: &str, level: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or("").to_owned();
    lines.fold(first, |mut all, line| {
        all.push('\n');
        if !line.trim().is_empty() {
            all.push_str(level);
            all.push_str(line);
        }
        all
    })
}

/// The white space that starts the line of a place.
pub(super) fn indentation(cx: &RuleContext<'_, '_>, unit: UnitId, offset: u32) -> String {
    let line = line_of(cx, unit, offset);
    let text = cx.text.slice(line);
    text.chars().take_while(|char| *char == ' ' || *char == '\t').collect()
}

fn line_of(cx: &RuleContext<'_, '_>, unit: UnitId, offset: u32) -> Span {
    cx.text.line_span(cx.text.line_of((cx.view.start(unit) + offset) as usize))
}

/// The start of the line of a place, if only white space stands before it; relative to the unit.
pub(super) fn line_start(cx: &RuleContext<'_, '_>, unit: UnitId, offset: u32) -> Option<u32> {
    let start = cx.view.start(unit);
    let line = line_of(cx, unit, offset);
    let before = cx.text.slice(Span { start: line.start, end: start + offset });
    (before.trim().is_empty() && line.start >= start).then(|| line.start - start)
}
