//! The comment that silences a finding.
//!
//! **Invariant**: it is offered only where a line comment is surely a comment. Between the tags of JSX, in markup and
//! in a template literal it would be text that users see.

use halfopen_engine::FileKind;
use halfopen_engine::finding::{Finding, TextEdit};
use halfopen_engine::text::{Span, Text};

/// What silences the next line.
const DIRECTIVE: &str = "halfopen-ignore-next-line";

/// What silences a file.
const FILE_DIRECTIVE: &str = "halfopen-ignore-file";

/// The area of the rules that look at these comments: what they say is not silenced by another one.
const AREA: &str = "silencing";

/// The edit that silences a finding, where it is known to work.
pub(super) fn comment(kind: Option<FileKind>, text: &Text, finding: &Finding) -> Option<TextEdit> {
    if finding.rule.area == AREA {
        return None;
    }
    let line = text.line_of(finding.span.start as usize);
    let span = text.line_span(line);
    let before = text.slice(Span { start: 0, end: span.start });
    let content = text.slice(span);
    let marks = match kind? {
        FileKind::Sql => ("--", ""),
        kind if !is_script(kind, &before) => return None,
        _ if is_code(&before, content.trim_start()) => ("//", ""),
        _ if is_between_tags(&before, content.trim_start()) => ("{/*", " */}"),
        _ => return None,
    };
    Some(above(text, span, marks, finding))
}

/// The edit that silences a finding's rule in its whole file, where a comment may stand at the top.
pub(super) fn in_file(kind: Option<FileKind>, text: &Text, finding: &Finding) -> Option<TextEdit> {
    if finding.rule.area == AREA {
        return None;
    }
    let first = text.slice(text.line_span(0));
    let is_second = first.starts_with("#!") || (kind == Some(FileKind::Astro) && first.trim_end() == "---");
    let (open, close) = match kind? {
        FileKind::Script(_) => ("//", ""),
        FileKind::Astro if is_second => ("//", ""),
        FileKind::Sql => ("--", ""),
        FileKind::Vue | FileKind::Svelte | FileKind::Astro | FileKind::Html => ("<!--", " -->"),
    };
    let at = if is_second { text.line_span(1).start } else { 0 };
    // A byte order mark stays first.
    let at = if at == 0 && first.starts_with('\u{feff}') { '\u{feff}'.len_utf8() as u32 } else { at };
    let comment = format!("{open} {FILE_DIRECTIVE} {}: reason{close}{}", finding.rule.name, text.line_end());
    Some(TextEdit { span: Span { start: at, end: at }, text: comment })
}

/// The comment above a line.
fn above(text: &Text, line: Span, (open, close): (&str, &str), finding: &Finding) -> TextEdit {
    let content = text.slice(line);
    let indentation = &content[..content.len() - content.trim_start().len()];
    let comment = format!("{indentation}{open} {DIRECTIVE} {}: reason{close}{}", finding.rule.name, text.line_end());
    TextEdit { span: Span { start: line.start, end: line.start }, text: comment }
}

/// Whether the line behind `before` belongs to a script.
fn is_script(kind: FileKind, before: &str) -> bool {
    match kind {
        FileKind::Script(_) => true,
        FileKind::Astro if before.starts_with("---") && before.matches("---").count() == 1 => true,
        _ => before.rfind("<script").is_some_and(|opened| !before[opened..].contains("</script")),
    }
}

/// Whether a line is surely a child of JSX, between two others.
fn is_between_tags(before: &str, line: &str) -> bool {
    let previous = before.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let is_tag = previous.starts_with('<') && previous.ends_with('>');
    is_tag && line.starts_with('<') && before.matches('`').count().is_multiple_of(2)
}

/// Whether a comment between `before` and `line` is surely one.
fn is_code(before: &str, line: &str) -> bool {
    let previous = before.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let is_behind_tag = previous.ends_with('>') && !previous.ends_with("=>") && !previous.starts_with("<script");
    let is_in_jsx = is_behind_tag || line.starts_with('<') || line.starts_with('{');
    // An odd number of backticks: within a template literal, or one in a comment; both are left alone.
    let is_in_template = before.matches('`').count() % 2 == 1;
    let is_in_comment = before.rfind("/*").is_some_and(|opened| !before[opened..].contains("*/"));
    !(is_in_jsx || is_in_template || is_in_comment)
}

#[cfg(test)]
mod tests {
    use halfopen_engine::finding::{Finding, Severity, apply_edits};
    use halfopen_engine::rules;
    use halfopen_engine::text::{Span, Text};
    use halfopen_engine::{FileKind, Grammar};

    use super::comment;

    const TSX: FileKind = FileKind::Script(Grammar::Tsx);

    /// The source with the comment for a finding on `new X`, where one is offered.
    fn silenced(kind: FileKind, source: &str) -> Option<String> {
        let start = source.find("new X").expect("a finding");
        let finding = Finding {
            rule: rules::find("missing-cleanup").expect("the rule"),
            severity: Severity::Warning,
            span: Span::new(start, start + 5),
            message: String::new(),
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: Vec::new(),
        };
        Some(apply_edits(source, &[comment(Some(kind), &Text::new(source), &finding)?]))
    }

    #[test]
    fn the_comment_has_the_indentation_and_the_line_end_of_the_file() {
        assert_eq!(
            silenced(TSX, "a();\r\n\tb(new X());\r\n").as_deref(),
            Some("a();\r\n\t// halfopen-ignore-next-line missing-cleanup: reason\r\n\tb(new X());\r\n")
        );
    }

    #[test]
    fn where_a_comment_may_be_text_none_is_offered() {
        assert_eq!(silenced(TSX, "const view = <p>\n  {use(new X())}\n</p>;\n"), None);
        assert_eq!(silenced(TSX, "const view = (\n  <p>\n    hello new X\n  </p>);\n"), None);
        assert_eq!(silenced(TSX, "const text = `\n  ${new X()}\n`;\n"), None);
        assert_eq!(silenced(FileKind::Vue, "<template>\n  new X\n</template>\n"), None);
        assert_eq!(silenced(TSX, "/*\nnew X();\n*/\n"), None);
    }

    #[test]
    fn in_scripts_of_components_it_is_offered() {
        assert!(silenced(FileKind::Vue, "<script setup>\nuse();\nnew X();\n</script>\n").is_some());
        assert!(silenced(FileKind::Vue, "<script setup>\nnew X();\n</script>\n").is_some());
        assert!(silenced(TSX, "useEffect(() =>\n  use(new X()));\n").is_some());
    }
}
