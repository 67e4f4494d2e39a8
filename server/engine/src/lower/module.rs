//! Imports and exports.

use tree_sitter::Node;

use super::builder::Lowering;
use super::ir::*;
use crate::syntax::{Field, Kind};

/// Names that only the options of a component have together with functions.
const OPTIONS: &[&str] = &[
    "setup",
    "data",
    "methods",
    "created",
    "mounted",
    "beforeMount",
    "beforeUnmount",
    "unmounted",
    "beforeDestroy",
    "destroyed",
];

impl<'tree> Lowering<'tree> {
    fn source_of(&mut self, node: Node<'tree>) -> Option<Name> {
        let source = self.child(node, Field::Source)?;
        self.property_name(source).map(|source| super::specifier::package(&source).unwrap_or(source))
    }

    fn import(&mut self, local: Node<'tree>, source: &Name, name: Name) {
        let (text, span) = (self.name(local), self.span(local));
        let binding = self.declare(text, BindingKind::Import, span);
        let value = self.push(Value::Import { source: source.clone(), name }, span);
        self.bind(binding, value);
    }

    pub(super) fn import_statement(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        if let Some(&(clause, _)) = children.iter().find(|(child, _)| self.kind(*child) == Kind::ImportRequireClause) {
            let (source, parts) = (self.source_of(clause), self.children(clause));
            if let (Some(source), Some(&(local, _))) = (source, parts.first()) {
                self.import(local, &source, Name::new_static("*"));
            }
            return;
        }
        let Some(source) = self.source_of(node) else { return };
        let clause = children.iter().find(|(child, _)| self.kind(*child) == Kind::ImportClause);
        let Some(&(clause, _)) = clause else { return };
        for &(part, _) in self.children(clause).iter() {
            match self.kind(part) {
                Kind::Identifier => self.import(part, &source, Name::new_static("default")),
                Kind::NamespaceImport => {
                    if let Some(&(local, _)) = self.children(part).first() {
                        self.import(local, &source, Name::new_static("*"));
                    }
                }
                Kind::NamedImports => {
                    for &(specifier, _) in self.children(part).iter() {
                        self.import_specifier(specifier, &source);
                    }
                }
                _ => {}
            }
        }
    }

    fn import_specifier(&mut self, node: Node<'tree>, source: &Name) {
        let children = self.children(node);
        let Some(name) = children.of(Field::Name) else { return };
        let imported = self.property_name(name).unwrap_or_default();
        self.import(children.of(Field::Alias).unwrap_or(name), source, imported);
    }

    pub(super) fn export_statement(&mut self, node: Node<'tree>) {
        let children = self.children(node);
        let is_default = self.has_word(node, "default");
        if let Some(declaration) = children.of(Field::Declaration) {
            let before = self.facts.bindings.len();
            self.statement(declaration);
            self.export_bindings(before, is_default);
        } else if let Some(value) = children.of(Field::Value) {
            self.export_default(value);
        } else {
            let source = self.source_of(node);
            for &(child, _) in children.iter() {
                self.export_clause(child, source.as_ref());
            }
            if self.has_word(node, "*")
                && let Some(source) = self.source_of(node)
                && self.facts.exports.is_empty()
            {
                let from = ExportFrom::Module { source, name: Name::new_static("*") };
                self.facts.exports.push(Export { name: Name::new_static("*"), from });
            }
        }
    }

    /// The names that an exported declaration declares at the top level.
    fn export_bindings(&mut self, before: usize, is_default: bool) {
        for index in before..self.facts.bindings.len() {
            let binding = &self.facts.bindings[index];
            if binding.top {
                let local = binding.name.clone();
                let name = if is_default { Name::new_static("default") } else { local.clone() };
                self.facts.exports.push(Export { name, from: ExportFrom::Name(local) });
            }
        }
    }

    fn export_default(&mut self, node: Node<'tree>) {
        let is_class = self.kind(node) == Kind::ClassExpression && self.scope == 0;
        let value = if is_class { self.class_header(node) } else { self.expression(node) };
        self.add_use(value, Use::Exported);
        if !is_class {
            self.note_options(value);
        }
        self.facts.exports.push(Export { name: Name::new_static("default"), from: ExportFrom::Value(value) });
    }

    /// The options of a component: an object literal with some of their names, by itself or in a call.
    fn note_options(&mut self, value: ValueId) {
        let object = match &self.facts.value(value).value {
            Value::Call(call) => call.args.first().copied(),
            _ => Some(value),
        };
        let Some(object) = object else { return };
        let Value::Object(props) = &self.facts.value(object).value else { return };
        let is_option = |key: &Name| OPTIONS.contains(&key.as_str());
        if props.iter().any(|prop| prop.key.as_ref().is_some_and(is_option)) {
            self.class = Some(Name::new_static("options"));
            self.facts.class = Some(ClassRole::Options { object });
        }
    }

    fn export_clause(&mut self, node: Node<'tree>, source: Option<&Name>) {
        match self.kind(node) {
            Kind::ExportClause => {
                for &(specifier, _) in self.children(node).iter() {
                    self.export_specifier(specifier, source);
                }
            }
            Kind::NamespaceExport => {
                if let (Some(source), Some(&(name, _))) = (source, self.children(node).first()) {
                    let name = self.property_name(name).unwrap_or_default();
                    let from = ExportFrom::Module { source: source.clone(), name: Name::new_static("*") };
                    self.facts.exports.push(Export { name, from });
                }
            }
            _ => {}
        }
    }

    fn export_specifier(&mut self, node: Node<'tree>, source: Option<&Name>) {
        let children = self.children(node);
        let Some(local) = children.of(Field::Name) else { return };
        let span = self.span(local);
        let local = self.property_name(local).unwrap_or_default();
        let name = match children.of(Field::Alias) {
            Some(alias) => self.property_name(alias).unwrap_or_default(),
            None => local.clone(),
        };
        let from = match source {
            Some(source) => ExportFrom::Module { source: source.clone(), name: local },
            None => {
                let value = self.read(local.clone(), span);
                self.add_use(value, Use::Exported);
                ExportFrom::Name(local)
            }
        };
        self.facts.exports.push(Export { name, from });
    }
}
