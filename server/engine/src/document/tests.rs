//! The model's records for snippets: what is acquired, its fate, and whether it comes back.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::Document;
use crate::cancel::Cancel;
use crate::catalog::Catalog;
use crate::model::{Delay, Env, Fate, Reopening, UnitId, View};
use crate::project::NoModules;
use crate::settings::{Listeners, Settings};
use crate::syntax::FileKind;
use crate::text::{Span, Text};

fn records(code: &str, expected: Expect) {
    records_of("a.tsx", code, expected);
}

pub(super) fn records_of(path: &str, code: &str, expected: Expect) {
    let mut document = Document::new(path, FileKind::from_path(path).expect("known"), Text::new(code));
    let report = document.check(&NoModules, &Settings::default(), &Cancel::new()).expect("nobody cancels");
    assert_eq!(report.holes, Vec::new(), "the snippet parses");
    let env = Env {
        modules: &NoModules,
        listeners: Listeners::Realtime,
        catalog: Catalog::built_in(),
        migrations: &[],
        is_test: false,
        is_script: false,
        is_root: false,
        runtime: crate::project::Runtime::Unknown,
        is_typescript: true,
        component_of: None,
    };
    let mut out = String::new();
    document.with_view(env, |view, units| units.iter().for_each(|&unit| describe(view, unit, &mut out)));
    expected.assert_eq(&out);
}

fn describe(view: &View<'_>, unit: UnitId, out: &mut String) {
    for resource in view.resources(unit) {
        let name = view.handle_name(&resource).map_or("-", |name| name.as_str());
        let fate = match view.fate(&resource) {
            Fate::Released(_) => "released".to_owned(),
            Fate::Leaks(leak) => {
                format!(
                    "leaks ({} elsewhere{})",
                    leak.elsewhere.len(),
                    if leak.way_out.is_some() { ", by a way out" } else { "" }
                )
            }
            Fate::Unknown => "unknown".to_owned(),
        };
        let comes_back = match view.reopening(&resource) {
            Reopening::Never => "never".to_owned(),
            Reopening::Unknown => "unknown".to_owned(),
            Reopening::OnDrop(reopen) => match reopen.delay {
                Delay::None => "at once".to_owned(),
                Delay::Constant(delay) => format!("after {delay}"),
                Delay::Other => "after a varying time".to_owned(),
            },
        };
        let _ = writeln!(out, "{} {name}: {fate}; comes back: {comes_back}", resource.kind.kind);
    }
}

/// A component with that effect.
fn effect(body: &str) -> String {
    format!(
        "import {{ useEffect, useRef, useState }} from \"react\";\nfunction Feed({{ url, id }}) {{\n  useEffect(() => {{\n{body}\n  }}, [url]);\n}}"
    )
}

#[test]
fn a_handle_is_followed_through_names_and_helpers() {
    records(
        &effect("const a = new EventSource(url); const b = a; const stop = (x) => x.close(); return () => stop(b);"),
        expect![[r#"
            event-source a: released; comes back: never
        "#]],
    );
}

#[test]
fn a_release_before_the_acquisition_is_none() {
    records(
        "function Feed({ url }) { const ref = useRef(null); useEffect(() => { ref.current?.close(); ref.current = new EventSource(url); }, []); }",
        expect![[r#"
            event-source -: leaks (1 elsewhere); comes back: never
        "#]],
    );
}

#[test]
fn a_collection_is_emptied_by_the_teardown() {
    records(
        &effect(
            "const all = []; for (const x of id) { const s = new EventSource(x); all.push(s); } return () => all.forEach((s) => s.close());",
        ),
        expect![[r#"
            event-source s: released; comes back: never
        "#]],
    );
}

#[test]
fn an_early_return_after_the_acquisition_leaks() {
    records(
        &effect("const a = new EventSource(url); if (id) { return; } return () => a.close();"),
        expect![[r#"
            event-source a: leaks (0 elsewhere, by a way out); comes back: never
        "#]],
    );
}

#[test]
fn a_handle_that_escapes_is_unknown() {
    records(
        &effect("const a = new EventSource(url); register(a);"),
        expect![[r#"
            event-source a: unknown; comes back: unknown
        "#]],
    );
}

#[test]
fn a_module_lives_as_long_as_its_sockets() {
    records(
        "const ws = new WebSocket('wss://h'); ws.onclose = () => console.log('gone');",
        expect![[r#"
            websocket ws: unknown; comes back: never
        "#]],
    );
}

#[test]
fn a_class_reopens_through_its_own_methods() {
    records(
        "class C { #ws; delay = 500; open() { this.#ws = new WebSocket('wss://h'); this.#ws.onclose = this.later; } \
         later = () => { setTimeout(() => this.open(), this.delay); } }",
        expect![[r#"
            websocket -: unknown; comes back: after 500
        "#]],
    );
}

#[test]
fn a_delay_that_is_doubled_varies() {
    records(
        "let delay = 500; function open() { const ws = new WebSocket('wss://h'); ws.onclose = () => { setTimeout(open, delay); delay *= 2; }; } open();",
        expect![[r#"
            websocket ws: unknown; comes back: after a varying time
        "#]],
    );
}

#[test]
fn a_state_that_an_effect_depends_on_reopens() {
    records(
        "function Feed() { const [n, setN] = useState(0); useEffect(() => { const ws = new WebSocket('wss://h'); \
         ws.onclose = () => setTimeout(() => setN((n) => n + 1), 2000); return () => ws.close(); }, [n]); }",
        expect![[r#"
            websocket ws: released; comes back: after 2000
        "#]],
    );
}

#[test]
fn a_shadowed_name_is_not_the_platform_s() {
    records("import { WebSocket } from './mock'; const ws = new WebSocket('wss://h');", expect![[r#""#]]);
}

#[test]
fn fixes_follow_the_text_where_facts_stay_the_same() {
    let single = effect("window.addEventListener('online', url);");
    let double = single.replace('\'', "\"");
    let mut text = Text::new(&single);
    let mut document = Document::new("a.tsx", FileKind::from_path("a.tsx").expect("known"), text.clone());
    let fixes = |document: &mut Document| {
        let report = document.check(&NoModules, &Settings::default(), &Cancel::new()).expect("nobody cancels");
        report.findings.into_iter().flat_map(|finding| finding.fixes).collect::<Vec<_>>()
    };
    assert_eq!(fixes(&mut document).len(), 1);
    for (at, _) in single.match_indices('\'') {
        let edit = text.replace(Span::new(at, at + 1), "\"");
        document.update(text.clone(), &[edit]);
    }
    let mut fresh = Document::new("a.tsx", FileKind::from_path("a.tsx").expect("known"), Text::new(&double));
    assert_eq!(fixes(&mut document), fixes(&mut fresh));
}

#[test]
fn a_value_that_is_made_of_itself_has_no_name() {
    records(
        &effect(
            "let node = node.parent.closest(url); const socket = new WebSocket(node.href.at(0)); node.on(1, socket);",
        ),
        expect![[r#"
            websocket socket: unknown; comes back: unknown
        "#]],
    );
}

#[test]
fn what_makes_itself_by_calls_comes_to_an_end() {
    records(
        "let item; item = item.next.open(); item.on('postgres_changes', { table: 'orders' }, show);\n\
         const first = make(); function make() { return first.open().make(); }\n\
         first.open().on('postgres_changes', { table: 'orders' }, show);",
        expect![[r#""#]],
    );
}

#[test]
fn what_is_put_into_a_member_of_itself_comes_to_an_end() {
    records(
        "import { Peer } from 'peerjs'; let node = list[0]; const peer = new Peer();\n\
         while (node) { node = node.next.parent; node.next.peer = peer; node = node.last; }",
        expect![[r#"
            peerjs peer: unknown; comes back: unknown
        "#]],
    );
}
