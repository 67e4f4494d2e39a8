//! The card over a finding: its message, what the rule is about, and where to read on.

use halfopen_engine::finding::Finding;
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
        contents: HoverContents::Markup(MarkupContent { kind, value: words(finding) }),
        range: Some(convert::range_of(&text, span, features.encoding)),
    })
}

fn words(finding: &Finding) -> String {
    let mut words = format!("{}\n\n---\n\n{}", finding.message, introduction(finding.rule));
    if let Some(link) = convert::rule_link(finding.rule) {
        words.push_str(&format!("\n\n[{}]({link})", finding.rule.name));
    }
    words
}

/// The page up to its examples.
fn introduction(rule: &RuleMeta) -> &str {
    rule.page.split("\n## Invalid").next().unwrap_or(rule.page).trim()
}
