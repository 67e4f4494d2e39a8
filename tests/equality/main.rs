//! After any edits, a document says what a new one of the same text says.
//!
//! The steps come from a generator that a number starts, so that a failure names the number and the step.

#![allow(clippy::print_stderr, reason = "the counts are what a run shows")]

use std::fmt::Write as _;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::project::NoModules;
use halfopen_engine::settings::Settings;
use halfopen_engine::text::{Encoding, Position, Range, Text};
use halfopen_engine::{Document, FileKind, Report};

/// A small generator of numbers (xorshift), the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

const STATEMENTS: &[&str] = &[
    "import { useEffect, useRef, useState } from \"react\";",
    "import { createClient } from '@supabase/supabase-js';",
    "const supabase = createClient(\"u\", \"k\");",
    "export function Feed({ url }) {\n  useEffect(() => {\n    const source = new EventSource(url);\n    source.onmessage = (e) => console.log(e);\n  }, [url]);\n  return null;\n}",
    "export function Room({ id }) {\n  const [list, setList] = useState([]);\n  useEffect(() => {\n    const channel = supabase.channel(`r:${id}`).on('broadcast', { event: 'm' }, (p) => {\n      setList([...list, p]);\n    }).subscribe();\n    return () => { supabase.removeChannel(channel); };\n  }, [id]);\n  return <p>{list.length} 😀 é</p>;\n}",
    "class Client {\n  private ws;\n  delay = 1000;\n  constructor(private url) { this.connect(); }\n  connect() {\n    this.ws = new WebSocket(this.url);\n    this.ws.onmessage = (e) => this.handle(e);\n    this.ws.onclose = () => setTimeout(() => this.connect(), this.delay);\n  }\n  handle(e) { console.log(e); }\n  close() { this.ws.close(); }\n}",
    "let socket;",
    "function open() {\n  socket = new WebSocket('wss://h');\n  socket.onmessage = console.log;\n  socket.onclose = () => setTimeout(open, 3000);\n}",
    "open();",
    "const channel = supabase.channel('x');",
    "channel.subscribe();",
    "channel.on('postgres_changes', { event: '*', schema: 'public' }, (p) => console.log(p));",
    "window.addEventListener('online', () => open());",
    "export const helper = (socket) => socket.close();",
    "// a comment with 漢字 and a combining e\u{301}",
    "const text = `template ${1 + 2} text`;",
];

const NOISE: &[&str] =
    &["{", "}", "(", ")", "`", "'", "\"", "/*", "*/", "//", ";", "\n", "😀", "é", "<", ">", "=>", "x", "\r\n", " "];

/// One edit: a stretch of characters, given as client positions, and its replacement.
struct Step {
    start: usize,
    end: usize,
    text: String,
}

/// Plans edits that type statements, move and remove them, and add noise that is taken back.
struct Author {
    numbers: Numbers,
    /// Characters that are being typed, with their place.
    typing: Option<(usize, Vec<char>)>,
    /// Noise to be taken back: its place and length in bytes.
    noise: Option<(usize, usize)>,
    line_end: &'static str,
}

impl Author {
    fn step(&mut self, text: &str) -> Step {
        if let Some((at, mut rest)) = self.typing.take() {
            let next = rest.remove(0);
            if !rest.is_empty() {
                self.typing = Some((at + next.len_utf8(), rest));
            }
            return Step { start: at, end: at, text: next.to_string() };
        }
        if let Some((at, len)) = self.noise.take() {
            return Step { start: at, end: at + len, text: String::new() };
        }
        let breaks = statement_starts(text);
        match self.numbers.below(12) {
            0..=3 => {
                let at = breaks[self.numbers.below(breaks.len())];
                let statement = STATEMENTS[self.numbers.below(STATEMENTS.len())];
                let typed = format!("{}{}", statement.replace('\n', self.line_end), self.line_end);
                // Some statements are typed, the others are pasted.
                if self.numbers.below(4) == 0 {
                    self.typing = Some((at, typed.chars().collect()));
                    return self.step(text);
                }
                Step { start: at, end: at, text: typed }
            }
            4..=5 | 7..=8 if text.len() > 2_000 => {
                let one = self.numbers.below(breaks.len());
                let (start, end) = (breaks[one], breaks.get(one + 1).copied().unwrap_or(text.len()));
                Step { start, end, text: String::new() }
            }
            6 => {
                let at = floor(text, self.numbers.below(text.len() + 1));
                // A line feed behind a lone carriage return would make one line end that no client can part.
                let noise = match NOISE[self.numbers.below(NOISE.len())] {
                    "\n" | "\r\n" => self.line_end,
                    other => other,
                };
                self.noise = Some((at, noise.len()));
                Step { start: at, end: at, text: noise.to_owned() }
            }
            _ => self.rename(text),
        }
    }

    /// Changes one letter of a word, and so the meaning of a name.
    fn rename(&mut self, text: &str) -> Step {
        const NAMES: &[&str] =
            &["source", "channel", "list", "socket", "open", "ws", "supabase", "handle", "connect", "url"];
        let from = floor(text, self.numbers.below(text.len() + 1));
        let name = NAMES[self.numbers.below(NAMES.len())];
        let Some(found) = text[from..].find(name) else {
            return Step { start: from, end: from, text: String::new() };
        };
        let start = from + found + self.numbers.below(name.len());
        let letter = (b'a' + self.numbers.below(26) as u8) as char;
        Step { start, end: start + 1, text: letter.to_string() }
    }
}

/// The nearest place to the left that a client can name: not within a character, nor within CRLF.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at }
}

/// Starts of lines without indentation.
fn statement_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let bytes = text.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate() {
        let is_end = pair[0] == b'\n' || (pair[0] == b'\r' && pair[1] != b'\n');
        if is_end && !matches!(pair[1], b' ' | b'}' | b'\n' | b'\r') {
            starts.push(at + 1);
        }
    }
    starts
}

fn show(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let _ = writeln!(
            out,
            "{} {:?} {:?} {} {:?} {:?}",
            finding.rule.name, finding.severity, finding.span, finding.message, finding.related, finding.fixes
        );
    }
    let _ = writeln!(out, "{} holes", report.holes.len());
    out
}

fn check(document: &mut Document) -> Report {
    document.check(&NoModules, &Settings::default(), &Cancel::new()).expect("nobody cancels")
}

/// A check that is stopped at once, which must leave no trace.
fn stopped(document: &mut Document) {
    let cancel = Cancel::new();
    cancel.cancel();
    // Where nothing is left to parse it ends all the same.
    let _ = document.check(&NoModules, &Settings::default(), &cancel);
}

struct Outcome {
    steps: usize,
    /// How often the early look said that the text is broken.
    early: usize,
    /// And it was not.
    misled: usize,
    sound: usize,
    /// Broken texts that differed before the pause.
    differing: usize,
    findings: usize,
}

impl Outcome {
    fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.early += other.early;
        self.misled += other.misled;
        self.sound += other.sound;
        self.differing += other.differing;
        self.findings += other.findings;
    }

    fn show(&self, name: &str) {
        let Self { steps, early, misled, sound, differing, findings } = self;
        eprintln!(
            "{name}: {steps} steps, {sound} sound, {} broken of which {differing} differed before the pause; {findings} findings \
             compared; {early} known early, {misled} of them sound",
            steps - sound
        );
    }
}

fn run(
    seed: u64,
    steps: usize,
    kind: FileKind,
    wrap: (&str, &str),
    line_end: &'static str,
    encoding: Encoding,
    start: &str,
) -> Outcome {
    let mut content = format!("{}{}{}", wrap.0, start.replace('\n', line_end), wrap.1);
    let mut text = Text::new(&content);
    let mut document = Document::new("a.tsx", kind, text.clone());
    let numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut author = Author { numbers, typing: None, noise: None, line_end };
    let mut outcome = Outcome { steps, early: 0, misled: 0, sound: 0, differing: 0, findings: 0 };
    for number in 0..steps {
        let step = author.step(&content);
        content.replace_range(step.start..step.end, &step.text);
        // The edit goes through positions, as a client's does.
        let range = Range { start: position(&text, step.start, encoding), end: position(&text, step.end, encoding) };
        let span = text.span(range, encoding);
        let edit = text.replace(span, &step.text);
        assert_eq!(text.to_string(), content, "seed {seed}, step {number}: the text");
        document.update(text.clone(), &[edit]);
        let early = document.seems_broken();
        if number % 3 == 0 {
            stopped(&mut document);
        }
        outcome.early += usize::from(early);
        let incremental = check(&mut document);
        let mut anew = Document::new("a.tsx", kind, text.clone());
        let fresh = check(&mut anew);
        outcome.findings += fresh.findings.len();
        if fresh.holes.is_empty() && incremental.holes.is_empty() {
            outcome.sound += 1;
            outcome.misled += usize::from(early);
            assert_eq!(show(&incremental), show(&fresh), "seed {seed}, step {number}, sound text:\n{content}");
            assert_eq!(document.digest(), anew.digest(), "seed {seed}, step {number}, the units of\n{content}");
            continue;
        }
        if show(&incremental) != show(&fresh) {
            outcome.differing += 1;
            document.parse_fresh();
            let paused = check(&mut document);
            assert_eq!(show(&paused), show(&fresh), "seed {seed}, step {number}, after the pause:\n{content}");
        }
    }
    outcome
}

fn position(text: &Text, offset: usize, encoding: Encoding) -> Position {
    text.position(offset, encoding)
}

/// Steps of one run; `EQUALITY_STEPS` sets more for a long look.
fn steps(usual: usize) -> usize {
    std::env::var("EQUALITY_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(usual)
}

fn compare(name: &str, kind: &str, wrap: (&str, &str), start: &str) {
    let kind = FileKind::from_path(kind).expect("a known kind");
    let mut total = Outcome { steps: 0, early: 0, misled: 0, sound: 0, differing: 0, findings: 0 };
    let mut seed = 0;
    for line_end in ["\n", "\r\n", "\r"] {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            seed += 1;
            total.add(&run(seed, steps(120), kind, wrap, line_end, encoding, start));
        }
    }
    total.show(name);
    assert!(total.sound > total.steps / 8, "most steps should leave sound text");
    assert!(total.findings > total.steps, "the texts should hold findings");
}

#[test]
fn incremental_equals_fresh_for_a_script() {
    compare("script", "a.tsx", ("", ""), &STATEMENTS.join("\n"));
}

/// Real sources, from the packages that `tests/corpus/package.json` pins.
const REAL: &[&str] = &[
    "@supabase/realtime-js/src/RealtimeChannel.ts",
    "@supabase/realtime-js/src/lib/websocket-factory.ts",
    "@supabase/phoenix/assets/js/phoenix/socket.js",
    "engine.io-client/build/esm/socket.js",
    "lib0/websocket.js",
    "partysocket/dist/chunk-PORMDJB2.js",
    "react-use-websocket/src/lib/attach-listener.test.ts",
    "react-use-websocket/src/lib/create-or-join.ts",
    "reconnecting-websocket/reconnecting-websocket.ts",
    "ws/lib/websocket.js",
];

#[test]
fn incremental_equals_fresh_for_real_files() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/node_modules");
    let line_ends = ["\n", "\r\n", "\r"];
    let encodings = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];
    let mut total = Outcome { steps: 0, early: 0, misled: 0, sound: 0, differing: 0, findings: 0 };
    for (number, name) in REAL.iter().enumerate() {
        let content = std::fs::read_to_string(folder.join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}; install it with `npm ci --prefix tests/corpus`"));
        let kind = FileKind::from_path(name).expect("a known kind");
        let (line_end, encoding) = (line_ends[number % 3], encodings[number / 3 % 3]);
        total.add(&run(number as u64 + 100, steps(60), kind, ("", ""), line_end, encoding, &content));
    }
    total.show("real files");
    assert!(total.sound > 0, "some steps should leave sound text");
}

#[test]
fn incremental_equals_fresh_for_vue_blocks() {
    let wrap = (
        "<template><p>{{ a }}</p></template>\n<script>\nexport default {}\n</script>\n<script setup>\n",
        "\n</script>\n<style>p{}</style>\n",
    );
    compare("vue", "a.vue", wrap, &STATEMENTS.join("\n"));
}
