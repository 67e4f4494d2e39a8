//! The state of one walk, and its smallest steps.

use smallvec::SmallVec;
use tree_sitter::{Node, TreeCursor};

use super::ir::*;
use super::scope::{Pending, PendingUse, Scope};
use crate::syntax::{Grammar, Kind, kind_of};
use crate::text::Span;

/// A unit that is being lowered.
pub(super) struct Lowering<'tree> {
    pub(super) grammar: Grammar,
    /// The unit's text.
    pub(super) source: &'tree str,
    /// The unit's first byte in its tree.
    pub(super) base: usize,
    pub(super) cursor: TreeCursor<'tree>,
    pub(super) facts: UnitFacts,
    pub(super) func: FuncId,
    pub(super) block: BlockId,
    pub(super) stmt: Option<StmtId>,
    pub(super) list: u32,
    pub(super) lists: u32,
    pub(super) scopes: Vec<Scope>,
    pub(super) scope: u32,
    pub(super) pending: Vec<Pending>,
    pub(super) guards: SmallVec<[Guard; 2]>,
    pub(super) breaks: Vec<super::control::Target>,
    pub(super) depth: u32,
    pub(super) class: Option<Name>,
}

/// Lowers the unit that `node` is. `source` is the node's text; `is_header` and `class` are set for the pieces of a
/// class that is cut into units.
pub(crate) fn lower<'tree>(
    node: Node<'tree>,
    source: &'tree str,
    grammar: Grammar,
    header: Option<&str>,
    is_header: bool,
) -> UnitFacts {
    let mut lowering = Lowering::new(node, source, grammar, header.map(Name::from));
    let span = lowering.span(node);
    lowering.facts.funcs.push(Func {
        parent: None,
        name: None,
        value: None,
        params: SmallVec::new(),
        param_types: Vec::new(),
        is_async: true,
        span,
        body: span,
        expression_body: false,
        blocks: vec![Block::default()],
        returns: SmallVec::new(),
    });
    if header.is_some() && !is_header {
        lowering.class_member(node);
    } else {
        lowering.statement(node);
    }
    lowering.bind_names();
    lowering.note_this_members();
    let UnitFacts { calls, values, .. } = &mut lowering.facts;
    // Nearly always they are: the step of a loop is lowered after its body, and a default after the value that it is for.
    calls.sort_by_key(|call| values[call.index()].span.end);
    lowering.facts.subjects = Subjects::of(&lowering.facts);
    lowering.facts
}

impl<'tree> Lowering<'tree> {
    /// A walk that has not begun.
    pub(super) fn new(node: Node<'tree>, source: &'tree str, grammar: Grammar, class: Option<Name>) -> Self {
        // To grow from nothing would copy everything several times. One node in four to five is a value, one in thirty
        // to fifty a statement, a name or a block; a class's head has the nodes of the whole class below it.
        let nodes = node.descendant_count().min(source.len());
        let facts = UnitFacts {
            values: Vec::with_capacity(nodes * 3 / 10),
            funcs: Vec::with_capacity(nodes / 64 + 1),
            bindings: Vec::with_capacity(nodes / 32),
            stmts: Vec::with_capacity(nodes / 24 + 1),
            calls: Vec::with_capacity(nodes / 24),
            ..UnitFacts::default()
        };
        Self {
            grammar,
            source,
            base: node.start_byte(),
            cursor: node.walk(),
            facts,
            func: TOP,
            block: BlockId(0),
            stmt: None,
            list: 0,
            lists: 0,
            scopes: vec![Scope { parent: None, function_scope: 0, names: SmallVec::new() }],
            scope: 0,
            pending: Vec::with_capacity(nodes / 7),
            guards: SmallVec::new(),
            breaks: Vec::new(),
            depth: 0,
            class,
        }
    }

    pub(super) fn kind(&self, node: Node<'tree>) -> Kind {
        kind_of(self.grammar, node)
    }

    /// The node's bytes, from the unit's start. A class's head ends before its members, whatever they hold.
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        let end = (node.end_byte() - self.base).min(self.source.len());
        Span::new((node.start_byte() - self.base).min(end), end)
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'tree str {
        let span = self.span(node);
        self.source.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    pub(super) fn name(&self, node: Node<'_>) -> Name {
        Name::from(self.text(node))
    }

    /// Whether that word (`async`, `static`, `default`, `*`) stands in a node's head, before any bracket. The text
    /// answers it: a walk over all children for each function would be a tenth of lowering.
    pub(super) fn has_word(&self, node: Node<'tree>, word: &str) -> bool {
        let text = self.text(node);
        let head = text.find(['(', '{', '[', '=', '"', '\'', '`']).map_or(text, |end| &text[..end]);
        let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '#' | '*');
        let mut words = head.split(|char| !is_name(char)).filter(|found| !found.is_empty());
        // `async() {}` is a method of that name.
        words.any(|found| found == word) && !(head.trim() == word && self.kind(node) == Kind::Method)
    }

    /// A property's constant name.
    pub(super) fn property_name(&mut self, node: Node<'tree>) -> Option<Name> {
        match self.kind(node) {
            Kind::String => match self.literal(node) {
                Lit::Str(name) => Some(name),
                _ => None,
            },
            Kind::ComputedName => {
                let mut well_known = None;
                for &(child, _) in self.children(node).iter() {
                    self.expression(child);
                    well_known = Some(self.name(child)).filter(|name| name.starts_with("Symbol."));
                }
                well_known
            }
            _ => Some(self.name(node)),
        }
    }

    /// A new value at the current place.
    pub(super) fn push(&mut self, value: Value, span: Span) -> ValueId {
        let id = ValueId(self.facts.values.len() as u32);
        let data =
            ValueData { value, span, func: self.func, block: self.block, stmt: self.stmt, uses: SmallVec::new() };
        self.facts.values.push(data);
        id
    }

    pub(super) fn unknown(&mut self, span: Span) -> ValueId {
        self.push(Value::Unknown, span)
    }

    pub(super) fn add_use(&mut self, value: ValueId, of: Use) {
        self.facts.values[value.index()].uses.push(of);
    }

    /// A read of a name, bound later.
    pub(super) fn read(&mut self, name: Name, span: Span) -> ValueId {
        let value = self.push(Value::Unknown, span);
        self.pending.push(Pending { name, scope: self.scope, what: PendingUse::Read(value) });
        value
    }

    /// A store to a name, bound later.
    pub(super) fn store(&mut self, name: Name, value: ValueId) {
        self.pending.push(Pending { name, scope: self.scope, what: PendingUse::Store(value) });
    }

    /// `object.name`, made or written.
    pub(super) fn member(&mut self, object: ValueId, name: Name, span: Span) -> ValueId {
        let member = self.push(Value::Member { object, name }, span);
        self.add_use(object, Use::Object(member));
        member
    }

    pub(super) fn op(&mut self, op: Op) {
        let block = self.block.index();
        self.facts.funcs[self.func.index()].blocks[block].ops.push(op);
    }

    /// A new block of the current function, under the conditions that hold now.
    pub(super) fn new_block(&mut self) -> BlockId {
        let guards = self.guards.clone();
        let blocks = &mut self.facts.funcs[self.func.index()].blocks;
        let id = BlockId(blocks.len() as u32);
        blocks.push(Block { guards, ..Block::default() });
        id
    }

    pub(super) fn link(&mut self, from: BlockId, to: BlockId) {
        let next = &mut self.facts.funcs[self.func.index()].blocks[from.index()].next;
        if !next.contains(&to) {
            next.push(to);
        }
    }

    /// Runs `inner` one level deeper; too deep gives `None`.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= super::MAX_DEPTH {
            self.facts.truncated = true;
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        Some(result)
    }

    fn note_this_members(&mut self) {
        if self.class.is_none() {
            return;
        }
        for (index, data) in self.facts.values.iter().enumerate() {
            let Value::Member { object, name } = &data.value else { continue };
            if matches!(self.facts.values[object.index()].value, Value::This) {
                self.facts.this_members.entry(name.clone()).or_default().push(ValueId(index as u32));
            }
        }
    }
}
