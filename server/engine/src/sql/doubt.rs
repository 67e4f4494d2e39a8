//! What may have changed and is not known.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::names::TableName;

/// Of which tables something is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Of none.
    #[default]
    None,
    /// Of those that one of these words may name.
    Of(BTreeSet<SmolStr>),
    /// Of any.
    Any,
}

impl Doubt {
    /// Whether a table may be meant.
    pub(super) fn concerns(&self, table: &TableName) -> bool {
        match self {
            Self::None => false,
            Self::Of(words) => words.contains(&table.name),
            Self::Any => true,
        }
    }

    /// Whether anything is not known.
    pub(super) fn is_some(&self) -> bool {
        *self != Self::None
    }

    fn add(&mut self, other: &Self) {
        match (&mut *self, other) {
            (_, Self::None) | (Self::Any, _) => {}
            (Self::Of(words), Self::Of(more)) => words.extend(more.iter().cloned()),
            (_, other) => *self = other.clone(),
        }
    }
}

/// What may have changed, by what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unknown {
    pub(super) publication: Doubt,
    pub(super) policies: Doubt,
    pub(super) security: Doubt,
    pub(super) grants: Doubt,
    pub(super) identity: Doubt,
}

impl Unknown {
    /// Anything, of any table.
    pub(super) fn all() -> Self {
        let any = || Doubt::Any;
        Self { publication: any(), policies: any(), security: any(), grants: any(), identity: any() }
    }

    /// What a text speaks of whose tables are named when it runs.
    pub(super) fn dynamic(text: &str) -> Self {
        Self::speaking(text, &Doubt::Any)
    }

    /// What a text speaks of that cannot be read. Its tables are among its words, unless it runs texts of its own.
    pub(super) fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        if lower.contains("execute") {
            return Self::dynamic(text);
        }
        Self::of_words(text, text)
    }

    /// What a function changes when somebody calls it.
    pub(super) fn of_function(text: &str) -> Self {
        const CHANGES: [&str; 4] = ["alter publication", "create policy", "row level security", "replica identity"];
        let lower = text.to_lowercase();
        let said: Vec<&str> = CHANGES.into_iter().filter(|words| lower.contains(words)).collect();
        match said.join(" ") {
            said if lower.contains("execute") => Self::dynamic(&said),
            said => Self::of_words(&said, text),
        }
    }

    /// What is spoken of, of the tables that a text names.
    fn of_words(spoken: &str, text: &str) -> Self {
        let mut unknown = Self::speaking(spoken, &Doubt::Of(words(text)));
        // A list that replaces another one, or all of it, is about those that it does not name.
        if unknown.publication.is_some() && !text.to_lowercase().contains("add table") {
            unknown.publication = Doubt::Any;
        }
        unknown
    }

    fn speaking(text: &str, doubt: &Doubt) -> Self {
        let text = text.to_lowercase();
        let of = |word: &str| if text.contains(word) { doubt.clone() } else { Doubt::None };
        Self {
            publication: of("publication"),
            policies: of("policy"),
            security: of("security"),
            grants: of("grant"),
            identity: of("replica"),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.publication.add(&other.publication);
        self.policies.add(&other.policies);
        self.security.add(&other.security);
        self.grants.add(&other.grants);
        self.identity.add(&other.identity);
    }

    pub(super) fn is_something(&self) -> bool {
        *self != Self::default()
    }
}

/// The words of a text as names: in quotes as they are, and without quotes as the database folds them.
fn words(text: &str) -> BTreeSet<SmolStr> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let plain = text.split(|letter| !is_part(letter)).filter(|word| !word.is_empty());
    let plain = plain.flat_map(|word| [SmolStr::from(word.to_lowercase()), SmolStr::from(word)]);
    let quoted = text.split('"').skip(1).step_by(2).map(SmolStr::from);
    plain.chain(quoted).collect()
}
