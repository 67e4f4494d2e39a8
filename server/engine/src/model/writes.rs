//! What functions set: states, references, fields and variables that a view shows.

use super::handling::Handling;
use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// What is set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// A state of React, by the call that gives it.
    State(V),
    /// A variable, or a reference of Vue by its name.
    Name(B),
    /// A field of the class.
    Field(Name),
}

/// A step that sets something as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    /// The call or assignment.
    pub(crate) at: V,
    pub(crate) target: Target,
    /// The new value, or the function that gives it.
    pub(crate) value: V,
}

impl View<'_> {
    /// What a function itself sets.
    pub(crate) fn writes_in(&self, func: F) -> Vec<Write> {
        self.operations_of(func).filter_map(|(at, value)| self.write_at(at, value)).collect()
    }

    /// What a handler's run sets.
    pub(crate) fn writes_of_run(&self, handling: &Handling) -> Vec<Write> {
        self.run_of(handling.func).into_iter().flat_map(|func| self.writes_in(func)).collect()
    }

    fn write_at(&self, at: V, value: &Value) -> Option<Write> {
        let here = |id: ValueId| V { unit: at.unit, id };
        match value {
            Value::Call(_) => {
                if let Some(state) = self.setter_of(self.callee(at)) {
                    return Some(Write { at, target: Target::State(state), value: self.arg(at, 0)? });
                }
                let (object, name) = self.method(at)?;
                let is_signal = name == "set" && self.is_signal(object);
                is_signal.then(|| Some(Write { at, target: self.target_of_place(object)?, value: self.arg(at, 0)? }))?
            }
            Value::Assign { target, value, op } if op == "=" => {
                let (target, value) = (here(*target), here(*value));
                let target = match self.value(target) {
                    Value::Unknown => Target::Name(self.stored_name(value)?),
                    _ => self.target_of_place(target)?,
                };
                Some(Write { at, target, value })
            }
            _ => None,
        }
    }

    /// Whether a field or variable holds a signal: `signal(0)`.
    fn is_signal(&self, v: V) -> bool {
        let made = self.origins(v).into_iter();
        made.filter(|&made| self.call(made).is_some()).any(|made| {
            let name = self.callee_name(self.callee(made));
            name.is_some_and(|name| matches!(name.as_str(), "signal" | "writable"))
        })
    }

    fn target_of_place(&self, place: V) -> Option<Target> {
        match self.value(place) {
            Value::Member { object, name } => {
                let object = V { unit: place.unit, id: *object };
                match self.value(object) {
                    Value::This => Some(Target::Field(name.clone())),
                    _ if name == "value" => self.binding_of(object).map(Target::Name),
                    _ => None,
                }
            }
            _ => self.binding_of(place).map(Target::Name),
        }
    }

    /// The variable that a value is assigned to.
    fn stored_name(&self, value: V) -> Option<B> {
        let facts = self.facts(value.unit);
        let own = facts.bindings.iter().position(|binding| binding.stores.contains(&value.id));
        if let Some(index) = own {
            return Some(B { unit: value.unit, id: BindingId(index as u32) });
        }
        let (name, _) = facts.free_stores.iter().find(|(_, stores)| stores.contains(&value.id))?;
        self.declaration(value.unit, name)
    }

    /// What a target is called.
    pub(crate) fn name_of_target(&self, target: &Target) -> Name {
        match target {
            Target::State(state) => self.name_of_list(super::lists::List::State(*state)),
            Target::Name(name) => self.name(*name).clone(),
            Target::Field(name) => name.clone(),
        }
    }

    /// Whether a value is empty: `[]`, `{}`, `null`, `""`, `new Map()`.
    pub(crate) fn is_empty_value(&self, v: V) -> bool {
        match self.value(v) {
            Value::Array(elements) => elements.is_empty(),
            Value::Object(props) => props.is_empty(),
            Value::Lit(Lit::Null | Lit::Undefined) => true,
            Value::Lit(Lit::Str(text)) => text.is_empty(),
            Value::Call(call) => {
                let name = self.callee_name(self.callee(v));
                call.is_new && call.args.is_empty() && name.is_some_and(|name| name == "Map" || name == "Set")
            }
            _ => false,
        }
    }

    /// Whether a write stands behind something that was waited for: what it sets is the answer of a request.
    pub(crate) fn comes_with_answer(&self, write: &Write) -> bool {
        self.comes_from_request(write.value, 0)
    }
}
