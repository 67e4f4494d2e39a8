//! What a function opens and leaves to its caller, and what a call of another module's function opens.

use super::resource::{Known, Resource};
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;
use crate::project::{FuncShape, Gives, Opened, Shape};

/// How many members, calls and names are followed to the module that a value comes from.
const MAX_CHAIN: usize = 16;

impl<'doc> View<'doc> {
    /// What each call of a function opens and leaves to whoever calls it. `None`: nothing, or it cannot be seen that
    /// nobody else ends it.
    pub(super) fn opened_by(&self, f: F) -> Option<Opened> {
        let mut opened = self.resources(f.unit).into_iter().filter(|resource| self.func_of(resource.live) == f);
        let resource = opened.next().filter(|_| opened.next().is_none())?;
        let kind = resource.kind;
        // A part of a connection goes with it, and what an owner's teardown should end is told of where it is opened.
        if resource.trace.incomplete || !self.is_left_to_callers(&resource) {
            return None;
        }
        let gives = self.gives(f, &resource)?;
        Some(Opened { kind: kind.kind.as_str().into(), gives })
    }

    /// What the caller of a function gets to end a resource with, which nobody else ends.
    fn gives(&self, f: F, resource: &Resource<'doc>) -> Option<Gives> {
        let mut is_returned = false;
        for event in &resource.trace.events {
            match event {
                Event::Returned { func } if *func == f => is_returned = true,
                Event::Argument { call, index } if self.is_release_of_argument(*call, *index, resource) => {}
                Event::Called { .. } if resource.kind.release.call => {}
                Event::Method { .. } | Event::Read { .. } | Event::Stored { .. } => {}
                _ => return None,
            }
        }
        let returned = self.func(f).returns.as_slice();
        let releases = self.releases(resource);
        match (is_returned, returned) {
            // What ends it here decides by itself when.
            (true, [_]) if releases.is_empty() => Some(Gives::Handle),
            (false, &[value]) => {
                let (functions, complete) = self.functions(V { unit: f.unit, id: value });
                let ends = |at: V| functions.iter().any(|&inner| self.func_of(at) == inner);
                let is_release = complete && !releases.is_empty() && releases.iter().all(|release| ends(release.at));
                is_release.then_some(Gives::Release)
            }
            (false, []) => {
                let is_always = self.guards(resource.live).is_empty() && !self.has_early_return(f);
                (is_always && releases.is_empty()).then_some(Gives::Nothing)
            }
            _ => None,
        }
    }

    /// Whether a resource may be its opener's callers' to end.
    pub(crate) fn is_left_to_callers(&self, resource: &Resource<'doc>) -> bool {
        let f = self.func_of(resource.live);
        f.id != TOP && !resource.kind.child && !resource.kind.timer && self.owner(f).is_none()
    }

    /// What calls of functions of other modules open.
    pub(crate) fn opened_elsewhere(&self, calls: &[(V, FuncShape)]) -> Vec<Resource<'doc>> {
        calls.iter().filter_map(|(call, shape)| self.opened_by_call(*call, shape)).collect()
    }

    /// The calls of a unit of functions of other modules that open something for their callers, or subscribe to a table that
    /// these name, in the order of the text.
    pub(crate) fn calls_elsewhere(&self, unit: UnitId) -> Vec<(V, FuncShape)> {
        if !self.may_reach_openers(unit) {
            return Vec::new();
        }
        let does_something = |shape: &FuncShape| shape.opens.is_some() || !shape.watchers.is_empty();
        let shape = |call: V| Some((call, self.function_elsewhere(call).filter(does_something)?));
        self.calls_in(unit).filter_map(shape).collect()
    }

    /// Whether a unit may call what another module opens with: by itself, or through other units, which is not looked at.
    fn may_reach_openers(&self, unit: UnitId) -> bool {
        let slot = self.slot(unit);
        let facts = self.facts(unit);
        let is_called = |id: ValueId| {
            facts.value(id).uses.iter().any(|used| match used {
                Use::Callee(call) => facts.call(*call).is_some(),
                Use::Object(_) => true,
                _ => false,
            })
        };
        let mut called = facts.free.iter().filter(|(_, uses)| uses.iter().any(|&id| is_called(id)));
        slot.class.is_some() || slot.is_instance || called.any(|(name, _)| self.may_be_opener(unit, name))
    }

    /// Whether a name that a unit does not declare may lead to what another module opens with.
    fn may_be_opener(&self, unit: UnitId, name: &Name) -> bool {
        let Some(binding) = self.declaration(unit, name) else { return false };
        match self.binding(binding).kind {
            BindingKind::Import => self.stores_of(binding).into_iter().any(|store| match self.value(store) {
                Value::Import { .. } => self.is_of_opener(store),
                _ => true,
            }),
            BindingKind::Function | BindingKind::Class | BindingKind::Enum => false,
            _ => true,
        }
    }

    /// Whether what a value is a member or a result of may be another module's that opens something. To look at the
    /// bytes of that module is much cheaper than to ask for its shape.
    fn may_come_from_opener(&self, v: V) -> bool {
        let mut at = v;
        for _ in 0..MAX_CHAIN {
            let next = match self.value(at) {
                Value::Import { .. } => return self.is_of_opener(at),
                Value::Member { object, .. } => V { unit: at.unit, id: *object },
                // `useContext(FeedContext)`, `inject(FeedService)`.
                Value::Call(_) if self.arg(at, 0).is_some_and(|given| self.originates_in_opener(given)) => return true,
                Value::Call(call) => V { unit: at.unit, id: call.callee },
                _ => match self.origin(at) {
                    Some(origin) if origin != at => origin,
                    _ => return true,
                },
            };
            at = next;
        }
        true
    }

    fn originates_in_opener(&self, v: V) -> bool {
        self.origin(v).is_some_and(|origin| self.is_of_opener(origin))
    }

    /// Whether a value is imported from a module that may open something.
    fn is_of_opener(&self, v: V) -> bool {
        match self.value(v) {
            Value::Import { source, .. } => !self.catalog().is_library(source) && self.env.modules.may_open(source),
            _ => false,
        }
    }

    /// What the function of another module does that a call may be of.
    fn function_elsewhere(&self, site: V) -> Option<FuncShape> {
        let call = self.call(site).filter(|call| !call.is_new)?;
        // The top level of a module has no owner, and its imports are most of an application's.
        if self.data(site).func == TOP && !self.slot(site.unit).is_instance {
            return None;
        }
        let callee = V { unit: site.unit, id: call.callee };
        let mut root = callee;
        let mut steps = 0;
        while let Value::Member { object, .. } = self.value(root) {
            root.id = *object;
            steps += 1;
        }
        let leads_elsewhere = match self.value(root) {
            Value::Free(name) => self.may_be_opener(site.unit, name),
            // A method of its own class is not another module's; one of a field may be.
            Value::This => steps > 1,
            Value::Local(id) => {
                let kind = self.facts(site.unit).binding(*id).kind;
                !matches!(kind, BindingKind::Function | BindingKind::Class | BindingKind::Catch)
            }
            Value::Call(_) => true,
            _ => false,
        };
        if !leads_elsewhere || !self.may_come_from_opener(callee) {
            return None;
        }
        match self.foreign_value(callee)? {
            Shape::Func(shape) => Some(shape),
            _ => None,
        }
    }

    fn opened_by_call(&self, site: V, shape: &FuncShape) -> Option<Resource<'doc>> {
        let opened = shape.opens.as_ref()?;
        let kind = match opened.gives {
            Gives::Handle => self.catalog().kind(&opened.kind),
            Gives::Release => self.catalog().released_by_call(&opened.kind),
            Gives::Nothing => self.catalog().never_released(&opened.kind),
        }?;
        let trace = self.trace(site, &kind.handle, &kind.chain);
        Some(Resource {
            kind,
            site,
            live: site,
            trace,
            by_method: false,
            gives: Some(opened.gives),
            known: Known::default(),
        })
    }
}
