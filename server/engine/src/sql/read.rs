//! From the text of a file to what its statements do.

use smol_str::SmolStr;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::body::{Code, sends_of};
use super::change::{Change, Members, What};
use super::depth::is_deep;
use super::doubt::Unknown;
use super::names::{PUBLIC, TableName, last, parts};
use super::publish::drops_publication;
use super::schema::{Identity, Policy, PolicyCommand, SqlPlace};
use crate::text::Span;

/// What the statements of a file do, in their order. A statement that the parser cannot read does nothing that is known.
pub fn read(text: &str) -> Vec<Change> {
    let line_starts =
        text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1).collect();
    let mut reader = Reader { line_starts, schema: PUBLIC.into(), is_in_block: false, changes: Vec::new() };
    reader.script(text, &|offset| offset);
    reader.changes
}

/// Reads one file.
pub(super) struct Reader {
    /// Where lines start, but for the first one.
    line_starts: Vec<u32>,
    /// The schema of names that say none.
    pub(super) schema: SmolStr,
    /// Whether it reads the code of a block.
    pub(super) is_in_block: bool,
    changes: Vec<Change>,
}

/// From an offset of a piece of SQL to the offset in the file.
pub(super) type Place<'a> = &'a dyn Fn(u32) -> u32;

impl Reader {
    /// A script, statement by statement.
    pub(super) fn script(&mut self, text: &str, place: Place<'_>) {
        if is_deep(text) {
            return self.unknown(Unknown::dynamic(text), place(0));
        }
        let parsed = SourceFile::parse(text);
        let errors: Vec<u32> = parsed.errors().iter().map(|error| error.range().start().into()).collect();
        let statements: Vec<ast::Stmt> = parsed.tree().stmts().collect();
        for (index, statement) in statements.iter().enumerate() {
            let start = offset(statement.syntax());
            // What the parser gave up on stands behind the statement that it could still read.
            let end = statements.get(index + 1).map_or(text.len() as u32, |next| offset(next.syntax()));
            if errors.iter().any(|&at| start <= at && at < end.max(start + 1)) {
                let text = text.get(start as usize..end as usize).unwrap_or_default();
                self.unknown(Unknown::of(text), place(start));
            } else {
                self.statement(statement, place);
            }
        }
    }

    pub(super) fn push(&mut self, what: What, at: u32) {
        self.changes.push(Change { line: self.line(at), what });
    }

    pub(super) fn line(&self, at: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= at) as u32
    }

    pub(super) fn unknown(&mut self, unknown: Unknown, at: u32) {
        if unknown.is_something() {
            self.push(What::Unknown(unknown), at);
        }
    }

    /// One statement.
    pub(super) fn statement(&mut self, statement: &ast::Stmt, place: Place<'_>) {
        let node = statement.syntax();
        let at = place(offset(node));
        match statement {
            ast::Stmt::CreateTable(_) => self.create_table(node, at),
            ast::Stmt::CreateTableAs(_) => {
                if let Some(table) = self.table_in(node, SyntaxKind::TABLE_NAME) {
                    let unless_there = has(node, SyntaxKind::IF_NOT_EXISTS);
                    self.push(What::CreateTable { table, unless_there, columns: None, key: None }, at);
                }
            }
            ast::Stmt::DropTable(_) => {
                for table in self.tables_in(node, SyntaxKind::TABLE_NAME_REF) {
                    self.push(What::DropTable(table), at);
                }
            }
            ast::Stmt::DropSchema(_) => {
                for schema in children(node, SyntaxKind::SCHEMA_REF).filter_map(|node| last(&node)) {
                    self.push(What::DropSchema(schema), at);
                }
            }
            ast::Stmt::AlterTable(alter) => self.alter_table(alter, place),
            ast::Stmt::CreatePolicy(_) | ast::Stmt::AlterPolicy(_) | ast::Stmt::DropPolicy(_) => {
                self.policy(statement, at);
            }
            ast::Stmt::CreatePublication(_) | ast::Stmt::AlterPublication(_) => self.publication(node, at),
            ast::Stmt::DropPublication(_) if drops_publication(node) => {
                self.push(What::Publication(Members::Gone), at);
            }
            ast::Stmt::Grant(_) => self.grant(node, true, at),
            ast::Stmt::Revoke(_) => self.grant(node, false, at),
            ast::Stmt::AlterDefaultPrivileges(_) => self.default_grant(node, at),
            ast::Stmt::CreateFunction(function) => self.function(function, place),
            ast::Stmt::DropFunction(_) => {
                if let Some(name) = first(node, SyntaxKind::FUNCTION_SIG).and_then(|sig| function_name(&sig)) {
                    let cascades = is_cascading(node);
                    self.push(What::DropFunction { name, cascades }, at);
                }
            }
            ast::Stmt::CreateTrigger(_) => {
                let function =
                    child(node, SyntaxKind::CALL_EXPR).and_then(|call| call.first_child()).and_then(|name| last(&name));
                let table = child(node, SyntaxKind::ON_RELATION)
                    .and_then(|on| self.table_in(&on, SyntaxKind::RELATION_NAME_REF));
                let name = child(node, SyntaxKind::TRIGGER).and_then(|name| last(&name));
                if let (Some(function), Some(table), Some(name)) = (function, table, name) {
                    self.push(What::Trigger { name, table, function }, at);
                }
            }
            ast::Stmt::DropTrigger(_) => {
                let table = child(node, SyntaxKind::ON_RELATION)
                    .and_then(|on| self.table_in(&on, SyntaxKind::RELATION_NAME_REF));
                let name = child(node, SyntaxKind::TRIGGER_REF).and_then(|name| last(&name));
                if let (Some(table), Some(name)) = (table, name) {
                    self.push(What::DropTrigger { name, table }, at);
                }
            }
            ast::Stmt::Do(block) => match block.plpgsql() {
                Some(body) => {
                    let inner = |at: u32| place(body.source_range(squawk_range(at)).start().into());
                    self.code(&Code::new(&body.syntax(), &body.errors(), body.text()), &inner);
                }
                None => self.unknown(Unknown::of(&node.text().to_string()), at),
            },
            ast::Stmt::Set(_) => self.search_path(node),
            ast::Stmt::Select(_) => {
                let text = node.text().to_string();
                if text.contains("set_config") && text.contains("search_path") {
                    self.schema = PUBLIC.into();
                }
            }
            _ => {}
        }
    }

    fn search_path(&mut self, node: &SyntaxNode) {
        let Some(config) = child(node, SyntaxKind::SET_CONFIG) else { return };
        let is_path = child(&config, SyntaxKind::CONFIG_PARAMETER_REF)
            .and_then(|name| last(&name))
            .is_some_and(|name| name == "search_path");
        if is_path {
            let first = config.descendants().find(|node| node.kind() == SyntaxKind::CONFIG_VALUE_NAME);
            self.schema = first.and_then(|name| last(&name)).unwrap_or_else(|| PUBLIC.into());
        }
    }

    fn create_table(&mut self, node: &SyntaxNode, at: u32) {
        let Some(table) = self.table_in(node, SyntaxKind::TABLE_NAME) else { return };
        let unless_there = has(node, SyntaxKind::IF_NOT_EXISTS);
        let list = child(node, SyntaxKind::TABLE_ARG_LIST);
        let is_whole = list.as_ref().is_some_and(|list| !has(list, SyntaxKind::LIKE_CLAUSE))
            && !has(node, SyntaxKind::PARTITION_OF)
            && !has(node, SyntaxKind::INHERITS);
        let (mut columns, mut key) = (Vec::new(), None);
        for part in list.iter().flat_map(|list| list.children()) {
            match part.kind() {
                SyntaxKind::COLUMN => {
                    let Some(name) = child(&part, SyntaxKind::COLUMN_NAME).and_then(|name| last(&name)) else {
                        continue;
                    };
                    if has(&part, SyntaxKind::PRIMARY_KEY_CONSTRAINT) {
                        key = Some(vec![name.clone()]);
                    }
                    columns.push(name);
                }
                SyntaxKind::PRIMARY_KEY_CONSTRAINT => key = key_of(&part),
                _ => {}
            }
        }
        self.push(What::CreateTable { table, unless_there, columns: is_whole.then_some(columns), key }, at);
    }

    fn alter_table(&mut self, alter: &ast::AlterTable, place: Place<'_>) {
        let node = alter.syntax();
        let Some(mut table) = self.table_in(node, SyntaxKind::TABLE_RELATION_NAME) else { return };
        if table == messages() && !self.is_in_block {
            let range = node.text_range();
            let span = Span { start: place(range.start().into()), end: place(range.end().into()) };
            let only_secures = alter.actions().all(|action| matches!(action, ast::AlterTableAction::EnableRls(_)));
            self.push(What::AlterMessages { span, only_secures }, span.start);
        }
        for action in alter.actions() {
            let node = action.syntax();
            let at = place(offset(node));
            let what = match &action {
                ast::AlterTableAction::EnableRls(_) => What::RowSecurity { table: table.clone(), is_on: true },
                ast::AlterTableAction::DisableRls(_) => What::RowSecurity { table: table.clone(), is_on: false },
                ast::AlterTableAction::ReplicaIdentity(identity) => {
                    let identity = match identity.replica_identity_option() {
                        Some(ast::ReplicaIdentityOption::ReplicaIdentityDefault(_)) => Identity::Default,
                        Some(ast::ReplicaIdentityOption::ReplicaIdentityFull(_)) => Identity::Full,
                        _ => Identity::Other,
                    };
                    What::Identity { table: table.clone(), identity }
                }
                ast::AlterTableAction::TableRenameTo(_) => {
                    let Some(name) = child(node, SyntaxKind::TABLE_NAME).and_then(|name| last(&name)) else { continue };
                    let to = TableName { schema: table.schema.clone(), name };
                    let from = std::mem::replace(&mut table, to.clone());
                    What::Rename { table: from, to }
                }
                ast::AlterTableAction::SetSchema(_) => {
                    let Some(schema) = child(node, SyntaxKind::SCHEMA_REF).and_then(|name| last(&name)) else {
                        continue;
                    };
                    let to = TableName { schema, name: table.name.clone() };
                    let from = std::mem::replace(&mut table, to.clone());
                    What::Rename { table: from, to }
                }
                ast::AlterTableAction::RenameColumn(_) => {
                    let from = child(node, SyntaxKind::COLUMN_NAME_REF).and_then(|name| last(&name));
                    let to = child(node, SyntaxKind::COLUMN_NAME).and_then(|name| last(&name));
                    let (Some(from), Some(to)) = (from, to) else { continue };
                    What::RenameColumn { table: table.clone(), from, to }
                }
                ast::AlterTableAction::AddColumn(_) => {
                    let Some(column) = child(node, SyntaxKind::COLUMN_NAME).and_then(|name| last(&name)) else {
                        continue;
                    };
                    let is_key = has(node, SyntaxKind::PRIMARY_KEY_CONSTRAINT);
                    What::AddColumn { table: table.clone(), column, is_key }
                }
                ast::AlterTableAction::DropColumn(_) => {
                    let Some(column) = child(node, SyntaxKind::COLUMN_NAME_REF).and_then(|name| last(&name)) else {
                        continue;
                    };
                    What::DropColumn { table: table.clone(), column, cascades: is_cascading(node) }
                }
                ast::AlterTableAction::AddConstraint(_) => {
                    let Some(key) = child(node, SyntaxKind::PRIMARY_KEY_CONSTRAINT) else { continue };
                    What::Key { table: table.clone(), key: key_of(&key) }
                }
                // It may be the key's.
                ast::AlterTableAction::DropConstraint(drop) => {
                    let is_key = drop.syntax().text().to_string().to_lowercase().contains("pk");
                    if !is_key {
                        continue;
                    }
                    What::Key { table: table.clone(), key: None }
                }
                _ => continue,
            };
            self.push(what, at);
        }
    }

    fn policy(&mut self, statement: &ast::Stmt, at: u32) {
        let node = statement.syntax();
        let on = child(node, SyntaxKind::ON_TABLE);
        let Some(table) = on.and_then(|on| self.table_in(&on, SyntaxKind::TABLE_NAME_REF)) else { return };
        let name = child(node, SyntaxKind::POLICY).or_else(|| child(node, SyntaxKind::POLICY_REF));
        let Some(name) = name.and_then(|name| last(&name)) else { return };
        let condition = || {
            let clause = first(node, SyntaxKind::USING_EXPR_CLAUSE)?;
            clause.first_child().map(|condition| condition.text().to_string())
        };
        let what = match statement {
            ast::Stmt::CreatePolicy(policy) => {
                let kind = policy.as_policy_type().and_then(|kind| kind.ident_token());
                let command = match policy.policy_command().and_then(|command| command.command()) {
                    None | Some(ast::PolicyCommandKind::PolicyCommandAll(_)) => PolicyCommand::All,
                    Some(ast::PolicyCommandKind::PolicyCommandSelect(_)) => PolicyCommand::Select,
                    Some(_) => PolicyCommand::Write,
                };
                let policy = Policy {
                    name,
                    is_permissive: kind.is_none_or(|kind| !kind.text().eq_ignore_ascii_case("restrictive")),
                    command,
                    roles: roles(node),
                    condition: condition(),
                    place: SqlPlace::default(),
                };
                What::CreatePolicy { table, policy }
            }
            ast::Stmt::AlterPolicy(_) => {
                let renamed = first(node, SyntaxKind::POLICY).and_then(|name| last(&name));
                let names_roles = first(node, SyntaxKind::ROLE_REF_LIST).is_some();
                let roles = names_roles.then(|| roles(node));
                What::AlterPolicy { table, name, renamed, roles, condition: condition() }
            }
            _ => What::DropPolicy { table, name },
        };
        self.push(what, at);
    }

    fn function(&mut self, function: &ast::CreateFunction, place: Place<'_>) {
        let node = function.syntax();
        let at = place(offset(node));
        let Some(name) = function_name(node) else { return };
        let is_trigger =
            function.ret_type().is_some_and(|kind| kind.syntax().text().to_string().to_lowercase().contains("trigger"));
        let sends = match function.plpgsql() {
            Some(body) => {
                let inner = |at: u32| self.line(place(body.source_range(squawk_range(at)).start().into()));
                sends_of(&body.syntax(), &inner)
            }
            None => Vec::new(),
        };
        // Who calls it, and when, is not known.
        self.unknown(Unknown::of_function(&node.text().to_string()), at);
        self.push(What::Function { name, is_trigger, sends }, at);
    }

    pub(super) fn table_in(&self, node: &SyntaxNode, kind: SyntaxKind) -> Option<TableName> {
        self.tables_in(node, kind).into_iter().next()
    }

    /// The tables that the children of a kind name.
    pub(super) fn tables_in(&self, node: &SyntaxNode, kind: SyntaxKind) -> Vec<TableName> {
        children(node, kind).filter_map(|node| self.table(&parts(&node))).collect()
    }

    fn table(&self, parts: &[SmolStr]) -> Option<TableName> {
        match parts {
            [name] => Some(TableName { schema: self.schema.clone(), name: name.clone() }),
            [.., schema, name] => Some(TableName { schema: schema.clone(), name: name.clone() }),
            [] => None,
        }
    }
}

/// Whether what depends on it is dropped, too.
fn is_cascading(drop: &SyntaxNode) -> bool {
    drop.descendants_with_tokens().any(|part| part.kind() == SyntaxKind::CASCADE_KW)
}

/// The table that Realtime keeps messages in.
pub(crate) fn messages() -> TableName {
    TableName::new("realtime", "messages")
}

pub(super) fn offset(node: &SyntaxNode) -> u32 {
    node.text_range().start().into()
}

fn squawk_range(at: u32) -> rowan::TextRange {
    rowan::TextRange::empty(at.into())
}

pub(super) fn children(node: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxNode> {
    node.children().filter(move |child| child.kind() == kind)
}

pub(super) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    children(node, kind).next()
}

/// The first node of a kind, at any depth.
pub(super) fn first(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.descendants().skip(1).find(|inner| inner.kind() == kind)
}

pub(super) fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    child(node, kind).is_some()
}

fn key_of(constraint: &SyntaxNode) -> Option<Vec<SmolStr>> {
    let columns = first(constraint, SyntaxKind::CONSTRAINT_COLUMN_REF_LIST)?;
    Some(children(&columns, SyntaxKind::COLUMN_NAME_REF).filter_map(|name| last(&name)).collect())
}

pub(super) fn roles(node: &SyntaxNode) -> Vec<SmolStr> {
    let list = first(node, SyntaxKind::ROLE_REF_LIST);
    let named: Vec<SmolStr> =
        list.iter().flat_map(|list| children(list, SyntaxKind::ROLE_REF)).filter_map(|role| last(&role)).collect();
    if named.is_empty() { vec!["public".into()] } else { named }
}

fn function_name(node: &SyntaxNode) -> Option<SmolStr> {
    let name = node.children().find(|child| {
        matches!(
            child.kind(),
            SyntaxKind::FUNCTION_NAME | SyntaxKind::FUNCTION_NAME_REF | SyntaxKind::PATH | SyntaxKind::PATH_REF
        )
    })?;
    last(&name)
}
