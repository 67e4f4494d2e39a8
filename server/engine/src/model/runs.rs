//! When a function runs: in an effect, in its teardown, in a handler, in a timer, by a user's action.

use super::lifecycle::{Effect, Part};
use super::trace::{Escape, Event, Question};
use super::view::{B, F, V, View};
use crate::catalog::Role;
use crate::lower::ir::*;

/// An occasion on which a function runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Run {
    /// As, or called from, an effect's callback.
    Effect(Effect),
    /// As a teardown.
    Teardown(Ended),
    /// As the callback of a hook that runs it while an instance lives.
    Mount(V),
    /// As the body of a component, hook or script that runs once an instance.
    Setup(F),
    /// As a handler: the call or assignment that adds it.
    Handler(V),
    /// In a timer: the call that sets it.
    Timer(V),
    /// When a component renders, or in its memo or lazy initialiser.
    Render(F),
    /// By a person: an event property of an element.
    User,
    /// For each request or connection that a server takes.
    Request,
    /// When the module loads.
    Module,
    /// When a class is made or used from outside.
    Class,
    /// From elsewhere, which nobody sees.
    Outside,
}

/// What a teardown ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    /// An effect, whose callback returned it.
    Effect(Effect),
    /// The instance in which that hook was called, or the effect around it.
    Hook(V),
    /// The instance of the class, or of the options, that the method belongs to.
    Class,
}

const TIMERS: &[&str] = &["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback", "setImmediate"];
const LISTENERS: &[&str] =
    &["addEventListener", "on", "once", "addListener", "subscribe", "listen", "onAuthStateChange"];
const SYNCHRONOUS: &[&str] =
    &["forEach", "map", "filter", "some", "every", "find", "flatMap", "reduce", "sort", "then", "catch", "finally"];

impl View<'_> {
    /// The occasions on which a function runs.
    pub(crate) fn runs(&self, f: F) -> Vec<Run> {
        let mut runs = Vec::new();
        self.collect_runs(f, &mut runs);
        runs
    }

    fn add(&self, run: Run, runs: &mut Vec<Run>) {
        if !runs.contains(&run) {
            runs.push(run);
        }
    }

    fn collect_runs(&self, f: F, runs: &mut Vec<Run>) {
        let func = self.func(f);
        if f.id == TOP {
            let slot = self.slot(f.unit);
            let run = match (slot.class.is_some(), slot.is_instance) {
                (true, _) => Run::Class,
                (_, true) => Run::Setup(f),
                _ => Run::Module,
            };
            return self.add(run, runs);
        }
        if let Some(part) = self.option_part(f) {
            let run = if part == Part::Teardown { Run::Teardown(Ended::Class) } else { Run::Class };
            return self.add(run, runs);
        }
        if let Some(name) = &func.name
            && self.func(f).parent.is_none_or(|parent| parent == TOP)
            && super::react::is_component_name(name)
        {
            let once = self.is_set_up_once(f);
            self.add(if once { Run::Setup(f) } else { Run::Render(f) }, runs);
        }
        let Some(value) = func.value else { return self.method_runs(f, runs) };
        if let Some(effect) = self.effect_of_reference(f) {
            self.add(Run::Effect(effect), runs);
        }
        // `close = () => {…}` is a method in all but name.
        if matches!(&self.facts(f.unit).class, Some(ClassRole::Field { value: Some(held), .. }) if *held == value) {
            return self.method_runs(f, runs);
        }
        self.collect_value_runs(V { unit: f.unit, id: value }, runs);
    }

    /// The occasions on which a value that is a function is called.
    pub(crate) fn value_runs(&self, v: V) -> Vec<Run> {
        let mut runs = Vec::new();
        self.collect_value_runs(v, &mut runs);
        runs
    }

    fn collect_value_runs(&self, v: V, runs: &mut Vec<Run>) {
        let question = (Question::Runs, v);
        if self.asking.borrow().contains(&question) {
            return;
        }
        if self.asking.borrow().len() > 24 {
            return self.add(Run::Outside, runs);
        }
        self.asking.borrow_mut().push(question);
        let trace = self.trace(v, &[], &[]);
        if trace.incomplete {
            self.add(Run::Outside, runs);
        }
        for event in trace.events {
            self.event_runs(event, runs);
        }
        self.asking.borrow_mut().pop();
    }

    fn event_runs(&self, event: Event<'_>, runs: &mut Vec<Run>) {
        match event {
            Event::Called { call } => self.collect_runs(self.func_of(call), runs),
            Event::Argument { call, index } => self.argument_runs(call, index, runs),
            Event::Method { call, name, .. } if matches!(name.as_str(), "call" | "apply") => {
                self.collect_runs(self.func_of(call), runs);
            }
            Event::Put { assign } => {
                if self.is_handler_property(assign) {
                    self.add(Run::Handler(assign), runs);
                }
            }
            Event::Returned { func } => match self.effect_of_callback(func) {
                Some(effect) if !self.func(func).is_async => self.add(Run::Teardown(Ended::Effect(effect)), runs),
                Some(_) => {}
                None => self.add(Run::Outside, runs),
            },
            Event::Escaped { why, at } => match why {
                Escape::Jsx { handler: true } => self.add(Run::User, runs),
                // A handler property of a resource escapes the tracer, and is known here.
                Escape::Other if self.is_handler_property(at) => {}
                // A name of the module is followed through the module's own units, and references are known by function.
                Escape::Module | Escape::Reference => {}
                _ => self.add(Run::Outside, runs),
            },
            Event::Method { .. } | Event::Read { .. } | Event::Stored { .. } => {}
        }
    }

    /// `x.onmessage = f`.
    pub(super) fn is_handler_property(&self, assign: V) -> bool {
        let Value::Assign { target, .. } = self.value(assign) else { return false };
        match self.value(V { unit: assign.unit, id: *target }) {
            Value::Member { name, .. } => name.starts_with("on"),
            _ => false,
        }
    }

    fn argument_runs(&self, call: V, index: u32, runs: &mut Vec<Run>) {
        match self.hook(call) {
            Some(hook) if index == hook.callback => match hook.role {
                Role::Effect | Role::EffectOnce => {
                    if let Some(effect) = self.effect(call) {
                        self.add(Run::Effect(effect), runs);
                    }
                    return;
                }
                Role::Mount | Role::Watch => return self.add(Run::Mount(call), runs),
                Role::Teardown if self.is_registered(call) => {
                    return self.add(Run::Teardown(Ended::Hook(call)), runs);
                }
                // Nobody ever calls it.
                Role::Teardown => return,
                Role::Memo | Role::State => return self.add(Run::Render(self.func_of(call)), runs),
                Role::Ref | Role::Callback | Role::Latest | Role::Mark => {}
            },
            _ => {}
        }
        if let Some(watch) = self.cleanup_of(call) {
            return self.add(Run::Teardown(Ended::Hook(watch)), runs);
        }
        let name = self.call(call).map(|data| self.callee_name(V { unit: call.unit, id: data.callee }));
        if self.is_callback_of_resource(call, index) {
            return self.add(Run::Handler(call), runs);
        }
        if self.serves_requests(call, index) {
            return self.add(Run::Request, runs);
        }
        match name.flatten().as_deref() {
            Some(name) if TIMERS.contains(&name) => self.add(Run::Timer(call), runs),
            Some("Promise" | "queueMicrotask" | "startTransition") => self.collect_runs(self.func_of(call), runs),
            Some("memo" | "forwardRef") => {}
            Some(name) if SYNCHRONOUS.contains(&name) => self.collect_runs(self.func_of(call), runs),
            // `destroyRef.onDestroy(f)`.
            Some("onDestroy") => self.add(Run::Teardown(Ended::Hook(call)), runs),
            Some(name) if LISTENERS.contains(&name) => self.add(Run::Handler(call), runs),
            _ => self.add(Run::Outside, runs),
        }
    }

    /// The watch whose cleanup parameter a call calls: `watch(source, (value, _, onCleanup) => onCleanup(f))`.
    fn cleanup_of(&self, call: V) -> Option<V> {
        let callee = self.origin(self.callee(call))?;
        let Value::Param { func, index } = *self.value(callee) else { return None };
        let callback = self.func(F { unit: call.unit, id: func }).value?;
        self.uses(V { unit: call.unit, id: callback }).iter().find_map(|used| {
            let Use::Arg(watch, position) = *used else { return None };
            let watch = V { unit: call.unit, id: watch };
            let hook = self.hook(watch)?;
            (hook.callback == position && hook.cleanup == Some(index)).then_some(watch)
        })
    }

    /// The last name of a callee: `setTimeout` of `window.setTimeout`.
    pub(crate) fn callee_name(&self, callee: V) -> Option<Name> {
        match self.value(callee) {
            Value::Member { name, .. } | Value::Free(name) => Some(name.clone()),
            Value::Local(id) => Some(self.facts(callee.unit).binding(*id).name.clone()),
            _ => None,
        }
    }

    /// A function, and the reads of the name that holds it: `useEffect(connect, [])`.
    pub(super) fn function_and_reads(&self, f: F) -> Vec<V> {
        let Some(value) = self.func(f).value.map(|id| V { unit: f.unit, id }) else { return Vec::new() };
        let mut found = vec![value];
        for used in self.uses(value) {
            if let Use::Bound(id) = *used {
                found.extend(self.reads_of(B { unit: f.unit, id }));
            }
        }
        found
    }

    /// The element whose reference a function is: `ref={(node) => { …; return cleanup; }}`. What it returns is called when
    /// the element goes (React 19, "Cleanup functions for refs").
    fn effect_of_reference(&self, f: F) -> Option<Effect> {
        if !self.facts(f.unit).has_references {
            return None;
        }
        let mut candidates = self.function_and_reads(f);
        // Kept by a hook: `const attach = useCallback((node) => …, [])`.
        let kept: Vec<V> = candidates
            .iter()
            .flat_map(|&candidate| {
                self.uses(candidate).iter().filter_map(move |used| match *used {
                    Use::Arg(call, 0) => Some(V { unit: candidate.unit, id: call }),
                    _ => None,
                })
            })
            .filter(|&call| self.keeps_function(call))
            .collect();
        for call in kept {
            for used in self.uses(call) {
                if let Use::Bound(id) = *used {
                    candidates.extend(self.reads_of(B { unit: call.unit, id }));
                }
            }
        }
        candidates.into_iter().find_map(|candidate| {
            self.uses(candidate).iter().find_map(|used| match *used {
                Use::JsxProp(id, index) => {
                    let element = V { unit: candidate.unit, id };
                    self.is_reference_prop(element, index).then_some(Effect { call: element, callback: f })
                }
                _ => None,
            })
        })
    }

    /// Whether a property of an element is its `ref`.
    pub(super) fn is_reference_prop(&self, element: V, index: u32) -> bool {
        let Value::Jsx { props, .. } = self.value(element) else { return false };
        props.get(index as usize).and_then(|prop| prop.key.as_deref()) == Some("ref")
    }

    /// The effect whose callback a function is.
    pub(crate) fn effect_of_callback(&self, f: F) -> Option<Effect> {
        let candidates = self.function_and_reads(f);
        let of_hook = candidates.into_iter().find_map(|candidate| {
            self.uses(candidate).iter().find_map(|used| match *used {
                Use::Arg(call, index) => {
                    let call = V { unit: candidate.unit, id: call };
                    let hook = self.hook(call).filter(|hook| hook.role == Role::Effect && hook.callback == index);
                    hook.and_then(|_| self.effect(call))
                }
                _ => None,
            })
        });
        of_hook.or_else(|| self.effect_of_reference(f))
    }

    fn method_runs(&self, f: F, runs: &mut Vec<Run>) {
        let (name, is_private) = match &self.facts(f.unit).class {
            Some(ClassRole::Method { name, is_private, .. }) => (name, *is_private),
            Some(ClassRole::Field { name, is_private, .. }) => (name, *is_private),
            _ => return self.add(Run::Outside, runs),
        };
        let question = (Question::Runs, V { unit: f.unit, id: ValueId(u32::MAX - f.id.0) });
        if self.asking.borrow().contains(&question) {
            return;
        }
        self.asking.borrow_mut().push(question);
        match self.method_part(name) {
            Part::Teardown => self.add(Run::Teardown(Ended::Class), runs),
            Part::Life if self.is_gateway_entry(f.unit, name) => self.add(Run::Request, runs),
            Part::Life if !is_private => self.add(Run::Class, runs),
            Part::Life => {}
        }
        for member in self.this_members(f.unit, name) {
            for &used in self.uses(member) {
                match used {
                    Use::Callee(id) => {
                        let call = V { unit: member.unit, id };
                        self.collect_runs(self.func_of(call), runs);
                    }
                    Use::Arg(id, index) => self.argument_runs(V { unit: member.unit, id }, index, runs),
                    Use::Assigned(id) => {
                        let assign = V { unit: member.unit, id };
                        let known = self.is_handler_property(assign);
                        self.add(if known { Run::Handler(assign) } else { Run::Outside }, runs);
                    }
                    // `this.handle.bind(this)` is the method wherever it goes.
                    Use::Object(id) => {
                        if let Some(bound) = self.bound_copy(V { unit: member.unit, id }) {
                            self.collect_value_runs(bound, runs);
                        }
                    }
                    _ => self.add(Run::Outside, runs),
                }
            }
        }
        self.asking.borrow_mut().pop();
    }

    /// The call of `f.bind`, where this is that member.
    fn bound_copy(&self, member: V) -> Option<V> {
        let Value::Member { name, .. } = self.value(member) else { return None };
        self.uses(member).iter().find_map(|used| match *used {
            Use::Callee(call) if name == "bind" => Some(V { unit: member.unit, id: call }),
            _ => None,
        })
    }
}
