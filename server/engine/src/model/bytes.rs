//! Handlers that read bytes where a `Blob` arrives.

use super::errors::is_shared;
use super::resource::Resource;
use super::trace::Event;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// Classes whose constructors read an `ArrayBuffer`.
const VIEWS: [&str; 12] = [
    "Uint8Array",
    "Int8Array",
    "Uint8ClampedArray",
    "Uint16Array",
    "Int16Array",
    "Uint32Array",
    "Int32Array",
    "Float32Array",
    "Float64Array",
    "BigInt64Array",
    "BigUint64Array",
    "DataView",
];

/// Modules whose sockets deliver a `Buffer`.
const OF_NODE: [&str; 2] = ["ws", "isomorphic-ws"];

impl<'doc> View<'doc> {
    /// The expressions of a socket's message handlers that read bytes, where the socket delivers a `Blob`: its `binaryType`
    /// is what the WebSocket standard starts with.
    pub(crate) fn bytes_read_from_blobs(&self, resource: &Resource<'doc>) -> Vec<V> {
        let is_of_node = self
            .callee_api(resource.site)
            .and_then(|api| api.source)
            .is_some_and(|source| OF_NODE.contains(&source.as_str()));
        let is_set = resource.trace.events.iter().any(|event| match event {
            Event::Stored { name, .. } => *name == "binaryType",
            _ => false,
        });
        if !resource.kind.delivers_blobs || is_of_node || is_set || is_shared(self, &resource.trace) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for handling in self.handlings(resource).into_iter().filter(|handling| handling.is_message) {
            let Some(&event) = self.params_of(handling.func).first() else { continue };
            self.reads_of_bytes(handling.func, Data { event, whole: Vec::new() }, 0, &mut found);
        }
        found
    }

    fn reads_of_bytes(&self, func: F, data: Data, depth: u32, found: &mut Vec<V>) {
        if depth > 2 || self.asks_for_class(func) {
            return;
        }
        for call in self.calls_of(func) {
            let is_data = |index: usize| self.arg(call, index).is_some_and(|v| self.is_data(v, &data));
            let reads = match self.call(call).is_some_and(|call| call.is_new) {
                true => is_data(0) && self.callee_api(call).is_some_and(|api| is_view(&api)),
                false => {
                    is_data(0)
                        && self
                            .method(call)
                            .is_some_and(|(object, name)| name == "decode" && self.is_text_decoder(object))
                }
            };
            if reads && !found.contains(&call) {
                found.push(call);
            }
            let given = (0..4).filter(|&index| is_data(index)).collect::<Vec<_>>();
            if given.is_empty() || reads {
                continue;
            }
            for callee in self.functions(self.callee(call)).0 {
                let params = self.params_of(callee);
                let whole = given.iter().filter_map(|&index| params.get(index).copied()).collect();
                self.reads_of_bytes(callee, Data { event: data.event, whole }, depth + 1, found);
            }
        }
        let facts = self.facts(func.unit);
        for (index, value) in facts.values.iter().enumerate().filter(|(_, value)| value.func == func.id) {
            let Value::Member { object, name } = &value.value else { continue };
            let v = V { unit: func.unit, id: ValueId(index as u32) };
            if name == "byteLength" && self.is_data(V { unit: func.unit, id: *object }, &data) && !found.contains(&v) {
                found.push(v);
            }
        }
    }

    /// Whether a value is what a message carries, as it came: `event.data`.
    fn is_data(&self, v: V, data: &Data) -> bool {
        self.origin(v).is_some_and(|origin| {
            data.whole.contains(&origin)
                || match self.value(origin) {
                    Value::Member { object, name } => {
                        name == "data" && self.origin(V { unit: origin.unit, id: *object }) == Some(data.event)
                    }
                    _ => false,
                }
        })
    }

    fn is_text_decoder(&self, v: V) -> bool {
        let made = self.origin(v).filter(|&made| self.call(made).is_some_and(|call| call.is_new));
        made.and_then(|made| self.callee_api(made))
            .is_some_and(|api| api.name().is_some_and(|name| name == "TextDecoder"))
    }

    /// Whether a function asks what class something is of.
    fn asks_for_class(&self, func: F) -> bool {
        let mut values = self.facts(func.unit).values.iter().filter(|data| data.func == func.id);
        values.any(|data| matches!(&data.value, Value::Binary { op, .. } if op == "instanceof"))
    }
}

/// What a message carries: the handler's event, and parameters that hold its data.
struct Data {
    event: V,
    whole: Vec<V>,
}

fn is_view(api: &super::origin::Api) -> bool {
    api.source.is_none() && api.name().is_some_and(|name| VIEWS.contains(&name.as_str()))
}
