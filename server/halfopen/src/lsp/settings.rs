//! The settings in force: the editor's, overridden by the settings file's.
//!
//! **Invariant**: a layer that is wrong changes nothing; it is shown at its place, and the last good one stays in
//! force. No watch event is needed for a change to be seen: files are read at each opening and saving.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use halfopen_engine::settings::{self, Layer, Settings, SettingsError};
use halfopen_engine::text::{Span, Text};
use serde_json::Value;
use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::{MessageType, PublishDiagnosticsParams, Uri};

use super::session::Session;
use super::{convert, lock};
use crate::workspace::config;
use crate::workspace::read::{self, Limits, Skip};

/// No settings are larger, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// All layers, and how they are doing.
pub(super) struct SettingsStore {
    /// Rises whenever what was read may be old.
    age: AtomicU64,
    /// The file that counts for every document, in place of the nearest.
    named: Option<PathBuf>,
    panic_on: Option<String>,
    editor: Mutex<Layer>,
    files: Mutex<HashMap<PathBuf, File>>,
}

/// A settings file as it was last read.
#[derive(Default)]
struct File {
    /// The text, or why there is none.
    content: Option<Result<String, String>>,
    /// The last good layer.
    layer: Layer,
    /// The URI under which its mistakes are shown.
    shown: Option<Uri>,
}

impl SettingsStore {
    /// Nothing is read yet.
    pub(super) fn new(named: Option<PathBuf>, panic_on: Option<String>) -> Self {
        let named = named.map(|path| crate::workspace::absolute(&path));
        Self { age: AtomicU64::new(0), named, panic_on, editor: Mutex::default(), files: Mutex::default() }
    }

    /// How old settings are: those of another age are to be read again.
    pub(super) fn age(&self) -> u64 {
        self.age.load(Ordering::Acquire)
    }

    /// Makes everything that was read old.
    pub(super) fn outdate(&self) {
        self.age.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes the editor's settings: the keys of the file, with or without `halfopen` around them.
    pub(super) fn take_editor(&self, session: &Session, value: &Value) {
        let mut value = value.get("halfopen").unwrap_or(value).clone();
        let Some(members) = value.as_object_mut() else { return };
        // Clients send their own switch along, which is none of the server's.
        members.remove("trace");
        match settings::parse(&value.to_string()) {
            Ok(layer) => *lock(&self.editor) = layer,
            Err(errors) => {
                let errors: Vec<_> = errors.into_iter().map(|error| error.message).collect();
                let message = format!("the editor's settings are left out: {}", errors.join("; "));
                session.outgoing.log(MessageType::ERROR, message);
            }
        }
    }

    /// The settings for a document. If a file turns out to be different, all documents are looked at again.
    pub(super) fn read(&self, session: &Arc<Session>, document: Option<&Path>) -> Settings {
        // A document that is no file takes the settings of the workspace's folder.
        let untitled = session.folders().first().map(|folder| folder.join("untitled"));
        let (file, is_new) = match &self.named {
            Some(path) => self.layer(session, path, content_of(path)),
            None => self.nearest(session, document.or(untitled.as_deref())),
        };
        if self.forget_deleted(session) || is_new {
            session.recheck();
        }
        let editor = lock(&self.editor).clone();
        // Patterns in the editor's settings start from the folder of the workspace that the document lies in.
        let folders = session.folders();
        let around = |path: &Path| {
            folders.iter().filter(|folder| path.starts_with(folder)).max_by_key(|folder| folder.as_os_str().len())
        };
        let editor = match document.and_then(around) {
            Some(folder) => editor.based_on(folder),
            None => editor,
        };
        let mut settings = Settings::for_file(&[&editor, &file], document);
        settings.panic_on.clone_from(&self.panic_on);
        settings
    }

    /// The layer of the nearest file upward, as [`Self::layer`] gives it. A file that is deleted between the look for
    /// it and the reading was not there.
    fn nearest(&self, session: &Session, document: Option<&Path>) -> (Layer, bool) {
        let found = document.into_iter().flat_map(config::upward).find_map(|path| {
            let content = content_of(&path);
            (content != Err(Skip::Missing)).then_some((path, content))
        });
        found.map_or_else(Default::default, |(path, content)| self.layer(session, &path, content))
    }

    /// A file's layer, and whether it is another one than before.
    fn layer(&self, session: &Session, path: &Path, content: Result<String, Skip>) -> (Layer, bool) {
        let content = content.map_err(|skip| skip.to_string());
        let mut files = lock(&self.files);
        let file = files.entry(path.to_path_buf()).or_default();
        if file.content.as_ref() == Some(&content) {
            return (file.layer.clone(), false);
        }
        let before = file.layer.clone();
        match parsed(&content, path.parent().unwrap_or(path)) {
            Ok(layer) => {
                file.take_back(session);
                file.layer = layer;
            }
            Err(errors) => file.complain(session, path, content.as_deref().unwrap_or_default(), &errors),
        }
        file.content = Some(content);
        (file.layer.clone(), file.layer != before)
    }

    /// Takes back what was said of files that are gone; tells whether there were any.
    fn forget_deleted(&self, session: &Session) -> bool {
        let mut files = lock(&self.files);
        let before = files.len();
        files.retain(|path, file| {
            // The named one is missed, not gone.
            let stays = path.exists() || self.named.as_ref() == Some(path);
            if !stays {
                file.take_back(session);
            }
            stays
        });
        files.len() < before
    }
}

impl File {
    fn complain(&mut self, session: &Session, path: &Path, content: &str, errors: &[SettingsError]) {
        let first = errors.first().map_or("", |error| error.message.as_str());
        let message = format!("{}: {first}; the last good settings stay in force", path.display());
        session.outgoing.log(MessageType::ERROR, message);
        self.shown = self.shown.take().or_else(|| uri_of(session, path));
        if let Some(uri) = &self.shown {
            show(session, uri, content, errors);
        }
    }

    fn take_back(&mut self, session: &Session) {
        if let Some(uri) = self.shown.take() {
            show(session, &uri, "", &[]);
        }
    }
}

fn content_of(path: &Path) -> Result<String, Skip> {
    read::text(path, Limits::up_to(MAX_SIZE))
}

/// Reads a file's text; the parser would take a byte order mark for a mistake.
fn parsed(content: &Result<String, String>, folder: &Path) -> Result<Layer, Vec<SettingsError>> {
    let wrong = |message: String| vec![SettingsError { span: Span::default(), message }];
    let text = content.as_ref().map_err(|reason| wrong(format!("the settings cannot be read: {reason}")))?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = (text.len() - body.len()) as u32;
    settings::parse(body).map(|layer| layer.based_on(folder)).map_err(|errors| {
        let moved = errors.into_iter().map(|error| SettingsError { span: error.span.shifted(mark), ..error });
        moved.collect()
    })
}

fn show(session: &Session, uri: &Uri, content: &str, errors: &[SettingsError]) {
    let text = Text::new(content);
    let encoding = session.features().encoding;
    let diagnostics = errors.iter().map(|error| convert::settings_diagnostic(&text, error, encoding)).collect();
    session.outgoing.notify::<PublishDiagnostics>(PublishDiagnosticsParams::new(uri.clone(), diagnostics, None));
}

/// The file's URI as the client spells it, if it is open.
fn uri_of(session: &Session, path: &Path) -> Option<Uri> {
    let open = session.documents.at(path);
    open.map(|document| document.uri.clone()).or_else(|| Uri::from_file_path(path))
}

#[cfg(test)]
mod tests {
    use halfopen_engine::settings::Preset;
    use halfopen_engine::text::Span;

    use std::path::Path;

    use super::parsed;

    #[test]
    fn a_byte_order_mark_is_no_mistake() {
        let layer = parsed(&Ok("\u{feff}{ \"preset\": \"strict\" }".to_owned()), Path::new("/"))
            .expect("the settings are valid");
        assert_eq!(layer.preset, Some(Preset::Strict));
    }

    #[test]
    fn a_mistake_behind_a_byte_order_mark_is_at_its_place() {
        let errors = parsed(&Ok("\u{feff}{ \"preset\": 7 }".to_owned()), Path::new("/")).expect_err("7 is no preset");
        assert_eq!(errors[0].span, Span::new(15, 16));
    }

    #[test]
    fn an_unreadable_file_is_wrong_at_its_start() {
        let errors = parsed(&Err("permission denied".to_owned()), Path::new("/")).expect_err("there is no text");
        assert_eq!(errors[0].span, Span::default());
    }
}
