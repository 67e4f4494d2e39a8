//! What opens a resource again and again in the life of one owner, while only the last one is released.

use super::lifecycle::Effect;
use super::react::Deps;
use super::release::Release;
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, V, View};
use crate::catalog::{Acquire, Role};
use crate::lower::ir::*;

impl<'doc> View<'doc> {
    /// The watcher or subscription whose callback a function is, so that it runs again and again in one instance.
    pub(super) fn watcher(&self, func: F) -> Option<V> {
        self.runs(func).into_iter().find_map(|run| match run {
            Run::Handler(call) => {
                let args = self.call(call)?.args.iter().enumerate();
                let mut callbacks = args.filter(|(_, id)| {
                    matches!(self.value(V { unit: call.unit, id: **id }), Value::Func(inner) if *inner == func.id)
                });
                let is_direct = callbacks.any(|(index, _)| self.is_callback_of_resource(call, index as u32));
                (is_direct && call.unit == func.unit).then_some(call)
            }
            Run::Mount(call) => {
                let hook = self.hook(call).filter(|hook| hook.role == Role::Watch)?;
                let callback = self.arg(call, hook.callback as usize)?;
                let is_direct = self.functions(callback).0.contains(&func) && self.arg(call, 3).is_none();
                // `{ once: true }`, or options that cannot be read.
                let options = self.arg(call, hook.callback as usize + 1);
                let is_again = options.is_none_or(|options| match self.value(options) {
                    Value::Object(props) => {
                        props.iter().all(|prop| prop.key.as_deref().is_some_and(|key| key != "once"))
                    }
                    _ => false,
                });
                (is_direct && is_again).then_some(call)
            }
            _ => None,
        })
    }

    /// Whether an effect other than `effect` ends less often than that one runs: it lacks one of its dependencies, and
    /// does not depend on the handle.
    pub(super) fn outlasts(&self, other: V, effect: Effect, resource: &Resource<'doc>) -> bool {
        if other == effect.call || !self.has_role(other, Role::Effect) {
            return false;
        }
        let (Deps::List(own), Deps::List(others)) = (self.deps(effect.call), self.deps(other)) else { return false };
        let follows_handle =
            others.iter().filter_map(|&dep| self.binding_of(dep)).any(|name| resource.trace.names.contains(&name));
        if follows_handle {
            return false;
        }
        own.into_iter().filter_map(|dep| self.binding_of(dep)).any(|name| {
            // Only what a component is given surely changes: a parameter, or a part of one.
            let is_given = self.binding(name).kind == BindingKind::Param;
            is_given && !others.iter().any(|&dep| self.dep_covers(dep, name))
        })
    }

    /// Whether a listener is added anew by an effect that runs more often than its connection is opened: each run adds
    /// another one to the same connection.
    pub(super) fn piles_up(&self, listener: &Resource<'doc>, effect: Effect) -> bool {
        let is_child = listener.kind.acquire.iter().any(|acquire| matches!(acquire, Acquire::On { .. }));
        let Deps::List(own) = self.deps(effect.call) else { return false };
        let Some((object, _)) = self.method(listener.site).filter(|_| is_child) else { return false };
        let mut parents = self.origins(object).into_iter().filter_map(|origin| self.resource(origin));
        let Some(parent) = parents.next() else { return false };
        let opener = self.func_of(parent.site);
        let is_other = opener.unit == effect.callback.unit && !self.is_within(opener, effect.callback);
        if !is_other || opener.id == TOP || self.is_released_before(listener) {
            return false;
        }
        let opening = self.runs(opener).into_iter().find_map(|run| match run {
            Run::Effect(other) => Some(other),
            _ => None,
        });
        // Whoever opens it by hand, or where nobody sees it, may do so as often.
        let Some(opening) = opening.filter(|&other| other != effect) else { return false };
        let Deps::List(others) = self.deps(opening.call) else { return false };
        own.into_iter().filter(|&dep| self.state_of(dep).is_some()).filter_map(|dep| self.binding_of(dep)).any(|name| {
            // A state that holds the connection changes with it.
            !parent.trace.names.contains(&name) && !others.iter().any(|&dep| self.dep_covers(dep, name))
        })
    }

    /// Whether the function that acquires has a release or a condition on the handle before it.
    pub(super) fn is_released_before(&self, resource: &Resource<'doc>) -> bool {
        let before = |release: &Release| self.comes_before(release.at, resource.live);
        self.releases(resource).iter().any(before) || self.asks_for_handle(resource)
    }

    /// Whether the acquisition hangs on a condition that reads the handle, or what it is put into.
    fn asks_for_handle(&self, resource: &Resource<'doc>) -> bool {
        let func = self.func_of(resource.live);
        let mut holders = resource.trace.names.clone();
        for event in &resource.trace.events {
            let Event::Put { assign } = *event else { continue };
            let Value::Assign { target, .. } = self.value(assign) else { continue };
            let target = V { unit: assign.unit, id: *target };
            if let Value::Member { object, .. } | Value::Index { object, .. } = self.value(target) {
                holders.extend(self.binding_of(V { unit: target.unit, id: *object }));
            }
        }
        let conditions = self.conditions_before(func, resource.live).into_iter();
        conditions.flat_map(|condition| self.names_in(condition)).any(|name| holders.contains(&name))
    }
}
