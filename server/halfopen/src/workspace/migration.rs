//! The names of new migrations.

use std::path::{Path, PathBuf};

/// Where new migrations go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Migrations {
    /// The last one that is there.
    pub(crate) last: Option<PathBuf>,
    /// Their folder.
    pub(crate) folder: PathBuf,
}

impl Migrations {
    /// The path of a new migration that runs after all others. `now`: the time, as `20261231235959`.
    pub(crate) fn next(&self, now: &str, name: &str) -> PathBuf {
        let last = self.last.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let last: String = last.iter().flat_map(|name| name.chars()).take_while(char::is_ascii_digit).collect();
        self.folder.join(format!("{}_{name}.sql", number(now, &last)))
    }
}

/// The time, or the number after the last one, if the time would not come behind it. Files run in the order of their names,
/// letter by letter, and a project that counts `001`, `002` goes on counting.
fn number(now: &str, last: &str) -> String {
    let next = || format!("{:0width$}", last.parse::<u64>().map_or(1, |last| last + 1), width = last.len());
    if last.is_empty() || (last.len() >= 8 && now > last) { now.to_owned() } else { next() }
}

/// The time now, in UTC.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y%m%d%H%M%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_migration_runs_last() {
        let now = "20261128120000";
        for (last, expected) in [
            ("", "20261128120000"),
            ("20250101000000", "20261128120000"),
            ("20270101000000", "20270101000001"),
            ("20261128", "20261128120000"),
            ("007", "008"),
            ("31", "32"),
        ] {
            assert_eq!(number(now, last), expected, "after {last}");
        }
    }

    #[test]
    fn the_time_is_written_as_the_tool_writes_it() {
        let now = now();
        assert!(now.len() == 14 && now.starts_with("20") && now.bytes().all(|byte| byte.is_ascii_digit()), "{now}");
    }
}
