//! The ledger of subscribed tables, each checked by hand against the SQL of its repository, and what `halfopen tables` says.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// What is known of a table. A place is `path:line`, with the line from one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// `owner/name`.
    pub repository: String,
    /// Of the repository.
    pub commit: String,
    /// Its name.
    pub table: String,
    /// Where it is created, if the migrations do that.
    pub created: Option<String>,
    /// `yes PLACE`, `all PLACE`, `taken out PLACE`, `no` or `unknown`.
    pub published: String,
    /// `on PLACE`, `off again PLACE`, `off` or `unknown`.
    pub security: String,
    /// The places of the policies that let somebody read, sorted.
    pub readers: Vec<String>,
    /// Whether there may be others.
    pub may_be_more_readers: bool,
    /// `full PLACE`, `default`, `other` or `unknown`.
    pub identity: String,
    /// Why halfopen says something else, where it does and that is known.
    pub differs: Option<String>,
}

/// What `halfopen tables --json` says of one place.
#[derive(Debug, Deserialize)]
struct Said {
    table: Option<String>,
    facts: Vec<Fact>,
}

#[derive(Debug, Deserialize)]
struct Fact {
    about: String,
    text: String,
    path: Option<String>,
    line: Option<u32>,
}

impl Fact {
    fn place(&self) -> Option<String> {
        Some(format!("{}:{}", self.path.as_ref()?, self.line?))
    }

    /// The first of the words that the text begins with or holds, with the place.
    fn as_one_of(&self, words: &[(&str, &str)]) -> String {
        let found = words.iter().find(|(said, _)| self.text.contains(said));
        let name = found.map_or("unknown", |(_, name)| name);
        match self.place().filter(|_| found.is_some()) {
            Some(place) => format!("{name} {place}"),
            None => name.to_owned(),
        }
    }
}

/// What halfopen says of a row's table in a checkout, in the row's own words; `None`: nothing.
///
/// # Errors
/// Why the program could not be run or understood.
pub fn said(binary: &Path, checkout: &Path, rows: &[&TableRow]) -> Result<Vec<Option<TableRow>>, String> {
    let output = Command::new(binary)
        .args(["tables", "--json"])
        .current_dir(checkout)
        .output()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    let said: Vec<Said> = serde_json::from_slice(&output.stdout).map_err(|error| format!("the tables: {error}"))?;
    let of = |row: &&TableRow| {
        let said = said.iter().find(|said| said.table.as_ref() == Some(&row.table))?;
        Some(in_words_of(row, said))
    };
    Ok(rows.iter().map(of).collect())
}

fn in_words_of(row: &TableRow, said: &Said) -> TableRow {
    let of = |about: &'static str| said.facts.iter().filter(move |fact| fact.about == about);
    let one = |about: &'static str, words: &[(&str, &str)]| {
        of(about).next().map_or_else(|| "unknown".to_owned(), |fact| fact.as_one_of(words))
    };
    let mut readers: Vec<String> = of("who may read").filter_map(Fact::place).collect();
    readers.sort();
    let published =
        [("carries it", "yes"), ("all tables", "all"), ("taken out", "taken out"), ("no migration adds", "no")];
    let identity = one("replica identity", &[("full:", "full"), ("default:", "default"), ("another", "other")]);
    TableRow {
        created: of("table").find(|fact| fact.text == "created").and_then(Fact::place),
        published: one("publication", &published),
        security: one("row level security", &[("off again", "off again"), ("never", "off"), ("on", "on")]),
        readers,
        may_be_more_readers: of("who may read").any(|fact| fact.text.contains("may be other")),
        identity: if identity.starts_with("full") { identity } else { first_word(&identity) },
        ..row.clone()
    }
}

fn first_word(text: &str) -> String {
    text.split(' ').next().unwrap_or_default().to_owned()
}
