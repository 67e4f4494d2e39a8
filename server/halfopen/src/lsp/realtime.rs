//! `halfopen/realtime`: the connections and subscriptions of the workspace, for whoever looks at the system and not for
//! mistakes.
//!
//! **Invariant**: it runs on a thread of its own, and a file that fails costs nothing but itself. Nothing is sent
//! unasked to a client that never asked.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use halfopen_engine::cancel::Cancel;
use halfopen_engine::text::{Encoding, Text};
use halfopen_engine::{FateRecord, ResourceRecord, ReturnRecord};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Range;
use tower_lsp::ls_types::Uri;
use tower_lsp::ls_types::notification::Notification;

use super::closed::{self, Stamp};
use super::documents::OpenDocument;
use super::server::Server;
use super::session::Session;
use super::{analysis, convert, lock};

/// What `halfopen/realtime` asks.
#[derive(Debug, Deserialize)]
pub(super) struct Params {
    /// One document; without it, all of the workspace.
    uri: Option<Uri>,
}

/// What is said of one document.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Answer {
    uri: Uri,
    resources: Vec<Entry>,
}

/// A connection or subscription.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    kind: &'static str,
    noun: &'static str,
    name: Option<String>,
    owner: Option<String>,
    range: Range,
    /// Whether its owner's teardown ends it; absent where nobody can tell.
    is_released: Option<bool>,
    comes_back: &'static str,
    hears_errors: Option<bool>,
}

/// What is kept between two questions.
#[derive(Default)]
pub(super) struct Realtime {
    /// Whether the client ever asked.
    is_watched: AtomicBool,
    /// Answers for closed files, with the state that they are for.
    closed: Mutex<HashMap<PathBuf, (Stamp, Option<Answer>)>>,
}

impl Realtime {
    /// What files say may have changed though they are the same: settings, modules, versions.
    pub(super) fn forget(&self) {
        lock(&self.closed).clear();
    }
}

/// Tells a client that asked before that it may ask again.
#[derive(Debug)]
enum Changed {}

/// What [`Changed`] tells.
#[derive(Debug, Deserialize, Serialize)]
struct ChangedParams {
    uri: Uri,
}

impl Notification for Changed {
    type Params = ChangedParams;
    const METHOD: &'static str = "halfopen/realtimeChanged";
}

/// The newest text of a document was looked at, or the document was closed.
pub(super) fn changed(session: &Session, document: &OpenDocument) {
    if session.realtime.is_watched.load(Ordering::Relaxed) {
        session.outgoing.notify::<Changed>(ChangedParams { uri: document.uri.clone() });
    }
}

impl Server {
    /// `halfopen/realtime`. The answer leaves out a document whose text is broken at the moment, and files without any
    /// connection; a document that was asked for is only left out if its text is broken.
    pub(super) async fn realtime(&self, params: Params) -> Result<Vec<Answer>> {
        self.session().realtime.is_watched.store(true, Ordering::Relaxed);
        let look = |session: &Arc<Session>| match params.uri {
            Some(uri) => of_one(session, uri).into_iter().collect(),
            None => of_all(session),
        };
        self.aside(look).await
    }
}

fn of_one(session: &Arc<Session>, uri: Uri) -> Option<Answer> {
    if let Some(document) = session.documents.get(&uri) {
        return of_open(session, &document);
    }
    let known = convert::path_of(&uri).and_then(|path| of_closed(session, path));
    // The client spells it as it likes.
    let resources = known.map(|known| known.resources).unwrap_or_default();
    Some(Answer { uri, resources })
}

fn of_all(session: &Arc<Session>) -> Vec<Answer> {
    let open = session.documents.all();
    let open = open.iter().filter_map(|document| of_open(session, document));
    let closed = closed::paths(session).into_iter().filter_map(|path| of_closed(session, path));
    let mut answers: Vec<Answer> = open.chain(closed).filter(|answer| !answer.resources.is_empty()).collect();
    answers.sort_by(|one, other| one.uri.as_str().cmp(other.uri.as_str()));
    answers
}

fn of_open(session: &Arc<Session>, document: &Arc<OpenDocument>) -> Option<Answer> {
    let look = || analysis::resources(session, document);
    let (text, records) = catch_unwind(AssertUnwindSafe(look)).ok()??;
    Some(answer(document.uri.clone(), &text, &records, session.features().encoding))
}

fn of_closed(session: &Arc<Session>, path: PathBuf) -> Option<Answer> {
    let stamp = Stamp::of(&path)?;
    if let Some((known, answer)) = lock(&session.realtime.closed).get(&path)
        && *known == stamp
    {
        return answer.clone();
    }
    let look = || {
        let mut closed = closed::open(session, &path)?;
        let modules = session.modules_for(Some(&path));
        let records = closed.document.resources(&*modules, &closed.settings, &Cancel::new()).ok()?;
        let uri = Uri::from_file_path(&path)?;
        Some(answer(uri, &closed.text, &records, session.features().encoding))
    };
    let answer = catch_unwind(AssertUnwindSafe(look)).ok().flatten();
    lock(&session.realtime.closed).insert(path, (stamp, answer.clone()));
    answer
}

fn answer(uri: Uri, text: &Text, records: &[ResourceRecord], encoding: Encoding) -> Answer {
    let component = component_of(&uri);
    let connections = records.iter().filter(|record| record.is_connection);
    let entries = connections.map(|record| Entry {
        kind: record.kind,
        noun: record.noun,
        name: record.name.clone(),
        owner: record.owner.clone().or_else(|| component.map(str::to_owned)),
        range: convert::range_of(text, record.span, encoding),
        is_released: match record.fate {
            FateRecord::Released(_) => Some(true),
            FateRecord::Leaks => Some(false),
            FateRecord::Unknown => None,
        },
        comes_back: match record.comes_back {
            ReturnRecord::ByItself => "by-itself",
            ReturnRecord::WithBackoff => "with-backoff",
            ReturnRecord::WithoutBackoff => "without-backoff",
            ReturnRecord::Never => "never",
            ReturnRecord::Unknown => "unknown",
        },
        hears_errors: record.hears_errors,
    });
    let resources = entries.collect();
    Answer { uri, resources }
}

/// The component that a file is, named as files of components are: `Feed` of `src/Feed.vue`.
fn component_of(uri: &Uri) -> Option<&str> {
    let (_, name) = uri.as_str().rsplit_once('/')?;
    let (component, kind) = name.rsplit_once('.')?;
    matches!(kind, "vue" | "svelte" | "astro").then_some(component)
}
