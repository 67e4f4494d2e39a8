//! Open files of SQL: what is said of code stands there, too, at the line that decides it.
//!
//! **Invariant**: nothing is decided here. A finding belongs to the code; where it points into an open file of SQL, that
//! file shows it with a way back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::Finding;
use halfopen_engine::text::{Span, Text};
use tower_lsp::ls_types::{Diagnostic, DiagnosticRelatedInformation, Uri};

use super::copies::{self, Copy};
use super::documents::OpenDocument;
use super::schedule::{self, Want};
use super::session::Session;
use super::{convert, lock};
use crate::workspace::read::{self, Limits};

/// What code says whose findings may point into SQL.
const MARKS: [&str; 2] = ["postgres_changes", "broadcast"];

/// Whether a file is one of SQL.
pub(super) fn is_sql(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sql")
}

/// A document was analysed: open files of SQL that its findings point at, or pointed at before, are looked at again.
pub(super) fn tell(session: &Arc<Session>, code: &OpenDocument) {
    if session.sql_waits.swap(false, Ordering::AcqRel) {
        ask_all(session);
    }
    let Some(shown) = code.current() else { return };
    let points: BTreeSet<(PathBuf, u32, String)> = pointing(&shown.findings, |_| true)
        .map(|(path, line, finding)| (path.to_path_buf(), line, finding.message.clone()))
        .collect();
    let before = std::mem::replace(&mut *lock(&code.sql), points.clone());
    let paths: BTreeSet<&PathBuf> = before.iter().chain(&points).map(|(path, ..)| path).collect();
    if before == points {
        return;
    }
    for document in paths.into_iter().filter_map(|path| session.documents.at(path)) {
        schedule::ask(session, &document, Want::Calm);
    }
}

/// A document was opened or closed: what is said of code that nobody has open is another list now.
pub(super) fn code_came_or_went(session: &Arc<Session>) {
    *lock(&session.watching_code) = None;
    ask_all(session);
}

fn ask_all(session: &Arc<Session>) {
    for document in session.documents.all().iter().filter(|document| document.is_sql()) {
        schedule::ask(session, document, Want::Calm);
    }
}

/// The findings that point into files of SQL, with the places there.
fn pointing<'of>(
    findings: &'of [Finding],
    wants: impl Fn(&Path) -> bool + 'of,
) -> impl Iterator<Item = (&'of Path, u32, &'of Finding)> {
    let places = findings.iter().flat_map(|finding| finding.elsewhere.iter().map(move |place| (finding, place)));
    places
        .map(|(finding, elsewhere)| (elsewhere.place.path.as_path(), elsewhere.place.line, finding))
        .filter(move |(path, ..)| is_sql(path) && wants(path))
}

/// Gathers what is said of code in a file of SQL, to be shown with what is said of the file itself. False where some code is
/// about to be looked at: until then nothing flickers, and the file is looked at once more then.
pub(super) fn gather(session: &Arc<Session>, open: &OpenDocument, text: &Text) -> bool {
    let Some(path) = &open.path else { return true };
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for code in session.documents.all().iter().filter(|code| code.analysis.is_some() && !code.is_sql()) {
        let Some(shown) = code.current() else {
            session.sql_waits.store(true, Ordering::Release);
            return false;
        };
        if code.path.is_some() {
            diagnostics.extend(shown_at(session, path, text, &code.uri, &shown.text, &shown.findings));
        }
    }
    for (path_of_code, text_of_code, findings) in closed(session) {
        if let Some(uri) = Uri::from_file_path(path_of_code) {
            diagnostics.extend(shown_at(session, path, text, &uri, &text_of_code, &findings));
        }
    }
    diagnostics.sort_by(|one, other| (one.range.start, &one.message).cmp(&(other.range.start, &other.message)));
    let mut pointing = lock(&open.pointing);
    pointing.is_news |= pointing.diagnostics != diagnostics;
    pointing.diagnostics = diagnostics;
    true
}

/// What findings of a text say of a file of SQL.
fn shown_at(
    session: &Session,
    sql: &Path,
    sql_text: &Text,
    uri: &Uri,
    text: &Text,
    findings: &[Finding],
) -> Vec<Diagnostic> {
    let encoding = session.features().encoding;
    let diagnostic = |(_, line, finding): (&Path, u32, &Finding)| {
        let span = line_of(sql_text, line);
        let back = convert::location(uri.clone(), text, finding.span, encoding);
        let related = DiagnosticRelatedInformation { location: back, message: "the subscription".to_owned() };
        convert::plain_diagnostic(sql_text, span, finding, session.features(), related)
    };
    pointing(findings, |path| path == sql).map(diagnostic).collect()
}

/// A line without the space around it.
fn line_of(text: &Text, line: u32) -> Span {
    let span = text.line_span(line as usize);
    let content = text.slice(span);
    let start = span.start + (content.len() - content.trim_start().len()) as u32;
    Span { start, end: start + content.trim().len() as u32 }
}

/// What is to be said of code that nobody has open and that has to do with the database.
fn closed(session: &Arc<Session>) -> Vec<(PathBuf, Text, Vec<Finding>)> {
    let known = lock(&session.watching_code).clone();
    let paths = known.unwrap_or_else(|| {
        let speaks = |path: &PathBuf| {
            let text = read::read(path, Limits::module()).unwrap_or_default();
            MARKS.iter().any(|mark| text.contains(mark))
        };
        let found: Vec<PathBuf> = copies::closed_paths(session).into_iter().filter(speaks).collect();
        *lock(&session.watching_code) = Some(found.clone());
        found
    });
    let check = |path: PathBuf| {
        if session.documents.at(&path).is_some() {
            return None;
        }
        let Copy { text, mut document, settings, .. } = Copy::of_closed(session, &path)?;
        let report = document.check(&session.modules_for(Some(&path), &settings), &settings, &Cancel::new()).ok()?;
        Some((path, text, report.findings))
    };
    paths.into_iter().filter_map(check).collect()
}
