//! Text, versions of positions, and edits.
//!
//! **Invariant**: this is the only room that knows UTF-16. Everybody else counts bytes, from zero, end exclusive.
//! A position that a client invents is clamped here, so no other room can be given an offset outside the text
//! or inside a character. Deliberately absent: anything about syntax.

mod edit;
mod position;
mod span;

pub use edit::{Edit, Point};
pub use position::{Encoding, Position, Range};
pub use span::Span;

use ropey::Rope;

/// A text as a rope. Cloning shares the content.
#[derive(Clone, Debug)]
pub struct Text {
    rope: Rope,
    /// Carriage returns that no line feed follows: tree-sitter's rows do not count them, editors' lines do.
    lone_carriage_returns: usize,
}

impl Text {
    /// Reads a whole text.
    pub fn new(content: &str) -> Self {
        Self { rope: Rope::from_str(content), lone_carriage_returns: count_lone_carriage_returns(content) }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether the text has no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether some line ends with a carriage return alone; an incremental parse is then not to be trusted.
    pub fn has_lone_carriage_return(&self) -> bool {
        self.lone_carriage_returns > 0
    }

    /// The bytes of `span`, copied. The span is clamped to the text and to character boundaries.
    pub fn slice(&self, span: Span) -> String {
        let (start, end) = (self.floor(span.start as usize), self.floor(span.end as usize));
        if start >= end {
            return String::new();
        }
        self.rope.byte_slice(start..end).to_string()
    }

    /// The piece of the rope that holds byte `offset`, from that byte on; empty at the end.
    pub fn chunk_from(&self, offset: usize) -> &[u8] {
        if offset >= self.len() {
            return &[];
        }
        let (chunk, start, _, _) = self.rope.chunk_at_byte(offset);
        &chunk.as_bytes()[offset - start..]
    }

    /// Zero-based line of a byte offset; LF, CRLF and CR end lines.
    pub fn line_of(&self, offset: usize) -> usize {
        self.rope.byte_to_line(offset.min(self.len()))
    }

    /// Number of lines; an empty last line counts.
    pub fn lines(&self) -> usize {
        self.rope.len_lines()
    }

    /// The bytes of line `line` (zero-based) without its line end; empty past the last line.
    pub fn line_span(&self, line: usize) -> Span {
        if line >= self.rope.len_lines() {
            return Span::new(self.len(), self.len());
        }
        let start = self.rope.line_to_byte(line);
        let mut end = self.rope.line_to_byte(line + 1);
        while end > start && matches!(self.rope.byte(end - 1), b'\n' | b'\r') {
            end -= 1;
        }
        Span::new(start, end)
    }

    /// The line end that the text uses first: `"\n"`, `"\r\n"` or `"\r"`; `"\n"` where it has none.
    pub fn line_end(&self) -> &'static str {
        let first = self.line_span(0).end as usize;
        if first >= self.len() {
            return "\n";
        }
        match (self.rope.byte(first), self.rope.get_byte(first + 1)) {
            (b'\r', Some(b'\n')) => "\r\n",
            (b'\r', _) => "\r",
            _ => "\n",
        }
    }

    /// The largest character boundary that is not past `offset`.
    pub fn floor(&self, offset: usize) -> usize {
        let offset = offset.min(self.len());
        let (chunk, start, _, _) = self.rope.chunk_at_byte(offset);
        start + floor_in(chunk, offset - start)
    }

    pub(crate) fn rope(&self) -> &Rope {
        &self.rope
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rope.chunks().try_for_each(|chunk| formatter.write_str(chunk))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.rope == other.rope
    }
}

/// The largest character boundary of a piece that is not past `offset`.
fn floor_in(piece: &str, offset: usize) -> usize {
    (0..=offset).rev().find(|&at| piece.is_char_boundary(at)).unwrap_or(0)
}

fn count_lone_carriage_returns(content: &str) -> usize {
    let bytes = content.as_bytes();
    content.match_indices('\r').filter(|&(at, _)| bytes.get(at + 1) != Some(&b'\n')).count()
}
