//! A script block: its place in the text, its tree, and the order of its units.

use super::Cancelled;
use super::store::Store;
use crate::cancel::Cancel;
use crate::model::UnitId;
use crate::syntax::{FileKind, Grammar, Parse, RegionKind, Script, Source, SourceTree, UnitSpan, Wrap, parse, scripts};
use crate::text::{Edit, Point, Span, Text};

/// A unit's place in its region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) id: UnitId,
    /// As in the tree, moved by the edits since.
    pub(super) at: UnitSpan,
    /// An edit met it since it was lowered.
    pub(super) touched: bool,
}

/// A script block of the document.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) kind: RegionKind,
    pub(super) grammar: Grammar,
    /// First byte in the document.
    pub(super) base: usize,
    pub(super) len: usize,
    /// Units of one group see each other's names.
    pub(super) group: u32,
    base_point: Point,
    pub(super) tree: Option<SourceTree>,
    /// The tree is that of the text.
    parsed: bool,
    /// The units were told of edits that they were not found again with.
    pub(super) stale: bool,
    pub(super) units: Vec<Placed>,
    /// The bytes that edits since the last lowering lie in, as they are now; `None` with `stale`: all of them.
    pub(super) dirty: Option<Span>,
    /// The whole file is this block.
    is_whole: bool,
    /// Error nodes of the last lowering, in bytes of the region.
    pub(super) holes: Vec<Span>,
}

impl Region {
    fn new(script: Script, group: u32, is_whole: bool, text: &Text) -> Self {
        Self {
            kind: script.kind,
            grammar: script.grammar,
            base: script.span.start as usize,
            len: script.span.len(),
            group,
            base_point: text.point(script.span.start as usize),
            tree: None,
            parsed: false,
            stale: true,
            units: Vec::new(),
            dirty: None,
            is_whole,
            holes: Vec::new(),
        }
    }

    pub(super) fn forget_tree(&mut self) {
        self.drop_tree();
        for unit in &mut self.units {
            unit.touched = true;
        }
        // Where the block ends now is for the next look at the text.
        if self.is_whole {
            self.len = usize::MAX;
        }
    }

    pub(super) fn forget_broken_tree(&mut self) -> bool {
        let broken = self.tree.as_ref().is_some_and(SourceTree::has_error);
        if broken {
            self.drop_tree();
        }
        broken
    }

    fn drop_tree(&mut self) {
        self.tree = None;
        self.parsed = false;
        self.stale = true;
        self.dirty = None;
    }

    /// Moves with an edit of the document, and tells the tree and the units of one within.
    pub(super) fn edit(&mut self, edit: &Edit, store: &mut Store) {
        let end = self.base + self.len.min(usize::MAX - self.base);
        if edit.start > end || (edit.start == end && !self.is_whole) {
            return;
        }
        if edit.old_end < self.base && !self.is_whole {
            self.base = self.base + edit.new_end - edit.old_end;
            self.base_point = moved(self.base_point, edit);
            store.moved(&self.units, self.base);
            return;
        }
        if edit.start < self.base || edit.old_end > end {
            // Across the tag: what is left is found by the next look at the text.
            return self.forget_tree();
        }
        self.mark_dirty(edit);
        if self.len != usize::MAX {
            self.len = self.len + edit.new_end - edit.old_end;
        }
        if let Some(tree) = &mut self.tree {
            tree.edit(edit, self.base, self.base_point, Wrap::None);
        }
        let (start, old_end) = ((edit.start - self.base) as u32, (edit.old_end - self.base) as u32);
        let by = edit.new_end as i64 - edit.old_end as i64;
        for unit in &mut self.units {
            shift(unit, start, old_end, by);
        }
    }

    fn mark_dirty(&mut self, edit: &Edit) {
        let span = |start: usize, end: usize| Span::new(start - self.base, end - self.base);
        let edited = span(edit.start, edit.new_end);
        self.dirty = match (self.stale, self.dirty) {
            (false, _) => Some(edited),
            (true, None) => None,
            (true, Some(known)) => {
                let end = known.end.max(span(edit.start, edit.old_end).end);
                let moved = i64::from(end) + edit.new_end as i64 - edit.old_end as i64;
                Some(Span { start: known.start.min(edited.start), end: moved.max(i64::from(edited.end)) as u32 })
            }
        };
        self.parsed = false;
        self.stale = true;
    }

    /// Parses what changed.
    pub(super) fn parse(&mut self, text: &Text, fresh: bool, cancel: &Cancel) -> Result<(), Cancelled> {
        if self.parsed {
            return Ok(());
        }
        let old = self.tree.as_ref().filter(|_| !fresh);
        let source = Source { text, base: self.base, len: self.len, wrap: Wrap::None };
        match parse(source, self.grammar, old, cancel) {
            Parse::Done(tree) => {
                self.tree = Some(tree);
                self.parsed = true;
                Ok(())
            }
            Parse::Cancelled => Err(Cancelled),
        }
    }

    pub(super) fn holes(&self) -> impl Iterator<Item = Span> + '_ {
        self.holes.iter().map(|hole| hole.shifted(self.base as u32))
    }

    pub(super) fn unit_ids(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.units.iter().map(|unit| unit.id)
    }
}

/// A unit after an edit of its region: touched if the edit meets it, moved if it lies behind.
fn shift(unit: &mut Placed, start: u32, old_end: u32, by: i64) {
    let span = &mut unit.at.span;
    if span.end < start {
        return;
    }
    let moved = |at: u32| (i64::from(at) + by).max(0) as u32;
    if span.start > old_end {
        *span = Span { start: moved(span.start), end: moved(span.end) };
        return;
    }
    unit.touched = true;
    span.start = span.start.min(start);
    span.end = moved(span.end.max(old_end));
}

/// A point behind an edit.
fn moved(point: Point, edit: &Edit) -> Point {
    if point.row == edit.old_end_point.row {
        let column = point.column - edit.old_end_point.column + edit.new_end_point.column;
        return Point { row: edit.new_end_point.row, column };
    }
    Point { row: point.row + edit.new_end_point.row - edit.old_end_point.row, column: point.column }
}

/// Brings the list of script blocks up to the text. A block that is where its edits took it keeps its tree.
pub(super) fn find_regions(kind: FileKind, text: &Text, regions: &mut Vec<Region>, store: &mut Store) {
    if let FileKind::Script(grammar) = kind {
        match regions.first_mut() {
            Some(region) => region.len = text.len(),
            None => {
                let span = Span::new(0, text.len());
                let script = Script { span, kind: RegionKind::Script, grammar };
                regions.push(Region::new(script, 0, true, text));
            }
        }
        return;
    }
    let found = scripts(kind, &text.to_string());
    let mut old: Vec<Option<Region>> = std::mem::take(regions).into_iter().map(Some).collect();
    for (index, script) in found.into_iter().enumerate() {
        let group = if kind.shares_scope() { 0 } else { index as u32 };
        let same = old.iter_mut().find(|region| region.as_ref().is_some_and(|region| is_same(region, script, group)));
        let region = match same.and_then(Option::take) {
            Some(region) => region,
            None => Region::new(script, group, false, text),
        };
        regions.push(region);
    }
    for region in old.into_iter().flatten() {
        for unit in region.units {
            store.remove(unit.id);
        }
    }
}

fn is_same(region: &Region, script: Script, group: u32) -> bool {
    region.kind == script.kind
        && region.grammar == script.grammar
        && region.base == script.span.start as usize
        && region.len == script.span.len()
        && region.group == group
}
