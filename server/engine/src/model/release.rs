//! What ends a resource, wherever it runs.

use smallvec::SmallVec;

use super::index::Key;
use super::lifecycle::Effect;
use super::react::Deps;
use super::resource::Resource;
use super::trace::Event;
use super::view::{UnitId, V, View};
use crate::catalog::Role;
use crate::lower::ir::*;
use crate::project::Shape;

/// An expression that ends a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Release {
    pub(crate) at: V,
    pub(crate) how: How,
}

/// How it does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// That call.
    Call,
    /// Not the call but the function: `return subscription.unsubscribe`.
    Reference,
    /// It ends the connection that the listener is on, which counts only if that goes with the owner.
    Parent,
    /// The handle is a function that was given to a teardown.
    Teardown(Option<Effect>),
}

impl<'doc> View<'doc> {
    /// The expressions that end a resource, wherever they run.
    pub(crate) fn releases<'of>(&self, resource: &'of Resource<'doc>) -> &'of [Release] {
        resource.known.releases.get_or_init(|| self.find_releases(resource))
    }

    fn find_releases(&self, resource: &Resource<'doc>) -> Vec<Release> {
        let release = &resource.kind.release;
        let mut found = Vec::new();
        for event in &resource.trace.events {
            let (at, how) = match *event {
                Event::Method { call, name, .. } if release.methods.iter().any(|known| known == name) => {
                    if self.sees_old_state(call) {
                        continue;
                    }
                    (call, How::Call)
                }
                Event::Read { member, name } if release.methods.iter().any(|known| known == name) => {
                    if self.is_uncalled(member) || self.loses_handle(member, resource) {
                        continue;
                    }
                    (member, How::Reference)
                }
                Event::Argument { call, index } if self.is_release_of_argument(call, index, resource) => {
                    (call, How::Call)
                }
                Event::Called { call } if release.call => (call, How::Call),
                Event::Argument { call, .. } if release.call && self.registers_teardown(call) => {
                    (call, How::Teardown(None))
                }
                Event::Returned { func } if release.call => match self.effect_of_callback(func) {
                    Some(effect) if !self.func(func).is_async => (resource.site, How::Teardown(Some(effect))),
                    _ => continue,
                },
                _ => continue,
            };
            found.push(Release { at, how });
        }
        found.extend(self.releases_without_handle(resource));
        found
    }

    /// Whether a method is called on a state in an effect that does not run again when that state changes: it sees what
    /// the first render saw, which is nothing.
    fn sees_old_state(&self, call: V) -> bool {
        let Some((object, _)) = self.method(call) else { return false };
        let Some(name) = self.binding_of(object).filter(|_| self.state_of(object).is_some()) else { return false };
        let effect = self.enclosing(self.func_of(call)).find_map(|at| self.effect_of_callback(at));
        effect.is_some_and(|effect| match self.deps(effect.call) {
            Deps::List(deps) => !deps.iter().any(|&dep| self.dep_covers(dep, name)),
            Deps::Every | Deps::Unknown => false,
        })
    }

    /// `window.removeEventListener("online", f)`, `supabase.removeAllChannels()`: in the same unit, and in those that
    /// share an owner with it.
    fn releases_without_handle(&self, resource: &Resource<'doc>) -> Vec<Release> {
        let release = &resource.kind.release;
        let mut found = Vec::new();
        for method in release.without_handle() {
            for unit in self.units_that_end(resource.site.unit, method) {
                found.extend(self.calls_in(unit).filter(|&call| self.ends_without_handle(call, method, resource)));
            }
            found.extend(self.calls_in_module(resource.site, method));
        }
        if release.call && !release.functions.is_empty() {
            let calls = self.calls_in(resource.site.unit);
            found.extend(calls.filter(|&call| self.may_end_by_argument(call, resource)));
        }
        let ends_parent = |at: V| {
            let name = self.method(at).map(|(_, name)| name);
            release.unlisten.is_some() && name.is_some_and(|name| release.parent_all.iter().any(|known| known == name))
        };
        let how = |at: V| if ends_parent(at) { How::Parent } else { How::Call };
        found.into_iter().map(|at| Release { at, how: how(at) }).collect()
    }

    /// `off(query)`: it ends all that was opened on the same first argument.
    fn may_end_by_argument(&self, call: V, resource: &Resource<'doc>) -> bool {
        if !self.calls_imported_release(call, resource) {
            return false;
        }
        // A callback that is what subscribing returned was never added.
        let callback = self.arg(call, 2).or_else(|| self.arg(call, 1)).and_then(|callback| self.origin(callback));
        if callback == Some(resource.site) {
            return false;
        }
        let target = |call: V| self.arg(call, 0).and_then(|argument| self.binding_of(argument));
        match (target(call), target(resource.site)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// Whether a call is of a module's function that ends such resources by what it is given.
    pub(super) fn calls_imported_release(&self, call: V, resource: &Resource<'_>) -> bool {
        let name = self.callee_api(call).filter(|api| api.source.is_some()).and_then(|api| api.path.last().cloned());
        name.is_some_and(|name| resource.kind.release.functions.iter().any(|known| *known == name))
    }

    /// The units that share an owner with one and call a method that ends without a handle.
    pub(super) fn units_that_end(&self, unit: UnitId, method: &str) -> SmallVec<[UnitId; 2]> {
        let slot = self.slot(unit);
        match slot.is_instance || slot.class.is_some() {
            true => self.units_of(Key::Calls(slot.group, Name::from(method))),
            false => SmallVec::from_slice(&[unit]),
        }
    }

    fn ends_without_handle(&self, call: V, method: &str, resource: &Resource<'doc>) -> bool {
        let release = &resource.kind.release;
        let Some((object, name)) = self.method(call).filter(|(_, name)| *name == method) else { return false };
        if release.unlisteners().any(|known| known == name) {
            return self.may_unlisten(call, resource.site);
        }
        // `supabase.realtime.disconnect()`.
        let of_client = release.parent_method_hint.is_none() || name != "disconnect";
        of_client || self.callee_name(object).is_some_and(|of| of == "realtime")
    }

    /// Calls in other functions of a module that take away the very function which a listener of the module added, where
    /// that one has a name at the top level.
    fn calls_in_module(&self, listener: V, method: &str) -> Vec<V> {
        let slot = self.slot(listener.unit);
        let Some(added) = self.arg(listener, 1).filter(|_| !slot.is_instance && slot.class.is_none()) else {
            return Vec::new();
        };
        let (functions, is_known) = self.functions(added);
        if !is_known || functions.is_empty() || functions.iter().any(|func| func.unit == listener.unit) {
            return Vec::new();
        }
        let units = self.units_of(Key::Calls(slot.group, Name::from(method))).into_iter();
        let calls = units.filter(|&unit| unit != listener.unit).flat_map(|unit| self.calls_in(unit));
        calls
            .filter(|&call| {
                let removed = self.method(call).filter(|(_, name)| *name == method).and_then(|_| self.arg(call, 1));
                removed.is_some_and(|removed| self.functions(removed).0 == functions)
                    && self.may_unlisten(call, listener)
            })
            .collect()
    }

    /// Whether a function that a call is given is a teardown: `onUnmounted(stop)`, `destroyRef.onDestroy(stop)`.
    pub(super) fn registers_teardown(&self, call: V) -> bool {
        (self.has_role(call, Role::Teardown) && self.is_registered(call))
            || self.callee_name(self.callee(call)).is_some_and(|name| name == "onDestroy")
    }

    /// `supabase.removeChannel(channel)`, or a function of another module that closes what it is given.
    pub(super) fn is_release_of_argument(&self, call: V, index: u32, resource: &Resource<'doc>) -> bool {
        let release = &resource.kind.release;
        if self.method(call).is_some_and(|(_, name)| release.parent_methods.iter().any(|known| known == name)) {
            return true;
        }
        if !release.functions.is_empty() && !release.call {
            let name = self.callee_api(call).and_then(|api| api.path.last().cloned());
            if name.is_some_and(|name| release.functions.iter().any(|known| *known == name)) {
                return true;
            }
        }
        let Some(Value::Import { source, name }) = self.origin(self.callee(call)).map(|origin| self.value(origin))
        else {
            return false;
        };
        match self.env.modules.shape(source, name) {
            Some(Shape::Func(shape)) => shape.releases.contains(&index),
            _ => false,
        }
    }
}
