//! Stores of applications: what a store of this module holds, and what code takes out of another module's.
//!
//! Source of the facts: the documents of Zustand 5 (`create`, its curried form for TypeScript, selectors) and Pinia 3
//! (`defineStore` with a setup function).

use super::view::{F, V, View};
use crate::lower::ir::*;
use crate::project::{FuncShape, Shape};

impl View<'_> {
    /// What the hook of the store that a call makes gives.
    pub(super) fn store_shape(&self, make: V) -> Option<Shape> {
        // `create<State>()((set) => …)`: the types are given to a call of its own.
        let named = match self.value(self.callee(make)) {
            Value::Call(_) => self.callee(make),
            _ => make,
        };
        let api = self.callee_api(named)?;
        let stores = self.catalog().stores.iter();
        let mut stores = stores
            .filter(|store| api.source.as_ref().is_some_and(|source| store.from.iter().any(|from| from == source)));
        let store = stores.find(|store| api.name().is_some_and(|name| store.call.iter().any(|call| call == name)))?;
        let setup = self.arg(make, store.setup as usize)?;
        let &[setup] = self.functions(setup).0.as_slice() else { return None };
        let &[held] = self.func(setup).returns.as_slice() else { return None };
        let held = Box::new(self.shape(V { unit: setup.unit, id: held }));
        Some(match store.selects {
            true => Shape::Store(held),
            false => Shape::Func(FuncShape { returns: Some(held), ..FuncShape::default() }),
        })
    }

    /// What a call of a store's hook gives: what its selector takes, or all that the store holds.
    pub(super) fn selected(&self, call: V, held: Shape) -> Option<Shape> {
        let Some(selector) = self.arg(call, 0) else { return Some(held) };
        let &[selector] = self.functions(selector).0.as_slice() else { return None };
        let &[taken] = self.func(selector).returns.as_slice() else { return None };
        self.member_of_parameter(selector, V { unit: selector.unit, id: taken }, held)
    }

    /// `state.socket`, where `state` is the first parameter of a function, and holds that.
    fn member_of_parameter(&self, function: F, v: V, held: Shape) -> Option<Shape> {
        match self.value(self.origin(v)?) {
            Value::Param { func, index: 0 } if *func == function.id => Some(held),
            Value::Member { object, name } => {
                match self.member_of_parameter(function, V { unit: v.unit, id: *object }, held)? {
                    Shape::Record(members) => members.get(name).cloned(),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
