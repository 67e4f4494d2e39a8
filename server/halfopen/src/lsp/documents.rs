//! The open documents: what their text is, by the word of the client.
//!
//! **Invariant**: a text changes only in the handlers of the document notifications, at once and in the order of
//! arrival. Publishing holds the same lock, so nothing is published for a version after a newer one arrived, nor
//! after the close. Deliberately absent: reading files; a save never touches a buffer.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use dashmap::DashMap;
use halfopen_engine::FileKind;
use halfopen_engine::finding::Finding;
use halfopen_engine::text::{Edit, Encoding, Range, Span, Text};
use tower_lsp::ls_types::{Diagnostic, Uri};

use super::analysis::Analysis;
use super::dependents::Dependence;
use super::lock;
use super::schedule::Queue;
use crate::workspace::document_name;

/// All open documents, by the URI that the client gave.
#[derive(Default)]
pub(super) struct Documents {
    open: DashMap<Uri, Arc<OpenDocument>>,
}

impl Documents {
    /// Adds a document; returns the one that had its place.
    pub(super) fn insert(&self, document: Arc<OpenDocument>) -> Option<Arc<OpenDocument>> {
        self.open.insert(document.uri.clone(), document)
    }

    /// The document of that URI.
    pub(super) fn get(&self, uri: &Uri) -> Option<Arc<OpenDocument>> {
        self.open.get(uri).map(|entry| Arc::clone(entry.value()))
    }

    /// Takes a document out.
    pub(super) fn remove(&self, uri: &Uri) -> Option<Arc<OpenDocument>> {
        self.open.remove(uri).map(|(_, document)| document)
    }

    /// Every open document. The map is not locked while they are used.
    pub(super) fn all(&self) -> Vec<Arc<OpenDocument>> {
        self.open.iter().map(|entry| Arc::clone(entry.value())).collect()
    }

    /// The open document of a file.
    pub(super) fn at(&self, path: &Path) -> Option<Arc<OpenDocument>> {
        let entry = self.open.iter().find(|entry| entry.value().path.as_deref() == Some(path))?;
        Some(Arc::clone(entry.value()))
    }

    /// The text that stands for a file while it is open, and a number that no other text has: the last one that was sound,
    /// if there was one.
    pub(super) fn text_at(&self, path: &Path) -> Option<(Text, u64)> {
        let document = self.at(path)?;
        let buffer = lock(&document.buffer);
        Some(buffer.sound.clone().unwrap_or_else(|| (buffer.text.clone(), buffer.edition)))
    }
}

/// A document from its opening to its close.
pub(super) struct OpenDocument {
    /// As the client spells it.
    pub(super) uri: Uri,
    /// Where it lies; `None` for documents that are no files.
    pub(super) path: Option<PathBuf>,
    /// What it is; `None` for what halfopen does not read.
    pub(super) kind: Option<FileKind>,
    /// What the client said.
    pub(super) buffer: Mutex<Buffer>,
    /// The engine's document, which only its worker locks; as absent as the kind.
    pub(super) analysis: Option<Mutex<Analysis>>,
    /// Who wants what.
    pub(super) queue: Queue,
    /// What other modules mean to it.
    pub(super) dependence: Dependence,
    /// For code: where its findings point into files of SQL, and what they say.
    pub(super) sql: Mutex<BTreeSet<(PathBuf, u32, String)>>,
    /// For a file of SQL: what is shown in it of findings in code.
    pub(super) pointing: Mutex<Pointing>,
    /// What was said of it in the log, once.
    said: Mutex<HashSet<String>>,
}

impl OpenDocument {
    /// A document as it is opened.
    pub(super) fn new(uri: Uri, path: Option<PathBuf>, kind: Option<FileKind>, version: i32, text: &str) -> Self {
        let text = Text::new(text);
        let name = name_of(&uri, path.as_deref());
        let analysis = kind.map(|kind| Mutex::new(Analysis::new(name, kind, text.clone())));
        let queue = Queue::new(analysis.is_some());
        let buffer = Mutex::new(Buffer::new(version, text));
        let dependence = Dependence::default();
        Self {
            uri,
            path,
            kind,
            buffer,
            analysis,
            queue,
            dependence,
            sql: Mutex::default(),
            pointing: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// Whether it is a file of SQL, which shows what is said of code, too.
    pub(super) fn is_sql(&self) -> bool {
        self.kind == Some(FileKind::Sql)
    }

    /// The name by which the engine knows it.
    pub(super) fn name(&self) -> String {
        name_of(&self.uri, self.path.as_deref())
    }

    /// What is shown, if it is for the text as it is now.
    pub(super) fn current(&self) -> Option<Arc<Shown>> {
        let buffer = lock(&self.buffer);
        buffer.shown.clone().filter(|shown| shown.edition == buffer.edition)
    }

    /// Whether this is said of the document for the first time.
    pub(super) fn says_first(&self, key: &str) -> bool {
        lock(&self.said).insert(key.to_owned())
    }
}

/// What a file of SQL shows of findings in code.
#[derive(Default)]
pub(super) struct Pointing {
    /// As the client gets it.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether the client has not got it yet.
    pub(super) is_news: bool,
}

fn name_of(uri: &Uri, path: Option<&Path>) -> String {
    path.map_or_else(|| uri.as_str().to_owned(), document_name)
}

/// The text of a document and what became of it since.
pub(super) struct Buffer {
    /// The client's number of the text.
    pub(super) version: i32,
    /// Our own number of the text: no other text of any document had it, whatever the client counts.
    pub(super) edition: u64,
    /// The text.
    pub(super) text: Text,
    /// When it last changed.
    pub(super) changed_at: Instant,
    /// What the client was last shown.
    pub(super) shown: Option<Arc<Shown>>,
    /// Edits since then.
    pub(super) since_shown: Vec<Edit>,
    /// Whether the client closed the document.
    pub(super) closed: bool,
    /// The last text without holes that was analysed, with its edition: what other modules see.
    pub(super) sound: Option<(Text, u64)>,
    /// Edits since the analysis took the text.
    pending: Vec<Edit>,
}

/// Findings as they were published.
pub(super) struct Shown {
    /// The version that they are for.
    pub(super) version: i32,
    /// The edition that they are for.
    pub(super) edition: u64,
    /// That text.
    pub(super) text: Text,
    /// The findings, by place.
    pub(super) findings: Vec<Finding>,
    /// While the text is broken: the first place from which it may be.
    pub(super) doubt: Option<u32>,
}

/// A text as the analysis takes it.
pub(super) struct Snapshot {
    pub(super) version: i32,
    pub(super) edition: u64,
    pub(super) text: Text,
    /// Edits since the last snapshot, in order.
    pub(super) edits: Vec<Edit>,
    pub(super) changed_at: Instant,
}

/// A change as the client tells it; without a range it is the whole text.
pub(super) struct Change {
    pub(super) range: Option<Range>,
    pub(super) text: String,
}

impl Buffer {
    fn new(version: i32, text: Text) -> Self {
        Self {
            version,
            edition: next_edition(),
            text,
            changed_at: Instant::now(),
            shown: None,
            since_shown: Vec::new(),
            closed: false,
            sound: None,
            pending: Vec::new(),
        }
    }

    /// Applies the changes of one notification. Whatever the version is, the changes count.
    pub(super) fn change(&mut self, version: i32, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            let edit = match change.range {
                Some(range) => self.text.replace(self.text.span(range, encoding), &change.text),
                None => self.replace_all(&change.text),
            };
            self.pending.push(edit);
            self.since_shown.push(edit);
        }
        self.version = version;
        self.edition = next_edition();
        self.changed_at = Instant::now();
    }

    /// The text now, with the edits since this was last asked.
    pub(super) fn take(&mut self) -> Snapshot {
        Snapshot {
            version: self.version,
            edition: self.edition,
            text: self.text.clone(),
            edits: std::mem::take(&mut self.pending),
            changed_at: self.changed_at,
        }
    }

    /// A client that sends whole texts gets its findings moved as well: only what differs is replaced.
    fn replace_all(&mut self, new: &str) -> Edit {
        let old = self.text.to_string();
        let (span, inserted) = difference(&old, new);
        self.text.replace(span, inserted)
    }
}

fn next_edition() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// The stretch of `old` that differs from `new`, and what stands there in `new`.
fn difference<'new>(old: &str, new: &'new str) -> (Span, &'new str) {
    let on_boundary = |at: usize| old.is_char_boundary(at) && new.is_char_boundary(at);
    let mut same = old.bytes().zip(new.bytes()).take_while(|(one, two)| one == two).count();
    while !on_boundary(same) {
        same -= 1;
    }
    let rest = old.len().min(new.len()) - same;
    let backward = old.bytes().rev().zip(new.bytes().rev()).take(rest);
    let mut tail = backward.take_while(|(one, two)| one == two).count();
    while !(old.is_char_boundary(old.len() - tail) && new.is_char_boundary(new.len() - tail)) {
        tail -= 1;
    }
    (Span::new(same, old.len() - tail), &new[same..new.len() - tail])
}

#[cfg(test)]
mod tests {
    use halfopen_engine::text::Span;

    use super::difference;

    #[test]
    fn a_whole_text_is_narrowed_to_what_differs() {
        assert_eq!(difference("one two three", "one 2 three"), (Span::new(4, 7), "2"));
        assert_eq!(difference("aaa", "aaaa"), (Span::new(3, 3), "a"));
        assert_eq!(difference("same", "same"), (Span::new(4, 4), ""));
        assert_eq!(difference("", "new"), (Span::new(0, 0), "new"));
    }

    #[test]
    fn characters_are_never_cut() {
        assert_eq!(difference("a😀b", "a😁b"), (Span::new(1, 5), "😁"));
        assert_eq!(difference("é", "è"), (Span::new(0, 2), "è"));
    }
}
