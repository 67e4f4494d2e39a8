//! The check of a migration: rules that look at its own statements.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::{Failure, panic_message};
use crate::finding::Finding;
use crate::rules::{SQL_RULES, SqlContext};
use crate::settings::{Settings, folders};
use crate::sql::read;
use crate::text::Text;

/// What the rules say of a file of SQL; nothing of one that no migration tool runs.
pub(super) fn check(path: &str, text: &Text, settings: &Settings) -> (Vec<Finding>, Vec<Failure>) {
    let (mut findings, mut failures) = (Vec::new(), Vec::new());
    if folders::migration(&settings.migrations, Path::new(path)).is_none() {
        return (findings, failures);
    }
    let changes = read(&text.to_string());
    let must_panic = settings.panic_on.as_ref().is_some_and(|suffix| path.ends_with(suffix.as_str()));
    for rule in SQL_RULES {
        let Some(severity) = settings.severity(rule.meta) else { continue };
        let mut context = SqlContext::new(text, &changes, rule.meta, severity, &mut findings);
        let run = catch_unwind(AssertUnwindSafe(|| {
            assert!(!must_panic, "asked to panic on this document");
            (rule.check)(&mut context);
        }));
        if let Err(panic) = run {
            failures.push(Failure { rule: rule.meta.name, message: panic_message(&*panic) });
        }
    }
    (findings, failures)
}
