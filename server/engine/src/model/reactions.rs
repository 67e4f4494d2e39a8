//! What the handlers of a connection do to what people see: notices, emptied views, polls beside events.

use super::handling::Handling;
use super::resource::Resource;
use super::runs::Run;
use super::trace::Event;
use super::view::{F, UnitId, V, View};
use super::writes::{Target, Write};
use crate::catalog::Acquire;
use crate::lower::ir::*;

/// Functions of libraries that show a notice.
const TOASTS: [&str; 4] = ["toast", "notify", "enqueueSnackbar", "showToast"];

/// Words in the names of functions that play a sound.
const SOUNDS: [&str; 6] = ["sound", "beep", "chime", "notification", "ping", "audio"];

/// Words in the names of what is only true while the connection stands.
const OF_NOW: [&str; 18] = [
    "typing",
    "online",
    "presence",
    "member",
    "user",
    "viewer",
    "cursor",
    "error",
    "status",
    "state",
    "peer",
    "reason",
    "stream",
    "connection",
    "socket",
    "channel",
    "remote",
    "session",
];

/// Events by which a connection tells that it is lost.
const LOSSES: [&str; 7] = ["disconnect", "close", "error", "connect_error", "offline", "reconnecting", "disconnected"];

/// Words that a message begins with by which a client joins something.
const JOINS: [&str; 6] = ["join", "subscribe", "enter", "follow", "watch", "addtogroup"];

impl<'doc> View<'doc> {
    /// The notices that each message of a handler brings: sounds, toasts, notifications of the system.
    pub(crate) fn notices_of(&self, handling: &Handling) -> Vec<V> {
        let run = self.run_of(handling.func);
        if handling.is_once || run.iter().any(|&func| self.waits(func)) {
            return Vec::new();
        }
        let calls = run.into_iter().flat_map(|func| self.calls_of(func));
        calls.filter(|&call| self.is_notice(call) && !self.is_gathered(call)).collect()
    }

    fn is_notice(&self, call: V) -> bool {
        if self.call(call).is_some_and(|data| data.is_new) {
            return self.calls_global(call, &["Notification"]);
        }
        let by_method = self.method(call).is_some_and(|(object, name)| match name.as_str() {
            "showNotification" => true,
            "play" => self.is_sound(object),
            _ => false,
        });
        // `toast(…)`, `toast.success(…)`, whoever exports it; `playNotificationSound()`.
        let name = self.callee_name(self.callee(call)).unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let plays = lower.starts_with("play") && SOUNDS.iter().any(|word| lower.contains(word));
        let api = self.callee_api(call).filter(|api| api.source.is_some());
        let toasts = api.is_some_and(|api| {
            let named = api.path.iter().any(|name| TOASTS.contains(&name.as_str()));
            let is_of_toasts =
                api.source.as_ref().is_some_and(|source| source.contains("toast") || source.contains("sonner"));
            named || is_of_toasts
        });
        let is_of_failure = matches!(lower.as_str(), "error" | "warning" | "warn" | "dismiss" | "loading");
        let tries = &self.facts(call.unit).tries;
        let is_caught = tries.iter().any(|tried| tried.handler.contains(self.span(call)));
        (by_method || plays || toasts) && !is_of_failure && !is_caught
    }

    fn is_sound(&self, v: V) -> bool {
        let made = self.origins(v).into_iter();
        made.filter(|&made| self.call(made).is_some_and(|data| data.is_new))
            .any(|made| self.calls_global(made, &["Audio"]))
    }

    /// Whether a notice takes the place of the one before it, or a look at the time may hold it back.
    fn is_gathered(&self, call: V) -> bool {
        let replaces = (0..3).filter_map(|index| self.arg(call, index)).any(|options| {
            let is_object = self.origin(options).is_some_and(|origin| matches!(self.value(origin), Value::Object(_)));
            is_object && ["tag", "id", "toastId", "key"].iter().any(|key| self.value_of_key(options, key).is_some())
        });
        replaces || self.is_paced(call)
    }

    /// The writes of a drop's handler that empty what the messages of the same unit fill.
    pub(crate) fn emptied_on_drop(&self, dropped: &[F], filled: &[Write]) -> Vec<Write> {
        let writes = dropped.iter().flat_map(|&func| self.writes_in(func));
        let is_shown = |target: &Target| {
            let name = self.name_of_target(target).to_ascii_lowercase();
            !OF_NOW.iter().any(|word| name.contains(word))
        };
        // `if (status === "SUBSCRIBED") setRows([])` begins anew.
        let is_lost = |write: &Write| {
            self.guards(write.at).iter().all(|guard| {
                let condition = V { unit: write.at.unit, id: guard.condition };
                let is_equal = matches!(self.value(condition), Value::Binary { op, .. } if op == "===" || op == "==");
                !(is_equal && guard.holds && self.mentions(condition, &["subscribed"]))
            })
        };
        let empties =
            writes.filter(|write| self.is_empty_value(write.value) && is_shown(&write.target) && is_lost(write));
        let fills = |write: &Write| {
            filled.iter().any(|known| known.target == write.target && !self.is_empty_value(known.value))
        };
        empties.filter(fills).collect()
    }

    /// The functions that run because a resource's connection is lost. A condition on the code or the reason may let one kind
    /// of loss pass.
    pub(crate) fn functions_on_drop(&self, resource: &Resource<'doc>) -> Vec<F> {
        if !resource.kind.is_stream() {
            return Vec::new();
        }
        let handlers = self.handlers(resource).iter();
        let functions = handlers.flat_map(|handler| {
            let is_status = handler.event == "subscribe";
            let is_lost = is_status || LOSSES.contains(&handler.event.as_str());
            let functions = if is_lost { self.functions(handler.function).0 } else { Default::default() };
            functions.into_iter().map(move |func| (func, is_status))
        });
        let is_certain = |&(func, is_status): &(F, bool)| {
            // A status is looked at, and a loss is one.
            self.func(func).blocks.iter().any(|block| !block.guards.is_empty()) == is_status
        };
        functions.filter(is_certain).map(|(func, _)| func).collect()
    }

    /// The states whose setters are handlers of a resource's messages.
    pub(crate) fn set_by_setters(&self, resource: &Resource<'doc>) -> Vec<Write> {
        let is_heard = |event: &str| resource.kind.events.is_message(event) && !LOSSES.contains(&event);
        let heard = self.handlers(resource).iter().filter(|handler| is_heard(&handler.event));
        let writes = heard.filter_map(|handler| {
            let state = self.setter_of(handler.function)?;
            Some(Write { at: handler.at, target: Target::State(state), value: handler.function })
        });
        writes.collect()
    }

    /// What a timer loads again and again though a message tells of it: the write.
    pub(crate) fn polled_beside_push(&self, timer: &Resource<'doc>, pushed: &[Write]) -> Option<Target> {
        if self.callee_name(self.callee(timer.site)).is_none_or(|name| name != "setInterval") {
            return None;
        }
        // Only while the connection is down, or when it fails.
        let is_conditional = !self.guards(timer.site).is_empty()
            || self.runs(self.func_of(timer.site)).iter().any(|run| matches!(run, Run::Handler(_)));
        // A look every few minutes repairs what was missed.
        let is_rare =
            self.arg(timer.site, 1).and_then(|delay| self.number_of(delay)).is_some_and(|delay| delay >= 300_000.0);
        if is_conditional || is_rare {
            return None;
        }
        let callback = self.arg(timer.site, 0)?;
        let functions = self.functions(callback).0.into_iter();
        let run: Vec<F> = functions.flat_map(|func| self.run_of(func)).collect();
        if run.iter().any(|&func| self.func(func).blocks.iter().any(|block| self.asks_about_connection(func, block))) {
            return None;
        }
        let writes = run.into_iter().flat_map(|func| self.writes_in(func));
        let loaded = writes.filter(|write| self.comes_with_answer(write) || self.is_given_answer(write));
        loaded
            .into_iter()
            .filter(|write| self.is_shown(&write.target))
            .find(|write| pushed.iter().any(|known| known.target == write.target))
            .map(|write| write.target)
    }

    fn asks_about_connection(&self, func: F, block: &Block) -> bool {
        block.guards.iter().any(|guard| self.asks_if_up(V { unit: func.unit, id: guard.condition }).is_some())
    }

    /// Whether what is set is a parameter that a caller fills with the answer of a request.
    fn is_given_answer(&self, write: &Write) -> bool {
        let Some(origin) = self.origin(write.value) else { return false };
        let Value::Param { func, index } = *self.value(origin) else { return false };
        let calls = self.callers(F { unit: origin.unit, id: func }).calls;
        calls
            .into_iter()
            .any(|call| self.arg(call, index as usize).is_some_and(|given| self.comes_from_request(given, 0)))
    }

    /// Whether the callback of a channel's `subscribe` handles failures and not that the server closes it.
    pub(crate) fn misses_closed(&self, channel: &Resource<'doc>) -> Option<(V, F)> {
        let handler = self.handlers(channel).iter().find(|handler| handler.event == "subscribe")?;
        let functions = self.functions(handler.function).0;
        let &[func] = functions.as_slice() else { return None };
        let status = V { unit: func.unit, id: *self.func(func).params.first()? };
        let facts = self.facts(func.unit);
        let inside = || facts.values.iter().filter(|data| self.is_within(F { unit: func.unit, id: data.func }, func));
        let says = |word: &str| {
            inside().any(|data| match &data.value {
                Value::Lit(Lit::Str(text)) => text == word,
                Value::Member { name, .. } => name == word,
                _ => false,
            })
        };
        let denies =
            inside().any(|data| matches!(&data.value, Value::Binary { op, .. } if matches!(op.as_str(), "!==" | "!=")));
        let handed_on = self.calls_within(func).any(|call| {
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            let is_given = args.iter().any(|&id| self.origin(V { unit: call.unit, id }) == Some(status));
            let is_shown = self.setter_of(self.callee(call)).is_some()
                || self
                    .callee_name(self.callee(call))
                    .is_some_and(|name| matches!(name.as_str(), "log" | "info" | "warn" | "error" | "debug"));
            is_given && !is_shown
        });
        let fails = says("CHANNEL_ERROR") || says("TIMED_OUT");
        // Who only writes down what fails does nothing about a close either.
        let writes_down = |call: V| {
            self.callee_api(call)
                .is_some_and(|api| api.source.is_none() && api.path.first().is_some_and(|first| first == "console"))
        };
        let does_more = self.operations_of(func).any(|(v, value)| !matches!(value, Value::Call(_)) || !writes_down(v));
        let fails = fails && does_more;
        (fails && !says("CLOSED") && !denies && !handed_on).then_some((handler.at, func))
    }

    /// The messages by which a client joins something once, though its library does not join again after a reconnect.
    pub(crate) fn joined_once(&self, unit: UnitId) -> Vec<V> {
        let joins: Vec<(V, Name)> = self.calls_in(unit).filter_map(|call| Some((call, self.join_of(call)?))).collect();
        let is_once = |&(call, ref event): &(V, Name)| {
            let func = self.func_of(call);
            let runs = self.runs(func);
            let starts = runs.iter().any(|run| match run {
                Run::Effect(_) | Run::Mount(_) | Run::Setup(_) => true,
                Run::Class => self.enclosing(func).any(|func| self.is_constructor(func)),
                Run::Handler(at) => {
                    self.event_of(*at) == "connect" && self.method(*at).is_some_and(|(_, name)| name == "once")
                }
                _ => false,
            });
            let again = joins.iter().any(|(other, same)| same == event && self.is_at_each_connect(*other));
            starts
                && !again
                && !self.is_at_each_connect(call)
                && !self.listens_for_reconnect(call)
                && !self.follows_connection(call)
        };
        let found: Vec<V> = joins.iter().filter(|join| is_once(join)).map(|(call, _)| *call).collect();
        found
    }

    fn join_of(&self, call: V) -> Option<Name> {
        let (object, name) = self.method(call)?;
        let kinds = match name.as_str() {
            "emit" => "socket-io",
            "invoke" | "send" => "signalr",
            _ => return None,
        };
        let event = self.arg(call, 0).and_then(|event| self.text_of(event))?;
        let plain: String = event.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let joins = JOINS.iter().any(|word| plain.starts_with(word));
        (joins && self.is_handle_of(object, &[kinds.to_owned()])).then_some(event)
    }

    fn is_at_each_connect(&self, call: V) -> bool {
        self.runs(self.func_of(call)).iter().any(|run| match run {
            Run::Handler(at) => {
                let event = self.event_of(*at);
                let is_once = self.method(*at).is_some_and(|(_, name)| name == "once");
                let by_method = self.method(*at).is_some_and(|(_, name)| name == "onreconnected" || name == "onclose");
                by_method || (!is_once && matches!(event.as_str(), "connect" | "reconnect"))
            }
            _ => false,
        })
    }

    /// Whether a handler for a new connection of the same handle sets a state, which may run an effect again, or calls what
    /// cannot be seen.
    fn listens_for_reconnect(&self, join: V) -> bool {
        let Some((object, _)) = self.method(join) else { return true };
        self.calls_in(join.unit).any(|call| {
            let Some((other, name)) = self.method(call) else { return false };
            let event = self.arg(call, 0).and_then(|event| self.text_of(event)).unwrap_or_default();
            let is_connect =
                name == "onreconnected" || (name == "on" && matches!(event.as_str(), "connect" | "reconnect"));
            let handler = self.arg(call, usize::from(name == "on"));
            let is_same = is_connect
                && (self.are_one_place(other, object)
                    || matches!(self.value(other), Value::Member { name, .. } if name == "io"));
            is_same
                && handler.is_some_and(|handler| {
                    let (functions, complete) = self.functions(handler);
                    let calls = functions.iter().flat_map(|&func| self.calls_of(func));
                    let decides = calls.into_iter().any(|call| {
                        let depends =
                            self.setter_of(self.callee(call)).is_some_and(|state| self.is_dependency_of(state, join));
                        depends || self.join_of(call).is_some()
                    });
                    !complete || functions.is_empty() || decides
                })
        })
    }

    /// Whether the effect around a call runs again when something changes that is called like a connection's state.
    fn follows_connection(&self, call: V) -> bool {
        let effect = self.enclosing(self.func_of(call)).find_map(|func| self.effect_of_callback(func));
        effect.is_some_and(|effect| match self.deps(effect.call) {
            super::react::Deps::List(deps) => deps.iter().any(|&dep| {
                self.says(dep, |name| {
                    let name = name.to_ascii_lowercase();
                    ["connected", "online", "ready", "status", "live"].iter().any(|word| name.contains(word))
                })
            }),
            _ => false,
        })
    }

    /// Whether the effect around a call runs again when a state changes.
    fn is_dependency_of(&self, state: V, call: V) -> bool {
        let effect = self.enclosing(self.func_of(call)).find_map(|func| self.effect_of_callback(func));
        effect.is_some_and(|effect| match self.deps(effect.call) {
            super::react::Deps::List(deps) => deps.iter().any(|&dep| self.state_of(dep) == Some(state)),
            _ => false,
        })
    }

    /// Whether a component owns a connection and what it does when it is lost changes nothing that people see.
    pub(crate) fn hides_state(&self, resource: &Resource<'doc>, shown: &[Write]) -> bool {
        let kind = resource.kind;
        let is_owned = matches!(
            self.owner(self.func_of(resource.live)),
            Some(super::owner::Owner::Effect(_) | super::owner::Owner::Component(_) | super::owner::Owner::Script)
        );
        let tells = |event: &str| {
            kind.events.drop.iter().any(|drop| drop == event)
                || event == "subscribe"
                || event == "open"
                || event == "connect"
        };
        let handlers = self.handlers(resource).iter().filter(|handler| tells(&handler.event));
        let is_shown = handlers.into_iter().any(|handler| {
            let (functions, complete) = self.functions(handler.function);
            let writes =
                functions.iter().flat_map(|&func| self.run_of(func)).any(|func| !self.writes_in(func).is_empty());
            let hands_on = functions.iter().flat_map(|&func| self.calls_within(func)).any(|call| {
                let is_written = self.callee_api(call).is_some_and(|api| api.source.is_none() && api.path.len() > 1);
                !is_written && self.functions(self.callee(call)).0.is_empty() && self.method(call).is_none()
            });
            !complete || functions.is_empty() || writes || hands_on
        });
        let looks = resource.trace.events.iter().any(|event| match event {
            Event::Read { name, .. } => matches!(name.as_str(), "readyState" | "connected" | "state"),
            _ => false,
        });
        // A subscription on somebody else's connection.
        let is_part = kind.acquire.iter().all(|acquire| matches!(acquire, Acquire::On { .. }));
        is_owned
            && !is_part
            && kind.is_connection()
            && kind.is_stream()
            && !kind.child
            && kind.accepts.is_none()
            && !shown.is_empty()
            && !is_shown
            && !looks
            && !self.escapes(resource)
            && (self.is_long_lived(resource) || self.is_supabase_channel(resource))
    }
}
