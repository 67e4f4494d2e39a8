//! Functions that subscribe to a table which their caller names: `useRows({ table: "orders" })`.
//!
//! Inside a module the model goes from the subscription to the callers. Between modules it is the other way round: a
//! function's shape says what it takes from its parameters, and whoever calls it asks for the changes that come of that.

use super::changes::{Property, TableChanges};
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;
use crate::project::{FuncShape, Given, Watcher};
use crate::sql::TableName;

impl<'doc> View<'doc> {
    /// Whether a unit may have a function whose callers name the table.
    pub(crate) fn may_watch_for_callers(&self, unit: UnitId) -> bool {
        let mut calls = self.calls_in(unit);
        calls.any(|on| self.asks_for_changes(on) && !self.names_its_table(on))
    }

    /// What a function subscribes to for its callers.
    pub(super) fn watchers_of(&self, f: F) -> Vec<Watcher> {
        let span = self.func(f).span;
        let inside = |&on: &V| span.contains(self.span(on)) && self.asks_for_changes(on) && !self.names_its_table(on);
        let calls: Vec<V> = self.calls_in(f.unit).filter(inside).collect();
        let watcher = |on: V| {
            let options = self.origin(self.arg(on, 1)?)?;
            let given = |name: &str| match self.property(options, 0, name) {
                Property::Missing => Given::Nothing,
                Property::Is(v) => self.given(v, f),
                Property::Unknown => Given::Unknown,
            };
            let table = given("table");
            let is_named = matches!(table, Given::Parameter { .. });
            is_named.then(|| Watcher { table, schema: given("schema"), event: given("event"), filter: given("filter") })
        };
        calls.into_iter().filter_map(watcher).collect()
    }

    fn names_its_table(&self, on: V) -> bool {
        let options = self.arg(on, 1).and_then(|options| self.origin(options));
        let table = options.map(|options| self.property(options, 0, "table"));
        matches!(table, Some(Property::Is(table)) if self.text_of(table).is_some())
    }

    /// What a value is to a caller of a function around it.
    fn given(&self, v: V, f: F) -> Given {
        let parameter = |v: V| match *self.value(v) {
            Value::Param { func, index } if func == f.id && v.unit == f.unit => Some(index),
            _ => None,
        };
        let one = |v: V| match self.value(v) {
            Value::Member { object, name } => {
                let object = self.origin(V { unit: v.unit, id: *object })?;
                Some(Given::Parameter { index: parameter(object)?, member: Some(name.clone()), or: None })
            }
            _ => Some(Given::Parameter { index: parameter(v)?, member: None, or: None }),
        };
        if let Some(text) = self.text_of(v) {
            return Given::Text(text);
        }
        match self.origins(v).as_slice() {
            [only] => one(*only).unwrap_or(Given::Unknown),
            // With a default.
            [first, second] => match (one(*first), self.text_of(*second)) {
                (Some(Given::Parameter { index, member, .. }), or @ Some(_)) => Given::Parameter { index, member, or },
                _ => Given::Unknown,
            },
            _ => Given::Unknown,
        }
    }

    /// The changes of tables that calls of other modules' functions ask for, with how many their channel asks for.
    pub(crate) fn table_changes_elsewhere(&self, calls: &[(V, FuncShape)]) -> Vec<(TableChanges, usize)> {
        let of_call = |(call, shape): &(V, FuncShape)| {
            let changes = shape.watchers.iter().filter_map(|watcher| self.watched_by(*call, watcher));
            changes.map(|changes| (changes, shape.watchers.len())).collect::<Vec<_>>()
        };
        calls.iter().flat_map(of_call).collect()
    }

    fn watched_by(&self, call: V, watcher: &Watcher) -> Option<TableChanges> {
        let schema = match self.text_given(call, &watcher.schema) {
            Text::Nothing => "public".into(),
            Text::Is(schema) => schema,
            Text::Unknown => return None,
        };
        let at = self.value_given(call, &watcher.table)?;
        let names = self.texts_of(at).filter(|names| !names.iter().any(|name| name.contains('*')))?;
        let event = match self.text_given(call, &watcher.event) {
            Text::Nothing => Some("*".into()),
            Text::Is(event) => Some(event),
            Text::Unknown => None,
        };
        let filter = self.value_given(call, &watcher.filter);
        let tables = names.into_iter().map(|name| TableName { schema: schema.clone(), name }).collect();
        Some(TableChanges { tables, at, event, filter, handler: None, by: Some(self.callee(call)) })
    }

    /// What a caller gives.
    fn value_given(&self, call: V, given: &Given) -> Option<V> {
        let Given::Parameter { index, member, .. } = given else { return None };
        let value = self.arg(call, *index as usize)?;
        let Some(member) = member else { return Some(value) };
        match self.property(self.origin(value)?, 0, member) {
            Property::Is(value) => Some(value),
            Property::Missing | Property::Unknown => None,
        }
    }

    fn text_given(&self, call: V, given: &Given) -> Text {
        match given {
            Given::Nothing => Text::Nothing,
            Given::Text(text) => Text::Is(text.clone()),
            Given::Unknown => Text::Unknown,
            Given::Parameter { or, .. } => match self.value_given(call, given) {
                Some(value) => self.text_of(value).map_or(Text::Unknown, Text::Is),
                None => or.clone().map_or(Text::Unknown, Text::Is),
            },
        }
    }
}

/// A text that may be left out.
enum Text {
    Nothing,
    Is(Name),
    Unknown,
}
