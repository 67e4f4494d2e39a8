//! Parsing a stretch of a rope, from nothing or from the last tree.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{InputEdit, ParseOptions, Parser, Tree};

use super::Grammar;
use crate::cancel::Cancel;
use crate::text::{Edit, Point, Text};

/// A tree of the bytes from `base` on, counted from there.
#[derive(Clone, Debug)]
pub(crate) struct SourceTree {
    pub(crate) tree: Tree,
}

impl SourceTree {
    /// Tells the tree of an edit that lies in its stretch, whose first byte is `base`.
    pub(crate) fn edit(&mut self, edit: &Edit, base: usize, base_point: Point, wrap: Wrap) {
        let before = wrap.before().len();
        let point = |point: Point| {
            let row = point.row - base_point.row;
            let column = if row == 0 { before + point.column - base_point.column } else { point.column };
            tree_sitter::Point { row, column }
        };
        self.tree.edit(&InputEdit {
            start_byte: before + edit.start - base,
            old_end_byte: before + edit.old_end - base,
            new_end_byte: before + edit.new_end - base,
            start_position: point(edit.start_point),
            old_end_position: point(edit.old_end_point),
            new_end_position: point(edit.new_end_point),
        });
    }

    pub(crate) fn has_error(&self) -> bool {
        self.tree.root_node().has_error()
    }
}

/// What a parse came to.
pub(crate) enum Parse {
    Done(SourceTree),
    Cancelled,
}

/// What stands around a stretch that is no program by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrap {
    /// It is a program.
    None,
    /// It is members of a class.
    Class,
}

impl Wrap {
    fn before(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Class => "class A{",
        }
    }

    fn after(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Class => "}",
        }
    }
}

/// A stretch of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'text> {
    pub(crate) text: &'text Text,
    /// Its first byte.
    pub(crate) base: usize,
    /// In bytes.
    pub(crate) len: usize,
    pub(crate) wrap: Wrap,
}

impl<'text> Source<'text> {
    /// Some bytes from `offset` on, in bytes of the wrapped stretch; none: its end.
    fn chunk_from(self, offset: usize) -> &'text [u8] {
        let (before, after) = (self.wrap.before(), self.wrap.after());
        let Some(inside) = offset.checked_sub(before.len()) else { return &before.as_bytes()[offset..] };
        match inside.checked_sub(self.len) {
            Some(behind) => after.as_bytes().get(behind..).unwrap_or_default(),
            None => {
                let chunk = self.text.chunk_from(self.base + inside);
                &chunk[..chunk.len().min(self.len - inside)]
            }
        }
    }
}

/// Parses a stretch. With `old`, a tree that was told of every edit since, the parse is incremental.
pub(crate) fn parse(source: Source<'_>, grammar: Grammar, old: Option<&SourceTree>, cancel: &Cancel) -> Parse {
    thread_local! {
        static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
    }
    PARSER.with(|parser| {
        let mut parser = parser.borrow_mut();
        parser.reset();
        parser.set_language(grammar.language()).expect("the grammars and tree-sitter are pinned together");
        let mut read = |offset: usize, _: tree_sitter::Point| source.chunk_from(offset);
        let mut progress = |_: &tree_sitter::ParseState| {
            if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        match parser.parse_with_options(&mut read, old.map(|old| &old.tree), Some(options)) {
            Some(tree) => Parse::Done(SourceTree { tree }),
            None => Parse::Cancelled,
        }
    })
}
