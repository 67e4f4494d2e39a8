//! `// halfopen-ignore-next-line rule[, rule]: reason` on the line above a finding; in SQL with `--` in front.

use crate::finding::Finding;
use crate::text::Text;

const MARK: &str = "halfopen-ignore-next-line";

/// Whether a comment above the finding's line silences its rule. Several such lines may stand above each other.
pub(crate) fn is_silenced(text: &Text, finding: &Finding) -> bool {
    let mut line = text.line_of(finding.span.start as usize);
    while line > 0 {
        line -= 1;
        let span = text.line_span(line);
        // Most lines above findings are short code; one look at the length spares the copy.
        if span.len() < MARK.len() {
            return false;
        }
        let content = text.slice(span);
        let Some(rules) = silenced_rules(&content) else { return false };
        if rules.split(',').any(|rule| rule.trim() == finding.rule.name) {
            return true;
        }
    }
    false
}

/// The list of rules of a line that is nothing but such a comment.
fn silenced_rules(line: &str) -> Option<&str> {
    let comment = line.trim();
    let comment = comment.strip_prefix('{').unwrap_or(comment);
    let rest = ["//", "/*", "--"].iter().find_map(|start| comment.strip_prefix(start))?;
    let rules = rest.trim_start().strip_prefix(MARK)?;
    Some(rules.split(':').next().unwrap_or(rules).trim_end_matches('}').trim_end_matches("*/"))
}
