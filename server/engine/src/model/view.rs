//! The units of a document as the model sees them.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::index::{Index, Key};
use crate::catalog::Catalog;
use crate::lower::ir::*;
use crate::project::{Modules, Runtime};
use crate::settings::Listeners;
use crate::text::Span;

/// A unit, for as long as its facts stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UnitId(pub(crate) u32);

/// An expression of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct V {
    pub(crate) unit: UnitId,
    pub(crate) id: ValueId,
}

/// A function of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct F {
    pub(crate) unit: UnitId,
    pub(crate) id: FuncId,
}

/// A name declared in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct B {
    pub(crate) unit: UnitId,
    pub(crate) id: BindingId,
}

/// A unit's facts with what the unit is to its document.
#[derive(Clone, Debug)]
pub(crate) struct UnitSlot {
    pub(crate) facts: Arc<UnitFacts>,
    /// Units of one group see each other's top-level names.
    pub(crate) group: u32,
    /// The top-level class that it is the head or a member of.
    pub(crate) class: Option<Name>,
    /// Its top level runs once for each instance of a component, not when the module loads.
    pub(crate) is_instance: bool,
    /// First byte in the document.
    pub(crate) start: u32,
}

/// What the world is to a check.
#[derive(Clone, Copy)]
pub(crate) struct Env<'env> {
    pub(crate) modules: &'env dyn Modules,
    pub(crate) listeners: Listeners,
    /// What is known of libraries.
    pub(crate) catalog: &'env Catalog,
    /// The folders whose SQL is run as migrations.
    pub(crate) migrations: &'env [String],
    /// Whether the document is a test by its path.
    pub(crate) is_test: bool,
    /// Whether it is a program that somebody runs by hand, by its path.
    pub(crate) is_script: bool,
    /// Whether the document is that of the application's root component, by its name.
    pub(crate) is_root: bool,
    /// Where the document's code runs.
    pub(crate) runtime: Runtime,
    /// Whether types may be written in it.
    pub(crate) is_typescript: bool,
    /// The framework whose component the document is, by its kind of file.
    pub(crate) component_of: Option<&'static str>,
}

/// How many steps the questions of one unit may take together; real units need some thousands.
const BUDGET: u32 = 400_000;

/// A document's units, and a note of the names that were asked about.
pub(crate) struct View<'doc> {
    units: &'doc [Option<UnitSlot>],
    index: &'doc Index,
    pub(super) env: Env<'doc>,
    reads: RefCell<FxHashSet<Key>>,
    budget: Cell<u32>,
    /// What the calls of the unit that is looked at call; what was read for an answer is in `reads`.
    pub(super) apis: RefCell<FxHashMap<V, Option<super::origin::Api>>>,
    /// And which hooks these are.
    pub(super) hooks: RefCell<FxHashMap<V, Option<super::lifecycle::Hook<'doc>>>>,
    /// Questions that are being answered, against recursion through cycles.
    pub(super) asking: RefCell<Vec<(super::trace::Question, V)>>,
}

impl<'doc> View<'doc> {
    /// What is known of libraries.
    pub(crate) fn catalog(&self) -> &'doc Catalog {
        self.env.catalog
    }

    pub(crate) fn new(units: &'doc [Option<UnitSlot>], index: &'doc Index, env: Env<'doc>) -> Self {
        Self {
            units,
            index,
            env,
            reads: RefCell::default(),
            budget: Cell::new(BUDGET),
            apis: RefCell::default(),
            hooks: RefCell::default(),
            asking: RefCell::default(),
        }
    }

    /// The names that were asked about since the last call.
    pub(crate) fn take_reads(&self) -> FxHashSet<Key> {
        self.budget.set(BUDGET);
        // The next unit must note for itself what its answers rest on.
        self.apis.borrow_mut().clear();
        self.hooks.borrow_mut().clear();
        std::mem::take(&mut self.reads.borrow_mut())
    }

    /// Forgets what a rule that panicked was asking.
    pub(crate) fn forget_questions(&self) {
        self.asking.borrow_mut().clear();
    }

    /// Takes one step; false: the budget is used up, and the answer is "unknown".
    pub(super) fn spend(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }

    pub(super) fn slot(&self, unit: UnitId) -> &'doc UnitSlot {
        self.units[unit.0 as usize].as_ref().expect("the index names living units only")
    }

    pub(crate) fn facts(&self, unit: UnitId) -> &'doc UnitFacts {
        &self.slot(unit).facts
    }

    /// The units that answer to a key, in the order of the text, whatever edits made the document; noted.
    pub(super) fn units_of(&self, key: Key) -> SmallVec<[UnitId; 2]> {
        let mut units = SmallVec::from_slice(self.index.get(&key));
        self.reads.borrow_mut().insert(key);
        if units.len() > 1 {
            units.sort_unstable_by_key(|&unit| self.slot(unit).start);
        }
        units
    }

    pub(crate) fn data(&self, v: V) -> &'doc ValueData {
        self.facts(v.unit).value(v.id)
    }

    pub(crate) fn value(&self, v: V) -> &'doc Value {
        &self.data(v).value
    }

    pub(crate) fn span(&self, v: V) -> Span {
        self.data(v).span
    }

    pub(crate) fn call(&self, v: V) -> Option<&'doc Call> {
        self.facts(v.unit).call(v.id)
    }

    pub(crate) fn func(&self, f: F) -> &'doc Func {
        self.facts(f.unit).func(f.id)
    }

    pub(super) fn binding(&self, b: B) -> &'doc Binding {
        self.facts(b.unit).binding(b.id)
    }

    /// The function whose run evaluates an expression.
    pub(crate) fn func_of(&self, v: V) -> F {
        F { unit: v.unit, id: self.data(v).func }
    }

    /// The expressions of a unit.
    pub(crate) fn values_of(&self, unit: UnitId) -> impl Iterator<Item = V> + use<> {
        (0..self.facts(unit).values.len()).map(move |index| V { unit, id: ValueId(index as u32) })
    }

    /// The functions of a unit, its top level first.
    pub(super) fn funcs_of(&self, unit: UnitId) -> impl Iterator<Item = F> + use<> {
        (0..self.facts(unit).funcs.len()).map(move |index| F { unit, id: FuncId(index as u32) })
    }

    /// An expression and those that it is made of.
    pub(super) fn within(&self, v: V) -> impl Iterator<Item = V> + use<'doc> {
        let (span, values) = (self.span(v), &self.facts(v.unit).values);
        let inside = values.iter().enumerate().filter(move |(_, data)| span.contains(data.span));
        inside.map(move |(index, _)| V { unit: v.unit, id: ValueId(index as u32) })
    }

    /// The calls of a unit, in the order of the text.
    pub(crate) fn calls_in(&self, unit: UnitId) -> impl Iterator<Item = V> + use<'doc> {
        self.facts(unit).calls.iter().map(move |&id| V { unit, id })
    }

    /// The calls that a function and the functions in it evaluate, in the order of the text.
    pub(crate) fn calls_within(&self, func: F) -> impl Iterator<Item = V> + use<'doc> {
        let (facts, span) = (self.facts(func.unit), self.func(func).span);
        let end = |id: &ValueId| facts.value(*id).span.end;
        let first = facts.calls.partition_point(|id| end(id) <= span.start);
        let inside = facts.calls[first..].iter().take_while(move |id| end(id) <= span.end);
        inside.map(move |&id| V { unit: func.unit, id })
    }

    /// The calls that a function itself evaluates, in the order of the text.
    pub(crate) fn calls_of(&self, func: F) -> impl Iterator<Item = V> + use<'doc> {
        let facts = self.facts(func.unit);
        self.calls_within(func).filter(move |call| facts.value(call.id).func == func.id)
    }

    /// Everything that an expression's uses lead to.
    pub(super) fn uses(&self, v: V) -> &'doc [Use] {
        &self.data(v).uses
    }

    /// The call's argument.
    pub(crate) fn arg(&self, call: V, index: usize) -> Option<V> {
        let id = *self.call(call)?.args.get(index)?;
        Some(V { unit: call.unit, id })
    }

    /// The object and name of what a call calls: `x.close()`.
    pub(crate) fn method(&self, call: V) -> Option<(V, &'doc Name)> {
        let callee = self.call(call)?.callee;
        match self.value(V { unit: call.unit, id: callee }) {
            Value::Member { object, name } => Some((V { unit: call.unit, id: *object }, name)),
            _ => None,
        }
    }

    /// Whether `inner` is `outer` or is made somewhere within it.
    pub(crate) fn is_within(&self, inner: F, outer: F) -> bool {
        if inner.unit != outer.unit {
            return false;
        }
        let mut at = Some(inner.id);
        while let Some(id) = at {
            if id == outer.id {
                return true;
            }
            at = self.facts(inner.unit).func(id).parent;
        }
        false
    }

    /// The reads of a name, in every unit that sees it.
    pub(super) fn reads_of(&self, b: B) -> Vec<V> {
        let binding = self.binding(b);
        let mut reads: Vec<V> = binding.reads.iter().map(|&id| V { unit: b.unit, id }).collect();
        if binding.top {
            let group = self.slot(b.unit).group;
            for unit in self.units_of(Key::Users(group, binding.name.clone())) {
                let uses = self.facts(unit).free.get(&binding.name);
                reads.extend(uses.into_iter().flatten().map(|&id| V { unit, id }));
            }
        }
        reads
    }

    /// The values that are stored to a name, in every unit that sees it.
    pub(super) fn stores_of(&self, b: B) -> Vec<V> {
        let binding = self.binding(b);
        let mut stores: Vec<V> = binding.stores.iter().map(|&id| V { unit: b.unit, id }).collect();
        if binding.top && !matches!(binding.kind, BindingKind::Const | BindingKind::Import | BindingKind::Function) {
            let group = self.slot(b.unit).group;
            for unit in self.units_of(Key::Users(group, binding.name.clone())) {
                let uses = self.facts(unit).free_stores.get(&binding.name);
                stores.extend(uses.into_iter().flatten().map(|&id| V { unit, id }));
            }
        }
        stores
    }

    /// The document's declaration of a name that a unit uses freely.
    pub(super) fn declaration(&self, unit: UnitId, name: &Name) -> Option<B> {
        let group = self.slot(unit).group;
        let declaring = *self.units_of(Key::Name(group, name.clone())).first()?;
        let position = self.facts(declaring).bindings.iter().position(|known| known.top && known.name == *name)?;
        Some(B { unit: declaring, id: BindingId(position as u32) })
    }

    /// The declaration of what a name expression names.
    pub(crate) fn binding_of(&self, v: V) -> Option<B> {
        match self.value(v) {
            Value::Local(id) => Some(B { unit: v.unit, id: *id }),
            Value::Free(name) => self.declaration(v.unit, name),
            _ => None,
        }
    }

    /// The `this.name` expressions of the class that `unit` belongs to.
    pub(super) fn this_members(&self, unit: UnitId, name: &Name) -> Vec<V> {
        let slot = self.slot(unit);
        let Some(class) = &slot.class else { return Vec::new() };
        let units = self.units_of(Key::ThisUsers(slot.group, class.clone(), name.clone()));
        let members = units.into_iter().flat_map(|unit| {
            let ids = self.facts(unit).this_members.get(name).into_iter().flatten();
            ids.map(move |&id| V { unit, id })
        });
        members.collect()
    }

    /// The places where the class that `unit` belongs to sets `this.name`. Who only uses the field is no news to who asks.
    pub(super) fn set_this_members(&self, unit: UnitId, name: &Name) -> Vec<V> {
        let slot = self.slot(unit);
        let Some(class) = &slot.class else { return Vec::new() };
        let units = self.units_of(Key::ThisSetters(slot.group, class.clone(), name.clone()));
        let members = units.into_iter().flat_map(|unit| {
            let facts = self.facts(unit);
            let ids = facts.this_members.get(name).into_iter().flatten();
            ids.filter(|&&id| facts.is_target(id)).map(move |&id| V { unit, id })
        });
        members.collect()
    }

    /// All units of the class that `head` is the head of. Nothing is noted: only summaries ask, which are made at once.
    pub(super) fn units_of_class(&self, head: UnitId) -> Vec<UnitId> {
        let slot = self.slot(head);
        let all = self.units.iter().enumerate().filter_map(|(index, slot)| Some((index, slot.as_ref()?)));
        let own =
            all.filter(|(_, other)| other.class.is_some() && other.class == slot.class && other.group == slot.group);
        own.map(|(index, _)| UnitId(index as u32)).collect()
    }

    /// The units that declare a member of the class that `unit` belongs to.
    pub(super) fn members(&self, unit: UnitId, name: &Name) -> SmallVec<[UnitId; 2]> {
        let slot = self.slot(unit);
        match &slot.class {
            Some(class) => self.units_of(Key::Member(slot.group, class.clone(), name.clone())),
            None => SmallVec::new(),
        }
    }
}

/// What rules and fixes ask of a place.
impl<'doc> View<'doc> {
    /// First byte of a unit in the document.
    pub(crate) fn start(&self, unit: UnitId) -> u32 {
        self.slot(unit).start
    }

    /// What a call calls.
    pub(crate) fn callee(&self, call: V) -> V {
        let id = self.call(call).map_or(call.id, |data| data.callee);
        V { unit: call.unit, id }
    }

    /// A declared name.
    pub(crate) fn name(&self, b: B) -> &'doc Name {
        &self.binding(b).name
    }

    /// The `on` of `channel.on(…)`.
    pub(crate) fn method_name_span(&self, call: V) -> Span {
        let callee = self.span(self.callee(call));
        match self.method(call) {
            Some((_, name)) => Span { start: callee.end - name.len() as u32, end: callee.end },
            None => callee,
        }
    }

    /// Whether the script that a unit is of speaks of a thing in its names and texts.
    pub(crate) fn speaks_of(&self, unit: UnitId, subject: Subject) -> bool {
        !self.units_of(Key::Speaks(self.slot(unit).group, subject)).is_empty()
    }

    /// Whether the document is a test by its path.
    pub(crate) fn is_test(&self) -> bool {
        self.env.is_test
    }

    /// Whether the document is a program that somebody runs by hand, and that ends with its work.
    pub(crate) fn is_script(&self) -> bool {
        self.env.is_script
    }

    /// Whether the document's code never runs in a browser.
    pub(crate) fn is_of_server(&self) -> bool {
        self.env.runtime == Runtime::Server
    }

    /// Whether every timer and listener counts, not only those of realtime code.
    pub(crate) fn takes_every_timer(&self) -> bool {
        self.env.listeners == Listeners::All
    }

    /// Whether types may be written in the document.
    pub(crate) fn is_typescript(&self) -> bool {
        self.env.is_typescript
    }

    /// Whether the project is a desktop program of Electron.
    pub(crate) fn is_in_electron(&self) -> bool {
        !matches!(self.version("electron"), crate::project::Installed::Unknown)
    }

    /// The versions of a package that may be installed.
    pub(crate) fn version(&self, package: &str) -> crate::project::Installed {
        self.env.modules.version(package)
    }
}
