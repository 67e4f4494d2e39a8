//! What a rule says: findings, related places, fixes.

use serde::Serialize;

use crate::project::ModulePlace;
use crate::rules::RuleMeta;
use crate::text::Span;

/// How bad a finding is; the levels are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It will break.
    Error,
    /// It will break under churn, bad networks or load.
    Warning,
    /// It will hurt at scale.
    Info,
    /// Advice.
    Hint,
}

impl Severity {
    /// The word for it in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
        }
    }
}

/// A realtime bug at a place. Offsets are bytes of the document that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static RuleMeta,
    /// Its severity under the settings.
    pub severity: Severity,
    /// Where it stands; at most one line long.
    pub span: Span,
    /// What is wrong, why it hurts, what to do.
    pub message: String,
    /// The other halves: the teardown that lacks the release, the second owner.
    pub related: Vec<Related>,
    /// What of other files it rests on: where the client or the function comes from.
    pub elsewhere: Vec<Elsewhere>,
    /// Ways to repair it, the best first.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// Whether both say the same; their fixes may differ.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.rule == other.rule
            && self.severity == other.severity
            && self.span == other.span
            && self.message == other.message
            && self.related == other.related
            && self.elsewhere == other.elsewhere
    }
}

/// A place that belongs to a finding, in the same document.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// A place in another file that belongs to a finding, as it was when the finding was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// Where.
    pub place: ModulePlace,
    /// What is there.
    pub message: String,
}

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Correct programs behave the same.
    Safe,
    /// It adds behaviour or needs a look.
    Suggest,
}

/// A repair.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, for a menu.
    pub title: String,
    /// Whether it may be applied unseen.
    pub safety: Safety,
    /// Replacements, sorted, none overlapping another.
    pub edits: Vec<TextEdit>,
    /// A migration that it adds to the project's.
    pub migration: Option<Migration>,
}

/// A file of SQL that is to be run after those that are there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Migration {
    /// What it does, as the end of a file's name: `publish_orders`.
    pub name: String,
    /// Its statements, each with its line end.
    pub sql: String,
}

/// A replacement in the document that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct TextEdit {
    /// What is replaced; empty: an insertion.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// Applies edits that are sorted and do not overlap.
pub fn apply_edits(source: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&source[at..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(&source[at..]);
    out
}
