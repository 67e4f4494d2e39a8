//! Each way in which code holds and releases a handle, right and wrong: `shapes.md` says below each acquiring
//! expression what the model must say of it.

use std::fmt::Write as _;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::project::NoModules;
use halfopen_engine::settings::Settings;
use halfopen_engine::text::{Encoding, Text};
use halfopen_engine::{Document, FateRecord, FileKind};

/// A fenced block: a file, and the fate of what is acquired at each line and column, both zero-based, in bytes.
struct Block {
    shape: String,
    path: String,
    code: String,
    fates: Vec<(u32, u32, String)>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut shape = "";
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("### ") {
            shape = title;
        }
        let Some((_, path)) = line.strip_prefix("```").and_then(|info| info.split_once(" path=")) else { continue };
        let mut block =
            Block { shape: shape.to_owned(), path: path.to_owned(), code: String::new(), fates: Vec::new() };
        let mut count = 0;
        for line in lines.by_ref().take_while(|line| *line != "```") {
            match fate_line(line) {
                Some((column, fate)) => block.fates.push((count - 1, column, fate)),
                None => {
                    block.code.push_str(line);
                    block.code.push('\n');
                    count += 1;
                }
            }
        }
        blocks.push(block);
    }
    blocks
}

/// `//   ^^^^ released`
fn fate_line(line: &str) -> Option<(u32, String)> {
    let carets = line.trim_start().strip_prefix("//")?.trim_start();
    let fate = carets.trim_start_matches('^');
    (fate.len() < carets.len()).then(|| (line.find('^').unwrap_or(0) as u32, fate.trim().to_owned()))
}

/// What the model says of a block's resources, in the order of the text.
fn fates(block: &Block) -> Vec<(u32, u32, String)> {
    let kind = FileKind::from_path(&block.path).expect("examples are code");
    let text = Text::new(&block.code);
    let mut document = Document::new(&block.path, kind, text.clone());
    let report = document.check(&NoModules, &Settings::default(), &Cancel::new()).expect("nobody cancels");
    assert_eq!(report.holes, Vec::new(), "{} / {} does not parse:\n{}", block.shape, block.path, block.code);
    let records = document.resources(&NoModules, &Settings::default(), &Cancel::new()).expect("nobody cancels");
    let fates = records.into_iter().map(|record| {
        let at = text.position(record.span.start as usize, Encoding::Utf8);
        let fate = match record.fate {
            FateRecord::Released(_) => "released",
            FateRecord::Leaks => "leaks",
            FateRecord::Unknown => "unknown",
        };
        (at.line, at.character, fate.to_owned())
    });
    fates.collect()
}

#[test]
fn every_shape_has_the_fate_that_its_page_says() {
    let blocks = blocks(include_str!("shapes.md"));
    assert!(blocks.len() > 80, "the page has shapes");
    let mut wrong = String::new();
    for block in &blocks {
        let found = fates(block);
        if found != block.fates {
            let _ = writeln!(
                wrong,
                "{} / {}: expected {:?}, found {found:?}\n{}",
                block.shape, block.path, block.fates, block.code
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
