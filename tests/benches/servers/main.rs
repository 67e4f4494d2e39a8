//! Language servers over the wire: from a keystroke to the published findings, halfopen alone and beside others.
//!
//! `cargo build --release -p halfopen && cargo bench -p halfopen-tests --bench servers`; behind `--` the parts to run:
//! `keys`, `beside`, `backtick`, `across`. The others come from `npm ci --ignore-scripts --prefix tests/bench`.

mod across;
mod backtick;
mod client;
mod table;

use halfopen_tests::installed::{self, Folder, INSTALL, Tool};
use halfopen_tests::{EFFECT, METHOD, generated, place_in_class, place_in_component};
use serde_json::{Value, json};
use tree_sitter::Parser;

use client::{Client, Document, Reply, Start};
use table::{Row, Table};

/// The file that is typed into.
const FILE: &str = "a.tsx";

/// How long it is where servers are compared.
const LINES: usize = 10_000;

/// What a person types, and where.
struct Script {
    place: usize,
    typed: &'static str,
    into: &'static str,
}

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    let mut table = Table::begin();
    if is_wanted("keys") {
        for (lines, bar) in [(1_000, 1.0), (10_000, 3.0), (50_000, 10.0)] {
            keys(&mut table, lines, bar);
        }
    }
    if is_wanted("beside") {
        let content = generated(LINES);
        let calm = calm(&content);
        let sound = soundness(&calm, &scripts(&calm));
        beside(&mut table, "calm", &calm, &sound, 2);
        beside(&mut table, "generated", &content, &sound, 1);
    }
    if is_wanted("backtick") {
        backtick::measure(&mut table, LINES);
    }
    if is_wanted("across") {
        across::measure(&mut table);
    }
}

/// One script into a component, and one into the class or, where there is none, into another component.
fn scripts(content: &str) -> [Script; 2] {
    let first = Script { place: place_in_component(content), typed: EFFECT, into: "a component" };
    let second = match place_in_class(content) {
        Some(place) => Script { place, typed: METHOD, into: "the class" },
        None => {
            let state = content.rfind("const [filter").expect("the last component has a state");
            let end = state + content[state..].find('\n').expect("a line end");
            Script { place: end + 1, typed: EFFECT, into: "another component" }
        }
    };
    [first, second]
}

/// Types a script, one key at a time, each when the findings of the last one are there; takes it back in one step.
fn type_in(client: &mut Client, document: &mut Document, script: &Script) -> Vec<Reply> {
    let mut replies = Vec::new();
    let mut at = script.place;
    for key in script.typed.chars() {
        replies.push(client.replace(document, at..at, key.encode_utf8(&mut [0; 4])));
        at += key.len_utf8();
    }
    client.replace(document, script.place..at, "");
    replies
}

/// halfopen alone.
fn keys(table: &mut Table, lines: usize, bar: f64) {
    let content = generated(lines);
    let folder = Folder::new(&format!("keys-{lines}"));
    folder.write(FILE, &content);
    let mut client = Client::start(own(), &folder);
    let (mut document, _) = client.open(folder.uri(FILE), &content);
    let mut all = Vec::new();
    for script in scripts(&content) {
        let replies = type_in(&mut client, &mut document, &script);
        let what = format!("a key in {}", script.into);
        table.row(&Row::of_replies(&what, lines, "halfopen", &replies).with_bar_for_median(bar));
        all.extend(replies);
    }
    table.row(&Row::of_replies("a key", lines, "halfopen", &all).with_bar_for_median(bar));
}

/// A server among others.
struct Contestant {
    name: String,
    client: Client,
    document: Document,
    replies: Vec<Reply>,
}

/// halfopen and the others, taking turns on the same text.
fn beside(table: &mut Table, text: &str, content: &str, sound: &[bool], rounds: usize) {
    let folder = Folder::new("beside");
    folder.write(FILE, content);
    let mut contestants = Vec::new();
    for (name, start) in lineup(table, &folder) {
        let mut client = Client::start(start, &folder);
        let (document, reply) = client.open(folder.uri(FILE), content);
        table.note(&format!("{name}: {}; {} findings at the opening", client.announced(), reply.findings));
        contestants.push(Contestant { name, client, document, replies: Vec::new() });
    }
    for _ in 0..rounds {
        for script in scripts(content) {
            for contestant in &mut contestants {
                let Contestant { client, document, replies, .. } = contestant;
                replies.extend(type_in(client, document, &script));
            }
        }
    }

    for (is_sound, kind) in [(true, "sound"), (false, "broken")] {
        let what = format!("a key, {text} text {kind}");
        let mut own = None;
        for contestant in &contestants {
            let marked = contestant.replies.iter().zip(sound.iter().cycle());
            let replies: Vec<Reply> = marked.filter(|(_, it)| **it == is_sound).map(|(reply, _)| *reply).collect();
            let row = Row::of_replies(&what, LINES, &contestant.name, &replies);
            // Only what is typed into sound text has a bar: on broken text the others may do next to nothing.
            let row = match own {
                None => row,
                Some(median) => row.times_slower_than(median, is_sound.then_some(10.0)),
            };
            own = own.or(Some(row.median()));
            table.row(&row);
        }
    }
}

/// Who is started, and how; halfopen first.
fn lineup(table: &mut Table, folder: &Folder) -> Vec<(String, Start)> {
    let mut lineup = vec![(installed::halfopen().title(), own())];
    match installed::oxlint() {
        // It publishes, unless the client offers to ask; neither way is always the faster one.
        Some(tool) => {
            lineup.push((format!("{}, told", tool.title()), oxlint(&tool, folder, false)));
            lineup.push((format!("{}, asked", tool.title()), oxlint(&tool, folder, true)));
        }
        None => table.note(&format!("oxlint is {INSTALL}")),
    }
    match installed::ast_grep() {
        Some(tool) => lineup.push((tool.title(), ast_grep(&tool))),
        None => table.note(&format!("ast-grep is {INSTALL}")),
    }
    lineup
}

/// halfopen as editors start it.
fn own() -> Start {
    let mut command = installed::halfopen().command();
    command.args(["lsp", "--stdio"]);
    Start { command, options: Value::Null, settings: Value::Null, asks: false }
}

/// oxlint with its default rules, on every change.
fn oxlint(tool: &Tool, folder: &Folder, asks: bool) -> Start {
    let mut command = tool.command();
    command.arg("--lsp");
    let settings = json!({ "run": "onType" });
    let options = json!([{ "workspaceUri": folder.uri(""), "options": settings }]);
    Start { command, options, settings, asks }
}

/// ast-grep with one rule, since it has none of its own.
fn ast_grep(tool: &Tool) -> Start {
    let mut command = tool.command();
    command.args(["lsp", "--config"]).arg(installed::bench("ast-grep/sgconfig.yml"));
    Start { command, options: Value::Null, settings: Value::Null, asks: false }
}

/// The text without what oxlint's default rules complain of: their 900 warnings would cost it more than a second a
/// key, and say nothing of how fast it is.
fn calm(content: &str) -> String {
    let labels: Vec<String> = (1..8).map(|number| format!("{{label{number}}}")).collect();
    content.replace("{label1} {label2}", &labels.join(" ")).replace("row.length * 0,", "row.length * 8,")
}

/// For each key of the scripts, whether it leaves the text sound.
fn soundness(content: &str, scripts: &[Script]) -> Vec<bool> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_typescript::LANGUAGE_TSX.into()).expect("pinned together");
    let mut sound = Vec::new();
    for script in scripts {
        let (before, after) = content.split_at(script.place);
        for (at, key) in script.typed.char_indices() {
            let text = [before, &script.typed[..at + key.len_utf8()], after].concat();
            let tree = parser.parse(&text, None).expect("nobody cancels");
            sound.push(!tree.root_node().has_error());
        }
    }
    sound
}
