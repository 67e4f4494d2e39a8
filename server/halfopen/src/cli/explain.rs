//! `halfopen explain RULE`.

use std::io::{self, Write};

use halfopen_engine::rules;

use super::{CLEAN, TROUBLE, complain, delivered, unknown_rule};

/// Prints the rule's page.
pub(crate) fn explain(name: &str) -> i32 {
    let Some(rule) = rules::find(name) else {
        complain(unknown_rule(name));
        return TROUBLE;
    };
    let mut out = io::stdout().lock();
    delivered(writeln!(out, "{}", rule.page.trim_end()).and_then(|()| out.flush()), CLEAN)
}
