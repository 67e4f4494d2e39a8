//! The report as one JSON object.
//!
//! **Invariant**: lines and columns count from one, columns in UTF-16 units, ends are exclusive; findings are
//! sorted by path, then by place.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use halfopen_engine::finding::{Finding, Safety};
use halfopen_engine::text::{Encoding, Position, Span, Text};
use serde::Serialize;

use super::outcome::{Checked, Outcome, best_fix, shown};

#[derive(Serialize)]
struct Report<'outcome> {
    version: &'static str,
    files: usize,
    findings: Vec<JsonFinding<'outcome>>,
    skipped: Vec<Skipped<'outcome>>,
    errors: Vec<JsonError<'outcome>>,
}

#[derive(Serialize)]
struct JsonFinding<'outcome> {
    path: &'outcome str,
    rule: &'static str,
    area: &'static str,
    severity: &'static str,
    message: &'outcome str,
    #[serde(flatten)]
    place: Place,
    related: Vec<JsonRelated<'outcome>>,
    fix: Option<Safety>,
}

#[derive(Serialize)]
struct JsonRelated<'outcome> {
    path: Cow<'outcome, str>,
    message: &'outcome str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Place {
    start: Point,
    end: Point,
}

#[derive(Clone, Copy, Serialize)]
struct Point {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Skipped<'outcome> {
    path: &'outcome str,
    reason: &'outcome str,
}

#[derive(Serialize)]
struct JsonError<'outcome> {
    path: &'outcome str,
    message: &'outcome str,
}

/// Writes the report, and a line end.
pub(super) fn write(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        files: outcome.files,
        findings: outcome.findings().map(|(file, finding)| json_finding(&outcome.folder, file, finding)).collect(),
        skipped: outcome.skipped.iter().map(|note| Skipped { path: &note.path, reason: &note.message }).collect(),
        errors: outcome.errors.iter().map(|note| JsonError { path: &note.path, message: &note.message }).collect(),
    };
    serde_json::to_writer(&mut *out, &report)?;
    writeln!(out)
}

fn json_finding<'outcome>(folder: &Path, file: &'outcome Checked, finding: &'outcome Finding) -> JsonFinding<'outcome> {
    let related = finding.related.iter().map(|related| JsonRelated {
        path: Cow::Borrowed(&file.path),
        message: &related.message,
        place: place(&file.text, related.span),
    });
    let elsewhere = finding.elsewhere.iter().map(|elsewhere| {
        let start = Point { line: elsewhere.place.line + 1, column: 1 };
        JsonRelated {
            path: Cow::Owned(shown(&elsewhere.place.path, folder)),
            message: &elsewhere.message,
            place: Place { start, end: start },
        }
    });
    JsonFinding {
        path: &file.path,
        rule: finding.rule.name,
        area: finding.rule.area,
        severity: finding.severity.name(),
        message: &finding.message,
        place: place(&file.text, finding.span),
        related: related.chain(elsewhere).collect(),
        fix: best_fix(finding),
    }
}

fn place(text: &Text, span: Span) -> Place {
    let range = text.range(span, Encoding::Utf16);
    Place { start: point(range.start), end: point(range.end) }
}

fn point(position: Position) -> Point {
    Point { line: position.line + 1, column: position.character + 1 }
}
