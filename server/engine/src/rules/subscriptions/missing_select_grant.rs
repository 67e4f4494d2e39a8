//! A table is subscribed to that is granted to no visitor, though others are.

use crate::finding::Severity;
use crate::fix;
use crate::rules::tables::{Watched, created, watched};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "missing-select-grant",
    area: "subscriptions",
    severity: Severity::Info,
    preset: Preset::Strict,
    summary: "A table is subscribed to that is granted to no visitor, though others are.",
    fix: "suggestion: a new migration",
    page: include_str!("missing-select-grant.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let Some((schema, watched)) = watched(cx) else { return };
    if cx.view.is_of_server() {
        return;
    }
    for Watched { changes, table, by, .. } in watched {
        if !schema.is_ungranted(&table) || schema.is_unpublished(&table) {
            continue;
        }
        let message = format!(
            "the migrations grant other tables to `anon` or `authenticated`, and `{table}` to neither: in a new project its \
             events come with \"Error 401: Unauthorized\" and no row. Grant it in a migration: \
             `grant select on {} to authenticated`.",
            table.sql()
        );
        let place = cx.place(changes.at);
        let granted = fix::migration(&table, fix::Need::Grant);
        cx.report(place.unit, place.span, message).elsewhere(created(&schema, &table)).elsewhere(by).migration(granted);
    }
}
