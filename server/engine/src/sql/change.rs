//! What one statement does.

use smol_str::SmolStr;

use super::names::TableName;
use super::schema::{Identity, Policy, Send};

/// What one statement does, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The line, from zero.
    pub(super) line: u32,
    pub(super) what: What,
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
        /// The new condition on rows that are there, if there is one.
        condition: Option<String>,
    },
    DropPolicy {
        table: TableName,
        name: SmolStr,
    },
    Publication(Members),
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
    DropFunction(SmolStr),
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

/// What may have changed and is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unknown {
    pub(super) publication: bool,
    pub(super) policies: bool,
    pub(super) security: bool,
    pub(super) grants: bool,
    pub(super) identity: bool,
}

impl Unknown {
    /// What a text speaks of that nobody can evaluate.
    pub(super) fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        Self {
            publication: text.contains("publication"),
            policies: text.contains("policy"),
            security: text.contains("security"),
            grants: text.contains("grant"),
            identity: text.contains("replica"),
        }
    }

    pub(super) fn is_something(self) -> bool {
        self != Self::default()
    }
}
