//! Positions and edits in every encoding and with every line end.

use halfopen_engine::text::{Encoding, Position, Range, Span, Text};
use proptest::prelude::*;

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

/// Texts of what breaks counters: surrogate pairs, combining marks, every line end, and separators that are none.
fn text() -> impl Strategy<Value = String> {
    let pieces = ["a", "é", "e\u{301}", "漢", "😀", "\n", "\r\n", "\r", "\u{2028}", "\u{c}", "\t", "const x = 1;"];
    // A rope holds its text in pieces of a thousand bytes.
    let count = prop_oneof![7 => 0..40_usize, 1 => 300..600_usize];
    let pieces = prop::sample::select(pieces.to_vec());
    count.prop_flat_map(move |count| prop::collection::vec(pieces.clone(), count)).prop_map(|pieces| pieces.concat())
}

/// Lines as the protocol has them.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let Some(end) = rest.find(['\n', '\r']) else {
            lines.push(rest);
            return lines;
        };
        lines.push(&rest[..end]);
        let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + width..];
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => text.len() as u32,
        Encoding::Utf16 => text.encode_utf16().count() as u32,
        Encoding::Utf32 => text.chars().count() as u32,
    }
}

proptest! {
    #[test]
    fn a_position_leads_to_its_character_and_back(content in text()) {
        let text = Text::new(&content);
        for encoding in ENCODINGS {
            for (number, line) in lines(&content).into_iter().enumerate() {
                for (offset, _) in line.char_indices() {
                    let character = width(&line[..offset], encoding);
                    let position = Position { line: number as u32, character };
                    let found = text.offset(position, encoding);
                    prop_assert!(content[found..].starts_with(&line[offset..]));
                    prop_assert_eq!(text.position(found, encoding), position);
                }
            }
        }
    }

    #[test]
    fn a_position_past_a_line_is_its_end(content in text(), line in 0_u32..50, character in 0_u32..500) {
        let text = Text::new(&content);
        let all = lines(&content);
        for encoding in ENCODINGS {
            let found = text.offset(Position { line, character }, encoding);
            prop_assert!(content.is_char_boundary(found));
            match all.get(line as usize) {
                None => prop_assert_eq!(found, content.len()),
                Some(of) if character >= width(of, encoding) => {
                    let end = text.position(found, encoding);
                    prop_assert_eq!(end, Position { line, character: width(of, encoding) });
                }
                Some(_) => {}
            }
        }
    }

    #[test]
    fn edits_by_position_change_what_a_string_changes(
        content in text(),
        inserted in text(),
        from in 0_usize..200,
        len in 0_usize..40,
    ) {
        let floor = |mut at: usize| {
            at = at.min(content.len());
            while !content.is_char_boundary(at) { at -= 1; }
            if content[..at].ends_with('\r') && content[at..].starts_with('\n') { at - 1 } else { at }
        };
        let (start, end) = (floor(from), floor(from + len));
        let mut expected = content.clone();
        expected.replace_range(start..end, &inserted);
        for encoding in ENCODINGS {
            let mut text = Text::new(&content);
            let range = Range { start: text.position(start, encoding), end: text.position(end, encoding) };
            let reversed = Range { start: range.end, end: range.start };
            prop_assert_eq!(text.span(range, encoding), text.span(reversed, encoding));
            let edit = text.replace(text.span(range, encoding), &inserted);
            prop_assert_eq!(text.to_string(), expected.clone());
            prop_assert_eq!((edit.start, edit.old_end, edit.new_end), (start, end, start + inserted.len()));
            prop_assert_eq!(text.has_lone_carriage_return(), Text::new(&expected).has_lone_carriage_return());
        }
    }

    #[test]
    fn no_span_is_too_wild(content in text(), start in 0_usize..500, end in 0_usize..500) {
        let mut text = Text::new(&content);
        let span = Span::new(start.min(end), start.max(end));
        let _ = text.slice(span);
        let _ = text.replace(span, "x");
        prop_assert!(text.to_string().contains('x'));
    }
}
