//! Calls that wait for a lock which their caller holds.

use super::resource::Resource;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// The parts of a Supabase client whose calls take the auth lock (auth-js before 2.107.0).
const LOCKING: &[&str] = &["auth", "from", "rpc", "storage", "functions", "schema"];

impl<'doc> View<'doc> {
    /// The calls on the same client that a callback of an auth subscription awaits, also through local functions.
    pub(crate) fn deadlocks(&self, resource: &Resource<'doc>) -> Vec<V> {
        let Some(client) = self.root_of_chain(resource.site) else { return Vec::new() };
        let (mut found, mut seen, mut barriers) = (Vec::new(), Vec::new(), Vec::new());
        for handler in self.handlers(resource) {
            for func in self.functions(handler.function).0 {
                self.deadlocks_in(func, client, &mut seen, &mut found, &mut barriers);
            }
        }
        // Behind one of them, or a call that leads there, nothing runs any more.
        barriers.extend_from_slice(&found);
        let is_reached = |&call: &V| !barriers.iter().any(|&other| self.comes_after(other, call));
        found.iter().copied().filter(is_reached).collect()
    }

    fn deadlocks_in(&self, func: F, client: V, seen: &mut Vec<F>, found: &mut Vec<V>, barriers: &mut Vec<V>) {
        if seen.contains(&func) || seen.len() > 12 || !self.spend() {
            return;
        }
        seen.push(func);
        let values = &self.facts(func.unit).values;
        for data in values.iter().filter(|data| data.func == func.id) {
            let Value::Await(inner) = data.value else { continue };
            let awaited = V { unit: func.unit, id: inner };
            if self.call(awaited).is_none() {
                continue;
            }
            if self.locks(awaited, client) {
                found.push(awaited);
                continue;
            }
            let before = found.len();
            for callee in self.functions(self.callee(awaited)).0 {
                self.deadlocks_in(callee, client, seen, found, barriers);
            }
            if found.len() > before {
                barriers.push(awaited);
            }
        }
    }

    /// Whether a call is one of the client that takes the lock.
    fn locks(&self, call: V, client: V) -> bool {
        let mut at = call;
        let mut first = None;
        for _ in 0..16 {
            at = match self.value(at) {
                Value::Call(data) => V { unit: at.unit, id: data.callee },
                Value::Member { object, name } => {
                    first = Some(name);
                    V { unit: at.unit, id: *object }
                }
                _ => break,
            };
        }
        let same = match (self.binding_of(at), self.binding_of(client)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        same && first.is_some_and(|name| LOCKING.contains(&name.as_str()))
    }

    /// The `supabase` of `supabase.auth.onAuthStateChange(…)`.
    fn root_of_chain(&self, call: V) -> Option<V> {
        let (object, _) = self.method(call)?;
        match self.value(object) {
            Value::Member { object: client, .. } => Some(V { unit: object.unit, id: *client }),
            _ => None,
        }
    }
}
