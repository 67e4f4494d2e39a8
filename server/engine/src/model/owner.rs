//! Whose end must end a resource.

use super::lifecycle::Effect;
use super::react::Deps;
use super::resource::Resource;
use super::runs::Run;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// Whose lifetime the resources of a function have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// An effect, whose teardown is what its callback returns.
    Effect(Effect),
    /// A component, hook or composable.
    Component(F),
    /// The script of a component's file.
    Script,
    /// A request or connection that a server takes.
    Request,
    /// Instances of the class, or of the component whose options these are; any unit of it.
    Class(UnitId),
}

impl<'doc> View<'doc> {
    /// Whose lifetime a function's resources have: an effect's, an instance's, or that of the component around a
    /// handler.
    pub(super) fn owner(&self, func: F) -> Option<Owner> {
        let runs = self.runs(func);
        let owner = runs.iter().find_map(|run| match *run {
            Run::Effect(effect) => Some(Owner::Effect(effect)),
            _ => None,
        });
        let owner = owner.or_else(|| {
            runs.iter().find_map(|run| match *run {
                Run::Mount(call) => self.owner_of_place(self.func_of(call)),
                Run::Setup(setup) if setup.id == TOP => Some(Owner::Script),
                // What the module itself sets up lives as long as the page.
                Run::Setup(_) if runs.contains(&Run::Module) => None,
                Run::Setup(setup) => Some(Owner::Component(setup)),
                _ => None,
            })
        });
        let owner = owner.or_else(|| {
            runs.iter().find_map(|run| match *run {
                Run::Request => Some(Owner::Request),
                Run::Handler(at) if self.accepts_connections(at) => Some(Owner::Request),
                _ => None,
            })
        });
        if owner.is_some() {
            return owner;
        }
        if runs.contains(&Run::Class) && self.is_owning_class(func.unit) {
            return Some(Owner::Class(func.unit));
        }
        let seen = |run: &Run| matches!(run, Run::User | Run::Handler(_) | Run::Timer(_));
        if runs.is_empty() || !runs.iter().all(seen) {
            return None;
        }
        match self.enclosing(func).find_map(|at| self.effect_of_callback(at)) {
            Some(effect) => Some(Owner::Effect(effect)),
            None => self.owner_of_place(func),
        }
    }

    /// Whether a function's resources belong to a component, so that somebody looks at a page meanwhile.
    pub(crate) fn is_of_component(&self, func: F) -> bool {
        matches!(self.owner(func), Some(Owner::Effect(_) | Owner::Component(_) | Owner::Script))
    }

    /// The instance that a function is made in.
    fn owner_of_place(&self, func: F) -> Option<Owner> {
        if let Some(component) = self.component_of(func) {
            return Some(Owner::Component(component));
        }
        let slot = self.slot(func.unit);
        if slot.is_instance {
            return Some(Owner::Script);
        }
        (slot.class.is_some() && self.is_owning_class(func.unit)).then_some(Owner::Class(func.unit))
    }

    /// Whether an owner ends with the page alone: the application's root component, or an effect of it that runs once.
    pub(super) fn lives_with_page(&self, owner: Owner) -> bool {
        let is_root = |component: F| self.func(component).name.as_deref() == Some("App");
        self.env.is_root
            && match owner {
                Owner::Script => true,
                Owner::Component(component) => is_root(component),
                Owner::Effect(effect) => {
                    let runs_once = matches!(self.deps(effect.call), Deps::List(deps) if deps.is_empty());
                    runs_once && self.component_of(self.func_of(effect.call)).is_some_and(is_root)
                }
                Owner::Class(unit) => self.slot(unit).class.as_deref() == Some("App"),
                Owner::Request => false,
            }
    }

    /// What the code is called that opens a resource: its owner, or the function or class around it.
    pub(crate) fn keeper_name(&self, resource: &Resource<'doc>) -> Option<Name> {
        let func = self.func_of(resource.live);
        let owner = self.owner(func).and_then(|owner| self.owner_name(owner));
        let around = || self.enclosing(func).find_map(|at| self.func(at).name.clone());
        owner.or_else(around).or_else(|| self.slot(func.unit).class.clone())
    }

    /// What an owner is called: the component's or the class's name.
    pub(crate) fn owner_name(&self, owner: Owner) -> Option<Name> {
        match owner {
            Owner::Effect(effect) => {
                let component = self.component_of(self.func_of(effect.call)).unwrap_or(self.func_of(effect.call));
                self.func(component).name.clone()
            }
            Owner::Component(component) => self.func(component).name.clone(),
            Owner::Script | Owner::Request => None,
            Owner::Class(unit) => self.slot(unit).class.clone().filter(|_| !self.is_options_unit(unit)),
        }
    }

    fn is_options_unit(&self, unit: UnitId) -> bool {
        matches!(self.facts(unit).class, Some(ClassRole::Options { .. }))
    }

    /// The function of an owner that has one: its effect's or its body.
    pub(crate) fn owner_place(&self, owner: Owner) -> Option<V> {
        match owner {
            Owner::Effect(effect) => Some(self.callee(effect.call)),
            _ => None,
        }
    }
}
