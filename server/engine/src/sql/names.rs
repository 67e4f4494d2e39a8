//! Names as PostgreSQL folds them: lower case, unless they are quoted.

use std::fmt;

use smol_str::SmolStr;
use squawk_syntax::quote::quote_ident;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// The schema of a name that says none, unless the search path does.
pub(super) const PUBLIC: &str = "public";

/// The name of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// Its schema.
    pub schema: SmolStr,
    /// Its name inside of it.
    pub name: SmolStr,
}

impl TableName {
    /// That table of that schema.
    pub fn new(schema: &str, name: &str) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// The name as a statement writes it.
    pub fn sql(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema.as_str() {
            PUBLIC => formatter.write_str(&self.name),
            schema => write!(formatter, "{schema}.{}", self.name),
        }
    }
}

/// The parts of the name that a node is: `"public"."Rooms"` has two.
pub(super) fn parts(node: &SyntaxNode) -> Vec<SmolStr> {
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    tokens
        .filter(|token| {
            !matches!(
                token.kind(),
                SyntaxKind::WHITESPACE
                    | SyntaxKind::COMMENT
                    | SyntaxKind::DOT
                    | SyntaxKind::L_PAREN
                    | SyntaxKind::R_PAREN
                    | SyntaxKind::STAR
                    | SyntaxKind::ONLY_KW
            )
        })
        .map(|token| folded(token.text()))
        .collect()
}

/// The last part of the name that a node is.
pub(super) fn last(node: &SyntaxNode) -> Option<SmolStr> {
    parts(node).pop()
}

/// An identifier as PostgreSQL knows it.
fn folded(identifier: &str) -> SmolStr {
    match identifier.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\"").into(),
        None => identifier.to_lowercase().into(),
    }
}
