//! How a session begins.

use serde_json::{Value, json};

use super::Client;

/// How a client starts.
pub(crate) struct Start {
    arguments: Vec<String>,
    initialize: Value,
    answers: bool,
    by_the_clock: bool,
}

impl Start {
    /// A client that can do everything that halfopen makes use of, and counts in UTF-16.
    pub(crate) fn new() -> Self {
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-16"] },
            "workspace": {
                "workspaceEdit": { "documentChanges": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true },
            },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
                "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } },
                "hover": { "contentFormat": ["markdown"] },
            },
        });
        let initialize = json!({ "processId": std::process::id(), "rootUri": null, "capabilities": capabilities });
        Self { arguments: Vec::new(), initialize, answers: true, by_the_clock: false }
    }

    /// Adds an argument of the command line.
    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Offers this one encoding.
    pub(crate) fn encoding(mut self, encoding: &str) -> Self {
        self.initialize["capabilities"]["general"]["positionEncodings"] = json!([encoding]);
        self
    }

    /// Sets a member of the parameters of `initialize`, by its JSON pointer's parts.
    pub(crate) fn with(mut self, path: &[&str], value: Value) -> Self {
        let place = path.iter().fold(&mut self.initialize, |place, name| &mut place[*name]);
        *place = value;
        self
    }

    /// Never answers the server's requests.
    pub(crate) fn silent(mut self) -> Self {
        self.answers = false;
        self
    }

    /// Has no requests for tests: a typing pause ends as it does for people.
    pub(crate) fn by_the_clock(mut self) -> Self {
        self.by_the_clock = true;
        self
    }

    /// Starts the server and opens the session.
    pub(crate) fn start(self) -> Client {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let mut client = if self.by_the_clock {
            Client::spawn(["lsp"].iter().chain(&arguments))
        } else {
            Client::launch(&arguments)
        };
        client.answers = self.answers;
        client.server = client.request("initialize", self.initialize).expect("initialize is answered");
        client.notify("initialized", json!({}));
        client
    }
}
