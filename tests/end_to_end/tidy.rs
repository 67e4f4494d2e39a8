//! The house rules that no compiler checks: who may import whom, what stands where, and that the documents agree
//! with the sources. Each failure names the place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use halfopen_engine::rules::RuleMeta;
use halfopen_engine::settings::Preset;

/// The engine's rooms from the bottom up, each with the rooms that it imports. Every import here is one that the
/// sources make, so that the table is the architecture and not a wish.
const ROOMS: &[(&str, &[&str])] = &[
    ("cancel", &[]),
    ("text", &[]),
    ("catalog", &[]),
    ("sql", &["text"]),
    ("project", &["sql"]),
    ("syntax", &["cancel", "text"]),
    ("lower", &["syntax", "text"]),
    ("finding", &["project", "rules", "text"]),
    ("settings", &["catalog", "finding", "rules", "text"]),
    ("model", &["catalog", "lower", "project", "settings", "sql", "text"]),
    ("fix", &["catalog", "finding", "model", "rules", "sql", "text"]),
    ("suppress", &["finding", "text"]),
    ("rules", &["catalog", "finding", "fix", "model", "project", "settings", "sql", "suppress", "text"]),
    ("write", &["finding", "fix", "model", "project", "rules", "sql", "text"]),
    (
        "document",
        &[
            "cancel", "catalog", "finding", "lower", "model", "project", "rules", "settings", "sql", "suppress",
            "syntax", "text", "write",
        ],
    ),
];

/// Imports that run upward, and why they do.
const UPWARD: &[(&str, &str, &str)] = &[
    ("finding", "rules", "a finding names its rule's description"),
    ("settings", "rules", "a settings file names rules, and an unknown name is a mistake"),
    ("fix", "rules", "a fix is built from a rule's context and in its places"),
];

/// What the engine must never name: it is pure, and knows no protocol.
const ABSENT_FROM_ENGINE: &[&str] = &[
    "tokio",
    "tower_lsp",
    "lsp_types",
    "ls_types",
    "std::fs",
    "std::thread",
    "std::time",
    "std::net",
    "std::env",
    "std::process",
];

/// The files of the language server that name the protocol's types; `calm`, `schedule`, `moved` and the others know
/// the engine's alone.
const PROTOCOL: &[&str] = &[
    "actions.rs",
    "analysis.rs",
    "convert.rs",
    "debug.rs",
    "documents.rs",
    "features.rs",
    "fix_workspace.rs",
    "hover.rs",
    "migrations.rs",
    "new_code.rs",
    "outgoing.rs",
    "publish.rs",
    "realtime.rs",
    "server.rs",
    "session.rs",
    "settings.rs",
    "spelling.rs",
    "wire.rs",
];

/// No source below `server` is longer.
const LONGEST_FILE: usize = 500;

/// What no source holds. In two pieces each, so that this list is no place of its own.
const UNFINISHED: &[&str] =
    &[concat!("#[", "ignore"), concat!("to", "do!("), concat!("unimple", "mented!("), concat!("thread::", "sleep")];

/// A file of the repository.
struct Source {
    /// From the repository's root, parted by `/`.
    path: String,
    text: String,
}

impl Source {
    /// The file's lines of code with their numbers; comments are left out.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The file's name without its folder.
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// A rule as its source describes it.
struct Rule {
    name: String,
    area: String,
    source: Source,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the repository")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files below a folder whose names end so, sorted by path.
fn files(folder: &str, end: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                let is_foreign = path.file_name().is_some_and(|name| name == "node_modules" || name == "target");
                folders.extend((!is_foreign).then_some(path));
            } else if shown(&path).ends_with(end) {
                found.push(Source { text: fs::read_to_string(&path).expect("sources are text"), path: shown(&path) });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn shown(path: &Path) -> String {
    let inside: PathBuf = path.strip_prefix(root()).expect("only the repository is walked").to_path_buf();
    inside.to_string_lossy().replace('\\', "/")
}

/// Fails with every place, if there is one.
fn none(places: &BTreeSet<String>, law: &str) {
    let list = places.iter().fold(String::new(), |mut list, place| {
        let _ = writeln!(list, "  {place}");
        list
    });
    assert!(places.is_empty(), "{law}:\n{list}");
}

/// The names that follow `prefix` in a line: `text` of `crate::text::Span`.
fn names_after<'line>(line: &'line str, prefix: &str) -> Vec<&'line str> {
    let rest = line.split(prefix).skip(1);
    rest.map(|rest| {
        let end = rest.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(rest.len());
        &rest[..end]
    })
    .collect()
}

/// Whether a line holds a word as a whole.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    line.match_indices(word)
        .any(|(at, _)| !is_part(line[..at].chars().next_back()) && !is_part(line[at + word.len()..].chars().next()))
}

/// The room of a file of the engine; none for the crate's root.
fn room(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("server/engine/src/")?;
    let first = inside.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib").then_some(name)
}

fn rules() -> Vec<Rule> {
    let pairs = files("server/engine/src/rules", ".rs").into_iter().filter(|source| {
        let is_in_area =
            source.path.matches('/').count() == "server/engine/src/rules/area/rule.rs".matches('/').count();
        is_in_area && source.name() != "mod.rs"
    });
    let rules: Vec<Rule> = pairs.map(rule).collect();
    assert!(!rules.is_empty(), "server/engine/src/rules: no rule was found");
    rules
}

fn rule(source: Source) -> Rule {
    let field = |name: &str| {
        let mut lines = source.code().map(|(_, line)| line.trim());
        let value = lines.find_map(|line| line.strip_prefix(&format!("{name}: ")));
        let value = value.unwrap_or_else(|| panic!("{}: its description has no `{name}`", source.path));
        value.trim_end_matches(',').trim_matches('"').to_owned()
    };
    Rule { name: field("name"), area: field("area"), source }
}

/// The direct dependencies of the three crates, with those that only their tests use.
fn dependencies() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for manifest in ["server/engine/Cargo.toml", "server/halfopen/Cargo.toml", "tests/Cargo.toml"] {
        let mut is_section = false;
        for line in read(manifest).lines() {
            if line.starts_with('[') {
                is_section = line.trim_end_matches(']').ends_with("dependencies");
            } else if is_section
                && !line.starts_with('#')
                && let Some((name, _)) = line.split_once(['.', '=', ' '])
            {
                found.insert(name.to_owned(), manifest.to_owned());
            }
        }
    }
    assert!(found.contains_key("tree-sitter"), "the manifests' dependencies were not found");
    found
}

/// The one command in the shell block of a section of the README.
fn readme_command(section: &str) -> String {
    let readme = read("README.md");
    let from = readme.find(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("README.md: no section {section}"));
    let block = readme[from..].split("```sh\n").nth(1).and_then(|rest| rest.split("\n```").next());
    let block = block.unwrap_or_else(|| panic!("README.md: {section} has no shell block"));
    assert_eq!(block.lines().count(), 1, "README.md: {section} is one command, and this is {block}");
    block.to_owned()
}

#[test]
fn every_import_of_the_engine_is_in_the_table() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut seen = BTreeSet::new();
    let mut wrong = BTreeSet::new();
    for source in files("server/engine/src", ".rs") {
        let Some(room) = room(&source.path) else { continue };
        let Some(&allowed) = table.get(room) else {
            wrong.insert(format!("{}: the room `{room}` is not in the table", source.path));
            continue;
        };
        let is_door = source.path.matches('/').count() == 3 || source.path.ends_with(&format!("/{room}/mod.rs"));
        for (number, line) in source.code() {
            let place = format!("{}:{number}", source.path);
            for name in names_after(line, "crate::") {
                if name.is_empty() {
                    wrong.insert(format!("{place}: name each room by itself, so that this test can read it"));
                } else if name != room && !allowed.contains(&name) {
                    wrong.insert(format!("{place}: `{room}` imports `{name}`"));
                }
                seen.insert((room.to_owned(), name.to_owned()));
            }
            let is_test = line.trim() == "use super::*;";
            if is_door && line.contains("super::") && !line.contains("pub(super)") && !is_test {
                wrong.insert(format!("{place}: `super` is the crate here: say `crate::`"));
            }
            if room != "rules" && line.contains("super::super::") {
                wrong.insert(format!("{place}: `super::super` may leave the room: say `crate::`"));
            }
        }
    }
    for (room, allowed) in ROOMS {
        for name in *allowed {
            if !seen.contains(&((*room).to_owned(), (*name).to_owned())) {
                wrong.insert(format!("the table lets `{room}` import `{name}`, which it does not"));
            }
        }
    }
    none(&wrong, "imports that the table of rooms does not know");
}

#[test]
fn imports_of_the_engine_run_downward() {
    let height = |name: &str| ROOMS.iter().position(|(room, _)| *room == name);
    let mut wrong = BTreeSet::new();
    for (room, allowed) in ROOMS {
        for name in *allowed {
            let is_known = UPWARD.iter().any(|(from, to, _)| from == room && to == name);
            if (height(name) > height(room)) != is_known {
                wrong.insert(format!("`{room}` imports `{name}`"));
            }
        }
    }
    none(&wrong, "imports that run upward and are no known exceptions, or exceptions that are none");
}

#[test]
fn the_engine_is_pure() {
    let mut wrong = BTreeSet::new();
    for source in files("server/engine/src", ".rs") {
        for (number, line) in source.code() {
            let named = ABSENT_FROM_ENGINE.iter().filter(|name| has_word(line, name));
            wrong.extend(named.map(|name| format!("{}:{number}: `{name}`", source.path)));
        }
    }
    none(&wrong, "the engine knows no protocol, files, threads, clock or process");
}

#[test]
fn only_the_rooms_at_the_bottom_hold_syntax_trees() {
    let may = |path: &str| {
        ["syntax/", "lower/", "document/units.rs"]
            .iter()
            .any(|place| path.starts_with(&format!("server/engine/src/{place}")))
    };
    let sources = files("server", ".rs");
    let others = sources.iter().filter(|source| !may(&source.path));
    let places = others.flat_map(|source| {
        let lines = source.code().filter(|(_, line)| line.contains("tree_sitter"));
        lines.map(|(number, _)| format!("{}:{number}", source.path))
    });
    none(&places.collect(), "what comes after `lower` holds no syntax node");
}

#[test]
fn only_the_language_server_names_the_protocol() {
    let mut wrong = BTreeSet::new();
    for source in files("server/halfopen/src", ".rs") {
        let is_known = source.path.contains("/lsp/") && PROTOCOL.contains(&source.name());
        let mut lines = source.code().filter(|(_, line)| line.contains("tower_lsp") || line.contains("ls_types"));
        match (is_known, lines.next()) {
            (false, Some((number, _))) => {
                wrong.insert(format!("{}:{number}: it names the protocol", source.path));
            }
            (true, None) => {
                wrong.insert(format!("{}: it names the protocol no more: take it off the list", source.path));
            }
            _ => {}
        }
    }
    none(&wrong, "the protocol's types stay in the files that are listed for them");
}

#[test]
fn the_command_line_and_the_language_server_are_strangers() {
    let apart = [("cli", "lsp"), ("lsp", "cli"), ("workspace", "cli"), ("workspace", "lsp")];
    let mut wrong = BTreeSet::new();
    for (room, other) in apart {
        for source in files(&format!("server/halfopen/src/{room}"), ".rs") {
            for (number, line) in source.code() {
                let is_named = ["crate::", "super::"].iter().any(|from| names_after(line, from).contains(&other));
                if is_named {
                    wrong.insert(format!("{}:{number}: `{room}` names `{other}`", source.path));
                }
            }
        }
    }
    none(&wrong, "`cli` and `lsp` share `workspace` and the engine, and nothing else");
}

#[test]
fn each_room_states_its_invariant() {
    let mut doors: Vec<Source> = files("server/engine/src", "/mod.rs");
    doors.extend(files("server/halfopen/src", "/mod.rs"));
    // The areas of the rules are folders, not rooms.
    let rooms =
        doors.iter().filter(|source| !source.path.contains("/rules/") || source.path.ends_with("/rules/mod.rs"));
    let silent = rooms.filter(|source| !source.text.lines().any(|line| line.starts_with("//! **Invariant**")));
    none(&silent.map(|source| source.path.clone()).collect(), "rooms whose top does not state an invariant");
}

#[test]
fn a_rule_is_a_pair_of_files_of_one_name() {
    let rules = rules();
    let registry = read("server/engine/src/rules/mod.rs");
    let mut wrong = BTreeSet::new();
    for rule in &rules {
        let path = &rule.source.path;
        let stem = rule.name.replace('-', "_");
        if rule.source.name() != format!("{stem}.rs") {
            wrong.insert(format!("{path}: the rule is called `{}`", rule.name));
        }
        if !path.contains(&format!("/rules/{}/", rule.area)) {
            wrong.insert(format!("{path}: the rule's area is `{}`", rule.area));
        }
        if !registry.contains(&format!("{}::{stem}::RULE", rule.area)) {
            wrong.insert(format!("{path}: rules/mod.rs does not list it"));
        }
        let page_name = format!("{}.md", rule.name);
        if !rule.source.text.contains(&format!("include_str!(\"{page_name}\")")) {
            wrong.insert(format!("{path}: its page is not `{page_name}`"));
        }
        let page_path = path.replace(rule.source.name(), &page_name);
        match fs::read_to_string(root().join(&page_path)) {
            Err(error) => {
                wrong.insert(format!("{page_path}: {error}"));
            }
            Ok(page) if page.lines().next() != Some(&format!("# {}", rule.name)) => {
                wrong.insert(format!("{page_path}:1: the heading is not `# {}`", rule.name));
            }
            Ok(_) => {}
        }
    }
    for page in files("server/engine/src/rules", ".md") {
        if page.name() != "guide.md" && !rules.iter().any(|rule| page.name() == format!("{}.md", rule.name)) {
            wrong.insert(format!("{}: no rule has this page", page.path));
        }
    }
    none(&wrong, "rule, file, page, heading and registry agree");
}

/// The README's table of rules, as the registry has them.
fn table_of_rules() -> String {
    let mut table = String::from("| rule | area | severity | preset | what | fix |\n|---|---|---|---|---|---|\n");
    for rule in halfopen_engine::rules::all() {
        let RuleMeta { name, area, severity, preset, summary, fix, .. } = rule;
        let preset = match preset {
            Preset::Recommended => "recommended",
            Preset::Strict => "strict",
        };
        let severity = severity.name();
        table += &format!(
            "| [{name}](server/engine/src/rules/{area}/{name}.md) | {area} | {severity} | {preset} | {summary} | {fix} |\n"
        );
    }
    table
}

/// `UPDATE_README=1 cargo test -p halfopen-tests --test end_to_end readme` writes it.
#[test]
fn the_readme_lists_every_rule_as_it_is() {
    let (start, end) = ("<!-- rules -->\n", "<!-- /rules -->");
    let readme = read("README.md");
    let (before, rest) = readme.split_once(start).expect("README.md has `<!-- rules -->`");
    let (listed, after) = rest.split_once(end).expect("README.md has `<!-- /rules -->`");
    let table = table_of_rules();
    if std::env::var_os("UPDATE_README").is_some() {
        let text = format!("{before}{start}{table}{end}{after}");
        std::fs::write(root().join("README.md"), text).expect("the README can be written");
        return;
    }
    let wrong: BTreeSet<String> =
        table.lines().filter(|row| !listed.contains(*row)).map(|row| format!("a row should be: {row}")).collect();
    none(&wrong, "README.md, the table of rules; UPDATE_README=1 writes it");
    assert_eq!(listed, table, "README.md: the table has rows that no rule has");
}

#[test]
fn the_changelog_names_every_rule() {
    let changelog = read("CHANGELOG.md");
    let rules = rules();
    let missing = rules.iter().filter(|rule| !changelog.contains(&format!("`{}`", rule.name)));
    none(&missing.map(|rule| rule.name.clone()).collect(), "CHANGELOG.md does not name these rules");
}

#[test]
fn every_dependency_has_its_reason() {
    let architecture = read("ARCHITECTURE.md");
    let rows: Vec<&str> = architecture.lines().filter(|line| line.starts_with("| `")).collect();
    let has_row = |name: &str| rows.iter().any(|row| row.starts_with(&format!("| `{name}` |")));
    let missing = dependencies().into_iter().filter(|(name, _)| !has_row(name));
    let missing = missing.map(|(name, manifest)| format!("`{name}` of {manifest}"));
    none(&missing.collect(), "ARCHITECTURE.md gives no reason for these dependencies");
}

#[test]
fn the_readme_has_two_commands_and_ci_runs_the_tests() {
    let run = readme_command("Try it");
    assert!(run.starts_with("cargo run "), "README.md: Try it: {run}");
    let test = readme_command("Tests");
    let ci = read(".ci/run");
    assert!(ci.contains(&test), ".ci/run does not call the README's test command, {test}");
    let script = test.split_whitespace().last().unwrap_or_default();
    assert!(root().join(script).is_file(), "README.md: Tests: there is no {script}");
}

#[test]
fn no_source_is_longer_than_one_idea() {
    let sources = files("server", ".rs");
    let lengths = sources.iter().map(|source| (source.text.lines().count(), &source.path));
    let long = lengths.filter(|(lines, _)| *lines > LONGEST_FILE).map(|(lines, path)| format!("{path}: {lines} lines"));
    none(&long.collect(), "files of more than 500 lines");
}

#[test]
fn nothing_is_left_for_later() {
    let mut wrong = BTreeSet::new();
    for source in files("server", ".rs").into_iter().chain(files("tests", ".rs")) {
        for (index, line) in source.text.lines().enumerate() {
            let marks = UNFINISHED.iter().filter(|mark| line.contains(**mark));
            wrong.extend(marks.map(|mark| format!("{}:{}: {mark}", source.path, index + 1)));
        }
    }
    none(&wrong, "tests that do not run, code that is not there, and waiting by the clock");
}
