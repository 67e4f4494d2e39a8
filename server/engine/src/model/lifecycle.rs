//! What frameworks set up and end: hooks by their meaning, and the classes and options whose methods do the same.

use super::runs::Run;
use super::view::{F, UnitId, V, View};
use crate::catalog::{Body, Framework, Role, is_module_of};
use crate::lower::PROVIDED_IN;
use crate::lower::ir::*;

/// An effect: its call and its callback, which returns the teardown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effect {
    pub(crate) call: V,
    pub(crate) callback: F,
}

impl PartialEq for Effect {
    fn eq(&self, other: &Self) -> bool {
        self.call == other.call
    }
}

/// A call of a framework's hook.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hook<'doc> {
    pub(super) framework: &'doc Framework,
    pub(super) role: Role,
    /// The argument that is its callback.
    pub(super) callback: u32,
    /// The callback's parameter that registers a teardown.
    pub(super) cleanup: Option<u32>,
    /// It has no list of dependencies, and runs its callback once.
    pub(super) is_once: bool,
}

/// What runs a function again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    Effect,
    Watcher,
    /// A subscription, whose callback it is.
    Subscription,
}

/// What a method or an option of a component is to its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It runs while the owner lives.
    Life,
    /// It runs when the owner ends.
    Teardown,
}

/// Methods of classes and options that end what they belong to: React's and Angular's, those of custom elements, of Vue
/// 2 and 3, and what plain classes call it.
const TEARDOWNS: &[&str] = &[
    "componentWillUnmount",
    "ngOnDestroy",
    "disconnectedCallback",
    "hostDisconnected",
    "beforeUnmount",
    "unmounted",
    "beforeDestroy",
    "destroyed",
    "destroy",
    "close",
    "dispose",
    "stop",
    "Symbol.dispose",
    "Symbol.asyncDispose",
];

/// Decorators and base classes by which a framework makes and ends instances.
const COMPONENT_DECORATORS: &[&str] = &["Component", "Directive", "customElement"];
const ROOTS: &[&str] = &["AppComponent", "App"];
const COMPONENT_BASES: &[&str] = &["Component", "PureComponent", "HTMLElement", "LitElement", "ReactiveElement"];

impl<'doc> View<'doc> {
    /// The hook that a call calls.
    pub(super) fn hook(&self, call: V) -> Option<Hook<'doc>> {
        if let Some(&known) = self.hooks.borrow().get(&call) {
            return known;
        }
        let hook = self.find_hook(call);
        self.hooks.borrow_mut().insert(call, hook);
        hook
    }

    fn find_hook(&self, call: V) -> Option<Hook<'doc>> {
        let data = self.call(call)?;
        let api = self.callee_api(call)?;
        let joined;
        let name: &str = match (&api.source, api.path.as_slice()) {
            (_, [.., name]) if data.is_new => {
                joined = format!("new {name}");
                &joined
            }
            (None, [rune, part]) if rune.starts_with('$') => {
                joined = format!("{rune}.{part}");
                &joined
            }
            (None, [_, name]) => name,
            _ => api.name()?,
        };
        let known = |framework: &Framework| match &api.source {
            Some(source) => is_module_of(&framework.modules, source),
            // An unbound hook is the framework's: auto-imports are common.
            None => match api.path.as_slice() {
                [first, _] => *first == framework.namespace || first.starts_with('$'),
                _ => framework.auto_imported,
            },
        };
        let (framework, role) = self.catalog().hooks(name).find(|(framework, _)| known(framework))?;
        let callback = framework.callbacks.get(name).copied().unwrap_or(0);
        let (role, is_once) = match role {
            Role::EffectOnce => (Role::Effect, true),
            role => (role, false),
        };
        Some(Hook { framework, role, callback, cleanup: framework.cleanups.get(name).copied(), is_once })
    }

    /// What ends with an effect, where that is no component: the subscription to an observable.
    pub(crate) fn is_observable(&self, effect: Effect) -> bool {
        self.hook(effect.call).is_some_and(|hook| hook.framework.library == "rxjs")
    }

    /// What the call is that runs a function again and again.
    pub(crate) fn role_of_runner(&self, call: V) -> Runner {
        match self.hook(call).map(|hook| hook.role) {
            Some(Role::Effect) => Runner::Effect,
            Some(_) => Runner::Watcher,
            None => Runner::Subscription,
        }
    }

    pub(super) fn has_role(&self, call: V, role: Role) -> bool {
        self.hook(call).is_some_and(|hook| hook.role == role)
    }

    /// The effect that a call sets up.
    pub(crate) fn effect(&self, call: V) -> Option<Effect> {
        let hook = self.hook(call).filter(|hook| hook.role == Role::Effect)?;
        let callback = self.arg(call, hook.callback as usize)?;
        match self.functions(callback).0.as_slice() {
            [callback] => Some(Effect { call, callback: *callback }),
            _ => None,
        }
    }

    pub(super) fn is_state_call(&self, call: V) -> bool {
        self.has_role(call, Role::State)
    }

    pub(super) fn is_ref(&self, call: V) -> bool {
        self.has_role(call, Role::Ref)
    }

    /// The member by which a reference gives its value: `current`, `value`.
    pub(super) fn ref_member(&self, call: V) -> Option<&'doc str> {
        self.hook(call).filter(|hook| hook.role == Role::Ref).map(|hook| hook.framework.reference.as_str())
    }

    pub(super) fn is_memo(&self, call: V) -> bool {
        self.has_role(call, Role::Memo)
    }

    pub(super) fn is_callback(&self, call: V) -> bool {
        self.has_role(call, Role::Callback)
    }

    /// Whether an argument of a call only says when the function before it is looked at again.
    pub(super) fn is_dependencies(&self, call: V, index: u32) -> bool {
        self.hook(call).is_some_and(|hook| {
            matches!(hook.role, Role::Effect | Role::Callback | Role::Memo) && index == hook.callback + 1
        })
    }

    /// Whether a call gives its first argument, a function, back.
    pub(super) fn keeps_function(&self, call: V) -> bool {
        self.hook(call).is_some_and(|hook| matches!(hook.role, Role::Callback | Role::Latest))
    }

    /// `useEffectEvent`: the function always reads the newest state.
    pub(super) fn is_latest(&self, call: V) -> bool {
        self.has_role(call, Role::Latest)
    }

    /// Whether the body of a component or hook runs once an instance: it calls hooks of a framework in which that is so,
    /// or stands in a component's script.
    pub(crate) fn is_set_up_once(&self, f: F) -> bool {
        if self.slot(f.unit).is_instance {
            return true;
        }
        self.calls_of(f).any(|call| self.hook(call).is_some_and(|hook| hook.framework.body == Body::Instance))
    }

    /// The framework that sets up the instance which owns what a function opens, and the hook that runs the function.
    pub(crate) fn set_up_by(&self, func: F) -> Option<(&'doc Framework, Option<V>)> {
        self.runs(func).into_iter().find_map(|run| match run {
            Run::Mount(call) => self.hook(call).map(|hook| (hook.framework, Some(call))),
            Run::Setup(setup) if setup.id == TOP => {
                let framework = self.catalog().framework(self.env.component_of?)?;
                Some((framework, None))
            }
            Run::Setup(setup) => {
                let mut hooks = self.calls_of(setup).filter_map(|call| self.hook(call));
                let framework = hooks.find(|hook| hook.framework.body == Body::Instance)?.framework;
                Some((framework, None))
            }
            _ => None,
        })
    }

    /// Whether a hook that registers a teardown finds the instance: behind an `await` of a function nobody remembers it
    /// (Vue 3.5's `injectHook`, Svelte 5's `lifecycle_outside_component`, Solid's `onCleanup`), unless the hook is told.
    /// At the top of a component's script the compiler remembers it.
    pub(super) fn is_registered(&self, call: V) -> bool {
        let func = self.func_of(call);
        let is_told = self.call(call).is_some_and(|data| data.args.len() > 1);
        is_told || func.id == TOP || !self.follows_await(func, call)
    }

    /// Whether a function is the callback of a hook that runs it again and again, and ends each run by itself.
    pub(crate) fn is_watcher(&self, mount: V) -> bool {
        self.has_role(mount, Role::Watch)
    }

    /// The function that ends instances of the class that a unit belongs to.
    pub(crate) fn teardown_method(&self, unit: UnitId) -> Option<F> {
        TEARDOWNS.iter().find_map(|name| {
            self.members(unit, &Name::new_static(name)).into_iter().find_map(|unit| match &self.facts(unit).class {
                Some(ClassRole::Method { func, .. }) => Some(F { unit, id: *func }),
                _ => None,
            })
        })
    }

    /// The field of a class that collects subscriptions, and that its teardown ends: `this.subscriptions`.
    pub(crate) fn collector_of(&self, unit: UnitId) -> Option<&'doc Name> {
        let teardown = self.teardown_method(unit)?;
        self.calls_of(teardown).find_map(|call| {
            let (object, name) = self.method(call)?;
            let Value::Member { name: field, .. } = self.value(object) else { return None };
            let is_collector = name == "unsubscribe" && self.is_own_member(object) && self.is_collection(object);
            is_collector.then_some(field)
        })
    }

    /// What the framework of a class calls the method that ends an instance.
    pub(crate) fn teardown_name(&self, unit: UnitId) -> Option<&'static str> {
        let head = self.class_head(unit)?;
        let ClassRole::Header { extends, decorators, .. } = self.facts(head).class.as_ref()? else { return None };
        if decorators.iter().any(|known| matches!(known.as_str(), "Component" | "Directive")) && extends.is_none() {
            return Some("ngOnDestroy");
        }
        let base = extends.and_then(|base| self.callee_name(V { unit: head, id: base }))?;
        match base.as_str() {
            "Component" | "PureComponent" => Some("componentWillUnmount"),
            "HTMLElement" => Some("disconnectedCallback"),
            _ => None,
        }
    }

    /// The head of the class that a unit belongs to.
    pub(super) fn class_head(&self, unit: UnitId) -> Option<UnitId> {
        let heads = self.members(unit, &Name::default()).into_iter();
        heads.into_iter().find(|&unit| matches!(self.facts(unit).class, Some(ClassRole::Header { .. })))
    }

    /// What a function that is an option of a component is to it: `mounted() {…}` in `export default {…}`.
    pub(super) fn option_part(&self, f: F) -> Option<Part> {
        let value = self.func(f).value?;
        let mut at = V { unit: f.unit, id: value };
        let mut key = None;
        // `methods: { connect() {…} }` is one level deeper.
        for _ in 0..2 {
            let (object, index) = self.uses(at).iter().find_map(|used| match *used {
                Use::Prop(object, index) => Some((V { unit: f.unit, id: object }, index)),
                _ => None,
            })?;
            let Value::Object(props) = self.value(object) else { return None };
            let name = props.get(index as usize)?.key.clone()?;
            key.get_or_insert(name.clone());
            if self.is_options(object) {
                let own = key.as_ref() == Some(&name);
                return Some(match own && TEARDOWNS[4..8].contains(&name.as_str()) {
                    true => Part::Teardown,
                    false => Part::Life,
                });
            }
            at = object;
        }
        None
    }

    /// Whether an object literal is the options of a component.
    fn is_options(&self, object: V) -> bool {
        matches!(&self.facts(object.unit).class, Some(ClassRole::Options { object: known }) if *known == object.id)
    }

    /// What a method is to the life of its class.
    pub(super) fn method_part(&self, name: &str) -> Part {
        if TEARDOWNS.contains(&name) { Part::Teardown } else { Part::Life }
    }

    /// Whether instances of the class that a unit belongs to are ended by someone: a framework, or a method that is made
    /// for it. One that the module makes itself lives as long as the app.
    pub(super) fn is_owning_class(&self, unit: UnitId) -> bool {
        if matches!(self.facts(unit).class, Some(ClassRole::Options { .. })) {
            return true;
        }
        let Some(head) = self.class_head(unit) else { return false };
        let Some(ClassRole::Header { name, extends, decorators }) = &self.facts(head).class else { return false };
        if decorators.iter().any(|known| COMPONENT_DECORATORS.contains(&known.as_str())) {
            // The root component lives as long as the page.
            return !ROOTS.contains(&name.as_str());
        }
        // A service of the whole application lives as long as the page, too.
        if decorators.iter().any(|known| known == PROVIDED_IN) {
            return false;
        }
        if self.has_component_base(head, *extends) {
            return true;
        }
        let has_teardown = TEARDOWNS.iter().any(|teardown| !self.members(unit, &Name::new_static(teardown)).is_empty());
        has_teardown && !self.is_made_by_module(head, name)
    }

    fn has_component_base(&self, head: UnitId, extends: Option<ValueId>) -> bool {
        let base = extends.and_then(|base| self.callee_name(V { unit: head, id: base }));
        base.is_some_and(|base| COMPONENT_BASES.contains(&base.as_str()))
    }

    /// Whether a framework makes and ends instances of the class that a unit belongs to.
    pub(super) fn is_component_class(&self, unit: UnitId) -> bool {
        if matches!(self.facts(unit).class, Some(ClassRole::Options { .. })) {
            return true;
        }
        let Some(head) = self.class_head(unit) else { return false };
        let Some(ClassRole::Header { extends, decorators, .. }) = &self.facts(head).class else { return false };
        decorators.iter().any(|known| COMPONENT_DECORATORS.contains(&known.as_str()))
            || self.has_component_base(head, *extends)
    }

    /// `export const client = new Client()`, or `Client.instance = new Client()` in the class itself.
    fn is_made_by_module(&self, head: UnitId, name: &Name) -> bool {
        let Some(binding) = self.declaration(head, name) else { return false };
        self.reads_of(binding).into_iter().any(|read| {
            self.uses(read).iter().any(|used| match *used {
                Use::Callee(call) => {
                    let call = V { unit: read.unit, id: call };
                    let by_module = self.func_of(call).id == TOP && !self.slot(call.unit).is_instance;
                    by_module || self.is_kept_by_class(call, head, name)
                }
                _ => false,
            })
        })
    }

    /// Whether a static method of a class keeps what a call makes in a static field: the one instance of the app.
    fn is_kept_by_class(&self, call: V, head: UnitId, class: &Name) -> bool {
        let is_static = matches!(self.facts(call.unit).class, Some(ClassRole::Method { is_static: true, .. }));
        if !is_static || self.class_head(call.unit) != Some(head) {
            return false;
        }
        let here = |id: ValueId| V { unit: call.unit, id };
        self.uses(call).iter().any(|used| {
            let Use::Assigned(assign) = *used else { return false };
            let Value::Assign { target, .. } = self.value(here(assign)) else { return false };
            let Value::Member { object, .. } = self.value(here(*target)) else { return false };
            let object = here(*object);
            matches!(self.value(object), Value::This) || self.callee_name(object).as_ref() == Some(class)
        })
    }
}
