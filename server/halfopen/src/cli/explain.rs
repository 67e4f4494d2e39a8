//! `halfopen explain RULE`.

use std::io::{self, Write};

use halfopen_engine::{DESCRIBING, rules};

use super::{CLEAN, TROUBLE, complain, delivered, unknown_rule};

/// Prints the page of a rule, or, for `libraries`, the one that tells how to describe a library.
pub(crate) fn explain(name: &str) -> i32 {
    let page = match (name, rules::find(name)) {
        ("libraries", _) => DESCRIBING,
        (_, Some(rule)) => rule.page,
        (_, None) => {
            complain(unknown_rule(name));
            return TROUBLE;
        }
    };
    let mut out = io::stdout().lock();
    delivered(writeln!(out, "{}", page.trim_end()).and_then(|()| out.flush()), CLEAN)
}
