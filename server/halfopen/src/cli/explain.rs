//! `halfopen explain RULE`, `halfopen explain AREA`.

use std::io::{self, Write};

use halfopen_engine::{DESCRIBING, rules};

use super::{CLEAN, TROUBLE, complain, delivered, unknown_rule};

/// Prints the page of a rule, the guide of an area, or, for `libraries`, the page that tells how to describe a library.
pub(crate) fn explain(name: &str) -> i32 {
    let libraries = (name == "libraries").then_some(DESCRIBING);
    let page = libraries.or_else(|| rules::guide(name)).or_else(|| rules::find(name).map(|rule| rule.page));
    let Some(page) = page else {
        complain(unknown_rule(name));
        return TROUBLE;
    };
    let mut out = io::stdout().lock();
    delivered(writeln!(out, "{}", page.trim_end()).and_then(|()| out.flush()), CLEAN)
}
