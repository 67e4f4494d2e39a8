//! Reading what the server writes.

use std::io::{BufRead, BufReader};
use std::process::ChildStdout;
use std::sync::mpsc::Sender;

use serde_json::Value;

/// Reads messages until the server closes its output.
pub(super) fn read(output: ChildStdout, sender: &Sender<Value>) {
    let mut output = BufReader::new(output);
    while let Some(body) = frame(&mut output) {
        let message = serde_json::from_slice(&body).expect("the server writes JSON");
        if sender.send(message).is_err() {
            return;
        }
    }
}

/// The next frame's body; `None` at the end of the output.
fn frame(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(value) => length = value.parse::<usize>().ok(),
            None => break,
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(body)
}
