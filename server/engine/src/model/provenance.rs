//! Which module of the workspace a value comes from.

use super::resource::Resource;
use super::view::{V, View};
use crate::lower::ir::*;
use crate::project::ModulePlace;

/// How many steps lead from a value to an import at most.
const MAX_STEPS: u32 = 8;

/// What another module has to do with a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Provenance {
    /// Where that module makes it.
    pub(crate) place: ModulePlace,
    /// What is made there, by its name in that module or in this one.
    pub(crate) name: Name,
}

impl View<'_> {
    /// The place in another module of the workspace where a resource is opened, or where what it is opened on comes from.
    pub(crate) fn provenance(&self, resource: &Resource<'_>) -> Option<Provenance> {
        let callee = self.callee(resource.site);
        let root = match self.value(callee) {
            Value::Member { object, .. } if resource.gives.is_none() => V { unit: callee.unit, id: *object },
            _ => callee,
        };
        self.made_in(root, 0)
    }

    /// The place in another module where a component or function comes from.
    pub(crate) fn origin_module(&self, v: V) -> Option<Provenance> {
        self.made_in(v, 0)
    }

    fn made_in(&self, v: V, depth: u32) -> Option<Provenance> {
        if depth > MAX_STEPS || !self.spend() {
            return None;
        }
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Import { source, name } => self.module_place(source, name),
            // `feeds.open` of `import * as feeds`.
            Value::Member { object, name } => {
                let space = self.origin(here(*object)).map(|origin| self.value(origin));
                match space {
                    Some(Value::Import { source, name: all }) if all == "*" => self.module_place(source, name),
                    _ => self.origin_elsewhere(v, depth).or_else(|| self.made_in(here(*object), depth + 1)),
                }
            }
            Value::Call(call) => self.made_in(here(call.callee), depth + 1),
            Value::Await(inner) => self.made_in(here(*inner), depth + 1),
            _ => self.origin_elsewhere(v, depth),
        }
    }

    fn origin_elsewhere(&self, v: V, depth: u32) -> Option<Provenance> {
        let origin = self.origin(v).filter(|&origin| origin != v)?;
        self.made_in(origin, depth + 1)
    }

    fn module_place(&self, source: &Name, name: &Name) -> Option<Provenance> {
        if self.catalog().is_library(source) {
            return None;
        }
        let place = self.env.modules.place(source, name)?;
        Some(Provenance { place, name: name.clone() })
    }
}
