//! Frames of the protocol, read from a stream of bytes.
//!
//! **Invariant**: after a broken frame the next whole one is found again; no frame ends the session.

use std::io::{self, BufRead, Read};

/// The longest piece of a header that is looked at.
const LONGEST_LINE: u64 = 4096;

/// A frame that claims to be longer is none: waiting for its end would swallow everything that follows.
const LONGEST_BODY: u64 = 1 << 30;

/// A frame, or what should have been one.
#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    /// The bytes after the header.
    Body(Vec<u8>),
    /// A header that does not say how long the body is.
    Unreadable,
}

/// The next frame; `None` at the end of the input.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    let mut in_header = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.trim_ascii().is_empty() {
            match length {
                Some(length) => return body(input, length),
                None if in_header => return Ok(Some(Frame::Unreadable)),
                None => continue,
            }
        }
        in_header = true;
        length = content_length(&line).or(length);
    }
}

fn body(input: &mut impl BufRead, length: u64) -> io::Result<Option<Frame>> {
    // No memory is reserved for it: the length is only the client's word.
    let mut body = Vec::new();
    input.by_ref().take(length).read_to_end(&mut body)?;
    Ok((body.len() as u64 == length).then_some(Frame::Body(body)))
}

/// The length that a line of the header tells. The name may follow garbage: the rest of a broken frame's body.
fn content_length(line: &[u8]) -> Option<u64> {
    let line = String::from_utf8_lossy(line).to_ascii_lowercase();
    let (_, value) = line.rsplit_once("content-length:")?;
    value.trim().parse::<u64>().ok().filter(|&length| length <= LONGEST_BODY)
}

#[cfg(test)]
mod tests {
    use super::{Frame, read};

    fn frames(input: &str) -> Vec<Frame> {
        let mut bytes = input.as_bytes();
        std::iter::from_fn(|| read(&mut bytes).expect("a slice can be read")).collect()
    }

    fn body(text: &str) -> Frame {
        Frame::Body(text.as_bytes().to_vec())
    }

    #[test]
    fn frames_follow_each_other() {
        assert_eq!(
            frames("Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x\r\n\r\n[1]"),
            [body("{}"), body("[1]")]
        );
    }

    #[test]
    fn a_header_without_a_length_costs_one_frame() {
        assert_eq!(
            frames("Content-Length: many\r\n\r\n{}Content-Length: 2\r\n\r\n[]"),
            [Frame::Unreadable, body("[]")]
        );
        assert_eq!(frames("Content-Length: 99999999999999\r\n\r\nContent-Length: 2\r\n\r\n[]").len(), 2);
    }

    #[test]
    fn blank_lines_and_garbage_before_a_header_are_skipped() {
        assert_eq!(frames("\r\n\r\nhello\nContent-Length: 2\r\n\r\n[]"), [body("[]")]);
    }

    #[test]
    fn a_frame_that_is_cut_off_is_the_end() {
        assert!(frames("Content-Length: 9\r\n\r\n{}").is_empty());
    }
}
