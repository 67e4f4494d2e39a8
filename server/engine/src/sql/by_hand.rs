//! What SQL may have done that no migration tool runs.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::change::{Members, What};
use super::doubt::{Doubt, Unknown};
use super::names::TableName;

/// What SQL that no migration tool runs speaks of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ByHand {
    pub(super) all_published: bool,
    pub(super) published: BTreeSet<TableName>,
    pub(super) published_schemas: BTreeSet<SmolStr>,
    pub(super) secured: BTreeSet<TableName>,
    pub(super) unsecured: BTreeSet<TableName>,
    pub(super) with_policies: BTreeSet<TableName>,
    pub(super) with_identity: BTreeSet<TableName>,
    /// Primary keys that are added.
    pub(super) keys: BTreeMap<TableName, Option<Vec<SmolStr>>>,
    pub(super) unknown: Unknown,
}

impl ByHand {
    pub(super) fn note(&mut self, what: &What) {
        match what {
            What::RowSecurity { table, is_on: true } => drop(self.secured.insert(table.clone())),
            What::RowSecurity { table, is_on: false } => drop(self.unsecured.insert(table.clone())),
            What::CreatePolicy { table, .. } => drop(self.with_policies.insert(table.clone())),
            What::Identity { table, .. } => drop(self.with_identity.insert(table.clone())),
            What::Key { table, key } => drop(self.keys.insert(table.clone(), key.clone())),
            What::Publication(Members::Add(published) | Members::Set(published)) => {
                self.all_published |= published.all;
                self.published.extend(published.tables.iter().cloned());
                self.published_schemas.extend(published.schemas.iter().cloned());
            }
            What::Grant { gives: true, .. } => self.unknown.grants = Doubt::Any,
            What::Unknown(unknown) => self.unknown.add(unknown),
            _ => {}
        }
    }
}
