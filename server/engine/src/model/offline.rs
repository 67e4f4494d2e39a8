//! What becomes of what people send while a connection is down.

use super::runs::Run;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// Names of the state in which a connection stands: WebSocket's, RTCDataChannel's, SignalR's.
const OPEN: [&str; 3] = ["OPEN", "open", "Connected"];

/// Names of the states in which it does not. One that is about to open is not down.
const DOWN: [&str; 5] = ["CLOSED", "CLOSING", "closed", "closing", "Disconnected"];

/// Words of messages that the next one of their kind makes up for, or that another handler repeats after a reconnect.
const PASSING: [&str; 30] = [
    "presence",
    "selection",
    "resize",
    "sync",
    "cursor",
    "cursors",
    "typing",
    "ping",
    "pong",
    "heartbeat",
    "keepalive",
    "pointer",
    "mouse",
    "position",
    "move",
    "moved",
    "seen",
    "subscribe",
    "unsubscribe",
    "join",
    "leave",
    "status",
    "awareness",
    "focus",
    "blur",
    "viewport",
    "camera",
    "audio",
    "frame",
    "bye",
];

/// Events by which people do something.
const OF_PEOPLE: [&str; 10] =
    ["click", "submit", "keydown", "keyup", "keypress", "change", "input", "pointerdown", "mousedown", "touchstart"];

/// Methods that keep what they are given.
const KEEPS: [&str; 8] = ["push", "add", "set", "unshift", "setItem", "put", "enqueue", "append"];

/// A look at whether a connection stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Whose state is looked at; `None`: the browser's.
    pub(super) object: Option<V>,
    /// The outcome of the condition that says so.
    pub(super) when: bool,
}

impl View<'_> {
    /// The sends of a unit that people cause and that do not happen while the connection is down, with nothing done instead.
    pub(crate) fn dropped_sends(&self, unit: UnitId) -> Vec<V> {
        self.calls_in(unit).filter(|&call| self.is_dropped_while_down(call)).collect()
    }

    fn is_dropped_while_down(&self, send: V) -> bool {
        let Some((object, name)) = self.method(send).filter(|(_, name)| self.catalog().is_send(name)) else {
            return false;
        };
        let func = self.func_of(send);
        let is_of_people = |run: &Run| match run {
            Run::User | Run::Outside | Run::Class => true,
            Run::Handler(at) => OF_PEOPLE.contains(&self.event_of(*at).as_str()),
            _ => false,
        };
        self.is_skipped_silently(send, object)
            && (self.sends_on(object, name) || name == "send" && self.type_of_socket(object) == Some(None))
            && !self.is_of_server_socket(object)
            && self.runs(func).iter().all(is_of_people)
            && !self.is_passing(send)
            && !self.is_of_wrapper(send)
            && !self.is_kept_before(send)
            && !self.ends_after(send, object)
    }

    /// Whether a condition on the state of `object` leaves a send out, and nothing runs instead.
    fn is_skipped_silently(&self, send: V, object: V) -> bool {
        let func = self.func_of(send);
        let data = self.func(func);
        let here = |guard: &Guard| V { unit: send.unit, id: guard.condition };
        let is_up = |guard: &Guard| {
            self.asks_if_up(here(guard)).is_some_and(|asked| {
                let is_same = asked.object.is_some_and(|asked| self.are_one_place(asked, object));
                is_same && asked.when == guard.holds
            })
        };
        let does_something = |block: &Block| block.ops.iter().any(|op| !matches!(op, Op::Return(None)));
        if let Some(up) = self.guards(send).iter().find(|guard| is_up(guard)) {
            let other = Guard { holds: !up.holds, ..*up };
            let leaves =
                |block: &Block| block.guards.contains(up) && block.ops.iter().any(|op| matches!(op, Op::Return(_)));
            return !data.blocks.iter().any(|block| block.guards.contains(&other) && does_something(block))
                && (data.expression_body || !data.blocks.iter().any(leaves))
                && (data.expression_body || data.returns.is_empty());
        }
        // `if (socket.readyState !== WebSocket.OPEN) return;`
        let mut ways_out = data.blocks.iter().filter(|block| {
            block.ops.contains(&Op::Return(None))
                && block.guards.last().is_some_and(|guard| is_up(&Guard { holds: !guard.holds, ..*guard }))
        });
        data.returns.is_empty() && ways_out.next().is_some_and(|block| !does_something(block))
    }

    /// What a condition says of whether a connection stands.
    pub(super) fn asks_if_up(&self, condition: V) -> Option<Asked> {
        let mut condition = condition;
        if let Value::Local(_) = self.value(condition) {
            condition = self.origin(condition)?;
        }
        let mut asked: Vec<Asked> = self.within(condition).filter_map(|part| self.asks_at(part)).collect();
        match asked.len() {
            1 => asked.pop(),
            _ => None,
        }
    }

    pub(super) fn asks_at(&self, v: V) -> Option<Asked> {
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Binary { op, left, right } => {
                let is_equal = match op.as_str() {
                    "==" | "===" => true,
                    "!=" | "!==" => false,
                    _ => return None,
                };
                let sides = [(here(*left), here(*right)), (here(*right), here(*left))];
                let (object, state) = sides.into_iter().find_map(|(asked, state)| match self.value(asked) {
                    Value::Member { object, name } if matches!(name.as_str(), "readyState" | "state") => {
                        Some((here(*object), state))
                    }
                    _ => None,
                })?;
                let is_plain = matches!(self.value(v), Value::Binary { left, right, .. } if [left, right].iter().any(|&&side| {
                    matches!(self.value(here(side)), Value::Member { name, .. } if name == "state")
                }));
                // Much else has a `state`.
                let is_known = !is_plain || self.is_sender(object);
                is_known.then_some(Asked { object: Some(object), when: self.is_open_state(state)? == is_equal })
            }
            Value::Member { object, name } if name == "connected" || name == "onLine" => {
                let object = here(*object);
                let is_of_browser = name == "onLine" && self.api(v).is_some_and(|api| api.path.len() == 2);
                let is_known = is_of_browser || self.is_sender(object);
                let is_denied = self.uses(v).iter().any(|used| match used {
                    Use::Operand(by) => matches!(self.value(here(*by)), Value::Unary { op, .. } if op == "!"),
                    _ => false,
                });
                is_known.then_some(Asked { object: (!is_of_browser).then_some(object), when: !is_denied })
            }
            _ => None,
        }
    }

    /// Whether a value is a handle that one sends on.
    fn is_sender(&self, v: V) -> bool {
        self.catalog().kinds().any(|(_, kind)| !kind.send.is_empty() && self.is_handle(v, kind, 0))
    }

    /// Whether a value names the state in which a connection stands, or one in which it does not.
    fn is_open_state(&self, v: V) -> Option<bool> {
        let named = |name: &str| match (OPEN.contains(&name), DOWN.contains(&name)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match self.value(v) {
            Value::Member { name, .. } => named(name),
            Value::Lit(Lit::Str(text)) => named(text),
            Value::Lit(Lit::Num(number)) => Some(*number == 1.0),
            _ => None,
        }
    }

    /// Whether two expressions name the same variable, field or member.
    pub(super) fn are_one_place(&self, one: V, other: V) -> bool {
        match (self.value(one), self.value(other)) {
            (Value::This, Value::This) => true,
            (Value::Member { object: first, name }, Value::Member { object: second, name: same }) => {
                name == same
                    && self.are_one_place(V { unit: one.unit, id: *first }, V { unit: other.unit, id: *second })
            }
            _ => self.binding_of(one).is_some_and(|known| self.binding_of(other) == Some(known)),
        }
    }

    /// Whether a socket is one of several, or one of those that a server accepts.
    fn is_of_server_socket(&self, object: V) -> bool {
        let is_of_many = |origin: V| match self.value(origin) {
            Value::Element(_) => true,
            Value::Param { func, .. } => {
                let value = self.func(F { unit: origin.unit, id: *func }).value;
                let uses = value.map(|id| self.uses(V { unit: origin.unit, id })).unwrap_or_default();
                // A callback of `forEach`, or a parameter whose type is that of a library of Node.
                uses.iter().any(|used| match *used {
                    Use::Arg(call, 0) => {
                        let method = self.method(V { unit: origin.unit, id: call });
                        method.is_some_and(|(_, name)| matches!(name.as_str(), "forEach" | "map" | "filter"))
                    }
                    _ => false,
                })
            }
            _ => false,
        };
        self.is_of_server()
            || self.is_accepted_socket(object)
            || self.type_of_socket(object).flatten().is_some_and(|module| module == "ws")
            || self.origins(object).into_iter().any(is_of_many)
    }

    /// The module that an expression's type `WebSocket` is imported from; `Some(None)`: it is that of the platform.
    pub(super) fn type_of_socket(&self, v: V) -> Option<Option<Name>> {
        let named =
            self.binding_of(v).and_then(|binding| Some((binding.unit, self.binding(binding).type_name.clone()?)));
        let member = || self.type_of_member(self.origin(v)?).map(|(unit, name)| (unit, name.clone()));
        let (unit, name) = named.or_else(member).filter(|(_, name)| name == "WebSocket")?;
        let declared = self.declaration(unit, &name);
        let source = declared.and_then(|declared| {
            self.stores_of(declared).into_iter().find_map(|store| match self.value(store) {
                Value::Import { source, .. } => Some(source.clone()),
                _ => None,
            })
        });
        Some(source)
    }

    /// Whether a function sends for others whatever they give it: they know what is lost, and may ask before.
    fn is_of_wrapper(&self, send: V) -> bool {
        let func = self.func_of(send);
        let names: Vec<Name> = self.enclosing(func).filter_map(|func| self.func(func).name.clone()).collect();
        let method = match &self.facts(send.unit).class {
            Some(ClassRole::Method { name, .. } | ClassRole::Field { name, .. }) => Some(name.clone()),
            _ => None,
        };
        let is_named = names.into_iter().chain(method).any(|name| {
            let name = name.to_ascii_lowercase();
            ["send", "emit", "publish", "request", "write", "call"].iter().any(|word| name.contains(word))
        });
        let args = self.call(send).map(|data| data.args.as_slice()).unwrap_or_default();
        is_named && args.iter().any(|&id| self.is_parameter(V { unit: send.unit, id }, func))
    }

    /// Whether an expression is a parameter of a function as it came, or the text or a copy of one.
    fn is_parameter(&self, v: V, func: F) -> bool {
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Call(call) if self.calls_global(v, &["JSON", "stringify"]) => {
                call.args.first().is_some_and(|&argument| self.is_parameter(here(argument), func))
            }
            Value::Object(props) => {
                props.iter().any(|prop| prop.key.is_none() && self.is_parameter(here(prop.value), func))
            }
            Value::Spread(inner) => self.is_parameter(here(*inner), func),
            _ => self.origin(v).is_some_and(|origin| match self.value(origin) {
                Value::Param { func: of, .. } => {
                    origin.unit == func.unit && self.enclosing(func).any(|outer| outer.id == *of)
                }
                _ => false,
            }),
        }
    }

    /// Whether the next message of its kind makes up for one that is not sent.
    pub(super) fn is_passing(&self, send: V) -> bool {
        let args = self.call(send).map(|data| data.args.as_slice()).unwrap_or_default();
        let is_word = |text: &str| {
            let mut parts = text.split(|letter: char| !letter.is_ascii_alphabetic());
            parts.any(|part| is_passing_word(&part.to_ascii_lowercase()))
        };
        let name = self.enclosing(self.func_of(send)).find_map(|func| self.func(func).name.clone());
        let method = match &self.facts(send.unit).class {
            Some(ClassRole::Method { name, .. } | ClassRole::Field { name, .. }) => Some(name.clone()),
            _ => None,
        };
        name.is_some_and(|name| is_word(&name))
            || method.is_some_and(|name| is_word(&name))
            || args.iter().any(|&id| self.texts_in(V { unit: send.unit, id }).into_iter().any(|text| is_word(&text)))
    }

    /// The texts and keys that an expression, or what it is the name of, consists of.
    pub(super) fn texts_in(&self, v: V) -> Vec<Name> {
        let v = self.origin(v).unwrap_or(v);
        let (facts, span) = (self.facts(v.unit), self.span(v));
        let inside = facts.values.iter().filter(|data| span.contains(data.span));
        let texts = inside.flat_map(|data| match &data.value {
            Value::Lit(Lit::Str(text)) => vec![text.clone()],
            Value::Object(props) => props.iter().filter_map(|prop| prop.key.clone()).collect(),
            Value::Member { name, .. } => vec![name.clone()],
            Value::Local(id) => vec![facts.binding(*id).name.clone()],
            Value::Free(name) => vec![name.clone()],
            _ => Vec::new(),
        });
        texts.collect()
    }

    /// Whether something of what is sent is kept in the same function.
    fn is_kept_before(&self, send: V) -> bool {
        let names = |call: V| {
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            args.iter().flat_map(|&id| self.names_in(V { unit: call.unit, id })).collect::<Vec<_>>()
        };
        let sent = names(send);
        self.calls_of(self.func_of(send)).filter(|&call| call != send).any(|call| {
            let keeps = self.method(call).is_some_and(|(_, name)| KEEPS.contains(&name.as_str()));
            keeps && names(call).iter().any(|name| sent.contains(name))
        })
    }

    /// Whether the function that sends ends the connection afterwards.
    fn ends_after(&self, send: V, object: V) -> bool {
        self.calls_of(self.func_of(send)).any(|call| {
            self.method(call).is_some_and(|(other, name)| {
                matches!(name.as_str(), "close" | "disconnect" | "end" | "stop") && self.are_one_place(other, object)
            })
        })
    }
}

/// Whether a word in lower case is of messages that the next one of their kind makes up for.
pub(super) fn is_passing_word(word: &str) -> bool {
    PASSING.iter().any(|passing| word.contains(passing))
}
