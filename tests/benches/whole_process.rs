//! The whole process of `halfopen check`, from its start to its end.
//!
//! `cargo build --release -p halfopen && HALFOPEN_MONOREPO=path cargo bench -p halfopen-tests --bench whole_process`
//! (what ships: `cargo build --profile dist -p halfopen`, and `HALFOPEN_BINARY` names it, as an absolute path):
//! on that repository, beside the linters oxlint and Biome with their default rules, and beside a process that walks,
//! reads, looks at the bytes as halfopen does, and parses the files that matter, and no more; and on a tree in which every file is realtime, beside the
//! bare parse of its files, once by a process that reads them as well, once of texts that are in memory. The linters come
//! from `npm ci --ignore-scripts --prefix tests/bench`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread::available_parallelism;
use std::time::Instant;

use halfopen_engine::{Catalog, FileKind};
use halfopen_tests::installed::{self, Folder, INSTALL, Tool};
use halfopen_tests::percentile;
use ignore::WalkBuilder;
use serde_json::Value;
use tree_sitter::Parser;

/// How often each is run; once more before that, unmeasured, to warm the caches.
const RUNS: usize = 20;

/// How many files the realtime tree has: as many as the smallest monorepo that is worth a measurement.
const FILES: usize = 1_000;

/// Names the folder whose files this program parses, and does nothing else.
const BARE_PARSE: &str = "HALFOPEN_BARE_PARSE";

/// Names the folder whose files this program walks, reads, looks at, and parses if they matter, and does nothing else.
const BARE_LOOK: &str = "HALFOPEN_BARE_LOOK";

fn main() {
    if let Some(folder) = std::env::var_os(BARE_PARSE) {
        return parse_folder(Path::new(&folder));
    }
    if let Some(folder) = std::env::var_os(BARE_LOOK) {
        return look_at_folder(Path::new(&folder));
    }
    match std::env::var_os("HALFOPEN_MONOREPO") {
        Some(path) => monorepo(Path::new(&path)),
        None => say("HALFOPEN_MONOREPO names no repository: that part is left out"),
    }
    realtime();
}

/// A repository as it is, beside other linters and beside the least that must be done.
fn monorepo(path: &Path) {
    let path = path.canonicalize().expect("HALFOPEN_MONOREPO is a folder");
    say(&format!("{}, {RUNS} runs in turn", path.display()));
    let own = installed::halfopen();
    say(&format!("  {}: {}", own.title(), own_report(&mut check(&own, &path))));
    let Some(oxlint) = installed::oxlint() else { return say(&format!("  oxlint is {INSTALL}")) };
    say(&format!("  {}: {}", oxlint.title(), last_lines(&mut lint(&oxlint, &path))));

    let times = in_turn([
        &mut || run(&mut check(&own, &path)),
        &mut || run(&mut bare(BARE_LOOK, &path)),
        &mut || run(&mut lint(&oxlint, &path)),
        &mut || run(own.command().arg("--version")),
        &mut || run(oxlint.command().arg("--version")),
    ]);
    let least: Vec<f64> = times[0].iter().zip(&times[1]).map(|(own, bare)| own / bare).collect();
    let [own_time, bare_time, oxlint_time, own_start, oxlint_start] = times.map(Times::of);
    say(&format!("  halfopen check  {own_time}, of which to start {:.0} ms", own_start.median));
    let ratio = Times::of(least).median;
    say(&format!("  the least       {bare_time}: check takes {ratio:.2} times as long as walk, read, look and parse"));
    say(&format!("  oxlint          {oxlint_time}, of which to start {:.0} ms", oxlint_start.median));
    say(&format!("  oxlint takes {:.2} times as long", oxlint_time.median / own_time.median));
    let Some(biome) = installed::biome() else { return say(&format!("  Biome is {INSTALL}")) };
    let [own_time, biome_time] =
        in_turn([&mut || run(&mut check(&own, &path)), &mut || run(&mut lint_with_biome(&biome, &path))])
            .map(Times::of);
    say(&format!("  {}", biome.title()));
    say(&format!("  halfopen check  {own_time}"));
    say(&format!("  Biome           {biome_time}: {:.2} times as long", biome_time.median / own_time.median));
}

/// A tree in which no file can be passed over, beside the bare parser.
fn realtime() {
    let folder = Folder::new("realtime");
    let files: Vec<String> = (0..FILES).map(panel).collect();
    for (number, file) in files.iter().enumerate() {
        folder.write(&format!("src/panel-{number}.tsx"), file);
    }
    let lines: usize = files.iter().map(|file| file.lines().count()).sum();
    let threads = available_parallelism().map_or(1, usize::from);
    say(&format!("{FILES} files, all realtime, {lines} lines, {threads} threads, {RUNS} runs in turn"));
    let own = installed::halfopen();
    say(&format!("  {}: {}", own.title(), own_report(&mut check(&own, folder.path()))));

    let times = in_turn([
        &mut || run(&mut check(&own, folder.path())),
        &mut || run(&mut bare(BARE_PARSE, &folder.path().join("src"))),
        &mut || parse(&files, threads),
    ]);
    say(&format!("  halfopen check                   {}", Times::of(times[0].clone())));
    beside("the bare parse, a process        ", &times[0], &times[1]);
    beside("the bare parse of texts in memory", &times[0], &times[2]);
}

/// Says how many times as long as the bare parse the check takes.
fn beside(name: &str, own: &[f64], bare: &[f64]) {
    // A neighbour that takes the processor slows both runs of a round, so each round has its own ratio.
    let mut ratios: Vec<f64> = own.iter().zip(bare).map(|(own, bare)| own / bare).collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = percentile(&ratios, 0.5);
    let (own, bare) = (Times::of(own.to_vec()), Times::of(bare.to_vec()));
    let held = if ratio <= 1.5 { "yes" } else { "NO" };
    let (medians, least) = (own.median / bare.median, own.least / bare.least);
    say(&format!(
        "  {name} {bare}: {ratio:.2} times that in the middle round, <= 1.5: {held} \
         ({medians:.2} by medians, {least:.2} by least times)"
    ));
}

/// Runs everything in turn; gives the milliseconds of each.
fn in_turn<const N: usize>(mut measures: [&mut dyn FnMut() -> f64; N]) -> [Vec<f64>; N] {
    let mut times = std::array::from_fn(|_| Vec::with_capacity(RUNS));
    for round in 0..=RUNS {
        for (measure, times) in measures.iter_mut().zip(&mut times) {
            let time = measure();
            if round > 0 {
                times.push(time);
            }
        }
    }
    times
}

/// What times come to, in milliseconds.
struct Times {
    median: f64,
    least: f64,
    most: f64,
}

impl Times {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let share = |share| percentile(&times, share);
        Self { median: share(0.5), least: share(0.0), most: share(1.0) }
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, least, most } = self;
        write!(formatter, "median {median:.0} ms ({least:.0} to {most:.0})")
    }
}

fn check(own: &Tool, folder: &Path) -> Command {
    let mut command = own.command();
    command.args(["check", "--format", "json", "."]).current_dir(folder);
    command
}

fn lint(oxlint: &Tool, folder: &Path) -> Command {
    let mut command = oxlint.command();
    // The repository's own settings would make it another task.
    command.arg("--disable-nested-config").arg("--config").arg(installed::bench("oxlint/default-rules.json"));
    command.arg(".").current_dir(folder);
    command
}

fn lint_with_biome(biome: &Tool, folder: &Path) -> Command {
    let mut command = biome.command();
    // What it prints is not what is measured.
    command.args(["lint", "--max-diagnostics=1", "."]).current_dir(folder);
    command
}

/// Runs a process to its end; gives its milliseconds.
fn run(command: &mut Command) -> f64 {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the process starts");
    let time = start.elapsed();
    // 1 tells of findings.
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?}: {status}");
    time.as_secs_f64() * 1_000.0
}

fn output(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("the process starts")
}

fn own_report(command: &mut Command) -> String {
    let report: Value = serde_json::from_slice(&output(command).stdout).expect("the report is JSON");
    let findings = report["findings"].as_array().map_or(0, Vec::len);
    format!("{} files, {findings} findings", report["files"])
}

/// Where oxlint tells how much it found and looked at.
fn last_lines(command: &mut Command) -> String {
    let output = output(command);
    let output = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(2)..].join(" ")
}

/// This program as a process that does one thing with the files of a folder.
fn bare(what: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program lies somewhere"));
    command.env(what, folder);
    command
}

/// While one thread walks, the others read, look and parse.
fn look_at_folder(folder: &Path) {
    let (sender, paths) = mpsc::channel();
    let paths = Mutex::new(paths);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let walk = WalkBuilder::new(folder).filter_entry(|entry| entry.file_name() != "node_modules").build();
            let files = walk.flatten().map(ignore::DirEntry::into_path);
            for path in files.filter(|path| FileKind::from_path(&path.to_string_lossy()).is_some()) {
                let _ = sender.send(path);
            }
        });
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut parser = Parser::new();
                parser.set_language(&tree_sitter_typescript::LANGUAGE_TSX.into()).expect("pinned together");
                loop {
                    let next = paths.lock().expect("nobody panics").recv();
                    let Ok(path) = next else { return };
                    let Ok(text) = std::fs::read_to_string(&path) else { continue };
                    if Catalog::built_in().may_matter(text.as_bytes()) {
                        black_box(parser.parse(&text, None).expect("nobody cancels"));
                    }
                }
            });
        }
    });
}

fn parse_folder(folder: &Path) {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder is readable").path()).collect();
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("the file is readable");
    parse_all(&paths, read, available_parallelism().map_or(1, usize::from));
}

/// The bare parse of texts that are in memory; gives its milliseconds.
fn parse(files: &[String], threads: usize) -> f64 {
    let start = Instant::now();
    parse_all(files, String::as_str, threads);
    start.elapsed().as_secs_f64() * 1_000.0
}

fn parse_all<'file, F: Sync, T: AsRef<str>>(files: &'file [F], text: impl Fn(&'file F) -> T + Sync, threads: usize) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut parser = Parser::new();
                parser.set_language(&tree_sitter_typescript::LANGUAGE_TSX.into()).expect("pinned together");
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tree = parser.parse(text(file).as_ref(), None).expect("nobody cancels");
                    assert!(!black_box(&tree).root_node().has_error(), "the files are sound");
                }
            });
        }
    });
}

/// A file with one component of about 150 lines; each second one leaks.
fn panel(number: usize) -> String {
    let release = if number.is_multiple_of(2) { "" } else { "      source.close();\n" };
    let mut out = format!(
        r#"import {{ useCallback, useEffect, useMemo, useRef, useState }} from "react";

interface Row {{
  id: string;
  kind: "open" | "closed";
  amount: number;
  at: number;
}}

interface Props {{
  url: string;
  title: string;
  limit?: number;
}}

export function Panel{number}({{ url, title, limit = 100 }}: Props) {{
  const [rows, setRows] = useState<Row[]>([]);
  const [filter, setFilter] = useState("");
  const [isPaused, setPaused] = useState(false);
  const [failures, setFailures] = useState(0);
  const newest = useRef<Row | null>(null);

  useEffect(() => {{
    const source = new EventSource(`${{url}}/panels/{number}`);
    const receive = (event: MessageEvent<string>) => {{
      try {{
        const row = JSON.parse(event.data) as Row;
        newest.current = row;
        setRows((before) => [...before.slice(1 - limit), row]);
      }} catch {{
        setFailures((count) => count + 1);
      }}
    }};
    source.addEventListener("message", receive);
    source.addEventListener("error", () => setFailures((count) => count + 1));
    return () => {{
      newest.current = null;
{release}    }};
  }}, [url, limit]);

  useEffect(() => {{
    const timer = setInterval(() => {{
      const now = Date.now();
      setRows((before) => before.filter((row) => now - row.at < 60_000));
    }}, 5_000);
    return () => clearInterval(timer);
  }}, []);

  const shown = useMemo(() => {{
    const wanted = filter.trim().toLowerCase();
    return isPaused ? [] : rows.filter((row) => row.id.toLowerCase().includes(wanted));
  }}, [rows, filter, isPaused]);

  const reset = useCallback(() => {{
    setRows([]);
    setFilter("");
    setFailures(0);
  }}, []);

"#
    );
    for field in 0..10 {
        let _ = write!(
            out,
            r#"  const total{field} = shown.reduce((sum, row) => {{
    if (row.kind === "closed" && row.amount > {field}) {{
      return sum + row.amount * {number};
    }}
    return sum + row.amount;
  }}, 0);
  const label{field} = total{field} > {number} ? `${{title}}: ${{total{field}.toFixed(2)}}` : title.toUpperCase();

"#
        );
    }
    out.push_str(
        r#"  return (
    <section aria-label={title}>
      <header>
        <h2>{title}</h2>
        <input value={filter} onChange={(event) => setFilter(event.target.value)} />
        <button onClick={() => setPaused((before) => !before)}>{isPaused ? "Go on" : "Pause"}</button>
        <button onClick={reset} disabled={rows.length === 0}>
          Reset
        </button>
      </header>
      {failures > 0 && <p role="alert">{failures} failures</p>}
      <dl>
"#,
    );
    for field in 0..10 {
        let _ = writeln!(out, "        <dd>{{label{field}}}</dd>");
    }
    out.push_str(
        r#"      </dl>
      <ul>
        {shown.map((row) => (
          <li key={row.id} data-kind={row.kind}>
            {row.id}: {row.amount}
          </li>
        ))}
      </ul>
    </section>
  );
}
"#,
    );
    out
}

fn say(line: &str) {
    // Whoever closes the output wants no more of it.
    let _ = writeln!(std::io::stdout(), "{line}");
}
