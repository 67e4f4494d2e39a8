//! What is remembered of a module, and the chain of modules that ask for each other while one is summarised.
//!
//! **Invariant**: a chain ends at a depth and at cycles, and what was cut short there is marked.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use halfopen_engine::project::ModuleFacts;

use super::read;

/// How many modules stand in a chain at most.
pub(super) const DEEPEST: usize = 8;

/// A module's summary, and what it was made from.
pub(super) struct Known {
    pub(super) facts: ModuleFacts,
    /// The module, and those that it asked, with their state at that time.
    pub(super) reads: BTreeMap<PathBuf, Stamp>,
    /// The length of the longest chain from this module.
    pub(super) height: usize,
    /// Whether no chain was cut short.
    pub(super) exact: bool,
}

/// The state of a file; another one means another text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stamp {
    Open(u64),
    Closed(read::Stamp),
}

/// The modules that are being summarised, each asked for by the one before.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) frames: Vec<Frame>,
    /// What was cut short since the chain began: nobody is summarised twice for one question.
    pub(super) cut: HashMap<PathBuf, Arc<Known>>,
}

pub(super) struct Frame {
    pub(super) path: PathBuf,
    pub(super) reads: BTreeMap<PathBuf, Stamp>,
    pub(super) height: usize,
    pub(super) exact: bool,
}

/// How a module is to be had.
pub(super) enum Step {
    /// It was cut short before.
    Known(Arc<Known>),
    /// It would stand at this depth.
    Depth(usize),
}

impl Frame {
    pub(super) fn new(path: &Path, stamp: Stamp) -> Self {
        let reads = BTreeMap::from([(path.to_path_buf(), stamp)]);
        Self { path: path.to_path_buf(), reads, height: 1, exact: true }
    }

    pub(super) fn known(self, facts: ModuleFacts) -> Known {
        Known { facts, reads: self.reads, height: self.height, exact: self.exact }
    }
}

impl Chain {
    /// Asks for a module; `None`: it is being summarised, or the chain is too deep.
    pub(super) fn enter(&mut self, path: &Path) -> Option<Step> {
        let depth = self.frames.len();
        if depth >= DEEPEST || self.frames.iter().any(|frame| frame.path == path) {
            if let Some(frame) = self.frames.last_mut() {
                frame.exact = false;
            }
            return None;
        }
        Some(self.cut.get(path).map_or(Step::Depth(depth), |known| Step::Known(Arc::clone(known))))
    }

    /// Remembers that the last module of the chain looked at a file.
    pub(super) fn read(&mut self, path: &Path, stamp: Option<Stamp>) {
        if let (Some(frame), Some(stamp)) = (self.frames.last_mut(), stamp) {
            frame.reads.insert(path.to_path_buf(), stamp);
        }
    }

    /// Remembers that the last module of the chain used another one's summary.
    pub(super) fn note(&mut self, known: &Known) {
        if let Some(frame) = self.frames.last_mut() {
            frame.reads.extend(known.reads.iter().map(|(path, stamp)| (path.clone(), *stamp)));
            frame.height = frame.height.max(known.height + 1);
            frame.exact &= known.exact;
        }
    }
}
