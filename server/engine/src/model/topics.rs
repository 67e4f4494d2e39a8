//! Topics: a client has one channel a topic, so two that want the same constant one are in each other's way.
//!
//! Source of the facts: realtime-js 2.11.6 and later give the channel back that the topic has already; a second
//! `subscribe` on it does nothing and never calls its callback, and the first removal ends it for all
//! (`RealtimeClient.channel`, `RealtimeChannel.subscribe`). Older versions let the newer one throw the older one out
//! (supabase/realtime-js#180).

use super::lifecycle::Effect;
use super::owner::Owner;
use super::react::is_hook_name;
use super::resource::Resource;
use super::trace::Event;
use super::view::{B, F, UnitId, V, View};
use crate::lower::ir::*;
use crate::project::Shape;

/// How many hooks lead from a component to a topic at most.
const MAX_DEPTH: u32 = 4;

/// A second channel of one topic in one component.
#[derive(Debug)]
pub(crate) struct SharedTopic {
    pub(crate) topic: Name,
    pub(crate) first: V,
    pub(crate) component: F,
}

/// A component that is rendered several times, each of which wants the same topic.
#[derive(Debug)]
pub(crate) struct RepeatedTopic {
    pub(crate) topic: Name,
    /// The name of the component where it is rendered.
    pub(crate) tag: V,
    /// Where it is rendered beside that; `None`: it is an item of a list.
    pub(crate) beside: Option<V>,
}

impl<'doc> View<'doc> {
    /// What a channel is in the way of: an earlier one of the same constant topic, client and component.
    pub(crate) fn shared_topic(&self, resource: &Resource<'doc>) -> Option<SharedTopic> {
        let topic = self.topic_of(resource)?;
        let component = self.component_that_keeps(resource)?;
        let earlier = |at: V| self.span(at).start < self.span(resource.site).start;
        let others = self.calls_within(component).filter(|&at| at != resource.site && earlier(at));
        let mut firsts = others.filter(|&at| match self.resource(at) {
            Some(other) => {
                self.topic_of(&other).as_ref() == Some(&topic)
                    && self.component_that_keeps(&other) == Some(component)
                    && self.have_one_client(&other, resource)
                    && !self.exclude_each_other(&other, resource)
            }
            None => self.topics_of_hook(at, component, 0).contains(&topic) && !self.is_conditional(resource),
        });
        let first = firsts.next()?;
        Some(SharedTopic { topic, first, component })
    }

    /// Whether something is sent on a channel's handle.
    pub(crate) fn is_sent_to(&self, resource: &Resource<'doc>) -> bool {
        let sends = |name: &Name| resource.kind.send.iter().any(|send| send == name);
        resource.trace.events.iter().any(|event| matches!(event, Event::Method { name, .. } if sends(name)))
    }

    /// The components that a unit renders several times, though each has a channel of the same topic.
    pub(crate) fn repeated_topics(&self, unit: UnitId) -> Vec<RepeatedTopic> {
        let mut found = Vec::new();
        for (name, tags) in self.tags_in(unit) {
            let sure: Vec<V> = tags.iter().copied().filter(|&tag| self.is_surely_rendered(tag)).collect();
            let twice = sure.windows(2).find(|pair| self.func_of(pair[0]) == self.func_of(pair[1]));
            let repeated = match tags.iter().find(|&&tag| self.is_listed(tag)) {
                Some(&tag) => Some((tag, None)),
                None => twice.map(|pair| (pair[1], Some(pair[0]))),
            };
            let Some((tag, beside)) = repeated else { continue };
            if let Some(topic) = self.topics_of_component(unit, name, 0).into_iter().next() {
                found.push(RepeatedTopic { topic, tag, beside });
            }
        }
        found.sort_by_key(|repeated| self.span(repeated.tag).start);
        found
    }

    /// The names of other units' components that a unit renders, with the places where it does.
    fn tags_in(&self, unit: UnitId) -> impl Iterator<Item = (&'doc Name, Vec<V>)> {
        let facts = self.facts(unit);
        let is_component = |name: &Name| name.starts_with(|first: char| first.is_uppercase());
        let names = facts.free.iter().filter(move |(name, _)| is_component(name));
        names.map(move |(name, uses)| {
            let tags = uses.iter().map(|&id| V { unit, id });
            (name, tags.filter(|&tag| self.element_of(tag).is_some()).collect())
        })
    }

    /// The element whose component a name is.
    fn element_of(&self, tag: V) -> Option<V> {
        self.uses(tag).iter().find_map(|used| match *used {
            Use::Callee(id) => Some(V { unit: tag.unit, id }).filter(|&at| matches!(self.value(at), Value::Jsx { .. })),
            _ => None,
        })
    }

    /// The constant topics that others have who render a component or call a hook.
    pub(super) fn topics_of(&self, f: F, depth: u32) -> Vec<Name> {
        let own = self.resources(f.unit).into_iter().filter_map(|resource| {
            let name = self.topic_of(&resource)?;
            let is_kept = self.component_that_keeps(&resource) == Some(f) && !self.differs_by_instance(&resource);
            (is_kept && self.is_client_for_all(&resource)).then_some(name)
        });
        let mut topics: Vec<Name> = own.collect();
        for call in self.calls_of(f) {
            topics.extend(self.topics_of_hook(call, f, depth));
        }
        if depth < MAX_DEPTH {
            for (name, tags) in self.tags_in(f.unit) {
                if tags.iter().any(|&tag| self.func_of(tag) == f && self.is_surely_rendered(tag)) {
                    topics.extend(self.topics_of_component(f.unit, name, depth + 1));
                }
            }
        }
        topics
    }

    /// The topics of a hook that a component calls in its body.
    fn topics_of_hook(&self, call: V, component: F, depth: u32) -> Vec<Name> {
        let callee = self.callee(call);
        let is_hook = self.callee_name(callee).is_some_and(|name| is_hook_name(&name)) && self.hook(call).is_none();
        if !is_hook || depth > MAX_DEPTH || self.func_of(call) != component || !self.guards(call).is_empty() {
            return Vec::new();
        }
        match self.declared_by(callee) {
            Some(Declared::Here(f)) if f != component => self.topics_of(f, depth + 1),
            Some(Declared::Elsewhere(topics)) => topics,
            _ => Vec::new(),
        }
    }

    /// The constant topic of a channel that is subscribed to.
    fn topic_of(&self, resource: &Resource<'doc>) -> Option<Name> {
        let index = resource.kind.topic?;
        if resource.live == resource.site || resource.gives.is_some() {
            return None;
        }
        self.text_of(self.arg(resource.site, index as usize)?)
    }

    /// The component or hook that has a channel from its mounting to its end.
    fn component_that_keeps(&self, resource: &Resource<'doc>) -> Option<F> {
        match self.owner(self.func_of(resource.live))? {
            Owner::Effect(Effect { call, .. }) => self.component_of(self.func_of(call)),
            Owner::Component(component) => Some(component),
            Owner::Script | Owner::Request | Owner::Class(_) => None,
        }
    }

    fn client_of(&self, resource: &Resource<'doc>) -> Option<V> {
        self.method(resource.site).and_then(|(object, _)| self.origin(object))
    }

    fn have_one_client(&self, one: &Resource<'doc>, other: &Resource<'doc>) -> bool {
        let (Some(one), Some(other)) = (self.client_of(one), self.client_of(other)) else { return false };
        one == other || matches!((self.value(one), self.value(other)), (a @ Value::Import { .. }, b) if a == b)
    }

    /// Whether all instances of a component are sure to have the same client: one of a module, or of a library's hook.
    fn is_client_for_all(&self, resource: &Resource<'doc>) -> bool {
        let Some(client) = self.client_of(resource) else { return false };
        let is_hooked = || {
            let name = self.callee_name(self.callee(client));
            let mut clients = self.catalog().libraries().filter_map(|library| library.client.as_ref());
            name.is_some_and(|name| clients.any(|client| client.hooks.iter().any(|hook| *hook == name)))
        };
        match self.value(client) {
            Value::Import { .. } => true,
            Value::Call(_) => self.func_of(client).id == TOP && !self.slot(client.unit).is_instance || is_hooked(),
            _ => false,
        }
    }

    /// Whether a channel is opened under a condition, or its effect may end before.
    fn is_conditional(&self, resource: &Resource<'doc>) -> bool {
        !self.lives_if(resource).is_empty()
    }

    /// Whether a channel is opened under a condition that may hold for one instance and not for another: any but a name
    /// that the component was not given.
    fn differs_by_instance(&self, resource: &Resource<'doc>) -> bool {
        let is_given = |binding: B| {
            let root = self.stores_of(binding).into_iter().find_map(|store| self.origin(store));
            let mut root = root.map(|root| self.value(root));
            if let Some(Value::Member { object, .. }) = root {
                root = self.origin(V { unit: binding.unit, id: *object }).map(|object| self.value(object));
            }
            root.is_none_or(|root| matches!(root, Value::Param { .. }))
        };
        self.lives_if(resource).into_iter().any(|(name, _)| name.is_none_or(is_given))
    }

    /// Whether two channels may never live at the same time, as far as their conditions tell.
    fn exclude_each_other(&self, one: &Resource<'doc>, other: &Resource<'doc>) -> bool {
        let (one, other) = (self.lives_if(one), self.lives_if(other));
        let named = |condition: &(Option<B>, bool)| condition.0.is_some();
        let opposed = one.iter().filter(|known| named(known)).any(|(name, holds)| other.contains(&(*name, !holds)));
        let unclear = |conditions: &[(Option<B>, bool)]| conditions.iter().any(|condition| !named(condition));
        opposed || unclear(&one) && unclear(&other)
    }

    /// The conditions under which a channel is opened: the name that must be true or false; `None`: something else.
    fn lives_if(&self, resource: &Resource<'doc>) -> Vec<(Option<B>, bool)> {
        let mut conditions = Vec::new();
        let within = self.enclosing(self.func_of(resource.live));
        let effect = within.take_while(|&f| self.component_of(f) != Some(f));
        for func in effect.collect::<Vec<F>>() {
            let ways_out =
                self.func(func).blocks.iter().filter(|block| block.ops.iter().any(|op| matches!(op, Op::Return(None))));
            let left = ways_out.flat_map(|block| &block.guards).map(|guard| (guard.condition, !guard.holds));
            conditions.extend(left.map(|(condition, holds)| self.named(V { unit: func.unit, id: condition }, holds)));
        }
        let guards = self.guards(resource.live).iter().chain(self.guards(resource.site));
        conditions
            .extend(guards.map(|guard| self.named(V { unit: resource.live.unit, id: guard.condition }, guard.holds)));
        conditions
    }

    fn named(&self, condition: V, holds: bool) -> (Option<B>, bool) {
        match self.value(condition) {
            Value::Unary { op, operand } if op == "!" => self.named(V { unit: condition.unit, id: *operand }, !holds),
            _ => (self.binding_of(condition), holds),
        }
    }

    /// Whether a component's name stands for an element that a callback of `map` returns.
    fn is_listed(&self, tag: V) -> bool {
        let Some(callback) = self.func(self.func_of(tag)).value else { return false };
        self.uses(V { unit: tag.unit, id: callback }).iter().any(|used| match *used {
            Use::Arg(call, 0) => {
                let method = self.method(V { unit: tag.unit, id: call });
                method.is_some_and(|(_, name)| matches!(name.as_str(), "map" | "flatMap"))
            }
            _ => false,
        })
    }

    /// Whether a component's name stands for an element that its function returns, in others or alone, whatever is so.
    fn is_surely_rendered(&self, tag: V) -> bool {
        let func = self.func(self.func_of(tag));
        let mut at = self.element_of(tag);
        while let Some(element) = at {
            let is_returned = self.uses(element).iter().any(|used| matches!(used, Use::Returned(_)));
            if is_returned {
                return func.returns.len() == 1 && self.guards(element).is_empty();
            }
            at = self.uses(element).iter().find_map(|used| match *used {
                Use::JsxChild(id) => Some(V { unit: element.unit, id }),
                _ => None,
            });
        }
        false
    }

    /// The constant topics that each instance of the component of that name has a channel of.
    fn topics_of_component(&self, unit: UnitId, name: &Name, depth: u32) -> Vec<Name> {
        let Some(binding) = self.declaration(unit, name) else { return Vec::new() };
        let [only] = self.stores_of(binding)[..] else { return Vec::new() };
        match self.declared_as(only) {
            Some(Declared::Here(f)) => self.topics_of(f, depth),
            Some(Declared::Elsewhere(topics)) => topics,
            None => Vec::new(),
        }
    }

    fn declared_by(&self, callee: V) -> Option<Declared> {
        let binding = self.binding_of(callee)?;
        let [only] = self.stores_of(binding)[..] else { return None };
        self.declared_as(only)
    }

    fn declared_as(&self, v: V) -> Option<Declared> {
        match self.value(v) {
            Value::Import { source, name } => {
                if self.catalog().is_library(source) || !self.env.modules.may_open(source) {
                    return None;
                }
                match self.env.modules.shape(source, name)? {
                    Shape::Func(shape) => Some(Declared::Elsewhere(shape.topics)),
                    _ => None,
                }
            }
            _ => {
                let (functions, complete) = self.functions(v);
                let &[f] = functions.as_slice() else { return None };
                complete.then_some(Declared::Here(f))
            }
        }
    }
}

/// Where a component or hook is declared.
enum Declared {
    Here(F),
    /// In another module, which tells its topics.
    Elsewhere(Vec<Name>),
}
