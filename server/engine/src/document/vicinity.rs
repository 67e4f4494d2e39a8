//! A look at the code around the edits alone.
//!
//! Typing leaves the text broken at most keys, and recovering from that costs the parser time in proportion to the
//! class or the file. The code between the nearest units that no edit met is short, and where it cannot be read by
//! itself, the whole text can hardly be read either. So somebody who waits gets to know early that the text is broken.
//!
//! **Invariant**: the answer is a guess, for what is shown meanwhile; [`super::Document::check`] never rests on it.

use super::region::{Placed, Region};
use crate::cancel::Cancel;
use crate::syntax::{Grammar, Parse, Source, SourceTree, Wrap, parse};
use crate::text::{Edit, Point, Span, Text};

/// In a shorter script block, in bytes, the whole is parsed as soon as its part.
const MIN_REGION: usize = 16 << 10;

/// A longer vicinity, in bytes, is looked for anew.
const MAX_LEN: usize = 64 << 10;

/// A vicinity is at most such a part of its script block, so that looking at it first costs little.
const MAX_SHARE: usize = 8;

/// The code between two units that no edit met since the text around was sound.
#[derive(Debug)]
pub(super) struct Vicinity {
    /// Bytes of the document, moved by the edits within.
    start: usize,
    end: usize,
    start_point: Point,
    grammar: Grammar,
    wrap: Wrap,
    tree: Option<SourceTree>,
}

impl Vicinity {
    /// The code around the edits of the one script block that has any.
    pub(super) fn of_edits(regions: &[Region], text: &Text) -> Option<Self> {
        let mut edited = regions.iter().filter(|region| region.stale);
        let region = edited.next().filter(|_| edited.next().is_none())?;
        let dirty = region.dirty.filter(|_| region.len >= MIN_REGION)?;
        let (span, wrap) = between_members(region, dirty, text).or_else(|| between_items(region, dirty))?;
        if span.len() > region.len / MAX_SHARE {
            return None;
        }
        let (start, end) = (region.base + span.start as usize, region.base + span.end as usize);
        Some(Self { start, end, start_point: text.point(start), grammar: region.grammar, wrap, tree: None })
    }

    /// Follows an edit within; one at the edge or beyond is another vicinity's.
    pub(super) fn after(mut self, edit: &Edit) -> Option<Self> {
        if edit.start <= self.start || edit.old_end >= self.end {
            return None;
        }
        if let Some(tree) = &mut self.tree {
            tree.edit(edit, self.start, self.start_point, self.wrap);
        }
        self.end = self.end + edit.new_end - edit.old_end;
        (self.end - self.start < MAX_LEN).then_some(self)
    }

    /// Whether the parser has to repair something in it.
    pub(super) fn is_broken(&mut self, text: &Text) -> bool {
        let source = Source { text, base: self.start, len: self.end - self.start, wrap: self.wrap };
        match parse(source, self.grammar, self.tree.as_ref(), &Cancel::new()) {
            Parse::Done(tree) => self.tree.insert(tree).has_error(),
            Parse::Cancelled => false,
        }
    }
}

/// Between two members of one class, in bytes of the region; the last member ends at the brace of its class.
fn between_members(region: &Region, dirty: Span, text: &Text) -> Option<(Span, Wrap)> {
    let units = &region.units;
    let surrounds = |unit: &Placed| unit.at.span.start < dirty.start && dirty.end < unit.at.span.end;
    let head = units.iter().position(|unit| !unit.at.is_member && surrounds(unit))?;
    let class = sound(&units[head])?.at.span;
    let members = &units[head + 1..];
    let count = members.iter().take_while(|unit| unit.at.is_member).count();
    let (before, after) = neighbours(&members[..count], dirty)?;
    let end = match after {
        Some(after) => after.start,
        None => {
            let brace = region.base + class.end as usize - 1;
            (text.slice(Span::new(brace, brace + 1)) == "}").then_some(class.end - 1)?
        }
    };
    Some((Span { start: before?.end, end }, Wrap::Class))
}

/// Between two top-level items, in bytes of the region, or its ends.
fn between_items(region: &Region, dirty: Span) -> Option<(Span, Wrap)> {
    let items: Vec<Placed> = region.units.iter().filter(|unit| !unit.at.is_member).copied().collect();
    let (before, after) = neighbours(&items, dirty)?;
    let start = before.map_or(0, |before| before.end);
    Some((Span { start, end: after.map_or(region.len as u32, |after| after.start) }, Wrap::None))
}

/// The places of the last unit before the edits and of the first one behind them; `None` if these, or the units
/// between them, were broken before.
fn neighbours(units: &[Placed], dirty: Span) -> Option<(Option<Span>, Option<Span>)> {
    let behind = units.partition_point(|unit| unit.at.span.start <= dirty.end);
    let before = units[..behind].iter().rposition(|unit| unit.at.span.end < dirty.start);
    let near = &units[before.unwrap_or(0)..units.len().min(behind + 1)];
    if near.iter().any(|unit| sound(unit).is_none()) {
        return None;
    }
    Some((before.map(|index| units[index].at.span), units.get(behind).map(|unit| unit.at.span)))
}

fn sound(unit: &Placed) -> Option<&Placed> {
    (!unit.at.broken).then_some(unit)
}
