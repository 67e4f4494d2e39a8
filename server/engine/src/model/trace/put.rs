//! A value that is stored: into a member, a literal, a collection, or a field of a class.

use super::{ELEMENT, Escape, Event, Path, Tracer, prefixed};
use crate::lower::ir::*;
use crate::model::view::{UnitId, V};

/// How many members lead to where a value is put at most: `node = node.parent` has no end.
const MAX_PUT: usize = 16;

impl Tracer<'_, '_> {
    /// `target.name = value`, `target[i] = value`.
    pub(super) fn assigned(&mut self, assign: V, path: &Path, sure: bool) {
        let view = self.view;
        let Value::Assign { target, .. } = view.value(assign) else { return };
        let target = V { unit: assign.unit, id: *target };
        let (object, step) = match view.value(target) {
            Value::Member { object, name } => (*object, name.clone()),
            Value::Index { object, .. } => (*object, ELEMENT),
            _ => return,
        };
        let object = V { unit: assign.unit, id: object };
        self.trace.events.push(Event::Put { assign });
        self.put(assign, object, prefixed(step, path), sure);
    }

    /// The value is now in `object` under `path`.
    pub(super) fn put(&mut self, at: V, object: V, path: Path, sure: bool) {
        let view = self.view;
        if path.len() > MAX_PUT || !view.spend() {
            self.trace.incomplete = true;
            return;
        }
        if matches!(view.value(object), Value::This) {
            return self.put_in_field(at, object, &path, sure);
        }
        for origin in view.origins(object) {
            match view.value(origin) {
                Value::Call(call) if !call.is_new && view.is_ref(origin) => self.push(origin, path.clone(), sure),
                Value::Call(call) if call.is_new => self.put_in_made(at, origin, &path, sure),
                Value::Object(_) | Value::Array(_) => self.put_in_made(at, origin, &path, sure),
                Value::Member { object: inner, name } => {
                    let inner = V { unit: origin.unit, id: *inner };
                    if matches!(view.value(inner), Value::This) {
                        self.put_in_field(at, inner, &prefixed(name.clone(), &path), sure);
                    } else {
                        self.put(at, inner, prefixed(name.clone(), &path), sure);
                    }
                }
                Value::Lit(Lit::Null | Lit::Undefined) => {}
                Value::Free(_) => self.escape(at, Escape::Module),
                _ => self.escape(at, Escape::Other),
            }
        }
    }

    /// A literal, a Set or a Map: one of the module outlives every owner.
    fn put_in_made(&mut self, at: V, origin: V, path: &Path, sure: bool) {
        let slot = self.view.slot(origin.unit);
        if self.view.data(origin).func == TOP && slot.class.is_none() && !slot.is_instance {
            self.escape(at, Escape::Module);
        }
        self.push(origin, path.clone(), sure);
    }

    fn put_in_field(&mut self, at: V, this: V, path: &Path, sure: bool) {
        let view = self.view;
        if view.slot(this.unit).class.is_none() {
            return self.escape(at, Escape::Other);
        }
        self.field_holds(this.unit, path, sure);
    }

    /// The field that `path` starts with, of the class that a unit belongs to, holds the value now.
    pub(super) fn field_holds(&mut self, unit: UnitId, path: &Path, sure: bool) {
        let view = self.view;
        for member in view.this_members(unit, &path[0]) {
            if !view.uses(member).iter().any(|used| matches!(used, Use::Target(_))) {
                self.push(member, path[1..].into(), sure);
            }
        }
    }
}
