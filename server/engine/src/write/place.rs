//! Where new code can stand.

use crate::finding::TextEdit;
use crate::model::View;
use crate::text::{Span, Text};

/// A script block of a document.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// In bytes of the document.
    pub(crate) span: Span,
    /// What it is to its file.
    pub(crate) role: Role,
    /// Whether the file is one for hooks, by its name.
    pub(crate) is_for_hooks: bool,
    /// Its top-level statements, in bytes of the document, in order.
    pub(crate) statements: Vec<Span>,
}

/// What a script block is to its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A module.
    Module,
    /// What each instance of a component of Vue runs.
    Vue,
    /// What each instance of a component of Svelte runs.
    Svelte,
}

impl Block {
    /// The blank line at an offset, without its line end, if it stands between top-level statements and in no comment.
    pub(super) fn blank_line(&self, view: &View<'_>, text: &Text, at: usize) -> Option<Span> {
        let line = text.line_span(text.line_of(at));
        let is_outside =
            self.statements.iter().all(|statement| statement.end <= line.start || statement.start >= line.end);
        if view.is_test() || !self.span.contains(line) || !text.slice(line).trim().is_empty() || !is_outside {
            return None;
        }
        // Nothing but comments stands between two statements.
        let start = self.statements.iter().map(|one| one.end).filter(|&end| end <= line.start).max();
        let between = text.slice(Span { start: start.unwrap_or(self.span.start), end: line.start });
        let is_in_comment = between.rfind("/*").is_some_and(|open| !between[open..].contains("*/"));
        (!is_in_comment).then_some(line)
    }

    /// Code for a blank line: with the file's line ends, as deep as the block's statements, and apart from its neighbours.
    pub(super) fn fit(&self, text: &Text, line: Span, code: &str) -> String {
        let indent = self.indent(text);
        let is_blank = |number: Option<usize>| {
            let other = number.filter(|&number| number < text.lines()).map(|number| text.line_span(number));
            other.is_none_or(|other| !self.span.contains(other) || text.slice(other).trim().is_empty())
        };
        let number = text.line_of(line.start as usize);
        let mut lines = String::from(if is_blank(number.checked_sub(1)) { "" } else { "\n" });
        for row in code.trim_matches('\n').lines() {
            if !row.is_empty() {
                lines.push_str(&indent);
                lines.push_str(row);
            }
            lines.push('\n');
        }
        if is_blank(Some(number + 1)) && number + 1 < text.lines() {
            lines.pop();
        }
        lines.replace('\n', text.line_end())
    }

    /// The white space before the block's statements.
    pub(super) fn indent(&self, text: &Text) -> String {
        let Some(first) = self.statements.first() else { return String::new() };
        let line = text.slice(text.line_span(text.line_of(first.start as usize)));
        line.chars().take_while(|char| matches!(char, ' ' | '\t')).collect()
    }

    /// A further import: behind the last one, else before the first statement that is no directive.
    pub(super) fn with_import(&self, text: &Text, import: &str) -> TextEdit {
        let starts = |statement: &&Span, with: &[&str]| {
            let source = text.slice(**statement);
            with.iter().any(|start| source.starts_with(start))
        };
        let last = self.statements.iter().rfind(|statement| starts(statement, &["import "]));
        let head = || self.statements.iter().take_while(|statement| starts(statement, &["\"use ", "'use "])).last();
        let indent = self.indent(text);
        let (at, written) = match (last, head()) {
            (Some(before), _) => (before.end, format!("\n{indent}{import}")),
            (None, Some(directive)) => (directive.end, format!("\n\n{indent}{import}")),
            (None, None) => {
                let first = self.statements.first().map_or(self.span.start, |first| first.start);
                (text.line_span(text.line_of(first as usize)).start, format!("{indent}{import}\n\n"))
            }
        };
        let text = written.replace('\n', text.line_end());
        TextEdit { span: Span { start: at, end: at }, text }
    }
}
