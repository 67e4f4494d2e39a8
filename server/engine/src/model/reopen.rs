//! What opens a connection again after it drops, and how soon.
//!
//! From each handler of `close` and `error` the search goes through local functions, timers, promises and state
//! that re-runs an effect. A call that it cannot see into makes the answer [`Reopening::Unknown`].

mod names;

use self::names::{QUIET, is_platform, may_reopen};
use super::handlers::Handler;
use super::react::Deps;
use super::resource::Resource;
use super::runs::Run;
use super::trace::{Escape, Event};
use super::view::{F, V, View};
use crate::lower::ir::*;

/// Whether a connection comes back.
#[derive(Debug)]
pub(crate) enum Reopening {
    /// Nothing opens it again.
    Never,
    /// Its drop opens it again.
    OnDrop(Reopen),
    /// It cannot be seen.
    Unknown,
}

/// How a drop opens a connection again.
#[derive(Clone, Debug)]
pub(crate) struct Reopen {
    /// The timer that waits, or the call that opens at once.
    pub(crate) at: V,
    pub(crate) delay: Delay,
    /// A comparison on the way may end the attempts, or lets one cause alone pass.
    pub(crate) limited: bool,
    /// Some condition on the way may keep it from happening.
    pub(crate) guarded: bool,
}

/// How long a reopening waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delay {
    None,
    /// Milliseconds.
    Constant(f64),
    /// It grows, is random, or comes from elsewhere.
    Other,
}

/// Members of an error that tell which one it is.
const CAUSES: &[&str] = &["type", "code", "name", "reason"];

/// Names of functions that give a promise of a later time.
const WAITS: &[&str] = &["delay", "sleep", "wait", "pause", "timeout", "setTimeout"];

/// The state of one search.
#[derive(Clone)]
struct Way {
    at: Option<V>,
    delay: Delay,
    limited: bool,
    guarded: bool,
}

struct Search<'view, 'doc> {
    view: &'view View<'doc>,
    site: V,
    /// Calls that open the same handle again.
    restarts: Vec<V>,
    /// The function that acquires.
    target: F,
    seen: Vec<F>,
    found: Vec<Reopen>,
    unknown: bool,
}

impl<'doc> View<'doc> {
    /// Whether a drop opens a resource again.
    pub(crate) fn reopening<'of>(&self, resource: &'of Resource<'doc>) -> &'of Reopening {
        if let Some(known) = resource.known.reopening.get() {
            return known;
        }
        let reopening = self.find_reopening(resource);
        resource.known.reopening.get_or_init(|| reopening)
    }

    fn find_reopening(&self, resource: &Resource<'doc>) -> Reopening {
        let handlers = self.handlers(resource);
        let drops = handlers.iter().filter(|handler| self.is_drop(resource, handler));
        let target = self.func_of(resource.site);
        let restarts = resource.trace.events.iter().filter_map(|event| match event {
            Event::Method { call, name, .. } if resource.kind.restart.iter().any(|known| known == *name) => Some(*call),
            _ => None,
        });
        let mut search = Search {
            view: self,
            site: resource.site,
            restarts: restarts.collect(),
            target,
            seen: Vec::new(),
            found: Vec::new(),
            unknown: false,
        };
        for handler in drops {
            search.value(handler.function, &Way { at: None, delay: Delay::None, limited: false, guarded: false });
        }
        search.unknown |= handlers.iter().any(|handler| handler.event.is_empty());
        let soonest = search.found.into_iter().min_by(|one, other| waiting(one).total_cmp(&waiting(other)));
        match soonest {
            Some(reopen) => Reopening::OnDrop(reopen),
            None if search.unknown || self.may_reopen_otherwise(resource, target, handlers) => Reopening::Unknown,
            None => Reopening::Never,
        }
    }

    fn is_drop(&self, resource: &Resource<'doc>, handler: &Handler) -> bool {
        resource.kind.events.drop.iter().any(|drop| *drop == handler.event)
    }

    /// Whether the resource's data is handled, so that it is meant to stay.
    pub(crate) fn is_long_lived(&self, resource: &Resource<'doc>) -> bool {
        let handlers = self.handlers(resource);
        let listens = handlers.iter().any(|handler| resource.kind.events.is_message(&handler.event));
        let reads = resource.trace.events.iter().any(|event| match event {
            Event::Read { name, .. } => resource.kind.reads.iter().any(|known| known == *name),
            _ => false,
        });
        (listens || reads) && !self.in_promise(self.func_of(resource.site)) && !self.is_one_shot(resource, handlers)
    }

    /// Closed by the arrival of data, or after a time.
    fn is_one_shot(&self, resource: &Resource<'doc>, handlers: &[Handler]) -> bool {
        self.releases(resource).iter().any(|release| {
            self.runs(self.func_of(release.at)).iter().any(|run| match run {
                Run::Timer(_) => true,
                Run::Handler(at) => {
                    let event = self.event_of(*at);
                    // In the `open` handler a late, unwanted connection is closed, not a served one.
                    self.is_handler_of(run, handlers)
                        && event != "open"
                        && !resource.kind.events.drop.iter().any(|drop| *drop == event)
                }
                _ => false,
            })
        })
    }

    /// The handler's own release of a dropped resource: `onerror = () => source.close()`.
    pub(crate) fn closed_on_drop(&self, resource: &Resource<'doc>) -> Option<V> {
        let handlers = self.handlers(resource);
        self.releases(resource).iter().map(|release| release.at).find(|&release| {
            let func = self.func_of(release);
            let by_drop = handlers
                .iter()
                .filter(|handler| self.is_drop(resource, handler))
                .any(|handler| self.functions(handler.function).0.contains(&func));
            by_drop && self.guards(release).is_empty() && !self.has_early_return(func)
        })
    }

    pub(super) fn has_early_return(&self, func: F) -> bool {
        let blocks = self.func(func).blocks.iter();
        blocks.filter(|block| !block.guards.is_empty()).any(|block| block.ops.contains(&Op::Return(None)))
    }

    /// Other ways: a person, a timer, another event, or code that nobody sees.
    fn may_reopen_otherwise(&self, resource: &Resource<'doc>, target: F, handlers: &[Handler]) -> bool {
        // A hook keeps its connection when the component renders again.
        if resource.kind.reopens_if.is_some() {
            return false;
        }
        // A loop that waits looks again later; another one goes through a list.
        let is_in_waiting_loop = target.id != TOP && self.func(target).is_async && self.is_in_loop(resource.site);
        if is_in_waiting_loop || self.is_reopened_on_demand(target) {
            return true;
        }
        let runs = self.runs(target);
        // What nobody calls in a component's script is for its template, where persons press buttons.
        let by_template = runs.is_empty() && self.slot(target.unit).is_instance;
        let by_others = by_template
            || runs.iter().any(|run| match run {
                Run::User | Run::Timer(_) | Run::Request | Run::Outside => true,
                Run::Handler(_) => !self.is_handler_of(run, handlers),
                _ => false,
            });
        by_others || resource.trace.incomplete || self.handle_is_shared(resource)
    }

    /// Whether somebody who finds the connection down opens it: `while (socket.readyState !== socket.OPEN) await open()`.
    fn is_reopened_on_demand(&self, target: F) -> bool {
        self.callers(target).calls.into_iter().any(|call| {
            let func = self.func_of(call);
            let values = self.facts(func.unit).values.iter().enumerate();
            let mut own = values.filter(|(_, data)| data.func == func.id);
            own.any(|(index, _)| self.asks_at(V { unit: func.unit, id: ValueId(index as u32) }).is_some())
        })
    }

    /// Whether an expression is evaluated in a loop, which may come to it again.
    pub(super) fn is_in_loop(&self, v: V) -> bool {
        let blocks = &self.func(self.func_of(v)).blocks;
        let start = self.data(v).block;
        let mut stack = blocks[start.index()].next.to_vec();
        let mut seen: Vec<BlockId> = Vec::new();
        while let Some(block) = stack.pop() {
            if block == start {
                return true;
            }
            if !seen.contains(&block) {
                seen.push(block);
                stack.extend(&blocks[block.index()].next);
            }
        }
        false
    }

    /// Whether someone else may listen for the drop.
    fn handle_is_shared(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.events.iter().any(|event| match event {
            Event::Argument { .. } | Event::Called { .. } => true,
            Event::Returned { func } => self.effect_of_callback(*func).is_none(),
            Event::Escaped { why, .. } => !matches!(why, Escape::Module),
            _ => false,
        })
    }
}

fn waiting(reopen: &Reopen) -> f64 {
    match reopen.delay {
        Delay::None => 0.0,
        Delay::Constant(delay) => delay,
        Delay::Other => f64::INFINITY,
    }
}

impl Search<'_, '_> {
    /// What may be a function is called.
    fn value(&mut self, value: V, way: &Way) {
        let (functions, complete) = self.view.functions(value);
        if !complete && !self.view.is_nothing(value) {
            self.unknown = true;
        }
        for func in functions {
            self.function(func, way);
        }
    }

    fn function(&mut self, func: F, way: &Way) {
        if func == self.target {
            return self.reached(way);
        }
        if self.seen.contains(&func) {
            return;
        }
        if self.seen.len() > 40 || !self.view.spend() {
            self.unknown = true;
            return;
        }
        self.seen.push(func);
        let limited = way.limited || self.compares(func);
        for call in self.view.calls_of(func) {
            let guarded = way.guarded || !self.view.guards(call).is_empty() || self.view.has_early_return(func);
            let limited = limited || self.has_one_cause(call) || self.is_once_by_flag(call, func);
            let delay = match (way.delay, self.waited_before(call, func)) {
                (Delay::None, Some(wait)) => wait,
                (delay, _) => delay,
            };
            let way = Way { at: way.at.or(Some(call)), limited, guarded, delay };
            self.call(call, &way);
        }
    }

    /// Whether a call stands behind a flag that its function takes down, and that only an open connection sets again: then
    /// a failed attempt has no other one behind it.
    fn is_once_by_flag(&self, call: V, func: F) -> bool {
        let view = self.view;
        view.guards(call).iter().filter(|guard| guard.holds).any(|guard| {
            let flag = V { unit: call.unit, id: guard.condition };
            view.operations_of(func).any(|(v, value)| match value {
                Value::Assign { target, value, .. } => {
                    let here = |id: ValueId| V { unit: v.unit, id };
                    let takes_down = matches!(view.value(here(*value)), Value::Lit(Lit::Bool(false)));
                    takes_down && (view.are_one_place(here(*target), flag) || view.is_stored_to(here(*value), flag))
                }
                _ => false,
            })
        })
    }

    /// How long a function waits before a call, by a function with a name that says so: `await delay(10_000)`.
    fn waited_before(&self, call: V, func: F) -> Option<Delay> {
        let view = self.view;
        let waits = view.calls_of(func).find(|&wait| {
            let is_named = view.callee_name(view.callee(wait)).is_some_and(|name| WAITS.contains(&name.as_str()));
            is_named
                && view.uses(wait).iter().any(|used| matches!(used, Use::Awaited(_)))
                && view.comes_after(wait, call)
        })?;
        let time = view.arg(waits, 0).and_then(|time| view.number_of(time));
        Some(time.map_or(Delay::Other, Delay::Constant))
    }

    fn reached(&mut self, way: &Way) {
        let at = way.at.unwrap_or(self.site);
        let guarded = way.guarded || !self.view.guards(self.site).is_empty() || self.view.has_early_return(self.target);
        self.found.push(Reopen { at, delay: way.delay, limited: way.limited, guarded });
    }

    /// Whether a function compares by size, as a limit of attempts does.
    fn compares(&self, func: F) -> bool {
        let values = self.view.facts(func.unit).values.iter().filter(|data| data.func == func.id);
        values.into_iter().any(|data| match &data.value {
            Value::Binary { op, .. } => matches!(op.as_str(), "<" | "<=" | ">" | ">=") && !data.uses.is_empty(),
            _ => false,
        })
    }

    /// Whether a call answers one kind of error alone, which another attempt may mend: `error.type === "unavailable-id"`.
    fn has_one_cause(&self, call: V) -> bool {
        let here = |id: ValueId| V { unit: call.unit, id };
        let names_cause =
            |value: &Value| matches!(value, Value::Member { name, .. } if CAUSES.contains(&name.as_str()));
        let is_text = |value: &Value| matches!(value, Value::Lit(Lit::Str(_)));
        self.view.guards(call).iter().filter(|guard| guard.holds).any(|guard| {
            let Value::Binary { op, left, right } = self.view.value(here(guard.condition)) else { return false };
            let (left, right) = (self.view.value(here(*left)), self.view.value(here(*right)));
            matches!(op.as_str(), "===" | "==")
                && ((names_cause(left) && is_text(right)) || (is_text(left) && names_cause(right)))
        })
    }

    fn call(&mut self, call: V, way: &Way) {
        let view = self.view;
        if call == self.site || self.restarts.contains(&call) {
            return self.reached(way);
        }
        let Some(data) = view.call(call) else { return };
        let callee = V { unit: call.unit, id: data.callee };
        if let Some(state) = view.setter_of(callee) {
            return self.set_state(state, call, way);
        }
        let name = view.callee_name(callee).unwrap_or_default();
        if matches!(name.as_str(), "setTimeout" | "setInterval") {
            return self.timer(call, way);
        }
        let (functions, complete) = view.functions(callee);
        for func in &functions {
            self.function(*func, way);
        }
        let mut callbacks = Vec::new();
        for index in 0..data.args.len() {
            let argument = V { unit: call.unit, id: data.args[index] };
            if matches!(view.value(argument), Value::Func(_)) {
                callbacks.push(argument);
            }
        }
        for callback in callbacks {
            self.value(callback, way);
        }
        if (functions.is_empty() || !complete) && !self.is_quiet(call, callee, &name) {
            self.unknown = true;
        }
    }

    /// Calls that surely open nothing.
    fn is_quiet(&self, call: V, callee: V, name: &str) -> bool {
        let view = self.view;
        if let Some(api) = view.api(callee)
            && api.source.is_none()
        {
            // Nothing of the platform opens what this document acquires.
            return api.path.first().is_some_and(|first| is_platform(first));
        }
        let is_method = view.method(call).is_some();
        if QUIET.contains(&name) || (is_method && !may_reopen(name)) {
            return true;
        }
        // A method of what this document makes: `this.listeners.forEach`, `buffer.slice`.
        view.method(call).is_some_and(|(object, _)| {
            let origin = view.origin(object);
            origin
                .is_some_and(|origin| matches!(view.value(origin), Value::Array(_) | Value::Object(_) | Value::Lit(_)))
        })
    }

    fn timer(&mut self, call: V, way: &Way) {
        let view = self.view;
        let delay = match view.arg(call, 1) {
            None => Delay::Constant(0.0),
            Some(delay) => view.number_of(delay).map_or(Delay::Other, Delay::Constant),
        };
        // Two waits after each other: the longer way counts.
        let delay = if way.delay == Delay::None { delay } else { Delay::Other };
        let way = Way { at: Some(call), delay, ..*way };
        if let Some(callback) = view.arg(call, 0) {
            self.value(callback, &way);
        }
    }

    /// A state that an effect depends on runs it again.
    fn set_state(&mut self, state: V, setter: V, way: &Way) {
        let view = self.view;
        let owner = view.func_of(state);
        let names = view.state_values(state);
        for effect in view.effects_in(owner) {
            let reruns = match view.deps(effect.call) {
                Deps::Every => true,
                Deps::List(deps) => deps.iter().any(|&dep| names.iter().any(|&name| self.depends(dep, name))),
                Deps::Unknown => {
                    self.unknown = true;
                    false
                }
            };
            if reruns {
                // At once only if the new state is another one at each drop, as a counter is.
                let counts = view.arg(setter, 0).is_some_and(|value| !view.functions(value).0.is_empty());
                let delay = if way.delay == Delay::None && !counts { Delay::Other } else { way.delay };
                let at = if way.delay == Delay::None { Some(setter) } else { way.at };
                // Which renders run it cannot be told.
                self.function(effect.callback, &Way { at, delay, limited: way.limited, guarded: true });
            }
        }
        if names.iter().any(|&name| self.is_shown_outside(name)) {
            self.unknown = true;
        }
    }

    fn depends(&self, dep: V, state: V) -> bool {
        self.view.uses(state).iter().any(|used| match *used {
            Use::Bound(id) => self.view.dep_covers(dep, super::view::B { unit: state.unit, id }),
            _ => false,
        })
    }

    /// Whether a hook gives the state to its caller, who may connect again.
    fn is_shown_outside(&self, state: V) -> bool {
        let view = self.view;
        let target_is_shared = view.runs(self.target).contains(&Run::Outside);
        target_is_shared && !view.trace(state, &[], &[]).events.is_empty()
    }
}
