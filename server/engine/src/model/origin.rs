//! Where a value comes from: through names, alternatives, fields, references and callbacks.

use smallvec::SmallVec;

use super::view::{B, F, UnitId, V, View};
use crate::lower::ir::*;

/// A name that no unit of the document declares, or that an import brings: `React.useEffect`, `window.WebSocket`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Api {
    /// The module's specifier; `None`: a global.
    pub(crate) source: Option<Name>,
    /// The name in the module (`default`, `*`), then members; of a global, the name and members.
    pub(crate) path: SmallVec<[Name; 2]>,
}

impl Api {
    /// The last name, where it is the whole of an import or a global.
    pub(crate) fn name(&self) -> Option<&Name> {
        match self.path.as_slice() {
            [name] => Some(name),
            [first, name] if self.source.is_some() && (first == "*" || first == "default") => Some(name),
            _ => None,
        }
    }
}

/// How many alternatives of a value are followed; beyond, the rest is unknown.
const MAX_ORIGINS: usize = 12;

const GLOBALS: &[&str] = &["window", "globalThis", "self", "global"];

impl View<'_> {
    /// The expressions that a value may come from. What cannot be followed further stands for itself.
    pub(crate) fn origins(&self, v: V) -> SmallVec<[V; 2]> {
        let mut found = SmallVec::new();
        let mut seen = SmallVec::<[V; 8]>::new();
        self.collect_origins(v, &mut found, &mut seen);
        found
    }

    /// The one expression that a value comes from, apart from `null` and `undefined`.
    pub(crate) fn origin(&self, v: V) -> Option<V> {
        let mut origins = self.origins(v).into_iter().filter(|&origin| !self.is_nothing(origin));
        let first = origins.next()?;
        origins.next().is_none().then_some(first)
    }

    pub(super) fn is_nothing(&self, v: V) -> bool {
        matches!(self.value(v), Value::Lit(Lit::Null | Lit::Undefined))
    }

    fn collect_origins(&self, v: V, found: &mut SmallVec<[V; 2]>, seen: &mut SmallVec<[V; 8]>) {
        if seen.contains(&v) {
            return;
        }
        // Over budget a value stands for itself, which nobody knows anything of.
        if !self.spend() || found.len() >= MAX_ORIGINS || seen.len() > 64 {
            found.push(v);
            return;
        }
        seen.push(v);
        let next = self.step_back(v);
        if next.is_empty() {
            found.push(v);
        }
        for value in next {
            self.collect_origins(value, found, seen);
        }
    }

    /// The values that this one just passes on; none: it is an origin.
    fn step_back(&self, v: V) -> SmallVec<[V; 2]> {
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Local(_) | Value::Free(_) => match self.binding_of(v) {
                Some(binding) => self.stores_of(binding).into_iter().collect(),
                None => SmallVec::new(),
            },
            Value::OneOf(values) => values.iter().map(|&id| here(id)).collect(),
            Value::Assign { value, op, .. } if matches!(op.as_str(), "=" | "??=" | "||=") => {
                SmallVec::from_slice(&[here(*value)])
            }
            Value::Member { object, name } => self.member_values(here(*object), name).into_iter().collect(),
            _ => SmallVec::new(),
        }
    }

    /// The values that are put into a member: a literal's property, a field, `ref.current`.
    pub(super) fn member_values(&self, object: V, name: &Name) -> Vec<V> {
        if matches!(self.value(object), Value::This) {
            return self.field_values(object, name);
        }
        let Some(origin) = self.origin_of_object(object) else { return Vec::new() };
        let mut values = Vec::new();
        match self.value(origin) {
            Value::Object(props) => {
                let known = props.iter().filter(|prop| prop.key.as_ref() == Some(name));
                values.extend(known.map(|prop| V { unit: origin.unit, id: prop.value }));
            }
            Value::Call(_) if self.ref_member(origin).is_some_and(|member| member == name) => {
                values.extend(self.arg(origin, 0));
            }
            _ => return Vec::new(),
        }
        values.extend(self.assigned_members(origin, name));
        values
    }

    /// The object itself, without going through the members of others again.
    fn origin_of_object(&self, object: V) -> Option<V> {
        match self.value(object) {
            Value::Local(_) | Value::Free(_) => {
                let binding = self.binding_of(object)?;
                let stores = self.stores_of(binding);
                match stores.as_slice() {
                    [one] => match self.value(*one) {
                        Value::Local(_) | Value::Free(_) if *one != object => self.origin_of_object(*one),
                        _ => Some(*one),
                    },
                    _ => None,
                }
            }
            _ => Some(object),
        }
    }

    /// What is assigned to `x.name` for the names `x` that hold `origin`.
    fn assigned_members(&self, origin: V, name: &Name) -> Vec<V> {
        let mut values = Vec::new();
        for used in self.uses(origin) {
            let Use::Bound(id) = *used else { continue };
            for read in self.reads_of(B { unit: origin.unit, id }) {
                values.extend(self.assigned_to_member_of(read, name));
            }
        }
        values
    }

    fn assigned_to_member_of(&self, object: V, name: &Name) -> Vec<V> {
        let mut values = Vec::new();
        for used in self.uses(object) {
            let Use::Object(member) = *used else { continue };
            let member = V { unit: object.unit, id: member };
            if matches!(self.value(member), Value::Member { name: known, .. } if known == name) {
                values.extend(self.assigned_to(member));
            }
        }
        values
    }

    /// The value of `target = value`, where `target` is this expression.
    pub(super) fn assigned_to(&self, target: V) -> Option<V> {
        self.uses(target).iter().find_map(|used| match *used {
            Use::Target(assign) => match self.value(V { unit: target.unit, id: assign }) {
                Value::Assign { value, op, .. } if op == "=" || op == "??=" || op == "||=" => {
                    Some(V { unit: target.unit, id: *value })
                }
                _ => Some(V { unit: target.unit, id: assign }),
            },
            _ => None,
        })
    }

    fn field_values(&self, this: V, name: &Name) -> Vec<V> {
        self.values_of_field(this.unit, name)
    }

    /// What is stored in a field of the class that a unit belongs to.
    pub(super) fn values_of_field(&self, unit: UnitId, name: &Name) -> Vec<V> {
        let mut values = Vec::new();
        for unit in self.members(unit, name) {
            if let Some(ClassRole::Field { value: Some(value), .. }) = &self.facts(unit).class {
                values.push(V { unit, id: *value });
            }
        }
        for member in self.set_this_members(unit, name) {
            values.extend(self.assigned_to(member));
        }
        values
    }

    /// The library's name for a value, where it is one.
    pub(crate) fn api(&self, v: V) -> Option<Api> {
        let origin = match self.value(v) {
            Value::Member { .. } => v,
            _ => self.origin(v)?,
        };
        self.api_of_origin(origin, 0)
    }

    fn api_of_origin(&self, v: V, depth: u32) -> Option<Api> {
        if depth > 8 || !self.spend() {
            return None;
        }
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Free(name) if self.binding_of(v).is_none() => {
                Some(Api { source: None, path: SmallVec::from_iter([name.clone()]) })
            }
            Value::Import { source, name } => {
                Some(Api { source: Some(source.clone()), path: SmallVec::from_iter([name.clone()]) })
            }
            Value::Member { object, name } => {
                let origin = self.origin(here(*object))?;
                let mut api = self.api_of_origin(origin, depth + 1)?;
                match api.path.as_slice() {
                    [first] if api.source.is_none() && GLOBALS.contains(&first.as_str()) => {
                        api.path = SmallVec::from_iter([name.clone()]);
                    }
                    _ => api.path.push(name.clone()),
                }
                Some(api)
            }
            Value::Call(call) => {
                let callee = here(call.callee);
                let is_require =
                    matches!(self.value(callee), Value::Free(name) if name == "require" || name == "import");
                let &[argument] = call.args.as_slice() else { return None };
                match self.value(here(argument)) {
                    Value::Lit(Lit::Str(source)) if is_require => {
                        let path = SmallVec::from_iter([Name::new_static("*")]);
                        Some(Api { source: Some(source.clone()), path })
                    }
                    _ => None,
                }
            }
            Value::Await(inner) => self.api_of_origin(here(*inner), depth + 1),
            _ => None,
        }
    }

    /// The name of what a call calls, where it is a global or an import.
    pub(crate) fn callee_api(&self, call: V) -> Option<Api> {
        if let Some(known) = self.apis.borrow().get(&call) {
            return known.clone();
        }
        // `let node = node.parent.closest(…)` leads back to itself, and has no name.
        self.apis.borrow_mut().insert(call, None);
        let api = self.api(V { unit: call.unit, id: self.call(call)?.callee });
        self.apis.borrow_mut().insert(call, api.clone());
        api
    }

    /// The functions that a value may be, and whether these are all.
    pub(crate) fn functions(&self, v: V) -> (SmallVec<[F; 2]>, bool) {
        let mut functions = SmallVec::new();
        let complete = self.collect_functions(v, &mut functions, 0);
        (functions, complete)
    }

    fn collect_functions(&self, v: V, functions: &mut SmallVec<[F; 2]>, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        if let Value::Member { object, name } = self.value(v)
            && matches!(self.value(V { unit: v.unit, id: *object }), Value::This)
            && let Some(method) = self.method_function(v, name)
        {
            functions.push(method);
            return true;
        }
        let mut complete = true;
        for origin in self.origins(v) {
            complete &= match self.value(origin) {
                Value::Func(id) => {
                    functions.push(F { unit: origin.unit, id: *id });
                    true
                }
                Value::Lit(_) => true,
                Value::Call(_) => match self.wrapped_function(origin) {
                    Some(inner) => self.collect_functions(inner, functions, depth + 1),
                    None => false,
                },
                Value::Member { .. } if origin != v => self.collect_functions(origin, functions, depth + 1),
                _ => false,
            };
        }
        complete
    }

    /// The method of this class by that name.
    pub(super) fn method_function(&self, this_member: V, name: &Name) -> Option<F> {
        self.members(this_member.unit, name).into_iter().find_map(|unit| match &self.facts(unit).class {
            Some(ClassRole::Method { func, .. }) => Some(F { unit, id: *func }),
            _ => None,
        })
    }

    /// The function that a call gives back unchanged: `useCallback(f, …)`, `f.bind(this)`.
    pub(super) fn wrapped_function(&self, call: V) -> Option<V> {
        if self.keeps_function(call) {
            return self.arg(call, 0);
        }
        match self.method(call) {
            Some((object, name)) if name == "bind" => Some(object),
            _ => None,
        }
    }
}
