//! From a keystroke to its findings, in the engine, beside the bare reparse of the same edit.
//!
//! `cargo bench -p halfopen-tests --bench keystrokes`, with `-- strict` for every rule and `-- class` or
//! `-- 10000` for some of the rows.

use std::io::Write as _;
use std::time::Instant;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::project::NoModules;
use halfopen_engine::settings::{Layer, Preset, Settings};
use halfopen_engine::text::{Span, Text};
use halfopen_engine::{Document, FileKind};
use halfopen_tests::{EFFECT, METHOD, generated, percentile, place_in_class, place_in_component};
use tree_sitter::{InputEdit, Parser, Point, Tree};

/// The word for every rule.
const STRICT: &str = "strict";

/// The words behind `--`; cargo adds flags of its own.
fn asked() -> Vec<String> {
    std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect()
}

struct Times {
    engine: Vec<f64>,
    bare: Vec<f64>,
    findings: usize,
}

/// The bare parser, told of the same edits.
struct Bare {
    parser: Parser,
    tree: Option<Tree>,
}

impl Bare {
    fn new(content: &str) -> Self {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_typescript::LANGUAGE_TSX.into()).expect("pinned together");
        let tree = parser.parse(content, None);
        Self { parser, tree }
    }

    fn insert(&mut self, content: &str, at: usize, len: usize) -> f64 {
        let point = |offset: usize| {
            let row = content[..offset].matches('\n').count();
            Point { row, column: offset - content[..offset].rfind('\n').map_or(0, |start| start + 1) }
        };
        let edit = InputEdit {
            start_byte: at,
            old_end_byte: at,
            new_end_byte: at + len,
            start_position: point(at),
            old_end_position: point(at),
            new_end_position: point(at + len),
        };
        let start = Instant::now();
        let mut tree = self.tree.take().expect("parsed before");
        tree.edit(&edit);
        self.tree = self.parser.parse(content, Some(&tree));
        start.elapsed().as_secs_f64() * 1_000.0
    }
}

fn measure(lines: usize, typed: &str, place: usize, rounds: usize) -> Times {
    let mut content = generated(lines);
    let mut text = Text::new(&content);
    let mut document = Document::new("a.tsx", FileKind::from_path("a.tsx").expect("known"), text.clone());
    let preset = asked().iter().any(|word| word == STRICT).then_some(Preset::Strict);
    let settings = Settings::from_layers(&[&Layer { preset, ..Layer::default() }]);
    let check = |document: &mut Document| {
        document.check(&NoModules, &settings, &Cancel::new()).expect("nobody cancels").findings.len()
    };
    let mut bare = Bare::new(&content);
    let mut times = Times { engine: Vec::new(), bare: Vec::new(), findings: check(&mut document) };
    for _ in 0..rounds {
        let mut at = place;
        for char in typed.chars() {
            let inserted = char.to_string();
            content.insert(at, char);
            let start = Instant::now();
            let edit = text.replace(Span::new(at, at), &inserted);
            document.update(text.clone(), &[edit]);
            check(&mut document);
            times.engine.push(start.elapsed().as_secs_f64() * 1_000.0);
            times.bare.push(bare.insert(&content, at, inserted.len()));
            at += inserted.len();
        }
        // Taken back in one step, so that each round types into the same text.
        content.replace_range(place..at, "");
        let edit = text.replace(Span::new(place, at), "");
        document.update(text.clone(), &[edit]);
        check(&mut document);
        bare = Bare::new(&content);
    }
    times
}

fn main() {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(
        out,
        "lines  place      keys  findings  engine p50/p95/p99 ms      bare p50/p95/p99 ms        bar ms  held"
    );
    let only: Vec<String> = asked().into_iter().filter(|word| word != STRICT).collect();
    for lines in [1_000, 10_000, 50_000] {
        let content = generated(lines);
        let mut places = vec![("component", EFFECT, place_in_component(&content))];
        places.extend(place_in_class(&content).map(|place| ("class", METHOD, place)));
        for (name, typed, place) in places {
            if !only.is_empty() && !only.iter().any(|asked| asked == name || *asked == lines.to_string()) {
                continue;
            }
            // The broken states of the largest file take a second each, so it is typed into once.
            let rounds = if lines < 50_000 { 2 } else { 1 };
            let Times { mut engine, mut bare, findings } = measure(lines, typed, place, rounds);
            engine.sort_by(f64::total_cmp);
            bare.sort_by(f64::total_cmp);
            let bar = 0.3 + 3.0 * percentile(&bare, 0.5);
            let p50 = percentile(&engine, 0.5);
            let _ = writeln!(
                out,
                "{lines:6} {name:9} {:5} {findings:8}   {p50:6.2} / {:6.2} / {:6.2}   {:6.2} / {:6.2} / {:6.2}   {bar:8.2}  {}",
                engine.len(),
                percentile(&engine, 0.95),
                percentile(&engine, 0.99),
                percentile(&bare, 0.5),
                percentile(&bare, 0.95),
                percentile(&bare, 0.99),
                if p50 <= bar { "yes" } else { "NO" }
            );
        }
    }
}
