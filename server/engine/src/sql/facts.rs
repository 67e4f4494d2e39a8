//! All that decides whether changes of one table reach anybody, each with its place: for who wants to see it.

use smol_str::SmolStr;

use super::change::Actions;
use super::names::TableName;
use super::read::messages;
use super::schema::{Identity, Policy, RowSecurity, Schema, SqlPlace};

/// What is known of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFacts {
    /// Where it is created; `None`: the migrations do not create it.
    pub created: Option<SqlPlace>,
    /// Whether the publication carries it.
    pub publication: Membership,
    /// The kinds of changes that the publication carries, where it was told to carry fewer than there are.
    pub narrowed: Option<(Actions, SqlPlace)>,
    /// Whether row level security is on.
    pub security: Security,
    /// Who may read its rows.
    pub readers: Readers,
    /// What an update or delete tells of the old row, with where it is said; `None`: not known.
    pub identity: Option<(Identity, Option<SqlPlace>)>,
    /// The columns of its primary key; `None`: not known.
    pub key: Option<Vec<SmolStr>>,
}

/// Whether the publication carries a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Membership {
    /// It was added there, alone or with its schema.
    In(SqlPlace),
    /// It carries all tables, since there.
    All(SqlPlace),
    /// It was taken out there.
    TakenOut(SqlPlace),
    /// No migration adds it.
    NotInMigrations,
    /// Something that cannot be read speaks of the publication.
    Unknown,
}

/// Whether row level security is on.
#[derive(Clone, Debug, PartialEq)]
pub enum Security {
    /// Since there.
    On(SqlPlace),
    /// It was turned off there.
    OffAgain(SqlPlace),
    /// No migration turns it on.
    Off,
    /// Something that cannot be read speaks of it, or the table is not created by the migrations.
    Unknown,
}

/// Who may read a table's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Readers {
    /// The policies that let somebody read.
    pub policies: Vec<Policy>,
    /// There may be others.
    pub may_be_more: bool,
}

impl Schema {
    /// What is known of a table.
    pub fn facts(&self, name: &TableName) -> TableFacts {
        let table = self.table(name);
        TableFacts {
            created: table.map(|table| table.created.clone()),
            publication: self.membership(name),
            narrowed: self.narrowed().map(|(actions, place)| (actions, place.clone())),
            security: self.security_of(name),
            readers: self.readers(name),
            identity: table
                .filter(|_| self.knows_identity(name))
                .map(|table| (table.identity.clone(), table.identity_at.clone())),
            key: table.and_then(|table| table.key.clone()),
        }
    }

    /// Who may join private channels.
    pub fn joiners(&self) -> Readers {
        self.readers(&messages())
    }

    fn readers(&self, name: &TableName) -> Readers {
        Readers {
            policies: self.policies(name).iter().filter(|policy| policy.lets_read()).cloned().collect(),
            may_be_more: self.has_unknown_policies(name),
        }
    }

    /// The names of its tables, sorted.
    pub fn table_names(&self) -> impl Iterator<Item = &TableName> {
        self.tables.keys()
    }

    fn membership(&self, name: &TableName) -> Membership {
        match (&self.publication.all, self.published(name), self.taken_out(name)) {
            (Some(place), ..) => Membership::All(place.clone()),
            (_, Some(place), _) => Membership::In(place.clone()),
            _ if !self.is_unpublished(name) => Membership::Unknown,
            (_, _, Some(place)) => Membership::TakenOut(place.clone()),
            _ => Membership::NotInMigrations,
        }
    }

    fn security_of(&self, name: &TableName) -> Security {
        match self.table(name).map(|table| &table.security) {
            Some(RowSecurity::On(_)) if self.may_be_off(name) => Security::Unknown,
            Some(RowSecurity::On(place)) => Security::On(place.clone()),
            Some(_) if !self.is_unsecured(name) => Security::Unknown,
            Some(RowSecurity::OffAgain(place)) => Security::OffAgain(place.clone()),
            Some(RowSecurity::Off) => Security::Off,
            None => Security::Unknown,
        }
    }
}

/// One thing that is known, in words, with the place that says it.
#[derive(Clone, Debug, PartialEq)]
pub struct FactLine {
    /// What it is about: `publication`.
    pub about: &'static str,
    /// What is known.
    pub text: String,
    /// Where it is said.
    pub place: Option<SqlPlace>,
}

impl FactLine {
    fn new(about: &'static str, text: impl Into<String>, place: Option<&SqlPlace>) -> Self {
        Self { about, text: text.into(), place: place.cloned() }
    }
}

impl TableFacts {
    /// What is known, in the order in which the server asks.
    pub fn lines(&self) -> Vec<FactLine> {
        let created = match &self.created {
            Some(place) => FactLine::new("table", "created", Some(place)),
            None => FactLine::new("table", "no migration creates it", None),
        };
        let mut lines = vec![created, self.publication_line()];
        lines.extend(self.narrowed.as_ref().map(|(actions, place)| {
            FactLine::new("publication", format!("it carries {} alone", actions.in_words()), Some(place))
        }));
        lines.push(self.security_line());
        lines.extend(self.reader_lines());
        lines.push(self.identity_line());
        lines
    }

    fn publication_line(&self) -> FactLine {
        let (text, place) = match &self.publication {
            Membership::In(place) => ("`supabase_realtime` carries it", Some(place)),
            Membership::All(place) => ("`supabase_realtime` carries all tables", Some(place)),
            Membership::TakenOut(place) => ("taken out of `supabase_realtime`", Some(place)),
            Membership::NotInMigrations => ("no migration adds it to `supabase_realtime`", None),
            Membership::Unknown => ("not known: SQL that cannot be followed speaks of it", None),
        };
        FactLine::new("publication", text, place)
    }

    fn security_line(&self) -> FactLine {
        let (text, place) = match &self.security {
            Security::On(place) => ("on", Some(place)),
            Security::OffAgain(place) => ("turned off again", Some(place)),
            Security::Off => ("never turned on", None),
            Security::Unknown => ("not known", None),
        };
        FactLine::new("row level security", text, place)
    }

    fn reader_lines(&self) -> Vec<FactLine> {
        if matches!(self.security, Security::Off | Security::OffAgain(_)) {
            let all = "everybody who has the privilege to select, every row";
            return vec![FactLine::new("who may read", all, None)];
        }
        self.readers.lines()
    }

    fn identity_line(&self) -> FactLine {
        let key = self.key.as_ref().map(|key| key.join(", ")).filter(|key| !key.is_empty());
        let (text, place) = match &self.identity {
            None => ("not known".to_owned(), None),
            Some((Identity::Full, place)) => {
                ("full: an update or delete tells the whole old row".to_owned(), place.as_ref())
            }
            Some((Identity::Other, place)) => ("another one than the primary key".to_owned(), place.as_ref()),
            Some((Identity::Default, place)) => {
                let key = key.map_or_else(|| "the primary key".to_owned(), |key| format!("the primary key ({key})"));
                (format!("default: an update or delete tells {key} of the old row"), place.as_ref())
            }
        };
        FactLine::new("replica identity", text, place)
    }
}

impl Readers {
    /// Each policy that lets somebody read.
    pub fn lines(&self) -> Vec<FactLine> {
        let line = |policy: &Policy| {
            let condition = policy.condition.as_deref().unwrap_or("true");
            let condition = condition.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = format!("{}: \"{}\" using ({})", policy.roles.join(", "), policy.name, shortened(&condition));
            FactLine::new("who may read", text, Some(&policy.place))
        };
        let mut lines: Vec<FactLine> = self.policies.iter().map(line).collect();
        if self.may_be_more {
            let text = "there may be other policies: SQL that cannot be followed speaks of them";
            lines.push(FactLine::new("who may read", text, None));
        } else if lines.is_empty() {
            lines.push(FactLine::new("who may read", "nobody: no policy lets anybody read", None));
        }
        lines
    }
}

/// The beginning of a condition.
fn shortened(condition: &str) -> String {
    const MOST: usize = 120;
    match condition.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &condition[..end]),
        None => condition.to_owned(),
    }
}
