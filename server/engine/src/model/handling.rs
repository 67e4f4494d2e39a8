//! What runs when something happens on a connection, and where the data of a message goes.

use smallvec::SmallVec;

use super::changes::Property;
use super::resource::Resource;
use super::trace::Event;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// How far the run of a handler is followed through the document's functions.
const MAX_DEPTH: u32 = 3;

/// Methods that call what they are given before they return.
const SYNCHRONOUS: &[&str] = &["forEach", "map", "filter", "some", "every", "find", "flatMap", "reduce", "sort"];

/// Methods whose result holds what their object holds.
const KEEPING: &[&str] =
    &["toString", "trim", "slice", "substring", "concat", "join", "replace", "replaceAll", "text", "json", "at", "pop"];

/// Members that say how much there is, and not what.
const COUNTS: &[&str] = &["length", "size", "byteLength"];

/// A function that handles an event of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Handling {
    /// The event; empty where it is not constant.
    pub(crate) event: Name,
    /// Whether it brings data.
    pub(crate) is_message: bool,
    /// It is added for one event alone.
    pub(crate) is_once: bool,
    /// The call or assignment that adds it.
    pub(crate) at: V,
    pub(crate) func: F,
}

impl<'doc> View<'doc> {
    /// The handlers of a resource that are functions of the document, and those of the connections that a server accepts.
    pub(crate) fn handlings(&self, resource: &Resource<'doc>) -> Vec<Handling> {
        let mut found = Vec::new();
        for handler in self.handlers(resource) {
            let is_message = resource.kind.events.is_message(&handler.event);
            self.add_handlings(&handler.event, is_message, handler.function, handler.at, &mut found);
        }
        found.extend(self.handlings_of_accepted(resource));
        found
    }

    /// The handlers of the connections that a server accepts.
    pub(super) fn handlings_of_accepted(&self, server: &Resource<'doc>) -> Vec<Handling> {
        let mut found = Vec::new();
        let Some(accepts) = &server.kind.accepts else { return found };
        for (_, trace) in self.accepted(server) {
            for event in &trace.events {
                let Event::Method { call, name, .. } = event else { continue };
                let listens = matches!(name.as_str(), "on" | "once" | "addListener" | "addEventListener");
                let (Some(event), Some(function)) = (self.arg(*call, 0), self.arg(*call, 1)) else { continue };
                let event = self.text_of(event).unwrap_or_default();
                if listens {
                    self.add_handlings(&event, accepts.is_message(&event), function, *call, &mut found);
                }
            }
        }
        found
    }

    fn add_handlings(&self, event: &Name, is_message: bool, function: V, at: V, found: &mut Vec<Handling>) {
        let is_once = self.method(at).is_some_and(|(_, name)| match name.as_str() {
            "once" => true,
            "addEventListener" => self.arg(at, 2).is_some_and(|options| self.has_key(options, "once")),
            _ => false,
        });
        for func in self.functions(function).0 {
            found.push(Handling { event: event.clone(), is_message, is_once, at, func });
        }
    }

    /// Whether a handler is for an event that the other side has given a name: how often it comes, the name alone tells.
    pub(crate) fn is_named_event(&self, resource: &Resource<'doc>, handling: &Handling) -> bool {
        let is_open = resource.kind.events.message.iter().any(|known| known == "*");
        let is_fast = super::messages::is_fast(&handling.event) || handling.event.contains("position");
        is_open && !is_fast && !matches!(handling.event.as_str(), "" | "message" | "subscribe")
    }

    /// Whether a value is an object with a property of that name, or one that cannot be read.
    pub(crate) fn has_key(&self, object: V, key: &str) -> bool {
        match self.origin(object).map(|origin| self.value(origin)) {
            Some(Value::Object(props)) => props.iter().any(|prop| prop.key.as_ref().is_none_or(|known| known == key)),
            Some(Value::Lit(_)) => false,
            _ => true,
        }
    }

    /// The value of a property of an object; `None`: there is none, or it cannot be seen.
    pub(crate) fn value_of_key(&self, object: V, key: &str) -> Option<V> {
        match self.property(self.origin(object)?, 0, key) {
            Property::Is(value) => Some(value),
            Property::Missing | Property::Unknown => None,
        }
    }

    /// A handler, and the functions of the document that it calls before it returns.
    pub(crate) fn run_of(&self, func: F) -> Vec<F> {
        let mut run = vec![func];
        self.collect_run(func, 0, &mut run);
        run
    }

    fn collect_run(&self, func: F, depth: u32, run: &mut Vec<F>) {
        if depth >= MAX_DEPTH {
            return;
        }
        for call in self.calls_of(func) {
            if !self.spend() {
                return;
            }
            let mut called: SmallVec<[F; 2]> = self.functions(self.callee(call)).0;
            let is_loop = self.method(call).is_some_and(|(_, name)| SYNCHRONOUS.contains(&name.as_str()));
            called.extend(self.arg(call, 0).filter(|_| is_loop).and_then(|callback| match self.value(callback) {
                Value::Func(id) => Some(F { unit: callback.unit, id: *id }),
                _ => None,
            }));
            for func in called {
                if !run.contains(&func) {
                    run.push(func);
                    self.collect_run(func, depth + 1, run);
                }
            }
        }
    }

    /// The calls of a handler's run.
    pub(crate) fn calls_of_run(&self, func: F) -> Vec<V> {
        self.run_of(func).into_iter().flat_map(|func| self.calls_of(func)).collect()
    }

    /// The calls and assignments that a function itself evaluates.
    pub(crate) fn operations_of(&self, func: F) -> impl Iterator<Item = (V, &'doc Value)> + use<'_, 'doc> {
        let ops = self.func(func).blocks.iter().flat_map(|block| &block.ops);
        ops.filter_map(move |op| match *op {
            Op::Call(id) | Op::Assign(id) => {
                let at = V { unit: func.unit, id };
                Some((at, self.value(at)))
            }
            Op::Return(_) | Op::Throw => None,
        })
    }

    /// Whether some name that an expression reads, or some member, passes a test.
    pub(super) fn says(&self, v: V, is_it: impl Fn(&str) -> bool) -> bool {
        let (facts, span) = (self.facts(v.unit), self.span(v));
        facts.values.iter().filter(|data| span.contains(data.span)).any(|data| match &data.value {
            Value::Member { name, .. } | Value::Free(name) => is_it(name),
            Value::Local(id) => is_it(&facts.binding(*id).name),
            _ => false,
        })
    }

    /// What a handler is given.
    pub(crate) fn params_of(&self, func: F) -> Vec<V> {
        self.func(func).params.iter().map(|&id| V { unit: func.unit, id }).collect()
    }

    /// Whether a value holds some of what a message brings, as text that nobody has looked at: it is a part of it, is put
    /// together with it, or is what a method or `JSON.parse` makes of it.
    pub(crate) fn carries(&self, v: V, data: &[V]) -> bool {
        self.carries_at(v, data, 0)
    }

    fn carries_at(&self, v: V, data: &[V], depth: u32) -> bool {
        if depth > 8 || !self.spend() {
            return false;
        }
        let holds = |v: V| self.carries_at(v, data, depth + 1);
        self.origins(v).into_iter().any(|origin| {
            let here = |id: ValueId| V { unit: origin.unit, id };
            data.contains(&origin)
                || match self.value(origin) {
                    Value::Member { name, .. } if COUNTS.contains(&name.as_str()) => false,
                    Value::Member { object, .. } | Value::Index { object, .. } => holds(here(*object)),
                    Value::Element(inner) | Value::Await(inner) => holds(here(*inner)),
                    Value::Template(parts) => {
                        parts.iter().any(|part| matches!(part, Part::Value(value) if holds(here(*value))))
                    }
                    Value::Binary { op, left, right } if op == "+" => holds(here(*left)) || holds(here(*right)),
                    Value::Call(call) => match self.method(origin) {
                        Some((_, name)) if name == "parse" || name == "decode" => {
                            call.args.first().is_some_and(|&argument| holds(here(argument)))
                        }
                        Some((object, name)) => KEEPING.contains(&name.as_str()) && holds(object),
                        None => {
                            let is_text = self.callee_name(self.callee(origin)).is_some_and(|name| name == "String");
                            is_text && call.args.first().is_some_and(|&argument| holds(here(argument)))
                        }
                    },
                    _ => false,
                }
        })
    }

    /// Whether a call is of a global of that path: `alert`, `console.log`, also behind `window`.
    pub(crate) fn calls_global(&self, call: V, path: &[&str]) -> bool {
        self.callee_api(call).is_some_and(|api| {
            api.source.is_none() && api.path.len() == path.len() && api.path.iter().zip(path).all(|(a, b)| a == b)
        })
    }
}
