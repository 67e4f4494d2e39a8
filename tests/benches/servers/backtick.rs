//! A lone backtick at the top of a large file swallows all of it, and its parse takes long. Meanwhile everything else
//! must answer, and no finding elsewhere may flicker.

use std::time::Duration;

use halfopen_tests::generated;
use halfopen_tests::installed::Folder;
use serde_json::{Value, json};

use super::client::{Client, Document, Reply};
use super::table::{Row, Table};
use super::{FILE, own};

/// How often the backtick is typed and taken back.
const ROUNDS: usize = 10;

/// How long the editor goes on asking; the typing pause ends, and the text is parsed afresh, within that time.
const ASKING: Duration = Duration::from_millis(1_200);

/// Before that no pause can be over.
const TYPING: Duration = Duration::from_millis(450);

/// Between two questions.
const BREATH: Duration = Duration::from_millis(5);

/// So long an answer may take, in milliseconds.
const BAR: f64 = 20.0;

const SMALL: &str = r#"import { useEffect } from "react";

export function Small({ url }: { url: string }) {
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = () => {};
  }, [url]);
  return null;
}
"#;

#[derive(Default)]
struct Times {
    hover_below: Vec<f64>,
    hover_elsewhere: Vec<f64>,
    edit_elsewhere: Vec<f64>,
    broken: Vec<f64>,
    /// How many findings the large file had at the first publish of the broken text.
    while_typing: Vec<usize>,
    /// How many it had when the pause was over.
    after_pause: Vec<usize>,
    elsewhere: Vec<usize>,
    /// Cards that were missing while the finding was shown.
    missing: usize,
}

/// Types the backtick, and asks.
pub(super) fn measure(table: &mut Table, lines: usize) {
    let content = generated(lines);
    let folder = Folder::new("backtick");
    folder.write(FILE, &content);
    folder.write("small.tsx", SMALL);
    let mut client = Client::start(own(), &folder);
    let (mut large, opened) = client.open(folder.uri(FILE), &content);
    let (mut small, _) = client.open(folder.uri("small.tsx"), SMALL);
    let top = content.find('\n').expect("there are lines") + 1;

    let mut times = Times::default();
    for _ in 0..ROUNDS {
        let below = place(&client, &large);
        let elsewhere = place(&client, &small);
        let first = client.published.len();
        let sent = client.send_change(&mut large, top..top, "`");
        while sent.at.elapsed() < ASKING {
            let (time, card) = hover(&mut client, &large, &below);
            times.missing += usize::from(card.is_null() && sent.at.elapsed() < TYPING);
            times.hover_below.push(time);
            let (time, card) = hover(&mut client, &small, &elsewhere);
            times.missing += usize::from(card.is_null());
            times.hover_elsewhere.push(time);
            let reply = edit(&mut client, &mut small);
            times.edit_elsewhere.push(reply.milliseconds);
            times.elsewhere.push(reply.findings);
            client.listen(BREATH);
        }
        times.broken.push(client.findings(&sent).milliseconds);
        let published = client.published[first..].iter().filter(|it| it.uri == large.uri);
        let mut counts = published.map(|it| it.findings);
        times.while_typing.extend(counts.next());
        times.after_pause.extend(counts);
        client.replace(&mut large, top..top + 1, "");
    }
    report(table, lines, opened.findings, times);
}

fn report(table: &mut Table, lines: usize, opened: usize, times: Times) {
    let row = |what: &str, times: Vec<f64>| Row::new(what, lines, "halfopen", times);
    table.row(&row("backtick at the top", times.broken).with_findings(times.while_typing.iter().copied()));
    table.row(&row("  hover below it meanwhile", times.hover_below).with_bar_for_worst(BAR));
    table.row(&row("  hover in another file", times.hover_elsewhere).with_bar_for_worst(BAR));
    let edits = row("  edit in another file", times.edit_elsewhere).with_findings(times.elsewhere.iter().copied());
    table.row(&edits.with_bar_for_worst(BAR));
    let least = times.while_typing.iter().min().copied().unwrap_or_default();
    let verdict = if least >= opened && times.missing == 0 { "yes" } else { "NO" };
    table.note(&format!(
        "of {opened} findings at least {least} stayed shown, {} cards were missing: none flickers: {verdict}; when the \
         typing pause was over: {:?}",
        times.missing, times.after_pause
    ));
}

/// Where the middle one of a document's findings begins.
fn place(client: &Client, document: &Document) -> Value {
    let findings = &client.shown[&document.uri];
    findings[findings.len() / 2]["range"]["start"].clone()
}

fn hover(client: &mut Client, document: &Document, place: &Value) -> (f64, Value) {
    let params = json!({ "textDocument": { "uri": document.uri }, "position": place });
    client.request("textDocument/hover", &params)
}

/// Types a space into the empty second line, or takes it back.
fn edit(client: &mut Client, document: &mut Document) -> Reply {
    let line = document.text.find('\n').expect("there are lines") + 1;
    if document.text[line..].starts_with(' ') {
        client.replace(document, line..line + 1, "")
    } else {
        client.replace(document, line..line, " ")
    }
}
