//! `halfopen/realtime`: the connections and subscriptions of the workspace, for whoever looks at the system and not for
//! mistakes.
//!
//! **Invariant**: it runs on a thread of its own, on copies, and a file that fails costs nothing but itself. Nothing is sent
//! unasked to a client that never asked.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use halfopen_engine::cancel::Cancel;
use halfopen_engine::{FateRecord, ReturnRecord};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{Range, Uri};

use super::copies::{self, Copy};
use super::documents::OpenDocument;
use super::server::Server;
use super::session::Session;
use super::{convert, lock};
use crate::workspace::read::Stamp;

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
    kind: String,
    noun: String,
    name: Option<String>,
    owner: Option<String>,
    range: Range,
    /// Whether its owner's teardown ends it; absent where nobody can tell.
    is_released: Option<bool>,
    comes_back: ReturnRecord,
    hears_errors: Option<bool>,
    /// The same in words, for whoever only shows it.
    facts: Vec<Fact>,
}

/// Something that a resource has or lacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fact {
    text: &'static str,
    /// Absent where nobody can tell.
    is_good: Option<bool>,
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
    let closed = copies::closed_paths(session).into_iter().filter_map(|path| of_closed(session, path));
    let mut answers: Vec<Answer> = open.chain(closed).filter(|answer| !answer.resources.is_empty()).collect();
    answers.sort_by(|one, other| one.uri.as_str().cmp(other.uri.as_str()));
    answers
}

fn of_open(session: &Arc<Session>, document: &OpenDocument) -> Option<Answer> {
    let text = lock(&document.buffer).text.clone();
    let look = || {
        let mut copy = Copy::of_open(session, document, text)?;
        let answer = answer(session, document.uri.clone(), &mut copy)?;
        (!copy.document.has_holes()).then_some(answer)
    };
    catch_unwind(AssertUnwindSafe(look)).ok().flatten()
}

fn of_closed(session: &Arc<Session>, path: PathBuf) -> Option<Answer> {
    let stamp = Stamp::of(&path)?;
    if let Some((known, answer)) = lock(&session.realtime.closed).get(&path)
        && *known == stamp
    {
        return answer.clone();
    }
    let look = || answer(session, Uri::from_file_path(&path)?, &mut Copy::of_closed(session, &path)?);
    let answer = catch_unwind(AssertUnwindSafe(look)).ok().flatten();
    lock(&session.realtime.closed).insert(path, (stamp, answer.clone()));
    answer
}

fn answer(session: &Arc<Session>, uri: Uri, copy: &mut Copy) -> Option<Answer> {
    let modules = session.modules_for(copy.path.as_deref(), &copy.settings);
    let records = copy.document.resources(&modules, &copy.settings, &Cancel::new()).ok()?;
    let component = component_of(&uri);
    let connections = records.into_iter().filter(|record| record.is_connection);
    let entries = connections.map(|record| {
        let is_released = match record.fate {
            FateRecord::Released(_) => Some(true),
            FateRecord::Leaks => Some(false),
            FateRecord::Unknown => None,
        };
        Entry {
            kind: record.kind.to_string(),
            noun: record.noun.to_string(),
            name: record.name,
            owner: record.owner.or_else(|| component.map(str::to_owned)),
            range: convert::range_of(&copy.text, record.span, session.features().encoding),
            is_released,
            comes_back: record.comes_back,
            hears_errors: record.hears_errors,
            facts: facts(is_released, record.comes_back, record.hears_errors),
        }
    });
    let resources = entries.collect();
    Some(Answer { uri, resources })
}

fn facts(is_released: Option<bool>, comes_back: ReturnRecord, hears_errors: Option<bool>) -> Vec<Fact> {
    let released = match is_released {
        Some(true) => "released",
        Some(false) => "never released",
        None => "release not seen",
    };
    let returns = match comes_back {
        ReturnRecord::ByItself => ("reconnects by itself", Some(true)),
        ReturnRecord::WithBackoff => ("reconnects, backs off", Some(true)),
        ReturnRecord::WithoutBackoff => ("reconnects without backing off", Some(false)),
        ReturnRecord::Never => ("never reconnects", Some(false)),
        ReturnRecord::Unknown => ("reconnect not seen", None),
    };
    let errors = hears_errors.map(|heard| (if heard { "handles errors" } else { "errors go unheard" }, Some(heard)));
    let all = [Some((released, is_released)), Some(returns), errors];
    all.into_iter().flatten().map(|(text, is_good)| Fact { text, is_good }).collect()
}

/// The component that a file is, named as files of components are: `Feed` of `src/Feed.vue`.
fn component_of(uri: &Uri) -> Option<&str> {
    let (_, name) = uri.as_str().rsplit_once('/')?;
    let (component, kind) = name.rsplit_once('.')?;
    matches!(kind, "vue" | "svelte" | "astro").then_some(component)
}

#[cfg(test)]
mod tests {
    use super::{Fact, ReturnRecord, facts};

    fn told(of: Vec<Fact>) -> Vec<(&'static str, Option<bool>)> {
        of.into_iter().map(|Fact { text, is_good }| (text, is_good)).collect()
    }

    #[test]
    fn what_a_resource_has_and_lacks_is_told_in_words() {
        let good = facts(Some(true), ReturnRecord::WithBackoff, Some(true));
        let expected = [("released", true), ("reconnects, backs off", true), ("handles errors", true)];
        assert_eq!(told(good), expected.map(|(text, is_good)| (text, Some(is_good))));
        let bad = facts(Some(false), ReturnRecord::Never, Some(false));
        let expected = [("never released", false), ("never reconnects", false), ("errors go unheard", false)];
        assert_eq!(told(bad), expected.map(|(text, is_good)| (text, Some(is_good))));
    }

    #[test]
    fn what_nobody_can_tell_is_neither_good_nor_bad() {
        let unseen = facts(None, ReturnRecord::Unknown, None);
        assert_eq!(told(unseen), [("release not seen", None), ("reconnect not seen", None)]);
    }
}
