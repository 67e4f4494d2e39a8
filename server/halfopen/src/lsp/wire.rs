//! The loop between the streams and the handlers.
//!
//! The server crate has such a loop of its own. It is not used, for four reasons that its source shows: the first
//! frame that it cannot read ends the session, a `shutdown` with `exit` right behind it is cancelled before it runs,
//! a panic of a handler ends the process, and a notification can be overtaken by an answer that was given later.
//!
//! **Invariant**: messages are taken one at a time. Each handler runs up to its first await before the next message
//! is looked at, and only requests that change nothing ever await: those of the debugging kind, and those that look at
//! the whole workspace or apply all fixes to a copy. So the order of arrival is the order of effect.

use std::future::{Future, poll_fn};
use std::io::{BufReader, Stdin};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use serde_json::Value;
use tokio::sync::mpsc::{self, Receiver};
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::ls_types::MessageType;
use tower_lsp::{ExitedError, LspService};
use tower_service::Service;

use super::frames::{self, Frame};
use super::outgoing::Outgoing;
use super::server::Server;
use super::session::Session;
use super::spelling::Spellings;

/// Messages that may wait; a client that sends faster is held back by its pipe.
const WAITING: usize = 64;

/// What a handler returns.
type Answer = Result<Option<Response>, ExitedError>;

/// Starts the thread that reads frames until the input ends.
pub(super) fn read(input: Stdin) -> Receiver<Frame> {
    let (sender, frames) = mpsc::channel(WAITING);
    std::thread::spawn(move || {
        let mut input = BufReader::with_capacity(1 << 16, input);
        while let Ok(Some(frame)) = frames::read(&mut input) {
            if sender.blocking_send(frame).is_err() {
                return;
            }
        }
    });
    frames
}

/// Serves until `exit` or the end of the input.
pub(super) async fn serve(session: &Arc<Session>, mut input: Receiver<Frame>) {
    let mut service = service(session);
    while let Some(frame) = input.recv().await {
        let request = match message(frame, &session.outgoing.spellings) {
            Incoming::Request(request) => request,
            Incoming::Answer => continue,
            Incoming::Broken(response) => {
                session.outgoing.respond(&response);
                continue;
            }
        };
        let is_exit = request.method() == "exit";
        if poll_fn(|cx| Service::<Request>::poll_ready(&mut service, cx)).await.is_err() {
            return;
        }
        let id = request.id().cloned();
        let method = request.method().to_owned();
        let handler = Handler(service.call(request));
        start(handler, method, id, session.outgoing.clone()).await;
        if is_exit {
            return;
        }
    }
}

fn service(session: &Arc<Session>) -> LspService<Server> {
    let builder = LspService::build(|_| Server::new(Arc::clone(session)))
        .custom_method("halfopen/realtime", Server::realtime)
        .custom_method("halfopen/fixWorkspace", Server::fix_workspace);
    let builder = if session.debug_requests {
        builder
            .custom_method("halfopen/text", Server::debug_text)
            .custom_method("halfopen/settled", Server::debug_settled)
    } else {
        builder
    };
    // The second half carries the crate's own messages to the client; the session has a queue for its messages.
    builder.finish().0
}

/// Runs a handler up to its first await, and the rest of it, if there is any, beside the following messages.
async fn start(handler: Handler, method: String, id: Option<Id>, outgoing: Outgoing) {
    let mut answer = Box::pin(answer(handler, method, id, outgoing));
    let first = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
    if first.is_pending() {
        tokio::spawn(answer);
    }
}

async fn answer(handler: Handler, method: String, id: Option<Id>, outgoing: Outgoing) {
    match handler.await {
        Ok(Ok(Some(response))) => outgoing.respond(&response),
        Ok(Ok(None) | Err(_)) => {}
        Err(Panicked) => {
            outgoing.log(MessageType::ERROR, format!("the handler of {method} failed; the session goes on"));
            if let Some(id) = id {
                outgoing.respond(&Response::from_error(id, Error::internal_error()));
            }
        }
    }
}

struct Panicked;

/// A handler's future whose panic is an outcome.
struct Handler(Pin<Box<dyn Future<Output = Answer> + Send>>);

impl Future for Handler {
    type Output = Result<Answer, Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

enum Incoming {
    Request(Request),
    /// To a request of ours, and nobody waits for it.
    Answer,
    /// With what is to be answered.
    Broken(Response),
}

fn message(frame: Frame, spellings: &Spellings) -> Incoming {
    let body = match frame {
        Frame::Body(body) => serde_json::from_slice::<Value>(&body).ok(),
        Frame::Unreadable => None,
    };
    let Some(mut message) = body else {
        return Incoming::Broken(Response::from_error(Id::Null, Error::parse_error()));
    };
    let is_answer = message.get("result").is_some() || message.get("error").is_some();
    if message.get("method").is_none() && is_answer {
        return Incoming::Answer;
    }
    spellings.legalise(&mut message);
    let id = message.get("id").cloned().and_then(|id| serde_json::from_value(id).ok()).unwrap_or(Id::Null);
    match serde_json::from_value::<Request>(message) {
        Ok(request) if !request.method().is_empty() => Incoming::Request(request),
        _ => Incoming::Broken(Response::from_error(id, Error::invalid_request())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, Incoming, Spellings, message};

    fn read(text: &str) -> Incoming {
        message(Frame::Body(text.as_bytes().to_vec()), &Spellings::default())
    }

    #[test]
    fn requests_and_answers_are_told_apart() {
        assert!(matches!(read(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#), Incoming::Request(_)));
        assert!(matches!(read(r#"{"jsonrpc":"2.0","method":"exit"}"#), Incoming::Request(_)));
        assert!(matches!(read(r#"{"jsonrpc":"2.0","id":1,"result":null}"#), Incoming::Answer));
    }

    #[test]
    fn what_is_no_message_is_answered_with_an_error() {
        for text in ["", "{", "[]", "7", r#"{"jsonrpc":"2.0","id":7}"#, r#"{"jsonrpc":"1.0","method":"exit"}"#] {
            let Incoming::Broken(response) = read(text) else { panic!("{text} is a message") };
            assert!(response.is_error());
        }
    }
}
