//! Showing findings.
//!
//! **Invariant**: each publish is decided and handed over under the buffer's lock. The newest settled version of an
//! edited document is always published; the same version again only if its findings changed.

use std::sync::Arc;

use halfopen_engine::finding::Finding;
use halfopen_engine::text::Span;
use tower_lsp::ls_types::PublishDiagnosticsParams;
use tower_lsp::ls_types::notification::PublishDiagnostics;

use super::analysis::Outcome;
use super::calm::{self, After, Before};
use super::documents::{Buffer, OpenDocument, Shown, Snapshot};
use super::schedule::Want;
use super::session::Session;
use super::{convert, lock};

/// Publishes what was found in a snapshot, if the document is still that.
pub(super) fn settle(
    session: &Session,
    document: &OpenDocument,
    snapshot: &Snapshot,
    found: Vec<Finding>,
    holes: &[Span],
    want: Want,
) -> Outcome {
    let mut buffer = lock(&document.buffer);
    if buffer.closed {
        return Outcome::Done;
    }
    if buffer.edition != snapshot.edition {
        return Outcome::Outdated;
    }
    let last = buffer.shown.take();
    let before = Before::new(last.as_deref(), &buffer.since_shown);
    let after = calm::settle(&snapshot.text, &before, found, holes, want == Want::Full);
    let points_anew = std::mem::take(&mut lock(&document.pointing).is_news);
    let is_news = points_anew
        || last.is_none_or(|last| last.edition != snapshot.edition || !look_alike(&last.findings, &after.findings));
    if is_news {
        show(session, document, &mut buffer, snapshot, after);
    } else {
        remember(&mut buffer, snapshot, after);
    }
    Outcome::Done
}

fn show(session: &Session, document: &OpenDocument, buffer: &mut Buffer, snapshot: &Snapshot, after: After) {
    let shown = remember(buffer, snapshot, after);
    let mut diagnostics = convert::diagnostics(&shown, &document.uri, session.features());
    diagnostics.extend(lock(&document.pointing).diagnostics.iter().cloned());
    let params = PublishDiagnosticsParams::new(document.uri.clone(), diagnostics, Some(shown.version));
    session.outgoing.notify::<PublishDiagnostics>(params);
}

fn remember(buffer: &mut Buffer, snapshot: &Snapshot, after: After) -> Arc<Shown> {
    let shown = Arc::new(Shown {
        version: snapshot.version,
        edition: snapshot.edition,
        text: snapshot.text.clone(),
        findings: after.findings,
        doubt: after.doubt,
    });
    buffer.since_shown.clear();
    Arc::clone(buffer.shown.insert(shown))
}

/// Whether a client cannot tell the one list from the other: fixes are not shown.
fn look_alike(one: &[Finding], other: &[Finding]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.looks_like(other))
}

/// Publishes for a snapshot what the calm shows of a broken text before anything is known of it, if the document is
/// still that. [`settle`] follows.
pub(super) fn hold(session: &Session, document: &OpenDocument, snapshot: &Snapshot) {
    let mut buffer = lock(&document.buffer);
    if buffer.closed || buffer.edition != snapshot.edition {
        return;
    }
    let Some(last) = buffer.shown.clone().filter(|last| last.edition != snapshot.edition) else { return };
    let after = calm::hold(&Before::new(Some(&last), &buffer.since_shown));
    show(session, document, &mut buffer, snapshot, after);
}

/// Takes a document's findings away for good.
pub(super) fn clear(session: &Session, document: &OpenDocument) {
    let mut buffer = lock(&document.buffer);
    buffer.closed = true;
    if document.analysis.is_some() {
        let params = PublishDiagnosticsParams::new(document.uri.clone(), Vec::new(), None);
        session.outgoing.notify::<PublishDiagnostics>(params);
    }
}
