//! What fixes ask about the shape of the code around a place.

use super::resource::Resource;
use super::trace::Event;
use super::view::{B, F, UnitId, V, View};
use crate::lower::ir::*;
use crate::text::Span;

/// Where an instance keeps a handle.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kept {
    Name(B),
    /// The expression that it is assigned to: `socket.value`.
    Reference(V),
}

/// How a file calls hooks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HookStyle<'doc> {
    /// From that module.
    Imported(&'doc str),
    /// `React.useEffect`.
    Member(&'doc str),
    /// Whatever brings them in brings in all.
    Unbound,
}

impl<'doc> View<'doc> {
    /// The name of the handle, if it is a constant of that function.
    pub(crate) fn handle_in(&self, resource: &Resource<'doc>, f: F) -> Option<String> {
        let mut names = resource.trace.names.iter().filter(|binding| {
            let known = self.facts(binding.unit).binding(binding.id);
            binding.unit == f.unit && known.func == f.id && known.kind == BindingKind::Const
        });
        names.next().map(|&binding| self.name(binding).to_string())
    }

    /// The name that a resource is given where it is made: `socket` of `socket = new WebSocket(url)`. Right behind that
    /// statement it surely holds the handle, whatever else it holds at other times.
    pub(crate) fn name_given(&self, resource: &Resource<'doc>) -> Option<String> {
        self.name_set_to(resource.site)
    }

    /// The plain name that an expression is the value of, where it stands: of a declaration or of an assignment.
    pub(crate) fn name_set_to(&self, site: V) -> Option<String> {
        let bound = self.uses(site).iter().find_map(|used| match *used {
            Use::Bound(id) => Some(self.name(B { unit: site.unit, id }).to_string()),
            _ => None,
        });
        let stores = &self.facts(site.unit).free_stores;
        bound.or_else(|| stores.iter().find(|(_, values)| values.contains(&site.id)).map(|(name, _)| name.to_string()))
    }

    /// The first string of a unit that is no attribute of an element, where quotes follow other habits.
    pub(crate) fn plain_string(&self, unit: UnitId) -> Option<V> {
        let is_plain = |data: &ValueData| {
            let is_attribute = data.uses.iter().any(|used| matches!(used, Use::JsxProp(..)));
            matches!(data.value, Value::Lit(Lit::Str(_))) && !is_attribute
        };
        let index = self.facts(unit).values.iter().position(is_plain)?;
        Some(V { unit, id: ValueId(index as u32) })
    }

    /// What an expression is assigned to, where that is no plain name: `this.socket`, `ref.current`.
    pub(crate) fn target_of(&self, v: V) -> Option<V> {
        self.uses(v).iter().find_map(|used| {
            let Use::Assigned(assign) = *used else { return None };
            let Value::Assign { target, .. } = self.value(V { unit: v.unit, id: assign }) else { return None };
            Some(V { unit: v.unit, id: *target })
        })
    }

    /// The handle through a name that holds more than it: `data.subscription` of `const { data } = …`.
    pub(crate) fn handle_path_in(&self, resource: &Resource<'doc>, f: F) -> Option<String> {
        let mut at = resource.site;
        let mut path = resource.kind.handle.as_slice();
        loop {
            let mut next = None;
            for used in self.uses(at) {
                match *used {
                    Use::Bound(id) => {
                        let binding = B { unit: at.unit, id };
                        let is_local = self.facts(at.unit).binding(id).func == f.id;
                        let steps: String = path.iter().map(|step| format!(".{step}")).collect();
                        return is_local.then(|| format!("{}{steps}", self.name(binding)));
                    }
                    Use::Object(id) => {
                        let member = V { unit: at.unit, id };
                        match (self.value(member), path) {
                            (Value::Member { name, .. }, [first, rest @ ..]) if name == first => {
                                next = Some((member, rest));
                            }
                            _ => {}
                        }
                    }
                    _ => {}
                }
            }
            (at, path) = next?;
        }
    }

    /// Whether a unit is a statement of a component's script, which runs once for each instance.
    pub(crate) fn is_of_script(&self, unit: UnitId) -> bool {
        self.slot(unit).is_instance
    }

    /// Whether an expression is a function literal.
    pub(crate) fn is_function(&self, v: V) -> bool {
        matches!(self.value(v), Value::Func(_))
    }

    /// Whether an expression is a name that nothing in the document declares.
    pub(crate) fn is_unbound(&self, v: V) -> bool {
        matches!(self.value(v), Value::Free(_)) && self.binding_of(v).is_none()
    }

    /// Whether a function is an argument of a call, itself or by its name.
    pub(crate) fn is_argument(&self, func: F, call: V) -> bool {
        let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
        args.iter().any(|&id| self.functions(V { unit: call.unit, id }).0.contains(&func))
    }

    /// The method that a unit is.
    pub(crate) fn method_of(&self, unit: UnitId) -> Option<F> {
        match &self.facts(unit).class {
            Some(ClassRole::Method { func, .. }) => Some(F { unit, id: *func }),
            _ => None,
        }
    }

    /// `this.name`.
    pub(crate) fn is_own_member(&self, v: V) -> bool {
        match self.value(v) {
            Value::Member { object, .. } => matches!(self.value(V { unit: v.unit, id: *object }), Value::This),
            _ => false,
        }
    }

    /// The member of `this` that a handle is stored to: `this.socket`.
    pub(crate) fn field_of(&self, resource: &Resource<'doc>) -> Option<V> {
        self.holders(resource).into_iter().find(|&target| self.is_own_member(target))
    }

    /// What a handle is assigned to, apart from plain names.
    fn holders(&self, resource: &Resource<'doc>) -> Vec<V> {
        let events = resource.trace.events.iter();
        let targets = events.filter_map(|event| match *event {
            Event::Put { assign } => match self.value(assign) {
                Value::Assign { target, .. } => Some(V { unit: assign.unit, id: *target }),
                _ => None,
            },
            _ => None,
        });
        targets.collect()
    }

    /// The name or reference of the instance that a handle is kept in, declared in `place` or for the whole script.
    pub(crate) fn kept_in(&self, resource: &Resource<'doc>, place: F) -> Option<Kept> {
        let is_seen = |name: B| {
            let binding = self.binding(name);
            let is_whole = binding.top && self.slot(name.unit).is_instance;
            is_whole || (name.unit == place.unit && binding.func == place.id && self.is_of_body(name, place))
        };
        let reference = self.holders(resource).into_iter().find(|&target| match self.value(target) {
            Value::Member { object, .. } => {
                let object = V { unit: target.unit, id: *object };
                self.binding_of(object).is_some_and(is_seen)
                    && self.origin(object).is_some_and(|origin| self.ref_member(origin).is_some())
            }
            _ => false,
        });
        let mut names = resource.trace.names.iter().copied().filter(|&name| is_seen(name));
        reference.map(Kept::Reference).or_else(|| names.next().map(Kept::Name))
    }

    /// Whether a name is declared by a statement of a function's body, not within one.
    fn is_of_body(&self, name: B, f: F) -> bool {
        let span = self.binding(name).span;
        let around = self.facts(f.unit).stmts.iter().filter(|stmt| stmt.func == f.id && stmt.span.contains(span));
        let innermost = around.map(|stmt| stmt.span).min_by_key(|span| span.len());
        innermost.is_some_and(|innermost| self.statements_of(f).contains(&innermost))
    }

    /// The option of a component that ends it.
    pub(crate) fn teardown_option(&self, unit: UnitId) -> Option<F> {
        let Some(ClassRole::Options { object }) = self.facts(unit).class else { return None };
        let Value::Object(props) = &self.facts(unit).value(object).value else { return None };
        props.iter().find_map(|prop| match self.facts(unit).value(prop.value).value {
            Value::Func(id) => {
                let func = F { unit, id };
                self.is_teardown(func).then_some(func)
            }
            _ => None,
        })
    }

    /// Whether nobody holds a handle: no name, no argument, no return.
    pub(crate) fn is_unused(&self, resource: &Resource<'doc>) -> bool {
        resource.trace.names.is_empty()
            && resource.trace.events.iter().all(|event| matches!(event, Event::Method { .. }))
    }

    /// Whether something in that stretch is waited for.
    pub(crate) fn waits_within(&self, unit: UnitId, span: Span) -> bool {
        self.facts(unit).values.iter().any(|data| span.contains(data.span) && matches!(data.value, Value::Await(_)))
    }

    /// Whether a template or string in that stretch is, for the caller, of several lines.
    pub(crate) fn has_text_of_lines(&self, unit: UnitId, span: Span, is_long: impl Fn(Span) -> bool) -> bool {
        self.facts(unit).values.iter().any(|data| {
            let is_text = matches!(data.value, Value::Template(_) | Value::Lit(Lit::Str(_)));
            is_text && span.contains(data.span) && is_long(data.span)
        })
    }

    /// Whether a unit declares or uses a name, anywhere in it, or a name of the whole document is the same.
    pub(crate) fn is_name_taken(&self, unit: UnitId, name: &str) -> bool {
        let facts = self.facts(unit);
        facts.bindings.iter().any(|binding| binding.name == name)
            || facts.free.contains_key(name)
            || self.declaration(unit, &name.into()).is_some()
    }

    /// Whether a function itself declares a variable of that name.
    pub(crate) fn has_variable(&self, func: F, name: &str) -> bool {
        let mut bindings = self.facts(func.unit).bindings.iter();
        bindings.any(|known| known.name == name && known.func == func.id && known.kind == BindingKind::Let)
    }

    /// Whether an expression uses a name.
    pub(crate) fn is_name_used(&self, v: V, name: &str) -> bool {
        let span = self.span(v);
        let facts = self.facts(v.unit);
        facts.values.iter().any(|data| {
            span.contains(data.span)
                && match &data.value {
                    Value::Local(id) => facts.binding(*id).name == name,
                    Value::Free(free) => free == name,
                    _ => false,
                }
        })
    }

    /// The reads of a name within an expression.
    pub(crate) fn reads_within_span(&self, name: B, v: V) -> Vec<V> {
        let span = self.span(v);
        let reads = self.reads_in_unit(name).into_iter();
        reads.filter(|&read| read.unit == v.unit && span.contains(self.span(read))).collect()
    }

    fn reads_in_unit(&self, name: B) -> Vec<V> {
        let reads = self.facts(name.unit).binding(name.id).reads.iter();
        let mut reads: Vec<V> = reads.map(|&id| V { unit: name.unit, id }).collect();
        reads.sort_by_key(|&read| self.span(read).start);
        reads.dedup_by_key(|read| self.span(*read));
        reads
    }

    /// The reads of a name in the function of one of them, and in the functions made there.
    pub(crate) fn reads_in_function(&self, name: B, read: V) -> Vec<V> {
        let outer = self.func_of(read);
        let reads = self.reads_in_unit(name).into_iter();
        reads.filter(|&other| self.is_within(self.func_of(other), outer)).collect()
    }

    /// `{ name }`, where the read is key and value in one.
    pub(crate) fn is_shorthand(&self, read: V) -> bool {
        self.uses(read).iter().any(|used| match *used {
            Use::Prop(object, index) => match self.value(V { unit: read.unit, id: object }) {
                Value::Object(props) => props[index as usize].shorthand,
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether an expression can be computed by a setter's function: no `await`, and all reads of the state in the
    /// function that sets it.
    pub(crate) fn is_updatable(&self, argument: V, state: B) -> bool {
        let span = self.span(argument);
        let waits = self.waits_within(argument.unit, span);
        !waits && !matches!(self.value(argument), Value::Func(_)) && !self.reads_within_span(state, argument).is_empty()
    }

    /// `useReducer`: its setter takes an action.
    pub(crate) fn is_reducer(&self, state_call: V) -> bool {
        self.callee_api(state_call).is_some_and(|api| api.path.last().is_some_and(|name| name == "useReducer"))
    }

    /// The call of `method` on the result of a call.
    pub(crate) fn chained(&self, call: V, method: &str) -> Option<V> {
        self.uses(call).iter().find_map(|used| {
            let Use::Object(member) = *used else { return None };
            let member = V { unit: call.unit, id: member };
            let Value::Member { name, .. } = self.value(member) else { return None };
            match self.uses(member).first() {
                Some(&Use::Callee(next)) if name == method => Some(V { unit: call.unit, id: next }),
                _ => None,
            }
        })
    }

    /// Whether a stretch uses a name of the resource.
    pub(crate) fn uses_handle_within(&self, resource: &Resource<'doc>, unit: UnitId, span: Span) -> bool {
        let mut names = resource.trace.names.iter();
        names.any(|&name| self.reads_of(name).iter().any(|&read| read.unit == unit && span.contains(self.span(read))))
    }

    /// Whether all that becomes of a handle stands in that stretch.
    pub(crate) fn is_used_only_within(&self, resource: &Resource<'doc>, unit: UnitId, span: Span) -> bool {
        let is_inside = |v: V| v.unit == unit && span.contains(self.span(v));
        let reads = resource.trace.names.iter().flat_map(|&name| self.reads_of(name));
        let stays = resource.trace.events.iter().all(|event| match *event {
            Event::Method { call, .. } => is_inside(call),
            Event::Read { member, .. } => is_inside(member),
            Event::Stored { assign, .. } => is_inside(assign),
            _ => false,
        });
        stays && reads.into_iter().all(is_inside)
    }

    /// How the hooks of a component's framework are called there, by the first one that its unit calls.
    pub(crate) fn hook_style(&self, component: F) -> Option<HookStyle<'doc>> {
        let (hook, call) = self.calls_in(component.unit).find_map(|call| Some((self.hook(call)?, call)))?;
        let api = self.callee_api(call)?;
        Some(match (api.source, api.path.len()) {
            (_, 2..) => HookStyle::Member(hook.framework.namespace.as_str()),
            (Some(source), _) => HookStyle::Imported(hook.framework.modules.iter().find(|module| **module == source)?),
            (None, _) => HookStyle::Unbound,
        })
    }

    /// The names that a stretch reads and that a component's body declares or takes, in the order of the text.
    pub(crate) fn names_of_component_within(&self, component: F, span: Span) -> Vec<String> {
        let facts = self.facts(component.unit);
        let mut reads: Vec<(u32, BindingId)> = facts
            .values
            .iter()
            .filter(|data| span.contains(data.span))
            .filter_map(|data| match data.value {
                Value::Local(id) => Some((data.span.start, id)),
                _ => None,
            })
            .collect();
        reads.sort_unstable();
        let mut names = Vec::new();
        for (_, id) in reads {
            let binding = facts.binding(id);
            let is_outer = binding.func == component.id && !span.contains(binding.span);
            let is_stable =
                binding.stores.iter().any(|&store| self.setter_of(V { unit: component.unit, id: store }).is_some());
            if is_outer && !is_stable && !names.contains(&binding.name.to_string()) {
                names.push(binding.name.to_string());
            }
        }
        names
    }

    /// Whether something between two statements uses a name of the resource.
    pub(crate) fn speaks_between(&self, resource: &Resource<'doc>, unit: UnitId, first: Span, last: Span) -> bool {
        let between = Span { start: first.end, end: last.start };
        resource.trace.names.iter().any(|&name| {
            self.reads_in_unit(name).iter().any(|&read| read.unit == unit && between.contains(self.span(read)))
        })
    }
}
