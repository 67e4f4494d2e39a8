//! The rules' pages: every example is checked, every fix applied.
//!
//! `UPDATE_PAGES=1 cargo test -p halfopen-engine --test pages` writes the fixed blocks and prints what to read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::{Finding, apply_edits};
use halfopen_engine::rules::{self, RuleMeta};
use halfopen_engine::settings::{Layer, Preset, Settings};
use halfopen_engine::text::{Encoding, Text};
use halfopen_engine::{Document, FileKind};

use common::Workspace;

mod common;

/// A fenced block of a page.
#[derive(Clone, Debug, Default)]
struct Block {
    path: String,
    is_fixed: bool,
    fix: usize,
    preset: Option<Preset>,
    deps: Vec<(String, String)>,
    /// The code without caret lines.
    code: String,
    /// Expected findings: zero-based line, first column in bytes, number of carets, text.
    carets: Vec<(u32, u32, u32, String)>,
    /// The lines of the page that the block's content takes.
    lines: std::ops::Range<usize>,
}

/// The blocks under one heading: one workspace.
#[derive(Debug)]
struct Example {
    section: String,
    title: String,
    blocks: Vec<Block>,
}

fn read_page(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut section = String::new();
    let lines: Vec<&str> = page.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(name) = line.strip_prefix("## ") {
            section = name.to_owned();
        } else if let Some(title) = line.strip_prefix("### ") {
            examples.push(Example { section: section.clone(), title: title.to_owned(), blocks: Vec::new() });
        } else if let Some(info) = line.strip_prefix("```").filter(|info| info.contains("path=")) {
            let start = at + 1;
            let end = (start..lines.len()).find(|&end| lines[end] == "```").expect("the block is closed");
            let example = examples.last_mut().expect("a block stands under a heading");
            example.blocks.push(read_block(info, &lines[start..end], start..end));
            at = end;
        }
        at += 1;
    }
    examples
}

fn read_block(info: &str, content: &[&str], lines: std::ops::Range<usize>) -> Block {
    let mut block = Block { fix: 1, lines, ..Block::default() };
    for word in info.split_whitespace().skip(1) {
        match word.split_once('=') {
            Some(("path", path)) => block.path = path.to_owned(),
            Some(("fix", number)) => block.fix = number.parse().expect("a number"),
            Some(("preset", name)) => block.preset = Preset::from_name(name),
            Some(("deps", list)) => {
                let dep = |dep: &str| dep.rsplit_once('@').map(|(name, version)| (name.to_owned(), version.to_owned()));
                block.deps = list.split(',').filter_map(dep).collect();
            }
            // What the compiler may say of it, which another test looks at.
            Some(("types", _)) => {}
            None if word == "fixed" => block.is_fixed = true,
            _ => panic!("unknown word in an info string: {word}"),
        }
    }
    let mut count = 0;
    for line in content {
        match caret_line(line) {
            Some((column, carets, text)) => block.carets.push((count - 1, column, carets, text)),
            None => {
                block.code.push_str(line);
                block.code.push('\n');
                count += 1;
            }
        }
    }
    block
}

/// `//   ^^^^ warning: text`, in SQL with `--`
fn caret_line(line: &str) -> Option<(u32, u32, String)> {
    let line_start = line.trim_start();
    let rest = line_start.strip_prefix("//").or_else(|| line_start.strip_prefix("--"))?;
    let carets = rest.trim_start();
    let count = carets.len() - carets.trim_start_matches('^').len();
    if count == 0 {
        return None;
    }
    Some((line.find('^')? as u32, count as u32, carets[count..].trim().to_owned()))
}

fn check(path: &str, code: &str, workspace: &Workspace, preset: Option<Preset>) -> Vec<Finding> {
    let kind = FileKind::from_path(path).expect("examples are code");
    let settings = Settings::from_layers(&[&Layer { preset, ..Layer::default() }]);
    let mut document = Document::new(path, kind, Text::new(code));
    let report = document.check(&workspace.around(path), &settings, &Cancel::new()).expect("nobody cancels");
    assert_eq!(report.failures, Vec::new(), "{path}");
    assert_eq!(report.holes, Vec::new(), "{path} does not parse:\n{code}");
    report.findings
}

fn workspace_of(example: &Example) -> Workspace {
    let blocks = example.blocks.iter().filter(|block| !block.is_fixed);
    let files = blocks.clone().map(|block| (block.path.clone(), block.code.clone())).collect();
    Workspace::of(files, blocks.flat_map(|block| block.deps.clone()).collect())
}

fn describe(code: &str, findings: &[&Finding]) -> String {
    let text = Text::new(code);
    let mut out = String::new();
    for finding in findings {
        let start = text.position(finding.span.start as usize, Encoding::Utf8);
        let source = text.slice(finding.span);
        let _ = writeln!(
            out,
            "  {}:{} [{}] {}: {} | {source}",
            start.line + 1,
            start.character + 1,
            finding.rule.name,
            finding.severity.name(),
            finding.message
        );
    }
    out
}

/// Compares one block's findings of the page's rule with its carets; gives what is wrong.
fn compare(rule: &RuleMeta, block: &Block, findings: &[Finding]) -> Result<(), String> {
    let text = Text::new(&block.code);
    let own: Vec<&Finding> = findings.iter().filter(|finding| finding.rule.name == rule.name).collect();
    let mut left = own.clone();
    for (line, column, carets, expected) in &block.carets {
        let found = left.iter().position(|finding| {
            let range = text.range(finding.span, Encoding::Utf8);
            let said = format!("{}: {}", finding.severity.name(), finding.message);
            let rest_of_line = text.line_span(*line as usize).end.saturating_sub(finding.span.start);
            let width = (finding.span.end - finding.span.start).min(rest_of_line);
            range.start.line == *line
                && range.start.character == *column
                && width == *carets
                && said.starts_with(expected)
        });
        match found {
            Some(index) => {
                left.remove(index);
            }
            None => {
                return Err(format!(
                    "expected at {}:{} ({carets} wide) {expected}; found:\n{}",
                    line + 1,
                    column + 1,
                    describe(&block.code, &own)
                ));
            }
        }
    }
    if left.is_empty() { Ok(()) } else { Err(format!("unexpected:\n{}", describe(&block.code, &left))) }
}

/// Applies the wanted fix of the page's rule, and demands what every fix must keep.
fn fixed(
    rule: &RuleMeta,
    block: &Block,
    workspace: &Workspace,
    findings: &[Finding],
) -> Result<Option<(String, String)>, String> {
    let Some(finding) = findings.iter().find(|finding| finding.rule.name == rule.name) else { return Ok(None) };
    let Some(fix) = finding.fixes.get(block.fix - 1) else { return Ok(None) };
    let code = apply_edits(&block.code, &fix.edits);
    let migration = fix.migration.as_ref().map(|migration| (migration_path(&migration.name), migration.sql.clone()));
    let mut workspace = workspace.clone();
    workspace.files.extend(migration.clone());
    let after = check_fixed(&block.path, &code, &workspace, block.preset)?;
    let same: Vec<&Finding> = after.iter().filter(|finding| finding.rule.name == rule.name).collect();
    let before = findings.iter().filter(|finding| finding.rule.name == rule.name).count();
    if same.len() >= before {
        return Err(format!("the fix leaves the finding:\n{code}\n{}", describe(&code, &same)));
    }
    let new: Vec<&Finding> =
        after.iter().filter(|finding| !findings.iter().any(|known| known.rule.name == finding.rule.name)).collect();
    if new.is_empty() {
        Ok(Some(migration.unwrap_or((block.path.clone(), code))))
    } else {
        Err(format!("the fix raises:\n{code}\n{}", describe(&code, &new)))
    }
}

/// A migration after all others.
fn migration_path(name: &str) -> String {
    format!("supabase/migrations/99999999999999_{name}.sql")
}

fn check_fixed(path: &str, code: &str, workspace: &Workspace, preset: Option<Preset>) -> Result<Vec<Finding>, String> {
    std::panic::catch_unwind(|| check(path, code, workspace, preset))
        .map_err(|_| format!("the fixed code of {path} does not check:\n{code}"))
}

fn page_path(rule: &RuleMeta) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules").join(rule.area).join(format!("{}.md", rule.name))
}

/// Writes the fixed blocks that a page should have.
fn update(rule: &RuleMeta) -> String {
    let page = rule.page;
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    for example in read_page(page).iter().rev().filter(|example| example.section == "Invalid") {
        let workspace = workspace_of(example);
        let fixed_blocks: Vec<&Block> = example.blocks.iter().filter(|block| block.is_fixed).collect();
        for block in fixed_blocks.iter().rev() {
            lines.drain(block.lines.start - 2..=block.lines.end);
        }
        for block in example.blocks.iter().rev().filter(|block| !block.is_fixed && !block.carets.is_empty()) {
            let findings = check(&block.path, &block.code, &workspace, block.preset);
            if let Ok(Some((path, code))) = fixed(rule, block, &workspace, &findings) {
                let language = path.rsplit('.').next().unwrap_or("ts");
                let mut new = vec![String::new(), format!("```{language} path={path} fixed")];
                new.extend(code.lines().map(str::to_owned));
                new.push("```".to_owned());
                let at = block.lines.end + 1;
                lines.splice(at..at, new);
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn every_example_says_what_its_page_says() {
    let mut wrong = String::new();
    for rule in rules::all() {
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::write(page_path(rule), update(rule)).expect("the page can be written");
            continue;
        }
        for example in read_page(rule.page) {
            let workspace = workspace_of(&example);
            for block in example.blocks.iter().filter(|block| !block.is_fixed) {
                let findings = check(&block.path, &block.code, &workspace, block.preset);
                if let Err(why) = compare(rule, block, &findings) {
                    let _ = writeln!(
                        wrong,
                        "{} / {} / {} / {}: {why}",
                        rule.name, example.section, example.title, block.path
                    );
                }
                let result = fixed(rule, block, &workspace, &findings);
                let path = result.as_ref().ok().and_then(Option::as_ref).map_or(&block.path, |(path, _)| path);
                let written = example.blocks.iter().find(|other| other.is_fixed && other.path == *path);
                match (&result, written) {
                    (Err(why), _) => {
                        let _ = writeln!(wrong, "{} / {}: {why}", rule.name, example.title);
                    }
                    (Ok(Some((_, code))), written) => {
                        if written.map(|written| &written.code) != Some(code) {
                            let _ = writeln!(wrong, "{} / {}: the fix gives\n{code}", rule.name, example.title);
                        }
                    }
                    (Ok(None), Some(_)) => {
                        let _ = writeln!(wrong, "{} / {}: no fix, but a fixed block", rule.name, example.title);
                    }
                    (Ok(None), None) => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_code_of_guides_has_no_finding() {
    let mut wrong = String::new();
    for (area, guide) in rules::guides() {
        // The blocks of a section are one example.
        let examples = read_page(&guide.replace("\n## ", "\n### "));
        assert!(examples.iter().any(|example| !example.blocks.is_empty()), "{area}: a guide shows code");
        for example in &examples {
            let workspace = workspace_of(example);
            for block in &example.blocks {
                for finding in check(&block.path, &block.code, &workspace, Some(Preset::Strict)) {
                    let _ = writeln!(wrong, "{area} / {}: {} {}", block.path, finding.rule.name, finding.message);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_guide_names_every_rule_of_its_area() {
    for (area, guide) in rules::guides() {
        assert!(guide.starts_with(&format!("# {area}\n")), "{area}: the heading is the area");
        for rule in rules::all().filter(|rule| rule.area == area) {
            assert!(guide.contains(&format!("\n- `{}`: ", rule.name)), "{area}: `{}` is missing", rule.name);
        }
    }
}

#[test]
fn a_rule_has_fixes_where_its_description_says_so() {
    for rule in rules::all().filter(|rule| rule.area != "silencing") {
        let is_fixed = read_page(rule.page).iter().flat_map(|example| &example.blocks).any(|block| block.is_fixed);
        assert_eq!(is_fixed, rule.fix != "none", "{}: `fix` says {}", rule.name, rule.fix);
    }
}

#[test]
fn every_page_has_the_usual_parts() {
    for rule in rules::all() {
        let page = rule.page;
        assert!(page.starts_with(&format!("# {}\n", rule.name)), "{}: the heading is the name", rule.name);
        for part in ["## Invalid", "## Valid", "## Fix safety", "## Limits"] {
            assert!(page.contains(&format!("\n{part}\n")), "{}: {part} is missing", rule.name);
        }
        let examples = read_page(page);
        let carets = |section: &str| {
            let of = examples.iter().filter(move |example| example.section == section);
            of.flat_map(|example| &example.blocks).filter(|block| !block.carets.is_empty()).count()
        };
        assert!(carets("Invalid") > 0, "{}: an Invalid example has a caret", rule.name);
        assert_eq!(carets("Valid"), 0, "{}: a Valid example has none", rule.name);
        assert!(examples.iter().any(|example| example.section == "Valid"), "{}: a Valid example", rule.name);
    }
}
