//! Changing a text, and saying what was changed.

use super::{Span, Text, count_lone_carriage_returns};

/// Row and byte column, both from zero. Rows are ended by LF alone, as tree-sitter counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// Row.
    pub row: usize,
    /// Bytes from the row's start.
    pub column: usize,
}

/// One replacement, in bytes of the text before it (`start`, `old_end`) and after it (`new_end`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// First replaced byte.
    pub start: usize,
    /// The byte after the last replaced one, before the edit.
    pub old_end: usize,
    /// The byte after the last inserted one, after the edit.
    pub new_end: usize,
    /// `start` as a point.
    pub start_point: Point,
    /// `old_end` as a point of the text before.
    pub old_end_point: Point,
    /// `new_end` as a point of the text after.
    pub new_end_point: Point,
}

impl Text {
    /// Replaces the bytes of `span` (clamped to the text and to characters) and tells what happened.
    pub fn replace(&mut self, span: Span, inserted: &str) -> Edit {
        let start = self.floor(span.start as usize);
        let old_end = self.floor(span.end as usize).max(start);
        let new_end = start + inserted.len();
        let start_point = self.point(start);
        let old_end_point = self.point(old_end);
        let before = self.lone_carriage_returns_around(start, old_end);

        let from = self.rope.byte_to_char(start);
        let to = self.rope.byte_to_char(old_end);
        self.rope.remove(from..to);
        self.rope.insert(from, inserted);

        let after = self.lone_carriage_returns_around(start, new_end);
        self.lone_carriage_returns = self.lone_carriage_returns + after - before;
        let new_end_point = self.point(new_end);
        Edit { start, old_end, new_end, start_point, old_end_point, new_end_point }
    }

    /// The point of a byte offset. Right where no carriage return stands alone; elsewhere the parse is fresh
    /// and nobody asks.
    pub(crate) fn point(&self, offset: usize) -> Point {
        let row = self.rope.byte_to_line(offset);
        Point { row, column: offset - self.rope.line_to_byte(row) }
    }

    /// Lone carriage returns that an edit of these bytes can make or unmake: its own, and one before it.
    fn lone_carriage_returns_around(&self, start: usize, end: usize) -> usize {
        let from = start.saturating_sub(1);
        let from = if from < start && self.rope.byte(from) == b'\r' { from } else { start };
        let to = if end < self.len() && self.rope.byte(end) == b'\n' { end + 1 } else { end };
        if from == to {
            return 0;
        }
        count_lone_carriage_returns(&self.rope.byte_slice(from..to).to_string())
    }
}
