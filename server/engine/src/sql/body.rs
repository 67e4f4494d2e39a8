//! The code of `do` blocks and functions: statements below `if` and loops, and texts that `execute` runs.

use std::collections::HashMap;

use smol_str::SmolStr;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::syntax_error::SyntaxError;
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::doubt::Unknown;
use super::loops::turns;
use super::names::{last, parts};
use super::read::{Place, Reader, child, offset};
use super::schema::{Send, SqlPlace, Topic};

/// How many texts one dynamic statement may come to.
pub(super) const MOST: usize = 500;

/// The code of a block.
pub(super) struct Code<'block> {
    node: &'block SyntaxNode,
    is_sound: bool,
    text: &'block str,
}

impl<'block> Code<'block> {
    pub(super) fn new(node: &'block SyntaxNode, errors: &[SyntaxError], text: &'block str) -> Self {
        Self { node, is_sound: errors.is_empty(), text }
    }
}

/// What variables may hold: each of these, one after the other.
pub(super) type Variables = HashMap<SmolStr, Vec<String>>;

impl Reader {
    /// A block counts as if all of it ran: guards are there for who runs it twice.
    pub(super) fn code(&mut self, code: &Code<'_>, place: Place<'_>) {
        if !code.is_sound {
            return self.unknown(Unknown::of(code.text), place(0));
        }
        let variables = declared(code.node);
        let was_in_block = std::mem::replace(&mut self.is_in_block, true);
        self.run(code.node, &variables, code, place);
        self.is_in_block = was_in_block;
    }

    fn run(&mut self, node: &SyntaxNode, variables: &Variables, code: &Code<'_>, place: Place<'_>) {
        match node.kind() {
            SyntaxKind::PLPGSQL_EXEC_SQL_STMT => {
                if let Some(statement) = node.children().find_map(ast::Stmt::cast) {
                    self.statement(&statement, place);
                }
            }
            SyntaxKind::PLPGSQL_DYN_EXECUTE_STMT => self.execute(node, variables, code, place),
            SyntaxKind::PLPGSQL_FOR_EACH_STMT | SyntaxKind::PLPGSQL_FOR_QUERY_STMT => {
                for turn in turns(node, variables) {
                    node.children().for_each(|child| self.run(&child, &turn, code, place));
                }
            }
            _ => node.children().for_each(|child| self.run(&child, variables, code, place)),
        }
    }

    fn execute(&mut self, node: &SyntaxNode, variables: &Variables, code: &Code<'_>, place: Place<'_>) {
        let at = place(offset(node));
        let Some(query) = child(node, SyntaxKind::PLPGSQL_EXPR) else { return };
        match expression(&query).and_then(|query| evaluate(&query, variables)) {
            Some(texts) => texts.iter().for_each(|text| self.script(text, &|_| at)),
            None => {
                let spoken = literals(&query).join(" ");
                let of = if spoken.is_empty() { Unknown::dynamic(code.text) } else { Unknown::dynamic(&spoken) };
                self.unknown(of, at);
            }
        }
    }
}

/// The variables that are declared with a text or a list of texts, and never assigned.
fn declared(block: &SyntaxNode) -> Variables {
    let mut variables = Variables::new();
    for declaration in block.descendants().filter(|node| node.kind() == SyntaxKind::PLPGSQL_VAR_DECL) {
        let name = child(&declaration, SyntaxKind::PLPGSQL_VAR_NAME).and_then(|name| last(&name));
        let init = declaration.descendants().find(|node| node.kind() == SyntaxKind::PLPGSQL_EXPR);
        let values = init.and_then(|init| expression(&init)).and_then(|init| list(&init, &Variables::new()));
        if let (Some(name), Some(values)) = (name, values) {
            variables.insert(name, values);
        }
    }
    for assigned in block.descendants().filter(|node| node.kind() == SyntaxKind::PLPGSQL_ASSIGN_STMT) {
        if let Some(name) = assigned.first_child().and_then(|target| parts(&target).into_iter().next()) {
            variables.remove(&name);
        }
    }
    variables
}

/// The expression that stands alone where one is wanted.
pub(super) fn expression(node: &SyntaxNode) -> Option<SyntaxNode> {
    let target = node.descendants().find(|node| node.kind() == SyntaxKind::TARGET)?;
    target.first_child()
}

pub(super) fn argument(call: &SyntaxNode, index: usize) -> Option<SyntaxNode> {
    let list = child(call, SyntaxKind::ARG_LIST)?;
    list.children().filter(|node| node.kind() == SyntaxKind::ARG).nth(index)?.first_child()
}

/// The texts of a list: `array['a', 'b']`, `'{a,b}'::text[]`, a variable.
pub(super) fn list(node: &SyntaxNode, variables: &Variables) -> Option<Vec<String>> {
    match node.kind() {
        SyntaxKind::ARRAY_EXPR => {
            let each = node.children().map(|item| evaluate(&item, variables).filter(|texts| texts.len() == 1));
            Some(each.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        SyntaxKind::CAST_EXPR | SyntaxKind::PAREN_EXPR => {
            let inner = list(&node.first_child()?, variables)?;
            match inner.as_slice() {
                [only] => Some(match only.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                    Some(items) => items.split(',').map(|item| item.trim().trim_matches('"').to_owned()).collect(),
                    None => inner,
                }),
                _ => Some(inner),
            }
        }
        _ => evaluate(node, variables),
    }
}

/// The texts that an expression may come to.
pub(super) fn evaluate(node: &SyntaxNode, variables: &Variables) -> Option<Vec<String>> {
    match node.kind() {
        SyntaxKind::LITERAL => Some(vec![ast::Literal::cast(node.clone())?.string_value()?]),
        SyntaxKind::NAME_REF => variables.get(&last(node)?).cloned(),
        SyntaxKind::FIELD_EXPR => variables.get(parts(node).join(".").as_str()).cloned(),
        SyntaxKind::PAREN_EXPR | SyntaxKind::CAST_EXPR => evaluate(&node.first_child()?, variables),
        SyntaxKind::BIN_EXPR => {
            let is_joined = node.children_with_tokens().any(|part| part.to_string() == "||");
            let (left, right) = (node.first_child()?, node.last_child()?);
            is_joined.then(|| {
                product(&[evaluate(&left, variables)?, evaluate(&right, variables)?], |texts| Some(texts.concat()))
            })?
        }
        SyntaxKind::CALL_EXPR => {
            let name = last(&node.first_child()?)?;
            match name.as_str() {
                "quote_ident" => {
                    let inner = evaluate(&argument(node, 0)?, variables)?;
                    Some(inner.iter().map(|text| format!("\"{text}\"")).collect())
                }
                "format" => {
                    let count = child(node, SyntaxKind::ARG_LIST)?
                        .children()
                        .filter(|node| node.kind() == SyntaxKind::ARG)
                        .count();
                    let given: Option<Vec<_>> =
                        (0..count).map(|index| evaluate(&argument(node, index)?, variables)).collect();
                    product(&given?, |texts| formatted(texts[0], &texts[1..]))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Every choice of one text of each list, put together.
fn product(lists: &[Vec<String>], join: impl Fn(&[&str]) -> Option<String>) -> Option<Vec<String>> {
    let mut choices: Vec<Vec<&str>> = vec![Vec::new()];
    for list in lists {
        choices = choices
            .into_iter()
            .flat_map(|choice| list.iter().map(move |text| [choice.clone(), vec![text.as_str()]].concat()))
            .collect();
        if choices.len() > MOST {
            return None;
        }
    }
    choices.iter().map(|choice| join(choice)).collect()
}

/// `format(pattern, …)`, for `%I`, `%L` and `%s` without a width.
fn formatted(pattern: &str, given: &[&str]) -> Option<String> {
    let mut given = given.iter();
    let mut out = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        match letters.next()? {
            '%' => out.push('%'),
            's' => out.push_str(given.next()?),
            'I' => out.push_str(&format!("\"{}\"", given.next()?)),
            'L' => out.push_str(&format!("'{}'", given.next()?.replace('\'', "''"))),
            _ => return None,
        }
    }
    Some(out)
}

fn literals(node: &SyntaxNode) -> Vec<String> {
    node.descendants().filter_map(ast::Literal::cast).filter_map(|literal| literal.string_value()).collect()
}

/// The messages that a function sends; `line` tells the line of an offset of the body.
pub(super) fn sends_of(body: &SyntaxNode, line: &dyn Fn(u32) -> u32) -> Vec<Send> {
    let calls = body.descendants().filter(|node| node.kind() == SyntaxKind::CALL_EXPR);
    let send = |call: SyntaxNode| {
        let name = parts(&call.first_child()?);
        let place = SqlPlace { line: line(offset(&call)), ..SqlPlace::default() };
        let names: Vec<&str> = name.iter().map(SmolStr::as_str).collect();
        let (topic, is_private) = match names.as_slice() {
            ["realtime", "broadcast_changes"] => (0, Some(true)),
            ["realtime", "send"] => {
                let private = argument(&call, 3).map(|given| given.text().to_string().to_lowercase());
                let is_private = match private.as_deref() {
                    None | Some("true") => Some(true),
                    Some("false") => Some(false),
                    Some(_) => None,
                };
                (2, is_private)
            }
            _ => return None,
        };
        // Named arguments stand in any order.
        let is_named = call.text().to_string().contains("=>") || call.text().to_string().contains(":=");
        let topic = argument(&call, topic).filter(|_| !is_named).map_or_else(|| vec![None], |given| topic_of(&given));
        Some(Send { topic: tidied(topic), is_private: is_private.filter(|_| !is_named), place })
    };
    calls.filter_map(send).collect()
}

/// The known parts of a text: `'room:' || new.id::text`.
fn topic_of(node: &SyntaxNode) -> Topic {
    match node.kind() {
        SyntaxKind::LITERAL => {
            vec![ast::Literal::cast(node.clone()).and_then(|literal| literal.string_value()).map(SmolStr::from)]
        }
        SyntaxKind::PAREN_EXPR | SyntaxKind::CAST_EXPR => {
            node.first_child().map_or_else(|| vec![None], |inner| topic_of(&inner))
        }
        SyntaxKind::BIN_EXPR if node.children_with_tokens().any(|part| part.to_string() == "||") => {
            node.children().flat_map(|part| topic_of(&part)).collect()
        }
        SyntaxKind::CALL_EXPR => match node.first_child().and_then(|name| last(&name)).as_deref() {
            Some("concat") => (0..).map_while(|index| argument(node, index)).flat_map(|part| topic_of(&part)).collect(),
            Some("format") => {
                let pattern = argument(node, 0).and_then(ast::Literal::cast).and_then(|literal| literal.string_value());
                match pattern {
                    Some(pattern) if !pattern.contains("%%") => {
                        let mut parts = Vec::new();
                        for (index, part) in pattern.split('%').enumerate() {
                            let known = if index == 0 { part } else { part.get(1..).unwrap_or_default() };
                            parts.extend((index > 0).then_some(None));
                            parts.push(Some(known.into()));
                        }
                        parts
                    }
                    _ => vec![None],
                }
            }
            _ => vec![None],
        },
        _ => vec![None],
    }
}

/// Neighbours joined, and empty parts left out.
pub(crate) fn tidied(topic: Topic) -> Topic {
    let mut out: Topic = Vec::new();
    for part in topic {
        match (out.last_mut(), part) {
            (_, Some(text)) if text.is_empty() => {}
            (Some(Some(before)), Some(text)) => *before = format!("{before}{text}").into(),
            (Some(None), None) => {}
            (_, part) => out.push(part),
        }
    }
    out
}
