//! Between the engine's types and the protocol's.
//!
//! **Invariant**: no other file turns one into the other.

use std::collections::HashMap;
use std::path::PathBuf;

use halfopen_engine::FileKind;
use halfopen_engine::finding::{self, Elsewhere, Finding, Severity};
use halfopen_engine::rules::RuleMeta;
use halfopen_engine::settings::SettingsError;
use halfopen_engine::text::{self, Encoding, Span, Text};
use serde_json::json;
use tower_lsp::ls_types as protocol;
use tower_lsp::ls_types::Uri;

use super::documents::{Change, Shown};
use super::features::Features;

/// The name under which diagnostics appear.
const SOURCE: &str = "halfopen";

/// The name of an encoding.
pub(super) fn encoding_kind(encoding: Encoding) -> protocol::PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => protocol::PositionEncodingKind::UTF8,
        Encoding::Utf16 => protocol::PositionEncodingKind::UTF16,
        Encoding::Utf32 => protocol::PositionEncodingKind::UTF32,
    }
}

/// A position of the client.
pub(super) fn position(position: protocol::Position) -> text::Position {
    text::Position { line: position.line, character: position.character }
}

/// A range of the client.
pub(super) fn range(range: protocol::Range) -> text::Range {
    text::Range { start: position(range.start), end: position(range.end) }
}

/// The range of a span, for the client.
pub(super) fn range_of(text: &Text, span: Span, encoding: Encoding) -> protocol::Range {
    let range = text.range(span, encoding);
    let position = |position: text::Position| protocol::Position::new(position.line, position.character);
    protocol::Range::new(position(range.start), position(range.end))
}

/// The changes of one notification.
pub(super) fn changes(events: Vec<protocol::TextDocumentContentChangeEvent>) -> Vec<Change> {
    events.into_iter().map(|event| Change { range: event.range.map(range), text: event.text }).collect()
}

/// What is published.
pub(super) fn diagnostics(shown: &Shown, uri: &Uri, features: Features) -> Vec<protocol::Diagnostic> {
    shown.findings.iter().map(|finding| diagnostic(shown, finding, uri, features)).collect()
}

/// A finding for the client.
/// A finding as it is shown in a file that it points at, with the way back.
pub(super) fn plain_diagnostic(
    text: &Text,
    span: Span,
    finding: &Finding,
    features: Features,
    back: protocol::DiagnosticRelatedInformation,
) -> protocol::Diagnostic {
    protocol::Diagnostic {
        range: range_of(text, span, features.encoding),
        severity: Some(severity(finding.severity)),
        code: Some(protocol::NumberOrString::String(finding.rule.name.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: finding.message.clone(),
        related_information: features.related_information.then(|| vec![back]),
        ..protocol::Diagnostic::default()
    }
}

/// A place in a document.
pub(super) fn location(uri: Uri, text: &Text, span: Span, encoding: Encoding) -> protocol::Location {
    protocol::Location::new(uri, range_of(text, span, encoding))
}

pub(super) fn diagnostic(shown: &Shown, finding: &Finding, uri: &Uri, features: Features) -> protocol::Diagnostic {
    let related = finding.related.iter().map(|related| protocol::DiagnosticRelatedInformation {
        location: protocol::Location::new(uri.clone(), range_of(&shown.text, related.span, features.encoding)),
        message: related.message.clone(),
    });
    let elsewhere = finding.elsewhere.iter().filter_map(|elsewhere| {
        let start = protocol::Position::new(elsewhere.place.line, 0);
        let location =
            protocol::Location::new(Uri::from_file_path(&elsewhere.place.path)?, protocol::Range::new(start, start));
        Some(protocol::DiagnosticRelatedInformation { location, message: elsewhere.message.clone() })
    });
    let related: Vec<_> = related.chain(elsewhere).collect();
    let is_listed = features.related_information && !related.is_empty();
    protocol::Diagnostic {
        range: range_of(&shown.text, finding.span, features.encoding),
        severity: Some(severity(finding.severity)),
        code: Some(protocol::NumberOrString::String(finding.rule.name.to_owned())),
        code_description: rule_link(finding.rule)
            .and_then(|link| link.parse::<Uri>().ok())
            .map(|href| protocol::CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: message(shown, finding, features),
        related_information: is_listed.then_some(related),
        tags: None,
        data: Some(json!({ "rule": finding.rule.name, "version": shown.version })),
    }
}

/// The message, with the related places in words where the client cannot show them.
fn message(shown: &Shown, finding: &Finding, features: Features) -> String {
    let mut message = finding.message.clone();
    if !features.related_information {
        for related in &finding.related {
            let line = shown.text.line_of(related.span.start as usize) + 1;
            message.push_str(&format!("\nline {line}: {}", related.message));
        }
        for elsewhere in &finding.elsewhere {
            message.push_str(&format!("\n{}", in_words(elsewhere)));
        }
    }
    message
}

/// A place of another file in words: `feed.ts, line 3: …`.
pub(super) fn in_words(Elsewhere { place, message }: &Elsewhere) -> String {
    let name = place.path.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}, line {}: {message}", place.line + 1)
}

fn severity(severity: Severity) -> protocol::DiagnosticSeverity {
    match severity {
        Severity::Error => protocol::DiagnosticSeverity::ERROR,
        Severity::Warning => protocol::DiagnosticSeverity::WARNING,
        Severity::Info => protocol::DiagnosticSeverity::INFORMATION,
        Severity::Hint => protocol::DiagnosticSeverity::HINT,
    }
}

/// The address of a rule's page, once the project has one.
pub(super) fn rule_link(rule: &RuleMeta) -> Option<String> {
    let repository = env!("CARGO_PKG_REPOSITORY").trim_end_matches('/');
    if repository.is_empty() {
        return None;
    }
    Some(format!("{repository}/blob/main/server/engine/src/rules/{}/{}.md", rule.area, rule.name))
}

/// A mistake in a settings file.
pub(super) fn settings_diagnostic(text: &Text, error: &SettingsError, encoding: Encoding) -> protocol::Diagnostic {
    protocol::Diagnostic {
        range: range_of(text, error.span, encoding),
        severity: Some(protocol::DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message: error.message.clone(),
        ..protocol::Diagnostic::default()
    }
}

/// The edits of one file.
pub(super) struct FileEdits {
    pub(super) uri: Uri,
    /// The version that they are for, where the file is open.
    version: Option<i32>,
    edits: Vec<protocol::TextEdit>,
}

impl FileEdits {
    /// Edits of that text.
    pub(super) fn new(
        uri: Uri,
        version: Option<i32>,
        text: &Text,
        edits: &[finding::TextEdit],
        features: Features,
    ) -> Self {
        let edit = |edit: &finding::TextEdit| {
            protocol::TextEdit::new(range_of(text, edit.span, features.encoding), edit.text.clone())
        };
        Self { uri, version, edits: edits.iter().map(edit).collect() }
    }

    /// Whether nothing is to be changed.
    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }
}

/// The name of the one annotation.
const ANNOTATION: &str = "halfopen";

/// The edit that creates a file with that text; nothing happens if there is one.
pub(super) fn new_file(uri: Uri, text: String) -> protocol::WorkspaceEdit {
    let options = protocol::CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) };
    let create = protocol::CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let edit = protocol::TextDocumentEdit {
        text_document: protocol::OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![protocol::OneOf::Left(protocol::TextEdit { range: protocol::Range::default(), new_text: text })],
    };
    let operations = vec![
        protocol::DocumentChangeOperation::Op(protocol::ResourceOp::Create(create)),
        protocol::DocumentChangeOperation::Edit(edit),
    ];
    protocol::WorkspaceEdit {
        document_changes: Some(protocol::DocumentChanges::Operations(operations)),
        ..protocol::WorkspaceEdit::default()
    }
}

/// Edits of files, as far as the client can take them with versions. What is `confirmed` under that label is shown to the
/// user first, if the client can do that.
pub(super) fn workspace_edit(
    files: Vec<FileEdits>,
    confirmed: Option<&str>,
    features: Features,
) -> protocol::WorkspaceEdit {
    if !features.versioned_edits {
        return protocol::WorkspaceEdit {
            changes: Some(files.into_iter().map(|file| (file.uri, file.edits)).collect()),
            ..protocol::WorkspaceEdit::default()
        };
    }
    let annotation = confirmed.filter(|_| features.annotated_edits).map(|label| protocol::ChangeAnnotation {
        label: label.to_owned(),
        needs_confirmation: Some(true),
        description: None,
    });
    let edit = |text_edit: protocol::TextEdit| match annotation {
        Some(_) => {
            protocol::OneOf::Right(protocol::AnnotatedTextEdit { text_edit, annotation_id: ANNOTATION.to_owned() })
        }
        None => protocol::OneOf::Left(text_edit),
    };
    let documents = files.into_iter().map(|file| protocol::TextDocumentEdit {
        text_document: protocol::OptionalVersionedTextDocumentIdentifier { uri: file.uri, version: file.version },
        edits: file.edits.into_iter().map(edit).collect(),
    });
    protocol::WorkspaceEdit {
        changes: None,
        document_changes: Some(protocol::DocumentChanges::Edits(documents.collect())),
        change_annotations: annotation.map(|annotation| HashMap::from([(ANNOTATION.to_owned(), annotation)])),
    }
}

/// What a document is: by its name, or by the editor's language where the name tells nothing.
pub(super) fn kind_of(uri: &Uri, language: &str) -> Option<FileKind> {
    let name = path_of(uri).map_or_else(|| uri.as_str().to_owned(), |path| path.to_string_lossy().into_owned());
    FileKind::from_path(&name).or_else(|| FileKind::from_language_id(language))
}

/// The path of a `file:` URI; `None` for others, such as `untitled:`.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    file_path(uri.as_str(), cfg!(windows)).map(PathBuf::from)
}

fn file_path(uri: &str, is_windows: bool) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let path = percent_decoded(path);
    if !is_windows {
        return Some(path);
    }
    let path = path.replace('/', "\\");
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return Some(format!("\\\\{host}{path}"));
    }
    // `/c:/…`: the drive follows a slash that belongs to the URI alone.
    Some(path.strip_prefix('\\').filter(|rest| rest.as_bytes().get(1) == Some(&b':')).unwrap_or(&path).to_owned())
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = text_of_escape(byte, after).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(escape.unwrap_or(byte));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The two digits behind a `%`.
fn text_of_escape(byte: u8, after: &[u8]) -> Option<&str> {
    let digits = after.get(..2).filter(|digits| byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit))?;
    std::str::from_utf8(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::{FileKind, file_path, kind_of};

    #[test]
    fn uris_become_paths() {
        let unix = |uri: &str| file_path(uri, false);
        assert_eq!(unix("file:///home/a%20b/%5Bid%5D.tsx").as_deref(), Some("/home/a b/[id].tsx"));
        assert_eq!(unix("file:///caf%C3%A9/100%.ts").as_deref(), Some("/café/100%.ts"));
        assert_eq!(unix("file://localhost/x.ts").as_deref(), Some("/x.ts"));
        assert_eq!(unix("untitled:Untitled-1"), None);
        assert_eq!(unix("git:/home/x.ts?%7B%7D"), None);
    }

    #[test]
    fn drives_and_servers_become_paths_of_windows() {
        let windows = |uri: &str| file_path(uri, true);
        assert_eq!(windows("file:///c%3A/Users/a%20b/x.ts").as_deref(), Some("c:\\Users\\a b\\x.ts"));
        assert_eq!(windows("file:///C:/x.ts").as_deref(), Some("C:\\x.ts"));
        assert_eq!(windows("file://server/share/x.ts").as_deref(), Some("\\\\server\\share\\x.ts"));
    }

    #[test]
    fn the_language_counts_where_the_name_tells_nothing() {
        let kind = |uri: &str, language: &str| kind_of(&uri.parse().expect("a URI"), language);
        assert_eq!(kind("untitled:Untitled-1", "vue"), Some(FileKind::Vue));
        assert_eq!(kind("file:///a.svelte", "plaintext"), Some(FileKind::Svelte));
        assert_eq!(kind("file:///a.md", "markdown"), None);
    }
}
