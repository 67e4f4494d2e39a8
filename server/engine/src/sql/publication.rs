//! What the publication of Realtime has in it.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::change::{Actions, Members, Published};
use super::names::TableName;
use super::schema::SqlPlace;

/// The publication: each member with where it came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Publication {
    pub(super) all: Option<SqlPlace>,
    pub(super) tables: BTreeMap<TableName, SqlPlace>,
    pub(super) schemas: BTreeMap<SmolStr, SqlPlace>,
    /// The kinds of changes that it carries, with where it was said.
    pub(super) actions: Option<(Actions, SqlPlace)>,
    /// Where tables were taken out that had been in it.
    pub(super) taken_out: BTreeMap<TableName, SqlPlace>,
}

impl Publication {
    pub(super) fn apply(&mut self, members: &Members, place: &SqlPlace) {
        match members {
            // To create it adds, too: it is there from the start, and who creates it without dropping it guards that.
            Members::Add(published) => self.add(published, place),
            Members::Set(published) => {
                self.empty(place);
                self.add(published, place);
            }
            Members::Drop(published) => {
                for table in published.tables.iter().filter(|table| self.tables.remove(*table).is_some()) {
                    self.taken_out.insert(table.clone(), place.clone());
                }
                published.schemas.iter().for_each(|schema| drop(self.schemas.remove(schema)));
            }
            Members::Gone => {
                self.empty(place);
                self.actions = None;
            }
        }
    }

    fn empty(&mut self, place: &SqlPlace) {
        self.taken_out.extend(std::mem::take(&mut self.tables).into_keys().map(|table| (table, place.clone())));
        self.schemas.clear();
        self.all = None;
    }

    fn add(&mut self, published: &Published, place: &SqlPlace) {
        if published.all {
            self.all = Some(place.clone());
        }
        for table in &published.tables {
            self.tables.entry(table.clone()).or_insert_with(|| place.clone());
            self.taken_out.remove(table);
        }
        self.schemas.extend(published.schemas.iter().map(|schema| (schema.clone(), place.clone())));
    }
}
