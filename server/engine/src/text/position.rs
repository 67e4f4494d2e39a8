//! Positions as editors count them.

use ropey::str_utils::{byte_to_line_idx, line_to_byte_idx};

use super::{Span, Text, floor_in};

/// How the client counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the protocol's default.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// Line and column, both from zero; the column's unit is an [`Encoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line; LF, CRLF and CR end lines, U+2028 does not.
    pub line: u32,
    /// Column within the line.
    pub character: u32,
}

/// Two positions, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// First position.
    pub start: Position,
    /// The position after the last.
    pub end: Position,
}

impl Text {
    /// The byte offset of a position. Past the last line: the end of the text; past the end of a line: its end,
    /// before the line break; inside a character: its first byte.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.lines() {
            return self.len();
        }
        let span = self.line_span(line);
        let (start, end) = (span.start as usize, span.end as usize);
        let column = position.character as usize;
        let rope = self.rope();
        match encoding {
            Encoding::Utf8 => self.floor(start.saturating_add(column).min(end)),
            Encoding::Utf16 => {
                let first = rope.char_to_utf16_cu(rope.byte_to_char(start));
                let last = rope.char_to_utf16_cu(rope.byte_to_char(end));
                let unit = first.saturating_add(column).min(last);
                rope.char_to_byte(rope.utf16_cu_to_char(unit))
            }
            Encoding::Utf32 => {
                let first = rope.byte_to_char(start);
                let last = rope.byte_to_char(end);
                rope.char_to_byte(first.saturating_add(column).min(last))
            }
        }
    }

    /// The position of a byte offset, which is clamped to the text and to a character's start.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = offset.min(self.len());
        let (chunk, chunk_start, _, chunk_line) = self.rope().chunk_at_byte(offset);
        // Nearly always the line begins in the same piece of the rope, which is looked for once then and not six times.
        let end = floor_in(chunk, offset - chunk_start);
        let line = byte_to_line_idx(chunk, end);
        if line == 0 {
            return self.far_position(chunk_start + end, encoding);
        }
        let before = &chunk[line_to_byte_idx(chunk, line)..end];
        let character = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position { line: (chunk_line + line) as u32, character: character as u32 }
    }

    /// The same of a character's start whose line may begin in another piece of the rope.
    fn far_position(&self, offset: usize, encoding: Encoding) -> Position {
        let line = self.line_of(offset);
        let start = self.rope().line_to_byte(line);
        let rope = self.rope();
        let character = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => {
                rope.char_to_utf16_cu(rope.byte_to_char(offset)) - rope.char_to_utf16_cu(rope.byte_to_char(start))
            }
            Encoding::Utf32 => rope.byte_to_char(offset) - rope.byte_to_char(start),
        };
        Position { line: line as u32, character: character as u32 }
    }

    /// The range of a span.
    pub fn range(&self, span: Span, encoding: Encoding) -> Range {
        Range { start: self.position(span.start as usize, encoding), end: self.position(span.end as usize, encoding) }
    }

    /// The span of a range; a reversed one is read from its smaller end.
    pub fn span(&self, range: Range, encoding: Encoding) -> Span {
        let (one, two) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
        Span::new(one.min(two), one.max(two))
    }
}
