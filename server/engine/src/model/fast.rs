//! What is sent at each of the events that come many times a second.

use super::resource::Resource;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// Events that come with every move, and the properties of elements that listen for them.
const FAST: &[(&str, &str)] = &[
    ("pointermove", "onPointerMove"),
    ("mousemove", "onMouseMove"),
    ("touchmove", "onTouchMove"),
    ("drag", "onDrag"),
    ("dragover", "onDragOver"),
    ("scroll", "onScroll"),
    ("wheel", "onWheel"),
    ("devicemotion", "onDeviceMotion"),
    ("deviceorientation", "onDeviceOrientation"),
];

/// Calls that tell the time, or wait for a later moment: what holds one may count or gather.
const PACING: &[&str] = &["now", "setTimeout", "requestAnimationFrame", "getTime", "performance"];

impl<'doc> View<'doc> {
    /// The sends that run at each of these events: the send, the event, and what makes the function run for it.
    pub(crate) fn fast_sends(&self, resources: &[Resource<'doc>], unit: UnitId) -> Vec<(V, &'static str, V)> {
        let mut sends: Vec<V> = Vec::new();
        for resource in resources {
            for event in &resource.trace.events {
                if let Event::Method { call, name, .. } = event
                    && resource.kind.send.iter().any(|known| known == *name)
                {
                    sends.push(*call);
                }
            }
        }
        sends.extend(self.calls_in(unit).filter(|&call| {
            self.method(call).is_some_and(|(object, name)| {
                matches!(name.as_str(), "send" | "emit" | "track" | "publish") && self.sends_on(object, name)
            })
        }));
        sends.sort_unstable();
        sends.dedup();
        let found = sends.into_iter().filter_map(|send| {
            let (event, added) = self.fast_event(self.func_of(send), 0)?;
            (!self.is_paced(send)).then_some((send, event, added))
        });
        found.collect()
    }

    /// The event at each of which a function runs, by itself or by functions that call it.
    fn fast_event(&self, func: F, depth: u32) -> Option<(&'static str, V)> {
        if func.id == TOP || depth > 2 || !self.spend() {
            return None;
        }
        let direct = self.function_and_reads(func).into_iter().find_map(|read| {
            self.uses(read).iter().find_map(|used| {
                let here = |id: ValueId| V { unit: read.unit, id };
                match *used {
                    Use::JsxProp(element, index) => {
                        let Value::Jsx { props, .. } = self.value(here(element)) else { return None };
                        let key = props.get(index as usize)?.key.as_deref()?;
                        let (event, _) = FAST.iter().find(|(_, prop)| *prop == key)?;
                        Some((*event, here(element)))
                    }
                    Use::Arg(call, 1) => {
                        let call = here(call);
                        let (_, method) = self.method(call)?;
                        let text = self.arg(call, 0).and_then(|event| self.text_of(event))?;
                        let (event, _) = FAST.iter().find(|(event, _)| *event == text)?;
                        (method == "addEventListener").then_some((*event, call))
                    }
                    _ => None,
                }
            })
        });
        let found = direct.or_else(|| {
            self.callers(func).calls.into_iter().find_map(|call| {
                let event = self.fast_event(self.func_of(call), depth + 1)?;
                (!self.is_paced(call)).then_some(event)
            })
        });
        // Asked last: it looks at every call of the function.
        found.filter(|_| !self.waits(func))
    }

    /// Whether something in a function tells the time or puts off to a later moment.
    pub(super) fn waits(&self, func: F) -> bool {
        self.calls_of(func).any(|call| {
            self.callee_name(self.callee(call)).is_some_and(|name| {
                let lower = name.to_ascii_lowercase();
                PACING.contains(&name.as_str()) || lower.contains("throttle") || lower.contains("debounce")
            })
        })
    }

    /// Whether the conditions of an expression may let it pass seldom: they compare by size, or ask for a time stamp.
    pub(super) fn is_paced(&self, v: V) -> bool {
        let guards = self.guards(v).iter().map(|guard| guard.condition);
        let func = self.func_of(v);
        let ends = self.conditions_before(func, v).into_iter().map(|condition| condition.id);
        let is_pace = |id: ValueId| {
            let span = self.facts(v.unit).value(id).span;
            let values = self.facts(v.unit).values.iter().filter(|data| span.contains(data.span));
            values.into_iter().any(|data| match &data.value {
                Value::Binary { op, .. } => matches!(op.as_str(), "<" | "<=" | ">" | ">=" | "%"),
                Value::Member { name, .. } => name == "timeStamp",
                _ => false,
            })
        };
        guards.chain(ends).any(is_pace)
    }
}
