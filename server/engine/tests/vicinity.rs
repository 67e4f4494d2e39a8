//! The early look at the code around the edits: soon right, and never in the way of the check.

use std::fmt::Write as _;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::project::NoModules;
use halfopen_engine::settings::Settings;
use halfopen_engine::text::{Span, Text};
use halfopen_engine::{Document, FileKind};

const METHOD: &str =
    "\n  reopen(delay: number) {\n    setTimeout(() => { this.ws = new WebSocket(`${this.url}?a=1`); }, delay);\n  }\n";

const STATEMENT: &str = "\nexport const open = (url: string) => {\n  const ws = new WebSocket(url);\n  ws.onclose = () => open(`${url}/again`);\n  return [ws, { url }];\n};\n";

/// A file long enough for the look to be worth it: functions, a class, functions.
fn long_file() -> String {
    let mut out = String::new();
    let function = |out: &mut String, number: usize| {
        let _ = writeln!(out, "export function total{number}(rows: number[]) {{\n  return rows.length * {number};\n}}");
    };
    (0..400).for_each(|number| function(&mut out, number));
    out.push_str("export class Session {\n  ws: WebSocket | null = null;\n  url = \"wss://h\";\n");
    for number in 0..400 {
        let _ = writeln!(out, "  receive{number}(data: string) {{\n    return data.length + {number};\n  }}");
    }
    out.push_str("}\n");
    (400..800).for_each(|number| function(&mut out, number));
    out
}

struct Typist {
    text: Text,
    document: Document,
}

impl Typist {
    fn new(content: &str) -> Self {
        let text = Text::new(content);
        let kind = FileKind::from_path("a.ts").expect("known");
        let mut typist = Self { document: Document::new("a.ts", kind, text.clone()), text };
        assert!(typist.is_sound());
        typist
    }

    /// Replaces a stretch; gives what the early look says.
    fn replace(&mut self, start: usize, end: usize, inserted: &str) -> bool {
        let edit = self.text.replace(Span::new(start, end), inserted);
        self.document.update(self.text.clone(), &[edit]);
        self.document.seems_broken()
    }

    fn is_sound(&mut self) -> bool {
        let report = self.document.check(&NoModules, &Settings::default(), &Cancel::new());
        report.expect("nobody cancels").holes.is_empty()
    }

    /// Types, key by key, checking after each; gives how many keys left the text broken, and how many of these the
    /// early look knew.
    fn type_in(&mut self, mut at: usize, typed: &str) -> (usize, usize) {
        let (mut broken, mut known) = (0, 0);
        for key in typed.chars() {
            let seems_broken = self.replace(at, at, key.encode_utf8(&mut [0; 4]));
            let is_broken = !self.is_sound();
            assert!(is_broken || !seems_broken, "the text is sound at byte {at}, after {key:?}");
            broken += usize::from(is_broken);
            known += usize::from(seems_broken);
            at += key.len_utf8();
        }
        (broken, known)
    }
}

#[test]
fn typing_a_method_into_a_long_class_is_known_to_break_it() {
    let content = long_file();
    let at = content.find("  receive200(").expect("it is there");
    let (broken, known) = Typist::new(&content).type_in(at, METHOD);
    assert!(known * 10 > broken * 9, "{known} of {broken}");
}

#[test]
fn typing_a_function_between_others_is_known_to_break_the_file() {
    let content = long_file();
    let at = content.find("export function total600(").expect("it is there");
    let (broken, known) = Typist::new(&content).type_in(at, STATEMENT);
    assert!(known * 10 > broken * 9, "{known} of {broken}");
}

#[test]
fn the_first_and_the_last_code_of_a_file_and_of_a_class_have_a_vicinity_too() {
    let content = long_file();
    let end_of_class = content.find("}\nexport function total400(").expect("it is there");
    for at in [0, end_of_class, content.len()] {
        let mut typist = Typist::new(&content);
        assert!(typist.replace(at, at, "("), "at byte {at}");
    }
}

#[test]
fn a_break_beyond_the_vicinity_is_left_to_the_check() {
    let content = long_file();
    let mut typist = Typist::new(&content);
    let (first, second) = (content.find("return").expect("there"), content.find("receive9(").expect("there"));
    assert!(typist.replace(first, first, "("));
    // Two places at once have no short vicinity.
    assert!(!typist.replace(second + 1, second + 1, "(x"));
    assert!(!typist.is_sound());
    // Nor has what error recovery made of the rest.
    assert!(!typist.replace(content.len() - 4, content.len() - 4, " "));
}

#[test]
fn in_a_short_file_the_check_is_as_soon_done() {
    let mut typist = Typist::new("const a = 1;\nconst b = 2;\n");
    assert!(!typist.replace(10, 10, "("));
    assert!(!typist.is_sound());
}
