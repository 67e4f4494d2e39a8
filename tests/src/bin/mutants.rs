//! The mutants of whole repositories.
//!
//! `cargo run --release -p halfopen-tests --bin mutants -- FOLDER…` takes every release that the model names as proof
//! out of the files below the folders, one at a time, and shows each place where the resource is not said to leak then,
//! or where the fix does not make the finding go.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use halfopen_engine::FileKind;
use halfopen_tests::mutants::{self, Mutant, Outcome, Repair};
use ignore::WalkBuilder;

/// Mutants of one kind of resource.
#[derive(Default)]
struct Count {
    mutants: u32,
    leaks: u32,
    elsewhere: u32,
    fixes: u32,
    fixed: u32,
}

/// The largest file that is read, in bytes.
const MAX_SIZE: u64 = 1 << 20;

fn main() -> ExitCode {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    if folders.is_empty() {
        let _ = writeln!(std::io::stderr(), "usage: mutants FOLDER…");
        return ExitCode::from(2);
    }
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for folder in &folders {
        for entry in WalkBuilder::new(folder).max_filesize(Some(MAX_SIZE)).build().flatten() {
            let path = entry.path();
            let is_source = FileKind::from_path(&path.to_string_lossy()).is_some();
            if is_source && let Ok(text) = std::fs::read_to_string(path) {
                count(path, &text, &mut counts);
            }
        }
    }
    table(&counts)
}

fn count(path: &Path, text: &str, counts: &mut BTreeMap<String, Count>) {
    let name = path.to_string_lossy();
    let (mutants, contradictions) = mutants::of(&name, text);
    for site in contradictions {
        say(&format!("released, and told as a leak: {name}:{}", line(text, site.start)));
    }
    for mutant in mutants {
        let count = counts.entry(mutant.kind.clone()).or_default();
        count.mutants += 1;
        count.leaks += u32::from(mutant.outcome == Outcome::Leaks);
        count.elsewhere += u32::from(mutant.outcome == Outcome::ReleasedElsewhere);
        count.fixes += u32::from(mutant.repair != Repair::None);
        count.fixed += u32::from(mutant.repair == Repair::Silent);
        if !mutant.outcome.is_right() || mutant.repair == Repair::Wrong {
            show(&name, text, &mutant);
        }
    }
}

fn show(name: &str, text: &str, mutant: &Mutant) {
    let Mutant { kind, site, release, outcome, repair, .. } = mutant;
    let (site, release) = (line(text, site.start), line(text, release.start));
    say(&format!("{outcome:?}, repair {repair:?}: {kind} {name}:{site}, without the release of line {release}"));
}

/// One-based.
fn line(text: &str, offset: u32) -> usize {
    1 + text[..offset as usize].matches('\n').count()
}

fn table(counts: &BTreeMap<String, Count>) -> ExitCode {
    say(&format!("\n{:24} {:>8} {:>6} {:>10} {:>6} {:>6}", "kind", "mutants", "leak", "elsewhere", "fixes", "silent"));
    let mut sum = Count::default();
    for (kind, count) in counts {
        row(kind, count);
        sum.mutants += count.mutants;
        sum.leaks += count.leaks;
        sum.elsewhere += count.elsewhere;
        sum.fixes += count.fixes;
        sum.fixed += count.fixed;
    }
    row("all", &sum);
    let is_right = sum.leaks + sum.elsewhere == sum.mutants && sum.fixes == sum.fixed;
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn row(name: &str, count: &Count) {
    let Count { mutants, leaks, elsewhere, fixes, fixed } = count;
    say(&format!("{name:24} {mutants:8} {leaks:6} {elsewhere:10} {fixes:6} {fixed:6}"));
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
