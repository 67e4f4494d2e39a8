//! A document in memory: its text, its script blocks with their trees, its units with their facts and findings.
//!
//! **Invariant**: after any edits, [`Document::check`] gives what it gives for a new document of the same text,
//! where the text is sound; for broken text, after [`Document::parse_fresh`]. Deliberately absent: files, versions
//! of the protocol, time.

mod database;
mod fix_all;
#[cfg(test)]
mod owner_tests;
mod records;
mod region;
mod sql;
mod store;
#[cfg(test)]
mod tests;
mod units;
mod vicinity;
mod writing;

use std::fmt::Write as _;
use std::hash::Hasher as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use smol_str::SmolStr;

use crate::cancel::Cancel;
use crate::catalog::Catalog;
use crate::finding::Finding;
use crate::model::{Env, UnitId, module_facts};
use crate::project::{HEAD, ModuleFacts, Modules, Runtime, Shape};
use crate::rules::{COMMENT_RULES, CommentCheck, CommentContext, RULES, RuleContext, UnitCheck};
use crate::settings::Settings;
use crate::suppress::{Comments, silence};
use crate::syntax::FileKind;
use crate::text::{Edit, Span, Text};

pub use database::{About, DatabaseRecord};
pub use fix_all::{FixChoice, Fixed};
pub use records::{FateRecord, ReleaseForm, ReleaseRecord, ResourceRecord, ReturnRecord};

use region::Region;
use store::Store;
use vicinity::Vicinity;

/// A text that is analysed, and analysed again after edits at the cost of what they touched.
#[derive(Debug)]
pub struct Document {
    path: Arc<str>,
    kind: FileKind,
    text: Text,
    regions: Vec<Region>,
    /// The code around the last edits, once somebody asked for it.
    vicinity: Option<Vicinity>,
    store: Store,
    /// The comments that silence findings.
    comments: Comments,
    settings: Settings,
    /// Where its code runs, as the last check saw it.
    runtime: Runtime,
}

/// What a check came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by place.
    pub findings: Vec<Finding>,
    /// Stretches that the parser could not read; none: the text is sound.
    pub holes: Vec<Span>,
    /// Rules that panicked; the others ran.
    pub failures: Vec<Failure>,
}

/// A rule that panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub rule: &'static str,
    /// What it said.
    pub message: String,
}

/// The check was asked to stop; the document is as it was, and can be checked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl Document {
    /// A document that nobody has looked at yet. The path decides whether it is a test, and may tell where it runs.
    pub fn new(path: &str, kind: FileKind, text: Text) -> Self {
        Self {
            path: path.into(),
            kind,
            text,
            regions: Vec::new(),
            vicinity: None,
            store: Store::default(),
            comments: Comments::default(),
            settings: Settings::default(),
            runtime: Runtime::default(),
        }
    }

    /// Takes the settings in force, which a check does by itself: what a lowering comes to depends on the catalogue.
    pub fn set_settings(&mut self, settings: &Settings) {
        if *settings == self.settings {
            return;
        }
        self.settings = settings.clone();
        if self.store.is_for(settings.catalog.enders()) {
            self.store.mark_all_dirty();
        } else {
            // Which units meet by a method's name is another matter now.
            self.regions.clear();
            self.vicinity = None;
            self.store = Store::new(settings.catalog.enders());
        }
    }

    /// The text that the next check reads.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Takes the text after `edits`, which were made one after the other.
    pub fn update(&mut self, text: Text, edits: &[Edit]) {
        self.text = text;
        for edit in edits {
            self.comments.edit(edit);
            self.vicinity = self.vicinity.take().and_then(|vicinity| vicinity.after(edit));
            for region in &mut self.regions {
                region.edit(edit, &mut self.store);
            }
        }
    }

    /// Takes a whole new text.
    pub fn replace(&mut self, text: Text) {
        self.text = text;
        self.comments.forget();
        self.vicinity = None;
        for region in &mut self.regions {
            region.forget_tree();
        }
    }

    /// Forgets the trees of broken text, which the next check parses from nothing; true if there was one.
    pub fn parse_fresh(&mut self) -> bool {
        let mut any = false;
        for region in &mut self.regions {
            any |= region.forget_broken_tree();
        }
        any
    }

    /// Whether the text is broken near the edits since the last check, by a look at the code around them alone: soon
    /// known, and no more than likely. False also where such a look would not be much shorter than a check.
    pub fn seems_broken(&mut self) -> bool {
        if self.vicinity.is_none() && !self.text.has_lone_carriage_return() {
            self.vicinity = Vicinity::of_edits(&self.regions, &self.text);
        }
        self.vicinity.as_mut().is_some_and(|vicinity| vicinity.is_broken(&self.text))
    }

    /// Forgets every finding, because what the modules or versions around the document say may differ.
    pub fn forget_findings(&mut self) {
        self.store.mark_all_dirty();
    }

    /// Brings the trees up to the text.
    fn parse(&mut self, cancel: &Cancel) -> Result<(), Cancelled> {
        region::find_regions(self.kind, &self.text, &mut self.regions, &mut self.store);
        let fresh = self.text.has_lone_carriage_return();
        for region in &mut self.regions {
            region.parse(&self.text, fresh, cancel)?;
            if cancel.is_cancelled() {
                return Err(Cancelled);
            }
        }
        Ok(())
    }

    /// Brings the trees and what was read from them up to the text, which a check does by itself. Who has many documents
    /// is done sooner if some are lowered, one by one, and then all of these checked: parsing and the rules each fill the
    /// processor's caches with their own.
    ///
    /// # Errors
    /// [`Cancelled`] if `cancel` was set meanwhile; nothing is lost.
    pub fn lower(&mut self, cancel: &Cancel) -> Result<(), Cancelled> {
        self.parse(cancel)?;
        for region in &mut self.regions {
            units::refresh(region, &self.text, &mut self.store);
        }
        self.store.spread_dirt();
        Ok(())
    }

    /// Looks at the first lines for where the code runs, on which any unit's findings may rest.
    fn see_runtime(&mut self) {
        let end = self.text.floor(self.text.len().min(HEAD as usize));
        let runtime = Runtime::of(&self.path, &self.text.slice(Span::new(0, end)));
        if runtime != self.runtime {
            self.runtime = runtime;
            self.store.mark_all_dirty();
        }
    }

    /// Lets go of the trees, which nothing but a later edit needs; that one is then parsed from nothing.
    pub fn drop_trees(&mut self) {
        for region in &mut self.regions {
            region.tree = None;
        }
    }

    /// Finds what is wrong.
    ///
    /// # Errors
    /// [`Cancelled`] if `cancel` was set while a parse ran; nothing is lost.
    pub fn check(&mut self, modules: &dyn Modules, settings: &Settings, cancel: &Cancel) -> Result<Report, Cancelled> {
        self.set_settings(settings);
        self.lower(cancel)?;
        self.see_runtime();
        if self.kind == FileKind::Sql {
            let (findings, failures) = sql::check(&self.path, &self.text, settings);
            return Ok(self.report(findings, failures));
        }
        let failures = self.model(modules, settings);
        let findings = self.store.resolved(&self.text);
        Ok(self.report(findings, failures))
    }

    /// What others can know of what the document exports, as the last check or lowering left it.
    pub fn module_facts(&self, modules: &dyn Modules) -> ModuleFacts {
        let units: Vec<UnitId> = self.regions.iter().flat_map(|region| region.unit_ids()).collect();
        let view = self.store.view(self.env(modules, &self.settings));
        module_facts(&view, &units, modules, &self.text)
    }

    /// Whether some function opens what its callers may have to end; [`Self::openers`] names the exports that lead there.
    pub fn leaves_to_callers(&self, modules: &dyn Modules) -> bool {
        let view = self.store.view(self.env(modules, &self.settings));
        let mut units = self.regions.iter().flat_map(|region| region.unit_ids());
        units.any(|unit| {
            let mut resources = view.resources(unit).into_iter();
            view.makes_clients(unit)
                || view.may_watch_for_callers(unit)
                || resources.any(|resource| view.is_left_to_callers(&resource) || resource.kind.topic.is_some())
        })
    }

    /// The names of exports by which other modules may get what opens something for them.
    pub fn openers(&self, modules: &dyn Modules) -> Vec<String> {
        let shapes = self.module_facts(modules).shapes.into_iter();
        shapes.filter(|(_, shape)| shape.leads_to_opener()).map(|(name, _)| name.to_string()).collect()
    }

    /// A number that is equal for equal units at equal places: the tests compare by it what edits and what a fresh
    /// analysis make of one text.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        for region in &self.regions {
            for id in region.unit_ids() {
                let facts = self.store.facts(id);
                // Writing to a hasher cannot fail.
                let _ = write!(digest, "{} {facts:?}", self.store.start(id));
            }
        }
        digest.0.finish()
    }

    /// Asks the model about the units as the last check left them.
    #[cfg(test)]
    pub(crate) fn with_view(&self, env: Env<'_>, ask: impl FnOnce(&crate::model::View<'_>, &[UnitId])) {
        let units: Vec<UnitId> = self.regions.iter().flat_map(|region| region.unit_ids()).collect();
        ask(&self.store.view(env), &units);
    }

    /// Whether types may be written: by the name, since one grammar reads TSX and JavaScript.
    fn is_typescript(&self) -> bool {
        self.regions.iter().any(|region| region.grammar == crate::syntax::Grammar::TypeScript)
            || self.path.ends_with(".tsx")
    }

    fn env<'env>(&self, modules: &'env dyn Modules, settings: &'env Settings) -> Env<'env> {
        Env {
            modules,
            listeners: settings.listeners,
            catalog: &settings.catalog,
            migrations: &settings.migrations,
            is_test: settings.is_test || is_test_path(&self.path),
            is_script: is_script_path(&self.path),
            is_root: is_root_path(&self.path),
            runtime: self.runtime,
            is_typescript: self.is_typescript(),
            component_of: match self.kind {
                FileKind::Vue => Some("vue"),
                FileKind::Svelte => Some("svelte"),
                FileKind::Script(_) | FileKind::Astro | FileKind::Html | FileKind::Sql => None,
            },
        }
    }

    /// Runs the rules on the units whose answers may differ.
    fn model(&mut self, modules: &dyn Modules, settings: &Settings) -> Vec<Failure> {
        let env = self.env(modules, settings);
        let must_panic = settings.panic_on.as_ref().is_some_and(|suffix| self.path.ends_with(suffix.as_str()));
        let mut failures = Vec::new();
        for unit in self.store.take_dirty() {
            let view = self.store.view(env);
            let check = UnitCheck::new(&view, &self.text, unit);
            let mut findings = Vec::new();
            for rule in RULES {
                let Some(severity) = settings.severity(rule.meta) else { continue };
                let mut context = RuleContext::new(&check, rule.meta, severity, &mut findings);
                let run = catch_unwind(AssertUnwindSafe(|| {
                    assert!(!must_panic, "asked to panic on this document");
                    (rule.check)(&mut context);
                }));
                if let Err(panic) = run {
                    view.forget_questions();
                    let message = panic_message(&*panic);
                    failures.push(Failure { rule: rule.meta.name, message });
                }
            }
            let reads = view.take_reads();
            drop(view);
            self.store.set_findings(unit, findings, reads);
        }
        failures
    }

    fn report(&mut self, mut findings: Vec<Finding>, failures: Vec<Failure>) -> Report {
        let mut holes: Vec<Span> = self.regions.iter().flat_map(|region| region.holes()).collect();
        holes.sort();
        let comments = self.comments.refresh(&self.text);
        let used = silence(&self.text, comments, &mut findings);
        if !comments.is_empty() {
            let (text, settings) = (&self.text, &self.settings);
            let is_whole = holes.is_empty() && failures.is_empty();
            let check = CommentCheck { text, settings, comments, used, is_whole };
            for rule in COMMENT_RULES {
                let Some(severity) = settings.severity(rule.meta) else { continue };
                (rule.check)(&mut CommentContext::new(&check, rule.meta, severity, &mut findings));
            }
        }
        // Whole, so that of two findings at one place the same one stays, whatever edits made the document.
        let key =
            |finding: &Finding| (finding.span, finding.rule.name, finding.related.first().map(|first| first.span));
        findings.sort_by(|one, other| key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message)));
        findings.dedup_by(|one, other| one.span == other.span && one.rule == other.rule);
        Report { findings, holes, failures }
    }
}

/// Hashes what is written to it.
#[derive(Default)]
struct Digest(rustc_hash::FxHasher);

impl std::fmt::Write for Digest {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// The shapes of a module's exports, for documents that import it.
pub fn summarise(
    path: &str,
    kind: FileKind,
    text: &Text,
    modules: &dyn Modules,
    catalog: &Arc<Catalog>,
) -> ModuleFacts {
    let mut document = Document::new(path, kind, text.clone());
    document.set_settings(&Settings::with_catalog(catalog));
    if document.lower(&Cancel::new()).is_err() {
        return ModuleFacts::default();
    }
    document.module_facts(modules)
}

/// What a module puts into contexts of others: the specifier, the name of the context there, and what it carries.
pub fn provided_contexts(
    path: &str,
    kind: FileKind,
    text: &Text,
    modules: &dyn Modules,
    catalog: &Arc<Catalog>,
) -> Vec<(SmolStr, SmolStr, Shape)> {
    let mut document = Document::new(path, kind, text.clone());
    document.set_settings(&Settings::with_catalog(catalog));
    if document.lower(&Cancel::new()).is_err() {
        return Vec::new();
    }
    let view = document.store.view(document.env(modules, &document.settings));
    let units = document.regions.iter().flat_map(|region| region.unit_ids());
    units.flat_map(|unit| view.provided_contexts(unit)).collect()
}

/// Whether a path is that of an application's root component, as the tools that start applications name it.
fn is_root_path(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.split_once('.').is_some_and(|(stem, _)| stem == "App")
}

/// Whether a path is that of a test: what is opened there is meant to go. An application with sources of its own
/// below a folder of tests is an application.
fn is_test_path(path: &str) -> bool {
    let path = format!("/{}", path.replace('\\', "/"));
    let name = path.rsplit('/').next().unwrap_or("");
    let surely = ["/__tests__/", "/__mocks__/", "/e2e/", "/cypress/", "/playwright/"];
    let usually = ["/test/", "/tests/", "/spec/"];
    let stem = name.split('.').next().unwrap_or_default();
    ["test.", "spec.", "test-", "test_"].iter().any(|part| name.starts_with(part))
        || ["-test", "_test", "-spec"].iter().any(|part| stem.ends_with(part))
        || [".test.", ".spec.", ".stories."].iter().any(|part| name.contains(part))
        || path.split('/').any(|folder| folder.ends_with("-tests") || folder.ends_with("-test"))
        || surely.iter().any(|folder| path.contains(folder))
        || usually.iter().any(|folder| path.rsplit_once(folder).is_some_and(|(_, below)| !below.contains("src/")))
}

/// Whether a path is that of a program which somebody runs by hand and which ends with its work, or of a development server.
fn is_script_path(path: &str) -> bool {
    let path = format!("/{}", path.replace('\\', "/"));
    let name = path.rsplit('/').next().unwrap_or_default();
    ["/scripts/", "/script/", "/bin/"].iter().any(|folder| path.contains(folder)) || name.starts_with("vite")
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without words".to_owned())
}
