//! Checking one file, with what all files of a run share.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::{Finding, Migration};
use halfopen_engine::settings::{Layer, Settings, folders};
use halfopen_engine::text::Text;
use halfopen_engine::{Document, FileKind, FixChoice, Report};

use super::outcome::Change;
use crate::workspace::DocumentNames;
use crate::workspace::around::WorkspaceModules;
use crate::workspace::caches::Caches;
use crate::workspace::config::{Configs, Found, Invalid};
use crate::workspace::migration::Migrations;
use crate::workspace::modules::ModuleCache;
use crate::workspace::read::{self, Limits, Skip, kind_of};
use crate::workspace::walk::Target;

/// What all files of a run share.
pub(super) struct Run {
    /// The settings files.
    configs: Configs,
    /// The modules that files import.
    modules: Caches,
    names: DocumentNames,
    /// What the command line sets.
    command_line: Layer,
    /// If not empty, the only rules that run.
    only: Vec<&'static str>,
    /// Which fixes are applied, if any.
    choice: Option<FixChoice>,
    /// Whether fixes may write files beside the one that is checked.
    pub(super) adds_files: bool,
    /// How much of the texts that were passed over is kept, in bytes.
    kept: AtomicUsize,
}

/// Texts that were passed over are kept for a second look, up to so many bytes; the others are read again for it.
const MOST_KEPT: usize = 64 << 20;

/// A file that was read, or could not be.
pub(super) struct Opened {
    path: PathBuf,
    named: bool,
    settings: Settings,
    invalid: Option<Arc<Invalid>>,
    content: Result<Content, Skip>,
}

/// A text, and what is known of it.
enum Content {
    /// It is to be checked.
    Matters(Box<Matter>),
    /// It holds nothing that a rule could say anything of.
    PassedOver(String),
}

/// What is to be checked.
struct Matter {
    source: String,
    document: Document,
    /// No name of the catalogue occurs: it is checked for what it imports.
    follows: bool,
}

impl Opened {
    /// The length of what is to be checked, in bytes; none if there is nothing.
    pub(super) fn len(&self) -> Option<usize> {
        match &self.content {
            Ok(Content::Matters(matter)) => Some(matter.source.len()),
            Ok(Content::PassedOver(_)) | Err(_) => None,
        }
    }

    /// Parses and lowers what is to be checked.
    pub(super) fn lower(&mut self) {
        let Ok(Content::Matters(matter)) = &mut self.content else { return };
        let document = &mut matter.document;
        let lower = || document.lower(&Cancel::new()).inspect(|()| document.drop_trees());
        // What fails here fails once more in the check, which tells of it.
        let _ = catch_unwind(AssertUnwindSafe(lower));
    }
}

/// What came of one file.
pub(super) struct Verdict {
    /// The file.
    pub(super) path: PathBuf,
    /// Whether the user named it.
    pub(super) named: bool,
    /// The settings file that should count for it and is wrong.
    pub(super) invalid: Option<Arc<Invalid>>,
    /// What was found, or why nothing was looked for.
    pub(super) result: Result<Analysis, Skip>,
    /// Set if nothing in the file said that a rule could say anything of it: its text, which may be left on the disk.
    pub(super) passed_over: Option<Option<String>>,
}

/// What was found in one file.
pub(super) struct Analysis {
    /// The text that the findings stand in: with fixes, if any were applied.
    pub(super) text: Text,
    /// What was found, and remains after fixes.
    pub(super) findings: Vec<Finding>,
    /// What fixes changed.
    pub(super) change: Option<Change>,
    /// What failed.
    pub(super) errors: Vec<String>,
    /// The exports by which other files may get what opens something for them.
    pub(super) openers: Vec<String>,
    /// The migrations that fixes ask for, and where they go.
    pub(super) migrations: BTreeSet<(Migrations, Migration)>,
}

impl Analysis {
    /// Nothing was found.
    fn empty(errors: Vec<String>) -> Self {
        Self {
            text: Text::new(""),
            findings: Vec::new(),
            change: None,
            errors,
            openers: Vec::new(),
            migrations: BTreeSet::new(),
        }
    }
}

impl Run {
    /// A run under these settings. `config` is a settings file that counts for every file.
    pub(super) fn new(
        config: Option<&Path>,
        command_line: Layer,
        only: Vec<&'static str>,
        choice: Option<FixChoice>,
    ) -> Self {
        let modules = Caches::new(ModuleCache::of_run);
        Self {
            configs: Configs::new(config),
            modules,
            names: DocumentNames::default(),
            command_line,
            only,
            choice,
            adds_files: true,
            kept: AtomicUsize::new(0),
        }
    }

    /// The settings file for a folder.
    pub(super) fn config_of(&self, folder: &Path) -> Found {
        self.configs.for_folder(folder)
    }

    /// A file that was passed over, to be checked after all if its text says so.
    pub(super) fn look_again(&self, verdict: &Verdict, look: impl FnOnce(&[u8]) -> bool) -> Option<Verdict> {
        let text = match verdict.passed_over.as_ref()? {
            Some(text) => Cow::Borrowed(text.as_str()),
            None => Cow::Owned(read::read(&verdict.path, Limits::module()).ok()?),
        };
        if !look(text.as_bytes()) {
            return None;
        }
        let text = text.into_owned();
        Some(self.check(self.open_source(&verdict.path, verdict.named, |_| Ok(text), |_, _| true)))
    }

    /// Reads a file, which is to be checked if its bytes say a name of the catalogue.
    pub(super) fn open(&self, target: &Target) -> Opened {
        let source = |settings: &Settings| {
            // Dumps of a schema have long lines, and people write none to be short.
            let may_be_minified = target.named || kind_of(&target.path) == Ok(FileKind::Sql);
            let limits = if may_be_minified { Limits::named(settings) } else { Limits::walked(settings) };
            read::read(&target.path, limits)
        };
        let look = |settings: &Settings, bytes: &[u8]| settings.catalog.may_matter(bytes);
        self.open_source(&target.path, target.named, source, look)
    }

    /// Takes the text that `source` gives as if it were that file's.
    pub(super) fn open_source(
        &self,
        path: &Path,
        named: bool,
        source: impl FnOnce(&Settings) -> Result<String, Skip>,
        look: impl FnOnce(&Settings, &[u8]) -> bool,
    ) -> Opened {
        let (settings, invalid) = self.settings_of(path);
        let content = runnable_kind(path, &settings).and_then(|kind| {
            if settings.is_ignored && !named {
                return Err(Skip::Ignored);
            }
            let source = source(&settings)?;
            let matters = match kind {
                FileKind::Sql => alters_messages(&source),
                _ => look(&settings, source.as_bytes()),
            };
            if !(named || matters) {
                return Ok(Content::PassedOver(source));
            }
            let mut document = Document::new(&self.names.of(path), kind, Text::new(&source));
            document.set_settings(&settings);
            let follows = !settings.catalog.may_matter(source.as_bytes());
            Ok(Content::Matters(Box::new(Matter { source, document, follows })))
        });
        Opened { path: path.to_path_buf(), named, settings, invalid, content }
    }

    /// Checks what was read.
    pub(super) fn check(&self, opened: Opened) -> Verdict {
        let Opened { path, named, settings, invalid, content } = opened;
        // The user's own settings may forbid what the default ones would fix.
        let choice = if invalid.is_none() { self.choice } else { None };
        let mut passed_over = None;
        let result = content.map(|content| match content {
            Content::Matters(matter) => self.guarded(&path, *matter, &settings, choice),
            Content::PassedOver(source) => {
                let kept = self.kept.fetch_add(source.len(), Ordering::Relaxed);
                passed_over = Some(Some(source).filter(|_| kept < MOST_KEPT));
                Analysis::empty(Vec::new())
            }
        });
        Verdict { path, named, invalid, result, passed_over }
    }

    /// The settings in force for a file. A settings file that is wrong counts for nothing.
    fn settings_of(&self, path: &Path) -> (Settings, Option<Arc<Invalid>>) {
        let (file, invalid) = match self.configs.for_file(path) {
            Ok(file) => (file, None),
            Err(invalid) => (None, Some(invalid)),
        };
        let mut layers: Vec<&Layer> = file.as_deref().into_iter().collect();
        layers.push(&self.command_line);
        let mut settings = Settings::for_file(&layers, Some(path));
        settings.only = self.only.clone();
        (settings, invalid)
    }

    /// The engine catches what rules do; whatever else fails costs one file, not the run.
    fn guarded(&self, path: &Path, matter: Matter, settings: &Settings, choice: Option<FixChoice>) -> Analysis {
        let analysis = catch_unwind(AssertUnwindSafe(|| self.analyse(path, matter, settings, choice)));
        analysis.unwrap_or_else(|panic| {
            let message = words(panic.as_ref());
            Analysis::empty(vec![format!("the check failed on this file: {message}; the other files were checked")])
        })
    }

    fn analyse(&self, path: &Path, matter: Matter, settings: &Settings, choice: Option<FixChoice>) -> Analysis {
        let Matter { source, mut document, follows } = matter;
        let modules = WorkspaceModules::sharing(self.modules.of(&settings.catalog), path);
        let check = |document: &mut Document| document.check(&modules, settings, &Cancel::new()).ok();
        let Some(report) = check(&mut document) else {
            return Analysis::empty(vec!["the check was stopped: run again".to_owned()]);
        };
        let errors = failures(&report);
        let leads_to_one = follows || document.leaves_to_callers(&modules);
        let openers = if leads_to_one { document.openers(&modules) } else { Vec::new() };
        let Some(choice) = choice.filter(|_| errors.is_empty()) else {
            // The text is for those who show findings.
            let text = if report.findings.is_empty() { Text::new("") } else { document.text().clone() };
            return Analysis {
                text,
                findings: report.findings,
                change: None,
                errors,
                openers,
                migrations: BTreeSet::new(),
            };
        };
        let findings_before = report.findings.clone();
        let fixed = document.fix_all(report, choice, check);
        let text = Text::new(&fixed.text);
        let change = (fixed.text != source).then_some(Change {
            before: source,
            after: fixed.text,
            findings_before,
            applied: fixed.applied,
        });
        let findings = fixed.report.findings;
        let mut migrations = BTreeSet::new();
        if choice == FixChoice::Suggested
            && self.adds_files
            && let Some(folder) = self.modules.of(&settings.catalog).migrations(path, &settings.migrations)
        {
            let asked_for = findings.iter().filter_map(first_migration).cloned();
            migrations.extend(asked_for.map(|migration| (folder.clone(), migration)));
        }
        Analysis { text, findings, change, errors, openers, migrations }
    }
}

/// What a file is, where there may be something to say of it.
fn runnable_kind(path: &Path, settings: &Settings) -> Result<FileKind, Skip> {
    let kind = kind_of(path)?;
    let is_left_out = kind == FileKind::Sql && folders::migration(&settings.migrations, path).is_none();
    if is_left_out { Err(Skip::NoMigration) } else { Ok(kind) }
}

/// Whether a migration may do what a rule says something of: a look at its text, before somebody reads it.
fn alters_messages(source: &str) -> bool {
    source.to_lowercase().contains("messages")
}

/// The migration that the first fix of a finding writes.
pub(super) fn first_migration(finding: &Finding) -> Option<&Migration> {
    finding.fixes.first().and_then(|fix| fix.migration.as_ref())
}

/// What is to be said of the rules that failed, once each: a rule fails for each part of the file.
fn failures(report: &Report) -> Vec<String> {
    let failures = report
        .failures
        .iter()
        .map(|failure| format!("rule {} failed on this file: {}; the other rules ran", failure.rule, failure.message));
    failures.collect::<BTreeSet<String>>().into_iter().collect()
}

/// The words of a panic.
fn words(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return text;
    }
    panic.downcast_ref::<String>().map_or("no message", String::as_str)
}
