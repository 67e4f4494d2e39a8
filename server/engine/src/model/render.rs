//! What renders repeat: connections in a component's body, effects that run after every render.

use super::lifecycle::Effect;
use super::owner::Owner;
use super::react::{Deps, is_hook_name};
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, V, View};
use crate::catalog::{Body, Role};
use crate::lower::ir::*;

/// Why an effect runs after every render.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EveryRender {
    /// It has no list of dependencies.
    NoList,
    /// That dependency is another value each time.
    Fresh(V),
}

impl<'doc> View<'doc> {
    /// The component or hook of React in whose body a connection is opened, so at each render.
    pub(crate) fn opened_in_render(&self, resource: &Resource<'doc>) -> Option<F> {
        let opens_nothing = resource.kind.child || resource.kind.lazy;
        if !resource.kind.is_connection() || opens_nothing || !self.guards(resource.site).is_empty() {
            return None;
        }
        let opener = match resource.kind.opened_by.is_empty() {
            true => resource.live,
            // To make it opens nothing.
            false => self.opening_call(resource)?,
        };
        self.made_in_render(opener)
    }

    /// The call by which a resource is opened that is made before.
    fn opening_call(&self, resource: &Resource<'doc>) -> Option<V> {
        resource.trace.events.iter().find_map(|event| match event {
            Event::Method { call, name, .. } if resource.kind.opened_by.iter().any(|opens| opens == *name) => {
                Some(*call)
            }
            _ => None,
        })
    }

    /// The component or hook of React whose body evaluates an expression at each render.
    pub(super) fn made_in_render(&self, at: V) -> Option<F> {
        let func = self.func_of(at);
        let is_render = self.runs(func).contains(&Run::Render(func));
        if !is_render || !self.guards(at).is_empty() || !self.is_react_body(func) {
            return None;
        }
        // A way out before it may be the way of all renders but the first.
        (!self.func(func).is_async && !self.has_early_return(func)).then_some(func)
    }

    /// Whether a function calls hooks of React, or is named like a component and returns elements.
    fn is_react_body(&self, func: F) -> bool {
        let mut hooks = self.calls_of(func).filter_map(|call| self.hook(call));
        let is_hooked = hooks.any(|hook| hook.framework.body == Body::Render);
        let data = self.func(func);
        let is_component = data.name.as_ref().is_some_and(|name| !is_hook_name(name));
        let returns_elements =
            data.returns.iter().any(|&id| matches!(self.value(V { unit: func.unit, id }), Value::Jsx { .. }));
        is_hooked || (is_component && returns_elements)
    }

    /// The effect that opens a connection after every render, and why.
    pub(crate) fn reopened_by_render(&self, resource: &Resource<'doc>) -> Option<(Effect, EveryRender)> {
        let func = self.func_of(resource.live);
        let Some(Owner::Effect(effect)) = self.owner(func) else { return None };
        let is_react = self.hook(effect.call).is_some_and(|hook| hook.framework.body == Body::Render)
            && !self.is_observable(effect);
        let conditions = self.conditions_before(effect.callback, resource.live);
        let is_guarded = conditions.iter().any(|&condition| self.may_ask_for_owner(condition));
        if !resource.kind.is_connection() || !is_react || is_guarded {
            return None;
        }
        let component = self.func_of(effect.call);
        match self.deps(effect.call) {
            Deps::Every => Some((effect, EveryRender::NoList)),
            Deps::List(deps) => {
                let fresh = deps.into_iter().find(|&dep| self.is_made_by_render(dep, component))?;
                Some((effect, EveryRender::Fresh(fresh)))
            }
            Deps::Unknown => None,
        }
    }

    /// Whether a value is an object, array or function that a component's body makes anew at each render.
    fn is_made_by_render(&self, v: V, component: F) -> bool {
        let Some(origin) = self.origin(v) else { return false };
        let is_literal = matches!(self.value(origin), Value::Object(_) | Value::Array(_) | Value::Func(_));
        is_literal
            && self.func_of(origin) == component
            && self.uses(origin).iter().all(|used| match *used {
                // `useMemo`, `useCallback` and `useState` keep what they are given.
                Use::Arg(call, _) => {
                    let hook = self.hook(V { unit: origin.unit, id: call });
                    !hook.is_some_and(|hook| !matches!(hook.role, Role::Effect))
                }
                _ => true,
            })
    }
}
