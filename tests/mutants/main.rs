//! Every release that is proof in the rules' pages and in the example application is taken out once: the model must say
//! that the resource leaks then, or for one in twenty that it cannot tell, and the fix must end the leak.

use std::path::Path;

use halfopen_engine::FileKind;
use halfopen_tests::mutants::{self, Outcome, Repair};
use ignore::WalkBuilder;

/// The code blocks of a page, with the paths that they name.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, code)), None) if !line.trim_start().starts_with("//  ") => {
                code.push_str(line);
                code.push('\n');
            }
            (None, Some(info)) => {
                let path = info.split(' ').find_map(|word| word.strip_prefix("path="));
                open = path.map(|path| (path.to_owned(), String::new()));
            }
            _ => {}
        }
    }
    blocks
}

/// The sources of the pages and of the example application.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for folder in ["server/engine/src/rules", "tests/apps/dashboard"] {
        for entry in WalkBuilder::new(root.join(folder)).build().flatten() {
            let path = entry.path();
            let name = path.to_string_lossy().into_owned();
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            if name.ends_with(".md") && folder.ends_with("rules") {
                let blocks = blocks(&text).into_iter();
                sources.extend(blocks.map(|(inner, code)| (format!("{name}/{inner}"), code)));
            } else if FileKind::from_path(&name).is_some() {
                sources.push((name, text));
            }
        }
    }
    sources
}

#[test]
fn without_its_release_a_resource_leaks_and_its_fix_ends_that() {
    let mut wrong = Vec::new();
    let mut unsure = Vec::new();
    let mut count = 0;
    for (name, text) in sources() {
        let (mutants, contradictions) = mutants::of(&name, &text);
        wrong.extend(contradictions.iter().map(|site| format!("{name}: released and leaking at {site:?}")));
        count += mutants.len();
        for mutant in mutants {
            let removed = &text[mutant.release.start as usize..mutant.release.end as usize];
            let said =
                format!("{name}: {} without `{removed}`: {:?}, {:?}", mutant.kind, mutant.outcome, mutant.repair);
            match mutant.outcome {
                _ if mutant.repair == Repair::Wrong => wrong.push(said),
                // What also goes where nobody sees it may be released there.
                Outcome::Unknown => unsure.push(said),
                outcome if outcome.is_right() => {}
                _ => wrong.push(said),
            }
        }
    }
    assert!(count > 100, "there are only {count} mutants");
    assert!(wrong.is_empty(), "{} of {count} mutants:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unsure.len() * 20 <= count, "{} of {count} mutants are unknown:\n{}", unsure.len(), unsure.join("\n"));
}
