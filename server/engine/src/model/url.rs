//! Where a connection leads, as far as the code says.

use super::resource::Resource;
use super::view::{V, View};
use crate::lower::ir::*;

/// The address of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Url {
    /// The argument that gives it.
    pub(crate) argument: V,
    /// The literal or template that it starts with.
    pub(crate) literal: V,
    /// What is known of it, from its start on.
    pub(crate) text: String,
    /// Whether that is all.
    pub(crate) is_whole: bool,
}

impl<'doc> View<'doc> {
    /// The address of a resource; `None`: nothing is known of how it starts.
    pub(crate) fn url(&self, resource: &Resource<'doc>) -> Option<Url> {
        let index = resource.kind.url? as usize;
        let call = match &resource.kind.url_method {
            None => resource.site,
            Some(wanted) => self.call_in_chain(resource.site, wanted)?,
        };
        let argument = self.arg(call, index)?;
        let (literal, text, is_whole) = self.known_start(argument, 0)?;
        Some(Url { argument, literal, text, is_whole })
    }

    /// The call of a method among those that a chain consists of, from its end to its start.
    fn call_in_chain(&self, end: V, wanted: &str) -> Option<V> {
        let mut at = end;
        for _ in 0..12 {
            let (object, name) = self.method(at)?;
            if name == wanted {
                return Some(at);
            }
            at = self.origin(object)?;
        }
        None
    }

    fn known_start(&self, v: V, depth: u32) -> Option<(V, String, bool)> {
        let origin = self.origin(v).filter(|_| depth < 4)?;
        match self.value(origin) {
            Value::Lit(Lit::Str(text)) => Some((origin, text.to_string(), true)),
            Value::Template(parts) => match parts.as_slice() {
                [Part::Text(text)] => Some((origin, text.to_string(), true)),
                [Part::Text(text), ..] => Some((origin, text.to_string(), false)),
                _ => None,
            },
            Value::Binary { op, left, .. } if op == "+" => {
                let (literal, text, _) = self.known_start(V { unit: origin.unit, id: *left }, depth + 1)?;
                Some((literal, text, false))
            }
            // `new URL("ws://…")`, `new URL(path, "ws://…")`.
            Value::Call(call)
                if call.is_new && self.callee_api(origin).is_some_and(|api| api.path.as_slice() == ["URL"]) =>
            {
                let base = call.args.get(1).or(call.args.first())?;
                let (literal, text, _) = self.known_start(V { unit: origin.unit, id: *base }, depth + 1)?;
                Some((literal, text, false))
            }
            _ => None,
        }
    }
}
