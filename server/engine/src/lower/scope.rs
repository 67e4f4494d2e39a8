//! Scopes while a unit is lowered. Names are bound after the walk, so that hoisting needs no walk of its own.

use std::hash::Hasher;

use rustc_hash::FxHasher;
use smallvec::SmallVec;

use super::builder::Lowering;
use super::ir::*;
use crate::text::Span;

/// A lexical scope.
pub(super) struct Scope {
    pub(super) parent: Option<u32>,
    /// The scope that `var` declares in.
    pub(super) function_scope: u32,
    /// Each with the hash of its name: the names themselves are with the bindings.
    pub(super) names: SmallVec<[(u32, BindingId); 4]>,
}

/// A use of a name, to be bound when all declarations are known.
pub(super) struct Pending {
    pub(super) name: Name,
    pub(super) scope: u32,
    pub(super) what: PendingUse,
}

pub(super) enum PendingUse {
    /// The value reads the name.
    Read(ValueId),
    /// The value is stored to the name.
    Store(ValueId),
}

impl Lowering<'_> {
    /// Runs `inner` in a new scope; `is_function`: `var` stays within.
    pub(super) fn in_scope<T>(&mut self, is_function: bool, inner: impl FnOnce(&mut Self) -> T) -> T {
        let id = self.scopes.len() as u32;
        let parent = self.scope;
        let function_scope = if is_function { id } else { self.scopes[parent as usize].function_scope };
        self.scopes.push(Scope { parent: Some(parent), function_scope, names: SmallVec::new() });
        self.scope = id;
        let result = inner(self);
        self.scope = parent;
        result
    }

    /// Declares a name in the current scope (`var`: in the function's).
    pub(super) fn declare(&mut self, name: Name, kind: BindingKind, span: Span) -> BindingId {
        let scope = match kind {
            BindingKind::Var => self.scopes[self.scope as usize].function_scope,
            _ => self.scope,
        };
        let hash = hash(&name);
        if matches!(kind, BindingKind::Var | BindingKind::Function) {
            let mut names = self.scopes[scope as usize].names.iter();
            if let Some(&(_, id)) = names.find(|&&known| self.is_named(known, &name, hash)) {
                return id;
            }
        }
        let id = BindingId(self.facts.bindings.len() as u32);
        self.facts.bindings.push(Binding {
            name,
            kind,
            span,
            func: self.func,
            top: scope == 0,
            stores: SmallVec::new(),
            reads: SmallVec::new(),
            type_name: None,
        });
        self.scopes[scope as usize].names.push((hash, id));
        id
    }

    /// Gives a declared name a value.
    pub(super) fn bind(&mut self, binding: BindingId, value: ValueId) {
        self.facts.bindings[binding.index()].stores.push(value);
        self.add_use(value, Use::Bound(binding));
    }

    fn is_named(&self, (known, id): (u32, BindingId), name: &str, hash: u32) -> bool {
        known == hash && self.facts.bindings[id.index()].name == name
    }

    fn find(&self, mut scope: u32, name: &str) -> Option<BindingId> {
        let hash = hash(name);
        loop {
            let here = &self.scopes[scope as usize];
            // The last one wins: a later declaration of one scope shadows what error recovery left.
            if let Some(&(_, id)) = here.names.iter().rev().find(|&&known| self.is_named(known, name, hash)) {
                return Some(id);
            }
            scope = here.parent?;
        }
    }

    /// Binds every name that was used.
    pub(super) fn bind_names(&mut self) {
        for Pending { name, scope, what } in std::mem::take(&mut self.pending) {
            let binding = self.find(scope, &name);
            match (what, binding) {
                (PendingUse::Read(value), Some(binding)) => {
                    self.facts.values[value.index()].value = Value::Local(binding);
                    self.facts.bindings[binding.index()].reads.push(value);
                }
                (PendingUse::Read(value), None) => {
                    self.facts.values[value.index()].value = Value::Free(name.clone());
                    self.facts.free.entry(name).or_default().push(value);
                }
                (PendingUse::Store(value), Some(binding)) => self.bind(binding, value),
                (PendingUse::Store(value), None) => {
                    self.facts.free_stores.entry(name).or_default().push(value);
                }
            }
        }
    }
}

fn hash(name: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    (hasher.finish() >> 32) as u32
}
