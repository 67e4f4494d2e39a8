//! What handlers take for granted of messages: their shape, that few of them come, that none is missed.

use super::handling::Handling;
use super::resource::Resource;
use super::trace::Event;
use super::view::{B, F, V, View};
use super::writes::{Target, Write};
use crate::lower::ir::*;

/// Words in the names of events and states whose messages come many times a second.
const FAST: [&str; 18] = [
    "cursor",
    "ticker",
    "tick",
    "price",
    "telemetry",
    "pointer",
    "mouse",
    "sensor",
    "gps",
    "orderbook",
    "depth",
    "trade",
    "frame",
    "speed",
    "knots",
    "celsius",
    "coords",
    "quote",
];

/// Words in the names of functions that look at a value.
const CHECKS: [&str; 10] = ["parse", "valid", "assert", "check", "guard", "decode", "schema", "ensure", "is", "read"];

impl<'doc> View<'doc> {
    /// The parsed messages of a handler whose fields are used with no look at them: the call of `JSON.parse`, and whether the
    /// code itself shows that it counts on a shape.
    pub(crate) fn unchecked_messages(&self, handling: &Handling) -> Vec<(V, bool)> {
        let mut found = Vec::new();
        self.collect_unchecked(handling.func, &self.params_of(handling.func), 0, &mut found);
        found
    }

    fn collect_unchecked(&self, func: F, given: &[V], depth: u32, found: &mut Vec<(V, bool)>) {
        if depth > 2 {
            return;
        }
        for call in self.calls_of(func) {
            if self.calls_global(call, &["JSON", "parse"]) {
                let is_message = self.arg(call, 0).is_some_and(|text| self.carries(text, given));
                // `if (message.event === "bid")`: the library's own field tells the kind.
                let is_asked = |guard: &Guard| {
                    let condition = V { unit: call.unit, id: guard.condition };
                    self.within(condition).any(|part| self.names_kind_of(part, given))
                };
                if self.guards(call).iter().any(is_asked) {
                    continue;
                }
                if is_message && !self.is_checked(call, 0) {
                    found.push((call, self.counts_on_shape(call)));
                }
                continue;
            }
            let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
            for callee in self.functions(self.callee(call)).0 {
                let params = self.params_of(callee);
                let held: Vec<V> = args
                    .iter()
                    .zip(params)
                    .filter(|(id, _)| self.carries(V { unit: call.unit, id: **id }, given))
                    .map(|(_, param)| param)
                    .collect();
                if !held.is_empty() {
                    self.collect_unchecked(callee, &held, depth + 1, found);
                }
            }
        }
    }

    /// `message.event`, `message.type` of what a handler is given.
    fn names_kind_of(&self, v: V, given: &[V]) -> bool {
        let Value::Member { object, name } = self.value(v) else { return false };
        let object = self.origin(V { unit: v.unit, id: *object });
        matches!(name.as_str(), "event" | "type" | "name") && object.is_some_and(|object| given.contains(&object))
    }

    /// Whether some use of a value looks at what it is: a condition, a comparison, a function whose name says so or that is
    /// of another module.
    fn is_checked(&self, v: V, depth: u32) -> bool {
        if depth > 5 {
            return true;
        }
        let here = |id: ValueId| V { unit: v.unit, id };
        self.uses(v).iter().any(|used| match *used {
            Use::Condition | Use::Operand(_) | Use::Returned(_) | Use::Thrown => true,
            Use::Bound(id) => {
                let reads = self.reads_of(B { unit: v.unit, id });
                reads.into_iter().any(|read| self.is_checked(read, depth + 1))
            }
            Use::Object(member) => {
                let member = here(member);
                // `data.shift()` takes a part out, which may tell the kind.
                let called = self.uses(member).iter().find_map(|used| match *used {
                    Use::Callee(call) => Some(here(call)),
                    _ => None,
                });
                self.is_checked_member(called.unwrap_or(member), depth + 1)
            }
            Use::Arg(call, _) => self.is_check(here(call)),
            Use::Branch(whole) => match self.value(here(whole)) {
                Value::Assign { .. } => false,
                _ => self.is_checked(here(whole), depth + 1),
            },
            _ => false,
        })
    }

    /// Whether a member of a message is looked at: `message.type === "bid"`, `if (message.error)`.
    fn is_checked_member(&self, member: V, depth: u32) -> bool {
        if depth > 5 {
            return true;
        }
        let here = |id: ValueId| V { unit: member.unit, id };
        self.uses(member).iter().any(|used| match *used {
            Use::Condition => true,
            Use::Operand(whole) => match self.value(here(whole)) {
                Value::Binary { op, .. } => !matches!(op.as_str(), "+" | "-" | "*" | "/"),
                Value::Unary { op, .. } => op == "typeof" || op == "!",
                _ => false,
            },
            Use::Bound(id) => {
                let reads = self.reads_of(B { unit: member.unit, id });
                reads.into_iter().any(|read| self.is_checked_member(read, depth + 1))
            }
            Use::Branch(whole) => self.is_checked_member(here(whole), depth + 1),
            Use::Arg(call, _) => self.is_named_check(here(call)),
            Use::Object(inner) => {
                let inner = here(inner);
                let called = self.uses(inner).iter().find_map(|used| match *used {
                    Use::Callee(call) => Some(here(call)),
                    _ => None,
                });
                self.is_checked_member(called.unwrap_or(inner), depth + 1)
            }
            _ => false,
        })
    }

    fn is_check(&self, call: V) -> bool {
        // Who is given the whole of it may look at it.
        let is_set = self.setter_of(self.callee(call)).is_some() || self.calls_global(call, &["console", "log"]);
        self.is_named_check(call) || !is_set
    }

    fn is_named_check(&self, call: V) -> bool {
        let callee = self.callee(call);
        let name = self.callee_name(callee).unwrap_or_default();
        if self.setter_of(callee).is_some() {
            return false;
        }
        let lower = name.to_ascii_lowercase();
        CHECKS.iter().any(|word| match *word {
            "is" => {
                name.strip_prefix("is").is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_uppercase()))
            }
            "read" => name.starts_with("read"),
            word => lower.contains(word),
        })
    }

    /// Whether a parsed value is taken apart at once, or kept under a name with a type.
    fn counts_on_shape(&self, parse: V) -> bool {
        self.uses(parse).iter().any(|used| match *used {
            Use::Object(_) => true,
            Use::Bound(id) => {
                let name = B { unit: parse.unit, id };
                let type_name = self.binding(name).type_name.as_ref();
                type_name.is_some_and(|type_name| type_name != "unknown" && type_name != "any")
            }
            _ => false,
        })
    }

    /// What each message of a fast feed sets at once: the first of a handler.
    pub(crate) fn rendered_by_each(&self, handling: &Handling) -> Option<Write> {
        let run = self.run_of(handling.func);
        if handling.is_once || run.iter().any(|&func| self.waits(func)) {
            return None;
        }
        let by_event = is_fast(&handling.event);
        let writes = run.iter().flat_map(|&func| self.writes_in(func));
        let shown = writes.filter(|write| match write.target {
            Target::State(_) => true,
            Target::Name(name) => {
                self.stores_of(name).into_iter().any(|store| self.hook(store).is_some() || self.is_rune(store))
            }
            Target::Field(_) => false,
        });
        let mut shown = shown.filter(|write| by_event || is_fast(&self.name_of_target(&write.target)));
        shown.find(|write| !self.is_paced(write.at))
    }

    /// `$state(0)`
    pub(super) fn is_rune(&self, v: V) -> bool {
        self.call(v).is_some() && self.callee_name(self.callee(v)).is_some_and(|name| name.starts_with('$'))
    }

    /// What a handler of events changes of a list or map that is loaded only when a component begins.
    pub(crate) fn never_loaded_again(&self, handling: &Handling) -> Option<Target> {
        let changed =
            self.writes_of_run(handling).into_iter().filter(|write| !self.functions(write.value).0.is_empty());
        changed.map(|write| write.target).find(|target| self.is_loaded_once(target, handling))
    }

    /// The call that makes a channel live.
    pub(crate) fn subscribing_call(&self, channel: &Resource<'doc>) -> Option<V> {
        channel.trace.events.iter().find_map(|event| match event {
            Event::Method { call, name, .. } if *name == "subscribe" => Some(*call),
            _ => None,
        })
    }
}

/// Whether a name is that of an event or state that changes many times a second.
pub(super) fn is_fast(name: &str) -> bool {
    let is_one_of = |word: &str| {
        let plain = word.strip_suffix('s').unwrap_or(word);
        FAST.iter().any(|fast| plain == *fast || word == *fast)
    };
    // Also two words at a time: `orderBook`.
    let words = words_of(name);
    let pairs = words.windows(2).map(|pair| pair.concat());
    words.iter().any(|word| is_one_of(word)) || pairs.into_iter().any(|pair| is_one_of(&pair))
}

/// The words of a name, in small letters: `priceTick`, `price_tick`, `price:tick`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (was_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().expect("there is one").extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    words
}
