//! How deep a script is nested, before anybody reads it: the parser and whoever walks its tree call themselves at each level.

/// How many parentheses stand in each other at most.
const MOST_PARENTHESES: u32 = 200;

/// How many signs and words of operators stand in a row at most.
const MOST_OPERATORS: u32 = 2_000;

/// How many blocks, conditions and loops stand in each other at most.
const MOST_BLOCKS: u32 = 100;

/// Whether a script is nested deeper than people write. Texts in quotes and comments are left out; what says more than it is
/// costs a script that is not read.
pub(super) fn is_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut parentheses, mut operators, mut blocks) = (0_u32, 0_u32, 0_u32);
    let mut at = 0;
    let mut is_end = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\'' => at = behind(bytes, at + 1, b"'"),
            b'-' if bytes[at..].starts_with(b"--") => at = behind(bytes, at, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => at = behind(bytes, at + 2, b"*/"),
            b'(' | b'[' => {
                parentheses += 1;
                operators = 0;
                at += 1;
            }
            b')' | b']' => {
                parentheses = parentheses.saturating_sub(1);
                at += 1;
            }
            b',' => {
                operators = 0;
                at += 1;
            }
            b';' => {
                (parentheses, operators) = (0, 0);
                at += 1;
            }
            b'|' | b'+' | b'-' | b'*' | b'/' | b'=' | b'<' | b'>' | b':' | b'.' | b'!' | b'~' | b'%' | b'^' | b'&' => {
                operators += 1;
                at += 1;
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                let end = at + bytes[at..].iter().take_while(|byte| is_part(byte)).count();
                let ends = std::mem::take(&mut is_end);
                match text[at..end].to_ascii_lowercase().as_str() {
                    // `end loop`.
                    "loop" | "case" if ends => {}
                    "begin" | "loop" | "case" | "then" => blocks += 1,
                    "elsif" | "when" => blocks = blocks.saturating_sub(1),
                    "end" => {
                        blocks = blocks.saturating_sub(1);
                        is_end = true;
                    }
                    "and" | "or" | "not" => operators += 1,
                    _ => {}
                }
                at = end;
            }
            _ => at += 1,
        }
        if parentheses > MOST_PARENTHESES || operators > MOST_OPERATORS || blocks > MOST_BLOCKS {
            return true;
        }
    }
    false
}

/// The place behind the next occurrence of an end, or the end of all.
fn behind(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let found = rest.windows(end.len()).position(|window| window == end);
    found.map_or(bytes.len(), |found| from + found + end.len())
}
