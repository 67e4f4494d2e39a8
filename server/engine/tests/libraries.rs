//! Each library's examples: what is wrong is found, and what is right stays silent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::settings::{Layer, Settings, parse};
use halfopen_engine::text::Text;
use halfopen_engine::{Catalog, Document, FileKind};

use common::Workspace;

mod common;

/// A file of an example: its path, its code without marks, and the lines (from one) that rules are to speak of.
struct File {
    path: String,
    code: String,
    expected: BTreeSet<(usize, String)>,
}

/// The files of a page, each with the headings above it.
fn files(page: &str) -> Vec<(String, File)> {
    let (mut found, mut section, mut title) = (Vec::new(), "", "");
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("## ") {
            section = name;
        } else if let Some(name) = line.strip_prefix("### ") {
            title = name;
        } else if let Some((_, path)) = line.strip_prefix("```").and_then(|info| info.split_once("path=")) {
            let mut file = File { path: path.to_owned(), code: String::new(), expected: BTreeSet::new() };
            for line in lines.by_ref().take_while(|line| *line != "```") {
                match line.trim_start().strip_prefix("// ^ ") {
                    Some(rule) => drop(file.expected.insert((file.code.lines().count(), rule.trim().to_owned()))),
                    None => file.code.extend([line, "\n"]),
                }
            }
            found.push((format!("{section} / {title}"), file));
        }
    }
    found
}

/// What is found and not marked, or marked and not found.
fn differences(file: &File, workspace: &Workspace, settings: &Settings) -> String {
    let kind = FileKind::from_path(&file.path).expect("examples are code");
    let mut document = Document::new(&file.path, kind, Text::new(&file.code));
    let report = document.check(&workspace.around(&file.path), settings, &Cancel::new()).expect("nobody cancels");
    assert!(report.holes.is_empty() && report.failures.is_empty(), "{}: {:?}", file.path, report.failures);
    let text = Text::new(&file.code);
    let line = |start: u32| text.line_of(start as usize) + 1;
    let findings = report.findings.iter();
    let found: BTreeSet<(usize, String)> =
        findings.map(|finding| (line(finding.span.start), finding.rule.name.to_owned())).collect();
    let mut out = String::new();
    for (line, rule) in file.expected.difference(&found) {
        let _ = writeln!(out, "{}:{line} lacks {rule}", file.path);
    }
    for (line, rule) in found.difference(&file.expected) {
        let _ = writeln!(out, "{}:{line} has {rule}, which is not marked", file.path);
    }
    out
}

fn workspace<'of>(files: impl Iterator<Item = &'of File>) -> Workspace {
    Workspace::of(files.map(|file| (file.path.clone(), file.code.clone())).collect(), BTreeMap::new())
}

#[test]
fn the_examples_of_each_library_say_what_they_mark() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries");
    let mut wrong = String::new();
    let mut pages = BTreeSet::new();
    for entry in fs::read_dir(&folder).expect("the pages are there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let page = fs::read_to_string(&path).expect("it is text");
        assert!(page.contains("\nSource: "), "{name}: the source of its facts");
        let files = files(&page);
        let marked = |section: &'static str| {
            files.iter().filter(move |(place, _)| place.starts_with(section)).map(|(_, file)| file)
        };
        // Hooks that end by themselves have nothing wrong to show.
        assert!(name == "hooks" || marked("Wrong").any(|file| !file.expected.is_empty()), "{name}: something wrong");
        assert!(
            marked("Right").count() > 0 && marked("Right").all(|file| file.expected.is_empty()),
            "{name}: the right"
        );
        for (place, file) in &files {
            let beside = files.iter().filter(|(other, _)| other == place).map(|(_, file)| file);
            let differences = differences(file, &workspace(beside), &Settings::default());
            if !differences.is_empty() {
                let _ = write!(wrong, "{name} / {place}:\n{differences}");
            }
        }
        pages.insert(name);
    }
    assert!(wrong.is_empty(), "{wrong}");
    let known = Catalog::built_in().entries();
    let silent: Vec<&str> = known.iter().map(|entry| entry.name).filter(|name| !pages.contains(*name)).collect();
    assert_eq!(silent, [""; 0], "libraries without examples");
}

#[test]
fn a_library_of_a_team_works_as_its_page_says() {
    let page = include_str!("../src/catalog/libraries.md");
    let mut files: Vec<File> = files(page).into_iter().map(|(_, file)| file).collect();
    let layer = parse(&files.remove(0).code).expect("the description is right");
    let settings = Settings::from_layers(&[&layer]);
    let workspace = workspace(files.iter());
    let wrong: String = files.iter().map(|file| differences(file, &workspace, &settings)).collect();
    assert!(wrong.is_empty(), "{wrong}");
    let without: usize =
        files.iter().map(|file| differences(file, &workspace, &Settings::default()).lines().count()).sum();
    assert_eq!(without, 4, "all of it comes of the description");
    let own = settings.catalog.entries().into_iter().filter(|entry| entry.is_own).map(|entry| entry.name.to_owned());
    assert_eq!(own.collect::<Vec<_>>(), ["team-feeds"]);
    // The same description makes one catalogue, however often settings are put together.
    assert_eq!(Settings::from_layers(&[&layer]), settings);
    assert_ne!(Settings::from_layers(&[&Layer::default()]), settings);
}
