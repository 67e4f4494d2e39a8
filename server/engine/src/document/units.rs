//! Finding the units of a new tree again, and lowering those that are new.

use std::hash::Hasher;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use rustc_hash::FxHasher;

use super::region::{Placed, Region};
use super::store::{ContentKey, Store};
use crate::lower::ir::{ClassRole, Name, UnitFacts};
use crate::lower::lower;
use crate::model::{UnitId, UnitSlot};
use crate::syntax::{Grammar, RegionKind, SourceTree, UnitSpan, item_units, top_level_items, unit_span};
use crate::text::{Span, Text};

/// Brings a region's units up to its tree.
pub(super) fn refresh(region: &mut Region, text: &Text, store: &mut Store) {
    if !std::mem::take(&mut region.stale) {
        return;
    }
    let Some(tree) = region.tree.take() else { return };
    let old = std::mem::take(&mut region.units);
    // Between two items the parser is always in the same state, so an unbroken item before or after the edits that
    // looks as before is as before. What error recovery made of the rest is looked at again.
    let dirty = region.dirty.take().filter(|_| !tree.tree.root_node().is_error());
    let kept = dirty.map_or(0, |dirty| unchanged_before(&old, dirty));
    let kept = if reaches_back(&tree, region.grammar, &old[..kept]) { 0 } else { kept };
    let mut old = Old { at: kept, units: old };
    let mut work = Work { region, text, store, units: old.units[..kept].to_vec(), holes: Vec::new(), class: None };
    work.place_kept(0);
    let from = first_byte_after(&work.units);
    let grammar = work.region.grammar;
    let mut items = Vec::new();
    top_level_items(&tree.tree, grammar, from, |node| {
        if dirty.is_some_and(|dirty| node.start_byte() > dirty.end as usize)
            && let Some(rest) = old.position_of(&unit_span(node, false))
        {
            let before = work.units.len();
            work.units.extend_from_slice(&old.units[rest..]);
            work.place_kept(before);
            return ControlFlow::Break(());
        }
        if let Some(whole) = old.whole_item(&unit_span(node, false)) {
            let before = work.units.len();
            work.units.extend_from_slice(&old.units[whole]);
            work.place_kept(before);
            return ControlFlow::Continue(());
        }
        item_units(node, grammar, &mut items);
        for (at, node) in items.drain(..) {
            work.unit(at, node, &mut old);
        }
        ControlFlow::Continue(())
    });
    let Work { units, mut holes, .. } = work;
    if holes.is_empty() && tree.has_error() {
        holes.push(first_bare_token(&tree.tree));
    }
    for unit in old.rest(&units) {
        store.retire(unit.id, unit.touched || unit.at.broken);
    }
    region.units = units;
    region.holes = holes;
    region.tree = Some(tree);
}

/// Where error recovery gave up on all that is around: its root holds the tokens of what it could not close.
fn first_bare_token(tree: &tree_sitter::Tree) -> Span {
    let root = tree.root_node();
    let mut cursor = root.walk();
    let token = root.children(&mut cursor).find(|child| !child.is_named() || child.is_missing());
    let node = token.unwrap_or(root);
    Span::new(node.start_byte(), node.end_byte())
}

/// How many units from the start are surely unchanged: whole items that end before the edits, but for the last one,
/// which may reach further now.
fn unchanged_before(old: &[Placed], dirty: Span) -> usize {
    let items = old.iter().enumerate().filter(|(_, unit)| !unit.at.is_member);
    let before = items.take_while(|(_, unit)| unit.at.span.end < dirty.start && !unit.touched && !unit.at.broken);
    before.map(|(index, _)| index).last().unwrap_or(0)
}

/// The byte from which on items are new to `kept`.
fn first_byte_after(kept: &[Placed]) -> usize {
    let ends = kept.iter().filter(|unit| !unit.at.is_member).map(|unit| unit.at.span.end);
    ends.max().map_or(0, |end| end as usize + 1)
}

/// Whether error recovery has drawn items that seemed unchanged into a later one.
fn reaches_back(tree: &SourceTree, grammar: Grammar, kept: &[Placed]) -> bool {
    let from = first_byte_after(kept);
    let mut reaches = false;
    top_level_items(&tree.tree, grammar, from, |node| {
        reaches = node.start_byte() + 1 < from;
        ControlFlow::Break(())
    });
    reaches
}

/// A region on its way to new units.
struct Work<'work> {
    region: &'work Region,
    text: &'work Text,
    store: &'work mut Store,
    units: Vec<Placed>,
    holes: Vec<Span>,
    /// The class that members belong to now.
    class: Option<Name>,
}

impl Work<'_> {
    /// Tells the store where the units from `from` on stand.
    fn place_kept(&mut self, from: usize) {
        let base = self.region.base as u32;
        for unit in &self.units[from..] {
            self.store.moved_to(unit.id, base + unit.at.span.start);
        }
    }

    /// One unit of the new tree: the old one, if nothing touched it, else a new one in its place.
    fn unit(&mut self, at: UnitSpan, node: tree_sitter::Node<'_>, old: &mut Old) {
        let start = (self.region.base as u32) + at.span.start;
        let known = old.same_place(&at);
        if let Some(placed) = known.filter(|placed| !placed.touched && !at.broken && !placed.at.broken) {
            let id = placed.id;
            self.store.place(id, start, self.class.as_ref().filter(|_| at.is_member));
            if !at.is_member {
                self.class = class_of(self.store.facts(id));
            }
            self.units.push(Placed { id, at, touched: false });
            return;
        }
        let class = self.class.clone().filter(|_| at.is_member);
        let job = Job { region: self.region, text: self.text, at, node, class };
        let (facts, content) = job.facts(self.store);
        if at.broken {
            self.holes.extend(facts.holes.iter().map(|hole| hole.shifted(at.span.start)));
            if facts.holes.is_empty() && !at.is_member {
                self.holes.push(at.span);
            }
        }
        if !at.is_member {
            self.class = class_of(&facts);
        }
        let is_instance = matches!(self.region.kind, RegionKind::VueSetup | RegionKind::SvelteInstance);
        let slot = UnitSlot { facts, group: self.region.group, class: self.class.clone(), is_instance, start };
        let id = self.store.put(known.map(|placed| placed.id), slot, content.filter(|_| !at.broken));
        self.units.push(Placed { id, at, touched: false });
    }
}

/// The class whose head a unit is; a component's options are like one.
fn class_of(facts: &UnitFacts) -> Option<Name> {
    match &facts.class {
        Some(ClassRole::Header { name, .. }) => Some(name.clone()),
        Some(ClassRole::Options { .. }) => Some(Name::new_static("options")),
        _ => None,
    }
}

/// The units before the parse, in the order of the text.
struct Old {
    units: Vec<Placed>,
    at: usize,
}

impl Old {
    /// The unit that stood where `at` stands, of the same kind. A touched one has the place that its edits gave it.
    fn same_place(&mut self, at: &UnitSpan) -> Option<Placed> {
        while self.units.get(self.at).is_some_and(|unit| unit.at.span.start < at.span.start) {
            self.at += 1;
        }
        let unit = *self.units.get(self.at)?;
        let same = unit.at.span.start == at.span.start && unit.at.kind == at.kind && unit.at.is_member == at.is_member;
        if !same {
            return None;
        }
        self.at += 1;
        let unchanged = unit.at.span.end == at.span.end;
        Some(Placed { touched: unit.touched || !unchanged, ..unit })
    }

    /// The place of the untouched item that stands where `at` does.
    fn position_of(&self, at: &UnitSpan) -> Option<usize> {
        let index = self.units.partition_point(|unit| unit.at.span.start < at.span.start);
        let unit = self.units.get(index)?;
        let rest = &self.units[index..];
        (!unit.touched && unit.at == *at && rest.iter().all(|unit| !unit.at.broken)).then_some(index)
    }

    /// The units of the untouched item that stands where `at` does. A class has hundreds of members, and the item before
    /// an edit is looked at again each time.
    fn whole_item(&self, at: &UnitSpan) -> Option<Range<usize>> {
        let first = self.units.partition_point(|unit| unit.at.span.start < at.span.start);
        if self.units.get(first)?.at != *at || at.broken {
            return None;
        }
        let members = self.units[first + 1..].iter().take_while(|unit| unit.at.is_member).count();
        let whole = first..first + 1 + members;
        self.units[whole.clone()].iter().all(|unit| !unit.touched && !unit.at.broken).then_some(whole)
    }

    /// The units that are not among `kept`.
    fn rest(self, kept: &[Placed]) -> Vec<Placed> {
        let mut ids: Vec<UnitId> = kept.iter().map(|unit| unit.id).collect();
        ids.sort_unstable();
        self.units.into_iter().filter(|unit| ids.binary_search(&unit.id).is_err()).collect()
    }
}

/// A unit to lower.
struct Job<'job, 'tree> {
    region: &'job Region,
    text: &'job Text,
    at: UnitSpan,
    node: tree_sitter::Node<'tree>,
    class: Option<Name>,
}

impl Job<'_, '_> {
    /// The unit's facts, from the cache where its content is known.
    fn facts(&self, store: &mut Store) -> (Arc<UnitFacts>, Option<ContentKey>) {
        let head = self.head();
        let end = head.as_ref().map_or(self.at.span.end, |head| head.0);
        let span = Span { start: self.at.span.start, end }.shifted(self.region.base as u32);
        let source = self.text.slice(span);
        let key = (!self.at.broken).then(|| content_key(&source, self.at.kind, self.region.grammar, self.at.is_member));
        if let Some(facts) = key.as_ref().and_then(|key| store.cached(key)) {
            return (facts, key);
        }
        let header = head.map(|(_, name)| name).or(self.class.as_deref().map(str::to_owned));
        let facts = lower(self.node, &source, self.region.grammar, header.as_deref(), head_is(&self.at, &header));
        (Arc::new(facts), key)
    }

    /// Where a class's head ends, and the class's name; `None`: no class that is cut into units.
    fn head(&self) -> Option<(u32, String)> {
        if self.at.is_member {
            return None;
        }
        let class = crate::syntax::class_of(self.node, self.region.grammar)?;
        let body = class.child_by_field_name("body")?;
        let name = class.child_by_field_name("name").map(|name| {
            let start = self.region.base + name.start_byte();
            self.text.slice(Span::new(start, start + name.end_byte() - name.start_byte()))
        });
        Some((body.start_byte() as u32, name.unwrap_or_else(|| "default".to_owned())))
    }
}

fn head_is(at: &UnitSpan, header: &Option<String>) -> bool {
    !at.is_member && header.is_some()
}

/// Two hashes of the content, with what else decides the facts.
fn content_key(source: &str, kind: u16, grammar: Grammar, is_member: bool) -> ContentKey {
    let hash = |seed: u64| {
        let mut hasher = FxHasher::default();
        hasher.write_u64(seed);
        hasher.write(source.as_bytes());
        hasher.finish()
    };
    ContentKey { hashes: [hash(1), hash(0x9e37_79b9_7f4a_7c15)], len: source.len(), kind, grammar, is_member }
}
