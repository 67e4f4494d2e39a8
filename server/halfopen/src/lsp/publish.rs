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
use super::calm::{self, Before};
use super::documents::{OpenDocument, Shown, Snapshot};
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
    let before = Before {
        findings: last.as_ref().map(|last| last.findings.as_slice()).unwrap_or_default(),
        doubt: last.as_ref().and_then(|last| last.doubt),
        edits: &buffer.since_shown,
    };
    let after = calm::settle(&snapshot.text, &before, found, holes, want == Want::Full);
    let is_news = last.is_none_or(|last| last.edition != snapshot.edition || last.findings != after.findings);
    let shown = Shown {
        version: snapshot.version,
        edition: snapshot.edition,
        text: snapshot.text.clone(),
        findings: after.findings,
        doubt: after.doubt,
    };
    if is_news {
        let diagnostics = convert::diagnostics(&shown, &document.uri, session.features());
        let params = PublishDiagnosticsParams::new(document.uri.clone(), diagnostics, Some(shown.version));
        session.outgoing.notify::<PublishDiagnostics>(params);
    }
    buffer.shown = Some(Arc::new(shown));
    buffer.since_shown.clear();
    Outcome::Done
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
