//! One look at a document: newest text, settings, engine, publish.
//!
//! **Invariant**: this runs on a thread of its own, and whatever fails here fails for this document alone.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::project::ModuleFacts;
use halfopen_engine::settings::Settings;
use halfopen_engine::text::Text;
use halfopen_engine::{Document, FileKind};
use tower_lsp::ls_types::MessageType;

use super::documents::OpenDocument;
use super::schedule::{self, Want};
use super::session::Session;
use super::{dependents, lock, migrations, publish, realtime};

/// What an analysis keeps from look to look.
pub(super) struct Analysis {
    document: Document,
    name: String,
    kind: FileKind,
    /// The settings, with the age at which they were read.
    settings: Option<(u64, Arc<Settings>)>,
    /// What others were told last of its exports.
    told: Option<ModuleFacts>,
}

/// How a look ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The newest text is published, or there is nothing to publish.
    Done,
    /// The text changed meanwhile, and nothing was published.
    Outdated,
    /// It was asked to stop.
    Stopped,
}

impl Analysis {
    /// Nothing is parsed yet.
    pub(super) fn new(name: String, kind: FileKind, text: Text) -> Self {
        let document = Document::new(&name, kind, text);
        Self { document, name, kind, settings: None, told: None }
    }

    fn settings(&mut self, session: &Arc<Session>, open: &OpenDocument) -> Arc<Settings> {
        let age = session.settings.age();
        if let Some((read_at, settings)) = &self.settings
            && *read_at == age
        {
            return Arc::clone(settings);
        }
        let settings = Arc::new(session.settings.read(session, open.path.as_deref()));
        // Whatever makes settings old may have changed modules and versions, too.
        self.document.forget_findings();
        self.settings = Some((age, Arc::clone(&settings)));
        settings
    }
}

/// Looks at the newest text.
pub(super) fn look(session: &Arc<Session>, open: &Arc<OpenDocument>, want: Want, cancel: &Cancel) -> Outcome {
    let attempt = catch_unwind(AssertUnwindSafe(|| attempt(session, open, want, cancel)));
    attempt.unwrap_or_else(|panic| {
        let message = format!("the analysis failed: {}", reason(&*panic));
        session.log_once(open, "analysis", MessageType::ERROR, &message);
        start_again(session, open)
    })
}

fn attempt(session: &Arc<Session>, open: &Arc<OpenDocument>, want: Want, cancel: &Cancel) -> Outcome {
    let Some(analysis) = &open.analysis else { return Outcome::Done };
    let mut analysis = lock(analysis);
    let settings = analysis.settings(session, open);
    let snapshot = lock(&open.buffer).take();
    analysis.document.update(snapshot.text.clone(), &snapshot.edits);

    // The engine counts bytes in 32 bits.
    if snapshot.text.len() as u64 > settings.max_file_size.min(u64::from(u32::MAX) - 1) {
        let message = format!("larger than maxFileSize ({} bytes), so it is not analysed", settings.max_file_size);
        session.log_once(open, "size", MessageType::INFO, &message);
        return publish::settle(session, open, &snapshot, Vec::new(), &[], Want::Full);
    }
    if settings.is_ignored {
        return publish::settle(session, open, &snapshot, Vec::new(), &[], Want::Full);
    }
    if want == Want::Full {
        analysis.document.parse_fresh();
    } else if analysis.document.seems_broken() {
        open.queue.answered();
        publish::hold(session, open, &snapshot);
    }
    if open.dependence.take_outdated() {
        analysis.document.forget_findings();
    }
    let changes = session.module_changes.load(Ordering::SeqCst);
    let modules = session.modules_for(open.path.as_deref(), &settings);
    let Ok(report) = analysis.document.check(&modules, &settings, cancel) else {
        return Outcome::Stopped;
    };
    open.dependence.add(modules.reads());
    if session.module_changes.load(Ordering::SeqCst) != changes {
        open.dependence.outdate();
        schedule::ask(session, open, Want::Calm);
    }
    for failure in &report.failures {
        let message = format!("the rule {} failed: {}", failure.rule, failure.message);
        session.log_once(open, failure.rule, MessageType::ERROR, &message);
    }
    if open.is_sql() && !migrations::gather(session, open, &snapshot.text) {
        return Outcome::Done;
    }
    let outcome = publish::settle(session, open, &snapshot, report.findings, &report.holes, want);
    if open.is_sql() {
        return outcome;
    }
    if outcome == Outcome::Done && report.holes.is_empty() {
        realtime::changed(session, open);
        let sound = lock(&open.buffer).sound.replace((snapshot.text.clone(), snapshot.edition));
        if sound.is_none_or(|(_, edition)| edition != snapshot.edition) {
            session.module_changes.fetch_add(1, Ordering::SeqCst);
        }
        let Analysis { document, told, .. } = &mut *analysis;
        dependents::tell(session, open, document, &settings.catalog, told);
    }
    if outcome == Outcome::Done {
        migrations::tell(session, open);
    }
    if outcome == Outcome::Done && want == Want::Calm && !report.holes.is_empty() {
        schedule::after_pause(session, open, snapshot.edition, snapshot.changed_at);
    }
    outcome
}

/// After a panic the engine's document may be anything: the next look begins with the bare text.
fn start_again(session: &Arc<Session>, open: &Arc<OpenDocument>) -> Outcome {
    let Some(analysis) = &open.analysis else { return Outcome::Done };
    let mut analysis = lock(analysis);
    let snapshot = lock(&open.buffer).take();
    *analysis = Analysis::new(analysis.name.clone(), analysis.kind, snapshot.text.clone());
    publish::settle(session, open, &snapshot, Vec::new(), &[], Want::Full)
}

fn reason(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given")
}
