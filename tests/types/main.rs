//! The examples of the rules' pages against the libraries' own types: fixed code has no error, and code before its fix
//! only those that its block names (`types=2345`).
//!
//! The types come from the packages that `tests/types/package.json` pins. Components of Vue and Svelte are left out:
//! they need checkers of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use halfopen_engine::rules;

/// What counts as strict, and what the examples may use.
const OPTIONS: &str = r#"{
  "compilerOptions": {
    "strict": true,
    "noImplicitReturns": true,
    "noEmit": true,
    "skipLibCheck": true,
    "allowJs": true,
    "experimentalDecorators": true,
    "moduleDetection": "force",
    "jsx": "react-jsx",
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2022",
    "lib": ["ES2023", "DOM", "DOM.Iterable"],
    "types": ["node"]
  },
  "include": ["examples"]
}"#;

/// The files under one heading of a page, before or after the fix.
struct Program {
    folder: String,
    files: BTreeMap<String, String>,
    /// The compiler's errors that it may have.
    allowed: BTreeSet<String>,
}

/// A fenced block of a page.
struct Block {
    path: String,
    is_fixed: bool,
    allowed: BTreeSet<String>,
    code: String,
}

#[test]
fn examples_and_their_fixes_type_check() {
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("types/node_modules/typescript/bin/tsc");
    assert!(compiler.exists(), "the types are missing; install them with `npm ci --prefix tests/types`");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("types");
    let programs: Vec<Program> = rules::all().flat_map(|rule| programs(rule.name, rule.page)).collect();
    assert!(programs.len() > 150, "the pages have examples");
    write(&folder, &programs);

    let output = Command::new("node").arg(&compiler).args(["-p", "."]).current_dir(&folder).output();
    let output = output.expect("node runs the compiler");
    let report = String::from_utf8_lossy(&output.stdout);
    let wrong: Vec<&str> = report.lines().filter(|line| !is_allowed(line, &programs)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `examples/rule/3/feed.tsx(5,7): error TS2345: …`, or a line that continues one.
fn is_allowed(line: &str, programs: &[Program]) -> bool {
    let Some((place, error)) = line.split_once(": error TS") else { return line.starts_with(' ') };
    let code = error.split(':').next().unwrap_or_default();
    programs.iter().any(|program| {
        let folder = format!("examples/{}/", program.folder);
        place.starts_with(&folder) && program.allowed.contains(code)
    })
}

fn write(folder: &Path, programs: &[Program]) {
    // What an earlier run wrote may be of another page.
    let _ = std::fs::remove_dir_all(folder);
    for program in programs {
        for (path, code) in &program.files {
            let file = folder.join("examples").join(&program.folder).join(path);
            std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder can be made");
            std::fs::write(file, code).expect("a file can be written");
        }
    }
    std::fs::write(folder.join("tsconfig.json"), OPTIONS).expect("a file can be written");
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("types/node_modules");
    link(&modules, &folder.join("node_modules"));
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) {
    std::os::unix::fs::symlink(from, to).expect("a link can be made");
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) {
    std::os::windows::fs::symlink_dir(from, to).expect("a link can be made");
}

/// Each example of a page as it is, and as its fixes leave it.
fn programs(rule: &str, page: &str) -> Vec<Program> {
    let mut programs = Vec::new();
    for (number, example) in page.split("\n### ").skip(1).enumerate() {
        let blocks = blocks(example);
        let mut files = BTreeMap::new();
        let mut allowed = BTreeSet::new();
        for block in blocks.iter().filter(|block| !block.is_fixed && is_plain(&block.path)) {
            files.insert(block.path.clone(), block.code.clone());
            allowed.extend(block.allowed.iter().cloned());
        }
        let fixed = blocks.iter().filter(|block| block.is_fixed && is_plain(&block.path));
        let mut after = files.clone();
        after.extend(fixed.map(|block| (block.path.clone(), block.code.clone())));
        if after != files {
            let folder = format!("{rule}/{number}-fixed");
            programs.push(Program { folder, files: after, allowed: BTreeSet::new() });
        }
        if !files.is_empty() {
            programs.push(Program { folder: format!("{rule}/{number}"), files, allowed });
        }
    }
    programs
}

fn is_plain(path: &str) -> bool {
    [".ts", ".tsx", ".js", ".jsx"].iter().any(|end| path.ends_with(end))
}

fn blocks(example: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = example.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| info.contains("path=")) else { continue };
        let word = |name: &str| info.split(' ').find_map(|word| word.strip_prefix(name)).unwrap_or_default();
        let code = lines.by_ref().take_while(|line| *line != "```").filter(|line| !is_caret(line));
        blocks.push(Block {
            path: word("path=").to_owned(),
            is_fixed: info.ends_with(" fixed"),
            allowed: word("types=").split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            code: code.map(|line| format!("{line}\n")).collect(),
        });
    }
    blocks
}

/// Whether a line only points at the one above.
fn is_caret(line: &str) -> bool {
    line.trim_start().strip_prefix("//").is_some_and(|rest| rest.trim_start().starts_with('^'))
}
