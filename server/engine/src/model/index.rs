//! Which unit declares, uses and holds which name: what lets units be joined without reading all of them.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::view::{UnitId, UnitSlot};
use crate::catalog::Catalog;
use crate::lower::ir::{ClassRole, Name, Subject, Value};

/// A name that units meet in. The number is the scope that script blocks share or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The units that declare a top-level name.
    Name(u32, Name),
    /// The units that use or assign a top-level name that they do not declare.
    Users(u32, Name),
    /// The units that are a class's head (empty member) or declare its member.
    Member(u32, Name, Name),
    /// The units that declare a type of that name.
    Type(u32, Name),
    /// The units of a class that say `this.name`.
    ThisUsers(u32, Name, Name),
    /// The units of a class that set `this.name`.
    ThisSetters(u32, Name, Name),
    /// The units that call a method of that name, of those that end a resource without its handle.
    Calls(u32, Name),
    /// The units that speak of a thing.
    Speaks(u32, Subject),
}

/// From keys to units, in no particular order.
#[derive(Debug)]
pub(crate) struct Index {
    enders: Arc<FxHashSet<String>>,
    units: FxHashMap<Key, SmallVec<[UnitId; 2]>>,
}

impl Default for Index {
    fn default() -> Self {
        Self::new(Catalog::built_in().enders())
    }
}

impl Index {
    /// With the methods that end a resource without its handle.
    pub(crate) fn new(enders: &Arc<FxHashSet<String>>) -> Self {
        Self { enders: Arc::clone(enders), units: FxHashMap::default() }
    }

    /// Whether it was made for these methods.
    pub(crate) fn is_for(&self, enders: &FxHashSet<String>) -> bool {
        *self.enders == *enders
    }

    /// The keys that a unit answers to.
    pub(crate) fn keys_of(&self, slot: &UnitSlot) -> Vec<Key> {
        let facts = &slot.facts;
        let group = slot.group;
        let mut keys = Vec::new();
        for binding in facts.bindings.iter().filter(|binding| binding.top) {
            keys.push(Key::Name(group, binding.name.clone()));
        }
        for shape in facts.types.iter().filter(|shape| !shape.name.starts_with('#')) {
            keys.push(Key::Type(group, shape.name.clone()));
        }
        for name in facts.free.keys() {
            keys.push(Key::Users(group, name.clone()));
        }
        for name in facts.free_stores.keys().filter(|name| !facts.free.contains_key(*name)) {
            keys.push(Key::Users(group, name.clone()));
        }
        for &call in &facts.calls {
            let Some(call) = facts.call(call) else { continue };
            let Value::Member { name, .. } = &facts.value(call.callee).value else { continue };
            let key = Key::Calls(group, name.clone());
            if self.enders.contains(name.as_str()) && !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.extend(facts.subjects.iter().map(|subject| Key::Speaks(group, subject)));
        if let Some(class) = &slot.class {
            let member = match &facts.class {
                Some(ClassRole::Method { name, .. } | ClassRole::Field { name, .. }) => name.clone(),
                _ => Name::default(),
            };
            keys.push(Key::Member(group, class.clone(), member));
            for (name, members) in &facts.this_members {
                keys.push(Key::ThisUsers(group, class.clone(), name.clone()));
                if members.iter().any(|&member| facts.is_target(member)) {
                    keys.push(Key::ThisSetters(group, class.clone(), name.clone()));
                }
            }
        }
        keys
    }

    pub(crate) fn add(&mut self, id: UnitId, slot: &UnitSlot) {
        for key in self.keys_of(slot) {
            self.units.entry(key).or_default().push(id);
        }
    }

    pub(crate) fn remove(&mut self, id: UnitId, slot: &UnitSlot) {
        for key in self.keys_of(slot) {
            if let Some(units) = self.units.get_mut(&key) {
                units.retain(|known| *known != id);
                if units.is_empty() {
                    self.units.remove(&key);
                }
            }
        }
    }

    pub(crate) fn get(&self, key: &Key) -> &[UnitId] {
        self.units.get(key).map_or(&[], |units| units.as_slice())
    }
}
