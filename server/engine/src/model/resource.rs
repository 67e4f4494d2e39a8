//! Recognising resources: an acquiring expression of the catalogue, proven to be the library's.

use std::cell::OnceCell;

use super::fate::Fate;
use super::handlers::Handler;
use super::origin::Api;
use super::release::Release;
use super::reopen::Reopening;
use super::streams::Observables;
use super::trace::{Event, Trace};
use super::view::{B, F, UnitId, V, View};
use crate::catalog::{Acquire, Library, Reopens, ResourceKind, is_module_of};
use crate::lower::ir::*;
use crate::project::{Gives, Shape};
use crate::settings::Listeners;
use crate::text::Span;

/// A connection, subscription or listener that code acquires.
#[derive(Debug)]
pub(crate) struct Resource<'doc> {
    pub(crate) kind: &'doc ResourceKind,
    /// The expression that makes the handle.
    pub(crate) site: V,
    /// The call from which on the resource lives; the site itself, unless it is made first and started later.
    pub(crate) live: V,
    /// Where its handle goes.
    pub(crate) trace: Trace<'doc>,
    /// It is acquired by a method of what it is for: `doc.onSnapshot(f)` beside `onSnapshot(doc, f)`.
    pub(crate) by_method: bool,
    /// A function of another module opens it, so that its arguments and handlers cannot be seen, and gives this to end it.
    pub(crate) gives: Option<Gives>,
    /// Answers that several rules ask for.
    pub(super) known: Known,
}

/// What was found out of a resource while one unit is looked at.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) handlers: OnceCell<Vec<Handler>>,
    pub(super) releases: OnceCell<Vec<Release>>,
    pub(super) reopening: OnceCell<Reopening>,
    pub(super) fate: OnceCell<Fate>,
}

impl Resource<'_> {
    /// The argument of the acquiring call that is a handler.
    pub(crate) fn callback_index(&self) -> Option<usize> {
        let index = self.kind.callback? as usize;
        Some(if self.by_method && self.kind.release.call { 0 } else { index })
    }
}

impl<'doc> View<'doc> {
    /// The resources that a unit acquires, in the order of the text.
    pub(crate) fn resources(&self, unit: UnitId) -> Vec<Resource<'doc>> {
        self.calls_in(unit).filter_map(|call| self.resource(call)).collect()
    }

    /// The resource that a call acquires.
    pub(crate) fn resource(&self, site: V) -> Option<Resource<'doc>> {
        let named;
        let name = match self.value(self.callee(site)) {
            Value::Member { name, .. } => name,
            _ => {
                named = self.callee_api(site)?;
                named.path.last()?
            }
        };
        let mut ways = self.catalog().acquires(name);
        ways.find_map(|(library, kind, acquire)| self.acquired(site, library, kind, acquire))
    }

    fn acquired(
        &self,
        site: V,
        library: &Library,
        kind: &'doc ResourceKind,
        acquire: &'doc Acquire,
    ) -> Option<Resource<'doc>> {
        if let Acquire::Method { method, live, unique } = acquire {
            let client = self.object_of_path(site, method)?;
            let trace = self.trace(site, &kind.handle, &kind.chain);
            let proven = unique.as_ref().is_some_and(|shapes| match shapes.is_empty() {
                true => self.may_take_handler(site, kind),
                false => self.has_shape(&trace, shapes),
            }) || self.is_client(client, library);
            let live = match live {
                Some(live) => self.first_method(&trace, live)?,
                None => site,
            };
            return proven.then_some(Resource {
                kind,
                site,
                live,
                trace,
                by_method: true,
                gives: None,
                known: Known::default(),
            });
        }
        if !self.is_acquired_by(site, kind, acquire) {
            return None;
        }
        let trace = self.trace(site, &kind.handle, &kind.chain);
        Some(Resource { kind, site, live: site, trace, by_method: false, gives: None, known: Known::default() })
    }

    /// Whether a call may be given a handler, where its kind takes one: `callbacks.onSnapshot(message.state)` hands over
    /// what it has been told.
    fn may_take_handler(&self, site: V, kind: &ResourceKind) -> bool {
        let Some(call) = self.call(site).filter(|_| kind.callback.is_some()) else { return true };
        call.args.iter().any(|&id| match self.value(V { unit: site.unit, id }) {
            Value::Member { object, .. } => matches!(self.value(V { unit: site.unit, id: *object }), Value::This),
            Value::Lit(_) => false,
            _ => true,
        })
    }

    /// Whether an expression alone, without a look at what becomes of it, acquires in that way.
    fn is_acquired_by(&self, site: V, kind: &ResourceKind, acquire: &'doc Acquire) -> bool {
        let Some(call) = self.call(site) else { return false };
        match acquire {
            Acquire::Construct { new, from, default } => {
                call.is_new && self.callee_api(site).is_some_and(|api| is_named(&api, new, from, *default))
            }
            Acquire::Call { call: names, from, default } => {
                !call.is_new && self.callee_api(site).is_some_and(|api| is_named(&api, names, from, *default))
            }
            Acquire::Listener { listener, targets, events } => self
                .method(site)
                .is_some_and(|(object, name)| name == listener && self.is_listener(site, object, targets, events)),
            Acquire::On { on, of } => self.method(site).is_some_and(|(object, name)| {
                // The event stands before the handler.
                call.args.len() > kind.callback.unwrap_or(0) as usize
                    && on.iter().any(|known| known == name)
                    && self.is_handle_of(object, of)
            }),
            Acquire::Event { on, events, through } => self.method(site).is_some_and(|(object, name)| {
                let event = self.arg(site, 0).and_then(|event| self.text_of(event));
                call.args.len() > 1
                    && on.iter().any(|known| known == name)
                    && event.is_some_and(|event| events.iter().any(|known| *known == event))
                    && through.as_ref().is_none_or(|through| self.passes(object, through))
            }),
            Acquire::Build { build, new, from, .. } => self.method(site).is_some_and(|(object, name)| {
                name == build && self.chain_root(object).is_some_and(|root| self.is_made_by(root, new, from))
            }),
            Acquire::Observable { subscribe, .. } => self.method(site).is_some_and(|(object, name)| {
                name == subscribe && Observables::of(acquire).is_some_and(|known| self.is_endless(object, known, 0))
            }),
            Acquire::Method { method, .. } => {
                let client = self.object_of_path(site, method).zip(self.catalog().library_of(kind));
                client.is_some_and(|(client, library)| self.is_client(client, library))
            }
        }
    }

    /// Whether a connection comes back after a drop without help. One whose builder cannot be seen whole may.
    pub(crate) fn comes_back(&self, resource: &Resource<'doc>) -> bool {
        match resource.kind.reopens {
            Reopens::Never => {
                let restarts = |event: &Event<'_>| match event {
                    Event::Read { name, .. } => resource.kind.restart.iter().any(|known| known == *name),
                    _ => false,
                };
                let asked = resource.kind.reopens_if.as_ref();
                return resource.trace.events.iter().any(restarts)
                    || asked.is_some_and(|asked| {
                        let options = self.arg(resource.site, asked.argument as usize);
                        options.is_some_and(|options| asked.members.iter().any(|member| self.has_key(options, member)))
                    });
            }
            Reopens::UntilClosed => return self.closed_on_drop(resource).is_none(),
            Reopens::ByItself => {}
        }
        let Some(wanted) = &resource.kind.reopens_with else { return true };
        let Some(root) = self.chain_root(resource.site).filter(|&root| self.call(root).is_some_and(|call| call.is_new))
        else {
            return true;
        };
        let asked = |event: &Event<'_>| matches!(event, Event::Method { name, .. } if *name == wanted);
        let chain = resource.kind.acquire.iter().find_map(|acquire| match acquire {
            Acquire::Build { chain, .. } => Some(chain.as_slice()),
            _ => None,
        });
        let built = self.trace(root, &[], chain.unwrap_or_default());
        let is_seen = built.events.iter().all(|event| matches!(event, Event::Method { .. })) && !built.incomplete;
        !is_seen || self.passes(resource.site, wanted) || built.events.iter().any(asked)
    }

    pub(super) fn is_made_by(&self, v: V, names: &[String], from: &[String]) -> bool {
        self.call(v).is_some() && self.callee_api(v).is_some_and(|api| is_named(&api, names, from, false))
    }

    /// Whether a chain of method calls that a value comes from passes a method.
    fn passes(&self, v: V, wanted: &str) -> bool {
        let mut at = self.origin(v);
        for _ in 0..12 {
            let Some((object, name)) = at.and_then(|at| self.method(at)) else { return false };
            if name == wanted {
                return true;
            }
            at = self.origin(object);
        }
        false
    }

    /// The expression that a chain of method calls starts with: `a` of `a.b().c()`.
    fn chain_root(&self, v: V) -> Option<V> {
        let mut at = self.origin(v)?;
        for _ in 0..12 {
            let Some((object, _)) = self.method(at).filter(|_| self.call(at).is_some_and(|call| !call.is_new)) else {
                return Some(at);
            };
            at = self.origin(object)?;
        }
        None
    }

    /// Whether an argument is the handler of the subscription that a call makes: `onSnapshot(query, f)`.
    pub(super) fn is_callback_of_resource(&self, call: V, index: u32) -> bool {
        let Some(api) = self.callee_api(call) else { return false };
        let mut ways = api.path.last().into_iter().flat_map(|name| self.catalog().acquires(name));
        ways.any(|(_, kind, acquire)| {
            kind.callback.is_some_and(|callback| callback <= index) && self.is_acquired_by(call, kind, acquire)
        })
    }

    /// Whether a value is a handle of one of these kinds: by what made it, by its type, or by another module.
    pub(crate) fn is_handle_of(&self, v: V, kinds: &[String]) -> bool {
        kinds.iter().filter_map(|name| self.catalog().kind(name)).any(|kind| self.is_handle(v, kind, 0))
    }

    pub(super) fn is_handle(&self, v: V, kind: &'doc ResourceKind, depth: u32) -> bool {
        if let Some(binding) = self.binding_of(v)
            && self.is_typed(binding, kind)
        {
            return true;
        }
        self.origins(v).iter().any(|&origin| match self.value(origin) {
            Value::Call(_) => {
                kind.acquire.iter().any(|acquire| self.is_acquired_by(origin, kind, acquire))
                    || {
                        let chained =
                            self.method(origin).filter(|(_, name)| kind.chain.iter().any(|known| known == *name));
                        depth < 4 && chained.is_some_and(|(object, _)| self.is_handle(object, kind, depth + 1))
                    }
                    || matches!(self.taken_from_context(origin), Some(Shape::Handle(known)) if known == kind.kind)
            }
            // `constructor(private socket: Socket)`
            Value::Param { .. } => self.parameter_binding(origin).is_some_and(|binding| self.is_typed(binding, kind)),
            Value::Await(inner) if depth < 4 => self.is_handle(V { unit: origin.unit, id: *inner }, kind, depth + 1),
            Value::Import { .. } | Value::Member { .. } => {
                matches!(self.foreign_shape(origin), Some(Shape::Handle(known)) if known == kind.kind)
                    || self.type_of_member(origin).is_some_and(|(unit, name)| self.is_type_of(unit, name, kind))
            }
            _ => false,
        })
    }

    /// Whether a name's annotation names one of the kind's types, imported from its modules.
    fn is_typed(&self, binding: B, kind: &ResourceKind) -> bool {
        let Some(type_name) = &self.binding(binding).type_name else { return false };
        self.is_type_of(binding.unit, type_name, kind)
    }

    /// Whether a type's name is one of the kind's, imported from its modules.
    fn is_type_of(&self, unit: UnitId, type_name: &Name, kind: &ResourceKind) -> bool {
        let Some(declared) = self.declaration(unit, type_name) else { return false };
        kind.types.iter().any(|known| known == type_name)
            && self.stores_of(declared).into_iter().any(|store| match self.value(store) {
                Value::Import { source, .. } => is_module_of(&kind.from, source),
                _ => false,
            })
    }

    fn is_listener(&self, call: V, object: V, targets: &[String], events: &[String]) -> bool {
        if self.call(call).is_some_and(|data| data.args.len() < 2) {
            return false;
        }
        if self.env.listeners == Listeners::All {
            // One on a connection goes with the connection.
            return self.origin(object).is_none_or(|origin| origin == object || self.resource(origin).is_none());
        }
        let target = self.api(object);
        let is_target = target.is_some_and(|api| {
            api.source.is_none() && api.name().is_some_and(|name| targets.iter().any(|target| target == name))
        });
        let event = self.arg(call, 0).and_then(|event| self.text_of(event));
        is_target && event.is_some_and(|event| events.iter().any(|known| *known == event))
    }

    /// The `x` of `x.auth.onAuthStateChange(…)`.
    fn object_of_path(&self, call: V, method: &[String]) -> Option<V> {
        let mut at = V { unit: call.unit, id: self.call(call)?.callee };
        for step in method.iter().rev() {
            match self.value(at) {
                Value::Member { object, name } if name == step => at = V { unit: at.unit, id: *object },
                _ => return None,
            }
        }
        Some(at)
    }

    fn has_shape(&self, trace: &Trace<'_>, shapes: &std::collections::BTreeMap<String, Vec<String>>) -> bool {
        trace.events.iter().any(|event| match event {
            Event::Method { call, name, .. } => shapes.get(name.as_str()).is_some_and(|firsts| {
                let first = self.arg(*call, 0).and_then(|first| self.text_of(first));
                first.is_some_and(|first| firsts.iter().any(|known| *known == first))
            }),
            _ => false,
        })
    }

    /// The first call of a method in the order of the text.
    fn first_method(&self, trace: &Trace<'_>, wanted: &str) -> Option<V> {
        let calls = trace.events.iter().filter_map(|event| match event {
            Event::Method { call, name, .. } if *name == wanted => Some(*call),
            _ => None,
        });
        calls.min_by_key(|&call| (self.slot(call.unit).start, self.span(call).end))
    }

    /// Whether a value is proven to be a library's client: by what made it, by its type, or by another module.
    pub(crate) fn is_client(&self, v: V, library: &Library) -> bool {
        let Some(client) = &library.client else { return false };
        if let Some(binding) = self.binding_of(v)
            && let Some(type_name) = &self.binding(binding).type_name
            && client.types.iter().any(|known| known == type_name)
            && !self.is_of_other_package(binding, type_name, &client.from)
        {
            return true;
        }
        let Some(origin) = self.origin(v) else { return false };
        let is_global = !client.globals.is_empty()
            && self.api(origin).is_some_and(|api| {
                api.source.is_none() && api.name().is_some_and(|name| client.globals.iter().any(|known| known == name))
            });
        if is_global {
            return true;
        }
        match self.value(origin) {
            Value::Call(_) => self.callee_api(origin).is_some_and(|api| {
                let name = api.name();
                let is = |names: &[String]| name.is_some_and(|name| names.iter().any(|known| known == name));
                let from = api.source.as_ref().is_some_and(|source| is_module_of(&client.from, source));
                from && is(&client.create) || (from || api.source.is_none()) && is(&client.hooks)
            }),
            Value::Import { .. } | Value::Member { .. } => {
                matches!(self.foreign_shape(origin), Some(Shape::Client(known)) if known == library.library)
                    || self
                        .type_of_member(origin)
                        .is_some_and(|(_, name)| client.types.iter().any(|known| known == name))
            }
            _ => false,
        }
    }

    /// The first name of the whole document that holds a client of a library.
    pub(crate) fn name_of_client(&self, units: &[UnitId], library: &str) -> Option<Name> {
        let library = self.catalog().libraries().find(|known| known.library == library)?;
        units.iter().flat_map(|&unit| self.values_of(unit)).find_map(|v| {
            let bound = self.uses(v).iter().find_map(|used| match *used {
                Use::Bound(id) => Some(B { unit: v.unit, id }),
                _ => None,
            })?;
            (self.binding(bound).top && self.is_client(v, library)).then(|| self.name(bound).clone())
        })
    }

    /// Whether a type is imported from a package that is none of these modules.
    fn is_of_other_package(&self, binding: B, type_name: &Name, modules: &[String]) -> bool {
        let Some(declared) = self.declaration(binding.unit, type_name) else { return false };
        self.stores_of(declared).into_iter().any(|store| match self.value(store) {
            Value::Import { source, .. } => {
                !source.starts_with(['.', '/', '~', '#', '$'])
                    && !source.starts_with("@/")
                    && !is_module_of(modules, source)
            }
            _ => false,
        })
    }

    /// The expression to point at: the chain of calls that starts with the acquiring one.
    pub(crate) fn chain_span(&self, resource: &Resource<'_>) -> Span {
        let mut at = resource.site;
        'chain: loop {
            for used in self.uses(at) {
                let Use::Object(member) = *used else { continue };
                let member = V { unit: at.unit, id: member };
                let Value::Member { name, .. } = self.value(member) else { continue };
                let is_chain = resource.kind.chain.iter().any(|method| method == name);
                if let (true, Some(&Use::Callee(call))) = (is_chain, self.uses(member).first()) {
                    at = V { unit: at.unit, id: call };
                    continue 'chain;
                }
            }
            return self.span(at);
        }
    }

    /// The name that holds the handle, where one does.
    pub(crate) fn handle_name(&self, resource: &Resource<'doc>) -> Option<&'doc Name> {
        let names = resource.trace.names.iter();
        // A variable of a component's script is declared in a unit of its own.
        let is_near = |binding: &&B| binding.unit == resource.site.unit || self.slot(binding.unit).is_instance;
        names.filter(is_near).map(|&binding| &self.binding(binding).name).next()
    }

    /// The functions around an expression, innermost first.
    pub(crate) fn enclosing(&self, f: F) -> impl Iterator<Item = F> + '_ {
        std::iter::successors(Some(f), |at| {
            let parent = self.facts(at.unit).func(at.id).parent?;
            Some(F { unit: at.unit, id: parent })
        })
    }
}

pub(super) fn is_named(api: &Api, names: &[String], from: &[String], default: bool) -> bool {
    let known_source = match &api.source {
        None => from.iter().any(|known| known == "global"),
        Some(source) => is_module_of(from, source),
    };
    known_source
        && match (&api.source, api.path.as_slice()) {
            (Some(_), [only]) if only == "default" => default,
            (_, [.., last]) if api.path.len() <= 2 && (api.source.is_some() || api.path.len() == 1) => {
                names.iter().any(|known| match known.split_once('.') {
                    None => known == last,
                    // `ipcRenderer.on`: the member of an export.
                    Some((object, member)) => {
                        member == last && matches!(api.path.as_slice(), [first, _] if first == object)
                    }
                })
            }
            _ => false,
        }
}
