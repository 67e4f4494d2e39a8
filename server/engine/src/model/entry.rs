//! Whom a server lets in, and into what: cookies of a handshake, rooms that a message names.

use super::resource::Resource;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

impl<'doc> View<'doc> {
    /// Whether a function of the application looks at each packet before its handler does (Socket.IO, "Middlewares").
    pub(super) fn looks_at_packets(&self, server: &Resource<'doc>) -> bool {
        self.accepted(server).iter().any(|(_, trace)| {
            trace.events.iter().any(|event| matches!(event, Event::Method { name, .. } if *name == "use"))
        })
    }

    /// The rooms that a client's message names and that it joins or sends to with no look at them: the call, and the name.
    pub(crate) fn unchecked_rooms(&self, server: &Resource<'doc>) -> Vec<(V, V)> {
        if self.looks_at_packets(server) {
            return Vec::new();
        }
        let mut found: Vec<(V, V)> = Vec::new();
        for handling in self.handlings_of_accepted(server).into_iter().filter(|handling| handling.is_message) {
            let given = self.params_of(handling.func);
            for call in self.calls_of(handling.func) {
                let names_room = self.method(call).is_some_and(|(object, name)| {
                    matches!(name.as_str(), "join" | "to" | "in") && self.is_of_server_or_client(object, server)
                });
                let room = self.arg(call, 0).filter(|&room| names_room && self.carries(room, &given));
                let Some(room) = room else { continue };
                let is_checked = !self.guards(call).is_empty()
                    || !self.conditions_before(handling.func, call).is_empty()
                    || self.has_early_return(handling.func)
                    || self.is_caught(call)
                    || self.follows_await(handling.func, call);
                if !is_checked && found.iter().all(|(known, _)| *known != call) {
                    found.push((call, self.given_part(room, &given)));
                }
            }
        }
        found
    }

    /// The part of a text that a message brings.
    fn given_part(&self, v: V, given: &[V]) -> V {
        let parts = match self.value(v) {
            Value::Template(parts) => parts.as_slice(),
            _ => return v,
        };
        let values = parts.iter().filter_map(|part| match part {
            Part::Value(value) => Some(V { unit: v.unit, id: *value }),
            Part::Text(_) => None,
        });
        values.into_iter().find(|&value| self.carries(value, given)).unwrap_or(v)
    }

    fn is_of_server_or_client(&self, object: V, server: &Resource<'doc>) -> bool {
        let origin = self.origin(object);
        origin.is_some_and(|origin| self.accepted(server).iter().any(|(connection, _)| *connection == origin))
            || self.is_handle(object, server.kind, 0)
    }

    /// The cookies of a handshake by which a server tells who connects, where nothing asks for the origin of the page.
    pub(crate) fn unchecked_cookies(&self, unit: UnitId) -> Vec<V> {
        let is_cookie = |v: &V| match self.value(*v) {
            Value::Member { object, name } if name == "cookie" => {
                matches!(self.value(V { unit, id: *object }), Value::Member { name, .. } if name == "headers")
            }
            _ => false,
        };
        let cookies =
            self.values_of(unit).filter(is_cookie).filter(|&cookie| self.is_in_handshake(self.func_of(cookie)));
        let is_own = |&cookie: &V| !self.hands_request_on(cookie) && !self.hands_cookies_on(cookie);
        let cookies: Vec<V> = cookies.filter(is_own).collect();
        if cookies.is_empty() || self.speaks_of(unit, Subject::Origin) || !self.speaks_of(unit, Subject::Upgrade) {
            return Vec::new();
        }
        cookies
    }

    /// Whether the request that a cookie is of is given to another function as a whole.
    fn hands_request_on(&self, cookie: V) -> bool {
        let mut root = cookie;
        while let Value::Member { object, .. } = self.value(root) {
            root = V { unit: root.unit, id: *object };
        }
        let Some(request) = self.binding_of(root) else { return false };
        self.reads_of(request).into_iter().any(|read| {
            self.uses(read).iter().any(|used| match *used {
                Use::Arg(call, _) => {
                    let call = V { unit: read.unit, id: call };
                    !self.method(call).is_some_and(|(_, name)| matches!(name.as_str(), "handleUpgrade" | "emit"))
                }
                _ => false,
            })
        })
    }

    /// Whether cookies or headers are given by name to a function of elsewhere, beside the place where a cookie is read: whoever
    /// gets them decides, and may know how the cookie was set.
    fn hands_cookies_on(&self, cookie: V) -> bool {
        self.calls_of(self.func_of(cookie)).any(|call| {
            let is_elsewhere = self.functions(self.callee(call)).0.is_empty();
            let given = self.arg(call, 0).filter(|&given| matches!(self.value(given), Value::Object(_)));
            is_elsewhere
                && given
                    .is_some_and(|given| ["cookies", "cookie", "headers"].iter().any(|key| self.has_key(given, key)))
        })
    }

    /// Whether a function decides on a connection before or when it is accepted.
    fn is_in_handshake(&self, func: F) -> bool {
        self.enclosing(func).any(|func| {
            let Some(holder) = self.func(func).value.map(|id| V { unit: func.unit, id }) else { return false };
            self.uses(holder).iter().any(|used| match *used {
                Use::Prop(object, index) => {
                    let Value::Object(props) = self.value(V { unit: func.unit, id: object }) else { return false };
                    let key = props.get(index as usize).and_then(|prop| prop.key.as_deref());
                    key.is_some_and(|key| matches!(key, "verifyClient" | "allowRequest"))
                }
                Use::Arg(call, index) => {
                    let call = V { unit: func.unit, id: call };
                    self.method(call).is_some_and(|(object, name)| match name.as_str() {
                        "use" => index == 0 && self.is_server(object),
                        "on" => matches!(self.event_of(call).as_str(), "upgrade" | "connection"),
                        _ => false,
                    })
                }
                _ => false,
            })
        })
    }

    fn is_server(&self, v: V) -> bool {
        self.catalog().kinds().any(|(_, kind)| kind.accepts.is_some() && self.is_handle(v, kind, 0))
    }
}
