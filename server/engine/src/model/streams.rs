//! Streams of events: which observables bring realtime events and do not end by themselves.

use super::runs::Run;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::catalog::{Acquire, Catalog, is_module_of};
use crate::lower::PROVIDED_IN;
use crate::lower::ir::*;
use crate::project::Shape;

/// How many steps a stream is followed back: operators, methods that pass it on.
const MAX_DEPTH: u32 = 6;

/// Operators that neither end a stream nor open it again.
const PLAIN_OPERATORS: &[&str] = &[
    "map",
    "filter",
    "tap",
    "scan",
    "share",
    "shareReplay",
    "distinctUntilChanged",
    "throttleTime",
    "auditTime",
    "debounceTime",
    "bufferTime",
    "observeOn",
    "pluck",
    "finalize",
    "takeUntil",
    "takeUntilDestroyed",
    "takeWhile",
];

const SUBJECTS: &[&str] = &["Subject", "BehaviorSubject", "ReplaySubject"];

/// What the catalogue knows of a library of observables.
#[derive(Clone, Copy)]
pub(super) struct Observables<'doc> {
    sources: &'doc [String],
    from: &'doc [String],
    ends: &'doc [String],
}

impl<'doc> Observables<'doc> {
    pub(super) fn of(acquire: &'doc Acquire) -> Option<Self> {
        match acquire {
            Acquire::Observable { sources, from, ends, .. } => Some(Self { sources, from, ends }),
            _ => None,
        }
    }

    /// Those of the catalogue.
    pub(super) fn known(catalog: &'doc Catalog) -> impl Iterator<Item = Self> {
        catalog.libraries().flat_map(|library| &library.resources).flat_map(|kind| &kind.acquire).filter_map(Self::of)
    }
}

impl<'doc> View<'doc> {
    /// Whether a value is a stream that does not end by itself.
    pub(super) fn is_stream(&self, v: V) -> bool {
        Observables::known(self.catalog()).any(|known| self.is_endless(v, known, 0))
    }

    /// Whether an observable comes from one of the sources and no operator ends it.
    pub(super) fn is_endless(&self, v: V, known: Observables<'doc>, depth: u32) -> bool {
        // What another module calls a stream is one of RxJS; other libraries have observables of their own.
        let may_be_foreign = known.from.iter().any(|from| from == "rxjs");
        let Some(origin) = self.origin(v).filter(|_| depth < MAX_DEPTH && self.spend()) else { return false };
        match self.value(origin) {
            Value::Call(_) => {}
            // A member of another module's instance, or what a getter of this class gives.
            Value::Member { name, .. } => {
                return (may_be_foreign && self.foreign_shape(origin) == Some(Shape::Stream))
                    || self.own_getter(origin, name).is_some_and(|getter| self.returns_stream(getter, known, depth));
            }
            Value::Import { .. } => return may_be_foreign && self.foreign_shape(origin) == Some(Shape::Stream),
            _ => return false,
        }
        if self.is_made_by(origin, known.sources, known.from) {
            return self.is_endless_source(origin);
        }
        if self.is_rxjs(origin, known, SUBJECTS) {
            return self.is_fed(origin);
        }
        if self.is_rxjs(origin, known, &["Observable"]) {
            return self.listens_without_end(origin);
        }
        let Some((object, name)) = self.method(origin) else { return self.is_passed_on(origin, known, depth) };
        match name.as_str() {
            "pipe" => !self.is_ended(origin, known) && self.is_endless(object, known, depth + 1),
            "asObservable" => self.is_endless(object, known, depth + 1),
            _ => self.is_passed_on(origin, known, depth),
        }
    }

    /// The getter of this class by that name: `this.messages`.
    fn own_getter(&self, member: V, name: &Name) -> Option<F> {
        let units = self.members(member.unit, name).into_iter().filter(|_| self.is_own_member(member));
        units.into_iter().find_map(|unit| match &self.facts(unit).class {
            Some(ClassRole::Method { func, is_getter: true, .. }) => Some(F { unit, id: *func }),
            _ => None,
        })
    }

    fn is_rxjs(&self, call: V, known: Observables<'doc>, names: &[&str]) -> bool {
        let is_new = self.call(call).is_some_and(|data| data.is_new);
        is_new
            && self.callee_api(call).is_some_and(|api| {
                let from = api.source.as_ref().is_some_and(|source| is_module_of(known.from, source));
                from && api.name().is_some_and(|name| names.contains(&name.as_str()))
            })
    }

    fn is_endless_source(&self, source: V) -> bool {
        let name = self.callee_api(source).and_then(|api| api.path.last().cloned()).unwrap_or_default();
        match name.as_str() {
            // A `timer` of one argument fires once.
            "timer" => self.arg(source, 1).is_some(),
            // Events of what is neither of the platform nor of the whole application end with it, whenever that is.
            "fromEvent" => {
                self.is_platform_event(source) || self.arg(source, 0).is_some_and(|of| self.is_shared_handle(of))
            }
            _ => true,
        }
    }

    /// Whether a value is a connection that lives as long as the application: one of a service that does.
    fn is_shared_handle(&self, v: V) -> bool {
        let at = match self.value(v) {
            Value::Member { .. } => v,
            _ => match self.origin(v) {
                Some(origin) => origin,
                None => return false,
            },
        };
        match self.value(at) {
            Value::Member { object, name } => {
                let object = V { unit: at.unit, id: *object };
                if matches!(self.value(object), Value::This) {
                    let is_handle =
                        self.catalog().kinds().any(|(_, kind)| kind.is_connection() && self.is_handle(v, kind, 0));
                    return self.lives_with_app(at) && is_handle;
                }
                self.class_of_instance(object, 0).is_some_and(|class| {
                    class.lives_with_app && matches!(class.members.get(name), Some(Shape::Handle(_)))
                })
            }
            Value::Import { .. } => matches!(self.foreign_shape(at), Some(Shape::Handle(_))),
            _ => false,
        }
    }

    /// Whether the class around an expression has one instance for the whole application.
    pub(super) fn lives_with_app(&self, v: V) -> bool {
        self.class_head(v.unit).is_some_and(|head| match &self.facts(head).class {
            Some(ClassRole::Header { decorators, .. }) => decorators.iter().any(|known| known == PROVIDED_IN),
            _ => false,
        })
    }

    /// Whether realtime events go into a subject of a service that lives as long as the application.
    fn is_fed(&self, subject: V) -> bool {
        if !self.lives_with_app(subject) {
            return false;
        }
        let trace = self.trace(subject, &[], &[]);
        let ends = trace.events.iter().any(|event| matches!(event, Event::Method { name, .. } if *name == "complete"));
        let is_fed = trace.events.iter().any(|event| match event {
            Event::Method { call, name, .. } if *name == "next" => {
                self.runs(self.func_of(*call)).iter().any(|run| match run {
                    Run::Handler(at) => self.is_realtime_handler(*at),
                    _ => false,
                })
            }
            _ => false,
        });
        is_fed && !ends
    }

    /// `connection.on("changed", f)`, `socket.onmessage = f`.
    fn is_realtime_handler(&self, at: V) -> bool {
        let object = match self.value(at) {
            Value::Call(_) => self.method(at).map(|(object, _)| object),
            Value::Assign { target, .. } => match self.value(V { unit: at.unit, id: *target }) {
                Value::Member { object, .. } => Some(V { unit: at.unit, id: *object }),
                _ => None,
            },
            _ => None,
        };
        object.is_some_and(|object| {
            self.is_shared_handle(object)
                || self.catalog().kinds().any(|(_, kind)| kind.is_connection() && self.is_handle(object, kind, 0))
        })
    }

    /// `new Observable((subscriber) => { socket.on("price", …); })`, whose subscription leaves the listener behind.
    fn listens_without_end(&self, observable: V) -> bool {
        let Some(callback) = self.arg(observable, 0) else { return false };
        self.functions(callback).0.into_iter().any(|func| {
            self.calls_of(func)
                .any(|call| self.method(call).is_some_and(|(_, name)| name == "on") && self.is_realtime_handler(call))
        })
    }

    /// The subscriptions to `webSocket(…)` that nothing opens again after it drops, and whether errors at least do.
    pub(crate) fn dropped_streams(&self, unit: UnitId) -> Vec<(V, bool)> {
        let subscribed =
            self.calls_in(unit).filter(|&call| self.method(call).is_some_and(|(_, name)| name == "subscribe"));
        let retried = subscribed.filter_map(|call| Some((call, self.socket_is_retried(call)?)));
        retried.filter(|&(call, retries)| !self.hears_end(call, retries)).collect()
    }

    /// Whether a subscription has a handler for the end of its stream, or for an error that nothing retries.
    fn hears_end(&self, subscribe: V, retries: bool) -> bool {
        let args = self.call(subscribe).map(|call| call.args.as_slice()).unwrap_or_default();
        match args {
            [] => false,
            &[only] => match self.origin(V { unit: subscribe.unit, id: only }).map(|origin| self.value(origin)) {
                Some(Value::Object(props)) => props.iter().any(|prop| match prop.key.as_deref() {
                    Some("next") => false,
                    Some("error") => !retries,
                    _ => true,
                }),
                // A function for the values; an observer of another file is rare.
                _ => false,
            },
            _ => true,
        }
    }

    /// Whether a stream's socket is opened again after an error, where nothing opens it after an orderly close. `None`: it
    /// is no `webSocket`, or what it goes through cannot be seen.
    fn socket_is_retried(&self, subscribe: V) -> Option<bool> {
        let (mut at, _) = self.method(subscribe)?;
        let mut retries = false;
        for _ in 0..MAX_DEPTH {
            let origin = self.origin(at)?;
            let is_socket = self.callee_api(origin).is_some_and(|api| {
                let from = api.source.as_deref().is_some_and(|source| source.starts_with("rxjs"));
                from && api.name().is_some_and(|name| name == "webSocket")
            });
            if is_socket {
                return Some(retries);
            }
            let (object, _) = self.method(origin).filter(|(_, name)| *name == "pipe")?;
            for &id in &self.call(origin)?.args {
                let operator = V { unit: origin.unit, id };
                let name = self.call(operator).and_then(|_| self.callee_name(self.callee(operator)))?;
                match name.as_str() {
                    "retry" | "retryWhen" => retries = true,
                    name if PLAIN_OPERATORS.contains(&name) => {}
                    // `repeat`, or one that may open it again in its own way.
                    _ => return None,
                }
            }
            at = object;
        }
        None
    }

    /// Whether an operator of a `pipe` ends the stream, or may.
    fn is_ended(&self, pipe: V, known: Observables<'doc>) -> bool {
        let args = self.call(pipe).map(|data| data.args.as_slice()).unwrap_or_default();
        args.iter().any(|&id| {
            let operator = V { unit: pipe.unit, id };
            let callee = self.call(operator).and_then(|_| self.callee_name(self.callee(operator)));
            // An operator that cannot be seen may end it.
            callee.is_none_or(|callee| known.ends.iter().any(|end| *end == callee))
        })
    }

    /// Whether a call gives a stream that a function of this document or of another module returns.
    fn is_passed_on(&self, call: V, known: Observables<'doc>, depth: u32) -> bool {
        if self.foreign_shape(call) == Some(Shape::Stream) {
            return true;
        }
        let (functions, complete) = self.functions(self.callee(call));
        complete && matches!(functions.as_slice(), [only] if self.returns_stream(*only, known, depth))
    }

    fn returns_stream(&self, func: F, known: Observables<'doc>, depth: u32) -> bool {
        match self.func(func).returns.as_slice() {
            [only] => self.is_endless(V { unit: func.unit, id: *only }, known, depth + 1),
            _ => false,
        }
    }

    /// `fromEvent(window, "online")`.
    fn is_platform_event(&self, call: V) -> bool {
        self.catalog().kinds().flat_map(|(_, kind)| &kind.acquire).any(|acquire| match acquire {
            Acquire::Listener { targets, events, .. } => {
                let target = self.arg(call, 0).and_then(|target| self.api(target)).filter(|api| api.source.is_none());
                let target = target.and_then(|api| api.name().cloned());
                let event = self.arg(call, 1).and_then(|event| self.text_of(event));
                target.is_some_and(|name| targets.iter().any(|known| *known == name))
                    && event.is_some_and(|name| events.iter().any(|known| *known == name))
            }
            _ => false,
        })
    }
}
