//! New migrations: statements that make a subscription get what it asks for.

use crate::finding::Migration;
use crate::sql::TableName;

/// What a migration does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    /// The table's changes are published.
    Publication,
    /// Its rows are protected; somebody may read them, unless a policy says already who.
    Security { has_policy: bool },
    /// Somebody may read its rows.
    Policy,
    /// An update or delete tells the whole old row.
    WholeOldRow,
    /// Those who have signed in have the privilege to select.
    Grant,
}

/// The title of a fix and the migration that it writes. Who may read is for its author to say: until then it is everybody who
/// has signed in.
pub(crate) fn migration(table: &TableName, need: Need) -> (String, Migration) {
    let sql = table.sql();
    let policy = format!(
        "-- Everybody who has signed in may read every row: say here who really may.\n\
         create policy \"Read {}\" on {sql} for select to authenticated using (true);\n",
        table.name.replace('"', "\"\"")
    );
    let (title, what, statements) = match need {
        Need::Publication => (
            format!("Add a migration that publishes `{table}`"),
            "publish",
            format!("alter publication supabase_realtime add table {sql};\n"),
        ),
        Need::Security { has_policy } => (
            format!("Add a migration that protects the rows of `{table}`"),
            "protect",
            format!("alter table {sql} enable row level security;\n{}", if has_policy { "" } else { &policy }),
        ),
        Need::Policy => {
            (format!("Add a migration with a policy for reading `{table}`, to be narrowed"), "read", policy.clone())
        }
        Need::WholeOldRow => (
            format!("Add a migration that sets `replica identity full` for `{table}`"),
            "whole_old_row_of",
            format!("alter table {sql} replica identity full;\n"),
        ),
        Need::Grant => (
            format!("Add a migration that grants `{table}` to who has signed in"),
            "grant",
            format!("grant select on {sql} to authenticated;\n"),
        ),
    };
    (title, Migration { name: format!("{what}_{}", word(&table.name)), sql: statements })
}

/// The title of a fix and the migration that lets those who have signed in join private channels.
pub(crate) fn join_policy() -> (String, Migration) {
    let sql = "-- Everybody who has signed in may read every private topic: say here who really may, by realtime.topic().\n\
               create policy \"Read private topics\" on realtime.messages for select to authenticated\n  \
               using (realtime.messages.extension in ('broadcast', 'presence'));\n";
    let title = "Add a migration with a policy for private channels, to be narrowed".to_owned();
    (title, Migration { name: "join_private_channels".to_owned(), sql: sql.to_owned() })
}

/// The title of a fix and the migration that lets the publication carry every kind of change.
pub(crate) fn publish_all() -> (String, Migration) {
    let sql = "alter publication supabase_realtime set (publish = 'insert, update, delete, truncate');\n";
    let title = "Add a migration that publishes every kind of change".to_owned();
    (title, Migration { name: "publish_every_change".to_owned(), sql: sql.to_owned() })
}

/// A name as file names have it.
fn word(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }).collect()
}
