//! Grammars, script blocks, incremental parsing, and the division of a tree into units.
//!
//! **Invariant**: only this room and `lower`, which it hands a unit's node to, hold tree-sitter nodes; a tree is
//! never older than the text it is read with. Deliberately absent: names, scopes, meaning.

mod grammar;
mod kinds;
mod parse;
mod regions;
mod units;

pub use grammar::{FileKind, Grammar};
pub(crate) use regions::{RegionKind, Script, scripts};

pub(crate) use kinds::{Field, Kind, field_of, is_punctuation, kind_of};
pub(crate) use parse::{Parse, Source, SourceTree, Wrap, parse};
pub(crate) use units::{UnitSpan, class_members, class_of, item_units, top_level_items, unit_span};
