//! `halfopen tables`: every table that code subscribes to, with what the migrations say of it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use halfopen_engine::cancel::Cancel;
use halfopen_engine::settings::{Layer, Settings};
use halfopen_engine::text::Text;
use halfopen_engine::{About, DatabaseRecord, Document};
use serde::Serialize;

use super::outcome::shown;
use super::{CLEAN, TROUBLE, complain, delivered};
use crate::workspace::around::WorkspaceModules;
use crate::workspace::caches::Caches;
use crate::workspace::config::Configs;
use crate::workspace::modules::ModuleCache;
use crate::workspace::read::{self, Limits, Skip, kind_of};
use crate::workspace::walk::walk;
use crate::workspace::{absolute, document_name};

/// What is shown of one place.
#[derive(Serialize)]
struct Row {
    path: String,
    /// From one.
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    facts: Vec<Fact>,
}

#[derive(Serialize)]
struct Fact {
    about: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// From one.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// Prints what is known, as text or as one JSON array.
pub(crate) fn tables(paths: &[PathBuf], is_json: bool) -> i32 {
    let folder = absolute(Path::new("."));
    let paths = if paths.is_empty() { std::slice::from_ref(&folder) } else { paths };
    let mut files = Vec::new();
    let walked = walk(paths, |target| files.push(target));
    for (path, why) in &walked.refused {
        complain(format_args!("{}: {why}", shown(path, &folder)));
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let (modules, configs) = (Caches::new(ModuleCache::of_run), Configs::new(None));
    let mut rows = Vec::new();
    let mut is_trouble = !walked.refused.is_empty();
    for file in &files {
        match look(&modules, &configs, &file.path) {
            Ok((text, records)) => rows.extend(records.iter().map(|record| row(record, &file.path, &text, &folder))),
            Err(why) if file.named => {
                complain(format_args!("{}: {why}", shown(&file.path, &folder)));
                is_trouble = true;
            }
            // What a check leaves out is left out here, too.
            Err(_) => {}
        }
    }
    let out = &mut io::stdout().lock();
    let written = if is_json { as_json(out, &rows) } else { as_text(out, &rows) };
    delivered(written, if is_trouble { TROUBLE } else { CLEAN })
}

fn look(modules: &Caches, configs: &Configs, path: &Path) -> Result<(Text, Vec<DatabaseRecord>), Skip> {
    let kind = kind_of(path)?;
    let layer = configs.for_file(path).ok().flatten();
    let layers: Vec<&Layer> = layer.as_deref().into_iter().collect();
    let settings = Settings::for_file(&layers, Some(path));
    let source = read::read(path, Limits::walked(&settings))?;
    let text = Text::new(&source);
    let mut document = Document::new(&document_name(path), kind, text.clone());
    let around = WorkspaceModules::sharing(modules.of(&settings.catalog), path);
    let records = document.database_records(&around, &settings, &Cancel::new());
    Ok((text, records.unwrap_or_default()))
}

fn row(record: &DatabaseRecord, path: &Path, text: &Text, folder: &Path) -> Row {
    let fact = |line: halfopen_engine::sql::FactLine| Fact {
        about: line.about,
        text: line.text,
        path: line.place.as_ref().map(|place| shown(Path::new(&*place.path), folder)),
        line: line.place.as_ref().map(|place| place.line + 1),
    };
    let (table, event) = match &record.about {
        About::Table { name, event, .. } => (Some(name.clone()), event.clone()),
        About::Private(_) => (None, None),
    };
    Row {
        path: shown(path, folder),
        line: text.line_of(record.span.start as usize) as u32 + 1,
        table,
        event,
        facts: record.lines().into_iter().map(fact).collect(),
    }
}

fn as_json(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, rows)?;
    writeln!(out)?;
    out.flush()
}

fn as_text(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    if rows.is_empty() {
        writeln!(out, "No subscription to a table, and no private channel, for which migrations count.")?;
    }
    for row in rows {
        let what = row.table.as_deref().unwrap_or("a private channel");
        let event = row.event.as_deref().map(|event| format!(" ({event})")).unwrap_or_default();
        writeln!(out, "{}:{}  {what}{event}", row.path, row.line)?;
        for fact in &row.facts {
            let place = match (&fact.path, fact.line) {
                (Some(path), Some(line)) => format!("  [{path}:{line}]"),
                _ => String::new(),
            };
            writeln!(out, "  {}: {}{place}", fact.about, fact.text)?;
        }
    }
    out.flush()
}
