//! The examples of the rules' pages against the libraries' own types: fixed code has no error, and code before its fix
//! only those that its block names (`types=2345`).
//!
//! So is the code that halfopen writes when somebody asks for a connection, and so is what all fixes of all examples leave when they are applied at once.
//!
//! The types come from the packages that `tests/types/package.json` pins, and so do the checkers: vue-tsc, which is the
//! compiler with an eye for Vue's components, and svelte-check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use halfopen_engine::rules;
use halfopen_tests::written::{CASES, Case};
use serde_json::Value;

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
    let programs: Vec<Program> = programs(|path| is_script(path) || path.ends_with(".vue"));
    assert!(programs.len() > 150, "the pages have examples");
    let report = run("vue-tsc", "vue-tsc/bin/vue-tsc.js", &["-p", "."], &programs);
    let wrong: Vec<&str> = report.lines().filter(|line| !is_allowed(line, &programs)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn svelte_components_type_check() {
    let is_svelte = |path: &str| path.ends_with(".svelte");
    let mut programs = programs(|path| is_script(path) || is_svelte(path));
    programs.retain(|program| program.files.keys().any(|path| is_svelte(path)));
    assert!(programs.len() > 3, "the pages have components");
    let arguments = ["--workspace", ".", "--tsconfig", "tsconfig.json", "--output", "machine-verbose"];
    let report = run("svelte-check", "svelte-check/bin/svelte-check", &arguments, &programs);
    assert!(report.contains("COMPLETED"), "{report}");
    // `1700000000000 {"type":"ERROR","filename":"examples/…",…,"code":2345}`
    let messages = report.lines().filter_map(|line| serde_json::from_str::<Value>(line.split_once(' ')?.1).ok());
    let errors = messages.filter(|message| message["type"] == "ERROR").map(|message| {
        let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
        format!("{}: error TS{}: {}", text("filename"), message["code"], text("message"))
    });
    let wrong: Vec<String> = errors.filter(|error| !is_allowed(error, &programs)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_fixes_at_once_come_to_an_end_and_type_check() {
    let mut programs = programs(|path| is_script(path) || path.ends_with(".vue") || path.ends_with(".svelte"));
    programs.retain(|program| !program.folder.ends_with("-fixed"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("types/all-fixes");
    write(&folder, &programs);
    // A repository of its own, so that nothing around it says what is ignored.
    std::fs::create_dir(folder.join(".git")).expect("a folder can be made");
    let before = check(&folder, &[]);
    let applied = check(&folder, &["--fix-suggested"]);
    let after = check(&folder, &[]);
    assert_eq!(check(&folder, &["--fix-suggested"]), after, "a second time, nothing is left to fix");
    let count = |report: &str| {
        let numbers = report.lines().last().unwrap_or_default().split("findings").next().unwrap_or_default();
        numbers.split(' ').filter_map(|word| word.parse::<usize>().ok()).next_back().expect("a number of findings")
    };
    assert!(applied.contains("Applied"), "{applied}");
    assert!(count(&after) + 200 < count(&before), "fixes end findings: {before} {after}");
    let report = say("vue-tsc", "vue-tsc/bin/vue-tsc.js", &["-p", "."], &folder);
    let wrong: Vec<&str> = report.lines().filter(|line| !is_allowed(line, &programs)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The last line of what `check` prints of a folder in the strict preset.
fn check(folder: &Path, more: &[&str]) -> String {
    let mut command = Command::new(halfopen_tests::built::binary());
    command.args(["check", "--preset", "strict"]).args(more).arg("examples").current_dir(folder);
    let output = command.output().expect("the binary runs");
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    report.lines().last().unwrap_or_default().to_owned()
}

/// What a checker of the installed packages says of the programs.
fn run(name: &str, checker: &str, arguments: &[&str], programs: &[Program]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("types").join(name);
    write(&folder, programs);
    say(name, checker, arguments, &folder)
}

/// What a checker of the installed packages says of a folder.
fn say(name: &str, checker: &str, arguments: &[&str], folder: &Path) -> String {
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("types/node_modules").join(checker);
    assert!(checker.exists(), "{name} is missing; install it with `npm ci --prefix tests/types`");
    let output = Command::new("node").arg(&checker).args(arguments).current_dir(folder).output();
    String::from_utf8_lossy(&output.expect("node runs the checker").stdout).into_owned()
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

/// Each example of the pages as it is, and as its fixes leave it, with the files that `takes` takes.
fn programs(takes: impl Fn(&str) -> bool + Copy) -> Vec<Program> {
    let pages = rules::all().map(|rule| (rule.name, rule.page.to_owned()));
    // The blocks of a guide's section are one example.
    let guides = rules::guides().map(|(area, page)| (area, page.replace("\n## ", "\n### ")));
    let examples = pages.chain(guides).flat_map(|(name, page)| programs_of(name, &page, takes));
    examples.chain(written().filter(|program| program.files.keys().all(|path| takes(path)))).collect()
}

/// What halfopen writes when it is asked to.
fn written() -> impl Iterator<Item = Program> {
    CASES.iter().flat_map(Case::written).map(|one| Program {
        folder: format!("written/{}", one.folder),
        files: BTreeMap::from([(one.path.to_owned(), one.after)]),
        allowed: BTreeSet::new(),
    })
}

fn programs_of(rule: &str, page: &str, takes: impl Fn(&str) -> bool) -> Vec<Program> {
    let mut programs = Vec::new();
    for (number, example) in page.split("\n### ").skip(1).enumerate() {
        let blocks = blocks(example);
        let mut files = BTreeMap::new();
        let mut allowed = BTreeSet::new();
        for block in blocks.iter().filter(|block| !block.is_fixed && takes(&block.path)) {
            files.insert(block.path.clone(), block.code.clone());
            allowed.extend(block.allowed.iter().cloned());
        }
        let fixed = blocks.iter().filter(|block| block.is_fixed && takes(&block.path));
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

fn is_script(path: &str) -> bool {
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
