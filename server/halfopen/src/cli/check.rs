//! `halfopen check`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use halfopen_engine::finding::Finding;
use halfopen_engine::settings::{Layer, Preset, Settings};
use halfopen_engine::{FixChoice, rules};

use super::batches::check_while_walking;
use super::fix;
use super::outcome::{Checked, Note, Outcome, shown};
use super::progress::Progress;
use super::run::{Run, Verdict, first_migration};
use super::{TROUBLE, complain, delivered, human, json, unknown_rule};
use crate::workspace::absolute;
use crate::workspace::config::Invalid;
use crate::workspace::read::{self, Limits, Skip};
use crate::workspace::walk::Walk;

/// How findings are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Code frames and a summary
    Human,
    /// One object
    Json,
}

/// The names of presets.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PresetName {
    /// Quiet on good code
    Recommended,
    /// All of recommended, and rules that need judgement
    Strict,
}

/// Check files and folders; exit code 1 tells of findings at warning or above, 2 of trouble
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// Files and folders to check; the working folder if none is named
    #[arg(value_name = "PATH", conflicts_with = "stdin_filename")]
    paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Which rules run, in place of the settings file's preset
    #[arg(long, value_enum)]
    preset: Option<PresetName>,
    /// Run just these rules, whatever the settings say
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    only: Vec<String>,
    /// Apply the fixes that are safe
    #[arg(long)]
    fix: bool,
    /// Apply the fixes that are safe, and the first suggestion of every other finding
    #[arg(long)]
    fix_suggested: bool,
    /// Print what the fixes would change, and write nothing
    #[arg(long)]
    diff: bool,
    /// Check the text of standard input as if it were this file; with --fix, print the fixed text
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    /// The settings file, in place of the nearest halfopen.json or halfopen.jsonc
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl CheckArgs {
    fn run(&self) -> Result<Run, String> {
        if self.diff && self.format == Format::Json {
            return Err("--diff prints a diff and `--format json` a report: choose one of them".to_owned());
        }
        let find = |name: &String| rules::find(name).map(|rule| rule.name).ok_or_else(|| unknown_rule(name));
        let only = self.only.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let preset = self.preset.map(|preset| match preset {
            PresetName::Recommended => Preset::Recommended,
            PresetName::Strict => Preset::Strict,
        });
        let choice = match (self.fix_suggested, self.fix || self.diff) {
            (true, _) => Some(FixChoice::Suggested),
            (false, true) => Some(FixChoice::Safe),
            (false, false) => None,
        };
        let command_line = Layer { preset, ..Layer::default() };
        let mut run = Run::new(self.config.as_deref(), command_line, only, choice);
        // Of standard input only the text is given back.
        run.adds_files = self.stdin_filename.is_none();
        Ok(run)
    }

    /// Whether fixes are put where the text came from.
    fn writes(&self) -> bool {
        (self.fix || self.fix_suggested) && !self.diff
    }
}

/// Checks files, or standard input, and reports.
pub(crate) fn check(args: &CheckArgs) -> i32 {
    let run = match args.run() {
        Ok(run) => run,
        Err(message) => {
            complain(message);
            return TROUBLE;
        }
    };
    let folder = absolute(Path::new("."));
    match &args.stdin_filename {
        Some(name) => check_stdin(args, &run, name, &folder),
        None => check_paths(args, &run, &folder),
    }
}

fn check_paths(args: &CheckArgs, run: &Run, folder: &Path) -> i32 {
    let progress = Progress::new();
    let (walk, verdicts) = check_while_walking(run, &args.paths, folder, &progress);
    progress.finish();

    let mut outcome = gather(run, walk, verdicts, folder);
    // Only now: while files are checked, none of them changes.
    if args.writes() {
        write_changes(&mut outcome);
    }
    let out = io::stdout().lock();
    let colour = has_colour(&out);
    report(args, &mut outcome, BufWriter::new(out), colour)
}

fn check_stdin(args: &CheckArgs, run: &Run, name: &Path, folder: &Path) -> i32 {
    let mut text = String::new();
    let source = |settings: &Settings| {
        text = read::from_reader(io::stdin().lock(), Limits::named(settings))?;
        Ok(text.clone())
    };
    let opened = run.open_source(&absolute(name), true, source, |_, _| true);
    let mut outcome = gather(run, Walk::default(), vec![run.check(opened)], folder);
    if !args.writes() {
        let out = io::stdout().lock();
        let colour = has_colour(&out);
        return report(args, &mut outcome, BufWriter::new(out), colour);
    }
    // What could not be read is not printed either: an editor would take it for the fixed text.
    let mut written = Ok(());
    if outcome.files > 0 {
        let change = outcome.checked.first().and_then(|file| file.change.as_ref());
        let fixed = change.map_or(&text, |change| &change.after);
        let mut out = io::stdout().lock();
        written = out.write_all(fixed.as_bytes()).and_then(|()| out.flush());
    }
    let out = io::stderr().lock();
    let colour = has_colour(&out);
    let code = report(args, &mut outcome, BufWriter::new(out), colour);
    delivered(written, code)
}

fn gather(run: &Run, walk: Walk, verdicts: Vec<Verdict>, folder: &Path) -> Outcome {
    let mut outcome = Outcome { folder: folder.to_path_buf(), ..Outcome::default() };
    let note = |path: &Path, message: String| Note { path: shown(path, folder), message };
    let mut invalid: BTreeMap<PathBuf, Arc<Invalid>> = BTreeMap::new();
    let mut migrations = BTreeSet::new();
    for found in walk.folders.iter().filter_map(|folder| run.config_of(folder).err()) {
        invalid.insert(found.path.clone(), found);
    }
    outcome.errors.extend(walk.refused.iter().map(|(path, skip)| note(path, skip.to_string())));
    outcome.skipped.extend(walk.left_out.iter().map(|(path, skip)| note(path, skip.to_string())));
    for Verdict { path, named, invalid: found, result, .. } in verdicts {
        if let Some(found) = found {
            invalid.insert(found.path.clone(), found);
        }
        match result {
            Err(skip) if named => outcome.errors.push(note(&path, skip.to_string())),
            // The one is read as a doubt of the database, the other nobody wants to hear of.
            Err(Skip::NoMigration | Skip::Ignored) => {}
            Err(skip) => outcome.skipped.push(note(&path, skip.to_string())),
            Ok(analysis) => {
                outcome.files += 1;
                migrations.extend(analysis.migrations);
                outcome.errors.extend(analysis.errors.into_iter().map(|message| note(&path, message)));
                if !analysis.findings.is_empty() || analysis.change.is_some() {
                    outcome.checked.push(Checked {
                        path: shown(&path, folder),
                        place: path,
                        text: analysis.text,
                        findings: analysis.findings,
                        change: analysis.change,
                    });
                }
            }
        }
    }
    for found in invalid.values() {
        outcome.errors.extend(found.errors.iter().map(|error| note(&found.path, error.to_string())));
    }
    outcome.migrations = fix::new_files(migrations, folder);
    outcome.sort();
    outcome
}

/// Puts the fixed texts into their files; what cannot be written is an error, and its findings remain.
fn write_changes(outcome: &mut Outcome) {
    for file in &mut outcome.checked {
        let Some(change) = &file.change else { continue };
        if let Err(message) = fix::write(&file.place, &change.before, &change.after) {
            outcome.errors.push(Note { path: file.path.clone(), message });
            file.revert();
            file.change = None;
        }
    }
    for file in std::mem::take(&mut outcome.migrations) {
        if let Err(message) = fix::create(&file.place, &file.migration.sql) {
            outcome.errors.push(Note { path: file.path, message });
            continue;
        }
        // What it ends is no longer to be said.
        let ends = |finding: &Finding| first_migration(finding) == Some(&file.migration);
        outcome.checked.iter_mut().for_each(|checked| checked.findings.retain(|finding| !ends(finding)));
        outcome.migrations.push(file);
    }
    outcome.sort();
}

/// Writes the report in the format that was asked for and gives the exit code.
fn report(args: &CheckArgs, outcome: &mut Outcome, mut out: impl Write, colour: bool) -> i32 {
    if args.diff {
        outcome.checked.iter_mut().for_each(Checked::revert);
    }
    let code = outcome.exit_code();
    let written = match args.format {
        Format::Json => json::write(&mut out, outcome),
        Format::Human if args.diff => human::write_diff(&mut out, outcome),
        Format::Human => human::write(&mut out, outcome, colour),
    };
    delivered(written.and_then(|()| out.flush()), code)
}

/// Whether colours are wanted and can be shown.
fn has_colour(stream: &impl IsTerminal) -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    stream.is_terminal() && !is_dumb && std::env::var_os("NO_COLOR").is_none()
}
