//! What the server says: one queue, one thread that writes it.
//!
//! **Invariant**: messages leave in the order in which they were handed over, and handing over never waits; a
//! client that does not read costs memory, not answers.

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::time::Duration;

use serde::Serialize;
use tower_lsp::jsonrpc::Response;
use tower_lsp::ls_types::notification::{LogMessage, Notification};
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::{LogMessageParams, MessageType};

use super::spelling::Spellings;

/// The way to the client. Cloning shares it.
#[derive(Clone)]
pub(super) struct Outgoing {
    parcels: Sender<Parcel>,
    /// How the client spells the URIs that no parser takes.
    pub(super) spellings: Arc<Spellings>,
    requests: Arc<AtomicU64>,
}

/// The protocol's version.
const VERSION: &str = "2.0";

/// A notification, or a request if it has an identity.
#[derive(Serialize)]
struct Call<P> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    method: &'static str,
    params: P,
}

enum Parcel {
    Message(String),
    Flush(SyncSender<()>),
}

impl Outgoing {
    /// Starts the thread that writes to `output`.
    pub(super) fn to(output: impl Write + Send + 'static) -> Self {
        let (parcels, received) = mpsc::channel();
        std::thread::spawn(move || write(BufWriter::new(output), &received));
        Self { parcels, spellings: Arc::default(), requests: Arc::default() }
    }

    /// Sends a notification.
    pub(super) fn notify<N: Notification>(&self, params: N::Params) {
        self.send(&Call { jsonrpc: VERSION, id: None, method: N::METHOD, params });
    }

    /// Sends a request whose answer nobody needs: a handler that waited for it could wait for ever.
    pub(super) fn request<R: Request>(&self, params: R::Params) {
        let id = format!("halfopen-{}", self.requests.fetch_add(1, Ordering::Relaxed));
        self.send(&Call { jsonrpc: VERSION, id: Some(id), method: R::METHOD, params });
    }

    /// Answers a request.
    pub(super) fn respond(&self, response: &Response) {
        self.send(response);
    }

    /// Says something in the client's log.
    pub(super) fn log(&self, kind: MessageType, message: impl Into<String>) {
        self.notify::<LogMessage>(LogMessageParams { typ: kind, message: message.into() });
    }

    /// Waits until all that was handed over is written, at most so long.
    pub(super) fn flush(&self, at_most: Duration) {
        let (done, written) = mpsc::sync_channel(1);
        if self.parcels.send(Parcel::Flush(done)).is_ok() {
            let _ = written.recv_timeout(at_most);
        }
    }

    fn send(&self, message: &impl Serialize) {
        match self.spellings.write(message) {
            // The other end is gone only when nobody reads any more; then the input ends, too.
            Ok(message) => _ = self.parcels.send(Parcel::Message(message)),
            Err(error) => self.log(MessageType::ERROR, format!("a message could not be written: {error}")),
        }
    }
}

fn write(mut output: impl Write, parcels: &Receiver<Parcel>) {
    while let Ok(parcel) = parcels.recv() {
        match parcel {
            Parcel::Message(message) => {
                let written = write!(output, "Content-Length: {}\r\n\r\n{message}", message.len());
                if written.and_then(|()| output.flush()).is_err() {
                    return;
                }
            }
            Parcel::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}
