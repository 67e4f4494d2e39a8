//! Subscriptions that are made more often than needed: for each item of a list, or twice on one channel.

use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, V, View};
use crate::lower::ir::*;

/// Methods that call what they are given for each item.
const EACH: [&str; 4] = ["map", "forEach", "flatMap", "reduce"];

impl<'doc> View<'doc> {
    /// Whether a subscription is made for each item of a list that may be long, where a filter could name all of them.
    pub(crate) fn is_made_for_each(&self, resource: &Resource<'doc>) -> bool {
        let filters = self.item_filters(resource);
        let lists = filters.into_iter().filter_map(|filter| self.list_of_item(filter, 0));
        let is_repeated = |func: Option<F>| match func {
            Some(func) => self.is_within(self.func_of(resource.site), func),
            None => self.is_in_loop(resource.site),
        };
        lists.into_iter().any(|(list, func)| is_repeated(func) && !self.is_short(list))
    }

    /// The expressions by which a subscription asks for one item.
    fn item_filters(&self, resource: &Resource<'doc>) -> Vec<V> {
        match resource.kind.kind.as_str() {
            "supabase-channel" => self
                .method_calls(resource, "on")
                .filter(|&call| self.asks_for_changes(call))
                .filter_map(|call| self.value_of_key(self.arg(call, 1)?, "filter"))
                .filter(|&filter| !self.lists_items(filter))
                .collect(),
            "firestore-listener" => {
                let query = self.arg(resource.site, 0).and_then(|query| self.origin(query));
                let args =
                    query.and_then(|query| self.call(query)).map(|call| call.args.as_slice()).unwrap_or_default();
                let unit = query.map_or(resource.site.unit, |query| query.unit);
                let conditions = args.iter().filter_map(|&id| self.origin(V { unit, id }));
                conditions
                    .filter(|&condition| {
                        self.callee_name(self.callee_of(condition)).is_some_and(|name| name == "where")
                    })
                    .filter(|&condition| {
                        let operator = self.arg(condition, 1).and_then(|operator| self.text_of(operator));
                        operator.is_some_and(|operator| operator == "==")
                    })
                    .filter_map(|condition| self.arg(condition, 2))
                    .collect()
            }
            kind if kind.starts_with("pocketbase") && kind != "pocketbase-auth" => {
                self.arg(resource.live, 0).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn callee_of(&self, call: V) -> V {
        self.call(call).map_or(call, |data| V { unit: call.unit, id: data.callee })
    }

    /// Whether a filter of Supabase names several values: `id=in.(…)`.
    fn lists_items(&self, filter: V) -> bool {
        match self.origin(filter).map(|origin| self.value(origin)) {
            Some(Value::Template(parts)) => {
                parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains("=in.")))
            }
            _ => false,
        }
    }

    /// The list of whose items an expression holds one, and the function that is called for each, where it is no loop.
    fn list_of_item(&self, v: V, depth: u32) -> Option<(V, Option<F>)> {
        if depth > 6 || !self.spend() {
            return None;
        }
        let origin = self.origin(v)?;
        let here = |id: ValueId| V { unit: origin.unit, id };
        match self.value(origin) {
            Value::Element(of) => Some((here(*of), None)),
            Value::Param { func, index: 0 } => {
                let holder = self.func(F { unit: origin.unit, id: *func }).value?;
                self.uses(here(holder)).iter().find_map(|used| match *used {
                    Use::Arg(call, 0) => {
                        let (object, name) = self.method(here(call))?;
                        let each = F { unit: origin.unit, id: *func };
                        EACH.contains(&name.as_str()).then_some((object, Some(each)))
                    }
                    _ => None,
                })
            }
            Value::Index { object, index } => {
                let counter = self.binding_of(here(*index))?;
                (self.binding(counter).stores.len() > 1 && self.binding(counter).kind == BindingKind::Let)
                    .then(|| (here(*object), None))
            }
            Value::Member { object, .. } => self.list_of_item(here(*object), depth + 1),
            Value::Template(parts) => parts.iter().find_map(|part| match part {
                Part::Value(value) => self.list_of_item(here(*value), depth + 1),
                Part::Text(_) => None,
            }),
            Value::Binary { left, right, .. } => {
                self.list_of_item(here(*left), depth + 1).or_else(|| self.list_of_item(here(*right), depth + 1))
            }
            Value::Call(_) => {
                let (object, name) = self.method(origin)?;
                (name == "toString").then(|| self.list_of_item(object, depth + 1))?
            }
            _ => None,
        }
    }

    /// Whether a list is constant, cut, or kept by another module.
    fn is_short(&self, list: V) -> bool {
        self.origins(list).into_iter().all(|origin| match self.value(origin) {
            Value::Array(_) | Value::Object(_) | Value::Import { .. } => true,
            Value::Call(call) => match self.method(origin) {
                Some((_, name)) if name == "slice" || name == "splice" => true,
                Some((object, name)) if matches!(name.as_str(), "filter" | "map") => self.is_short(object),
                Some((_, name)) if matches!(name.as_str(), "keys" | "values" | "entries") => {
                    let first = call.args.first().map(|&id| V { unit: origin.unit, id });
                    first.is_some_and(|first| self.is_short(first))
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// The calls that subscribe a channel which was subscribed before.
    pub(crate) fn repeated_subscribes(&self, channel: &Resource<'doc>) -> Vec<V> {
        let kept_once = channel.trace.names.iter().all(|&name| self.stores_of(name).len() <= 1);
        let calls: Vec<V> = channel
            .trace
            .events
            .iter()
            .filter_map(|event| match *event {
                Event::Method { call, name, sure } if name == "subscribe" => {
                    let holds_one = || self.method(call).is_some_and(|(object, _)| self.origins(object).len() == 1);
                    (sure || holds_one()).then_some(call)
                }
                _ => None,
            })
            .collect();
        if !kept_once || channel.trace.incomplete {
            return Vec::new();
        }
        let made = self.func_of(channel.site);
        let is_again = |&call: &V| {
            let is_free =
                self.guards(call).iter().all(|guard| !self.asks_own_state(V { unit: call.unit, id: guard.condition }));
            let func = self.func_of(call);
            let follows = calls.iter().any(|&first| {
                let is_first_always = self.guards(first).is_empty() && self.are_of_one_run(self.func_of(first), made);
                let is_later = match (func == self.func_of(first), self.are_of_one_run(func, made)) {
                    (true, _) => self.comes_after(first, call),
                    (false, true) => self.slot(call.unit).start > self.slot(first.unit).start,
                    (false, false) => self.is_later_run(func, made),
                };
                first != call && is_first_always && is_later
            });
            is_free && !self.has_early_return(func) && (follows || self.is_subscribed_at_each_mount(channel, call))
        };
        calls.iter().copied().filter(is_again).collect()
    }

    /// Whether a condition asks a name of the code's own, which may hold the call off the second time.
    fn asks_own_state(&self, condition: V) -> bool {
        let (facts, span) = (self.facts(condition.unit), self.span(condition));
        let mut inside = facts.values.iter().filter(|data| span.contains(data.span));
        inside.any(|data| match &data.value {
            Value::Local(id) => {
                let kind = facts.binding(*id).kind;
                matches!(kind, BindingKind::Let | BindingKind::Var)
            }
            Value::This => true,
            _ => false,
        })
    }

    /// Whether two functions are one, or parts of one component's script.
    fn are_of_one_run(&self, one: F, other: F) -> bool {
        let is_script = |func: F| func.id == TOP && self.slot(func.unit).is_instance;
        one == other || (is_script(one) && is_script(other))
    }

    /// Whether a function runs after the one that made a channel: it is made in it, or is another method of its class.
    fn is_later_run(&self, func: F, made: F) -> bool {
        (func != made && self.is_within(func, made) && made.id != TOP)
            || (func.unit == made.unit && made.id == TOP && self.slot(made.unit).is_instance)
            || (func.unit != made.unit && self.slot(made.unit).is_instance && made.id == TOP)
            || (self.are_of_one_class(func.unit, made.unit) && func.unit != made.unit && self.is_constructor(made))
    }

    pub(super) fn is_constructor(&self, func: F) -> bool {
        matches!(&self.facts(func.unit).class, Some(ClassRole::Method { name, .. }) if name == "constructor")
    }

    /// Whether an effect of a component subscribes a channel that the module made once.
    fn is_subscribed_at_each_mount(&self, channel: &Resource<'doc>, call: V) -> bool {
        let made = self.func_of(channel.site);
        let is_of_module = made.id == TOP && !self.slot(made.unit).is_instance && self.slot(made.unit).class.is_none();
        is_of_module && self.runs(self.func_of(call)).iter().any(|run| matches!(run, Run::Effect(_)))
    }
}
