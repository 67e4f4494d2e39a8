//! A table is subscribed to whose rows nothing protects.

use crate::finding::Severity;
use crate::fix;
use crate::rules::tables::{Watched, created, in_sql, watched};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;
use crate::sql::{Policy, RowSecurity};

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "table-without-rls",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A table is subscribed to whose rows nothing protects.",
    fix: "suggestion: a new migration",
    page: include_str!("table-without-rls.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let Some((schema, watched)) = watched(cx) else { return };
    if cx.view.is_of_server() {
        return;
    }
    for Watched { changes, table, by, .. } in watched {
        if !schema.is_unsecured(&table) || schema.is_unpublished(&table) {
            continue;
        }
        let (how, elsewhere) = match schema.table(&table).map(|known| &known.security) {
            Some(RowSecurity::OffAgain(place)) => {
                let off = in_sql(place, format!("row level security of `{table}` is turned off here"));
                ("the migrations turn row level security off", Some(off))
            }
            _ => ("the migrations never turn on row level security", created(&schema, &table)),
        };
        let message = format!(
            "{how} for `{table}`, so whoever has the public key can subscribe and gets every row. Turn it on, with a \
             policy for those who may read: `alter table {} enable row level security`.",
            table.sql()
        );
        let has_policy = schema.policies(&table).iter().any(Policy::lets_read);
        let place = cx.place(changes.at);
        cx.report(place.unit, place.span, message)
            .elsewhere(elsewhere)
            .elsewhere(by)
            .migration(fix::migration(&table, fix::Need::Security { has_policy }));
    }
}
