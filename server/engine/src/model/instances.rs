//! What instances of other modules' classes give: injected services, and what `new` makes of an imported class.

use std::sync::Arc;

use super::index::Key;
use super::view::{B, F, UnitId, V, View};
use crate::lower::ir::*;
use crate::project::{ClassShape, Shape};

/// How many members and calls stand in a chain at most: `current = current.parent` has no end.
const MAX_DEPTH: u32 = 6;

impl<'doc> View<'doc> {
    /// The shape of `object.name`, where the object is an instance of another module's class; for a call, that of what it
    /// returns.
    pub(super) fn foreign_shape(&self, v: V) -> Option<Shape> {
        self.foreign_shape_within(v, 0)
    }

    fn foreign_shape_within(&self, v: V, depth: u32) -> Option<Shape> {
        if depth > MAX_DEPTH || !self.spend() {
            return None;
        }
        match self.value(v) {
            Value::Member { object, name } => {
                let object = V { unit: v.unit, id: *object };
                if let Some(class) = self.class_of_instance(object, depth + 1) {
                    return class.members.get(name).cloned();
                }
                let origin = self.origin(object)?;
                match self.taken_from_context(origin).or_else(|| self.foreign_shape_within(origin, depth + 1))? {
                    Shape::Record(members) => members.get(name).cloned(),
                    _ => None,
                }
            }
            Value::Call(call) if !call.is_new => {
                let callee = V { unit: v.unit, id: call.callee };
                let shape = match self.value(callee) {
                    Value::Member { .. } => self.foreign_shape_within(callee, depth + 1)?,
                    _ => self.imported_shape(self.origin(callee)?)?,
                };
                match shape {
                    Shape::Func(func) => func.returns.map(|returns| *returns),
                    _ => None,
                }
            }
            Value::Import { .. } => self.imported_shape(v),
            _ => None,
        }
    }

    /// The shape of what another module gives under a name, in an instance of its class, or by a call.
    pub(super) fn foreign_value(&self, v: V) -> Option<Shape> {
        match self.value(v) {
            Value::Member { .. } => self.foreign_shape(v),
            _ => self.foreign_shape(self.origin(v)?),
        }
    }

    /// Whether a call gives an instance of a class that another module of the workspace has.
    pub(super) fn makes_own_instance(&self, call: V) -> bool {
        matches!(self.foreign_shape(call), Some(Shape::Instance(_)))
    }

    /// The class of another module that a value is an instance of: by its type, by injection, or by what made it.
    pub(super) fn class_of_instance(&self, v: V, depth: u32) -> Option<Arc<ClassShape>> {
        if depth > MAX_DEPTH || !self.spend() {
            return None;
        }
        let origin = self.origin(v)?;
        match self.value(origin) {
            Value::Param { .. } => self.class_of_type(self.parameter_binding(origin)?),
            // `inject(FeedService)`, `new FeedService()`.
            Value::Call(call) => {
                let class = if call.is_new { Some(self.callee(origin)) } else { self.injected(origin) };
                match class {
                    Some(class) => self.imported_class(self.origin(class)?),
                    None => match self.foreign_shape_within(origin, depth + 1)? {
                        Shape::Instance(class) => Some(class),
                        _ => None,
                    },
                }
            }
            _ => None,
        }
    }

    /// The type that a parameter's type declares for a member of it: `Socket` of `props.socket` or `{ socket }` with
    /// `{ socket: Socket }`, with a unit that sees the name.
    pub(super) fn type_of_member(&self, v: V) -> Option<(UnitId, &'doc Name)> {
        let Value::Member { object, name } = self.value(v) else { return None };
        let parameter = self.origin(V { unit: v.unit, id: *object })?;
        let Value::Param { func, index } = *self.value(parameter) else { return None };
        let types = &self.func(F { unit: parameter.unit, id: func }).param_types;
        let (_, type_name) = types.iter().find(|(known, _)| *known == index)?;
        let unit = match type_name.starts_with('#') {
            true => parameter.unit,
            false => *self.units_of(Key::Type(self.slot(parameter.unit).group, type_name.clone())).first()?,
        };
        let shape = self.facts(unit).types.iter().find(|shape| shape.name == *type_name)?;
        let (_, member) = shape.members.iter().find(|(known, _)| known == name)?;
        Some((unit, member))
    }

    fn injected(&self, call: V) -> Option<V> {
        let api = self.callee_api(call)?;
        let is_inject = api.name().is_some_and(|name| name == "inject");
        is_inject.then(|| self.arg(call, 0))?
    }

    pub(super) fn parameter_binding(&self, parameter: V) -> Option<B> {
        let bindings = &self.facts(parameter.unit).bindings;
        let index = bindings
            .iter()
            .position(|known| known.kind == BindingKind::Param && known.stores.contains(&parameter.id))?;
        Some(B { unit: parameter.unit, id: BindingId(index as u32) })
    }

    fn class_of_type(&self, name: B) -> Option<Arc<ClassShape>> {
        let type_name = self.binding(name).type_name.as_ref()?;
        let declared = self.declaration(name.unit, type_name)?;
        match self.stores_of(declared).as_slice() {
            [only] => self.imported_class(*only),
            _ => None,
        }
    }

    fn imported_class(&self, v: V) -> Option<Arc<ClassShape>> {
        match self.imported_shape(v)? {
            Shape::Class(class) => Some(class),
            _ => None,
        }
    }

    fn imported_shape(&self, v: V) -> Option<Shape> {
        match self.value(v) {
            Value::Import { source, name } if name == "*" => {
                Some(self.env.modules.exports(source)).filter(|exports| !exports.is_empty()).map(Shape::Record)
            }
            Value::Import { source, name } => self.env.modules.shape(source, name),
            _ => None,
        }
    }
}
