//! What one statement changes in the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use smol_str::SmolStr;

use super::change::{Granted, What};
use super::names::TableName;
use super::schema::{Function, Identity, Policy, RowSecurity, Schema, Send, SqlPlace, Table};

impl Schema {
    pub(super) fn apply(&mut self, what: &What, place: SqlPlace) {
        match what {
            What::CreateTable { table, unless_there, columns, key } => {
                if let Some(known) = self.tables.get_mut(table) {
                    // A migration that was tried twice creates it twice: of both, one ran.
                    if !*unless_there && known.key != *key {
                        known.key = None;
                    }
                    return;
                }
                let granted = self.default_grants.get(&table.schema).cloned().unwrap_or_default();
                let (columns, key) = (columns.clone(), key.clone());
                let made = Table {
                    created: place,
                    columns,
                    key,
                    security: RowSecurity::Off,
                    identity: Identity::Default,
                    identity_at: None,
                    granted,
                };
                self.tables.insert(table.clone(), made);
            }
            What::DropTable(table) => self.drop_table(table),
            What::DropSchema(schema) => {
                let gone: Vec<TableName> = self.tables.keys().filter(|name| name.schema == *schema).cloned().collect();
                gone.iter().for_each(|name| self.drop_table(name));
            }
            What::Rename { table, to } => self.rename(table, to),
            What::RenameColumn { table, from, to } => self.rename_column(table, from, to),
            What::AddColumn { table, column, is_key } => {
                let Some(known) = self.tables.get_mut(table) else { return };
                if let Some(columns) = known.columns.as_mut().filter(|columns| !columns.contains(column)) {
                    columns.push(column.clone());
                }
                if *is_key {
                    known.key = Some(vec![column.clone()]);
                }
            }
            What::DropColumn { table, column, cascades } => {
                if *cascades {
                    self.drop_policies(|of, policy| of == table && policy.mentions(column));
                }
                let Some(known) = self.tables.get_mut(table) else { return };
                known.columns.iter_mut().for_each(|columns| columns.retain(|known| known != column));
                known.key = known.key.take().filter(|key| !key.contains(column));
            }
            What::Key { table, key } => {
                if let Some(known) = self.tables.get_mut(table) {
                    known.key = key.clone();
                }
            }
            What::RowSecurity { table, is_on } => {
                if let Some(known) = self.tables.get_mut(table) {
                    known.security = match (*is_on, &known.security) {
                        (true, RowSecurity::On(before)) => RowSecurity::On(before.clone()),
                        (true, _) => RowSecurity::On(place),
                        (false, RowSecurity::Off) => RowSecurity::Off,
                        (false, _) => RowSecurity::OffAgain(place),
                    };
                }
            }
            What::Identity { table, identity } => {
                if let Some(known) = self.tables.get_mut(table) {
                    known.identity = identity.clone();
                    known.identity_at = Some(place);
                }
            }
            What::CreatePolicy { table, policy } => {
                let policies = self.policies.entry(table.clone()).or_default();
                // Who creates it twice guards that, or tries a migration again: the first one is there.
                let is_there = |known: &Policy| known.name == policy.name && known.lets_read() >= policy.lets_read();
                if !policies.iter().any(is_there) {
                    policies.push(Policy { place, ..policy.clone() });
                }
            }
            What::AlterPolicy { table, name, renamed, roles, condition } => {
                let known = self.policies.get_mut(table).into_iter().flatten().find(|known| known.name == *name);
                let Some(known) = known else { return };
                known.name = renamed.clone().unwrap_or_else(|| known.name.clone());
                known.roles = roles.clone().unwrap_or_else(|| std::mem::take(&mut known.roles));
                known.condition = condition.clone().or(known.condition.take());
            }
            What::DropPolicy { table, name } => {
                if let Some(policies) = self.policies.get_mut(table) {
                    policies.retain(|known| known.name != *name);
                }
            }
            What::Publication(members) => self.publication.apply(members, &place),
            What::PublicationActions(actions) => self.publication.actions = Some((*actions, place)),
            // It decides nothing here: the file says it by itself.
            What::AlterMessages { .. } => {}
            What::Grant { on, roles, gives } => self.grant(on, roles, *gives),
            What::Function { name, is_trigger, sends } => {
                let sends = sends.iter().map(|send| {
                    let place = SqlPlace { path: Arc::clone(&place.path), line: send.place.line };
                    Send { place, ..send.clone() }
                });
                self.functions.insert(name.clone(), Function { is_trigger: *is_trigger, sends: sends.collect() });
            }
            What::DropFunction { name, cascades } => {
                if *cascades {
                    self.drop_policies(|_, policy| policy.mentions(name));
                }
                self.functions.remove(name);
                self.triggers.retain(|_, function| function != name);
            }
            What::Trigger { name, table, function } => {
                self.triggers.insert((table.clone(), name.clone()), function.clone());
            }
            What::DropTrigger { name, table } => {
                self.triggers.remove(&(table.clone(), name.clone()));
            }
            What::Unknown(unknown) => self.unknown.add(unknown),
        }
    }

    fn drop_policies(&mut self, goes: impl Fn(&TableName, &Policy) -> bool) {
        for (table, policies) in &mut self.policies {
            policies.retain(|policy| !goes(table, policy));
        }
    }

    fn drop_table(&mut self, table: &TableName) {
        self.tables.remove(table);
        self.policies.remove(table);
        self.publication.tables.remove(table);
        self.publication.taken_out.remove(table);
        self.triggers.retain(|(known, _), _| known != table);
    }

    fn rename(&mut self, table: &TableName, to: &TableName) {
        if let Some(known) = self.tables.remove(table) {
            self.tables.insert(to.clone(), known);
        }
        if let Some(policies) = self.policies.remove(table) {
            self.policies.insert(to.clone(), policies);
        }
        if let Some(place) = self.publication.tables.remove(table) {
            self.publication.tables.insert(to.clone(), place);
        }
        let triggers = std::mem::take(&mut self.triggers);
        let moved = |known: TableName| if known == *table { to.clone() } else { known };
        self.triggers = triggers.into_iter().map(|((known, name), of)| ((moved(known), name), of)).collect();
    }

    fn rename_column(&mut self, table: &TableName, from: &SmolStr, to: &SmolStr) {
        let Some(known) = self.tables.get_mut(table) else { return };
        for column in known.columns.iter_mut().chain(&mut known.key).flatten().filter(|column| *column == from) {
            *column = to.clone();
        }
    }

    fn grant(&mut self, on: &Granted, roles: &[SmolStr], gives: bool) {
        let change = |granted: &mut BTreeSet<SmolStr>| match gives {
            true => granted.extend(roles.iter().cloned()),
            false => granted.retain(|role| !roles.contains(role)),
        };
        match on {
            Granted::Tables(tables) => {
                for table in tables {
                    let Some(known) = self.tables.get_mut(table) else { continue };
                    change(&mut known.granted);
                }
            }
            Granted::Schema { schema, is_default: true } => {
                change(self.default_grants.entry(schema.clone()).or_default());
            }
            Granted::Schema { schema, is_default: false } => {
                self.tables
                    .iter_mut()
                    .filter(|(name, _)| name.schema == *schema)
                    .for_each(|(_, known)| change(&mut known.granted));
            }
        }
    }
}
