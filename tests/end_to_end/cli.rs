//! `halfopen check`, `explain`, `rules` and `schema`: what is found, what is refused, and how a run ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::support::{Folder, binary};

/// A component that leaves an EventSource open.
pub(crate) const LEAK: &str = r#"import { useEffect } from "react";
import { receive } from "./receive";

export function Feed({ url }: { url: string }) {
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = receive;
  }, [url]);
  return null;
}
"#;

/// Runs `check --format json` and gives the exit code with the report.
fn check(folder: &Folder, arguments: &[&str]) -> (Option<i32>, Value) {
    let run = folder.run(&[&["check", "--format", "json"][..], arguments].concat());
    (run.code, run.json())
}

/// The paths in a list of the report.
fn paths<'report>(report: &'report Value, list: &str) -> Vec<&'report str> {
    let notes = report[list].as_array().expect("it is a list");
    notes.iter().map(|note| note["path"].as_str().expect("it has a path")).collect()
}

/// The reason why that path, named on the command line, is refused.
fn refusal(folder: &Folder, path: &str) -> String {
    let (code, report) = check(folder, &[path]);
    assert_eq!((code, paths(&report, "errors")), (Some(2), vec![path]), "{report}");
    report["errors"][0]["message"].as_str().expect("it has a message").to_owned()
}

#[test]
fn the_exit_code_tells_of_findings() {
    let folder = Folder::new();
    folder.write("clean.ts", "export const answer = 42;\n");
    assert_eq!(folder.run(&["check"]).code, Some(0));
    folder.write("feed.tsx", LEAK);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.contains("feed.tsx:6:20"), "{run:?}");
    assert!(run.out.contains("warning[missing-cleanup]"), "{run:?}");
    let summary = "1 finding (1 warning) in 1 of 2 files; 1 can be fixed with --fix";
    assert_eq!(run.out.lines().last(), Some(summary));
    assert!(!run.out.contains('\u{1b}'), "no colours into a pipe");
}

#[test]
fn findings_that_are_only_advice_leave_the_exit_code_alone() {
    let folder = Folder::new();
    folder.write("halfopen.json", r#"{ "rules": { "missing-cleanup": "info" } }"#);
    folder.write("feed.tsx", LEAK);
    let (code, report) = check(&folder, &[]);
    assert_eq!((code, report["findings"][0]["severity"].as_str()), (Some(0), Some("info")));
}

#[test]
fn json_counts_columns_in_utf16_from_one() {
    let folder = Folder::new();
    folder.write("src/feed.tsx", LEAK.replace("    const", "    /* 😀 */ const"));
    let (code, report) = check(&folder, &["src"]);
    assert_eq!(code, Some(1));
    let finding = &report["findings"][0];
    assert_eq!(finding["path"], "src/feed.tsx");
    assert_eq!((&finding["rule"], &finding["area"]), (&json!("missing-cleanup"), &json!("connection")));
    assert_eq!(finding["start"], json!({ "line": 6, "column": 29 }));
    assert_eq!(finding["end"], json!({ "line": 6, "column": 49 }));
    assert_eq!((&finding["severity"], &finding["fix"]), (&json!("warning"), &json!("safe")));
    assert!(finding["message"].is_string() && finding["related"].is_array(), "{finding}");
    let mut keys: Vec<_> = report.as_object().expect("it is an object").keys().collect();
    keys.sort();
    assert_eq!(keys, ["errors", "files", "findings", "skipped", "version"]);
    assert_eq!((&report["files"], &report["skipped"], &report["errors"]), (&json!(1), &json!([]), &json!([])));
}

#[test]
fn findings_are_sorted_by_path() {
    let folder = Folder::new();
    for file in ["b.tsx", "a/z.tsx", "a.tsx"] {
        folder.write(file, LEAK);
    }
    let (_, report) = check(&folder, &["b.tsx", "."]);
    assert_eq!(paths(&report, "findings"), ["a.tsx", "a/z.tsx", "b.tsx"]);
}

#[test]
fn a_missing_path_is_refused_and_the_rest_goes_on() {
    let folder = Folder::new();
    folder.write("feed.tsx", LEAK);
    assert!(refusal(&folder, "none.ts").contains("no such file"));
    let (code, report) = check(&folder, &["none.ts", "feed.tsx"]);
    assert_eq!((code, paths(&report, "findings")), (Some(2), vec!["feed.tsx"]));
}

#[test]
fn what_is_no_source_is_refused_if_named_and_skipped_on_a_walk() {
    let folder = Folder::new();
    folder.write("binary.ts", b"const a = 1;\0");
    folder.write("latin.ts", b"const a = '\xe9';");
    folder.write("minified.js", "f();".repeat(20_000));
    assert!(refusal(&folder, "binary.ts").contains("binary"));
    assert!(refusal(&folder, "latin.ts").contains("not UTF-8 at byte 11"));
    let (code, report) = check(&folder, &[]);
    assert_eq!((code, &report["files"]), (Some(0), &json!(0)));
    assert_eq!(paths(&report, "skipped"), ["binary.ts", "latin.ts", "minified.js"]);
    assert!(report["skipped"][0]["reason"].is_string(), "{report}");
    let (code, report) = check(&folder, &["minified.js"]);
    assert_eq!((code, &report["files"]), (Some(0), &json!(1)));
}

#[test]
fn a_file_over_the_limit_is_refused_with_the_limit() {
    let folder = Folder::new();
    folder.write("halfopen.json", r#"{ "maxFileSize": 20 }"#);
    folder.write("large.ts", "export const answer = 42;\n");
    let reason = refusal(&folder, "large.ts");
    assert!(reason.contains("26 bytes") && reason.contains("limit is 20"), "{reason}");
    let (code, report) = check(&folder, &[]);
    assert_eq!((code, paths(&report, "skipped")), (Some(0), vec!["large.ts"]));
}

#[test]
fn an_unknown_kind_of_file_is_refused() {
    let folder = Folder::new();
    folder.write("notes.txt", "new EventSource(url)");
    assert!(refusal(&folder, "notes.txt").contains(".tsx"));
    assert_eq!(folder.run(&["check"]).code, Some(0));
}

#[test]
fn an_empty_file_is_checked() {
    let folder = Folder::new();
    folder.write("empty.ts", "");
    let (code, report) = check(&folder, &["empty.ts"]);
    assert_eq!((code, &report["files"]), (Some(0), &json!(1)));
}

#[test]
fn a_line_of_two_megabytes_is_checked() {
    let folder = Folder::new();
    let line = format!("{} const long = \"{}\";", LEAK.replace('\n', " "), "a".repeat(2_000_000));
    folder.write("long.tsx", line);
    let run = folder.run(&["check", "--only", "missing-cleanup", "long.tsx"]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.out.contains("long.tsx:1:") && run.out.len() < 10_000, "the line itself is not printed");
}

#[test]
fn a_hundred_thousand_parentheses_are_survived() {
    let folder = Folder::new();
    let (open, close) = ("(".repeat(100_000), ")".repeat(100_000));
    folder.write("deep.tsx", format!("{LEAK}\nexport const deep = {open}1{close};\n"));
    let run = folder.run(&["check", "--format", "json", "deep.tsx"]);
    assert!(matches!(run.code, Some(0 | 1)), "{:?} {}", run.code, run.err);
    assert_eq!((&run.json()["files"], &run.json()["errors"]), (&json!(1), &json!([])));
}

/// Root reads everything, so a pipe stands for what cannot be read: reading it would wait for ever.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_refused() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let made = Command::new("mkfifo").arg(folder.path("pipe.ts")).status().expect("mkfifo runs");
    assert!(made.success());
    assert!(refusal(&folder, "pipe.ts").contains("neither a file nor a folder"));

    folder.write("locked.ts", LEAK);
    std::fs::set_permissions(folder.path("locked.ts"), Permissions::from_mode(0o000)).expect("it is ours");
    if std::fs::File::open(folder.path("locked.ts")).is_err() {
        assert!(refusal(&folder, "locked.ts").contains("permission denied"));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_holds_itself_is_walked_once() {
    let folder = Folder::new();
    folder.write("src/feed.tsx", LEAK);
    std::os::unix::fs::symlink(folder.path("src"), folder.path("src/again")).expect("links can be made");
    let (_, report) = check(&folder, &[]);
    assert_eq!(paths(&report, "findings"), ["src/feed.tsx"]);
}

#[test]
fn invalid_settings_are_told_with_their_place() {
    let folder = Folder::new();
    folder.write("app/halfopen.json", "{\n  \"presett\": \"strict\"\n}\n");
    folder.write("app/feed.tsx", LEAK);
    folder.write("other/feed.tsx", LEAK);
    let (code, report) = check(&folder, &[]);
    assert_eq!((code, paths(&report, "errors")), (Some(2), vec!["app/halfopen.json"]));
    let message = report["errors"][0]["message"].as_str().expect("it has a message");
    assert!(message.starts_with("2:3: unknown setting `presett`"), "{message}");
    assert_eq!(paths(&report, "findings"), ["app/feed.tsx", "other/feed.tsx"]);
    // Nothing is written where the user's own settings are not known.
    assert_eq!(folder.run(&["check", "--fix"]).code, Some(2));
    assert_eq!(folder.read("app/feed.tsx"), LEAK);
    assert_ne!(folder.read("other/feed.tsx"), LEAK);
}

#[test]
fn a_named_settings_file_replaces_the_nearest() {
    let folder = Folder::new();
    folder.write("feed.tsx", LEAK);
    folder.write("halfopen.json", "{ not settings");
    folder.write("quiet.json", r#"{ "rules": { "missing-cleanup": "off" } }"#);
    let (code, report) = check(&folder, &["--config", "quiet.json"]);
    assert_eq!((code, &report["findings"], &report["errors"]), (Some(0), &json!([]), &json!([])));
    let (code, report) = check(&folder, &["--config", "none.json"]);
    assert_eq!((code, paths(&report, "errors")), (Some(2), vec!["none.json"]));
}

#[test]
fn ignore_files_and_node_modules_are_honoured() {
    let folder = Folder::new();
    folder.write(".gitignore", "built/\n");
    folder.write(".ignore", "vendor.tsx\n");
    for file in ["built/a.tsx", "vendor.tsx", "node_modules/library/a.tsx", ".hidden/a.tsx", "src/a.tsx"] {
        folder.write(file, LEAK);
    }
    let (_, report) = check(&folder, &[]);
    assert_eq!((paths(&report, "findings"), &report["files"]), (vec!["src/a.tsx"], &json!(1)));
    let (_, report) = check(&folder, &["built/a.tsx", "vendor.tsx"]);
    assert_eq!(paths(&report, "findings"), ["built/a.tsx", "vendor.tsx"]);
}

#[test]
fn only_the_named_rules_run() {
    let folder = Folder::new();
    folder.write("feed.tsx", LEAK);
    assert_eq!(folder.run(&["check", "--only", "stale-closure"]).code, Some(0));
    assert_eq!(folder.run(&["check", "--only", "stale-closure,missing-cleanup"]).code, Some(1));
    let run = folder.run(&["check", "--only", "missing-clenup"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("unknown rule `missing-clenup`: is it `missing-cleanup`"), "{run:?}");
}

#[test]
fn explain_prints_the_page_of_a_rule() {
    let folder = Folder::new();
    let run = folder.run(&["explain", "missing-cleanup"]);
    assert_eq!(run.code, Some(0));
    assert!(run.out.starts_with("# missing-cleanup\n") && run.out.contains("## Fix safety"), "{run:?}");
    let run = folder.run(&["explain", "offline"]);
    assert_eq!(run.code, Some(0));
    assert!(run.out.starts_with("# offline\n") && run.out.contains("`dropped-send`"), "{run:?}");
    let run = folder.run(&["explain", "missing-clean"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("`missing-cleanup`"), "{run:?}");
}

#[test]
fn schema_prints_what_the_extension_brings() {
    let run = Folder::new().run(&["schema"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let printed: Value = serde_json::from_str(&run.out).expect("it is JSON");
    let path = "editors/vscode/schema/halfopen.schema.json";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the repository");
    let brought: Value = serde_json::from_slice(&fs::read(root.join(path)).expect("it is there")).expect("it is JSON");
    assert_eq!(printed, brought, "write it anew: `cargo run -- schema > {path}`");
}

#[test]
fn rules_lists_every_rule_with_its_summary() {
    let run = Folder::new().run(&["rules"]);
    assert_eq!(run.code, Some(0));
    assert!(run.out.starts_with("rule "), "{run:?}");
    for rule in halfopen_engine::rules::all() {
        let row = run.out.lines().find(|line| line.starts_with(&format!("{} ", rule.name)));
        assert!(row.is_some_and(|row| row.ends_with(rule.summary)), "{}", rule.name);
    }
}

#[test]
fn wrong_use_is_told_and_nothing_runs() {
    let folder = Folder::new();
    let uses: [&[&str]; 4] =
        [&[], &["check", "--nonsense"], &["check", "--diff", "--format", "json"], &["check", "--stdin-filename"]];
    for arguments in uses {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
    assert!(folder.run(&["--version"]).out.starts_with("halfopen "));
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let mut child = Command::new(binary())
        .args(["explain", "missing-cleanup"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the process ends");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*err), (Some(0), ""));
}
