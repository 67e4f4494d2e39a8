//! The pure part of halfopen: from text to findings.
//!
//! bytes → [`text`] → `syntax` (trees, script blocks, units) → `lower` (an owned IR) → `model` (resources,
//! lifetimes, releases, reopening) → [`rules`] → findings with fixes. [`Document::check`] is the one door.
//!
//! **Invariant**: no async, no protocol types, no file system, no clock, no threads. Everything that decides is
//! here, and gives the same answer for the same input on every machine.

pub mod cancel;
mod catalog;
mod document;
pub mod finding;
mod fix;
mod lower;
mod model;
pub mod project;
pub mod rules;
pub mod settings;
pub mod sql;
mod suppress;
mod syntax;
pub mod text;
mod write;

pub use catalog::{Catalog, DESCRIBING, Entry, OwnLibraries};
pub use document::{
    About, Cancelled, DatabaseRecord, Document, Failure, FateRecord, FixChoice, Fixed, ReleaseForm, ReleaseRecord,
    Report, ResourceRecord, ReturnRecord, provided_contexts, summarise,
};
pub use syntax::{FileKind, Grammar};
pub use write::NewCode;
