//! Recognising resources: an acquiring expression of the catalogue, proven to be the library's.

use super::origin::Api;
use super::trace::{Event, Trace};
use super::view::{F, UnitId, V, View};
use crate::catalog::{Acquire, Library, ResourceKind, catalog};
use crate::lower::ir::*;
use crate::project::Shape;
use crate::settings::Listeners;
use crate::text::Span;

/// A connection, subscription or listener that code acquires.
#[derive(Debug)]
pub(crate) struct Resource<'doc> {
    pub(crate) kind: &'static ResourceKind,
    /// The expression that makes the handle.
    pub(crate) site: V,
    /// The call from which on the resource lives; the site itself, unless it is made first and started later.
    pub(crate) live: V,
    /// Where its handle goes.
    pub(crate) trace: Trace<'doc>,
}

impl<'doc> View<'doc> {
    /// The resources that a unit acquires, in the order of the text.
    pub(crate) fn resources(&self, unit: UnitId) -> Vec<Resource<'doc>> {
        let calls = &self.facts(unit).calls;
        calls.iter().filter_map(|&id| self.resource(V { unit, id })).collect()
    }

    /// The resource that a call acquires.
    pub(crate) fn resource(&self, site: V) -> Option<Resource<'doc>> {
        catalog().kinds().find_map(|(library, kind)| {
            kind.acquire.iter().find_map(|acquire| self.acquired(site, library, kind, acquire))
        })
    }

    fn acquired(
        &self,
        site: V,
        library: &Library,
        kind: &'static ResourceKind,
        acquire: &Acquire,
    ) -> Option<Resource<'doc>> {
        match acquire {
            Acquire::Construct { new, from, default } => {
                let call = self.call(site)?;
                if !call.is_new || !is_named(&self.callee_api(site)?, new, from, *default) {
                    return None;
                }
            }
            Acquire::Listener { listener, targets, events } => {
                let (object, name) = self.method(site)?;
                if name != listener || !self.is_listener(site, object, targets, events) {
                    return None;
                }
            }
            Acquire::Method { method, live, unique } => {
                let client = self.object_of_path(site, method)?;
                let trace = self.trace(site, &kind.handle, &kind.chain);
                let proven = unique.as_ref().is_some_and(|shapes| shapes.is_empty() || self.has_shape(&trace, shapes))
                    || self.is_client(client, library);
                let live = match live {
                    Some(live) => self.first_method(&trace, live)?,
                    None => site,
                };
                return proven.then_some(Resource { kind, site, live, trace });
            }
        }
        Some(Resource { kind, site, live: site, trace: self.trace(site, &kind.handle, &kind.chain) })
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
        {
            return true;
        }
        let Some(origin) = self.origin(v) else { return false };
        match self.value(origin) {
            Value::Call(_) => self.callee_api(origin).is_some_and(|api| {
                let name = api.name();
                let is = |names: &[String]| name.is_some_and(|name| names.iter().any(|known| known == name));
                let from = api.source.as_ref().is_some_and(|source| client.from.iter().any(|known| known == source));
                from && is(&client.create) || (from || api.source.is_none()) && is(&client.hooks)
            }),
            Value::Import { source, name } => {
                matches!(self.env.modules.shape(source, name), Some(Shape::Client(known)) if known == library.library)
            }
            _ => false,
        }
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
        names.filter(|binding| binding.unit == resource.site.unit).map(|&binding| &self.binding(binding).name).next()
    }

    /// The functions around an expression, innermost first.
    pub(crate) fn enclosing(&self, f: F) -> impl Iterator<Item = F> + '_ {
        std::iter::successors(Some(f), |at| {
            let parent = self.facts(at.unit).func(at.id).parent?;
            Some(F { unit: at.unit, id: parent })
        })
    }
}

fn is_named(api: &Api, names: &[String], from: &[String], default: bool) -> bool {
    let known_source = match &api.source {
        None => from.iter().any(|known| known == "global"),
        Some(source) => from.iter().any(|known| known == source),
    };
    known_source
        && match (&api.source, api.path.as_slice()) {
            (Some(_), [only]) if only == "default" => default,
            _ => api.name().is_some_and(|name| names.iter().any(|known| known == name)),
        }
}
