//! Contexts of React and its like: what a provider of this module puts in, and what code takes out of another module's.

use super::view::{UnitId, V, View};
use crate::lower::ir::*;
use crate::project::{Shape, Summary};

impl<'doc> View<'doc> {
    /// What the context that a call makes carries: its default, or what a provider of this module gives it.
    pub(super) fn context_shape(&self, create: V) -> Option<Shape> {
        let is_create = self.callee_api(create)?.path.last().is_some_and(|name| name == "createContext");
        if !is_create {
            return None;
        }
        let default = self.arg(create, 0).and_then(|default| self.carried(default));
        let carried = default.or_else(|| self.provided_to(create).and_then(|value| self.carried(value)));
        // Another module may provide it.
        Some(Shape::Context(Box::new(carried.unwrap_or(Shape::Unknown))))
    }

    /// What a unit's elements put into contexts of other modules: the module's specifier, the context's name there, and
    /// what it carries.
    pub(crate) fn provided_contexts(&self, unit: UnitId) -> Vec<(Name, Name, Shape)> {
        let values = self.facts(unit).values.iter().filter_map(|data| match &data.value {
            Value::Jsx { tag: Some(tag), props } => Some((V { unit, id: *tag }, props)),
            _ => None,
        });
        let provided = values.filter_map(|(tag, props)| {
            let Value::Member { object, name } = self.value(tag) else { return None };
            let context = self.origin(V { unit, id: *object }).filter(|_| name == "Provider")?;
            let Value::Import { source, name } = self.value(context) else { return None };
            let shape = self.carried(V { unit, id: given_value(props)? })?;
            Some((source.clone(), name.clone(), shape))
        });
        provided.collect()
    }

    /// The `value` of the context's provider: `<SocketContext.Provider value={socket}>`, `<SocketContext value={socket}>`.
    fn provided_to(&self, create: V) -> Option<V> {
        let trace = self.trace(create, &[], &[]);
        trace.names.iter().flat_map(|&name| self.reads_of(name)).find_map(|read| {
            let elements = self.uses(read).iter().filter_map(|used| match *used {
                Use::Callee(element) => Some(element),
                Use::Object(member) => self.facts(read.unit).value(member).uses.iter().find_map(|used| match *used {
                    Use::Callee(element) => Some(element),
                    _ => None,
                }),
                _ => None,
            });
            elements.into_iter().find_map(|element| match &self.facts(read.unit).value(element).value {
                Value::Jsx { props, .. } => Some(V { unit: read.unit, id: given_value(props)? }),
                _ => None,
            })
        })
    }

    /// The connection, or the record of some, that a value carries: also one that is kept in a state or a reference.
    fn carried(&self, v: V) -> Option<Shape> {
        let origin = self.origin(v)?;
        match self.value(origin) {
            Value::Object(props) => {
                let mut members = Summary::new();
                for prop in props.iter().take(64) {
                    let shape = self.carried(V { unit: origin.unit, id: prop.value });
                    if let (Some(key), Some(shape)) = (&prop.key, shape) {
                        members.insert(key.clone(), shape);
                    }
                }
                (!members.is_empty()).then_some(Shape::Record(members))
            }
            Value::Call(_) if self.is_memo(origin) => {
                let made = self.functions(self.arg(origin, 0)?).0;
                let returned = made
                    .iter()
                    .flat_map(|&func| self.func(func).returns.iter().map(move |&id| V { unit: func.unit, id }));
                returned.into_iter().find_map(|value| self.carried(value))
            }
            Value::Call(_) => {
                let kind = self.resource(origin)?.kind;
                kind.is_connection().then(|| Shape::Handle(kind.kind.as_str().into()))
            }
            Value::Index { .. } => self.set_handle(self.state_of(origin)?),
            _ => None,
        }
    }

    /// The connection that a state's setter is given.
    fn set_handle(&self, state: V) -> Option<Shape> {
        let calls = self.calls_in(state.unit);
        let set = calls.filter(|&call| self.setter_of(self.callee(call)) == Some(state));
        set.filter_map(|call| self.origin(self.arg(call, 0)?)).find_map(|value| {
            let kind = self.resource(value)?.kind;
            kind.is_connection().then(|| Shape::Handle(kind.kind.as_str().into()))
        })
    }

    /// What a value takes out of a context: `useContext(SocketContext)`, or a hook of another module that returns that.
    pub(super) fn taken_from_context(&self, v: V) -> Option<Shape> {
        let call = self.call(v).filter(|call| !call.is_new)?;
        let callee = self.origin(V { unit: v.unit, id: call.callee })?;
        let takes = |name: &Name| matches!(name.as_str(), "useContext" | "use");
        let shape = match self.callee_api(v).and_then(|api| api.path.last().cloned()) {
            Some(name) if takes(&name) => {
                let context = self.origin(self.arg(v, 0)?)?;
                match self.value(context) {
                    Value::Import { source, name } => self.env.modules.shape(source, name)?,
                    _ => self.context_shape(context)?,
                }
            }
            _ => match self.value(callee) {
                Value::Import { source, name } => match self.env.modules.shape(source, name)? {
                    Shape::Func(func) => *func.returns?,
                    Shape::Store(held) => return self.selected(v, *held),
                    _ => return None,
                },
                _ => return None,
            },
        };
        match shape {
            Shape::Context(carried) => Some(*carried),
            _ => None,
        }
    }
}

/// The `value` that an element is given.
fn given_value(props: &[Prop]) -> Option<ValueId> {
    props.iter().find(|prop| prop.key.as_deref() == Some("value")).map(|prop| prop.value)
}
