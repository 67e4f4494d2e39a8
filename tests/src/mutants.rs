//! Releases that are taken out of sound code, one at a time: what the model called released must leak then.
//!
//! It is hard to fool: a model that is silent because it does not know fails here as one that sees a release where there
//! is none.

use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::{Finding, TextEdit, apply_edits};
use halfopen_engine::project::NoModules;
use halfopen_engine::settings::Settings;
use halfopen_engine::text::{Span, Text};
use halfopen_engine::{Document, FateRecord, FileKind, ReleaseForm, ReleaseRecord, ResourceRecord};

/// Rules that tell of a leak.
const LEAKS: &[&str] =
    &["missing-cleanup", "ineffective-cleanup", "async-effect-cleanup", "leaked-timer", "reconnect-every-render"];

/// A release that was taken out.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The kind of the resource that it ended.
    pub kind: String,
    /// Where the resource is acquired, in bytes of the sound text.
    pub site: Span,
    /// The release, in bytes of the sound text.
    pub release: Span,
    /// The text without it.
    pub text: String,
    /// What the model says now.
    pub outcome: Outcome,
    /// What the fix that is offered for the leak comes to.
    pub repair: Repair,
}

/// What the model says of a resource whose release is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It leaks.
    Leaks,
    /// Another release ends it.
    ReleasedElsewhere,
    /// It cannot be seen any more.
    Unknown,
    /// It is no resource any more: what proved its library went with the release.
    Gone,
}

impl Outcome {
    /// Whether the model is right.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Leaks | Self::ReleasedElsewhere)
    }
}

/// What a leak's fix comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// There is no leak, or it has no fix.
    None,
    /// With the fix the resource does not leak.
    Silent,
    /// With the fix it still does, or something new is found.
    Wrong,
}

/// Every mutant of a text; also the places where the sound text is called leaking all the same.
pub fn of(path: &str, text: &str) -> (Vec<Mutant>, Vec<Span>) {
    let Some(kind) = FileKind::from_path(path) else { return (Vec::new(), Vec::new()) };
    let mut mutants = Vec::new();
    let mut contradictions = Vec::new();
    let sound = Checked::new(path, kind, text);
    for record in &sound.resources {
        let FateRecord::Released(releases) = &record.fate else { continue };
        if sound.leak_at(record.span).is_some_and(|finding| finding.rule.name == "missing-cleanup") {
            contradictions.push(record.span);
        }
        for release in releases {
            mutants.push(mutant(path, kind, text, record, release, &sound));
        }
    }
    (mutants, contradictions)
}

/// A text with what the engine says of it.
struct Checked {
    resources: Vec<ResourceRecord>,
    findings: Vec<Finding>,
}

impl Checked {
    fn new(path: &str, kind: FileKind, text: &str) -> Self {
        let settings = Settings::default();
        let mut document = Document::new(path, kind, Text::new(text));
        let report = document.check(&NoModules, &settings, &Cancel::new()).expect("nobody cancels");
        let resources = document.resources(&NoModules, &settings, &Cancel::new()).expect("nobody cancels");
        Self { resources, findings: report.findings }
    }

    fn leak_at(&self, site: Span) -> Option<&Finding> {
        self.findings.iter().find(|finding| LEAKS.contains(&finding.rule.name) && finding.span.start == site.start)
    }

    fn resource_at(&self, kind: &str, start: u32) -> Option<&ResourceRecord> {
        self.resources.iter().find(|record| record.kind == kind && record.span.start == start)
    }
}

fn mutant(
    path: &str,
    kind: FileKind,
    text: &str,
    record: &ResourceRecord,
    release: &ReleaseRecord,
    sound: &Checked,
) -> Mutant {
    let edit = removal(text, release);
    let mutated = apply_edits(text, std::slice::from_ref(&edit));
    let checked = Checked::new(path, kind, &mutated);
    let start = moved(record.span.start, &edit);
    let outcome = match checked.resource_at(&record.kind, start).map(|record| &record.fate) {
        None => Outcome::Gone,
        Some(FateRecord::Leaks) => Outcome::Leaks,
        Some(FateRecord::Released(_)) => Outcome::ReleasedElsewhere,
        Some(FateRecord::Unknown) => Outcome::Unknown,
    };
    let repair = repair(path, kind, &mutated, &checked, &record.kind, start, sound);
    Mutant { kind: record.kind.to_string(), site: record.span, release: release.span, text: mutated, outcome, repair }
}

/// Applies the leak's first fix and looks again.
fn repair(
    path: &str,
    kind: FileKind,
    mutated: &str,
    checked: &Checked,
    resource: &str,
    start: u32,
    sound: &Checked,
) -> Repair {
    let site = Span { start, end: start };
    let Some(fix) = checked.leak_at(site).and_then(|finding| finding.fixes.first()) else { return Repair::None };
    let fixed = Checked::new(path, kind, &apply_edits(mutated, &fix.edits));
    // An edit before the site moves it; the only new place of that kind is then the moved one.
    let leaks = |checked: &Checked| {
        checked.resources.iter().filter(|record| record.kind == resource && record.fate == FateRecord::Leaks).count()
    };
    let is_silent = leaks(&fixed) < leaks(checked) && fixed.findings.len() <= sound.findings.len();
    if is_silent { Repair::Silent } else { Repair::Wrong }
}

/// Takes a release out so that what stands around it still parses.
fn removal(text: &str, release: &ReleaseRecord) -> TextEdit {
    let Span { start, end } = release.span;
    let before = text[..start as usize].trim_end();
    match release.form {
        // Its value is not returned any more.
        ReleaseForm::Handed => TextEdit { span: Span { start, end: start }, text: "void ".to_owned() },
        // `await` of nothing is fine as well.
        ReleaseForm::Call | ReleaseForm::Function => {
            let follows = text[end as usize..].trim_start();
            let is_chained = follows.starts_with('.') || follows.starts_with("?.");
            let nothing = if is_chained || before.ends_with("...") { "({} as any)" } else { "undefined" };
            TextEdit { span: release.span, text: nothing.to_owned() }
        }
    }
}

fn moved(offset: u32, edit: &TextEdit) -> u32 {
    // The acquiring expression itself may be what is not returned any more.
    if edit.span.start > offset { offset } else { offset + edit.text.len() as u32 - (edit.span.end - edit.span.start) }
}
