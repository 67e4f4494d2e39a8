//! `halfopen rules`.

use std::io::{self, Write};

use halfopen_engine::rules::{self, RuleMeta};
use halfopen_engine::settings::Preset;

use super::{CLEAN, delivered};

/// The heads of the columns.
const HEADS: [&str; 6] = ["rule", "area", "severity", "preset", "fix", "summary"];

/// Prints a table of all rules.
pub(crate) fn list() -> i32 {
    delivered(write(&mut io::stdout().lock()), CLEAN)
}

fn write(out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<[&str; 6]> = std::iter::once(HEADS).chain(rules::all().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            write!(out, "{cell:width$}  ")?;
        }
        writeln!(out, "{}", row[5])?;
    }
    out.flush()
}

fn row(rule: &'static RuleMeta) -> [&'static str; 6] {
    let preset = match rule.preset {
        Preset::Recommended => "recommended",
        Preset::Strict => "strict",
    };
    [rule.name, rule.area, rule.severity.name(), preset, rule.fix, rule.summary]
}
