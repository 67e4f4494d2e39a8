//! The state of a database after its migrations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::by_hand::ByHand;
use super::change::{Change, Granted, Unknown, What};
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
    tables: BTreeMap<TableName, Table>,
    /// Of tables that these files may not create: `realtime.messages`.
    policies: BTreeMap<TableName, Vec<Policy>>,
    publication: Publication,
    functions: BTreeMap<SmolStr, Function>,
    triggers: BTreeMap<(TableName, SmolStr), SmolStr>,
    /// Whom tables made from now on are granted to, by schema.
    default_grants: BTreeMap<SmolStr, BTreeSet<SmolStr>>,
    unknown: Unknown,
    /// What SQL that is no migration does: it may have been run by hand.
    by_hand: ByHand,
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
    /// Whom it is granted to for select, by name.
    granted: BTreeSet<SmolStr>,
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
struct Function {
    is_trigger: bool,
    sends: Vec<Send>,
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
        !self.unknown.publication
            && !by_hand.unknown.publication
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

    /// Whether row level security surely is off for a table.
    pub fn is_unsecured(&self, name: &TableName) -> bool {
        let is_off = self.tables.get(name).is_some_and(|table| !matches!(table.security, RowSecurity::On(_)));
        let by_hand = self.by_hand.secured.contains(name) || self.by_hand.unknown.security;
        is_off && !by_hand && !self.unknown.security
    }

    /// Where row level security is turned on for a table whose every row it surely hides: no policy lets anybody read.
    pub fn unreadable(&self, name: &TableName) -> Option<&SqlPlace> {
        let RowSecurity::On(place) = &self.tables.get(name)?.security else { return None };
        let may_be_read = self.policies(name).iter().any(Policy::lets_read) || self.has_unknown_policies(name);
        (!may_be_read).then_some(place)
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
    fn has_unknown_policies(&self, name: &TableName) -> bool {
        self.unknown.policies || self.by_hand.unknown.policies || self.by_hand.with_policies.contains(name)
    }

    /// The columns of a table's primary key, where an update or delete surely tells of them alone.
    pub fn old_columns(&self, name: &TableName) -> Option<&[SmolStr]> {
        let table = self.tables.get(name)?;
        let by_hand = self.by_hand.with_identity.contains(name) || self.by_hand.unknown.identity;
        let is_default = table.identity == Identity::Default && !by_hand && !self.unknown.identity;
        table.key.as_deref().filter(|_| is_default)
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
        let is_known = !self.unknown.grants && !self.by_hand.unknown.grants;
        let habit = || 2 * self.tables.values().filter(|table| is_granted(table)).count() >= self.tables.len();
        is_known && self.tables.get(name).is_some_and(|table| !is_granted(table)) && habit()
    }

    fn apply(&mut self, what: &What, place: SqlPlace) {
        match what {
            What::CreateTable { table, unless_there, columns, key } => {
                if *unless_there && self.tables.contains_key(table) {
                    return;
                }
                let granted = self.default_grants.get(&table.schema).cloned().unwrap_or_default();
                let (columns, key) = (columns.clone(), key.clone());
                let (security, identity) = (RowSecurity::Off, Identity::Default);
                self.tables.insert(table.clone(), Table { created: place, columns, key, security, identity, granted });
            }
            What::DropTable(table) => self.drop_table(table),
            What::DropSchema(schema) => {
                let gone: Vec<TableName> = self.tables.keys().filter(|name| name.schema == *schema).cloned().collect();
                gone.iter().for_each(|name| self.drop_table(name));
            }
            What::Rename { table, to } => self.rename(table, to),
            What::RenameColumn { table, from, to } => self.rename_column(table, from, to),
            What::AddColumn { table, column, is_key } => {
                let Some(known) = self.tables.get_mut(table) else { return };
                if let Some(columns) = known.columns.as_mut().filter(|columns| !columns.contains(column)) {
                    columns.push(column.clone());
                }
                if *is_key {
                    known.key = Some(vec![column.clone()]);
                }
            }
            What::Key { table, key } => {
                if let Some(known) = self.tables.get_mut(table) {
                    known.key = key.clone();
                }
            }
            What::RowSecurity { table, is_on } => {
                if let Some(known) = self.tables.get_mut(table) {
                    known.security = match (*is_on, &known.security) {
                        (true, _) => RowSecurity::On(place),
                        (false, RowSecurity::Off) => RowSecurity::Off,
                        (false, _) => RowSecurity::OffAgain(place),
                    };
                }
            }
            What::Identity { table, identity } => {
                if let Some(known) = self.tables.get_mut(table) {
                    known.identity = identity.clone();
                }
            }
            What::CreatePolicy { table, policy } => {
                let policies = self.policies.entry(table.clone()).or_default();
                policies.retain(|known| known.name != policy.name);
                policies.push(Policy { place, ..policy.clone() });
            }
            What::AlterPolicy { table, name, renamed, condition } => {
                let known = self.policies.get_mut(table).into_iter().flatten().find(|known| known.name == *name);
                let Some(known) = known else { return };
                known.name = renamed.clone().unwrap_or_else(|| known.name.clone());
                known.condition = condition.clone().or(known.condition.take());
            }
            What::DropPolicy { table, name } => {
                if let Some(policies) = self.policies.get_mut(table) {
                    policies.retain(|known| known.name != *name);
                }
            }
            What::Publication(members) => self.publication.apply(members, &place),
            What::Grant { on, roles, gives } => self.grant(on, roles, *gives),
            What::Function { name, is_trigger, sends } => {
                let sends = sends.iter().map(|send| {
                    let place = SqlPlace { path: Arc::clone(&place.path), line: send.place.line };
                    Send { place, ..send.clone() }
                });
                self.functions.insert(name.clone(), Function { is_trigger: *is_trigger, sends: sends.collect() });
            }
            What::DropFunction(name) => {
                self.functions.remove(name);
                self.triggers.retain(|_, function| function != name);
            }
            What::Trigger { name, table, function } => {
                self.triggers.insert((table.clone(), name.clone()), function.clone());
            }
            What::DropTrigger { name, table } => {
                self.triggers.remove(&(table.clone(), name.clone()));
            }
            What::Unknown(unknown) => self.unknown.add(*unknown),
        }
    }

    fn drop_table(&mut self, table: &TableName) {
        self.tables.remove(table);
        self.policies.remove(table);
        self.publication.tables.remove(table);
        self.publication.taken_out.remove(table);
        self.triggers.retain(|(known, _), _| known != table);
    }

    fn rename(&mut self, table: &TableName, to: &TableName) {
        if let Some(known) = self.tables.remove(table) {
            self.tables.insert(to.clone(), known);
        }
        if let Some(policies) = self.policies.remove(table) {
            self.policies.insert(to.clone(), policies);
        }
        if let Some(place) = self.publication.tables.remove(table) {
            self.publication.tables.insert(to.clone(), place);
        }
        let triggers = std::mem::take(&mut self.triggers);
        let moved = |known: TableName| if known == *table { to.clone() } else { known };
        self.triggers = triggers.into_iter().map(|((known, name), of)| ((moved(known), name), of)).collect();
    }

    fn rename_column(&mut self, table: &TableName, from: &SmolStr, to: &SmolStr) {
        let Some(known) = self.tables.get_mut(table) else { return };
        for column in known.columns.iter_mut().chain(&mut known.key).flatten().filter(|column| *column == from) {
            *column = to.clone();
        }
    }

    fn grant(&mut self, on: &Granted, roles: &[SmolStr], gives: bool) {
        let change = |granted: &mut BTreeSet<SmolStr>| match gives {
            true => granted.extend(roles.iter().cloned()),
            false => granted.retain(|role| !roles.contains(role)),
        };
        match on {
            Granted::Tables(tables) => {
                for table in tables {
                    let Some(known) = self.tables.get_mut(table) else { continue };
                    change(&mut known.granted);
                }
            }
            Granted::Schema { schema, is_default: true } => {
                change(self.default_grants.entry(schema.clone()).or_default());
            }
            Granted::Schema { schema, is_default: false } => {
                self.tables
                    .iter_mut()
                    .filter(|(name, _)| name.schema == *schema)
                    .for_each(|(_, known)| change(&mut known.granted));
            }
        }
    }
}

impl Unknown {
    pub(super) fn add(&mut self, other: Self) {
        self.publication |= other.publication;
        self.policies |= other.policies;
        self.security |= other.security;
        self.grants |= other.grants;
        self.identity |= other.identity;
    }
}

impl Default for SqlPlace {
    fn default() -> Self {
        Self { path: Arc::from(""), line: 0 }
    }
}
