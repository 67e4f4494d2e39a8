//! What a rule is given that looks at a migration, and how it reports.

use crate::finding::{Finding, Fix, Safety, Severity, TextEdit};
use crate::rules::RuleMeta;
use crate::sql::Change;
use crate::text::{Span, Text};

/// A rule's view of one file of SQL.
pub(crate) struct SqlContext<'check> {
    text: &'check Text,
    changes: &'check [Change],
    rule: &'static RuleMeta,
    severity: Severity,
    findings: &'check mut Vec<Finding>,
}

impl<'check> SqlContext<'check> {
    /// A rule's part of a file's check.
    pub(crate) fn new(
        text: &'check Text,
        changes: &'check [Change],
        rule: &'static RuleMeta,
        severity: Severity,
        findings: &'check mut Vec<Finding>,
    ) -> Self {
        Self { text, changes, rule, severity, findings }
    }

    /// What the statements do, in their order.
    pub(crate) fn changes(&self) -> &'check [Change] {
        self.changes
    }

    /// Reports a statement, by the bytes that it takes, with the fix that removes it.
    pub(crate) fn report_statement(&mut self, statement: Span, message: &str) {
        let first_line = self.text.line_span(self.text.line_of(statement.start as usize));
        let source = self.text.slice(Span { end: statement.end.min(first_line.end), ..statement });
        let end = statement.start + source.trim_end().len() as u32;
        let removal = TextEdit { span: self.whole_lines(statement), text: String::new() };
        self.findings.push(Finding {
            rule: self.rule,
            severity: self.severity,
            span: Span { end, ..statement },
            message: message.to_owned(),
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: vec![Fix {
                title: "Remove this statement".to_owned(),
                safety: Safety::Suggest,
                edits: vec![removal],
                migration: None,
            }],
        });
    }

    /// A statement with the rest of its lines, if nothing else stands there.
    fn whole_lines(&self, statement: Span) -> Span {
        let start = self.text.line_span(self.text.line_of(statement.start as usize)).start;
        let last = self.text.line_of(statement.end as usize);
        let end = self.text.line_span(last + 1).start.max(statement.end);
        let is_blank = |start: u32, end: u32| self.text.slice(Span { start, end }).trim().is_empty();
        let is_alone = is_blank(start, statement.start) && is_blank(statement.end, end);
        if is_alone { Span { start, end } } else { statement }
    }
}
