//! React's state and dependencies.

use super::lifecycle::Effect;
use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// What an effect or a callback depends on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deps {
    /// No array: it runs after every render.
    Every,
    /// These values.
    List(Vec<V>),
    /// An array that cannot be read.
    Unknown,
}

impl View<'_> {
    /// The dependencies: the second argument.
    pub(crate) fn deps(&self, call: V) -> Deps {
        let hook = self.hook(call);
        if hook.is_some_and(|hook| hook.is_once) {
            return Deps::List(Vec::new());
        }
        let Some(list) = self.arg(call, hook.map_or(1, |hook| hook.callback as usize + 1)) else { return Deps::Every };
        match self.value(list) {
            Value::Array(values) => Deps::List(values.iter().map(|&id| V { unit: call.unit, id }).collect()),
            Value::Lit(Lit::Undefined) => Deps::Every,
            _ => Deps::Unknown,
        }
    }

    /// The state call and the place in its pair that a value is: `(call, 0)` the state, `(call, 1)` its setter.
    fn state_part(&self, v: V) -> Option<(V, u32)> {
        let origin = self.origin(v)?;
        let Value::Index { object, index } = self.value(origin) else { return None };
        let part = match self.value(V { unit: origin.unit, id: *index }) {
            Value::Lit(Lit::Num(number)) if *number == 0.0 => 0,
            Value::Lit(Lit::Num(number)) if *number == 1.0 => 1,
            _ => return None,
        };
        let call = self.origin(V { unit: origin.unit, id: *object })?;
        self.is_state_call(call).then_some((call, part))
    }

    /// The state call whose value this is.
    pub(crate) fn state_of(&self, v: V) -> Option<V> {
        self.state_part(v).filter(|(_, part)| *part == 0).map(|(call, _)| call)
    }

    /// The state call whose setter this is.
    pub(crate) fn setter_of(&self, v: V) -> Option<V> {
        self.state_part(v).filter(|(_, part)| *part == 1).map(|(call, _)| call)
    }

    /// The values `state` of `const [state, setState] = call`.
    pub(super) fn state_values(&self, call: V) -> Vec<V> {
        let parts = self.uses(call).iter().filter_map(|used| match used {
            Use::Object(part) => Some(V { unit: call.unit, id: *part }),
            _ => None,
        });
        parts
            .filter(|&part| match self.value(part) {
                Value::Index { index, .. } => {
                    matches!(self.value(V { unit: part.unit, id: *index }), Value::Lit(Lit::Num(number)) if *number == 0.0)
                }
                _ => false,
            })
            .collect()
    }

    /// The function that holds an effect or a handler as its component or hook: the outermost named like one.
    pub(crate) fn component_of(&self, f: F) -> Option<F> {
        let mut at = Some(f.id);
        let mut found = None;
        while let Some(id) = at {
            let func = self.facts(f.unit).func(id);
            if func.name.as_ref().is_some_and(|name| is_component_name(name)) {
                found = Some(F { unit: f.unit, id });
            }
            at = func.parent;
        }
        found
    }

    /// The effects that a component or hook sets up itself.
    pub(crate) fn effects_in(&self, component: F) -> Vec<Effect> {
        self.calls_of(component).filter_map(|call| self.effect(call)).collect()
    }

    /// Whether a value of a dependency list changes when `state` does.
    pub(crate) fn dep_covers(&self, dep: V, state: B) -> bool {
        let mut root = dep;
        while let Value::Member { object, .. } | Value::Index { object, .. } = self.value(root) {
            root = V { unit: root.unit, id: *object };
        }
        let Some(binding) = self.binding_of(root) else { return self.reads_within(dep, state) };
        if binding == state {
            return true;
        }
        // A value that the component computes from the state changes with it.
        self.stores_of(binding).into_iter().any(|store| match self.value(store) {
            Value::Func(_) | Value::Import { .. } => false,
            Value::Call(_) if self.is_memo(store) || self.is_callback(store) => match self.deps(store) {
                Deps::List(deps) => deps.into_iter().any(|inner| inner != dep && self.dep_covers(inner, state)),
                Deps::Every | Deps::Unknown => true,
            },
            _ => self.reads_within(store, state),
        })
    }

    /// Whether the text of an expression reads a name.
    fn reads_within(&self, v: V, name: B) -> bool {
        if v.unit != name.unit {
            return false;
        }
        let span = self.span(v);
        self.binding(name).reads.iter().any(|&read| span.contains(self.facts(v.unit).value(read).span))
    }
}

/// `Feed`, `useFeed`.
pub(crate) fn is_component_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_uppercase()) || is_hook_name(name)
}

/// `useFeed`.
pub(crate) fn is_hook_name(name: &str) -> bool {
    name.strip_prefix("use").is_some_and(|rest| rest.starts_with(|first: char| first.is_uppercase()))
}
