//! What is made again and again though one would do: clients at each render, connections at each request.

use super::fate::Fate;
use super::owner::Owner;
use super::react::is_component_name;
use super::resource::Resource;
use super::runs::Run;
use super::view::{F, UnitId, V, View};
use crate::catalog::{Library, is_module_of};
use crate::lower::ir::*;
use crate::project::Shape;

/// How deep an argument is looked into.
const MAX_DEPTH: u32 = 6;

/// A client that a component or hook makes at each render.
pub(crate) struct RenderedClient<'doc> {
    pub(crate) at: V,
    pub(crate) library: &'doc Library,
    pub(crate) component: F,
}

impl<'doc> View<'doc> {
    /// The clients of a unit that a component's body makes at each render.
    pub(crate) fn rendered_clients(&self, unit: UnitId) -> Vec<RenderedClient<'doc>> {
        let made = |at: V| {
            let library = self.library_of_new_client(at).or_else(|| self.client_of_factory(at))?;
            Some(RenderedClient { at, library, component: self.made_in_render(at)? })
        };
        // By its name alone most code is no body, and nobody asks other modules for its sake.
        let may_render = |&call: &V| {
            let name = &self.func(self.func_of(call)).name;
            name.as_ref().is_some_and(|name| is_component_name(name))
        };
        self.calls_in(unit).filter(may_render).filter_map(made).collect()
    }

    /// The library of which a call makes another client each time.
    fn library_of_new_client(&self, call: V) -> Option<&'doc Library> {
        let library = self.catalog().makes_client(self.callee_name(self.callee(call))?.as_str())?;
        let source = self.callee_api(call)?.source?;
        let is_own = is_module_of(&library.client.as_ref()?.from, &source);
        is_own.then_some(library)
    }

    /// Whether some function of a unit makes a client.
    pub(crate) fn makes_clients(&self, unit: UnitId) -> bool {
        let in_function = |&call: &V| self.func_of(call).id != TOP;
        self.calls_in(unit).filter(in_function).any(|call| self.library_of_new_client(call).is_some())
    }

    /// The library of which each call of a function makes another client.
    pub(super) fn client_made_by(&self, f: F) -> Option<&'doc Library> {
        let &[only] = self.func(f).returns.as_slice() else { return None };
        let made = self.origin(V { unit: f.unit, id: only }).filter(|&made| self.func_of(made) == f)?;
        let is_kept = !self.guards(made).is_empty()
            || self.uses(made).iter().any(|used| match *used {
                // `client ??= createClient(…)`.
                Use::Bound(id) => {
                    let keeper = F { unit: made.unit, id: self.facts(made.unit).binding(id).func };
                    !self.is_within(keeper, f)
                }
                Use::Returned(_) => false,
                _ => true,
            });
        if is_kept { None } else { self.library_of_new_client(made) }
    }

    /// The same for a call of such a function, here or in another module.
    fn client_of_factory(&self, call: V) -> Option<&'doc Library> {
        let callee = self.callee(call);
        let declared = self.binding_of(callee).map(|binding| self.stores_of(binding));
        let [only] = declared.as_deref()? else { return None };
        match self.value(*only) {
            Value::Import { source, name } => {
                if self.catalog().is_library(source) || !self.env.modules.may_open(source) {
                    return None;
                }
                let Shape::Func(shape) = self.env.modules.shape(source, name)? else { return None };
                let made = shape.makes_client?;
                self.catalog().libraries().find(|library| made == library.library)
            }
            Value::Func(id) => self.client_made_by(F { unit: only.unit, id: *id }),
            _ => None,
        }
    }

    /// Whether a server opens and closes a connection for each request, though it is the same each time.
    pub(crate) fn is_opened_per_request(&self, resource: &Resource<'doc>) -> bool {
        let kind = resource.kind;
        if !kind.is_connection() || kind.child || kind.accepts.is_some() || kind.url.is_none() {
            return false;
        }
        let func = self.func_of(resource.live);
        let Some(handler) = self.enclosing(func).find(|&f| self.serves_long(f)) else { return false };
        self.runs(func).contains(&Run::Request)
            && matches!(self.owner(func), Some(Owner::Request))
            && self.is_same_each_time(resource.site, handler)
            // What is left open is told by its own rule.
            && !matches!(self.fate(resource), Fate::Leaks(_))
    }

    /// Whether a function is a handler of a server that lives on after a request: a route of express and its like.
    fn serves_long(&self, f: F) -> bool {
        let Some(value) = self.func(f).value else { return false };
        self.uses(V { unit: f.unit, id: value }).iter().any(|used| match *used {
            Use::Arg(call, index) => self.is_route(V { unit: f.unit, id: call }, index),
            _ => false,
        })
    }

    /// Whether no argument of a call depends on what a function is given or makes.
    fn is_same_each_time(&self, call: V, within: F) -> bool {
        let Some(data) = self.call(call) else { return false };
        data.args.iter().all(|&arg| self.is_from_outside(V { unit: call.unit, id: arg }, within, 0))
    }

    fn is_from_outside(&self, v: V, within: F, depth: u32) -> bool {
        if depth > MAX_DEPTH || !self.spend() {
            return false;
        }
        let inner = |id: ValueId| self.is_from_outside(V { unit: v.unit, id }, within, depth + 1);
        match self.value(v) {
            Value::Lit(_) | Value::Free(_) | Value::Import { .. } => true,
            Value::Template(parts) => parts.iter().all(|part| match part {
                Part::Text(_) => true,
                Part::Value(id) => inner(*id),
            }),
            Value::Local(id) => {
                let binding = self.facts(v.unit).binding(*id);
                let is_inside = self.is_within(F { unit: v.unit, id: binding.func }, within);
                !is_inside || matches!(binding.stores.as_slice(), &[only] if inner(only))
            }
            Value::Member { object, .. } => inner(*object),
            Value::Object(props) => props.iter().all(|prop| inner(prop.value)),
            Value::Array(items) => items.iter().all(|&item| inner(item)),
            Value::OneOf(ways) => ways.iter().all(|&way| inner(way)),
            _ => false,
        }
    }
}
