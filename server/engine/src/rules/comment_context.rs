//! What a rule is given that looks at the comments which silence others, and how it reports.

use crate::finding::{Finding, Fix, Severity};
use crate::rules::RuleMeta;
use crate::settings::Settings;
use crate::suppress::{Comment, Used};
use crate::text::{Span, Text};

/// The comments of a document, and what they were good for.
pub(crate) struct CommentCheck<'check> {
    pub(crate) text: &'check Text,
    pub(crate) settings: &'check Settings,
    pub(crate) comments: &'check [Comment],
    pub(crate) used: Used,
    /// All of the text could be read, and every rule ran to its end.
    pub(crate) is_whole: bool,
}

/// A rule's view of them.
pub(crate) struct CommentContext<'check> {
    check: &'check CommentCheck<'check>,
    rule: &'static RuleMeta,
    severity: Severity,
    findings: &'check mut Vec<Finding>,
}

impl<'check> CommentContext<'check> {
    /// A rule's part of the check.
    pub(crate) fn new(
        check: &'check CommentCheck<'check>,
        rule: &'static RuleMeta,
        severity: Severity,
        findings: &'check mut Vec<Finding>,
    ) -> Self {
        Self { check, rule, severity, findings }
    }

    /// The comments, in the order of the text.
    pub(crate) fn comments(&self) -> &'check [Comment] {
        self.check.comments
    }

    /// Whether all was looked at.
    pub(crate) fn is_whole(&self) -> bool {
        self.check.is_whole
    }

    /// Whether a rule runs at all.
    pub(crate) fn runs(&self, rule: &RuleMeta) -> bool {
        self.check.settings.severity(rule).is_some()
    }

    /// Whether a name of a comment, both by their places, silenced something.
    pub(crate) fn is_used(&self, comment: usize, name: usize) -> bool {
        self.check.used.contains(&(comment, name))
    }

    /// A comment with its line where it stands alone, else with the space before it.
    pub(crate) fn whole(&self, comment: &Comment) -> Span {
        let text = self.check.text;
        let line = text.line_span(text.line_of(comment.span.start as usize));
        if comment.is_alone {
            let next = text.line_span(text.line_of(comment.span.start as usize) + 1).start;
            return Span { start: line.start, end: next.max(line.end) };
        }
        let before = text.slice(Span { start: line.start, end: comment.span.start });
        Span { start: line.start + before.trim_end().len() as u32, ..comment.span }
    }

    /// Reports a part of a comment.
    pub(crate) fn report(&mut self, span: Span, message: String, fix: Option<Fix>) {
        let (rule, severity, fixes) = (self.rule, self.severity, fix.into_iter().collect());
        self.findings.push(Finding {
            rule,
            severity,
            span,
            message,
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes,
        });
    }
}
