//! The cards of a position: that of a finding with its message, what the rule is about, and where to read on; and what the
//! migrations say where code names a table or makes a channel private.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use halfopen_engine::DatabaseRecord;
use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::{Elsewhere, Finding};
use halfopen_engine::project::ModulePlace;
use halfopen_engine::rules::RuleMeta;
use halfopen_engine::sql::FactLine;
use halfopen_engine::text::{Span, Text};
use tower_lsp::ls_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Uri};

use super::copies::Copy;
use super::session::Session;
use super::{convert, lock, moved};

/// What stands on a line that names something of the database.
const NAMES: [&str; 2] = ["table", "private"];

/// What is said at a place of a text.
pub(super) struct Card {
    words: String,
    span: Span,
    text: Text,
}

/// The card of the finding at a position. Findings of an older version are looked for where they stand now.
pub(super) fn of_finding(session: &Session, uri: &Uri, position: Position) -> Option<Card> {
    let features = session.features();
    let document = session.documents.get(uri)?;
    let (shown, edits, text) = {
        let buffer = lock(&document.buffer);
        (buffer.shown.clone()?, buffer.since_shown.clone(), buffer.text.clone())
    };
    let offset = text.offset(convert::position(position), features.encoding) as u32;
    let at_offset = shown.findings.iter().filter_map(|finding| Some((moved::span(finding.span, &edits)?, finding)));
    let (span, finding) =
        at_offset.filter(|(span, _)| span.start <= offset && offset <= span.end).min_by_key(|(span, _)| span.len())?;
    Some(Card { words: words(finding, features.plain_hover), span, text })
}

/// Whether the line of a position may name something of the database: a look at it, before somebody looks closer.
pub(super) fn may_name_the_database(session: &Session, uri: &Uri, position: Position) -> bool {
    let Some(document) = session.documents.get(uri).filter(|document| !document.is_sql()) else { return false };
    let text = lock(&document.buffer).text.clone();
    let offset = text.offset(convert::position(position), session.features().encoding);
    let line = text.slice(text.line_span(text.line_of(offset)));
    NAMES.iter().any(|name| line.contains(name))
}

/// What the migrations say of a table or a private channel at a position, after what is said of a finding there.
pub(super) fn with_database(
    session: &Arc<Session>,
    uri: &Uri,
    position: Position,
    about_finding: Option<Card>,
) -> Option<Card> {
    let found = of_database(session, uri, position);
    match (about_finding, found) {
        (Some(finding), Some(found)) => {
            Some(Card { words: format!("{}\n\n---\n\n{}", finding.words, found.words), ..finding })
        }
        (finding, found) => finding.or(found),
    }
}

fn of_database(session: &Arc<Session>, uri: &Uri, position: Position) -> Option<Card> {
    let features = session.features();
    let open = session.documents.get(uri)?;
    let text = lock(&open.buffer).text.clone();
    let offset = text.offset(convert::position(position), features.encoding) as u32;
    let Copy { mut document, settings, text, path } = Copy::of_open(session, &open, text)?;
    let modules = session.modules_for(path.as_deref(), &settings);
    let records = document.database_records(&modules, &settings, &Cancel::new()).ok()?;
    let here: Vec<&DatabaseRecord> =
        records.iter().filter(|record| record.span.start <= offset && offset <= record.span.end).collect();
    let cards: Vec<String> = here.iter().map(|record| listed(record, features.plain_hover)).collect();
    let span = here.first()?.span;
    Some(Card { words: cards.join("\n\n"), span, text })
}

/// What is known of a table or a private channel, a line each.
fn listed(record: &DatabaseRecord, is_plain: bool) -> String {
    let mut words = if is_plain { record.title() } else { format!("**{}**", record.title()) };
    words.push('\n');
    for FactLine { about, text, place } in record.lines() {
        let place = place.map(|place| ModulePlace { path: Path::new(&*place.path).to_path_buf(), line: place.line });
        // Writing to a text cannot fail.
        let _ = match place.map(|place| linked_place(&place, is_plain)) {
            Some(place) => write!(words, "\n- {about}: {text} ({place})"),
            None => write!(words, "\n- {about}: {text}"),
        };
    }
    words
}

impl Card {
    /// As the protocol has it.
    pub(super) fn into_hover(self, session: &Session) -> Hover {
        let features = session.features();
        let kind = if features.plain_hover { MarkupKind::PlainText } else { MarkupKind::Markdown };
        Hover {
            contents: HoverContents::Markup(MarkupContent { kind, value: self.words }),
            range: Some(convert::range_of(&self.text, self.span, features.encoding)),
        }
    }
}

/// A place of another file, with a link that opens it.
fn linked(elsewhere: &Elsewhere, is_plain: bool) -> String {
    format!("{}: {}", linked_place(&elsewhere.place, is_plain), elsewhere.message)
}

fn linked_place(place: &ModulePlace, is_plain: bool) -> String {
    let line = place.line + 1;
    let name = place.path.file_name().unwrap_or_default().to_string_lossy();
    match Uri::from_file_path(&place.path) {
        Some(uri) if !is_plain => format!("[{name}, line {line}]({}#L{line})", uri.as_str()),
        _ => format!("{name}, line {line}"),
    }
}

fn words(finding: &Finding, is_plain: bool) -> String {
    let mut words = finding.message.clone();
    for elsewhere in &finding.elsewhere {
        words.push_str(&format!("\n\n{}", linked(elsewhere, is_plain)));
    }
    words.push_str(&format!("\n\n---\n\n{}", introduction(finding.rule)));
    if let Some(link) = convert::rule_link(finding.rule) {
        words.push_str(&format!("\n\n[{}]({link})", finding.rule.name));
    }
    words
}

/// The page up to its examples.
fn introduction(rule: &RuleMeta) -> &str {
    rule.page.split("\n## Invalid").next().unwrap_or(rule.page).trim()
}
