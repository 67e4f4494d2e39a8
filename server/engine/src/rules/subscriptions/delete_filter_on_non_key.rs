//! A subscription to deletes is filtered by a column that deletes do not tell.

use crate::finding::Severity;
use crate::fix;
use crate::rules::tables::{Watched, created, watched};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "delete-filter-on-non-key",
    area: "subscriptions",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "A subscription to deletes is filtered by a column that deletes do not tell.",
    fix: "suggestion: a new migration",
    page: include_str!("delete-filter-on-non-key.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let Some((schema, watched)) = watched(cx) else { return };
    let view = cx.view;
    for Watched { changes, table, by, .. } in watched {
        let hears_deletes = changes.event.as_ref().is_some_and(|event| event == "DELETE" || event == "*");
        let Some(filter) = changes.filter.filter(|_| hears_deletes && !schema.is_unpublished(&table)) else { continue };
        let (Some(key), Some(column)) = (schema.old_columns(&table), view.filtered_column(filter)) else { continue };
        let is_column = schema.table(&table).and_then(|known| known.columns.as_ref());
        if key.contains(&column) || is_column.is_none_or(|columns| !columns.contains(&column)) {
            continue;
        }
        let message = format!(
            "a delete in `{table}` tells only the primary key ({}) of the old row, so a filter on `{column}` matches no \
             delete, and rows that are gone stay on the screen. Set `replica identity full` in a migration, or subscribe \
             to deletes without the filter.",
            key.join(", ")
        );
        let place = cx.place(filter);
        cx.report(place.unit, place.span, message)
            .elsewhere(created(&schema, &table))
            .elsewhere(by)
            .migration(fix::migration(&table, fix::Need::WholeOldRow));
    }
}
