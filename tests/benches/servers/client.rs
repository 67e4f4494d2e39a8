//! An editor in small that takes the time: one for all servers, so that all are timed alike.
//!
//! **Invariant**: the clock starts when a finished message is handed to the server's pipe, and stops when the last
//! byte of the answer was read, on a thread that does nothing else; neither side's JSON is in it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use halfopen_tests::installed::Folder;
use serde_json::{Value, json};

/// No answer takes so long.
const LIMIT: Duration = Duration::from_secs(120);

/// How a server is started and spoken to.
pub(crate) struct Start {
    pub(crate) command: Command,
    /// The `initializationOptions`.
    pub(crate) options: Value,
    /// What every item of `workspace/configuration` is answered with.
    pub(crate) settings: Value,
    /// Whether the client offers to ask for findings (`textDocument/diagnostic`), in place of being told them.
    pub(crate) asks: bool,
}

/// The client's end of a session with one server.
pub(crate) struct Client {
    process: Child,
    input: ChildStdin,
    arrivals: Receiver<Arrival>,
    settings: Value,
    folder: Value,
    requests: i64,
    answers: HashMap<i64, Arrival>,
    /// Whether changes are sent as ranges; else as whole texts.
    takes_ranges: bool,
    /// Whether findings are asked for.
    asks: bool,
    /// Every publish, oldest first.
    pub(crate) published: Vec<Published>,
    /// The findings of each document as they were last told.
    pub(crate) shown: HashMap<String, Vec<Value>>,
}

/// A message, and when its last byte was read.
struct Arrival {
    at: Instant,
    message: Value,
}

/// That findings were published.
pub(crate) struct Published {
    pub(crate) at: Instant,
    pub(crate) uri: String,
    pub(crate) version: Option<i64>,
    pub(crate) findings: usize,
}

/// An open document as the editor has it.
pub(crate) struct Document {
    pub(crate) uri: String,
    pub(crate) text: String,
    pub(crate) version: i64,
}

/// A change on its way.
pub(crate) struct Sent {
    pub(crate) at: Instant,
    uri: String,
    version: i64,
    question: Option<i64>,
}

/// What came of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reply {
    /// From the change to its findings.
    pub(crate) milliseconds: f64,
    pub(crate) findings: usize,
}

impl Client {
    /// Starts a server in a folder and opens the session.
    pub(crate) fn start(start: Start, folder: &Folder) -> Self {
        let Start { mut command, options, settings, asks } = start;
        command.current_dir(folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the server starts");
        let input = process.stdin.take().expect("the input is piped");
        let output = process.stdout.take().expect("the output is piped");
        let (sender, arrivals) = channel();
        std::thread::spawn(move || read(output, &sender));
        let folder = json!([{ "uri": folder.uri(""), "name": "bench" }]);
        let mut client = Self {
            process,
            input,
            arrivals,
            settings,
            folder,
            requests: 0,
            answers: HashMap::new(),
            takes_ranges: false,
            asks: false,
            published: Vec::new(),
            shown: HashMap::new(),
        };
        let server = client.initialize(&options, asks);
        let sync = &server["capabilities"]["textDocumentSync"];
        client.takes_ranges = sync.as_i64().or_else(|| sync["change"].as_i64()) == Some(2);
        client.asks = asks;
        assert!(!asks || !server["capabilities"]["diagnosticProvider"].is_null(), "the server can be asked");
        client.notify("initialized", &json!({}));
        client
    }

    fn initialize(&mut self, options: &Value, asks: bool) -> Value {
        let mut capabilities = json!({
            "general": { "positionEncodings": ["utf-16"] },
            "workspace": {
                "configuration": true,
                "workspaceFolders": true,
                "didChangeWatchedFiles": { "dynamicRegistration": true },
            },
            "textDocument": {
                "synchronization": { "didSave": true },
                "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
                "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } },
                "hover": { "contentFormat": ["markdown"] },
            },
        });
        if asks {
            capabilities["textDocument"]["diagnostic"] = json!({ "dynamicRegistration": false });
            capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
        }
        let params = json!({
            "processId": std::process::id(),
            "rootUri": self.folder[0]["uri"],
            "workspaceFolders": self.folder,
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        self.request("initialize", &params).1
    }

    /// What the server announced of how it is told changes and tells findings.
    pub(crate) fn announced(&self) -> &'static str {
        match (self.takes_ranges, self.asks) {
            (true, false) => "takes ranges, publishes",
            (true, true) => "takes ranges, is asked",
            (false, false) => "takes whole texts, publishes",
            (false, true) => "takes whole texts, is asked",
        }
    }

    /// Opens a document and waits for its findings.
    pub(crate) fn open(&mut self, uri: String, text: &str) -> (Document, Reply) {
        let document = Document { uri, text: text.to_owned(), version: 1 };
        let item = json!({ "uri": document.uri, "languageId": "typescriptreact", "version": 1, "text": text });
        let opened = self.message("textDocument/didOpen", &json!({ "textDocument": item }));
        let sent = self.send_with_question(opened, &document);
        let reply = self.findings(&sent);
        (document, reply)
    }

    /// Replaces a stretch of a document's text, and waits for the findings of the new version.
    pub(crate) fn replace(&mut self, document: &mut Document, range: Range<usize>, new: &str) -> Reply {
        let sent = self.send_change(document, range, new);
        self.findings(&sent)
    }

    /// Replaces a stretch of a document's text, as the server wants to be told.
    pub(crate) fn send_change(&mut self, document: &mut Document, range: Range<usize>, new: &str) -> Sent {
        let place = json!({
            "start": position(&document.text, range.start),
            "end": position(&document.text, range.end),
        });
        document.text.replace_range(range, new);
        document.version += 1;
        let change =
            if self.takes_ranges { json!({ "range": place, "text": new }) } else { json!({ "text": document.text }) };
        let identifier = json!({ "uri": document.uri, "version": document.version });
        let params = json!({ "textDocument": identifier, "contentChanges": [change] });
        let changed = self.message("textDocument/didChange", &params);
        self.send_with_question(changed, document)
    }

    /// Waits for the findings of the version that was sent.
    pub(crate) fn findings(&mut self, sent: &Sent) -> Reply {
        let milliseconds = |at: Instant| at.duration_since(sent.at).as_secs_f64() * 1_000.0;
        if let Some(question) = sent.question {
            let answer = self.answer(question);
            let items = answer.message["result"]["items"].as_array().cloned().unwrap_or_default();
            let reply = Reply { milliseconds: milliseconds(answer.at), findings: items.len() };
            self.shown.insert(sent.uri.clone(), items);
            return reply;
        }
        loop {
            let is_reply = |it: &&Published| it.uri == sent.uri && it.version == Some(sent.version);
            // Only the first publish of a version answers the change.
            let publish = self.published.iter().rev().take_while(|it| it.at >= sent.at).filter(is_reply).last();
            if let Some(publish) = publish {
                return Reply { milliseconds: milliseconds(publish.at), findings: publish.findings };
            }
            self.wait(LIMIT, "no findings");
        }
    }

    /// Waits for the first publish for another document since something was sent.
    pub(crate) fn next_findings(&mut self, uri: &str, sent: &Sent) -> Reply {
        loop {
            let since = self.published.iter().rev().take_while(|it| it.at >= sent.at);
            if let Some(publish) = since.filter(|it| it.uri == uri).last() {
                let milliseconds = publish.at.duration_since(sent.at).as_secs_f64() * 1_000.0;
                return Reply { milliseconds, findings: publish.findings };
            }
            self.wait(LIMIT, "no findings");
        }
    }

    /// Sends a request and waits: how many milliseconds it took, and what the result is.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> (f64, Value) {
        let (id, frame) = self.question(method, params);
        let sent = Instant::now();
        self.send(&frame);
        let mut answer = self.answer(id);
        assert!(answer.message["error"].is_null(), "{method}: {}", answer.message["error"]);
        (answer.at.duration_since(sent).as_secs_f64() * 1_000.0, answer.message["result"].take())
    }

    /// Takes what arrives during that time.
    pub(crate) fn listen(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.take(left);
        }
    }

    fn notify(&mut self, method: &str, params: &Value) {
        let frame = self.message(method, params);
        self.send(&frame);
    }

    fn message(&self, method: &str, params: &Value) -> Vec<u8> {
        framed(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn question(&mut self, method: &str, params: &Value) -> (i64, Vec<u8>) {
        self.requests += 1;
        let request = json!({ "jsonrpc": "2.0", "id": self.requests, "method": method, "params": params });
        (self.requests, framed(&request))
    }

    /// Sends a message about a document, and with it the question for its findings where they are asked for.
    fn send_with_question(&mut self, mut frames: Vec<u8>, document: &Document) -> Sent {
        let mut question = None;
        if self.asks {
            let params = json!({ "textDocument": { "uri": document.uri } });
            let (id, frame) = self.question("textDocument/diagnostic", &params);
            frames.extend(frame);
            question = Some(id);
        }
        let at = Instant::now();
        self.send(&frames);
        Sent { at, uri: document.uri.clone(), version: document.version, question }
    }

    fn send(&mut self, frames: &[u8]) {
        self.input.write_all(frames).and_then(|()| self.input.flush()).expect("the server reads");
    }

    fn answer(&mut self, id: i64) -> Arrival {
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            self.wait(LIMIT, "no answer");
        }
    }

    fn wait(&mut self, time: Duration, otherwise: &str) {
        assert!(self.take(time), "{otherwise} within {} s", time.as_secs());
    }

    /// Takes one message, if one arrives in time.
    fn take(&mut self, time: Duration) -> bool {
        let Arrival { at, mut message } = match self.arrivals.recv_timeout(time) {
            Ok(arrival) => arrival,
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => panic!("the server ended"),
        };
        let method = message["method"].as_str().map(str::to_owned);
        match (method.as_deref(), message["id"].as_i64()) {
            (None, Some(id)) => drop(self.answers.insert(id, Arrival { at, message })),
            (Some("textDocument/publishDiagnostics"), _) => {
                let params = &mut message["params"];
                let uri = params["uri"].as_str().expect("a publish names its document").to_owned();
                let Value::Array(diagnostics) = params["diagnostics"].take() else { panic!("a publish has a list") };
                let (version, findings) = (params["version"].as_i64(), diagnostics.len());
                self.published.push(Published { at, uri: uri.clone(), version, findings });
                self.shown.insert(uri, diagnostics);
            }
            // The server's own ids may be strings.
            (Some(method), _) if !message["id"].is_null() => {
                let result = self.result(method, &message["params"]);
                self.send(&framed(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })));
            }
            _ => {}
        }
        true
    }

    /// What a server's request is answered with.
    fn result(&self, method: &str, params: &Value) -> Value {
        match method {
            "workspace/configuration" => {
                params["items"].as_array().into_iter().flatten().map(|_| self.settings.clone()).collect()
            }
            "workspace/workspaceFolders" => self.folder.clone(),
            _ => Value::Null,
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A place as the protocol counts it.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    json!({ "line": before.matches('\n').count(), "character": before[start..].encode_utf16().count() })
}

fn framed(message: &Value) -> Vec<u8> {
    let message = message.to_string();
    format!("Content-Length: {}\r\n\r\n{message}", message.len()).into_bytes()
}

/// Reads messages until the server closes its output.
fn read(output: ChildStdout, sender: &Sender<Arrival>) {
    let mut output = BufReader::with_capacity(1 << 16, output);
    while let Some(body) = frame(&mut output) {
        let at = Instant::now();
        let message = serde_json::from_slice(&body).expect("the server writes JSON");
        if sender.send(Arrival { at, message }).is_err() {
            return;
        }
    }
}

/// Reads one frame's body; `None` at the end of the output.
fn frame(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("Content-Length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(body)
}
