//! What becomes of a resource: released, leaked, or unknown.
//!
//! A release counts if its owner's teardown runs it. Rules speak on [`Fate::Leaks`] only, so every doubt here ends
//! in [`Fate::Unknown`].

use smallvec::SmallVec;

use super::handlers::Handler;
use super::index::Key;
use super::lifecycle::Effect;
use super::owner::Owner;
use super::react::Deps;
use super::resource::Resource;
use super::runs::{Ended, Run};
use super::trace::{Escape, Event};
use super::view::{F, UnitId, V, View};
use super::way_out::WayOut;
use crate::catalog::{Acquire, Role};
use crate::lower::ir::*;
use crate::project::Shape;

/// What becomes of a resource.
#[derive(Debug)]
pub(crate) enum Fate {
    /// Its owner's teardown ends it, by each of these.
    Released(Vec<Release>),
    /// Its owner goes, and it stays.
    Leaks(Leak),
    /// It cannot be seen.
    Unknown,
}

/// The proof of a leak.
#[derive(Debug)]
pub(crate) struct Leak {
    pub(crate) owner: Owner,
    /// Releases that no teardown runs.
    pub(crate) elsewhere: Vec<V>,
    /// A `return` after the acquisition that registers no teardown, while another does.
    pub(crate) way_out: Option<WayOut>,
    /// What acquires another one each time it runs, while only the last is released: a watcher, the effect itself, or a
    /// subscription whose callback does.
    pub(crate) overwritten_by: Option<V>,
}

impl Leak {
    /// The effect that acquires it.
    pub(crate) fn effect(&self) -> Option<Effect> {
        match self.owner {
            Owner::Effect(effect) => Some(effect),
            _ => None,
        }
    }
}

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

/// What a release is worth to the owner.
#[derive(Clone, Copy, PartialEq)]
enum Worth {
    /// A teardown runs it: that of this effect, or one that this hook registers; `None`: a method.
    Teardown(Option<V>),
    /// It runs, but not when the owner goes.
    Elsewhere,
    /// Its occasions cannot be seen, or make the resource one-shot.
    Unknown,
}

impl<'doc> View<'doc> {
    /// What becomes of a resource.
    pub(crate) fn fate<'of>(&self, resource: &'of Resource<'doc>) -> &'of Fate {
        // Not by `get_or_init`: the search may come back to the resource that it started from.
        if let Some(known) = resource.known.fate.get() {
            return known;
        }
        let fate = self.find_fate(resource);
        resource.known.fate.get_or_init(|| fate)
    }

    fn find_fate(&self, resource: &Resource<'doc>) -> Fate {
        let func = self.func_of(resource.live);
        let Some(owner) = self.owner(func) else { return Fate::Unknown };
        if resource.trace.incomplete
            || resource.kind.child
            || self.ends_by_itself(resource)
            || self.goes_with_parent(resource)
        {
            return Fate::Unknown;
        }
        let effect = match owner {
            Owner::Effect(effect) => Some(effect),
            _ => None,
        };
        let handlers = self.handlers(resource);
        let mut elsewhere = Vec::new();
        let mut covered = None;
        let mut proofs = Vec::new();
        let watcher = self.watcher(func).filter(|_| !self.is_released_before(resource));
        let mut ends_each_run = false;
        let mut outlasted = effect;
        for &release in self.releases(resource) {
            match self.worth(&release, resource, handlers) {
                // The acquiring effect's own teardown is the one whose ways count.
                Worth::Teardown(of) => {
                    proofs.push(release);
                    outlasted = outlasted.filter(|&effect| of.is_some_and(|of| self.outlasts(of, effect, resource)));
                    ends_each_run |= of.is_none_or(|of| Some(of) == watcher || self.func_of(of) == func);
                    covered = covered.filter(|&known| known == effect.map(|effect| effect.call)).or(Some(of));
                }
                Worth::Elsewhere => elsewhere.push(release.at),
                Worth::Unknown => return Fate::Unknown,
            }
        }
        if let Some(of) = covered {
            let way_out = effect
                .filter(|effect| of == Some(effect.call))
                .and_then(|effect| self.way_out(resource, effect.callback));
            let outlasted = outlasted.filter(|_| !self.is_released_before(resource));
            let overwritten_by = watcher.filter(|_| !ends_each_run).or(outlasted.map(|effect| effect.call));
            return match (way_out, overwritten_by) {
                (None, None) => Fate::Released(proofs),
                _ => Fate::Leaks(Leak { owner, elsewhere: Vec::new(), way_out, overwritten_by }),
            };
        }
        if self.escapes(resource) {
            return Fate::Unknown;
        }
        Fate::Leaks(Leak { owner, elsewhere, way_out: None, overwritten_by: None })
    }

    /// The watcher or subscription whose callback a function is, so that it runs again and again in one instance.
    fn watcher(&self, func: F) -> Option<V> {
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
    fn outlasts(&self, other: V, effect: Effect, resource: &Resource<'doc>) -> bool {
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

    /// Whether the function that acquires has a release or a condition on the handle before it.
    fn is_released_before(&self, resource: &Resource<'doc>) -> bool {
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

    /// Whether it is a listener on a connection of this document whose own fate is known: it goes with that one.
    fn goes_with_parent(&self, resource: &Resource<'doc>) -> bool {
        let is_child = resource.kind.acquire.iter().any(|acquire| matches!(acquire, Acquire::On { .. }));
        if !is_child {
            return false;
        }
        let Some((object, _)) = self.method(resource.site) else { return false };
        let origins = self.origins(object);
        origins.into_iter().filter_map(|origin| self.resource(origin)).any(|parent| {
            let is_own = self.func_of(parent.site).id != TOP || self.slot(parent.site.unit).is_instance;
            is_own || !matches!(self.fate(&parent), Fate::Unknown)
        })
    }

    /// `once`, a signal: it ends without a release, or nobody can tell.
    fn ends_by_itself(&self, resource: &Resource<'doc>) -> bool {
        if resource.kind.release.unlisten.is_none() {
            return false;
        }
        let Some(options) = self.arg(resource.site, 2) else { return false };
        match self.value(options) {
            Value::Lit(_) => false,
            Value::Object(props) => props.iter().any(|prop| match prop.key.as_deref() {
                Some("once" | "signal") | None => true,
                Some(_) => false,
            }),
            _ => true,
        }
    }

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
                    if self.is_uncalled(member) {
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
                let calls = self.facts(unit).calls.iter().map(|&id| V { unit, id });
                found.extend(calls.filter(|&call| self.ends_without_handle(call, method, resource)));
            }
        }
        if release.call && !release.functions.is_empty() {
            let calls = self.facts(resource.site.unit).calls.iter().map(|&id| V { unit: resource.site.unit, id });
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
        let name = self.callee_api(call).filter(|api| api.source.is_some()).and_then(|api| api.path.last().cloned());
        if !name.is_some_and(|name| resource.kind.release.functions.iter().any(|known| *known == name)) {
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

    /// Whether a function that a call is given is a teardown: `onUnmounted(stop)`.
    fn registers_teardown(&self, call: V) -> bool {
        self.has_role(call, Role::Teardown)
            || self.callee_name(self.callee(call)).is_some_and(|name| name == "onDestroy")
    }

    /// `supabase.removeChannel(channel)`, or a function of another module that closes what it is given.
    fn is_release_of_argument(&self, call: V, index: u32, resource: &Resource<'doc>) -> bool {
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

    fn worth(&self, release: &Release, resource: &Resource<'doc>, handlers: &[Handler]) -> Worth {
        let runs = match release.how {
            How::Teardown(effect) => return Worth::Teardown(Some(effect.map_or(release.at, |effect| effect.call))),
            How::Reference => self.value_runs(release.at),
            How::Call | How::Parent => self.runs(self.func_of(release.at)),
        };
        let mut worth = Worth::Elsewhere;
        let ends_older = self.comes_before(release.at, resource.live);
        for run in &runs {
            match run {
                Run::Teardown(Ended::Effect(effect)) => return Worth::Teardown(Some(effect.call)),
                Run::Teardown(Ended::Hook(call)) => return Worth::Teardown(Some(*call)),
                Run::Teardown(Ended::Class) => return Worth::Teardown(None),
                // Whoever sees the function may call it to end the last one and open none.
                Run::Outside if ends_older && self.is_always_opened(resource) => {}
                Run::Outside => worth = Worth::Unknown,
                _ if ends_older => {}
                Run::User => {}
                Run::Handler(at) => {
                    let event = self.event_of(*at);
                    let is_drop = self.is_handler_of(run, handlers)
                        && resource.kind.events.drop.iter().any(|drop| *drop == event);
                    let is_weak = matches!(event.as_str(), "beforeunload" | "unload" | "pagehide");
                    if !is_drop && !is_weak {
                        worth = Worth::Unknown;
                    }
                }
                _ => worth = Worth::Unknown,
            }
        }
        match release.how {
            How::Reference if runs.is_empty() => Worth::Unknown,
            How::Parent => Worth::Elsewhere,
            _ => worth,
        }
    }

    /// Whether the function that opens a resource does so each time it runs.
    fn is_always_opened(&self, resource: &Resource<'doc>) -> bool {
        self.guards(resource.live).is_empty() && !self.has_early_return(self.func_of(resource.live))
    }

    /// Whether both are in one function and the first is written before the second: closing the old before opening
    /// the new ends nothing that was opened later.
    fn comes_before(&self, first: V, second: V) -> bool {
        self.func_of(first) == self.func_of(second) && self.span(first).start < self.span(second).start
    }

    pub(super) fn escapes(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.events.iter().any(|event| match event {
            Event::Argument { call, index } => {
                !self.is_release_of_argument(*call, *index, resource) && !self.is_vain_argument(*call, resource)
            }
            Event::Returned { func } => self.effect_of_callback(*func).is_none() && !self.is_teardown(*func),
            Event::Called { .. } => !resource.kind.release.call,
            Event::Escaped { why, .. } => !matches!(why, Escape::Jsx { handler: true }),
            Event::Method { .. } | Event::Read { .. } | Event::Stored { .. } | Event::Put { .. } => false,
        })
    }
}
