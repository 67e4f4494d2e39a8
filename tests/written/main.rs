//! What halfopen writes when somebody asks: it parses, no rule finds anything new in it, in every habit of files, and it is
//! not offered twice. That it type-checks is shown by `tests/types`.

use std::path::{Path, PathBuf};
use std::process::Command;

use halfopen_tests::written::{CASES, Case};

fn case(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name).expect("a case of that name")
}

fn titles(case: &Case) -> Vec<String> {
    case.offers().into_iter().map(|code| code.title).collect()
}

#[test]
fn no_rule_finds_anything_new_in_what_is_written() {
    for case in CASES {
        let (before, _) = case.split();
        let known = case.checked(&before).1.len();
        let written = case.written();
        assert!(!written.is_empty(), "{}: nothing is offered", case.name);
        for one in written {
            let findings = case.checked(&one.after).1;
            let said: Vec<String> =
                findings.iter().map(|finding| format!("{}: {}", finding.rule.name, finding.message)).collect();
            assert!(said.len() <= known, "{} / {}: {said:#?}\n{}", case.name, one.title, one.after);
        }
    }
}

#[test]
fn line_ends_are_those_of_the_file() {
    for case in CASES {
        let text: &'static str = Box::leak(case.text.replace('\n', "\r\n").into_boxed_str());
        let other = Case { text, ..*case };
        let unix: Vec<String> = case.written().into_iter().map(|one| one.after.replace('\n', "\r\n")).collect();
        let windows: Vec<String> = other.written().into_iter().map(|one| one.after).collect();
        if case.text.contains('\n') {
            assert_eq!(windows, unix, "{}", case.name);
        }
    }
}

#[test]
fn what_a_file_has_is_not_offered_again() {
    for case in CASES {
        for one in case.written() {
            let at = one.after.len() - one.after.trim_end().len();
            let text = format!("{}\n▮\n", &one.after[..one.after.len() - at]);
            let is_script = !case.path.ends_with(".vue") && !case.path.ends_with(".svelte");
            if is_script {
                let again = Case { text: Box::leak(text.into_boxed_str()), ..*case };
                assert!(!titles(&again).contains(&one.title), "{} / {}", case.name, one.title);
            }
        }
    }
}

#[test]
fn nothing_is_offered_within_other_code() {
    let texts = [
        "/*\n▮\n*/\nconst a = 1;\n",
        "const a = `\n▮\n`;\n",
        "export class A {\n  a = 1;\n\n▮\n  b() {}\n\n}\n",
        "export class A {\n  b() {}\n▮\n}\n",
        "function a() {\n▮\n}\n",
        "const a = 1;▮\n",
        "import express from \"express\";\n▮\n",
    ];
    for text in texts {
        let case = Case { name: "nowhere", path: "a.ts", text, packages: &[] };
        assert_eq!(titles(&case), [""; 0], "{text}");
    }
    let markup = Case {
        name: "nowhere",
        path: "a.vue",
        text: "<template>\n▮\n</template>\n<script setup></script>\n",
        packages: &[],
    };
    assert_eq!(titles(&markup), [""; 0]);
}

#[test]
fn what_is_offered_depends_on_what_is_there() {
    let react = [
        "New subscription to the table `messages` of Supabase",
        "New subscription to an event of Socket.IO",
        "New resilient socket: reconnects, notices silence, ends",
        "New subscription to server-sent events",
    ];
    assert_eq!(titles(case("react")), react);
    assert_eq!(titles(case("hook")), react[2..]);
    assert_eq!(titles(case("svelte")), react[1..], "nobody gives a component its client");
    assert_eq!(
        titles(case("instrument-react")),
        ["Instrument connection: count connects, drops and messages", "Instrument connection with OpenTelemetry"]
    );
}

#[test]
fn code_has_the_habits_of_its_file() {
    let written = case("react-script").written();
    let socket = &written[2].after;
    assert!(socket.starts_with("import { useMemo, useEffect, useState } from 'react'\n"), "{socket}");
    assert!(socket.contains("\n\tconst [status, setStatus] = useState('connecting')\n"), "{socket}");
    assert!(socket.contains("export function openSocket(url, { show, receive }) {\n"), "{socket}");
    assert!(!socket.contains(';') && !socket.contains('"'), "{socket}");
}

#[test]
fn what_is_written_survives_drops_silence_and_refusals() {
    let script = case("script").written();
    let code: String = script[1..].iter().map(|one| one.after.clone()).collect();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("written");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join("live.mjs");
    std::fs::write(&file, code).expect("a file can be written");
    let behaviour = Path::new(env!("CARGO_MANIFEST_DIR")).join("written/behaviour.mjs");
    let output = Command::new("node").arg(behaviour).arg(&file).output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_component_exports_nothing_and_imports_stand_before_what_uses_them() {
    for case in CASES.iter().filter(|case| case.path.ends_with(".vue") || case.path.ends_with(".svelte")) {
        assert!(case.written().iter().all(|one| !one.after.contains("export ")), "{}", case.name);
    }
    let telemetry = &case("instrument-again").written()[1].after;
    assert!(
        telemetry.starts_with("import { metrics } from \"@opentelemetry/api\";\n\nconst connects = "),
        "{telemetry}"
    );
}

#[test]
fn a_connection_is_instrumented_once_and_where_it_outlives_its_drops() {
    for name in ["instrument-react", "instrument-again", "instrument-class", "instrument-two"] {
        let case = case(name);
        for one in case.written() {
            let line = case.split().0[case.split().1..].lines().next().unwrap_or_default().to_owned();
            let at = one.after.find(&line).expect("the statement is there");
            let text = format!("{}▮{}", &one.after[..at], &one.after[at..]);
            let again = Case { text: Box::leak(text.into_boxed_str()), ..*case };
            assert!(!titles(&again).contains(&one.title), "{name} / {}", one.title);
        }
    }
    let again = &case("instrument-again").written()[0].after;
    let (health, connect) = (again.find("const health = "), again.find("const connect = "));
    assert!(health.is_some() && health < connect, "the counts outlive a drop: {again}");
    assert_eq!(again.matches("const health = ").count(), 1);
}
