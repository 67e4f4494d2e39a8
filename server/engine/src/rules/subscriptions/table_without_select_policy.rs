//! A table is subscribed to whose rows nobody may read.

use crate::finding::Severity;
use crate::fix;
use crate::rules::tables::{Watched, in_sql, watched};
use crate::rules::{Rule, RuleContext, RuleMeta};
use crate::settings::Preset;

pub(in crate::rules) const RULE: Rule = Rule { meta: &META, check };

static META: RuleMeta = RuleMeta {
    name: "table-without-select-policy",
    area: "subscriptions",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: "A table is subscribed to whose rows nobody may read.",
    fix: "suggestion: a new migration",
    page: include_str!("table-without-select-policy.md"),
};

fn check(cx: &mut RuleContext<'_, '_>) {
    let Some((schema, watched)) = watched(cx) else { return };
    // A server may have the key that passes row level security.
    if cx.view.is_of_server() {
        return;
    }
    for Watched { changes, table, by, .. } in watched {
        // Deletes come through whatever the policies say.
        let is_only_deletes = changes.event.as_ref().is_some_and(|event| event == "DELETE");
        let reaches = !is_only_deletes && !schema.is_unpublished(&table);
        let Some(secured) = schema.unreadable(&table).filter(|_| reaches) else { continue };
        let message = format!(
            "row level security of `{table}` is on, and no policy of the migrations lets anybody select, so no insert or \
             update reaches this subscription, while `subscribe()` says `SUBSCRIBED`. Add a policy for select that tells \
             who may read.",
        );
        let place = cx.place(changes.at);
        let secured = in_sql(secured, format!("row level security of `{table}` is turned on here"));
        cx.report(place.unit, place.span, message)
            .elsewhere(Some(secured))
            .elsewhere(by)
            .migration(fix::migration(&table, fix::Need::Policy));
    }
}
