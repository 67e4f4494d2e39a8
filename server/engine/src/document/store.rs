//! The units of a document: facts, findings, who reads what, and who must be looked at again.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::region::Placed;
use crate::finding::Finding;
use crate::lower::ir::{Name, UnitFacts};
use crate::model::{Env, Index, Key, UnitId, UnitSlot, View};
use crate::rules::UnitFinding;
use crate::syntax::Grammar;
use crate::text::{Span, Text};

/// What a unit's facts follow from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ContentKey {
    pub(super) hashes: [u64; 2],
    pub(super) len: usize,
    pub(super) kind: u16,
    pub(super) grammar: Grammar,
    pub(super) is_member: bool,
}

/// Facts of units that vanished by no fault of their own: a stray backtick swallows the rest of a file, and gives it
/// back a moment later.
const MAX_CACHED_BYTES: usize = 8 * 1024 * 1024;

#[derive(Debug, Default)]
struct State {
    findings: Vec<UnitFinding>,
    reads: FxHashSet<Key>,
    content: Option<ContentKey>,
    resolved: Option<Resolved>,
}

/// A unit's findings with the offsets of the document, kept because most keystrokes only move them.
#[derive(Debug)]
struct Resolved {
    /// The unit's start that the offsets were computed with.
    start: u32,
    findings: Vec<Finding>,
}

/// The units of a document.
#[derive(Debug, Default)]
pub(super) struct Store {
    slots: Vec<Option<UnitSlot>>,
    states: Vec<State>,
    free: Vec<UnitId>,
    index: Index,
    readers: FxHashMap<Key, FxHashSet<UnitId>>,
    /// Names whose answers may differ since the last check.
    changed: FxHashSet<Key>,
    /// Things of which some unit spoke before the changes since the last check, or none did; nobody asks which units do.
    spoken: FxHashMap<Key, bool>,
    dirty: FxHashSet<UnitId>,
    with_findings: FxHashSet<UnitId>,
    cache: FxHashMap<ContentKey, Arc<UnitFacts>>,
    cached_bytes: usize,
    /// The line end that resolved fixes were written with.
    line_end: &'static str,
}

impl Store {
    /// With the methods that end a resource without its handle.
    pub(super) fn new(enders: &Arc<FxHashSet<String>>) -> Self {
        Self { index: Index::new(enders), ..Self::default() }
    }

    /// Whether it was made for these methods.
    pub(super) fn is_for(&self, enders: &FxHashSet<String>) -> bool {
        self.index.is_for(enders)
    }

    pub(super) fn view<'doc>(&'doc self, env: Env<'doc>) -> View<'doc> {
        View::new(&self.slots, &self.index, env)
    }

    pub(super) fn facts(&self, id: UnitId) -> &UnitFacts {
        &self.slot(id).facts
    }

    fn slot(&self, id: UnitId) -> &UnitSlot {
        self.slots[id.0 as usize].as_ref().expect("a region's units live")
    }

    pub(super) fn start(&self, id: UnitId) -> u32 {
        self.slot(id).start
    }

    pub(super) fn moved_to(&mut self, id: UnitId, start: u32) {
        self.slots[id.0 as usize].as_mut().expect("a region's units live").start = start;
    }

    /// Moves a unit, and tells which class it is in now.
    pub(super) fn place(&mut self, id: UnitId, start: u32, class: Option<&Name>) {
        let slot = self.slots[id.0 as usize].as_mut().expect("a region's units live");
        slot.start = start;
        let is_header = matches!(slot.facts.class, Some(crate::lower::ir::ClassRole::Header { .. }));
        if !is_header && slot.class.as_ref() != class {
            let mut slot = slot.clone();
            slot.class = class.cloned();
            self.put(Some(id), slot, None);
        }
    }

    /// All units of a region moved with its base.
    pub(super) fn moved(&mut self, units: &[Placed], base: usize) {
        for unit in units {
            if let Some(slot) = &mut self.slots[unit.id.0 as usize] {
                slot.start = base as u32 + unit.at.span.start;
            }
        }
    }

    /// Puts a unit in the place of `old`, or in a new one. Equal facts of an equal text change nothing; fixes copy from the
    /// text, which may differ where facts do not: in its quotes.
    pub(super) fn put(&mut self, old: Option<UnitId>, slot: UnitSlot, content: Option<ContentKey>) -> UnitId {
        if let Some(id) = old {
            let known = self.slot(id);
            let is_same_text = content.is_some() && content == self.states[id.0 as usize].content;
            if is_same_text && known.facts == slot.facts && known.class == slot.class && known.group == slot.group {
                self.slots[id.0 as usize] = Some(slot);
                return id;
            }
            self.remove(id);
        }
        let id = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.states.push(State::default());
            UnitId(self.slots.len() as u32 - 1)
        });
        self.mark_keys(&slot);
        self.index.add(id, &slot);
        self.slots[id.0 as usize] = Some(slot);
        self.states[id.0 as usize].content = content;
        self.dirty.insert(id);
        id
    }

    /// A unit that is not in the new tree. If no edit touched it, its facts may be wanted again soon.
    pub(super) fn retire(&mut self, id: UnitId, touched: bool) {
        let content = self.states[id.0 as usize].content.clone();
        if let (Some(content), false) = (content, touched) {
            self.cached_bytes += content.len;
            if self.cached_bytes > MAX_CACHED_BYTES {
                self.cache.clear();
                self.cached_bytes = content.len;
            }
            self.cache.insert(content, Arc::clone(&self.slot(id).facts));
        }
        self.remove(id);
    }

    pub(super) fn cached(&self, key: &ContentKey) -> Option<Arc<UnitFacts>> {
        self.cache.get(key).cloned()
    }

    pub(super) fn remove(&mut self, id: UnitId) {
        let Some(slot) = self.slots[id.0 as usize].take() else { return };
        self.mark_keys(&slot);
        self.index.remove(id, &slot);
        self.forget_reads(id);
        self.states[id.0 as usize] = State::default();
        self.with_findings.remove(&id);
        self.dirty.remove(&id);
        self.free.push(id);
    }

    /// Notes the keys that a unit answers to, before it comes or goes.
    fn mark_keys(&mut self, slot: &UnitSlot) {
        for key in self.index.keys_of(slot) {
            if matches!(key, Key::Speaks(..)) {
                let is_spoken = !self.index.get(&key).is_empty();
                self.spoken.entry(key).or_insert(is_spoken);
            } else {
                self.changed.insert(key);
            }
        }
    }

    fn forget_reads(&mut self, id: UnitId) {
        for key in std::mem::take(&mut self.states[id.0 as usize].reads) {
            if let Some(readers) = self.readers.get_mut(&key) {
                readers.remove(&id);
                if readers.is_empty() {
                    self.readers.remove(&key);
                }
            }
        }
    }

    pub(super) fn mark_all_dirty(&mut self) {
        let living = self.slots.iter().enumerate().filter(|(_, slot)| slot.is_some());
        self.dirty.extend(living.map(|(index, _)| UnitId(index as u32)));
    }

    /// Units that asked about a changed name are looked at again.
    pub(super) fn spread_dirt(&mut self) {
        let spoken = std::mem::take(&mut self.spoken).into_iter();
        let other = spoken.filter(|(key, before)| *before == self.index.get(key).is_empty());
        self.changed.extend(other.map(|(key, _)| key));
        for key in std::mem::take(&mut self.changed) {
            if let Some(readers) = self.readers.get(&key) {
                self.dirty.extend(readers.iter().copied());
            }
        }
    }

    /// The units to look at, in a fixed order.
    pub(super) fn take_dirty(&mut self) -> Vec<UnitId> {
        let mut dirty: Vec<UnitId> = std::mem::take(&mut self.dirty).into_iter().collect();
        dirty.sort_unstable_by_key(|&id| self.start(id));
        dirty
    }

    pub(super) fn set_findings(&mut self, id: UnitId, findings: Vec<UnitFinding>, reads: FxHashSet<Key>) {
        self.forget_reads(id);
        for key in &reads {
            self.readers.entry(key.clone()).or_default().insert(id);
        }
        if findings.is_empty() {
            self.with_findings.remove(&id);
        } else {
            self.with_findings.insert(id);
        }
        let state = &mut self.states[id.0 as usize];
        state.resolved = None;
        state.findings = findings;
        state.reads = reads;
    }

    /// All findings, also those that a comment silences, in no order.
    pub(super) fn resolved(&mut self, text: &Text) -> Vec<Finding> {
        let line_end = text.line_end();
        let same_line_end = std::mem::replace(&mut self.line_end, line_end) == line_end;
        let mut all = Vec::new();
        for &id in &self.with_findings {
            let start = self.start(id);
            let state = &self.states[id.0 as usize];
            let kept =
                state.resolved.as_ref().filter(|_| same_line_end && state.findings.iter().all(|one| one.stays_in(id)));
            let mut resolved = match kept {
                Some(_) => self.states[id.0 as usize].resolved.take().expect("it was there just now"),
                None => {
                    let place = |unit: UnitId, span: Span| span.shifted(self.start(unit));
                    let findings = state.findings.iter().map(|finding| finding.resolve(text, place)).collect();
                    Resolved { start, findings }
                }
            };
            resolved.move_to(start);
            all.extend(resolved.findings.iter().cloned());
            self.states[id.0 as usize].resolved = Some(resolved);
        }
        all
    }
}

impl Resolved {
    fn move_to(&mut self, start: u32) {
        let by = start.wrapping_sub(self.start);
        self.start = start;
        if by == 0 {
            return;
        }
        let shift = |span: &mut Span| {
            span.start = span.start.wrapping_add(by);
            span.end = span.end.wrapping_add(by);
        };
        for finding in &mut self.findings {
            shift(&mut finding.span);
            finding.related.iter_mut().for_each(|related| shift(&mut related.span));
            finding.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| shift(&mut edit.span));
        }
    }
}
