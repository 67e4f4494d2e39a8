//! What the rules share that join subscriptions with the database.

use std::sync::Arc;

use crate::finding::Elsewhere;
use crate::model::TableChanges;
use crate::project::ModulePlace;
use crate::rules::{RuleContext, words};
use crate::sql::{Schema, SqlPlace, TableName};

/// A subscription to one table that the migrations create.
pub(super) struct Watched {
    pub(super) changes: TableChanges,
    pub(super) table: TableName,
    /// How many subscriptions to tables its channel has.
    pub(super) beside: usize,
    /// Where a function of another module subscribes.
    pub(super) by: Option<Elsewhere>,
}

/// The database, and what a unit subscribes to of its tables. Tests are left out: their database may be another one.
pub(super) fn watched(cx: &RuleContext<'_, '_>) -> Option<(Arc<Schema>, Vec<Watched>)> {
    let view = cx.view;
    let all = cx.table_changes();
    // The database is asked for only where somebody subscribes.
    let schema = if all.is_empty() || view.is_test() { None } else { view.database() }?;
    let mut watched = Vec::new();
    for &(ref changes, beside) in all {
        let by = changes.by.and_then(|function| view.origin_module(function));
        let by = by.map(|from| words::elsewhere(from, "subscribes"));
        for table in changes.tables.iter().filter(|table| schema.table(table).is_some()) {
            watched.push(Watched { changes: changes.clone(), table: table.clone(), beside, by: by.clone() });
        }
    }
    Some((schema, watched))
}

/// A place in the SQL, with what it does.
pub(super) fn in_sql(place: &SqlPlace, message: String) -> Elsewhere {
    Elsewhere { place: ModulePlace { path: place.path.as_ref().into(), line: place.line }, message }
}

/// Where a table is created.
pub(super) fn created(schema: &Schema, table: &TableName) -> Option<Elsewhere> {
    schema.table(table).map(|known| in_sql(&known.created, format!("`{table}` is created here")))
}
