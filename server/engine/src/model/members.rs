//! What fixes ask about the members of classes.

use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;
use crate::text::Span;

impl<'doc> View<'doc> {
    /// Whether a unit is a method or a field of a class.
    pub(crate) fn is_class_member(&self, unit: UnitId) -> bool {
        matches!(self.facts(unit).class, Some(ClassRole::Method { .. } | ClassRole::Field { .. }))
    }

    /// Whether a function is a method.
    pub(crate) fn is_method(&self, f: F) -> bool {
        matches!(self.facts(f.unit).class, Some(ClassRole::Method { func, .. }) if func == f.id)
    }

    /// Whether a class has a member of that name.
    pub(crate) fn has_member(&self, unit: UnitId, name: &str) -> bool {
        !self.members(unit, &Name::from(name)).is_empty()
    }

    /// Whether two units belong to one class.
    pub(crate) fn are_of_one_class(&self, one: UnitId, other: UnitId) -> bool {
        self.class_head(one).is_some() && self.class_head(one) == self.class_head(other)
    }

    /// The field that an own member is: `this.socket`.
    pub(crate) fn field_unit(&self, member: V) -> Option<UnitId> {
        let Value::Member { name, .. } = self.value(member) else { return None };
        let is_field =
            |unit: &UnitId| matches!(self.facts(*unit).class, Some(ClassRole::Field { is_static: false, .. }));
        self.members(member.unit, name).into_iter().find(is_field)
    }

    /// A unit's whole text.
    pub(crate) fn unit_span(&self, unit: UnitId) -> Span {
        self.func(F { unit, id: TOP }).span
    }

    /// The functions around an expression, innermost first, without the unit's top level.
    pub(crate) fn functions_around(&self, v: V) -> impl Iterator<Item = F> + '_ {
        self.enclosing(self.func_of(v)).filter(|f| f.id != TOP)
    }
}
