//! A handler reads columns of the old row that the database does not send.

use crate::finding::Severity;
use crate::fix;
use crate::rules::tables::{Watched, created, watched};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;
use crate::sql::RowSecurity;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "old-record-without-replica-identity",
    area: "subscriptions",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A handler reads columns of the old row that the database does not send.",
    fix: "suggestion: a new migration",
    page: include_str!("old-record-without-replica-identity.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let Some((schema, watched)) = watched(cx) else { return };
    for Watched { changes, table, .. } in watched {
        // On INSERT there is no old row: whoever reads it there waits for another event.
        let tells = changes.event.as_ref().is_some_and(|event| event != "INSERT");
        let Some(known) = schema.table(&table).filter(|_| tells && !schema.is_unpublished(&table)) else { continue };
        let (Some(key), Some(columns)) = (&known.key, &known.columns) else { continue };
        // Of a deleted row nobody can tell any more who may read it, so the server sends its key alone.
        let is_delete = changes.event.as_ref().is_some_and(|event| event == "DELETE");
        let is_held_back = is_delete && matches!(known.security, RowSecurity::On(_));
        if !is_held_back && schema.old_columns(&table).is_none() {
            continue;
        }
        let advice = match is_held_back {
            true => "where row level security is on, whatever the replica identity. Take it from the row that you have",
            false => "alone. Set `replica identity full` in a migration, or compare with the row that you have",
        };
        for (column, at) in cx.view.old_columns_read(&changes) {
            if key.contains(&column) || !columns.contains(&column) {
                continue;
            }
            let message = format!(
                "`{column}` is `undefined` here: `old` has the primary key ({}) of `{table}` {advice}.",
                key.join(", ")
            );
            let place = cx.place(at);
            let reported = cx.report(place.unit, place.span, message).elsewhere(created(&schema, &table));
            if !is_held_back {
                reported.migration(fix::migration(&table, fix::Need::WholeOldRow));
            }
        }
    }
}
