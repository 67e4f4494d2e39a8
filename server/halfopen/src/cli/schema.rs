//! `halfopen schema`.

use std::io::{self, Write};

use halfopen_engine::settings;

use super::{CLEAN, delivered};

/// Prints the JSON schema of settings files.
pub(crate) fn schema() -> i32 {
    let mut out = io::stdout().lock();
    delivered(writeln!(out, "{:#}", settings::schema()).and_then(|()| out.flush()), CLEAN)
}
