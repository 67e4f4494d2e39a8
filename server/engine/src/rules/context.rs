//! What a rule is given, and how it reports.

use std::cell::OnceCell;

use crate::finding::{Elsewhere, Finding, Fix, Migration, Related, Safety, Severity, TextEdit};
use crate::fix::Import;
use crate::model::{Handling, Resource, TableChanges, UnitId, V, View, Write};
use crate::project::FuncShape;
use crate::rules::{RuleMeta, words};
use crate::text::{Span, Text};

/// A place in a unit: the offsets are relative to the unit's start, so that edits elsewhere leave it true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) unit: UnitId,
    pub(crate) span: Span,
}

/// A finding with the places of its unit.
#[derive(Clone, Debug)]
pub(crate) struct UnitFinding {
    rule: &'static RuleMeta,
    severity: Severity,
    place: Place,
    message: String,
    related: Vec<(Place, String)>,
    elsewhere: Vec<Elsewhere>,
    fixes: Vec<UnitFix>,
    /// Migrations that would end it, with what they do.
    migrations: Vec<(String, Migration)>,
}

/// A fix with the places of its unit.
#[derive(Clone, Debug)]
pub(crate) struct UnitFix {
    pub(crate) title: String,
    pub(crate) safety: Safety,
    pub(crate) edits: Vec<(Place, String)>,
    /// Names that the new code needs from a module.
    pub(crate) imports: Vec<Import>,
}

/// What the rules share while they look at one unit.
pub(crate) struct UnitCheck<'check, 'doc> {
    view: &'check View<'doc>,
    text: &'check Text,
    unit: UnitId,
    resources: OnceCell<Vec<Resource<'doc>>>,
    calls_elsewhere: OnceCell<Vec<(V, FuncShape)>>,
    opened_elsewhere: OnceCell<Vec<Resource<'doc>>>,
    table_changes: OnceCell<Vec<(TableChanges, usize)>>,
    handlings: OnceCell<Vec<(usize, Handling)>>,
}

impl<'check, 'doc> UnitCheck<'check, 'doc> {
    pub(crate) fn new(view: &'check View<'doc>, text: &'check Text, unit: UnitId) -> Self {
        let (resources, calls_elsewhere, opened_elsewhere, table_changes, handlings) = Default::default();
        Self { view, text, unit, resources, calls_elsewhere, opened_elsewhere, table_changes, handlings }
    }
}

/// A rule's view of one unit.
pub(crate) struct RuleContext<'check, 'doc> {
    pub(crate) view: &'check View<'doc>,
    pub(crate) text: &'check Text,
    pub(crate) unit: UnitId,
    check: &'check UnitCheck<'check, 'doc>,
    rule: &'static RuleMeta,
    severity: Severity,
    findings: &'check mut Vec<UnitFinding>,
}

impl<'check, 'doc> RuleContext<'check, 'doc> {
    /// A rule's part of a unit's check.
    pub(crate) fn new(
        check: &'check UnitCheck<'check, 'doc>,
        rule: &'static RuleMeta,
        severity: Severity,
        findings: &'check mut Vec<UnitFinding>,
    ) -> Self {
        let &UnitCheck { view, text, unit, .. } = check;
        Self { view, text, unit, check, rule, severity, findings }
    }

    /// The resources that the unit acquires, in the order of the text.
    pub(crate) fn resources(&self) -> &'check [Resource<'doc>] {
        self.check.resources.get_or_init(|| self.view.resources(self.unit))
    }

    /// The resources whose end is the unit's to care for: its own, and those that functions of other modules open for it.
    pub(crate) fn owned(&self) -> impl Iterator<Item = &'check Resource<'doc>> + use<'check, 'doc> {
        let elsewhere = self.check.opened_elsewhere.get_or_init(|| self.view.opened_elsewhere(self.calls_elsewhere()));
        self.resources().iter().chain(elsewhere)
    }

    fn calls_elsewhere(&self) -> &'check [(V, FuncShape)] {
        self.check.calls_elsewhere.get_or_init(|| self.view.calls_elsewhere(self.unit))
    }

    /// The changes of tables that the unit subscribes to, by itself or by functions of other modules, with how many their
    /// channel asks for.
    pub(crate) fn table_changes(&self) -> &'check [(TableChanges, usize)] {
        self.check.table_changes.get_or_init(|| {
            let mut changes = self.view.table_changes(self.unit);
            changes.extend(self.view.table_changes_elsewhere(self.calls_elsewhere()));
            changes
        })
    }

    /// The functions of the document that handle events of the unit's resources, each once, with its resource.
    pub(crate) fn handlings(
        &self,
    ) -> impl Iterator<Item = (&'check Resource<'doc>, &'check Handling)> + use<'check, 'doc> {
        let resources = self.resources();
        let handlings = self.check.handlings.get_or_init(|| {
            let mut found: Vec<(usize, Handling)> = Vec::new();
            for (index, resource) in resources.iter().enumerate() {
                for handling in self.view.handlings(resource) {
                    // A listener is a resource by itself, and a handler of what it is on.
                    if !found.iter().any(|(_, known)| (known.at, known.func) == (handling.at, handling.func)) {
                        found.push((index, handling));
                    }
                }
            }
            found
        });
        handlings.iter().map(|(index, handling)| (&resources[*index], handling))
    }

    /// What a search finds in the handlers of the unit, each place once: two handlers may run the same function.
    pub(crate) fn found_in_handlers<T>(
        &self,
        find: impl Fn(&Resource<'doc>, &Handling) -> Vec<(V, T)>,
    ) -> Vec<(&'check Resource<'doc>, &'check Handling, V, T)> {
        let mut found: Vec<(&Resource<'doc>, &Handling, V, T)> = Vec::new();
        for (resource, handling) in self.handlings() {
            for (at, what) in find(resource, handling) {
                if found.iter().all(|(_, _, known, _)| *known != at) {
                    found.push((resource, handling, at, what));
                }
            }
        }
        found
    }

    /// What the handlers of messages in the unit set.
    pub(crate) fn set_by_messages(&self) -> Vec<Write> {
        let streams = self.resources().iter().filter(|resource| resource.kind.is_stream());
        let heard = self.handlings().filter(|(resource, handling)| handling.is_message && resource.kind.is_stream());
        let handlings: Vec<&Handling> = heard.map(|(_, handling)| handling).collect();
        let mut writes: Vec<Write> = streams.flat_map(|resource| self.view.set_by_setters(resource)).collect();
        writes.extend(handlings.into_iter().flat_map(|handling| self.view.writes_of_run(handling)));
        writes
    }

    /// Reports a finding at a place.
    pub(crate) fn report(&mut self, unit: UnitId, span: Span, message: String) -> Reported<'_> {
        self.findings.push(UnitFinding {
            rule: self.rule,
            severity: self.severity,
            place: Place { unit, span },
            message,
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: Vec::new(),
            migrations: Vec::new(),
        });
        Reported { finding: self.findings.last_mut().expect("it was pushed just now") }
    }

    /// The place in another file where a resource is opened, or what it is opened on.
    pub(crate) fn elsewhere(&self, resource: &Resource<'doc>) -> Option<Elsewhere> {
        let does = match (&resource.gives, resource.kind.state.as_str()) {
            (Some(_), "attached") => "adds it",
            (Some(_), _) => "opens it",
            (None, "attached") => "gives what it listens to",
            (None, _) => "gives what it is opened on",
        };
        self.view.provenance(resource).map(|from| words::elsewhere(from, does))
    }

    pub(crate) fn place(&self, v: V) -> Place {
        Place { unit: v.unit, span: self.view.span(v) }
    }

    /// The place of a property of an object literal, from its key on.
    pub(crate) fn place_with_key(&self, value: V, key: &str) -> Place {
        let Place { unit, span } = self.place(value);
        let before = self.source_at(unit, Span { start: span.start.saturating_sub(80), end: span.start });
        let start = match before.trim_end().strip_suffix(':').map(str::trim_end) {
            Some(rest) if rest.ends_with(key) => span.start - (before.len() - (rest.len() - key.len())) as u32,
            _ => span.start,
        };
        Place { unit, span: Span { start, end: span.end } }
    }

    /// An expression as the file spells it.
    pub(crate) fn source(&self, v: V) -> String {
        self.source_at(v.unit, self.view.span(v))
    }

    /// Whether types may be written.
    pub(crate) fn is_typescript(&self) -> bool {
        self.view.is_typescript()
    }

    /// A stretch of a unit.
    pub(crate) fn source_at(&self, unit: UnitId, span: Span) -> String {
        self.text.slice(span.shifted(self.view.start(unit)))
    }
}

/// A repair that somebody asks for where no rule found anything, with offsets of the document.
pub(crate) fn action<'check, 'doc>(
    check: &'check UnitCheck<'check, 'doc>,
    make: impl FnOnce(&RuleContext<'_, 'doc>) -> Option<UnitFix>,
) -> Option<Fix> {
    let mut findings = Vec::new();
    let rule = super::observability::unmeasured_connection::RULE.meta;
    let mut context = RuleContext::new(check, rule, rule.severity, &mut findings);
    let fix = make(&context)?;
    context.report(check.unit, Span { start: 0, end: 0 }, String::new()).fix(Some(fix));
    let finding = findings.pop()?.resolve(check.text, |unit, span| span.shifted(check.view.start(unit)));
    finding.fixes.into_iter().next()
}

/// A finding that was just reported.
pub(crate) struct Reported<'finding> {
    finding: &'finding mut UnitFinding,
}

impl Reported<'_> {
    /// Points at another place that belongs to it.
    pub(crate) fn related(self, place: Place, message: impl Into<String>) -> Self {
        self.finding.related.push((place, message.into()));
        self
    }

    /// Points at the place in another file where what it is about comes from.
    pub(crate) fn elsewhere(self, elsewhere: Option<Elsewhere>) -> Self {
        self.finding.elsewhere.extend(elsewhere);
        self
    }

    /// The severity of this case, unless the settings name one for all.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        if self.finding.severity == self.finding.rule.severity {
            self.finding.severity = severity;
        }
        self
    }

    /// Offers a migration, with what it does.
    pub(crate) fn migration(self, (title, migration): (String, Migration)) -> Self {
        self.finding.migrations.push((title, migration));
        self
    }

    /// Offers a repair.
    pub(crate) fn fix(self, fix: Option<UnitFix>) -> Self {
        self.finding.fixes.extend(fix);
        self
    }
}

impl UnitFinding {
    /// Whether all its places lie in that unit, so that it moves with it.
    pub(crate) fn stays_in(&self, unit: UnitId) -> bool {
        let fixes = self.fixes.iter();
        self.place.unit == unit
            && self.related.iter().all(|(place, _)| place.unit == unit)
            && fixes.clone().all(|fix| fix.imports.is_empty())
            && fixes.flat_map(|fix| &fix.edits).all(|(place, _)| place.unit == unit)
    }

    /// The finding with the offsets of the document; `at` turns a unit's places into the document's.
    pub(crate) fn resolve(&self, text: &Text, at: impl Fn(UnitId, Span) -> Span) -> Finding {
        let place = |place: &Place| at(place.unit, place.span);
        let line_end = if self.fixes.is_empty() { "\n" } else { text.line_end() };
        let fixes = self.fixes.iter().map(|fix| {
            let mut edits: Vec<TextEdit> = fix
                .edits
                .iter()
                .map(|(at, new)| TextEdit { span: place(at), text: with_line_end(new, line_end) })
                .collect();
            edits.extend(fix.imports.iter().filter_map(|import| import.edit(text)));
            edits.sort_by_key(|edit| edit.span);
            Fix { title: fix.title.clone(), safety: fix.safety, edits, migration: None }
        });
        let migrations = self.migrations.iter().map(|(title, migration)| Fix {
            title: title.clone(),
            safety: Safety::Suggest,
            edits: Vec::new(),
            migration: Some(migration.clone()),
        });
        let related = self.related.iter();
        Finding {
            rule: self.rule,
            severity: self.severity,
            span: first_line(text, place(&self.place)),
            message: self.message.clone(),
            related: related
                .map(|(at, message)| Related { span: first_line(text, place(at)), message: message.clone() })
                .collect(),
            elsewhere: self.elsewhere.clone(),
            fixes: fixes.chain(migrations).collect(),
        }
    }
}

/// New text in the file's own line ends; what it copies from the file may have them already.
fn with_line_end(new: &str, line_end: &str) -> String {
    if line_end == "\n" { new.to_owned() } else { new.replace("\r\n", "\n").replace('\n', line_end) }
}

/// The part of a span on its first line.
fn first_line(text: &Text, span: Span) -> Span {
    let end = text.line_span(text.line_of(span.start as usize)).end;
    Span { start: span.start, end: span.end.min(end.max(span.start)) }
}
