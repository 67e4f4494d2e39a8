//! What a channel asks of the database: changes of which tables, and messages of which topic; and what its handlers read.
//!
//! Source of the facts: realtime-js 2.119.1, `RealtimeChannel.on` and the options of `channel()`; Supabase's server takes
//! `public` where the schema is left out, and every event but INSERT, UPDATE and DELETE for `*`.

use std::sync::Arc;

use super::resource::Resource;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;
use crate::sql::{Schema, TableName, Topic, tidied};

/// How deep objects are spread, and texts put together.
const MAX_DEPTH: u32 = 8;

/// How many listeners a channel is given in one breath at most.
const MAX_LISTENERS: usize = 64;

/// Changes of a table that a channel asks for: `.on("postgres_changes", { … }, handler)`.
#[derive(Clone, Debug)]
pub(crate) struct TableChanges {
    /// The tables that it may be: more than one where callers decide.
    pub(crate) tables: Vec<TableName>,
    /// Where the table is named.
    pub(crate) at: V,
    /// What happens to a row: `INSERT`, `UPDATE`, `DELETE` or `*`; `None`: not known.
    pub(crate) event: Option<Name>,
    /// The value of `filter`, if there is one.
    pub(crate) filter: Option<V>,
    /// What handles it, or may.
    pub(crate) handler: Option<V>,
    /// The function of another module that subscribes.
    pub(crate) by: Option<V>,
}

/// Whether a channel is private.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Privacy {
    Public,
    /// By that value.
    Private(V),
    Unknown,
}

/// A property of an object.
pub(super) enum Property {
    Missing,
    Is(V),
    Unknown,
}

impl<'doc> View<'doc> {
    /// The database that the project's migrations make.
    pub(crate) fn database(&self) -> Option<Arc<Schema>> {
        self.env.modules.database(self.env.migrations)
    }

    /// Whether a resource is a channel of Supabase that subscribes.
    pub(crate) fn is_supabase_channel(&self, resource: &Resource<'doc>) -> bool {
        resource.kind.kind == "supabase-channel" && resource.live != resource.site
    }

    /// The changes of tables that a unit's code asks for, in the order of the text, with how many its channel asks for. The
    /// call tells by itself what it is, whoever made the channel: no other library listens for `postgres_changes`.
    pub(crate) fn table_changes(&self, unit: UnitId) -> Vec<(TableChanges, usize)> {
        let mut calls: Vec<V> = self.calls_in(unit).filter(|&call| self.asks_for_changes(call)).collect();
        calls.sort_by_key(|&on| self.span(on).end);
        let channels: Vec<Option<V>> = calls.iter().map(|&on| self.channel_of(on)).collect();
        let beside =
            |channel: &Option<V>| channels.iter().filter(|other| channel.is_some() && *other == channel).count();
        // A class of the project may have calls of the same shape.
        let is_own = |channel: &Option<V>| channel.is_some_and(|channel| self.makes_own_instance(channel));
        let changes = calls
            .iter()
            .zip(&channels)
            .filter(|(_, channel)| !is_own(channel))
            .map(|(&on, channel)| Some((self.changes_of(on)?, beside(channel).max(1))));
        changes.flatten().collect()
    }

    /// Whether a call adds a listener for changes of a table.
    pub(super) fn asks_for_changes(&self, call: V) -> bool {
        let is_on = self.method(call).is_some_and(|(_, name)| name == "on");
        let event = || self.arg(call, 0).and_then(|event| self.text_of(event));
        is_on && event().is_some_and(|event| event == "postgres_changes")
    }

    /// What makes the channel that a listener is added to, before the listeners that were added in the same breath.
    fn channel_of(&self, on: V) -> Option<V> {
        let mut at = on;
        // A name may hold what is made of itself.
        for _ in 0..MAX_LISTENERS {
            let Some((object, _)) = self.method(at).filter(|(_, name)| *name == "on") else { return Some(at) };
            at = self.origin(object)?;
        }
        None
    }

    fn changes_of(&self, on: V) -> Option<TableChanges> {
        let options = self.origin(self.arg(on, 1)?)?;
        let schema = match self.property(options, 0, "schema") {
            Property::Missing => "public".into(),
            Property::Is(schema) => self.text_of(schema)?,
            Property::Unknown => return None,
        };
        let Property::Is(table) = self.property(options, 0, "table") else { return None };
        let names = self.texts_of(table)?;
        if schema.contains('*') || names.iter().any(|name| name.contains('*')) {
            return None;
        }
        let event = match self.property(options, 0, "event") {
            Property::Missing => Some("*".into()),
            Property::Is(event) => self.text_of(event),
            Property::Unknown => None,
        };
        let filter = match self.property(options, 0, "filter") {
            Property::Missing => None,
            Property::Is(filter) => Some(filter),
            Property::Unknown => return None,
        };
        let tables = names.iter().map(|name| TableName { schema: schema.clone(), name: name.clone() });
        let count = self.call(on)?.args.len();
        let handler = (count > 2).then(|| self.arg(on, 2)).flatten();
        Some(TableChanges { tables: tables.collect(), at: table, event, filter, handler, by: None })
    }

    /// The constant texts that a value may be: its own, each of two by a condition, or those that all callers give for a
    /// parameter.
    pub(super) fn texts_of(&self, v: V) -> Option<Vec<Name>> {
        if let Some(text) = self.text_of(v) {
            return Some(vec![text]);
        }
        let either = self.origins(v);
        if either.len() > 1 {
            return either.into_iter().map(|one| self.text_of(one)).collect();
        }
        let Value::Param { func, index } = *self.value(self.origin(v)?) else { return None };
        let callers = self.callers(F { unit: v.unit, id: func });
        if callers.open || callers.calls.is_empty() {
            return None;
        }
        let mut texts = Vec::new();
        for call in callers.calls {
            let text = self.text_of(self.arg(call, index as usize)?)?;
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Some(texts)
    }

    pub(super) fn property(&self, object: V, depth: u32, name: &str) -> Property {
        let Value::Object(props) = self.value(object) else { return Property::Unknown };
        if depth > MAX_DEPTH {
            return Property::Unknown;
        }
        let here = |id: ValueId| V { unit: object.unit, id };
        // What is spread behind it may replace it.
        for prop in props.iter().rev() {
            match &prop.key {
                Some(key) if key == name => return Property::Is(here(prop.value)),
                Some(_) => {}
                None => {
                    let spread = match self.value(here(prop.value)) {
                        Value::Spread(inner) => here(*inner),
                        _ => here(prop.value),
                    };
                    match self.origin(spread).map(|origin| self.property(origin, depth + 1, name)) {
                        Some(Property::Missing) => {}
                        Some(found) => return found,
                        None => return Property::Unknown,
                    }
                }
            }
        }
        Property::Missing
    }

    /// Whether a channel is private.
    pub(crate) fn privacy(&self, channel: &Resource<'doc>) -> Privacy {
        let Some(options) = self.arg(channel.site, 1) else { return Privacy::Public };
        let within = |object: V, name: &str| {
            self.origin(object).map_or(Property::Unknown, |object| self.property(object, 0, name))
        };
        let config = match within(options, "config") {
            Property::Missing => return Privacy::Public,
            Property::Is(config) => config,
            Property::Unknown => return Privacy::Unknown,
        };
        match within(config, "private") {
            Property::Missing => Privacy::Public,
            Property::Is(private) => match self.origin(private).map(|origin| self.value(origin)) {
                Some(Value::Lit(Lit::Bool(true))) => Privacy::Private(private),
                Some(Value::Lit(Lit::Bool(false))) => Privacy::Public,
                _ => Privacy::Unknown,
            },
            Property::Unknown => Privacy::Unknown,
        }
    }

    /// The topic of a channel: its known parts.
    pub(crate) fn topic_parts(&self, channel: &Resource<'doc>) -> Topic {
        self.arg(channel.site, 0).map_or_else(|| vec![None], |topic| tidied(self.parts_of(topic, 0)))
    }

    fn parts_of(&self, v: V, depth: u32) -> Topic {
        if let Some(text) = self.text_of(v) {
            return vec![Some(text)];
        }
        let Some(origin) = self.origin(v).filter(|_| depth < MAX_DEPTH) else { return vec![None] };
        let inner = |id: ValueId| self.parts_of(V { unit: origin.unit, id }, depth + 1);
        match self.value(origin) {
            Value::Template(parts) => parts
                .iter()
                .flat_map(|part| match part {
                    Part::Text(text) => vec![Some(text.clone())],
                    Part::Value(id) => inner(*id),
                })
                .collect(),
            Value::Binary { op, left, right } if op == "+" => [inner(*left), inner(*right)].concat(),
            _ => vec![None],
        }
    }

    /// The column that every form of a filter looks at: `user_id` of `` `user_id=eq.${id}` ``.
    pub(crate) fn filtered_column(&self, filter: V) -> Option<Name> {
        let mut columns = self.origins(filter).into_iter().map(|origin| match self.parts_of(origin, 0).first() {
            Some(Some(text)) => text.split_once('=').map(|(column, _)| Name::from(column.trim())),
            _ => None,
        });
        let first = columns.next()??;
        columns.all(|column| column.as_ref() == Some(&first)).then_some(first)
    }
}
