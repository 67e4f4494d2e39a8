//! What a module gives to others, as shapes.

use std::sync::Arc;

use super::trace::{Event, Question};
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;
use crate::project::{ClassShape, ExportPlace, FuncShape, ModuleFacts, Modules, Shape, Summary};
use crate::text::Text;

/// How many members of an object are looked at.
const MAX_MEMBERS: usize = 64;

/// What others can know of a module's exports. `units`: its units, in the order of the text.
pub(crate) fn module_facts(view: &View<'_>, units: &[UnitId], modules: &dyn Modules, text: &Text) -> ModuleFacts {
    let mut facts = ModuleFacts::default();
    let mut all_of = Vec::new();
    let module = |source: &Name, name: &Name| ExportPlace::Module { source: source.clone(), name: name.clone() };
    for &unit in units {
        for export in &view.facts(unit).exports {
            let (shape, place) = match &export.from {
                ExportFrom::Value(value) => {
                    let value = V { unit, id: *value };
                    (view.shape(value), Some(line_of(view, text, unit, view.span(value).start)))
                }
                ExportFrom::Name(name) => (name_shape(view, unit, name), name_place(view, unit, name, text)),
                ExportFrom::Module { source, .. } if export.name == "*" => {
                    all_of.push(source);
                    continue;
                }
                ExportFrom::Module { source, name } if name == "*" => (Shape::Record(modules.exports(source)), None),
                ExportFrom::Module { source, name } => {
                    (modules.shape(source, name).unwrap_or(Shape::Unknown), Some(module(source, name)))
                }
            };
            if let Some(place) = place.filter(|_| shape.has_place()) {
                facts.places.insert(export.name.clone(), place);
            }
            facts.shapes.insert(export.name.clone(), shape);
        }
    }
    // What a module names itself comes before what it gives on whole, and a default is not among that.
    for source in all_of {
        for (name, shape) in modules.exports(source).into_iter().filter(|(name, _)| name != "default") {
            if facts.shapes.contains_key(&name) {
                continue;
            }
            if shape.has_place() {
                facts.places.insert(name.clone(), module(source, &name));
            }
            facts.shapes.insert(name, shape);
        }
    }
    facts
}

fn line_of(view: &View<'_>, text: &Text, unit: UnitId, offset: u32) -> ExportPlace {
    ExportPlace::Line(text.line_of((view.start(unit) + offset) as usize) as u32)
}

fn name_place(view: &View<'_>, unit: UnitId, name: &Name, text: &Text) -> Option<ExportPlace> {
    let binding = view.declaration(unit, name)?;
    if let [only] = view.stores_of(binding).as_slice()
        && let Value::Import { source, name } = view.value(*only)
    {
        return Some(ExportPlace::Module { source: source.clone(), name: name.clone() });
    }
    Some(line_of(view, text, binding.unit, view.facts(binding.unit).binding(binding.id).span.start))
}

fn name_shape(view: &View<'_>, unit: UnitId, name: &Name) -> Shape {
    let Some(binding) = view.declaration(unit, name) else { return Shape::Unknown };
    match view.stores_of(binding).as_slice() {
        [only] => view.shape(*only),
        _ => Shape::Unknown,
    }
}

impl View<'_> {
    /// What a value is to another module.
    pub(super) fn shape(&self, v: V) -> Shape {
        let client = self.catalog().libraries().find(|library| self.is_client(v, library));
        if let Some(library) = client {
            return Shape::Client(library.library.as_str().into());
        }
        if let Some(number) = self.number_of(v) {
            return Shape::Number(number);
        }
        if let Some(text) = self.text_of(v) {
            return Shape::Text(text);
        }
        if self.is_stream(v) {
            return Shape::Stream;
        }
        let Some(origin) = self.origin(v) else { return Shape::Unknown };
        let question = (Question::Shape, origin);
        if self.asking.borrow().contains(&question) || self.asking.borrow().len() > 24 {
            return Shape::Unknown;
        }
        self.asking.borrow_mut().push(question);
        let shape = self.shape_of_origin(origin);
        self.asking.borrow_mut().pop();
        shape
    }

    fn shape_of_origin(&self, origin: V) -> Shape {
        match self.value(origin) {
            Value::Object(props) => self.record_shape(origin.unit, props),
            Value::Class => self.class_shape(origin),
            Value::Member { .. } => self.foreign_shape(origin).unwrap_or(Shape::Unknown),
            Value::Func(id) => Shape::Func(self.func_shape(F { unit: origin.unit, id: *id })),
            Value::Call(_) if let Some(function) = self.wrapped_function(origin) => self.shape(function),
            Value::Call(_) => match self.resource(origin) {
                Some(resource) => Shape::Handle(resource.kind.kind.as_str().into()),
                // A hook that takes something out of a context passes the context on.
                None => self
                    .context_shape(origin)
                    .or_else(|| self.store_shape(origin))
                    .or_else(|| Some(Shape::Context(Box::new(self.taken_from_context(origin)?))))
                    .or_else(|| self.instance_shape(origin))
                    .unwrap_or(Shape::Unknown),
            },
            Value::Import { source, name } => self.env.modules.shape(source, name).unwrap_or(Shape::Unknown),
            _ => Shape::Unknown,
        }
    }

    /// What is known of an object's members.
    fn record_shape(&self, unit: UnitId, props: &[Prop]) -> Shape {
        let mut members = Summary::new();
        for Prop { key, value, .. } in props.iter().take(MAX_MEMBERS) {
            let Some(key) = key else { continue };
            let shape = self.shape(V { unit, id: *value });
            if shape != Shape::Unknown {
                members.insert(key.clone(), shape);
            }
        }
        if members.is_empty() { Shape::Unknown } else { Shape::Record(members) }
    }

    /// A class that is cut into units: what its instances give.
    fn class_shape(&self, class: V) -> Shape {
        let head = class.unit;
        if !matches!(self.facts(head).class, Some(ClassRole::Header { .. })) {
            return Shape::Unknown;
        }
        let mut members = Summary::new();
        for unit in self.units_of_class(head) {
            let (name, shape) = match &self.facts(unit).class {
                Some(ClassRole::Method { name, func, is_static: false, is_getter, .. }) => {
                    let func = F { unit, id: *func };
                    let given = if *is_getter {
                        self.returned_shape(func).map(|shape| *shape)
                    } else {
                        self.method_shape(func)
                    };
                    (name, given.unwrap_or(Shape::Unknown))
                }
                Some(ClassRole::Field { name, is_static: false, .. }) => (name, self.field_shape(unit, name)),
                _ => continue,
            };
            if shape != Shape::Unknown {
                members.insert(name.clone(), shape);
            }
        }
        Shape::Class(Arc::new(ClassShape { members, lives_with_app: self.lives_with_app(class) }))
    }

    /// What `new Feed()` makes of a class of this module or of another one.
    fn instance_shape(&self, call: V) -> Option<Shape> {
        let class = self.call(call).filter(|call| call.is_new).map(|_| self.callee(call))?;
        match self.shape(class) {
            Shape::Class(class) => Some(Shape::Instance(class)),
            _ => None,
        }
    }

    fn method_shape(&self, f: F) -> Option<Shape> {
        let (returns, opens) = (self.returned_shape(f), self.opened_by(f));
        if returns.is_none() && opens.is_none() {
            return None;
        }
        Some(Shape::Func(FuncShape { returns, opens, ..FuncShape::default() }))
    }

    /// What a field holds: the one thing that is stored in it.
    fn field_shape(&self, unit: UnitId, name: &Name) -> Shape {
        match self.values_of_field(unit, name).as_slice() {
            [only] => self.shape(*only),
            _ => Shape::Unknown,
        }
    }

    fn returned_shape(&self, f: F) -> Option<Box<Shape>> {
        match self.func(f).returns.as_slice() {
            [only] => {
                Some(Box::new(self.shape(V { unit: f.unit, id: *only }))).filter(|shape| **shape != Shape::Unknown)
            }
            _ => None,
        }
    }

    fn func_shape(&self, f: F) -> FuncShape {
        let func = self.func(f);
        let mut releases = Vec::new();
        for (index, &parameter) in func.params.iter().enumerate() {
            let trace = self.trace(V { unit: f.unit, id: parameter }, &[], &[]);
            let is_released = trace.events.iter().any(|event| match event {
                Event::Method { name, .. } => {
                    self.catalog().kinds().any(|(_, kind)| kind.release.methods.iter().any(|known| known == *name))
                }
                _ => false,
            });
            if is_released {
                releases.push(index as u32);
            }
        }
        let mut topics = self.topics_of(f, 0);
        topics.sort_unstable();
        topics.dedup();
        let makes_client = self.client_made_by(f).map(|library| library.library.as_str().into());
        let (returns, opens) = (self.returned_shape(f), self.opened_by(f));
        FuncShape { releases, returns, opens, makes_client, topics, watchers: self.watchers_of(f) }
    }
}
