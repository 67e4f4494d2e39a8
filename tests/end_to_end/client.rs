//! An editor in small: it starts the real server, speaks to it, and forgets nothing that it is told.
//!
//! Dropping a client fails the test if something was published that the test did not read.

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::binary;

mod frames;
mod start;

pub(crate) use start::Start;

/// Nothing takes so long; without it a lost answer would stop the tests for ever.
const LIMIT: Duration = Duration::from_secs(180);

/// One `textDocument/publishDiagnostics`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Publish {
    pub(crate) uri: String,
    pub(crate) version: Option<i64>,
    pub(crate) diagnostics: Vec<Value>,
}

/// The client's end of a session.
pub(crate) struct Client {
    process: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Whether the server's requests are answered.
    answers: bool,
    requests: i64,
    responses: HashMap<i64, Value>,
    versions: HashMap<String, i64>,
    unread: Vec<Publish>,
    latest: HashMap<String, Publish>,
    /// What the server wrote into the log.
    pub(crate) logs: Vec<String>,
    /// The documents of which the server said that their connections may have changed.
    pub(crate) changed: Vec<String>,
    /// The methods that the server registered for.
    pub(crate) registered: Vec<String>,
    /// Errors that belong to no request.
    pub(crate) errors: Vec<Value>,
    /// What the server answered to `initialize`.
    pub(crate) server: Value,
}

impl Client {
    /// A usual client.
    pub(crate) fn start() -> Self {
        Start::new().start()
    }

    /// Starts the server, with the requests for tests, and says nothing yet.
    pub(crate) fn launch(arguments: &[&str]) -> Self {
        Self::spawn(["lsp", "--stdio", "--debug-requests"].iter().chain(arguments))
    }

    fn spawn<'a>(arguments: impl Iterator<Item = &'a &'a str>) -> Self {
        let mut command = Command::new(binary());
        command.args(arguments);
        // The panics that tests provoke are printed there.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the server starts");
        let output = process.stdout.take().expect("the output is piped");
        let (sender, messages) = channel();
        std::thread::spawn(move || frames::read(output, &sender));
        Self {
            input: process.stdin.take(),
            process,
            messages,
            answers: true,
            requests: 0,
            responses: HashMap::new(),
            versions: HashMap::new(),
            unread: Vec::new(),
            latest: HashMap::new(),
            logs: Vec::new(),
            changed: Vec::new(),
            registered: Vec::new(),
            errors: Vec::new(),
            server: Value::Null,
        }
    }

    /// Writes bytes to the server, whatever they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        self.write(bytes).expect("the server reads");
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request; the answer is fetched later.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The answer to a request: its result, or its error.
    pub(crate) fn answer(&mut self, id: i64) -> Result<Value, Value> {
        loop {
            if let Some(mut response) = self.responses.remove(&id) {
                let error = response.get_mut("error").map(Value::take);
                return error.map_or_else(|| Ok(response["result"].take()), Err);
            }
            let message = self.messages.recv_timeout(LIMIT).expect("the server answers");
            self.file(message);
        }
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Opens a document at version 1.
    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        self.versions.insert(uri.to_owned(), 1);
        let language = if uri.ends_with(".sql") { "sql" } else { "typescriptreact" };
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document; returns the new version.
    pub(crate) fn change(&mut self, uri: &str, changes: &[Value]) -> i64 {
        let version = self.versions.get(uri).copied().unwrap_or(0) + 1;
        self.change_to(uri, version, changes);
        version
    }

    /// Changes a document and names the version.
    pub(crate) fn change_to(&mut self, uri: &str, version: i64, changes: &[Value]) {
        self.versions.insert(uri.to_owned(), version);
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Saves a document.
    pub(crate) fn save(&mut self, uri: &str) {
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    }

    /// Tells that files changed on the disk.
    pub(crate) fn files_changed(&mut self, uris: &[&str]) {
        let changes: Vec<Value> = uris.iter().map(|uri| json!({ "uri": uri, "type": 2 })).collect();
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }

    /// Closes a document.
    pub(crate) fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Waits until the newest texts are analysed and published.
    pub(crate) fn settled(&mut self) {
        self.request("halfopen/settled", json!({})).expect("the barrier opens");
    }

    /// Waits for one document.
    pub(crate) fn settled_one(&mut self, uri: &str) {
        self.request("halfopen/settled", json!({ "uri": uri })).expect("the barrier opens");
    }

    /// Ends the typing pause and waits until everything is published.
    pub(crate) fn settled_after_pause(&mut self) {
        self.request("halfopen/settled", json!({ "pause": true })).expect("the barrier opens");
    }

    /// The text as the server has it.
    pub(crate) fn text(&mut self, uri: &str) -> String {
        let answer = self.request("halfopen/text", json!({ "uri": uri })).expect("the document is open");
        answer["text"].as_str().expect("a document has a text").to_owned()
    }

    /// Waits for a publish for a document, and reads it. Only without the barrier is there reason to.
    pub(crate) fn next_publish(&mut self, uri: &str) -> Publish {
        loop {
            if let Some(index) = self.unread.iter().position(|publish| publish.uri == uri) {
                return self.unread.remove(index);
            }
            let message = self.messages.recv_timeout(LIMIT).expect("the server publishes");
            self.file(message);
        }
    }

    /// What was published for a document and not read yet.
    pub(crate) fn publishes(&mut self, uri: &str) -> Vec<Publish> {
        let (read, unread): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.unread).into_iter().partition(|publish| publish.uri == uri);
        self.unread = unread;
        read
    }

    /// What the editor shows for a document.
    pub(crate) fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        self.publishes(uri);
        self.latest.get(uri).expect("something was published").diagnostics.clone()
    }

    /// The same of a document of which nothing need have been published.
    pub(crate) fn shown(&mut self, uri: &str) -> Vec<Value> {
        self.publishes(uri);
        self.latest.get(uri).map(|publish| publish.diagnostics.clone()).unwrap_or_default()
    }

    /// The rules of what the editor shows for a document.
    pub(crate) fn rules(&mut self, uri: &str) -> Vec<String> {
        let code = |diagnostic: &Value| diagnostic["code"].as_str().unwrap_or_default().to_owned();
        self.diagnostics(uri).iter().map(code).collect()
    }

    /// The actions for a range.
    pub(crate) fn code_actions(&mut self, uri: &str, range: &Value) -> Vec<Value> {
        let context = json!({ "diagnostics": [], "only": ["quickfix"] });
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        let actions = self.request("textDocument/codeAction", params).expect("actions are answered");
        actions.as_array().cloned().unwrap_or_default()
    }

    /// An action with its edit.
    pub(crate) fn resolve(&mut self, action: &Value) -> Result<Value, Value> {
        self.request("codeAction/resolve", action.clone())
    }

    /// The card at a position.
    pub(crate) fn hover(&mut self, uri: &str, position: &Value) -> Value {
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        self.request("textDocument/hover", params).expect("a hover is answered")
    }

    /// Closes the server's input.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Ends the session as an editor does; returns the exit code.
    pub(crate) fn shutdown(&mut self) -> Option<i32> {
        self.request("shutdown", Value::Null).expect("shutdown is answered");
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Waits for the server's end. Its input stays as it is.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        loop {
            match self.messages.recv_timeout(LIMIT) {
                Ok(message) => self.file(message),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the server does not end"),
            }
        }
        self.process.wait().expect("the server can be waited for").code()
    }

    fn send(&mut self, message: &Value) {
        self.send_bytes(&framed(message));
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(bytes)?;
        input.flush()
    }

    /// Puts a message where it belongs.
    fn file(&mut self, mut message: Value) {
        let id = message["id"].clone();
        let method = message["method"].as_str().map(str::to_owned);
        match method.as_deref() {
            None => match id.as_i64() {
                Some(id) => drop(self.responses.insert(id, message)),
                None => self.errors.push(message["error"].take()),
            },
            Some("textDocument/publishDiagnostics") => {
                let params = &message["params"];
                let publish = Publish {
                    uri: params["uri"].as_str().expect("a publish names its document").to_owned(),
                    version: params["version"].as_i64(),
                    diagnostics: params["diagnostics"].as_array().cloned().expect("a publish has diagnostics"),
                };
                self.latest.insert(publish.uri.clone(), publish.clone());
                self.unread.push(publish);
            }
            Some("window/logMessage") => {
                self.logs.push(message["params"]["message"].as_str().unwrap_or_default().to_owned());
            }
            Some(_) if !id.is_null() => {
                let registrations = message["params"]["registrations"].as_array().into_iter().flatten();
                self.registered.extend(registrations.filter_map(|it| it["method"].as_str().map(str::to_owned)));
                if self.answers {
                    // The server may have ended meanwhile.
                    let _ = self.write(&framed(&json!({ "jsonrpc": "2.0", "id": id, "result": null })));
                }
            }
            Some("halfopen/realtimeChanged") => {
                self.changed.push(message["params"]["uri"].as_str().expect("it names its document").to_owned());
            }
            Some(method) => panic!("nobody expects {method}"),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.input = None;
        if std::thread::panicking() {
            return;
        }
        while let Ok(message) = self.messages.recv() {
            self.file(message);
        }
        assert!(self.unread.is_empty(), "published and never read: {:#?}", self.unread);
    }
}

/// A message as it goes over the wire.
pub(crate) fn framed(message: &Value) -> Vec<u8> {
    let message = message.to_string();
    format!("Content-Length: {}\r\n\r\n{message}", message.len()).into_bytes()
}
