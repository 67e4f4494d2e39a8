//! From a unit's syntax to its meaning: one walk, then names are bound.
//!
//! **Invariant**: what comes out holds no tree-sitter node and no offset outside the unit. Recursion is bounded by
//! [`MAX_DEPTH`]; what lies deeper is [`ir::Value::Unknown`]. Deliberately absent: what any library means.

mod builder;
mod call;
mod children;
mod class;
mod control;
mod declaration;
mod expression;
mod function;
pub(crate) mod ir;
mod jsx;
mod member;
mod module;
mod pattern;
mod scope;
mod specifier;
mod subjects;
mod types;

pub(crate) use builder::lower;
pub(crate) use class::PROVIDED_IN;

/// How deep expressions and statements may nest. Real code stays below 100; a generated file of 100,000
/// parentheses must not end the process.
const MAX_DEPTH: u32 = 250;
