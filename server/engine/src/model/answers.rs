//! Answers of requests beside a subscription: which comes last, what was missed, what a failure leaves.

use super::handling::Handling;
use super::lifecycle::Effect;
use super::react::Deps;
use super::resource::Resource;
use super::runs::Run;
use super::view::{B, F, UnitId, V, View};
use super::writes::{Target, Write};
use crate::lower::ir::*;

/// Methods and functions that store something on a server.
const STORES: [&str; 10] =
    ["insert", "update", "upsert", "delete", "post", "put", "patch", "mutate", "mutateAsync", "invoke"];

/// Words that tell which of two rows is newer.
const VERSIONS: [&str; 11] =
    ["version", "updated", "timestamp", "seq", "sequence", "revision", "rev", "modified", "time", "clock", "newer"];

impl<'doc> View<'doc> {
    /// What a handler or an effect sets from the answer of a request, though a newer request may be answered before.
    pub(crate) fn overtaken_answers(&self, func: F) -> Vec<Write> {
        let run = self.run_with_answers(func);
        if run.iter().any(|&func| self.aborts(func)) {
            return Vec::new();
        }
        let is_plain = |write: &Write| {
            let func = self.func_of(write.at);
            let guards = self.guards(write.at).iter();
            guards.into_iter().all(|guard| self.is_about_answer(V { unit: write.at.unit, id: guard.condition }))
                && !self.asks_when_answered(func)
                && self.is_shown(&write.target)
                && self.comes_with_answer(write)
        };
        run.into_iter().flat_map(|func| self.writes_in(func)).filter(is_plain).collect()
    }

    /// Whether a view may show what is set: a plain variable is not shown.
    pub(super) fn is_shown(&self, target: &Target) -> bool {
        match target {
            Target::State(_) | Target::Field(_) => true,
            Target::Name(name) => {
                self.stores_of(*name).into_iter().any(|store| self.hook(store).is_some() || self.is_rune(store))
            }
        }
    }

    /// Whether some way through a function ends when the answer is there: it may ask whether that is still wanted.
    fn asks_when_answered(&self, func: F) -> bool {
        let facts = self.facts(func.unit);
        let awaits = facts.values.iter().filter(|data| data.func == func.id && matches!(data.value, Value::Await(_)));
        let answered = awaits.map(|data| data.span.start).min().unwrap_or_default();
        let leaves = |block: &&Block| block.ops.iter().any(|op| matches!(op, Op::Return(_)));
        self.func(func).blocks.iter().filter(leaves).filter_map(|block| block.guards.last()).any(|guard| {
            let condition = V { unit: func.unit, id: guard.condition };
            self.span(condition).start >= answered && !self.is_about_answer(condition)
        })
    }

    /// Whether a condition looks at the answer itself and nothing else.
    fn is_about_answer(&self, condition: V) -> bool {
        let names = self.within(condition).filter(|&part| matches!(self.value(part), Value::Local(_) | Value::Free(_)));
        let mut names = names.peekable();
        names.peek().is_some() && names.all(|name| self.comes_from_request(name, 0))
    }

    /// A function's run, and the callbacks that promises in it are given.
    fn run_with_answers(&self, func: F) -> Vec<F> {
        let mut run = self.run_of(func);
        let mut at = 0;
        while at < run.len() && run.len() < 24 {
            for call in self.calls_of(run[at]).collect::<Vec<_>>() {
                let is_then = self.method(call).is_some_and(|(_, name)| name == "then");
                let callbacks = self.arg(call, 0).filter(|_| is_then).map(|callback| self.functions(callback).0);
                for callback in callbacks.into_iter().flatten() {
                    for func in self.run_of(callback) {
                        if !run.contains(&func) {
                            run.push(func);
                        }
                    }
                }
            }
            at += 1;
        }
        run
    }

    /// Whether a request of a function can be aborted.
    fn aborts(&self, func: F) -> bool {
        self.calls_of(func).any(|call| {
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            let has_signal = args.iter().any(|&id| self.value_of_key(V { unit: call.unit, id }, "signal").is_some());
            has_signal || self.method(call).is_some_and(|(_, name)| name == "abortSignal" || name == "abort")
        })
    }

    /// Whether a script has to do with a realtime connection at all.
    pub(crate) fn speaks_of_connections(&self, unit: UnitId) -> bool {
        self.speaks_of(unit, Subject::Connection)
    }

    /// The effects of a unit that ask for something else when what they depend on changes.
    pub(crate) fn keyed_effects(&self, unit: UnitId) -> Vec<F> {
        let effects = self.calls_in(unit).filter_map(|call| self.effect(call));
        effects.filter(|&effect| self.asks_by_key(effect)).map(|effect| effect.callback).collect()
    }

    fn asks_by_key(&self, effect: Effect) -> bool {
        let Deps::List(deps) = self.deps(effect.call) else { return false };
        let changing = deps.into_iter().filter(|&dep| self.may_change(dep));
        let keys: Vec<B> = changing.flat_map(|dep| self.names_in(dep)).collect();
        let names_key = |argument: V| {
            self.functions(argument).0.is_empty() && self.names_in(argument).iter().any(|name| keys.contains(name))
        };
        let asks = |call: V| {
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            let is_setter = self.setter_of(self.callee(call)).is_some();
            !is_setter && args.iter().any(|&id| names_key(V { unit: call.unit, id }))
        };
        !keys.is_empty() && self.run_with_answers(effect.callback).into_iter().any(|func| self.calls_of(func).any(asks))
    }

    /// Whether a dependency is a state or something that a component is given, and no function.
    fn may_change(&self, dep: V) -> bool {
        self.origin(dep).is_some_and(|origin| match self.value(origin) {
            Value::Param { .. } => true,
            Value::Member { object, .. } => {
                let of = self.origin(V { unit: origin.unit, id: *object });
                of.is_some_and(|of| matches!(self.value(of), Value::Param { .. }))
            }
            _ => self.state_of(dep).is_some(),
        })
    }

    /// What is loaded once, when a component begins, and never again: not when something happens.
    pub(crate) fn is_loaded_once(&self, target: &Target, handling: &Handling) -> bool {
        let unit = handling.at.unit;
        if self.speaks_of(unit, Subject::Resync) || self.speaks_of(unit, Subject::Network) {
            return false;
        }
        let writes = self.funcs_of(unit).flat_map(|func| self.writes_in(func)).filter(|write| write.target == *target);
        let loads: Vec<Write> = writes.filter(|write| self.comes_with_answer(write)).collect();
        let is_at_start = |write: &Write| {
            let runs = self.runs(self.func_of(write.at));
            runs.iter().any(|run| matches!(run, Run::Effect(_) | Run::Mount(_) | Run::Setup(_)))
                && runs
                    .iter()
                    .all(|run| matches!(run, Run::Effect(_) | Run::Mount(_) | Run::Setup(_) | Run::Teardown(_)))
        };
        !loads.is_empty() && loads.iter().all(is_at_start)
    }

    /// The function that loads what is loaded once.
    pub(crate) fn loader_of(&self, target: &Target, beside: V) -> Option<F> {
        let loads = |&func: &F| {
            let writes = self.run_with_answers(func).into_iter().flat_map(|func| self.writes_in(func));
            let mut loading = writes.filter(|write| self.comes_with_answer(write));
            self.func(func).name.is_some() && loading.any(|write| write.target == *target)
        };
        self.calls_of(self.func_of(beside)).flat_map(|call| self.functions(self.callee(call)).0).find(loads)
    }

    /// The call that loads what a channel's events change, in the function that makes the channel, where its `subscribe` does
    /// not load it again when it is live.
    pub(crate) fn loaded_before_live(&self, channel: &Resource<'doc>, handling: &Handling) -> Option<(V, Target)> {
        let changed =
            self.writes_of_run(handling).into_iter().filter(|write| !self.functions(write.value).0.is_empty());
        let targets: Vec<Target> = changed.map(|write| write.target).collect();
        let loads = |functions: &[F]| {
            let run = functions.iter().flat_map(|&func| self.run_with_answers(func));
            let writes = run.flat_map(|func| self.writes_in(func)).filter(|write| self.comes_with_answer(write));
            writes.map(|write| write.target).find(|target| targets.contains(target))
        };
        let live = self.handlers(channel).iter().filter(|handler| handler.event == "subscribe");
        let when_live: Vec<F> = live.flat_map(|handler| self.functions(handler.function).0).collect();
        if targets.is_empty() || loads(&when_live).is_some() {
            return None;
        }
        let calls = self.calls_of(self.func_of(channel.site));
        calls.into_iter().find_map(|call| Some((call, loads(&self.functions(self.callee(call)).0)?)))
    }

    /// The rows that a handler puts in the place of those with the same id, with no look at which is newer.
    pub(crate) fn blind_replacements(&self, handling: &Handling) -> Vec<V> {
        let run = self.run_of(handling.func);
        let compares = |func: F| {
            let facts = self.facts(func.unit);
            let inside = facts.values.iter().filter(|data| self.is_within(F { unit: func.unit, id: data.func }, func));
            inside.into_iter().any(|data| match &data.value {
                Value::Member { name, .. } => is_version(name),
                Value::Local(id) => is_version(&facts.binding(*id).name),
                _ => false,
            })
        };
        if run.iter().any(|&func| compares(func)) {
            return Vec::new();
        }
        let given = self.params_of(handling.func);
        let replaced = |write: Write| {
            self.functions(write.value).0.into_iter().find_map(|updater| {
                let returns = self.func(updater).returns.iter().map(|&id| V { unit: updater.unit, id });
                returns.into_iter().find(|&returned| self.maps_to_given(returned, &given))
            })
        };
        let writes = run.iter().flat_map(|&func| self.writes_in(func));
        writes.filter_map(replaced).collect()
    }

    /// Whether a value is `rows.map((old) => (old.id === row.id ? row : old))` with a row that was given.
    fn maps_to_given(&self, v: V, given: &[V]) -> bool {
        let maps = self.method(v).is_some_and(|(_, name)| name == "map");
        let callback = self.arg(v, 0).filter(|_| maps).map(|callback| self.functions(callback).0);
        callback.into_iter().flatten().any(|func| {
            let returns = self.func(func).returns.iter().map(|&id| V { unit: func.unit, id });
            returns.into_iter().any(|returned| match self.value(returned) {
                Value::OneOf(branches) => {
                    branches.iter().any(|&branch| self.carries(V { unit: returned.unit, id: branch }, given))
                }
                _ => false,
            })
        })
    }

    /// What a function changes before it stores it, with nothing that takes it back where that fails.
    pub(crate) fn unrestored_changes(&self, unit: UnitId) -> Vec<Write> {
        self.funcs_of(unit).filter(|func| func.id != TOP).filter_map(|func| self.unrestored_in(func)).collect()
    }

    fn unrestored_in(&self, func: F) -> Option<Write> {
        let stores = self.calls_of(func).find(|&call| self.stores_something(call))?;
        let start = self.span(stores).start;
        let writes = self.writes_in(func);
        let is_before = |write: &&Write| {
            self.span(write.at).start < start && matches!(write.target, Target::State(_)) && self.is_made_of_old(write)
        };
        let changed = writes.iter().find(is_before)?;
        let tries = &self.facts(func.unit).tries;
        // Whatever is done where it fails may take it back.
        let answers = |call: V| {
            let is_behind = self.span(call).start > self.span(stores).end;
            let in_handler = tries.iter().any(|tried| tried.handler.contains(self.span(call)));
            let is_written = self.callee_api(call).is_some_and(|api| {
                api.source.is_none() && api.path.first().is_some_and(|first| first == "console" || first == "alert")
            });
            is_behind && (in_handler || !self.guards(call).is_empty()) && !is_written
        };
        let is_chained = self.chain_catches(stores);
        let is_again = writes.iter().any(|write| write.target == changed.target && self.span(write.at).start > start);
        let is_restored = is_again || is_chained || self.calls_within(func).any(answers);
        (!is_restored).then(|| changed.clone())
    }

    /// Whether a state is set to what is made of the state before.
    fn is_made_of_old(&self, write: &Write) -> bool {
        let Target::State(state) = write.target else { return false };
        let is_list_of_old = match self.value(write.value) {
            Value::Array(_) => true,
            Value::Call(_) => self.method(write.value).is_some_and(|(object, _)| self.state_of(object) == Some(state)),
            _ => false,
        };
        is_list_of_old || !self.functions(write.value).0.is_empty()
    }

    /// Whether the promise of a call catches, or does something when it fails.
    fn chain_catches(&self, call: V) -> bool {
        let mut at = call;
        for _ in 0..8 {
            let next = self.uses(at).iter().find_map(|used| match *used {
                Use::Object(member) => {
                    let member = V { unit: at.unit, id: member };
                    let Value::Member { name, .. } = self.value(member) else { return None };
                    let called = self.uses(member).iter().find_map(|used| match *used {
                        Use::Callee(next) => Some(V { unit: at.unit, id: next }),
                        _ => None,
                    })?;
                    Some((called, name.clone()))
                }
                _ => None,
            });
            match next {
                Some((_, name)) if name == "catch" => return true,
                Some((called, name)) if name == "then" && self.arg(called, 1).is_some() => return true,
                Some((called, _)) => at = called,
                None => return false,
            }
        }
        false
    }

    fn stores_something(&self, call: V) -> bool {
        let name = self.callee_name(self.callee(call)).unwrap_or_default();
        if name == "fetch" {
            let method = self.arg(call, 1).and_then(|options| self.value_of_key(options, "method"));
            return method.and_then(|method| self.text_of(method)).is_some_and(|method| method != "GET");
        }
        if !STORES.contains(&name.as_str()) {
            return false;
        }
        // `map.delete(id)` stores nothing: what stores is waited for, or part of a chain.
        let chain = |v: V| self.uses(v).iter().any(|used| matches!(used, Use::Awaited(_) | Use::Object(_)));
        chain(call)
    }

    /// The values that are computed from a field of a row and written back to the same field.
    pub(crate) fn lost_updates(&self, unit: UnitId) -> Vec<V> {
        let writes = self.calls_in(unit).filter(|&call| {
            let name = self.callee_name(self.callee(call)).unwrap_or_default();
            let by_method = name == "update" && self.method(call).is_some_and(|(object, _)| self.is_table(object));
            (by_method || name == "updateDoc") && !self.is_conditional_write(call)
        });
        let of_call = |call: V| {
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            let objects = args.iter().filter_map(|&id| self.origin(V { unit, id }));
            objects.flat_map(|object| self.recomputed_fields(object)).collect::<Vec<_>>()
        };
        writes.flat_map(of_call).collect()
    }

    /// Whether an expression is `supabase.from("lots")`.
    fn is_table(&self, v: V) -> bool {
        self.origin(v).and_then(|origin| self.method(origin)).is_some_and(|(_, name)| name == "from")
    }

    fn recomputed_fields(&self, object: V) -> Vec<V> {
        let Value::Object(props) = self.value(object) else { return Vec::new() };
        let fields = props.iter().filter_map(|prop| {
            let key = prop.key.as_ref()?;
            let value = V { unit: object.unit, id: prop.value };
            let here = |id: ValueId| V { unit: value.unit, id };
            let reads = match self.value(value) {
                Value::Binary { op, left, right } => {
                    matches!(op.as_str(), "+" | "-" | "*")
                        && [left, right].into_iter().any(|&side| self.names_field(here(side), key))
                }
                Value::Array(elements) => elements.iter().any(|&element| match self.value(here(element)) {
                    Value::Spread(inner) => self.names_field(here(*inner), key),
                    _ => false,
                }),
                Value::Call(_) => self.method(value).is_some_and(|(list, name)| {
                    matches!(name.as_str(), "concat" | "filter") && self.names_field(list, key)
                }),
                _ => false,
            };
            reads.then_some(value)
        });
        fields.collect()
    }

    /// Whether an expression reads what is called like a field: `seats`, `lot.seats`, `seats.value`.
    fn names_field(&self, v: V, field: &Name) -> bool {
        match self.value(v) {
            Value::Member { object, name } if name == "value" || name == "current" => {
                self.names_field(V { unit: v.unit, id: *object }, field)
            }
            Value::Member { name, .. } | Value::Free(name) => name == field,
            Value::Local(_) => self.binding_of(v).is_some_and(|binding| self.name(binding) == field),
            _ => false,
        }
    }

    /// Whether the chain behind a write names a version, or the value that was read.
    fn is_conditional_write(&self, call: V) -> bool {
        let mut at = call;
        for _ in 0..8 {
            let next = self.uses(at).iter().find_map(|used| match *used {
                Use::Object(member) => self.uses(V { unit: at.unit, id: member }).iter().find_map(|used| match *used {
                    Use::Callee(next) => Some(V { unit: at.unit, id: next }),
                    _ => None,
                }),
                _ => None,
            });
            let Some(next) = next else { return false };
            // `.match({ id, left })`
            let fields = self.arg(next, 0).and_then(|fields| self.origin(fields)).map(|fields| self.value(fields));
            if matches!(fields, Some(Value::Object(props)) if props.len() > 1) {
                return true;
            }
            let column = self.arg(next, 0).and_then(|column| self.text_of(column));
            // One's own row is changed by oneself.
            if column
                .as_ref()
                .is_some_and(|column| column.contains("user") || column.contains("owner") || column.contains("profile"))
            {
                return true;
            }
            let compared = self.arg(next, 1).is_some_and(|value| matches!(self.value(value), Value::Member { .. }));
            let is_key = column.as_ref().is_some_and(|column| {
                let column = column.to_ascii_lowercase();
                column == "id" || column.ends_with("_id") || column.ends_with("id") || column == "slug"
            });
            if column.is_some() && !is_key && compared {
                return true;
            }
            at = next;
        }
        false
    }
}

fn is_version(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    VERSIONS.iter().any(|word| name.contains(word))
}
