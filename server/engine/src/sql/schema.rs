//! The state of a database after its migrations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::by_hand::ByHand;
use super::change::{Actions, Change};
use super::doubt::Unknown;
use super::names::TableName;
use super::publication::Publication;
use super::read::messages;

/// A place in a file of SQL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SqlPlace {
    /// The file, as whoever folds names it.
    pub path: Arc<str>,
    /// The line, from zero.
    pub line: u32,
}

/// A file of SQL that was read.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// Its name.
    pub path: Arc<str>,
    /// What its statements do, in their order.
    pub changes: Arc<[Change]>,
}

/// A database as its migrations leave it, as far as Realtime asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    pub(super) tables: BTreeMap<TableName, Table>,
    /// Of tables that these files may not create: `realtime.messages`.
    pub(super) policies: BTreeMap<TableName, Vec<Policy>>,
    pub(super) publication: Publication,
    pub(super) functions: BTreeMap<SmolStr, Function>,
    pub(super) triggers: BTreeMap<(TableName, SmolStr), SmolStr>,
    /// Whom tables made from now on are granted to, by schema.
    pub(super) default_grants: BTreeMap<SmolStr, BTreeSet<SmolStr>>,
    pub(super) unknown: Unknown,
    /// What SQL that is no migration does: it may have been run by hand.
    pub(super) by_hand: ByHand,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Where it is created.
    pub created: SqlPlace,
    /// The names of its columns; `None`: not all are known.
    pub columns: Option<Vec<SmolStr>>,
    /// The columns of its primary key, if it is known to have one.
    pub key: Option<Vec<SmolStr>>,
    /// Whether row level security is on.
    pub security: RowSecurity,
    /// What an update or delete tells of the old row.
    pub identity: Identity,
    /// Where that is said.
    pub identity_at: Option<SqlPlace>,
    /// Whom it is granted to for select, by name.
    pub(super) granted: BTreeSet<SmolStr>,
}

/// Whether row level security is on.
#[derive(Clone, Debug, PartialEq)]
pub enum RowSecurity {
    /// It never was turned on.
    Off,
    /// Turned off there, after it was on.
    OffAgain(SqlPlace),
    /// Turned on there.
    On(SqlPlace),
}

/// What an update or delete tells of the old row.
#[derive(Clone, Debug, PartialEq)]
pub enum Identity {
    /// The primary key.
    Default,
    /// The whole row.
    Full,
    /// Nothing, or the columns of an index that is not looked at.
    Other,
}

/// A policy of row level security.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: SmolStr,
    /// Whether it lets rows through; a restrictive one only takes them away.
    pub is_permissive: bool,
    /// What it is for.
    pub command: PolicyCommand,
    /// Whom it is for; `public` is everybody.
    pub roles: Vec<SmolStr>,
    /// Its condition on rows that are there, as the file spells it.
    pub condition: Option<String>,
    /// Where it is created.
    pub place: SqlPlace,
}

/// What a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyCommand {
    /// Everything.
    All,
    /// Reading.
    Select,
    /// Writing of one kind.
    Write,
}

impl Policy {
    /// Whether its condition on rows that are there says that name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let condition = self.condition.as_deref().unwrap_or_default().to_lowercase();
        condition.split(|letter| !is_part(letter)).any(|word| word == name)
    }

    /// Whether it may let somebody read a row.
    pub fn lets_read(&self) -> bool {
        let is_never = self.condition.as_deref().is_some_and(|condition| condition.eq_ignore_ascii_case("false"));
        self.is_permissive && self.command != PolicyCommand::Write && !is_never
    }
}

/// A message that a function of the database sends to a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// The topic, as far as it is known.
    pub topic: Topic,
    /// Whether only private channels get it; `None`: not known.
    pub is_private: Option<bool>,
    /// Where.
    pub place: SqlPlace,
}

/// A topic: its known parts, and `None` for what is known only when it runs.
pub type Topic = Vec<Option<SmolStr>>;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Function {
    pub(super) is_trigger: bool,
    pub(super) sends: Vec<Send>,
}

impl Schema {
    /// What the migrations come to, in their order; `others` are files of SQL that no tool runs, and that somebody may have
    /// run by hand.
    pub fn fold<'file>(
        migrations: impl IntoIterator<Item = &'file SqlFile>,
        others: impl IntoIterator<Item = &'file SqlFile>,
    ) -> Self {
        let mut schema = Self::default();
        for file in migrations {
            for change in file.changes.iter() {
                let place = SqlPlace { path: Arc::clone(&file.path), line: change.line };
                schema.apply(&change.what, place);
            }
        }
        for change in others.into_iter().flat_map(|file| file.changes.iter()) {
            schema.by_hand.note(&change.what);
        }
        schema
    }

    /// A table that the migrations create.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The tables that the migrations create.
    pub fn tables(&self) -> impl Iterator<Item = (&TableName, &Table)> {
        self.tables.iter()
    }

    /// Whether a table surely is in no publication that Realtime reads.
    pub fn is_unpublished(&self, name: &TableName) -> bool {
        let by_hand = &self.by_hand;
        !self.unknown.publication.concerns(name)
            && !by_hand.unknown.publication.concerns(name)
            && !by_hand.all_published
            && !by_hand.published.contains(name)
            && !by_hand.published_schemas.contains(&name.schema)
            && self.published(name).is_none()
    }

    /// Where a table is added to the publication.
    pub fn published(&self, name: &TableName) -> Option<&SqlPlace> {
        let publication = &self.publication;
        let in_schema = || publication.schemas.get(&name.schema);
        publication.all.as_ref().or_else(|| publication.tables.get(name)).or_else(in_schema)
    }

    /// Where a table is taken out of the publication again.
    pub fn taken_out(&self, name: &TableName) -> Option<&SqlPlace> {
        self.publication.taken_out.get(name)
    }

    /// Where the publication is told to carry fewer kinds of changes than there are, with those that it carries.
    pub fn narrowed(&self) -> Option<(Actions, &SqlPlace)> {
        let is_known = !self.unknown.publication.is_some() && !self.by_hand.unknown.publication.is_some();
        let said = self.publication.actions.as_ref().filter(|(actions, _)| is_known && *actions != Actions::default());
        said.map(|(actions, place)| (*actions, place))
    }

    /// Whether row level security surely is off for a table.
    pub fn is_unsecured(&self, name: &TableName) -> bool {
        let is_off = self.tables.get(name).is_some_and(|table| !matches!(table.security, RowSecurity::On(_)));
        let by_hand = self.by_hand.secured.contains(name) || self.by_hand.unknown.security.concerns(name);
        is_off && !by_hand && !self.unknown.security.concerns(name)
    }

    /// Where row level security is turned on for a table whose every row it surely hides: no policy lets anybody read.
    pub fn unreadable(&self, name: &TableName) -> Option<&SqlPlace> {
        let RowSecurity::On(place) = &self.tables.get(name)?.security else { return None };
        let may_be_read = self.policies(name).iter().any(Policy::lets_read)
            || self.has_unknown_policies(name)
            || self.may_be_off(name);
        (!may_be_read).then_some(place)
    }

    /// Whether row level security may be off though a migration turns it on.
    pub(super) fn may_be_off(&self, name: &TableName) -> bool {
        self.by_hand.unsecured.contains(name)
    }

    /// The policies of a table.
    pub fn policies(&self, name: &TableName) -> &[Policy] {
        self.policies.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether somebody may join private channels: a policy on Realtime's messages lets them be read, and not for changes of
    /// tables alone, which it does not rule. A policy that no file tells of is a doubt.
    pub fn may_join_privately(&self) -> bool {
        let admits = |policy: &Policy| {
            let condition = policy.condition.as_deref().unwrap_or_default().to_lowercase();
            let is_for_changes_alone = condition.contains("'postgres_changes'")
                && !condition.contains("'broadcast'")
                && !condition.contains("'presence'");
            policy.lets_read() && !is_for_changes_alone
        };
        self.policies(&messages()).iter().any(admits) || self.has_unknown_policies(&messages())
    }

    /// Whether a policy may be there that no file tells of.
    pub(super) fn has_unknown_policies(&self, name: &TableName) -> bool {
        self.unknown.policies.concerns(name)
            || self.by_hand.unknown.policies.concerns(name)
            || self.by_hand.with_policies.contains(name)
    }

    /// The columns of a table's primary key, where an update or delete surely tells of them alone.
    pub fn old_columns(&self, name: &TableName) -> Option<&[SmolStr]> {
        let table = self.tables.get(name)?;
        let is_default = table.identity == Identity::Default && self.knows_identity(name);
        table.key.as_deref().filter(|_| is_default)
    }

    /// Whether nothing that cannot be followed, or that somebody may have run by hand, tells another identity or key.
    pub(super) fn knows_identity(&self, name: &TableName) -> bool {
        let by_hand = &self.by_hand;
        let is_other_key = |key: &Option<Vec<SmolStr>>| self.table(name).is_none_or(|table| table.key != *key);
        !by_hand.with_identity.contains(name)
            && !by_hand.keys.get(name).is_some_and(is_other_key)
            && !by_hand.unknown.identity.concerns(name)
            && !self.unknown.identity.concerns(name)
    }

    /// What functions send that a trigger, or somebody else, may run.
    pub fn sends(&self) -> impl Iterator<Item = &Send> {
        let runs = |name: &SmolStr, function: &Function| {
            !function.is_trigger || self.triggers.values().any(|known| known == name)
        };
        self.functions
            .iter()
            .filter(move |(name, function)| runs(name, function))
            .flat_map(|(_, function)| &function.sends)
    }

    /// Whether the project grants its tables to the roles of visitors one by one, and this one to none of them: at least half
    /// of its tables are granted, for a single grant is no habit.
    pub fn is_ungranted(&self, name: &TableName) -> bool {
        const VISITORS: [&str; 3] = ["anon", "authenticated", "public"];
        let is_granted = |table: &Table| VISITORS.iter().any(|role| table.granted.contains(*role));
        let is_known = !self.unknown.grants.is_some() && !self.by_hand.unknown.grants.is_some();
        let habit = || 2 * self.tables.values().filter(|table| is_granted(table)).count() >= self.tables.len();
        is_known && self.tables.get(name).is_some_and(|table| !is_granted(table)) && habit()
    }
}

impl Default for SqlPlace {
    fn default() -> Self {
        Self { path: Arc::from(""), line: 0 }
    }
}
