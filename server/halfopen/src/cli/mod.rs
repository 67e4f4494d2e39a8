//! The command line: `check`, `explain`, `rules`, `libraries`, `tables`, `schema`, and the formats of reports.
//!
//! **Invariant**: whatever the input, a run ends with a message and an exit code; it changes a file only for
//! `--fix` and `--fix-suggested`, and only if nothing went wrong with that file. Deliberately absent: anything that
//! decides what is a finding (the engine's), and anything of the language server.

mod batches;
mod check;
mod explain;
mod fix;
mod human;
mod json;
mod libraries;
mod list;
mod outcome;
mod progress;
mod run;
mod schema;
mod tables;

pub(crate) use check::{CheckArgs, check};
pub(crate) use explain::explain;
pub(crate) use libraries::libraries;
pub(crate) use list::list;
pub(crate) use schema::schema;
pub(crate) use tables::tables;

use std::fmt::Display;
use std::io::{self, Write};

use halfopen_engine::rules;

/// Nothing to do.
const CLEAN: i32 = 0;

/// Findings at warning or above remain.
const FINDINGS: i32 = 1;

/// Wrong use, a named path that cannot be checked, invalid settings, or a rule that failed.
const TROUBLE: i32 = 2;

/// Says what went wrong, on standard error.
fn complain(message: impl Display) {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "halfopen: {message}");
}

/// The exit code after writing to standard output: a reader that has seen enough (`| head`) is no trouble.
fn delivered(written: io::Result<()>, code: i32) -> i32 {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(format_args!("the report cannot be written: {error}"));
            TROUBLE
        }
        _ => code,
    }
}

/// That there is no such rule, with the names that it may be a slip of.
fn unknown_rule(name: &str) -> String {
    let names: Vec<&str> = rules::all().map(|rule| rule.name).collect();
    let near = similar::get_close_matches(name, &names, 3, 0.6);
    if near.is_empty() {
        return format!("unknown rule `{name}`: `halfopen rules` lists them");
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("unknown rule `{name}`: is it {}? `halfopen rules` lists them", near.join(" or "))
}
