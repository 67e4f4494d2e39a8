//! What handlers of a close make of its code and reason.

use super::reopen::{Delay, Reopen, Reopening};
use super::resource::Resource;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// The events by which a connection tells that it is closed.
const CLOSES: [&str; 2] = ["close", "disconnect"];

/// How far a handler looks at why a connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    /// Not at all.
    None,
    /// It is written down.
    Noted,
    /// It decides on something, or is handed on.
    Used,
}

impl<'doc> View<'doc> {
    /// The call or assignment that adds a close handler, where no close handler of the connection looks at the reason.
    pub(crate) fn silent_close(&self, resource: &Resource<'doc>) -> Vec<V> {
        if !resource.kind.tells_why {
            return Vec::new();
        }
        let own = self.handlers(resource).iter().filter(|handler| CLOSES.contains(&handler.event.as_str()));
        let mut groups: Vec<Vec<(V, V)>> = vec![own.map(|handler| (handler.at, handler.function)).collect()];
        if resource.kind.accepts.is_some() {
            // The close of a server itself has no reason.
            groups = self.accepted(resource).iter().map(|(_, trace)| self.closes_of(&trace.events)).collect();
        }
        groups.into_iter().filter_map(|handlers| self.unlooked(&handlers)).collect()
    }

    fn closes_of(&self, events: &[Event<'doc>]) -> Vec<(V, V)> {
        let added = events.iter().filter_map(|event| match *event {
            Event::Method { call, name, .. } if matches!(name.as_str(), "on" | "addListener" | "addEventListener") => {
                let event = self.arg(call, 0).and_then(|event| self.text_of(event))?;
                CLOSES.contains(&event.as_str()).then(|| Some((call, self.arg(call, 1)?)))?
            }
            Event::Stored { assign, name, stored } if *name == "onclose" => Some((assign, stored)),
            _ => None,
        });
        added.collect()
    }

    /// The first of some close handlers, where none of them looks at what it is given.
    fn unlooked(&self, handlers: &[(V, V)]) -> Option<V> {
        let is_once = |at: V| self.method(at).is_some_and(|(_, name)| name == "once");
        let handlers: Vec<(V, V)> = handlers.iter().copied().filter(|(at, _)| !is_once(*at)).collect();
        // One that does nothing takes another one off.
        let is_empty = |function: V| {
            let functions = self.functions(function).0;
            let does_nothing = |func: F| {
                let data = self.func(func);
                data.returns.is_empty() && data.blocks.iter().all(|block| block.ops.is_empty())
            };
            !functions.is_empty() && functions.into_iter().all(does_nothing)
        };
        let handlers: Vec<(V, V)> = handlers.into_iter().filter(|(_, function)| !is_empty(*function)).collect();
        let looks = |function: V| {
            let (functions, complete) = self.functions(function);
            !complete
                || functions.is_empty()
                || functions.into_iter().any(|func| self.look_at_reason(func) > Look::None)
        };
        let first = handlers.iter().min_by_key(|(at, _)| self.span(*at).start)?;
        (!handlers.iter().any(|(_, function)| looks(*function))).then_some(first.0)
    }

    /// How far a function looks at what it is given.
    fn look_at_reason(&self, func: F) -> Look {
        let params = self.params_of(func).into_iter();
        params.map(|param| self.look_at(param, 0)).max().unwrap_or(Look::None)
    }

    fn look_at(&self, v: V, depth: u32) -> Look {
        if depth > 5 {
            return Look::Used;
        }
        let look = |used: &Use| {
            let here = |id: ValueId| V { unit: v.unit, id };
            match *used {
                Use::Bound(id) => {
                    let reads = self.reads_of(super::view::B { unit: v.unit, id }).into_iter();
                    reads.map(|read| self.look_at(read, depth + 1)).max().unwrap_or(Look::None)
                }
                Use::Object(member) => self.look_at(here(member), depth + 1).max(Look::Noted),
                Use::Arg(call, _) if self.is_written_down(here(call)) => Look::Noted,
                Use::Operand(whole) | Use::Branch(whole) => match self.value(here(whole)) {
                    Value::Template(_) => self.look_at(here(whole), depth + 1).max(Look::Noted),
                    _ => Look::Used,
                },
                _ => Look::Used,
            }
        };
        self.uses(v).iter().map(look).max().unwrap_or(Look::None)
    }

    fn is_written_down(&self, call: V) -> bool {
        self.callee_api(call)
            .is_some_and(|api| api.source.is_none() && api.path.first().is_some_and(|first| first == "console"))
    }

    /// The call or assignment that makes a function the handler of a close, and what names the function there.
    pub(crate) fn close_handler(&self, resource: &Resource<'doc>, func: F) -> Option<(V, V)> {
        let mut closes = self.handlers(resource).iter().filter(|handler| handler.event == "close");
        closes
            .find(|handler| self.functions(handler.function).0.as_slice() == [func])
            .map(|handler| (handler.at, handler.function))
    }

    /// The step that opens a connection again after any close, whatever its code says.
    pub(crate) fn blind_reopening(&self, resource: &Resource<'doc>) -> Option<V> {
        let Reopening::OnDrop(Reopen { at, limited: false, .. }) = *self.reopening(resource) else { return None };
        if !(resource.kind.tells_why && resource.kind.opens_once) {
            return None;
        }
        let closes = self.handlers(resource).iter().filter(|handler| handler.event == "close");
        let functions: Vec<F> = closes.flat_map(|handler| self.functions(handler.function).0).collect();
        let looks = functions.iter().any(|&func| self.look_at_reason(func) == Look::Used);
        (!functions.is_empty() && !looks).then_some(at)
    }

    /// The timer that waits before a connection is opened again, where nothing looks at the network in between.
    pub(crate) fn deaf_reopening(&self, resource: &Resource<'doc>) -> Option<V> {
        let Reopening::OnDrop(Reopen { at, delay, .. }) = *self.reopening(resource) else { return None };
        // A short pause is no delay between attempts.
        let is_short = matches!(delay, Delay::Constant(wait) if wait < 500.0);
        let waits = delay != Delay::None
            && !is_short
            && self.callee_name(self.callee(at)).is_some_and(|name| name == "setTimeout");
        let is_of_node = self.is_of_server() || self.is_from(resource.site, "ws") || self.is_script();
        (waits && !is_of_node && !self.speaks_of(resource.site.unit, Subject::Network)).then_some(at)
    }

    /// The looks at `navigator.onLine` that alone decide whether something is sent.
    pub(crate) fn trusted_online_states(&self, unit: UnitId) -> Vec<V> {
        let mut found = Vec::new();
        for send in self.calls_in(unit) {
            let sends =
                self.method(send).filter(|(_, name)| self.catalog().is_send(name)).is_some_and(|(object, name)| {
                    let mut bare = self.catalog().kinds().map(|(_, kind)| kind).filter(|kind| kind.bare);
                    let is_typed = || name == "send" && self.type_of_socket(object).is_some();
                    bare.any(|kind| kind.send.iter().any(|known| known == name) && self.is_handle(object, kind, 0))
                        || is_typed()
                });
            if !sends {
                continue;
            }
            let func = self.func_of(send);
            let leaves = |block: &&Block| block.ops.iter().any(|op| matches!(op, Op::Return(_)));
            let ends = self.func(func).blocks.iter().filter(leaves).flat_map(|block| &block.guards);
            let conditions: Vec<V> =
                ends.chain(self.guards(send)).map(|guard| V { unit: send.unit, id: guard.condition }).collect();
            let asked: Vec<(V, bool)> =
                conditions.into_iter().filter_map(|condition| self.asked_of_browser(condition)).collect();
            found.extend(asked.iter().filter(|(_, is_alone)| *is_alone).map(|(at, _)| *at));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The look at `navigator.onLine` in a condition, and whether the condition asks nothing else of the connection.
    fn asked_of_browser(&self, condition: V) -> Option<(V, bool)> {
        let inside: Vec<V> = self.within(condition).collect();
        let is_state = |v: &V| {
            self.api(*v).is_some_and(|api| {
                api.source.is_none() && api.path.iter().map(Name::as_str).eq(["navigator", "onLine"])
            })
        };
        let at = inside.iter().copied().find(|v| matches!(self.value(*v), Value::Member { .. }) && is_state(v))?;
        let others = inside.iter().filter(|&&v| self.asks_at(v).is_some_and(|asked| asked.object.is_some())).count();
        let compared = self.uses(at).iter().find_map(|used| match *used {
            Use::Operand(whole) => {
                let whole = V { unit: at.unit, id: whole };
                matches!(self.value(whole), Value::Binary { op, .. } if matches!(op.as_str(), "===" | "=="))
                    .then_some(whole)
            }
            _ => None,
        });
        Some((compared.unwrap_or(at), others == 0))
    }
}
