//! What one statement does.

use smol_str::SmolStr;

use super::doubt::Unknown;
use super::names::TableName;
use super::schema::{Identity, Policy, Send};
use crate::text::Span;

/// What one statement does, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The line, from zero.
    pub(super) line: u32,
    pub(super) what: What,
}

impl Change {
    /// Whether it alters the table of Realtime's messages: the bytes of that statement, and whether it does no more than turn
    /// on row level security.
    pub(crate) fn alters_messages(&self) -> Option<(Span, bool)> {
        match self.what {
            What::AlterMessages { span, only_secures } => Some((span, only_secures)),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    CreateTable {
        table: TableName,
        /// Nothing happens if it is there.
        unless_there: bool,
        /// The names of its columns, where the statement lists all of them.
        columns: Option<Vec<SmolStr>>,
        key: Option<Vec<SmolStr>>,
    },
    DropTable(TableName),
    DropSchema(SmolStr),
    Rename {
        table: TableName,
        to: TableName,
    },
    RenameColumn {
        table: TableName,
        from: SmolStr,
        to: SmolStr,
    },
    AddColumn {
        table: TableName,
        column: SmolStr,
        is_key: bool,
    },
    /// Its primary key; `None`: it has none that is known from here on.
    Key {
        table: TableName,
        key: Option<Vec<SmolStr>>,
    },
    RowSecurity {
        table: TableName,
        is_on: bool,
    },
    Identity {
        table: TableName,
        identity: Identity,
    },
    CreatePolicy {
        table: TableName,
        policy: Policy,
    },
    AlterPolicy {
        table: TableName,
        name: SmolStr,
        renamed: Option<SmolStr>,
        /// The new list of whom it is for, if there is one.
        roles: Option<Vec<SmolStr>>,
        /// The new condition on rows that are there, if there is one.
        condition: Option<String>,
    },
    DropPolicy {
        table: TableName,
        name: SmolStr,
    },
    Publication(Members),
    /// Which kinds of changes the publication carries from here on.
    PublicationActions(Actions),
    /// It alters the table that Realtime keeps messages in, and that belongs to Supabase.
    AlterMessages {
        /// The bytes of the statement in the file.
        span: Span,
        /// It turns on row level security, which is on.
        only_secures: bool,
    },
    /// Whoever may select from those tables may do so, or not any more.
    Grant {
        on: Granted,
        roles: Vec<SmolStr>,
        gives: bool,
    },
    Function {
        name: SmolStr,
        is_trigger: bool,
        sends: Vec<Send>,
    },
    DropFunction {
        name: SmolStr,
        /// What uses it goes, too.
        cascades: bool,
    },
    DropColumn {
        table: TableName,
        column: SmolStr,
        /// Policies that look at it go, too.
        cascades: bool,
    },
    Trigger {
        name: SmolStr,
        table: TableName,
        function: SmolStr,
    },
    DropTrigger {
        name: SmolStr,
        table: TableName,
    },
    /// What dynamic or broken SQL may change.
    Unknown(Unknown),
}

/// What a statement does with the publication of Realtime.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Members {
    Add(Published),
    Set(Published),
    Drop(Published),
    /// It has another name now, or is dropped.
    Gone,
}

/// The kinds of changes that a publication carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actions {
    /// New rows.
    pub insert: bool,
    /// Changed rows.
    pub update: bool,
    /// Removed rows.
    pub delete: bool,
}

impl Actions {
    /// As `inserts and updates`.
    pub fn in_words(self) -> String {
        let all = [(self.insert, "inserts"), (self.update, "updates"), (self.delete, "deletes")];
        let named: Vec<&str> = all.into_iter().filter_map(|(is_carried, name)| is_carried.then_some(name)).collect();
        if named.is_empty() { "nothing".to_owned() } else { named.join(" and ") }
    }

    /// Whether it carries all kinds that an event of a subscription asks for: `INSERT`, `UPDATE`, `DELETE`, or `*`.
    pub fn carries(self, event: &str) -> bool {
        match event {
            "INSERT" => self.insert,
            "UPDATE" => self.update,
            "DELETE" => self.delete,
            _ => self == Self::default(),
        }
    }
}

impl Default for Actions {
    fn default() -> Self {
        Self { insert: true, update: true, delete: true }
    }
}

/// A list of published things.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Published {
    pub(super) all: bool,
    pub(super) tables: Vec<TableName>,
    pub(super) schemas: Vec<SmolStr>,
}

/// What a privilege is granted on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Granted {
    Tables(Vec<TableName>),
    /// All tables that stand in the schema at that time, or that are made later (`is_default`).
    Schema {
        schema: SmolStr,
        is_default: bool,
    },
}

/// What a file may do whose statements are not read: what its text speaks of, or anything where not even that is known.
pub fn unread(text: Option<&str>) -> Vec<Change> {
    let unknown = text.map_or_else(Unknown::all, Unknown::dynamic);
    let is_something = unknown.is_something();
    let change = Change { line: 0, what: What::Unknown(unknown) };
    if is_something { vec![change] } else { Vec::new() }
}
