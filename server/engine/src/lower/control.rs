//! Statements and the control flow between them.

use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};

/// Where `break` and `continue` lead.
pub(super) struct Target {
    label: Option<Name>,
    on_break: BlockId,
    /// `None` for a `switch` and for a labelled block.
    on_continue: Option<BlockId>,
    func: FuncId,
}

impl<'tree> Lowering<'tree> {
    /// A statement at the current place.
    pub(super) fn statement(&mut self, node: Node<'tree>) {
        let before = self.stmt;
        let span = self.span(node);
        self.stmt = Some(StmtId(self.facts.stmts.len() as u32));
        self.facts.stmts.push(Stmt { span, func: self.func, list: self.list });
        if self.deeper(|this| this.statement_of_kind(node, None)).is_none() {
            self.facts.holes.push(span);
        }
        self.stmt = before;
    }

    fn statement_of_kind(&mut self, node: Node<'tree>, label: Option<Name>) {
        match self.kind(node) {
            Kind::ExpressionStatement => self.expression_statement(node),
            Kind::LexicalDeclaration | Kind::VariableDeclaration => self.variables(node),
            Kind::FunctionDeclaration | Kind::GeneratorDeclaration => self.function_declaration(node),
            Kind::ClassDeclaration | Kind::AbstractClass => self.class_declaration(node),
            Kind::ImportStatement => self.import_statement(node),
            Kind::ExportStatement => self.export_statement(node),
            Kind::StatementBlock => self.in_scope(false, |this| this.statements(node)),
            Kind::If => self.if_statement(node),
            Kind::For | Kind::While | Kind::Do => self.loop_statement(node, label),
            Kind::ForIn => self.for_in_statement(node, label),
            Kind::Switch => self.switch_statement(node, label),
            Kind::Try => self.try_statement(node),
            Kind::Return => self.return_statement(node),
            Kind::Throw => {
                for &(child, _) in self.children(node).iter() {
                    let value = self.expression(child);
                    self.add_use(value, Use::Thrown);
                }
                self.op(Op::Throw);
                self.dead_block();
            }
            Kind::Labeled => self.labeled_statement(node),
            Kind::Break | Kind::Continue => self.jump(node),
            Kind::Comment | Kind::Empty => {}
            Kind::Error => {
                let hole = self.span(node);
                self.facts.holes.push(hole);
                self.statements(node);
            }
            _ => self.other_statement(node),
        }
    }

    /// Enumerations, namespaces, ambient declarations: what is inside counts as run here.
    fn other_statement(&mut self, node: Node<'tree>) {
        if matches!(node.kind(), "interface_declaration" | "type_alias_declaration") {
            return self.type_declaration(node);
        }
        if node.kind() == "enum_declaration" {
            if let Some(name) = self.child(node, Field::Name) {
                let (text, span) = (self.name(name), self.span(name));
                self.declare(text, BindingKind::Enum, span);
            }
            return;
        }
        for &(child, _) in self.children(node).iter() {
            if self.kind(child) == Kind::StatementBlock {
                self.in_scope(false, |this| this.statements(child));
            }
        }
    }

    /// The statements among a node's children.
    pub(super) fn statements(&mut self, node: Node<'tree>) {
        let outer = self.list;
        self.lists += 1;
        self.list = self.lists;
        for &(child, _) in self.children(node).iter() {
            self.statement(child);
        }
        self.list = outer;
    }

    fn expression_statement(&mut self, node: Node<'tree>) {
        for &(child, _) in self.children(node).iter() {
            self.expression(child);
        }
    }

    fn return_statement(&mut self, node: Node<'tree>) {
        let value = self.children(node).first().map(|&(child, _)| self.expression(child));
        self.return_value(value);
        self.dead_block();
    }

    pub(super) fn return_value(&mut self, value: Option<ValueId>) {
        if let Some(value) = value {
            self.add_use(value, Use::Returned(self.func));
            self.facts.funcs[self.func.index()].returns.push(value);
        }
        self.op(Op::Return(value));
    }

    /// What follows a jump: a block that nothing leads to.
    fn dead_block(&mut self) {
        self.block = self.new_block();
    }

    /// Evaluates `inner` in a block of its own that runs if `condition` comes out as `holds`; gives the block
    /// that it ends in.
    pub(super) fn guarded(
        &mut self,
        condition: Option<ValueId>,
        holds: bool,
        inner: impl FnOnce(&mut Self),
    ) -> BlockId {
        let from = self.block;
        if let Some(condition) = condition {
            self.guards.push(Guard { condition, holds });
        }
        self.block = self.new_block();
        self.link(from, self.block);
        inner(self);
        if condition.is_some() {
            self.guards.pop();
        }
        std::mem::replace(&mut self.block, from)
    }

    pub(super) fn join(&mut self, ends: &[BlockId]) {
        let join = self.new_block();
        for &end in ends {
            self.link(end, join);
        }
        self.block = join;
    }

    fn if_statement(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        let condition = children.of(Field::Condition).map(|child| self.condition(child));
        let start = self.block;
        let then = self.guarded(condition, true, |this| {
            if let Some(child) = children.of(Field::Consequence) {
                this.statement(child);
            }
        });
        let otherwise = children.of(Field::Alternative).map(|clause| {
            self.guarded(condition, false, |this| {
                for &(child, _) in this.children(clause).iter() {
                    this.statement(child);
                }
            })
        });
        self.join(&[then, otherwise.unwrap_or(start)]);
    }

    pub(super) fn condition(&mut self, node: Node<'tree>) -> ValueId {
        let value = self.expression(node);
        self.add_use(value, Use::Condition);
        value
    }

    fn in_loop(&mut self, label: Option<Name>, condition: Option<ValueId>, body: impl FnOnce(&mut Self)) {
        let head = self.new_block();
        self.link(self.block, head);
        self.block = head;
        let after = self.new_block();
        self.link(head, after);
        let func = self.func;
        self.breaks.push(Target { label, on_break: after, on_continue: Some(head), func });
        let end = self.guarded(condition, true, body);
        self.breaks.pop();
        self.link(end, head);
        self.block = after;
    }

    fn loop_statement(&mut self, node: Node<'tree>, label: Option<Name>) {
        self.in_scope(false, |this| {
            let children = this.children(node);
            if let Some(initializer) = children.of(Field::Initializer) {
                this.loop_initializer(initializer);
            }
            let condition =
                children.of(Field::Condition).filter(|child| child.is_named()).map(|child| this.condition(child));
            this.in_loop(label, condition, |this| {
                if let Some(body) = children.of(Field::Body) {
                    this.statement(body);
                }
                if let Some(increment) = children.of(Field::Increment) {
                    this.expression(increment);
                }
            });
        });
    }

    fn loop_initializer(&mut self, node: Node<'tree>) {
        match self.kind(node) {
            Kind::LexicalDeclaration | Kind::VariableDeclaration => self.variables(node),
            Kind::Empty => {}
            _ => {
                self.expression(node);
            }
        }
    }

    fn for_in_statement(&mut self, node: Node<'tree>, label: Option<Name>) {
        self.in_scope(false, |this| {
            let children = this.children(node);
            let (Some(left), Some(right)) = (children.of(Field::Left), children.of(Field::Right)) else { return };
            let iterated = this.expression(right);
            let span = this.span(left);
            this.in_loop(label, None, |this| {
                let element = this.push(Value::Element(iterated), span);
                this.add_use(iterated, Use::Iterated(element));
                match children.of(Field::Kind).map(|word| this.text(word)) {
                    Some("var") => this.pattern(left, element, BindingKind::Var),
                    Some("let") => this.pattern(left, element, BindingKind::Let),
                    Some(_) => this.pattern(left, element, BindingKind::Const),
                    None => this.assign_pattern(left, element),
                }
                if let Some(body) = children.of(Field::Body) {
                    this.statement(body);
                }
            });
        });
    }

    fn switch_statement(&mut self, node: Node<'tree>, label: Option<Name>) {
        let children = self.children(node);
        let subject = children.of(Field::Value).map(|child| self.condition(child));
        let Some(body) = children.of(Field::Body) else { return };
        let start = self.block;
        let after = self.new_block();
        let func = self.func;
        self.breaks.push(Target { label, on_break: after, on_continue: None, func });
        let mut fallthrough = None;
        let mut has_default = false;
        self.in_scope(false, |this| {
            for &(case, _) in this.children(body).iter() {
                has_default |= this.kind(case) == Kind::SwitchDefault;
                this.block = start;
                let from = fallthrough;
                let end = this.guarded(subject, true, |this| {
                    if let Some(from) = from {
                        this.link(from, this.block);
                    }
                    this.switch_case(case);
                });
                fallthrough = Some(end);
            }
        });
        self.breaks.pop();
        self.link(fallthrough.unwrap_or(start), after);
        if !has_default {
            self.link(start, after);
        }
        self.block = after;
    }

    fn switch_case(&mut self, case: Node<'tree>) {
        let outer = self.list;
        self.lists += 1;
        self.list = self.lists;
        for &(child, field) in self.children(case).iter() {
            match field {
                Field::Value => {
                    self.condition(child);
                }
                _ => self.statement(child),
            }
        }
        self.list = outer;
    }

    /// Anything in the `try` may have thrown before or after each step, so the handler follows its start and end.
    fn try_statement(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        let start = self.block;
        let mut ends = Vec::new();
        if let (Some(body), Some(handler)) = (children.of(Field::Body), children.of(Field::Handler)) {
            let caught = self.children(handler).of(Field::Body).unwrap_or(handler);
            let ignores = self.children(caught).is_empty();
            let (body, clause, handler) = (self.span(body), self.span(handler), self.span(caught));
            self.facts.tries.push(Try { body, clause, handler, ignores });
        }
        let first = self.facts.funcs[self.func.index()].blocks.len();
        let tried = self.guarded(None, true, |this| {
            if let Some(body) = children.of(Field::Body) {
                this.statement(body);
            }
        });
        ends.push(tried);
        if let Some(handler) = children.of(Field::Handler) {
            self.block = start;
            let waited =
                self.facts.funcs[self.func.index()].blocks[first..].iter().any(|block| block.gap == Gap::Await);
            let caught = self.guarded(None, true, |this| {
                this.link(tried, this.block);
                if waited {
                    // What fails is what was waited for.
                    this.facts.funcs[this.func.index()].blocks[this.block.index()].gap = Gap::Await;
                }
                this.in_scope(false, |this| this.catch_clause(handler));
            });
            ends.push(caught);
        }
        self.join(&ends);
        if let Some(finalizer) = children.of(Field::Finalizer) {
            for &(child, _) in self.children(finalizer).iter() {
                self.statement(child);
            }
        }
    }

    fn catch_clause(&mut self, handler: Node<'tree>) {
        for &(child, field) in self.children(handler).iter() {
            match field {
                Field::Parameter => {
                    let span = self.span(child);
                    let thrown = self.unknown(span);
                    self.pattern(child, thrown, BindingKind::Catch);
                }
                Field::Body => self.statement(child),
                _ => {}
            }
        }
    }

    fn labeled_statement(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        let label = children.first().map(|&(label, _)| self.name(label));
        let Some(body) = children.of(Field::Body) else { return };
        if matches!(self.kind(body), Kind::For | Kind::ForIn | Kind::While | Kind::Do | Kind::Switch) {
            self.statement_of_kind(body, label);
            return;
        }
        let after = self.new_block();
        let func = self.func;
        self.breaks.push(Target { label, on_break: after, on_continue: None, func });
        self.statement(body);
        self.breaks.pop();
        self.link(self.block, after);
        self.block = after;
    }

    fn jump(&mut self, node: Node<'tree>) {
        let label = self.children(node).first().map(|&(label, _)| self.name(label));
        let is_break = self.kind(node) == Kind::Break;
        let target = self
            .breaks
            .iter()
            .rev()
            .take_while(|target| target.func == self.func)
            .find(|target| match &label {
                Some(label) => target.label.as_ref() == Some(label),
                None => is_break || target.on_continue.is_some(),
            })
            .and_then(|target| if is_break { Some(target.on_break) } else { target.on_continue });
        if let Some(target) = target {
            self.link(self.block, target);
        }
        self.dead_block();
    }
}
