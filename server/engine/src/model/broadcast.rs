//! The same text, made once for each receiver.

use super::view::{B, UnitId, V, View};
use crate::lower::ir::*;
use crate::text::Span;

impl View<'_> {
    /// The `JSON.stringify` calls in loops over receivers whose text is the same for each.
    pub(crate) fn repeated_texts(&self, unit: UnitId) -> Vec<V> {
        let texts = self.calls_in(unit).filter(|&call| self.calls_global(call, &["JSON", "stringify"]));
        texts.filter(|&text| self.is_sent_to_each(text)).collect()
    }

    fn is_sent_to_each(&self, text: V) -> bool {
        let Some(start) = self.loop_of(text) else { return false };
        let inside = self.span(text);
        // A name that is declared within the loop may be another value each time.
        let is_outer = |name: &B| {
            let at = self.binding(*name).span.start;
            name.unit != text.unit || at < start
        };
        let names = self.names_in(text);
        let mut calls = self.calls_in(text.unit).filter(|&call| call != text && inside.contains(self.span(call)));
        let is_changed = |name: &B| {
            self.operations_of(self.func_of(text)).any(|(v, value)| match value {
                Value::Assign { target, .. } => {
                    let target = V { unit: v.unit, id: *target };
                    self.span(v).start >= start && self.root_name(target) == Some(*name)
                }
                _ => false,
            })
        };
        let mut values = self.facts(text.unit).values.iter().filter(|data| inside.contains(data.span));
        let is_this = values.any(|data| data.value == Value::This);
        !is_this
            && !names.is_empty()
            && calls.next().is_none()
            && names.iter().all(is_outer)
            && !names.iter().any(is_changed)
    }

    /// The statement with the loop over receivers that a text is sent in.
    pub(crate) fn loop_around(&self, text: V) -> Option<Span> {
        let start = self.loop_of(text)?;
        let stmts = self.facts(text.unit).stmts.iter().map(|stmt| stmt.span);
        stmts.filter(|stmt| stmt.contains(self.span(text)) && stmt.start < start).min_by_key(|stmt| stmt.len())
    }

    /// Whether a `try` within a statement catches what an expression throws.
    pub(crate) fn is_tried_within(&self, v: V, statement: Span) -> bool {
        let span = self.span(v);
        self.facts(v.unit).tries.iter().any(|tried| tried.body.contains(span) && statement.contains(tried.body))
    }

    /// Where the loop starts that gives the receiver of a text.
    fn loop_of(&self, text: V) -> Option<u32> {
        let sent = self.uses(text).iter().find_map(|used| match *used {
            Use::Arg(call, 0) => Some(V { unit: text.unit, id: call }),
            _ => None,
        });
        let (receiver, name) = self.method(sent?)?;
        let sends = matches!(name.as_str(), "send" | "write" | "sendMessage");
        sends.then(|| self.loop_start(self.root_name(receiver)?))?
    }

    /// The name that a member expression starts with.
    fn root_name(&self, v: V) -> Option<B> {
        match self.value(v) {
            Value::Member { object, .. } | Value::Index { object, .. } => {
                self.root_name(V { unit: v.unit, id: *object })
            }
            _ => self.binding_of(v),
        }
    }

    /// Where the loop starts whose variable a name is, or is a part of.
    fn loop_start(&self, name: B) -> Option<u32> {
        let stores = self.stores_of(name);
        let [store] = stores.as_slice() else { return None };
        let mut at = *store;
        for _ in 0..4 {
            match self.value(at) {
                Value::Element(_) => return Some(self.binding(name).span.start),
                Value::Param { func, .. } => {
                    let callback = self.facts(at.unit).func(*func).value?;
                    let mut uses = self.uses(V { unit: at.unit, id: callback }).iter();
                    let is_loop = uses.any(|used| match *used {
                        Use::Arg(call, 0) => {
                            self.method(V { unit: at.unit, id: call }).is_some_and(|(_, name)| name == "forEach")
                        }
                        _ => false,
                    });
                    return is_loop.then(|| self.facts(at.unit).func(*func).span.start);
                }
                Value::Member { object, .. } | Value::Index { object, .. } => at = V { unit: at.unit, id: *object },
                Value::Local(_) | Value::Free(_) => at = self.origin(at)?,
                _ => return None,
            }
        }
        None
    }
}
