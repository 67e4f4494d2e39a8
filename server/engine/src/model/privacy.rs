//! What people would not want to be told to everybody: credentials in logs, persons in presence states.

use super::view::{F, UnitId, V, View};
use crate::lower::ir::*;

/// Names of credentials, without `_` and in lower case.
const SECRETS: [&str; 22] = [
    "token",
    "accesstoken",
    "authtoken",
    "idtoken",
    "refreshtoken",
    "sessiontoken",
    "bearertoken",
    "usertoken",
    "jwt",
    "jwttoken",
    "password",
    "passwd",
    "secret",
    "clientsecret",
    "apikey",
    "apisecret",
    "secretkey",
    "privatekey",
    "authorization",
    "servicerolekey",
    "cookie",
    "credentials",
];

/// Names of what tells who or where somebody is.
const PERSONAL: [&str; 30] = [
    "email",
    "mail",
    "emailaddress",
    "useremail",
    "phone",
    "phonenumber",
    "mobile",
    "address",
    "homeaddress",
    "street",
    "ip",
    "ipaddress",
    "birthday",
    "birthdate",
    "dateofbirth",
    "dob",
    "ssn",
    "passport",
    "latitude",
    "longitude",
    "token",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "jwt",
    "password",
    "secret",
    "apikey",
    "usermetadata",
    "appmetadata",
];

/// Methods of loggers.
const LOGS: [&str; 8] = ["log", "info", "warn", "error", "debug", "trace", "verbose", "fatal"];

/// Methods that set a presence state and that only libraries for it have: Liveblocks, Yjs.
const SETS_PRESENCE: [&str; 4] = ["updatePresence", "updateMyPresence", "setLocalState", "setLocalStateField"];

impl View<'_> {
    /// The calls of a console or logger that write a credential, with it.
    pub(crate) fn logged_secrets(&self, unit: UnitId) -> Vec<(V, V)> {
        let logs = self.calls_in(unit).filter(|&call| self.is_log(call));
        let found: Vec<(V, V)> = logs
            .filter_map(|call| {
                let args = self.call(call).map(|data| data.args.as_slice()).unwrap_or_default();
                let secret = args.iter().find_map(|&id| self.secret_in(V { unit, id }, 0))?;
                Some((call, secret))
            })
            .collect();
        if found.is_empty() || !self.speaks_of(unit, Subject::Connection) {
            return Vec::new();
        }
        found
    }

    fn is_log(&self, call: V) -> bool {
        let Some((object, name)) = self.method(call) else { return false };
        let is_logger = || match self.value(object) {
            Value::Local(_) | Value::Free(_) | Value::Member { .. } => {
                let name = self.callee_name(object).unwrap_or_default().to_ascii_lowercase();
                name == "console" || name == "log" || name.ends_with("logger")
            }
            _ => false,
        };
        LOGS.contains(&name.as_str()) && is_logger()
    }

    /// The credential that an expression writes as it is.
    fn secret_in(&self, v: V, depth: u32) -> Option<V> {
        if depth > 3 {
            return None;
        }
        let here = |id: ValueId| V { unit: v.unit, id };
        match self.value(v) {
            Value::Local(_) | Value::Free(_) => {
                let name = self.callee_name(v)?;
                let is_secret = SECRETS.contains(&plain(&name).as_str()) && !self.is_no_credential(v);
                (is_secret || self.is_auth_session(v)).then_some(v)
            }
            Value::Member { object, name } => {
                let of = self.callee_name(here(*object)).unwrap_or_default();
                let is_whole = match name.as_str() {
                    "auth" => of == "handshake",
                    "headers" => matches!(of.as_str(), "request" | "req" | "handshake"),
                    _ => false,
                };
                (is_whole || SECRETS.contains(&plain(name).as_str())).then_some(v)
            }
            Value::Template(parts) => parts.iter().find_map(|part| match part {
                Part::Value(value) => self.secret_in(here(*value), depth + 1),
                Part::Text(_) => None,
            }),
            Value::Object(props) => props.iter().find_map(|prop| self.secret_in(here(prop.value), depth + 1)),
            Value::Binary { op, left, right } if op == "+" => {
                self.secret_in(here(*left), depth + 1).or_else(|| self.secret_in(here(*right), depth + 1))
            }
            _ => None,
        }
    }

    /// Whether a name holds what a call made of a credential, or the address of a device: `verify(…)`, `getFCMToken()`.
    fn is_no_credential(&self, v: V) -> bool {
        let mut made = self.origin(v);
        while let Some(Value::Await(inner)) = made.map(|made| self.value(made)) {
            made = made.and_then(|made| self.origin(V { unit: made.unit, id: *inner }));
        }
        let name = made.filter(|&made| self.call(made).is_some()).and_then(|made| self.callee_name(self.callee(made)));
        name.is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            ["fcm", "push", "decode", "verify", "messaging", "device"].iter().any(|word| name.contains(word))
        })
    }

    /// Whether a value is the session that Supabase gives a callback of `onAuthStateChange`, which holds its tokens.
    fn is_auth_session(&self, v: V) -> bool {
        let Some(origin) = self.origin(v) else { return false };
        let Value::Param { func, index: 1 } = *self.value(origin) else { return false };
        let Some(holder) = self.func(F { unit: origin.unit, id: func }).value else { return false };
        self.uses(V { unit: origin.unit, id: holder }).iter().any(|used| match *used {
            Use::Arg(call, 0) => {
                let method = self.method(V { unit: origin.unit, id: call });
                method.is_some_and(|(_, name)| name == "onAuthStateChange")
            }
            _ => false,
        })
    }

    /// What tells who somebody is in the presence states that a unit sets: the value, and its key.
    pub(crate) fn personal_presence(&self, unit: UnitId) -> Vec<(V, Name)> {
        let states = self.calls_in(unit).filter_map(|call| self.presence_state(call));
        let mut found = Vec::new();
        for state in states {
            self.collect_personal(state, 0, &mut found);
        }
        found
    }

    /// The state that a call tells everybody in a channel.
    fn presence_state(&self, call: V) -> Option<V> {
        if let Some((object, name)) = self.method(call) {
            let arg = |index: usize| self.arg(call, index);
            return match name.as_str() {
                "track" => self.is_handle_of(object, &["supabase-channel".to_owned()]).then(|| arg(0))?,
                "enter" | "update" => {
                    let is_presence = matches!(self.value(object), Value::Member { name, .. } if name == "presence");
                    is_presence.then(|| arg(0))?
                }
                name if SETS_PRESENCE.contains(&name) => arg(usize::from(name == "setLocalStateField")),
                _ => None,
            };
        }
        // `set(ref(database, "presence/…"), state)`
        let api = self.callee_api(call)?;
        let sets = api.source.is_some_and(|source| source.starts_with("firebase/database"))
            && api.path.last().is_some_and(|name| name == "set" || name == "update");
        let place = self.arg(call, 0).filter(|_| sets)?;
        self.mentions_any(place, &["presence", "online"]).then(|| self.arg(call, 1))?
    }

    /// Whether some text in what an expression is made of, in lower case, contains one of these words.
    fn mentions_any(&self, v: V, words: &[&str]) -> bool {
        let v = self.origin(v).unwrap_or(v);
        let (facts, span) = (self.facts(v.unit), self.span(v));
        let is_it = |text: &str| {
            let text = text.to_ascii_lowercase();
            words.iter().any(|word| text.contains(word))
        };
        facts.values.iter().filter(|data| span.contains(data.span)).any(|data| match &data.value {
            Value::Lit(Lit::Str(text)) => is_it(text),
            Value::Template(parts) => parts.iter().any(|part| matches!(part, Part::Text(text) if is_it(text))),
            _ => false,
        })
    }

    fn collect_personal(&self, state: V, depth: u32, found: &mut Vec<(V, Name)>) {
        let Some(origin) = self.origin(state).filter(|_| depth < 3) else { return };
        let Value::Object(props) = self.value(origin) else { return };
        for prop in props {
            let Some(key) = &prop.key else { continue };
            let value = V { unit: origin.unit, id: prop.value };
            let is_plain = matches!(
                self.value(value),
                Value::Local(_) | Value::Free(_) | Value::Member { .. } | Value::Index { .. }
            );
            // A whole user of Supabase's session holds the address and more.
            let is_user = matches!(self.value(value), Value::Member { object, name } if name == "user" && self
                .callee_name(V { unit: origin.unit, id: *object })
                .is_some_and(|of| of.to_ascii_lowercase().ends_with("session")));
            if is_plain && (PERSONAL.contains(&plain(key).as_str()) || is_user) {
                found.push((value, key.clone()));
            } else {
                self.collect_personal(value, depth + 1, found);
            }
        }
    }
}

/// A name in lower case, without what parts its words.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}
