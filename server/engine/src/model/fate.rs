//! What becomes of a resource: released, leaked, or unknown.
//!
//! A release counts if its owner's teardown runs it. Rules speak on [`Fate::Leaks`] only, so every doubt here ends
//! in [`Fate::Unknown`].

use super::handlers::Handler;
use super::react::Effect;
use super::resource::Resource;
use super::runs::Run;
use super::trace::{Escape, Event};
use super::view::{F, V, View};
use crate::lower::ir::*;
use crate::project::Shape;

/// What becomes of a resource.
#[derive(Debug)]
pub(crate) enum Fate {
    /// Its owner's teardown ends it.
    Released,
    /// Its owner goes, and it stays.
    Leaks(Leak),
    /// It cannot be seen.
    Unknown,
}

/// The proof of a leak.
#[derive(Debug)]
pub(crate) struct Leak {
    /// The effect that acquires it; `None`: a handler or another function of the component.
    pub(crate) effect: Option<Effect>,
    /// The component or hook.
    pub(crate) owner: F,
    /// Releases that no teardown runs.
    pub(crate) elsewhere: Vec<V>,
    /// A `return` after the acquisition that registers no teardown, while another does.
    pub(crate) way_out: Option<WayOut>,
}

/// The end of a path that registers no teardown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WayOut {
    /// That value is returned.
    Value(V),
    /// A bare return, or the end of the function; the guarding condition, if there is one.
    End(Option<V>),
}

/// An expression that ends a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Release {
    pub(crate) at: V,
    /// Not the call but the function: `return subscription.unsubscribe`.
    is_reference: bool,
}

/// What a release is worth to the owner.
#[derive(Clone, Copy, PartialEq)]
enum Worth {
    Teardown(V),
    /// It runs, but not when the owner goes.
    Elsewhere,
    /// Its occasions cannot be seen, or make the resource one-shot.
    Unknown,
}

impl<'doc> View<'doc> {
    /// What becomes of a resource.
    pub(crate) fn fate(&self, resource: &Resource<'doc>) -> Fate {
        let func = self.func_of(resource.live);
        let Some((effect, owner)) = self.owner(func) else { return Fate::Unknown };
        if resource.trace.incomplete || self.ends_by_itself(resource) {
            return Fate::Unknown;
        }
        let handlers = self.handlers(resource);
        let mut elsewhere = Vec::new();
        let mut covered = None;
        for release in self.releases(resource) {
            match self.worth(&release, resource, &handlers) {
                Worth::Teardown(of) => {
                    covered = covered.filter(|&known| Some(known) == effect.map(|e| e.call)).or(Some(of))
                }
                Worth::Elsewhere => elsewhere.push(release.at),
                Worth::Unknown => return Fate::Unknown,
            }
        }
        if let Some(of) = covered {
            return self.covered(resource, effect, owner, of);
        }
        if self.escapes(resource) {
            return Fate::Unknown;
        }
        Fate::Leaks(Leak { effect, owner, elsewhere, way_out: None })
    }

    /// A teardown releases it: on every path from the acquisition?
    fn covered(&self, resource: &Resource<'doc>, effect: Option<Effect>, owner: F, teardown_of: V) -> Fate {
        let Some(effect) = effect.filter(|effect| effect.call == teardown_of) else { return Fate::Released };
        match self.way_out(resource, effect.callback) {
            Some(way_out) => {
                Fate::Leaks(Leak { effect: Some(effect), owner, elsewhere: Vec::new(), way_out: Some(way_out) })
            }
            None => Fate::Released,
        }
    }

    /// Whose lifetime a function's resources have: an effect's, or that of the component around a handler.
    fn owner(&self, func: F) -> Option<(Option<Effect>, F)> {
        let runs = self.runs(func);
        let effect = runs.iter().find_map(|run| match run {
            Run::Effect(effect) => Some(*effect),
            _ => None,
        });
        if let Some(effect) = effect {
            return Some((Some(effect), self.func_of(effect.call)));
        }
        let seen = |run: &Run| matches!(run, Run::User | Run::Handler(_) | Run::Timer(_));
        if runs.is_empty() || !runs.iter().all(seen) {
            return None;
        }
        let lexical = self.enclosing(func).find_map(|at| self.effect_of_callback(at));
        match lexical {
            Some(effect) => Some((Some(effect), self.func_of(effect.call))),
            None => Some((None, self.component_of(func)?)),
        }
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
    pub(crate) fn releases(&self, resource: &Resource<'doc>) -> Vec<Release> {
        let release = &resource.kind.release;
        let mut found = Vec::new();
        for event in &resource.trace.events {
            match *event {
                Event::Method { call, name, .. } if release.methods.iter().any(|known| known == name) => {
                    found.push(Release { at: call, is_reference: false });
                }
                Event::Read { member, name } if release.methods.iter().any(|known| known == name) => {
                    found.push(Release { at: member, is_reference: true });
                }
                Event::Argument { call, index } if self.is_release_of_argument(call, index, resource) => {
                    found.push(Release { at: call, is_reference: false });
                }
                _ => {}
            }
        }
        let unlisten = release.unlisten.as_deref();
        if unlisten.is_some() || !release.parent_all.is_empty() {
            let calls = self.facts(resource.site.unit).calls.iter().map(|&id| V { unit: resource.site.unit, id });
            let wider = calls.filter(|&call| match self.method(call) {
                Some((_, name)) if Some(name.as_str()) == unlisten => self.may_unlisten(call, resource.site),
                Some((object, name)) => {
                    release.parent_all.iter().any(|known| known == name)
                        && (name != "disconnect" || self.callee_name(object).is_some_and(|of| of == "realtime"))
                }
                None => false,
            });
            found.extend(wider.map(|at| Release { at, is_reference: false }));
        }
        found
    }

    /// `supabase.removeChannel(channel)`, or a function of another module that closes what it is given.
    fn is_release_of_argument(&self, call: V, index: u32, resource: &Resource<'doc>) -> bool {
        let parents = &resource.kind.release.parent_methods;
        if self.method(call).is_some_and(|(_, name)| parents.iter().any(|known| known == name)) {
            return true;
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

    /// Whether a `removeEventListener` may be for that listener: the event is equal or not constant, and the
    /// handlers are not two functions with names of their own.
    fn may_unlisten(&self, call: V, listener: V) -> bool {
        let handler = |call: V| self.arg(call, 1).filter(|&handler| self.binding_of(handler).is_some());
        if let (Some(one), Some(other)) = (handler(call), handler(listener)) {
            let ((one, all_of_one), (other, all_of_other)) = (self.functions(one), self.functions(other));
            let known = all_of_one && all_of_other && !one.is_empty() && !other.is_empty();
            if known && !one.iter().any(|func| other.contains(func)) {
                return false;
            }
        }
        let event = |call: V| self.arg(call, 0).and_then(|event| self.text_of(event));
        match (event(call), event(listener)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    fn worth(&self, release: &Release, resource: &Resource<'doc>, handlers: &[Handler]) -> Worth {
        let runs = match release.is_reference {
            true => self.value_runs(release.at),
            false => self.runs(self.func_of(release.at)),
        };
        let mut worth = Worth::Elsewhere;
        for run in &runs {
            match run {
                Run::Teardown(effect) => return Worth::Teardown(effect.call),
                Run::User | Run::Effect(_) if self.comes_before(release.at, resource.live) => {}
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
        if runs.is_empty() && release.is_reference {
            return Worth::Unknown;
        }
        worth
    }

    /// Whether both are in one function and the first is written before the second: closing the old before opening
    /// the new ends nothing that was opened later.
    fn comes_before(&self, first: V, second: V) -> bool {
        self.func_of(first) == self.func_of(second) && self.span(first).start < self.span(second).start
    }

    fn escapes(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.events.iter().any(|event| match event {
            Event::Argument { call, index } => !self.is_release_of_argument(*call, *index, resource),
            Event::Returned { func } => self.effect_of_callback(*func).is_none(),
            Event::Escaped { why, .. } => !matches!(why, Escape::Jsx { handler: true }),
            Event::Called { .. } => true,
            Event::Method { .. } | Event::Read { .. } | Event::Stored { .. } | Event::Put { .. } => false,
        })
    }

    /// A path from the acquisition to the end of the effect's callback that returns no teardown.
    fn way_out(&self, resource: &Resource<'doc>, callback: F) -> Option<WayOut> {
        let (block, op) = self.acquisition_in(resource.live, callback)?;
        let func = self.func(callback);
        let mut stack = vec![(block, op + 1)];
        let mut seen = vec![block];
        let mut outs = Vec::new();
        while let Some((block, from)) = stack.pop() {
            let data = &func.blocks[block.index()];
            let end = data.ops[from.min(data.ops.len())..].iter().find_map(|op| match op {
                Op::Return(value) => Some(*value),
                Op::Throw => Some(Some(ValueId(u32::MAX))),
                _ => None,
            });
            match end {
                Some(Some(ValueId(u32::MAX))) => {}
                Some(Some(value)) => {
                    let value = V { unit: callback.unit, id: value };
                    if self.is_nothing(value) {
                        outs.push((block, WayOut::Value(value)));
                    }
                }
                Some(None) => outs.push((block, WayOut::End(self.last_guard(callback, block)))),
                None if data.next.is_empty() => outs.push((block, WayOut::End(None))),
                None => {
                    for &next in &data.next {
                        if !seen.contains(&next) {
                            seen.push(next);
                            stack.push((next, 0));
                        }
                    }
                }
            }
        }
        let start = block;
        let way_out = outs.into_iter().find(|(end, _)| !self.is_correlated(resource, callback, start, *end));
        way_out.map(|(_, way_out)| way_out)
    }

    fn last_guard(&self, func: F, block: BlockId) -> Option<V> {
        let guard = self.func(func).blocks[block.index()].guards.last()?;
        Some(V { unit: func.unit, id: guard.condition })
    }

    /// The place in an effect's callback where a resource is acquired, itself or by calling local functions.
    fn acquisition_in(&self, live: V, callback: F) -> Option<(BlockId, usize)> {
        let target = self.func_of(live);
        let blocks = &self.func(callback).blocks;
        for (index, block) in blocks.iter().enumerate() {
            for (position, op) in block.ops.iter().enumerate() {
                let Op::Call(id) = *op else { continue };
                let call = V { unit: callback.unit, id };
                if call == live || (target != callback && self.calls_into(call, target, 0)) {
                    return Some((BlockId(index as u32), position));
                }
            }
        }
        None
    }

    fn calls_into(&self, call: V, target: F, depth: u32) -> bool {
        if depth > 3 || !self.spend() {
            return false;
        }
        let Some(data) = self.call(call) else { return false };
        let callee = V { unit: call.unit, id: data.callee };
        self.functions(callee).0.into_iter().any(|func| {
            func == target
                || self.facts(func.unit).calls.iter().any(|&id| {
                    let inner = V { unit: func.unit, id };
                    self.func_of(inner) == func && self.calls_into(inner, target, depth + 1)
                })
        })
    }

    /// Whether the way out and the acquisition hang on conditions with a name in common, or the way out tests the
    /// handle: such paths may exclude each other.
    fn is_correlated(&self, resource: &Resource<'doc>, callback: F, start: BlockId, end: BlockId) -> bool {
        let blocks = &self.func(callback).blocks;
        let names = |block: BlockId| {
            let guards = blocks[block.index()].guards.iter();
            guards.flat_map(|guard| self.names_in(V { unit: callback.unit, id: guard.condition })).collect::<Vec<_>>()
        };
        let at_end = names(end);
        let at_start = names(start);
        // A conditional acquisition followed by a plain end is the usual `if (x) { open }`: no proof.
        if !at_start.is_empty() && blocks[end.index()].guards.len() < blocks[start.index()].guards.len() {
            return true;
        }
        at_end.iter().any(|name| at_start.contains(name) || resource.trace.names.contains(name))
    }

    /// The names that an expression reads.
    fn names_in(&self, v: V) -> Vec<super::view::B> {
        let span = self.span(v);
        let facts = self.facts(v.unit);
        let values = facts.values.iter().enumerate().filter(|(_, data)| span.contains(data.span));
        let names = values.filter_map(|(index, _)| self.binding_of(V { unit: v.unit, id: ValueId(index as u32) }));
        names.collect()
    }
}

impl WayOut {
    /// What to point at.
    pub(crate) fn value(self) -> Option<V> {
        match self {
            Self::Value(value) => Some(value),
            Self::End(guard) => guard,
        }
    }
}
