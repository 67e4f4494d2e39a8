//! Following a value forward: into names, fields, references, state, collections, parameters and returns.

mod put;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::view::{B, F, V, View};
use crate::lower::ir::*;

/// What is asked of a value, to notice a question that leads back to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Callers,
    Runs,
    Shape,
}

/// What happens to a value that is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event<'doc> {
    /// `value.name(…)`. Not `sure`: the name that it was called on may hold another value.
    Method { call: V, name: &'doc Name, sure: bool },
    /// `value.name`, neither called nor assigned.
    Read { member: V, name: &'doc Name },
    /// `value.name = stored`.
    Stored { assign: V, name: &'doc Name, stored: V },
    /// The value is called.
    Called { call: V },
    /// It is an argument of a call that the tracer does not see into.
    Argument { call: V, index: u32 },
    /// It is stored into a member of something that the tracer does not follow.
    Put { assign: V },
    /// A function returns it, and its callers are not all known.
    Returned { func: F },
    /// It goes where nobody sees it.
    Escaped { at: V, why: Escape },
}

/// How a value leaves what can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Stored in a name of the module.
    Module,
    Exported,
    /// A property of an element: an event handler of it if the name says so.
    Jsx {
        handler: bool,
    },
    /// The property `ref` of an element, which calls it as an effect is called.
    Reference,
    Other,
}

/// The members that lead from a holder to the value; `*` is "an element of".
type Path = SmallVec<[Name; 2]>;

const ELEMENT: Name = Name::new_static("*");

/// A value's whole way.
#[derive(Debug, Default)]
pub(crate) struct Trace<'doc> {
    pub(crate) events: Vec<Event<'doc>>,
    /// The names that hold the value itself, first found first.
    pub(crate) names: Vec<B>,
    /// The way was too long to follow.
    pub(crate) incomplete: bool,
}

/// Follows values; `chain` are methods that give the value back.
struct Tracer<'view, 'doc> {
    view: &'view View<'doc>,
    chain: &'view [String],
    queue: Vec<(V, Path, bool)>,
    seen: FxHashSet<(V, Path)>,
    trace: Trace<'doc>,
}

const MAX_STEPS: usize = 2_000;

/// Globals that hold what they are given.
const COLLECTIONS: &[&str] = &["Set", "Map", "Array", "WeakMap", "DisposableStack", "AsyncDisposableStack"];

impl<'doc> View<'doc> {
    /// Follows a value. `path`: the members of it that lead to what is followed.
    pub(crate) fn trace(&self, start: V, path: &[String], chain: &[String]) -> Trace<'doc> {
        let path = path.iter().map(|name| Name::from(name.as_str())).collect();
        let mut tracer =
            Tracer { view: self, chain, queue: Vec::new(), seen: FxHashSet::default(), trace: Trace::default() };
        tracer.push(start, path, true);
        while let Some((value, path, sure)) = tracer.queue.pop() {
            if tracer.seen.len() > MAX_STEPS || !self.spend() {
                tracer.trace.incomplete = true;
                break;
            }
            tracer.visit(value, &path, sure);
        }
        tracer.trace
    }

    /// Whether a value is an array, a Set or a Map that this document makes.
    pub(super) fn is_collection(&self, object: V) -> bool {
        self.origins(object).iter().any(|&origin| match self.value(origin) {
            Value::Array(_) => true,
            Value::Call(call) if call.is_new => {
                self.callee_api(origin).is_some_and(|api| match (api.source.as_deref(), api.name()) {
                    (None, Some(name)) => COLLECTIONS.contains(&name.as_str()),
                    // It ends what is added to it.
                    (Some(source), Some(name)) => source == "rxjs" && name == "Subscription",
                    _ => false,
                })
            }
            _ => false,
        })
    }
}

impl<'doc> Tracer<'_, 'doc> {
    fn push(&mut self, value: V, path: Path, sure: bool) {
        if path.len() <= 6 && self.seen.insert((value, path.clone())) {
            self.queue.push((value, path, sure));
        }
    }

    fn escape(&mut self, at: V, why: Escape) {
        self.trace.events.push(Event::Escaped { at, why });
    }

    fn visit(&mut self, v: V, path: &Path, sure: bool) {
        for &used in self.view.uses(v) {
            self.follow(v, used, path, sure);
        }
        let facts = self.view.facts(v.unit);
        // A field's initial value is what the class's methods find in it.
        if let Some(ClassRole::Field { name, value, .. }) = &facts.class
            && *value == Some(v.id)
        {
            self.field_holds(v.unit, &prefixed(name.clone(), path), sure);
        }
        // A name of another unit that this value is assigned to.
        for (name, _) in facts.free_stores.iter().filter(|(_, stores)| stores.contains(&v.id)) {
            match self.view.declaration(v.unit, name) {
                Some(binding) => self.bound(v, binding, path, sure),
                None => self.escape(v, Escape::Module),
            }
        }
    }

    fn follow(&mut self, v: V, used: Use, path: &Path, sure: bool) {
        let here = |id: ValueId| V { unit: v.unit, id };
        match used {
            Use::Bound(id) => self.bound(v, B { unit: v.unit, id }, path, sure),
            Use::Object(id) => self.object_of(here(id), path, sure),
            Use::Callee(id) if path.is_empty() && self.view.call(here(id)).is_some() => {
                self.trace.events.push(Event::Called { call: here(id) });
            }
            Use::Arg(id, index) => self.argument(v, here(id), index, path, sure),
            Use::Returned(id) => self.returned(v, F { unit: v.unit, id }, path, sure),
            Use::Element(id) => {
                let is_spread = matches!(self.view.value(v), Value::Spread(_));
                self.push(here(id), if is_spread { path.clone() } else { prefixed(ELEMENT, path) }, sure);
            }
            Use::Prop(id, index) => self.property_of(here(id), index, path, sure),
            Use::Spread(id) | Use::Branch(id) | Use::Awaited(id) => self.push(here(id), path.clone(), sure),
            Use::Iterated(id) => {
                let rest = if path.first() == Some(&ELEMENT) { path[1..].into() } else { path.clone() };
                self.push(here(id), rest, sure);
            }
            Use::Assigned(id) => self.assigned(here(id), path, sure),
            Use::JsxProp(id, index) => {
                let why = match self.view.is_reference_prop(here(id), index) {
                    true => Escape::Reference,
                    false => Escape::Jsx { handler: self.is_handler_prop(here(id), index) },
                };
                self.escape(here(id), why);
            }
            Use::Exported => self.escape(v, Escape::Exported),
            Use::Thrown => self.escape(v, Escape::Other),
            Use::Callee(_) | Use::Index | Use::Target(_) | Use::Operand(_) | Use::JsxChild(_) | Use::Condition => {}
        }
    }

    fn bound(&mut self, v: V, b: B, path: &Path, sure: bool) {
        let view = self.view;
        let binding = view.binding(b);
        if path.is_empty() && !self.trace.names.contains(&b) {
            self.trace.names.push(b);
        }
        let is_handle = !matches!(view.value(v), Value::Func(_));
        let outlives = binding.top && !view.slot(b.unit).is_instance;
        if outlives && is_handle && view.data(v).func != TOP {
            self.escape(v, Escape::Module);
        }
        let stores = view.stores_of(b);
        let sure = sure && stores.iter().filter(|&&store| !view.is_nothing(store)).count() <= 1;
        for read in view.reads_of(b) {
            self.push(read, path.clone(), sure);
        }
        if binding.top && self.is_exported(b) {
            self.escape(v, Escape::Exported);
        }
    }

    fn is_exported(&self, b: B) -> bool {
        let facts = self.view.facts(b.unit);
        let name = &facts.binding(b.id).name;
        facts.exports.iter().any(|export| matches!(&export.from, ExportFrom::Name(local) if local == name))
    }

    /// `object.name` or `object[index]`.
    fn object_of(&mut self, member: V, path: &Path, sure: bool) {
        let view = self.view;
        let is_target = view.uses(member).iter().any(|used| matches!(used, Use::Target(_)));
        let called = view.uses(member).iter().find_map(|used| match *used {
            Use::Callee(call) => Some(V { unit: member.unit, id: call }),
            _ => None,
        });
        match (view.value(member), path.first()) {
            (Value::Member { name, .. }, None) => self.member_of_value(member, name, called, sure),
            (Value::Member { name, .. }, Some(first)) if first == name && !is_target => {
                self.push(member, path[1..].into(), sure);
            }
            (Value::Member { name, .. }, Some(first)) if *first == ELEMENT => {
                if let Some(call) = called {
                    self.collection_method(call, name, path, sure);
                }
            }
            (Value::Index { .. }, Some(first)) if *first == ELEMENT && !is_target => {
                self.push(member, path[1..].into(), false);
            }
            (Value::Index { .. }, None) if !is_target => self.push(member, path.clone(), false),
            _ => {}
        }
    }

    fn member_of_value(&mut self, member: V, name: &'doc Name, called: Option<V>, sure: bool) {
        if let Some(call) = called {
            self.trace.events.push(Event::Method { call, name, sure });
            if self.chain.iter().any(|method| method == name) {
                self.push(call, Path::new(), sure);
            }
            if matches!(name.as_str(), "then" | "finally" | "catch") {
                self.promise_method(call, name, sure);
            }
            return;
        }
        let assigned = self.view.uses(member).iter().find_map(|used| match *used {
            Use::Target(assign) => Some(V { unit: member.unit, id: assign }),
            _ => None,
        });
        match assigned {
            Some(assign) => {
                if let Some(stored) = self.view.assigned_to(member) {
                    self.trace.events.push(Event::Stored { assign, name, stored });
                }
            }
            None => self.trace.events.push(Event::Read { member, name }),
        }
    }

    /// `promise.then((value) => …)`: the callback's parameter is the value.
    fn promise_method(&mut self, call: V, name: &Name, sure: bool) {
        if name == "then" {
            self.callback_parameter(call, &Path::new(), sure);
        } else {
            self.push(call, Path::new(), sure);
        }
    }

    /// The first parameter of a call's callback holds what `path` leads to.
    fn callback_parameter(&mut self, call: V, path: &Path, sure: bool) {
        let Some(callback) = self.view.arg(call, 0) else { return };
        for func in self.view.functions(callback).0 {
            if let Some(&parameter) = self.view.func(func).params.first() {
                self.push(V { unit: func.unit, id: parameter }, path.clone(), sure);
            }
        }
    }

    fn collection_method(&mut self, call: V, name: &str, path: &Path, sure: bool) {
        match name {
            "forEach" | "map" | "filter" | "some" | "every" | "find" | "flatMap" => {
                self.callback_parameter(call, &path[1..].into(), false);
                if matches!(name, "filter") {
                    self.push(call, path.clone(), sure);
                }
                if name == "find" {
                    self.push(call, path[1..].into(), false);
                }
            }
            // A collection that ends all that it holds.
            "unsubscribe" | "dispose" | "disposeAsync" if path.len() == 1 => {
                let Some((_, name)) = self.view.method(call) else { return };
                self.trace.events.push(Event::Method { call, name, sure });
            }
            "get" | "pop" | "shift" | "at" => self.push(call, path[1..].into(), false),
            "values" | "slice" | "concat" | "reverse" | "splice" | "entries" => {
                self.push(call, path.clone(), false);
            }
            _ => {}
        }
    }

    fn property_of(&mut self, object: V, index: u32, path: &Path, sure: bool) {
        let Value::Object(props) = self.view.value(object) else { return };
        let prop = &props[index as usize];
        match &prop.key {
            Some(key) => self.push(object, prefixed(key.clone(), path), sure),
            None if matches!(self.view.value(V { unit: object.unit, id: prop.value }), Value::Spread(_)) => {
                self.push(object, path.clone(), sure);
            }
            None => self.push(object, prefixed(ELEMENT, path), sure),
        }
    }

    fn is_handler_prop(&self, element: V, index: u32) -> bool {
        let Value::Jsx { props, .. } = self.view.value(element) else { return false };
        let key = props.get(index as usize).and_then(|prop| prop.key.as_ref());
        key.and_then(|key| key.strip_prefix("on")).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()))
    }

    fn argument(&mut self, v: V, call: V, index: u32, path: &Path, sure: bool) {
        let view = self.view;
        if view.keeps_function(call) && index == 0 {
            return self.push(call, path.clone(), sure);
        }
        if let Some(member) = view.ref_member(call)
            && index == 0
        {
            return self.push(call, prefixed(Name::new(member), path), sure);
        }
        if let Some(data) = view.call(call)
            && let Some(state) = view.setter_of(V { unit: call.unit, id: data.callee })
        {
            return self.follow_into_state(state, path, sure);
        }
        if view.is_dependencies(call, index) {
            return;
        }
        if view.is_state_call(call) && index == 0 {
            return self.follow_into_state(call, path, sure);
        }
        if let Some((object, name)) = view.method(call) {
            match name.as_str() {
                "push" | "add" | "unshift" | "set" | "append" | "use" if view.is_collection(object) => {
                    return self.put(call, object, prefixed(ELEMENT, path), sure);
                }
                "delete" | "has" | "indexOf" | "includes" => return,
                _ => {}
            }
        }
        if is_harmless(view, call) {
            return;
        }
        self.follow_into_parameter(v, call, index, path, sure);
    }

    fn follow_into_state(&mut self, state: V, path: &Path, sure: bool) {
        for value in self.view.state_values(state) {
            self.push(value, path.clone(), sure);
        }
    }

    /// Into a function of this document; any other callee is for the reader of the events to judge.
    fn follow_into_parameter(&mut self, v: V, call: V, index: u32, path: &Path, sure: bool) {
        let view = self.view;
        let is_call = view.call(call).is_some_and(|data| !data.is_new);
        let callee = view.call(call).map(|data| V { unit: call.unit, id: data.callee });
        let (functions, complete) = callee.filter(|_| is_call).map(|callee| view.functions(callee)).unwrap_or_default();
        if !complete || functions.is_empty() {
            // `subscribe({ next: f })` is given `f`.
            let is_observer = path.len() == 1 && view.method(call).is_some_and(|(_, name)| name == "subscribe");
            if path.is_empty() || is_observer {
                self.trace.events.push(Event::Argument { call, index });
            } else {
                self.escape(v, Escape::Other);
            }
            return;
        }
        for func in functions {
            if let Some(&parameter) = view.func(func).params.get(index as usize) {
                self.push(V { unit: func.unit, id: parameter }, path.clone(), sure);
            }
        }
    }

    fn returned(&mut self, v: V, func: F, path: &Path, sure: bool) {
        let view = self.view;
        let callers = view.callers(func);
        for &call in &callers.calls {
            self.push(call, path.clone(), sure);
        }
        for &call in &callers.mapped {
            self.push(call, prefixed(ELEMENT, path), sure);
        }
        for &state in &callers.states {
            self.follow_into_state(state, path, sure);
        }
        if callers.open {
            if path.is_empty() {
                self.trace.events.push(Event::Returned { func });
            } else {
                self.escape(v, Escape::Other);
            }
        }
    }
}

/// Calls that neither keep nor change what they are given.
fn is_harmless(view: &View<'_>, call: V) -> bool {
    let Some(api) = view.callee_api(call) else { return false };
    if api.source.is_some() {
        return false;
    }
    match api.path.as_slice() {
        [object, _] => matches!(object.as_str(), "console" | "JSON" | "Object"),
        [name] => matches!(name.as_str(), "Boolean" | "String" | "Number"),
        _ => false,
    }
}

fn prefixed(first: Name, path: &Path) -> Path {
    let mut longer = Path::new();
    longer.push(first);
    longer.extend(path.iter().cloned());
    longer
}
