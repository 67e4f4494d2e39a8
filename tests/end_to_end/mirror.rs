//! A text as an editor keeps it: the other opinion on lines, columns and edits.

use serde_json::{Value, json};

/// The three ways to count columns.
pub(crate) const ENCODINGS: [&str; 3] = ["utf-8", "utf-16", "utf-32"];

/// A text, with its columns counted in one of the encodings.
#[derive(Clone)]
pub(crate) struct Mirror {
    pub(crate) text: String,
    encoding: &'static str,
}

impl Mirror {
    /// A text.
    pub(crate) fn new(text: &str, encoding: &'static str) -> Self {
        Self { text: text.to_owned(), encoding }
    }

    /// The nearest place at or before `offset` that a position can name: none within a character or a CRLF.
    pub(crate) fn place(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) || self.is_in_line_end(at) {
            at -= 1;
        }
        at
    }

    /// The position of a place.
    pub(crate) fn position(&self, at: usize) -> Value {
        let starts = self.line_starts();
        let line = starts.iter().rposition(|&start| start <= at).expect("the first line starts at 0");
        json!({ "line": line, "character": self.count(&self.text[starts[line]..at]) })
    }

    /// The range between two places.
    pub(crate) fn range(&self, start: usize, end: usize) -> Value {
        json!({ "start": self.position(start), "end": self.position(end) })
    }

    /// The range of the first occurrence of `words`.
    pub(crate) fn range_of(&self, words: &str) -> Value {
        let start = self.text.find(words).expect("the words are in the text");
        self.range(start, start + words.len())
    }

    /// Replaces bytes, and tells the change as the protocol does.
    pub(crate) fn replace(&mut self, start: usize, end: usize, text: &str) -> Value {
        let range = self.range(start, end);
        self.text.replace_range(start..end, text);
        json!({ "range": range, "text": text })
    }

    /// Applies the text edits of an action.
    pub(crate) fn apply(&mut self, edits: &[Value]) {
        let mut edits: Vec<_> = edits
            .iter()
            .map(|edit| {
                let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
                let text = edit["newText"].as_str().expect("an edit has a text");
                (self.offset(start), self.offset(end), text)
            })
            .collect();
        edits.sort_by_key(|(start, end, _)| (*start, *end));
        for (start, end, text) in edits.into_iter().rev() {
            self.text.replace_range(start..end, text);
        }
    }

    fn offset(&self, position: &Value) -> usize {
        let number = |name: &str| position[name].as_u64().expect("a position has numbers") as usize;
        let line = self.line_starts()[number("line")];
        let wanted = number("character");
        let ends = (line..=self.text.len()).filter(|&at| self.text.is_char_boundary(at));
        let mut ends = ends.filter(|&at| self.count(&self.text[line..at]) == wanted);
        ends.next().expect("the column is in the line")
    }

    fn line_starts(&self) -> Vec<usize> {
        let bytes = self.text.as_bytes();
        let ends = (1..=bytes.len()).filter(|&at| {
            let is_lone_return = bytes[at - 1] == b'\r' && bytes.get(at) != Some(&b'\n');
            bytes[at - 1] == b'\n' || is_lone_return
        });
        std::iter::once(0).chain(ends).collect()
    }

    fn is_in_line_end(&self, at: usize) -> bool {
        at > 0 && self.text.as_bytes()[at - 1] == b'\r' && self.text.as_bytes().get(at) == Some(&b'\n')
    }

    fn count(&self, text: &str) -> usize {
        match self.encoding {
            "utf-8" => text.len(),
            "utf-16" => text.encode_utf16().count(),
            _ => text.chars().count(),
        }
    }
}
