//! `halfopen check --fix`, `--fix-suggested`, `--diff` and `--stdin-filename`: what is written, and what is not.

use super::cli::LEAK;
use super::support::Folder;

#[test]
fn fix_writes_the_safe_fixes_once() {
    let folder = Folder::new();
    folder.write("feed.tsx", LEAK);
    let run = folder.run(&["check", "--fix"]);
    let fixed = folder.read("feed.tsx");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.ends_with("Applied 1 fix in 1 file. No findings in 1 file\n"), "{run:?}");
    assert!(fixed.contains("source.close()"), "{fixed}");
    let again = folder.run(&["check", "--fix"]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), "No findings in 1 file\n"));
    assert_eq!(folder.read("feed.tsx"), fixed);
    assert_eq!(folder.run(&["check", "--fix-suggested"]).code, Some(0));
    assert_eq!(folder.read("feed.tsx"), fixed);
}

#[test]
fn fix_keeps_line_ends_and_leaves_nothing_beside_the_file() {
    let folder = Folder::new();
    folder.write("src/feed.tsx", LEAK.replace('\n', "\r\n"));
    assert_eq!(folder.run(&["check", "--fix"]).code, Some(0));
    let fixed = folder.read("src/feed.tsx");
    assert!(fixed.contains("source.close()"), "{fixed}");
    assert_eq!(fixed.matches('\n').count(), fixed.matches("\r\n").count(), "{fixed:?}");
    let beside = std::fs::read_dir(folder.path("src")).expect("the folder can be read");
    assert_eq!(beside.count(), 1);
}

#[cfg(unix)]
#[test]
fn fix_keeps_permissions_and_links() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    folder.write("feed.tsx", LEAK);
    std::fs::set_permissions(folder.path("feed.tsx"), Permissions::from_mode(0o640)).expect("it is ours");
    std::os::unix::fs::symlink(folder.path("feed.tsx"), folder.path("link.tsx")).expect("links can be made");
    assert_eq!(folder.run(&["check", "--fix", "link.tsx"]).code, Some(0));
    assert!(folder.read("feed.tsx").contains("source.close()"));
    let metadata = std::fs::metadata(folder.path("feed.tsx")).expect("it is there");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert!(folder.path("link.tsx").is_symlink());
}

#[cfg(unix)]
#[test]
fn fix_leaves_a_read_only_file_alone() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    folder.write("feed.tsx", LEAK);
    std::fs::set_permissions(folder.path("feed.tsx"), Permissions::from_mode(0o444)).expect("it is ours");
    let run = folder.run(&["check", "--fix", "--format", "json"]);
    let report = run.json();
    assert_eq!((run.code, folder.read("feed.tsx").as_str()), (Some(2), LEAK));
    assert!(report["errors"][0]["message"].as_str().is_some_and(|text| text.contains("read-only")), "{report}");
    assert_eq!(report["findings"][0]["rule"], "missing-cleanup");
}

#[test]
fn diff_prints_what_would_change_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("src/feed.tsx", LEAK);
    for arguments in [&["check", "--diff"][..], &["check", "--fix", "--diff"], &["check", "--fix-suggested", "--diff"]]
    {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.out.starts_with("--- a/src/feed.tsx\n+++ b/src/feed.tsx\n@@ "), "{run:?}");
        assert!(run.out.lines().any(|line| line.starts_with('+') && line.contains("source.close()")), "{run:?}");
        assert!(!run.out.lines().skip(2).any(|line| line.starts_with('-')), "{run:?}");
        assert_eq!(folder.read("src/feed.tsx"), LEAK);
    }
}

#[test]
fn standard_input_is_checked_as_the_file_that_it_is_named_after() {
    let folder = Folder::new();
    folder.write("app/halfopen.json", r#"{ "rules": { "missing-cleanup": "error" } }"#);
    let run = folder.run_with(&["check", "--format", "json", "--stdin-filename", "app/feed.tsx"], LEAK);
    let report = run.json();
    assert_eq!((run.code, report["files"].as_u64()), (Some(1), Some(1)));
    assert_eq!(report["findings"][0]["path"], "app/feed.tsx");
    assert_eq!(report["findings"][0]["severity"], "error");
    assert!(!folder.path("app/feed.tsx").exists());
}

#[test]
fn fixed_standard_input_is_printed_alone() {
    let folder = Folder::new();
    let run = folder.run_with(&["check", "--fix", "--stdin-filename", "feed.tsx"], LEAK);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.err.contains("Applied 1 fix"), "{run:?}");
    folder.write("feed.tsx", LEAK);
    folder.run(&["check", "--fix"]);
    assert_eq!(run.out, folder.read("feed.tsx"));
    // What there is nothing to fix in comes back as it was.
    let same = folder.run_with(&["check", "--fix", "--stdin-filename", "a.ts"], "let a = 1");
    assert_eq!((same.code, same.out.as_str()), (Some(0), "let a = 1"));
}

#[test]
fn standard_input_of_no_known_kind_is_refused_and_not_printed() {
    let run = Folder::new().run_with(&["check", "--fix", "--stdin-filename", "notes.txt"], LEAK);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("notes.txt"), "{run:?}");
}
