//! Requests for tests, answered only after `--debug-requests`: no test then needs to sleep, and one can show that
//! nothing was published.

use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;

use super::lock;
use super::schedule::{self, Want};
use super::server::Server;

/// What `halfopen/text` asks.
#[derive(Debug, Deserialize)]
pub(super) struct TextParams {
    uri: Uri,
}

/// What `halfopen/text` answers: the text as the server has it.
#[derive(Debug, Serialize)]
pub(super) struct TextAnswer {
    text: String,
    version: i32,
}

/// What `halfopen/settled` asks.
#[derive(Debug, Deserialize)]
pub(super) struct SettledParams {
    /// One document; without it, all.
    uri: Option<Uri>,
    /// Whether the typing pause ends now.
    #[serde(default)]
    pause: bool,
}

impl Server {
    /// `halfopen/text`.
    pub(super) async fn debug_text(&self, params: TextParams) -> Result<TextAnswer> {
        let document = self.session().documents.get(&params.uri);
        let document = document.ok_or_else(|| Error::invalid_params("this document is not open"))?;
        let buffer = lock(&document.buffer);
        Ok(TextAnswer { text: buffer.text.to_string(), version: buffer.version })
    }

    /// `halfopen/settled`: answers when the analysis of the newest texts is published; after `pause` that of the
    /// fresh parse, with everything that was held back.
    pub(super) async fn debug_settled(&self, params: SettledParams) -> Result<()> {
        let session = self.session();
        let documents: Vec<_> = match &params.uri {
            Some(uri) => session.documents.get(uri).into_iter().collect(),
            None => session.documents.all(),
        };
        // All are asked before the first is waited for.
        if params.pause {
            for document in &documents {
                schedule::ask(session, document, Want::Full);
            }
        }
        let newest = || documents.iter().map(|document| document.queue.newest()).collect::<Vec<_>>();
        let mut awaited = newest();
        loop {
            for (document, &ticket) in documents.iter().zip(&awaited) {
                // An error would mean that the document is gone, which is as good as settled.
                let _gone = document.queue.progress().wait_for(|done| *done >= ticket).await.is_err();
            }
            // What one document says may be news to another.
            let now = newest();
            if now == awaited {
                return Ok(());
            }
            awaited = now;
        }
    }
}
