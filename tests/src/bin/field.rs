//! The field ledger against what `halfopen check` says of the same applications today.
//!
//! `cargo run -p halfopen-tests --bin field -- CHECKOUTS` where CHECKOUTS holds a folder `owner__name` for each
//! repository of `tests/field/ledger.jsonl`, at the ledger's commit. Shows findings that nobody has judged, judged
//! false ones that are still there, and which of the defects that were listed by reading are found.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use halfopen_tests::tables::{TableRow, said};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A judged finding, or a defect that was found by reading.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    repository: String,
    commit: String,
    path: String,
    line: u64,
    rule: String,
    /// `true`, `false` or `unclear`.
    verdict: String,
    /// Listed by reading before a rule first ran.
    listed: bool,
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Report {
    findings: Vec<Finding>,
    errors: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    path: String,
    rule: String,
    start: Start,
    message: String,
}

#[derive(Debug, Deserialize)]
struct Start {
    line: u64,
}

/// Found and listed defects of a rule.
#[derive(Default)]
struct Count {
    listed: u64,
    found: u64,
    findings: u64,
    false_ones: u64,
}

fn main() -> ExitCode {
    let Some(checkouts) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return say("usage: field CHECKOUTS (a folder with owner__name of each repository in the ledger)");
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ledger: Vec<Row> = match read_ledger(&here.join("field/ledger.jsonl")) {
        Ok(ledger) => ledger,
        Err(why) => return say(&why),
    };
    let binary = here.join("../target/release/halfopen");
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut new = 0;
    for (repository, rows) in by_repository(&ledger) {
        let folder = checkouts.join(repository.replace('/', "__"));
        match check(&binary, &folder) {
            Ok(report) => new += compare(repository, &rows, &report, &mut counts),
            Err(why) => return say(&format!("{repository} at {}: {why}", rows[0].commit)),
        }
    }
    table(&counts);
    let tables = match compare_tables(&here.join("field/tables.jsonl"), &binary, &checkouts) {
        Ok(tables) => tables,
        Err(why) => return say(&why),
    };
    if new == 0 && tables == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{why}");
    ExitCode::from(2)
}

fn read_ledger<R: DeserializeOwned>(path: &Path) -> Result<Vec<R>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().enumerate();
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| format!("{}:{}: {error}", path.display(), number + 1))
        })
        .collect()
}

fn by_repository(ledger: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut repositories: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in ledger {
        repositories.entry(&row.repository).or_default().push(row);
    }
    repositories
}

/// Prints where the tables of the ledger are not what halfopen says; gives the number of those for which no reason is known.
fn compare_tables(ledger: &Path, binary: &Path, checkouts: &Path) -> Result<u64, String> {
    let rows: Vec<TableRow> = read_ledger(ledger)?;
    let mut repositories: BTreeMap<&str, Vec<&TableRow>> = BTreeMap::new();
    for row in &rows {
        repositories.entry(&row.repository).or_default().push(row);
    }
    let mut out = std::io::stdout().lock();
    let (mut same, mut known, mut other) = (0, 0, 0);
    for (repository, rows) in &repositories {
        let all = said(binary, &checkouts.join(repository.replace('/', "__")), rows)?;
        for (row, said) in rows.iter().zip(all) {
            match (said.as_ref() == Some(row), &row.differs) {
                (true, _) => same += 1,
                (false, Some(_)) => known += 1,
                (false, None) => {
                    other += 1;
                    let _ = writeln!(out, "table {repository} {}: {said:?}", row.table);
                }
            }
        }
    }
    let repositories = repositories.len();
    let _ = writeln!(
        out,
        "\ntables: {same} of {} as they were read in {repositories} repositories, {known} not, with a known reason, {other} not",
        rows.len()
    );
    Ok(other)
}

fn check(binary: &Path, folder: &Path) -> Result<Report, String> {
    if !folder.is_dir() {
        return Err(format!("{} is no folder", folder.display()));
    }
    let output = Command::new(binary)
        .args(["check", "--format", "json"])
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{}: {error}; build it with `cargo build --release`", binary.display()))?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("the report: {error}"))
}

/// Prints what is not in the ledger; gives the number of such findings.
fn compare(repository: &str, rows: &[&Row], report: &Report, counts: &mut BTreeMap<String, Count>) -> u64 {
    let mut out = std::io::stdout().lock();
    let mut new = 0;
    for error in &report.errors {
        let _ = writeln!(out, "error {repository}: {error}");
        new += 1;
    }
    for finding in &report.findings {
        let count = counts.entry(finding.rule.clone()).or_default();
        count.findings += 1;
        let known = rows.iter().find(|row| is_same(row, finding));
        match known.map(|row| row.verdict.as_str()) {
            Some("true") => {}
            Some(verdict) => {
                count.false_ones += u64::from(verdict == "false");
                let _ =
                    writeln!(out, "{verdict} {} {repository} {}:{}", finding.rule, finding.path, finding.start.line);
            }
            None => {
                new += 1;
                let _ = writeln!(
                    out,
                    "new {} {repository} {}:{} {}",
                    finding.rule, finding.path, finding.start.line, finding.message
                );
            }
        }
    }
    for row in rows.iter().filter(|row| row.listed && row.verdict == "true") {
        let count = counts.entry(row.rule.clone()).or_default();
        count.listed += 1;
        if report.findings.iter().any(|finding| is_same(row, finding)) {
            count.found += 1;
        } else {
            let _ = writeln!(out, "missed {} {repository} {}:{} {}", row.rule, row.path, row.line, row.reason);
        }
    }
    new
}

fn is_same(row: &Row, finding: &Finding) -> bool {
    row.path == finding.path && row.line == finding.start.line && row.rule == finding.rule
}

fn table(counts: &BTreeMap<String, Count>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "\n{:28} {:>8} {:>6} {:>7} {:>6}", "rule", "findings", "false", "listed", "found");
    let mut sum = Count::default();
    for (rule, count) in counts {
        let Count { listed, found, findings, false_ones } = count;
        let _ = writeln!(out, "{rule:28} {findings:8} {false_ones:6} {listed:7} {found:6}");
        sum.listed += listed;
        sum.found += found;
        sum.findings += findings;
        sum.false_ones += false_ones;
    }
    let Count { listed, found, findings, false_ones } = sum;
    let _ = writeln!(out, "{:28} {findings:8} {false_ones:6} {listed:7} {found:6}", "all");
}
