//! Loops over lists that the code itself holds.

use smol_str::{SmolStr, ToSmolStr};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::body::{MOST, Variables, argument, evaluate, expression, list};
use super::names::last;
use super::read::child;

/// What the variables hold in each turn of a loop; in one turn all that they may hold, where no turn depends on another.
pub(super) fn turns(node: &SyntaxNode, variables: &Variables) -> Vec<Variables> {
    if let Some(rows) = rows(node, variables) {
        return rows;
    }
    let mut inner = variables.clone();
    for (name, values) in loop_values(node, variables) {
        match values {
            Some(values) => inner.insert(name, values),
            None => inner.remove(&name),
        };
    }
    vec![inner]
}

/// The rows of `for r in select * from (values ('a', 'b'), …) as v(one, two) loop`: `r.one` and `r.two`, and `r` itself where
/// it has one column.
fn rows(node: &SyntaxNode, variables: &Variables) -> Option<Vec<Variables>> {
    let query = node.children().find(|child| matches!(child.kind(), SyntaxKind::SELECT | SyntaxKind::VALUES))?;
    let is_other = |node: &SyntaxNode| matches!(node.kind(), SyntaxKind::RELATION_NAME_REF | SyntaxKind::WHERE_CLAUSE);
    if query.descendants().any(|node| is_other(&node)) {
        return None;
    }
    let list = query.descendants().find(|node| node.kind() == SyntaxKind::ROW_LIST)?;
    let columns: Vec<SmolStr> = query
        .descendants()
        .find(|node| node.kind() == SyntaxKind::COLUMN_LIST)
        .map(|columns| columns.children().filter_map(|name| last(&name)).collect())
        .unwrap_or_default();
    let named =
        |index: usize| columns.get(index).cloned().unwrap_or_else(|| format!("column{}", index + 1).to_smolstr());
    let variable = names(node).next()?;
    let mut turns = Vec::new();
    for row in list.children().filter(|row| row.kind() == SyntaxKind::ROW) {
        let mut turn = variables.clone();
        let cells: Vec<SyntaxNode> = row.children().collect();
        turn.remove(&variable);
        for (index, cell) in cells.iter().enumerate() {
            let Some(texts) = evaluate(cell, variables) else { continue };
            if cells.len() == 1 {
                turn.insert(variable.clone(), texts.clone());
            }
            turn.insert(format!("{variable}.{}", named(index)).into(), texts);
        }
        turns.push(turn);
    }
    (turns.len() <= MOST).then_some(turns)
}

/// The names of a loop's variables.
fn names(node: &SyntaxNode) -> impl Iterator<Item = SmolStr> {
    node.children().filter(|child| child.kind() == SyntaxKind::PLPGSQL_FOR_VARIABLE).filter_map(|name| last(&name))
}

/// What the variable of a loop holds, one after the other; `None`: nobody knows.
fn loop_values(node: &SyntaxNode, variables: &Variables) -> Vec<(SmolStr, Option<Vec<String>>)> {
    let values = match node.kind() {
        SyntaxKind::PLPGSQL_FOR_EACH_STMT => child(node, SyntaxKind::PLPGSQL_EXPR)
            .and_then(|array| expression(&array))
            .and_then(|array| list(&array, variables)),
        _ => unnested(node),
    };
    names(node).map(|name| (name, values.clone())).collect()
}

/// The texts of `select unnest(array['a', 'b'])`, where nothing else is selected from.
fn unnested(node: &SyntaxNode) -> Option<Vec<String>> {
    let query = node.children().find(|child| matches!(child.kind(), SyntaxKind::PLPGSQL_EXPR | SyntaxKind::SELECT))?;
    let is_table =
        |node: &SyntaxNode| node.kind() == SyntaxKind::RELATION_NAME_REF || node.kind() == SyntaxKind::WHERE_CLAUSE;
    if query.descendants().any(|node| is_table(&node)) {
        return None;
    }
    let mut calls = query.descendants().filter(|node| node.kind() == SyntaxKind::CALL_EXPR);
    let unnest =
        calls.find(|call| call.first_child().and_then(|name| last(&name)).is_some_and(|name| name == "unnest"))?;
    let array = argument(&unnest, 0)?;
    list(&array, &Variables::new())
}
