//! A migration alters the table that Realtime keeps messages in, and that belongs to Supabase.

use crate::finding::Severity;
use crate::rules::{RuleMeta, SqlContext, SqlRule};
use crate::settings::Preset;

pub(in crate::rules) const RULE: SqlRule = SqlRule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "altered-realtime-messages",
    area: "subscriptions",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A migration alters `realtime.messages` itself, which belongs to Supabase.",
    fix: "suggestion",
    page: include_str!("altered-realtime-messages.md"),
};

fn check(cx: &mut SqlContext<'_>) {
    for (statement, only_secures) in cx.changes().iter().filter_map(|change| change.alters_messages()) {
        let message = if only_secures {
            "row level security is on for `realtime.messages` already, and the table belongs to Supabase: on servers since July \
             2026 this statement fails (`must be owner of table messages`), and the migration with it. Remove it; policies on \
             the table are all that private channels need."
        } else {
            "`realtime.messages` belongs to Supabase: on servers since July 2026 this statement fails (`must be owner of table \
             messages`), and the migration with it. Remove it; who may read and send is said by policies on the table."
        };
        cx.report_statement(statement, message);
    }
}
