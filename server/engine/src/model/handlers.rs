//! What handles a resource's events.

use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// A function that is called when something happens to a resource.
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    /// The event; empty where it is not constant. `subscribe`: a status callback.
    pub(crate) event: Name,
    /// The function, or what may be one.
    pub(crate) function: V,
    /// The call or assignment that adds it.
    pub(crate) at: V,
}

impl<'doc> View<'doc> {
    /// The handlers of a resource.
    pub(crate) fn handlers<'of>(&self, resource: &'of Resource<'doc>) -> &'of [Handler] {
        resource.known.handlers.get_or_init(|| self.find_handlers(resource))
    }

    fn find_handlers(&self, resource: &Resource<'doc>) -> Vec<Handler> {
        let mut handlers = Vec::new();
        for event in &resource.trace.events {
            match *event {
                Event::Stored { assign, name, stored } => {
                    if let Some(event) = name.strip_prefix("on") {
                        handlers.push(Handler { event: event.into(), function: stored, at: assign });
                    }
                }
                Event::Method { call, name, .. } if resource.kind.listen.iter().any(|method| method == name) => {
                    handlers.extend(self.listened(call, name));
                }
                _ => {}
            }
        }
        if let Some(function) = resource.callback_index().and_then(|index| self.arg(resource.live, index)) {
            let event = self.arg(resource.live, 0).and_then(|event| self.text_of(event)).unwrap_or_default();
            handlers.push(Handler { event, function, at: resource.live });
        }
        let options = resource.kind.handlers_in.and_then(|index| self.arg(resource.live, index as usize));
        handlers.extend(options.into_iter().flat_map(|options| self.handlers_among(resource, options)));
        handlers
    }

    /// The members of an object that are handlers of a resource's events: `onMessage`, `onmessage`, `message`.
    fn handlers_among(&self, resource: &Resource<'doc>, options: V) -> Vec<Handler> {
        let Some(origin) = self.origin(options) else { return Vec::new() };
        let Value::Object(props) = self.value(origin) else { return Vec::new() };
        let events = &resource.kind.events;
        let handlers = props.iter().filter_map(|prop| {
            let key = prop.key.as_ref()?;
            let event = match key.strip_prefix("on") {
                Some(event) => Name::from(event.to_ascii_lowercase()),
                None if events.message.iter().chain(&events.drop).any(|known| known == key) => key.clone(),
                None => return None,
            };
            let function = V { unit: origin.unit, id: prop.value };
            Some(Handler { event, function, at: function })
        });
        handlers.collect()
    }

    /// Whether a resource has a handler for an event.
    pub(crate) fn listens_for(&self, resource: &Resource<'doc>, event: &str) -> bool {
        self.handlers(resource).iter().any(|handler| handler.event == event)
    }

    fn listened(&self, call: V, method: &Name) -> Option<Handler> {
        // `channel.subscribe(f)`, `channel.notification(f)`; Ably's takes the name of an event before.
        let takes_event =
            self.arg(call, 1).is_some() && self.arg(call, 0).is_some_and(|first| self.text_of(first).is_some());
        if method == "notification" || method == "listenToAll" || (method == "subscribe" && !takes_event) {
            return Some(Handler { event: method.clone(), function: self.arg(call, 0)?, at: call });
        }
        // `connection.onclose(f)`.
        if let Some(event) = method.strip_prefix("on").filter(|event| !event.is_empty()) {
            return Some(Handler { event: event.into(), function: self.arg(call, 0)?, at: call });
        }
        let event = self.text_of(self.arg(call, 0)?).unwrap_or_default();
        let count = self.call(call)?.args.len();
        // `on(type, filter, handler)` and `addEventListener(type, handler, options)`.
        let index = if method == "on" { count.checked_sub(1)? } else { 1 };
        let function = (index > 0).then(|| self.arg(call, index))??;
        Some(Handler { event, function, at: call })
    }

    /// The event that a handler was added for, by the call or assignment that adds it.
    pub(super) fn event_of(&self, added: V) -> Name {
        match self.value(added) {
            Value::Call(_) => self.arg(added, 0).and_then(|event| self.text_of(event)).unwrap_or_default(),
            Value::Assign { target, .. } => match self.value(V { unit: added.unit, id: *target }) {
                Value::Member { name, .. } => name.strip_prefix("on").map(Name::from).unwrap_or_default(),
                _ => Name::default(),
            },
            _ => Name::default(),
        }
    }

    /// Whether one of the functions that `f` runs for is a handler of that resource.
    pub(super) fn is_handler_of(&self, run: &Run, handlers: &[Handler]) -> bool {
        matches!(run, Run::Handler(at) if handlers.iter().any(|handler| handler.at == *at))
    }

    /// Whether a function is the callback of a `new Promise(…)`, or made in one.
    pub(super) fn in_promise(&self, f: F) -> bool {
        self.enclosing(f).any(|at| {
            let Some(value) = self.func(at).value else { return false };
            self.uses(V { unit: at.unit, id: value }).iter().any(|used| match *used {
                Use::Arg(call, 0) => {
                    let call = V { unit: at.unit, id: call };
                    let is_new = self.call(call).is_some_and(|data| data.is_new);
                    is_new && self.callee_api(call).is_some_and(|api| api.name().is_some_and(|name| name == "Promise"))
                }
                _ => false,
            })
        })
    }
}
