//! Statements on the publication that Realtime reads, and privileges.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::change::{Actions, Granted, Members, Published, What};
use super::names::{PUBLIC, last};
use super::read::{Reader, child, children, first, has, roles};

/// The publication that Realtime reads.
const PUBLICATION: &str = "supabase_realtime";

impl Reader {
    pub(super) fn publication(&mut self, node: &SyntaxNode, at: u32) {
        let of = |kind| child(node, kind).and_then(|name| last(&name));
        let name = of(SyntaxKind::PUBLICATION_REF).or_else(|| of(SyntaxKind::PUBLICATION));
        if name.is_none_or(|name| name != PUBLICATION) {
            return;
        }
        if let Some(actions) = actions(node) {
            self.push(What::PublicationActions(actions), at);
        }
        let mut published =
            Published { all: first(node, SyntaxKind::ALL_PUBLICATION_TABLES).is_some(), ..Published::default() };
        for object in node.descendants() {
            match object.kind() {
                SyntaxKind::PUBLICATION_OBJECT_TABLE => {
                    published.tables.extend(self.table_in(&object, SyntaxKind::TABLE_NAME_REF));
                }
                SyntaxKind::PUBLICATION_OBJECT_TABLES_IN_SCHEMA => {
                    let named = child(&object, SyntaxKind::SCHEMA_REF).and_then(|name| last(&name));
                    published.schemas.push(named.unwrap_or_else(|| self.schema.clone()));
                }
                SyntaxKind::PUBLICATION_OBJECT_CURRENT_SCHEMA => published.schemas.push(self.schema.clone()),
                _ => {}
            }
        }
        let members = match node.kind() {
            SyntaxKind::CREATE_PUBLICATION => Members::Add(published),
            _ if has(node, SyntaxKind::ADD_PUBLICATION_OBJECTS) => Members::Add(published),
            _ if has(node, SyntaxKind::DROP_PUBLICATION_OBJECTS) => Members::Drop(published),
            _ if has(node, SyntaxKind::SET_PUBLICATION_OBJECTS) || published.all => Members::Set(published),
            _ if has(node, SyntaxKind::PUBLICATION_RENAME_TO) => Members::Gone,
            _ => return,
        };
        self.push(What::Publication(members), at);
    }

    pub(super) fn grant(&mut self, node: &SyntaxNode, gives: bool, at: u32) {
        if !is_for_select(node) {
            return;
        }
        let Some(objects) = child(node, SyntaxKind::ON_PRIVILEGE_OBJECTS_CLAUSE).and_then(|on| on.first_child()) else {
            return;
        };
        let on = match objects.kind() {
            SyntaxKind::PRIVILEGE_TABLE | SyntaxKind::PRIVILEGE_DEFAULT => {
                Granted::Tables(self.tables_in(&objects, SyntaxKind::RELATION_NAME_REF))
            }
            SyntaxKind::PRIVILEGE_ALL_TABLES_IN_SCHEMA => {
                let Some(schema) = child(&objects, SyntaxKind::SCHEMA_REF).and_then(|name| last(&name)) else { return };
                Granted::Schema { schema, is_default: false }
            }
            _ => return,
        };
        self.push(What::Grant { on, roles: roles(node), gives }, at);
    }

    pub(super) fn default_grant(&mut self, node: &SyntaxNode, at: u32) {
        let gives = first(node, SyntaxKind::GRANT_DEFAULT_PRIVILEGES).is_some();
        if first(node, SyntaxKind::PRIVILEGE_TARGET_TABLES).is_none() || !is_for_select(node) {
            return;
        }
        let schema = first(node, SyntaxKind::SCHEMA_REF).and_then(|name| last(&name)).unwrap_or_else(|| PUBLIC.into());
        let on = Granted::Schema { schema, is_default: true };
        self.push(What::Grant { on, roles: roles(node), gives }, at);
    }
}

/// Whether a `drop publication` names it.
pub(super) fn drops_publication(node: &SyntaxNode) -> bool {
    children(node, SyntaxKind::PUBLICATION_REF).any(|node| last(&node).is_some_and(|name| name == PUBLICATION))
}

/// The kinds of changes that `publish = '…'` names.
fn actions(node: &SyntaxNode) -> Option<Actions> {
    let mut tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    tokens.find(|token| token.text().eq_ignore_ascii_case("publish"))?;
    let list = tokens.find(|token| token.kind() == SyntaxKind::STRING)?.text().to_lowercase();
    let names = |action: &str| list.trim_matches('\'').split(',').any(|named| named.trim() == action);
    Some(Actions { insert: names("insert"), update: names("update"), delete: names("delete") })
}

fn is_for_select(node: &SyntaxNode) -> bool {
    let commands = first(node, SyntaxKind::REVOKE_COMMAND_LIST);
    match commands {
        Some(commands) => commands.text().to_string().to_lowercase().contains("select"),
        None => first(node, SyntaxKind::ALL_PRIVILEGES).is_some(),
    }
}
