//! What a handler does with what it gets: throws, logs, puts it into a page.

use super::handling::Handling;
use super::view::{V, View};
use crate::catalog::{Payload, ResourceKind};
use crate::lower::ir::*;

/// Properties whose text becomes HTML.
const HTML_PROPERTIES: &[&str] = &["innerHTML", "outerHTML"];

/// Storage of the platform that blocks until it is written (HTML, "Web storage").
const STORAGES: &[&str] = &["localStorage", "sessionStorage"];

/// Functions of the console that print what people keep; `debug` is for who develops.
const LOGS: &[&str] = &["log", "info", "warn", "dir", "table"];

/// Parts of a payload that are all of it but for its wrapping.
const WHOLE: &[&str] = &["data", "payload", "new", "body", "message", "record", "detail"];

/// Words in a condition that say it holds while somebody develops.
const DEVELOPING: &[&str] = &["debug", "dev", "verbose", "node_env", "trace"];

impl View<'_> {
    /// What a handler itself throws and nobody catches. What a function that it calls throws may be an assertion of what
    /// never happens.
    pub(crate) fn thrown_by(&self, handling: &Handling) -> Vec<V> {
        let func = self.func(handling.func);
        if func.is_async || !func.blocks.iter().any(|block| block.ops.contains(&Op::Throw)) {
            return Vec::new();
        }
        let values = self.facts(handling.func.unit).values.iter().enumerate();
        let own = values.filter(|(_, data)| data.func == handling.func.id && data.uses.contains(&Use::Thrown));
        let thrown = own.map(|(index, _)| V { unit: handling.func.unit, id: ValueId(index as u32) });
        thrown.filter(|&v| !self.is_caught(v)).collect()
    }

    /// What a handler's run writes to storage that blocks, with the storage's name.
    pub(crate) fn stored_at_once(&self, handling: &Handling) -> Vec<(V, &'static str)> {
        let run = self.run_of(handling.func).into_iter();
        let operations = run.flat_map(|func| self.operations_of(func));
        let storage_of = |v: V, value: &Value| {
            let object = match value {
                Value::Call(_) => self.method(v).filter(|(_, name)| *name == "setItem")?.0,
                Value::Assign { target, .. } => match self.value(V { unit: v.unit, id: *target }) {
                    Value::Member { object, .. } | Value::Index { object, .. } => V { unit: v.unit, id: *object },
                    _ => return None,
                },
                _ => return None,
            };
            let api = self.api(object).filter(|api| api.source.is_none())?;
            let name = api.name()?;
            STORAGES.iter().find(|storage| *storage == name).copied()
        };
        operations.filter_map(|(v, value)| Some((v, storage_of(v, value)?))).collect()
    }

    /// The calls of the console that print all that a handler is given.
    pub(crate) fn logged_payloads(&self, kind: &ResourceKind, handling: &Handling) -> Vec<V> {
        let data: Vec<V> = self.payload_of(kind, handling).into_iter().collect();
        let calls = self.calls_of(handling.func);
        let prints = |&call: &V| LOGS.iter().any(|log| self.calls_global(call, &["console", log]));
        let is_whole = |call: V| {
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            args.iter().any(|&id| self.is_whole_payload(V { unit: call.unit, id }, &data, 0))
        };
        // A warning behind a condition tells of what is wrong with one message.
        let is_odd = |call: V| !self.guards(call).is_empty() && self.calls_global(call, &["console", "warn"]);
        let calls = calls.filter(prints).filter(|&call| is_whole(call) && !is_odd(call));
        calls.filter(|&call| !self.is_while_developing(call)).collect()
    }

    /// The parameter of a handler that holds the message; none where each of several is a part of it.
    fn payload_of(&self, kind: &ResourceKind, handling: &Handling) -> Option<V> {
        let params = self.params_of(handling.func);
        let index = match kind.payload {
            Payload::At(index) => index,
            Payload::Spread if params.len() > 1 => return None,
            Payload::Spread => 0,
        };
        let is_id = |param: V| {
            let name = self.parameter_binding(param).map(|binding| self.name(binding).to_ascii_lowercase());
            name.is_some_and(|name| name.ends_with("id") || name.ends_with("name") || name.ends_with("count"))
        };
        let types = &self.func(handling.func).param_types;
        let is_number = |&(at, ref name): &(u32, Name)| at == index && matches!(name.as_str(), "number" | "boolean");
        params.get(index as usize).copied().filter(|&param| !types.iter().any(is_number) && !is_id(param))
    }

    fn is_whole_payload(&self, v: V, data: &[V], depth: u32) -> bool {
        let Some(origin) = self.origin(v).filter(|_| depth < 4) else { return false };
        let here = |id: ValueId| V { unit: origin.unit, id };
        data.contains(&origin)
            || match self.value(origin) {
                Value::Member { object, name } => {
                    WHOLE.contains(&name.as_str()) && self.is_whole_payload(here(*object), data, depth + 1)
                }
                Value::Call(call)
                    if self.calls_global(origin, &["JSON", "parse"])
                        || self.calls_global(origin, &["JSON", "stringify"]) =>
                {
                    call.args.first().is_some_and(|&argument| self.is_whole_payload(here(argument), data, depth + 1))
                }
                _ => false,
            }
    }

    /// Whether an expression is evaluated under a condition that names development.
    pub(super) fn is_while_developing(&self, v: V) -> bool {
        let names_it = |name: &str| {
            let name = name.to_ascii_lowercase();
            DEVELOPING.iter().any(|word| name.contains(word))
        };
        self.guards(v).iter().any(|guard| self.says(V { unit: v.unit, id: guard.condition }, names_it))
    }

    /// What of a message becomes HTML or code, and by what.
    pub(crate) fn raw_html(&self, handling: &Handling) -> Vec<(V, Name)> {
        let data = self.params_of(handling.func);
        let mut found = Vec::new();
        for (v, value) in self.operations_of(handling.func) {
            let here = |id: ValueId| V { unit: v.unit, id };
            let (sink, given) = match value {
                Value::Assign { target, value, op } if op == "=" || op == "+=" => match self.value(here(*target)) {
                    Value::Member { name, .. } if HTML_PROPERTIES.contains(&name.as_str()) => {
                        (name.clone(), here(*value))
                    }
                    _ => continue,
                },
                Value::Call(_) => match self.code_argument(v) {
                    Some(found) => found,
                    None => continue,
                },
                _ => continue,
            };
            if self.carries(given, &data) {
                found.push((given, sink));
            }
        }
        found
    }

    /// The argument of a call that becomes HTML or code, with the call's name.
    fn code_argument(&self, call: V) -> Option<(Name, V)> {
        let name = self.callee_name(self.callee(call))?;
        let index = match name.as_str() {
            "insertAdjacentHTML" => 1,
            "write" | "writeln" if self.calls_global(call, &["document", &name]) => 0,
            "eval" if self.calls_global(call, &["eval"]) => 0,
            "Function" if self.calls_global(call, &["Function"]) => self.call(call)?.args.len().checked_sub(1)?,
            _ => return None,
        };
        Some((name, self.arg(call, index)?))
    }
}
