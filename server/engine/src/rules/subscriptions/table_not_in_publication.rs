//! A table is subscribed to that the migrations never add to the publication of Realtime.

use crate::finding::Severity;
use crate::fix;
use crate::model::TableChanges;
use crate::rules::tables::{Watched, created, in_sql, watched};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;
use crate::sql::{Schema, TableName};

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "table-not-in-publication",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A table is subscribed to that the migrations never add to the publication of Realtime.",
    fix: "suggestion: a new migration",
    page: include_str!("table-not-in-publication.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let Some((schema, watched)) = watched(cx) else { return };
    for Watched { changes, table, beside, by } in watched {
        if !schema.is_unpublished(&table) {
            narrowed(cx, &schema, &changes, &table);
            continue;
        }
        let rest = if beside > 1 { ", and with it everything else that this channel subscribes to" } else { "" };
        let (how, elsewhere) = match schema.taken_out(&table) {
            None => ("the migrations never add it to", created(&schema, &table)),
            Some(place) => {
                let out = in_sql(place, format!("`{table}` is taken out of the publication here"));
                ("the migrations take it out again of", Some(out))
            }
        };
        let message = format!(
            "`{table}` is in no publication: {how} `supabase_realtime`, so this subscription gets no event{rest}, while \
             `subscribe()` says `SUBSCRIBED`. Add it in a migration: \
             `alter publication supabase_realtime add table {}`.",
            table.sql()
        );
        let place = cx.place(changes.at);
        cx.report(place.unit, place.span, message)
            .elsewhere(elsewhere)
            .elsewhere(by)
            .migration(fix::migration(&table, fix::Need::Publication));
    }
}

/// The publication carries the table, and not the kind of change that is asked for.
fn narrowed(cx: &mut RuleContext<'_, '_>, schema: &Schema, changes: &TableChanges, table: &TableName) {
    let Some((actions, said)) = schema.narrowed() else { return };
    let Some(event) = changes.event.as_deref().filter(|event| !actions.carries(event)) else { return };
    let asked = match event {
        "INSERT" => "inserts",
        "UPDATE" => "updates",
        "DELETE" => "deletes",
        _ => "every change",
    };
    let message = format!(
        "`supabase_realtime` carries {} alone, and this subscription to `{table}` asks for {asked}: what is left out never \
         arrives, while `subscribe()` says `SUBSCRIBED`. Publish it in a migration: \
         `alter publication supabase_realtime set (publish = 'insert, update, delete, truncate')`.",
        actions.in_words()
    );
    let place = cx.place(changes.at);
    let said = in_sql(said, "the publication is told here what it carries".to_owned());
    cx.report(place.unit, place.span, message).elsewhere(Some(said)).migration(fix::publish_all());
}
