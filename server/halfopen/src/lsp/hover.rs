//! The card over a finding: its message, what the rule is about, and where to read on.

use halfopen_engine::finding::{Elsewhere, Finding};
use halfopen_engine::rules::RuleMeta;
use tower_lsp::ls_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Uri};

use super::session::Session;
use super::{convert, lock, moved};

/// The card at a position. Findings of an older version are looked for where they stand now.
pub(super) fn card(session: &Session, uri: &Uri, position: Position) -> Option<Hover> {
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
    let kind = if features.plain_hover { MarkupKind::PlainText } else { MarkupKind::Markdown };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value: words(finding, features.plain_hover) }),
        range: Some(convert::range_of(&text, span, features.encoding)),
    })
}

/// A place of another file, with a link that opens it.
fn linked(elsewhere: &Elsewhere, is_plain: bool) -> String {
    let Elsewhere { place, message } = elsewhere;
    let line = place.line + 1;
    let name = place.path.file_name().unwrap_or_default().to_string_lossy();
    match Uri::from_file_path(&place.path) {
        Some(uri) if !is_plain => format!("[{name}, line {line}]({}#L{line}): {message}", uri.as_str()),
        _ => convert::in_words(elsewhere),
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
